from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest

from fakes import FakeEngine, line
from foreign import need_language, page_of
from prints import Sheet
from uncial import Options
from uncial.document import Line
from uncial.engines import EngineConfig
from uncial.engines.auto import AutoEngine
from uncial.engines.neural import NeuralEngine
from uncial.errors import LanguageMissing
from uncial.geometry import Box, Quad

PROSE = "Grace be unto you,\nand peace, from God\nour Father."


@pytest.fixture(scope="module")
def auto() -> AutoEngine:
    return AutoEngine(EngineConfig(threads=2))


def texts(lines) -> list[str]:
    return [line.text for line in sorted(lines, key=lambda line: line.quad.box.top)]


def test_it_is_the_default():
    assert Options().engine == "auto"
    assert Options().languages == ("auto",)


def test_clear_print_is_read_by_the_neural_engine_nearly_alone(auto: AutoEngine):
    prose = f"{PROSE}\nWe give thanks to God always\nfor you all, making mention\nof you in our prayers."
    lines = auto.read(Sheet(620, 440).column(prose, 40, 30, 36).pixels(), ["auto"])
    assert texts(lines) == prose.splitlines()
    assert sum(line.engine == "neural" for line in lines) >= 5


def test_where_no_language_is_named_it_reads_as_auto_does(auto: AutoEngine):
    page = Sheet(520, 260).column(PROSE, 40, 30, 36).pixels()
    assert texts(auto.read(page, ())) == PROSE.splitlines()


def test_the_best_effort_asks_both_engines_of_every_line(auto: AutoEngine):
    lines = auto.read(Sheet(520, 260).column(PROSE, 40, 30, 36).pixels(), ["en"], "best")
    assert texts(lines) == PROSE.splitlines()
    assert {line.engine for line in lines} == {"neural+tesseract"}


def test_the_fast_effort_asks_tesseract_of_none(auto: AutoEngine):
    noise = np.random.default_rng(3).normal(0, 60, (260, 520, 1))
    page = (Sheet(520, 260).column(PROSE, 40, 30, 36).pixels() * 0.5 + 60 + noise).clip(0, 255).astype(np.uint8)
    assert {line.engine for line in auto.read(page, ["en"], "fast")} == {"neural"}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("ru", ["Славянские языки — большая", "языковая семья Европы"]),
        ("el", ["Ωραίος καιρός σήμερα στην", "πόλη και στα βουνά"]),
        ("he", ["שלום לכל האנשים", "בבית הספר החדש"]),
        ("ar", ["السلام عليكم ورحمة الله", "في هذا اليوم الجميل"]),
        ("vi", ["Nguyện xin ân điển và sự bình an", "từ nơi Đức Chúa Trời là Cha chúng ta"]),
        ("ar", ["اللغة العربية جميلة جدا", "السلام عليكم ورحمة الله"]),
        ("ko", ["한국어는 아름다운 언어입니다"]),
        ("hi", ["हिन्दी एक सुन्दर भाषा है"]),
        ("vi", ["Đường phố Hà Nội rất đông vào buổi sáng", "Trẻ em thích chơi trong công viên gần nhà"]),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_scripts_and_letters_that_the_neural_engine_does_not_know_are_tesseracts(
    auto: AutoEngine, language: str, lines: list[str], named: bool
):
    page = page_of(language, *lines)
    found = auto.read(page, [language if named else "auto"])
    assert texts(found) == lines
    assert {line.engine for line in found} == {"tesseract"}


@pytest.mark.parametrize("language", ["zh", "auto"])
def test_chinese_is_read_by_the_neural_engine_whether_it_was_named_or_not(auto: AutoEngine, language: str):
    lines = ["世界人權宣言第一條", "天地玄黃宇宙洪荒"]
    found = auto.read(page_of("zh", *lines, engine="neural"), [language])
    assert texts(found) == lines
    assert {line.engine for line in found} == {"neural"}


def test_each_line_of_a_mixed_page_is_read_in_its_own_script(auto: AutoEngine):
    page = page_of("ru", "The title of this paper", "Славянские языки — большая", "языковая семья Европы")
    found = sorted(auto.read(page, ["auto"]), key=lambda line: line.quad.box.top)
    assert texts(found) == ["The title of this paper", "Славянские языки — большая", "языковая семья Европы"]
    assert [line.engine for line in found][1:] == ["tesseract", "tesseract"]


def test_a_named_mixture_is_read_line_by_line(auto: AutoEngine):
    page = page_of("el", "Ωραίος καιρός σήμερα στην", "The rest is in English here")
    assert texts(auto.read(page, ["en", "el"])) == ["Ωραίος καιρός σήμερα στην", "The rest is in English here"]


def test_right_to_left_lines_say_so(auto: AutoEngine):
    found = auto.read(page_of("he", "שלום לכל האנשים"), ["he"])
    assert [line.direction for line in found] == ["right-to-left"]


def test_its_name_card_has_what_either_engine_reads(auto: AutoEngine):
    need_language("ru")
    assert {"en", "de", "zh", "ru"} <= set(auto.info.languages)
    assert AutoEngine.info == auto.info


def test_a_language_that_neither_engine_reads_is_missing(auto: AutoEngine):
    missing = next(code for code in ("bo", "iu", "chr") if code not in auto.info.languages)
    with pytest.raises(LanguageMissing, match="pack"):
        auto.read(np.full((40, 40, 3), 255, np.uint8), [missing])


def test_quads_of_voted_words_lie_on_their_lines(auto: AutoEngine):
    sheet = Sheet(520, 260).column(PROSE, 40, 30, 36)
    lines = auto.read(sheet.pixels(), ["en"], "best")
    for found in lines:
        around = found.quad.box
        slack = Box(around.left - 1, around.top - 1, around.right + 1, around.bottom + 1)
        for word in found.words:
            box = word.quad.box
            assert slack.left <= box.left <= box.right <= slack.right
            assert slack.top <= box.top <= box.bottom <= slack.bottom


# ---- who is asked about which line


class Neural:
    """Finds and reads the lines that it is told of, and spells whatever it is asked to."""

    info = NeuralEngine.info

    def __init__(self, *lines: Line) -> None:
        self.lines = lines
        self.spelled: list[str] = []

    def find(self, image: np.ndarray) -> list[Quad]:
        return [line.quad for line in self.lines]

    def read_lines(self, image: np.ndarray, quads: Sequence[Quad], languages: Sequence[str], effort: str) -> list[Line]:
        return list(self.lines)

    def respelled(self, image: np.ndarray, lines: Sequence[Line], languages: Sequence[str]) -> list[Line]:
        self.spelled += [line.text for line in lines]
        return [replace(line, words=tuple(replace(word, text="respelled") for word in line.words)) for line in lines]


class Tesseract:
    """Reads what it is told to in some languages and nothing in others, and remembers where and in which it was asked to."""

    def __init__(self, *languages: str, **readings: Line) -> None:
        self.info = replace(FakeEngine.info, languages=languages or ("de", "en"))
        self.readings = {name.replace("_", "-"): line for name, line in readings.items()}
        self.asked: list[Quad] = []
        self.languages: list[list[str]] = []

    def read_lines(self, image: np.ndarray, quads: Sequence[Quad], languages: Sequence[str]) -> list[Line | None]:
        self.asked += quads
        self.languages.append(list(languages))
        return [self.readings.get(languages[0])] * len(quads)


def with_fakes(auto: AutoEngine, neural: Neural, tesseract: Tesseract) -> AutoEngine:
    engine = copy(auto)
    engine.neural, engine.tesseract = neural, tesseract  # type: ignore[assignment]
    return engine


WHITE = np.full((90, 90, 3), 255, np.uint8)


def read_as(text: str, top: float, sure: float, handwritten: bool = False) -> Line:
    plain = line(text, 0, top)
    words = tuple(replace(word, character_confidences=(sure,) * len(word.text)) for word in plain.words)
    return replace(plain, words=words, engine="neural", handwritten=handwritten)


@pytest.mark.parametrize("effort", ["balanced", "best"])
def test_of_handwriting_nobody_else_is_asked(auto: AutoEngine, effort: str):
    pen, unsure = read_as("a note", 0, 0.5, handwritten=True), read_as("unsure", 30, 0.9)
    neural, tesseract = Neural(pen, unsure), Tesseract()
    found = with_fakes(auto, neural, tesseract).read(WHITE, ["en"], effort)
    assert found == [pen, unsure]
    assert tesseract.asked == [unsure.quad]
    assert neural.spelled == []


def test_print_that_is_hard_to_read_is_spelled_as_words_are_and_other_print_is_not(auto: AutoEngine):
    clear, unsure, hard = read_as("clear", 0, 0.99), read_as("unsure", 30, 0.9), read_as("hard", 60, 0.7)
    neural, tesseract = Neural(clear, unsure, hard), Tesseract()
    found = with_fakes(auto, neural, tesseract).read(WHITE, ["en"])
    assert texts(found) == ["clear", "unsure", "respelled"]
    assert tesseract.asked == [unsure.quad, hard.quad]
    assert neural.spelled == ["hard"]


GERMAN = "Der Zug nach Hamburg fährt heute leider nicht von diesem Gleis."


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (GERMAN, [["de"]]),
        ("The train does not leave from this platform today.", [["en"]]),
        ("TOTAL 14.90", [["en"]]),  # nobody can tell, and English cannot harm it
        ("Les élèves étudient à l'école près de la forêt.", []),  # English would take the accents away
        ("Ñandú 14.90", []),
    ],
)
def test_of_a_page_whose_language_nobody_named_tesseract_is_asked_in_that_of_its_text(
    auto: AutoEngine, text: str, asked: list[list[str]]
):
    tesseract = Tesseract()
    with_fakes(auto, Neural(read_as(text, 0, 0.9)), tesseract).read(WHITE, ["auto"])
    assert tesseract.languages == asked


@pytest.mark.parametrize("letterform", ["de", "de-Latf"])
def test_german_is_asked_in_fraktur_where_that_reads_a_sample_better(auto: AutoEngine, letterform: str):
    readings = {"de": line("Der Zug uadj Hamburg"), "de_Latf": line("Dcr Zag uadj Haniburg")}
    readings[letterform.replace("-", "_")] = line(GERMAN)
    tesseract = Tesseract("de", "de-Latf", "en", **readings)
    (found,) = with_fakes(auto, Neural(read_as(GERMAN, 0, 0.9)), tesseract).read(WHITE, ["de"])
    assert tesseract.languages == [["de"], ["de-Latf"], [letterform]]
    assert found.text == GERMAN


def test_marks_above_thai_letters_are_no_lines_of_their_own(auto: AutoEngine):
    lines = ["ขอให้ท่านทั้งหลายได้รับ", "ภาษาไทยเป็นภาษาที่สวยงาม"]
    assert texts(auto.read(page_of("th", *lines, size=60), ["th"])) == lines


def test_without_tesseract_the_neural_reading_stands(auto: AutoEngine, monkeypatch: pytest.MonkeyPatch):
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("uncial.engines.tesseract.version", missing)
    lines = auto.read(Sheet(520, 260).column(PROSE, 40, 30, 36).pixels(), ["auto"], "best")
    assert texts(lines) == PROSE.splitlines()
    assert {line.engine for line in lines} == {"neural"}
