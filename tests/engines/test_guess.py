from collections.abc import Sequence

import pytest

from fakes import line
from uncial.document import Line
from uncial.engines.auto.guess import TRIALS, language_of, looks_like_any, script_in, written_in
from uncial.geometry import Box, Quad
from uncial.languages import LANGUAGES

QUADS = [Quad.of_box(Box(0, 40 * number, 800, 40 * number + 30)) for number in range(5)]
RUSSIAN = "Славянские языки"
GREEK = "Ωραίος καιρός"


def reader(texts: dict[str, tuple[str, float]]):
    """Reads every line as the text of the language that it is asked for, and so sure."""
    asked: list[tuple[str, int]] = []

    def read(quads: Sequence[Quad], languages: Sequence[str]) -> list[Line | None]:
        asked.append((languages[0], len(quads)))
        text, sure = texts.get(languages[0], ("", 0.0))
        return [line(text, confidence=sure) if text else None for _ in quads]

    return read, asked


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The lines of this page are read in the order in which a person reads."),
        ("de", "Der Zug nach Hamburg fährt heute leider nicht von diesem Gleis."),
        ("fr", "Les enfants jouent dans le jardin avec leurs amis de la ville."),
        ("it", "Nessuno crederà mai che la vita sia così lunga e difficile."),
        ("vi", "Đường phố Hà Nội rất đông vào buổi sáng."),
    ],
)
def test_a_sentence_tells_its_language(language: str, text: str):
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "14.90 20.00 5.10", "TOTAL", "a\x00b" * 20, "xq zk qwv " * 5])
def test_what_is_no_sentence_tells_no_language(text: str):
    assert language_of(text) in (None, "en")


def test_the_script_that_is_read_surely_and_whose_letters_come_out_is_found():
    read, _ = reader({"ru": (RUSSIAN, 0.9), "el": (GREEK, 0.7), "he": ("Latin", 0.95)})
    assert script_in(QUADS, read, ["ru", "el", "he"], [None] * 5) == "ru"


def test_a_script_that_is_hardly_read_is_not_found():
    read, _ = reader({"ru": (RUSSIAN, 0.4)})
    assert script_in(QUADS, read, ["ru"], [None] * 5) is None


def test_another_script_must_be_surer_than_what_was_read_in_latin():
    read, _ = reader({"ru": (RUSSIAN, 0.7)})
    assert script_in(QUADS, read, ["ru"], [line("surely", confidence=0.65)] * 5) is None


def test_letters_of_another_script_than_the_one_tried_are_no_evidence_for_it():
    read, _ = reader({"ru": ("total 12.90 due", 0.99)})
    assert script_in(QUADS, read, ["ru"], [None] * 5) is None


def test_only_a_sample_is_tried_and_only_in_what_can_be_read():
    read, asked = reader({})
    script_in(QUADS, read, ["ru", "uk", "th"], [None] * 5)
    assert asked == [("ru", 2), ("th", 2)]


def test_where_the_first_language_of_a_script_is_not_here_the_next_one_speaks_for_it():
    read, asked = reader({"uk": ("Слов'янські мови", 0.9)})
    assert script_in(QUADS, read, ["uk"], [None] * 5) == "uk"
    assert [language for language, _ in asked] == ["uk"]


def test_every_language_of_the_trials_is_known():
    assert [code for codes in TRIALS.values() for code in codes if code not in LANGUAGES] == []


@pytest.mark.parametrize(("text", "is_so"), [("MOCKBA", True), ("TECT 12", True), ("Wolf", False), ("gold", False)])
def test_words_that_look_alike_in_several_scripts(text: str, is_so: bool):
    assert looks_like_any(text) is is_so


def test_japanese_counts_as_written_in_ideographs():
    assert written_in("Hani", [line("漢字とかな")])
    assert not written_in("Hani", [line("Latin")])
