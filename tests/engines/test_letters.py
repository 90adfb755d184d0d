from math import exp
from pathlib import Path

import pytest

from test_scripts import script
from uncial.engines.letters import EDGE, LetterModel, load_letters, spells


def surprise(text: str, model: LetterModel | None = None) -> float:
    """Of a word and its end."""
    model = model or load_letters()
    return sum(model.surprise(text[:i], letter) for i, letter in enumerate(text)) + model.surprise(text, " ")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("house", "houze"), ("Straße", "StraBe"), ("maison", "maisan"), ("guerra", "guena"), ("ciudad", "ciucad"),
        ("gefährlich", "gefáhrlich"), ("été", "ètè"),
    ],
)  # fmt: skip
def test_words_surprise_less_than_what_a_reader_makes_of_them(right: str, wrong: str):
    assert surprise(right) < surprise(wrong)


def test_what_may_follow_shares_one_certainty():
    model = load_letters()
    known = [*model.codes, " "]
    for before in ("", "th", "ein", "qu", "zzzz", "das wor", "naïve"):
        total = sum(exp(-model.surprise(before, letter)) for letter in known if before or letter != " ")
        assert total == pytest.approx(1, abs=0.12), before  # the tables are rounded, and rare n-grams were left out


@pytest.mark.parametrize("languages", [["en"], ["de", "fr"], ["es", "it", "en"], ["auto"]])
def test_it_spells_the_languages_whose_words_it_knows_and_what_nobody_has_named(languages: list[str]):
    assert spells(languages)


@pytest.mark.parametrize("languages", [["cs"], ["en", "cs"], ["de-Latf"], ["zh"]])
def test_it_spells_nothing_that_may_be_in_another_language(languages: list[str]):
    assert not spells(languages)


def test_only_the_word_at_hand_is_looked_at():
    model = load_letters()
    assert model.surprise("ho", "u") == model.surprise("anything at all 12 ho", "u") == model.surprise("HO", "u")


@pytest.mark.parametrize("character", ["ж", "漢", "№", "7", "'", "-", "ø", "İ", " "])
def test_nothing_is_impossible(character: str):
    model = load_letters()
    for before in ("", "a", "a ", "8", "жж"):
        assert 0 < model.surprise(before, character) < 16


def test_a_capital_is_likelier_at_the_beginning_than_within():
    model = load_letters()
    assert model.surprise("", "H") - model.surprise("", "h") < model.surprise("t", "H") - model.surprise("t", "h")


def test_the_script_counts_what_the_lists_hold(tmp_path: Path):
    lists = {"deu": "haus hase hast", "eng": "has hat house", "fra": "hausse hâte", "ita": "hai ha", "spa": "has haz"}
    for pack, words in lists.items():
        (tmp_path / f"{pack}.txt").write_text("\n".join(["12", "a-b", *words.split(), *(f"ha{i}" for i in range(3))]), "utf-8")
    counting = script("letters")
    vars(counting)["RARE_LETTER"] = 1
    counting.main(tmp_path, tmp_path / "small.npz")
    model = load_letters(tmp_path / "small.npz")
    assert set(model.codes) == set("haustezioâ")
    assert list(model.keys) == sorted(model.keys)
    assert EDGE not in model.codes.values()
    assert model.surprise("h", "a") < model.surprise("h", "o") < model.surprise("h", "z")
    assert surprise("haus", model) < surprise("huas", model)
