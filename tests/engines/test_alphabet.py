from unicodedata import category

import pytest

from uncial.engines.neural.alphabet import FOREIGN, LANGUAGES, Alphabet
from uncial.errors import LanguageMissing
from uncial.languages import find_language, how_to_add
from uncial.models import load_alphabet

UNKNOWN = {"tiny": set("ȘșȚț"), "small": set()}
"""What the recognisers cannot write although a language has it."""


def all_letters(language: str) -> set[str]:
    return set(Alphabet.of([language]).letters)


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_the_recognisers_know_every_letter_of_every_language_but_those_known_to_be_missing(size: str):
    known = set(load_alphabet(f"ppocr-v6-{size}-alphabet"))
    wanted = {letter for language in LANGUAGES for letter in all_letters(language)}
    assert len(wanted) > 150
    assert wanted - known == UNKNOWN[size]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_may_write_all_of_its_own_letters_and_none_of_them_is_foreign_to_it(language: str):
    alphabet = Alphabet.of([language])
    letters = [*all_letters(language), *"azAZ09.,-' "]
    assert all(alphabet.allows(letter) and alphabet.handicap(letter) == 0 for letter in letters)


def test_english_is_written_without_chinese_kana_cyrillic_and_full_width_letters():
    english = Alphabet.of(["en"])
    assert [character for character in "中永あアяЖαＡ、。" if english.allows(character)] == []


def test_chinese_keeps_its_characters_and_punctuation_and_latin_letters_with_them():
    chinese = Alphabet.of(["zh"])
    assert all(chinese.allows(character) for character in "中永、。（％Aé9")
    assert not chinese.allows("あ")


def test_japanese_has_kana_besides_the_characters():
    japanese = Alphabet.of(["ja"])
    assert all(japanese.allows(character) for character in "あア日本語ー")


def test_several_languages_have_the_letters_of_each():
    both = Alphabet.of(["de", "zh"])
    assert both.allows("中")
    assert (both.handicap("ß"), both.handicap("ñ")) == (0, FOREIGN)
    assert Alphabet.of(["de", "es"]).handicap("ñ") == 0


def test_letters_of_other_languages_start_with_a_handicap():
    german = Alphabet.of(["de"])
    assert [german.handicap(letter) for letter in "äöüßÄÖÜ"] == [0] * 7
    assert [german.handicap(letter) for letter in "ñøåłé"] == [FOREIGN] * 5
    assert [german.handicap(sign) for sign in "a1.,–„“€ "] == [0] * 9


def test_no_letter_is_foreign_where_english_alone_or_auto_was_asked_for():
    assert Alphabet.of(["en"]).handicap("ñ") == 0
    assert Alphabet.of(["auto"]) == Alphabet.of(["en"])
    assert Alphabet.of(["en", "de"]).handicap("ñ") == FOREIGN


@pytest.mark.parametrize(
    ("name", "same"), [("eng", "en"), ("deu", "de"), ("ger", "de"), ("DE", "de"), ("pt-BR", "pt"), ("zh_Hant", "zh")]
)
def test_a_language_has_its_other_names(name: str, same: str):
    assert Alphabet.of([name]) == Alphabet.of([same])


def test_the_order_of_the_languages_does_not_matter():
    assert Alphabet.of(["de", "fr"]) == Alphabet.of(["fr", "de"])


@pytest.mark.parametrize("name", ["vi", "ru", "el", "grc", "ar", "heb", "hi", "th", "ko", "az", "sr", "de-Latf"])
def test_a_language_that_only_tesseract_reads_is_named_with_the_way_to_its_pack(name: str):
    with pytest.raises(LanguageMissing, match=f"“{name}”") as caught:
        Alphabet.of(["en", name])
    assert "The engine tesseract reads it" in caught.value.hint
    assert how_to_add(find_language(name)) in caught.value.hint


@pytest.mark.parametrize("name", ["xx", "tlh", "", "english"])
def test_what_is_no_language_is_named(name: str):
    with pytest.raises(LanguageMissing, match=f"“{name}”"):
        Alphabet.of(["en", name])


def test_it_reads_the_latin_languages_whose_letters_it_has_and_chinese_and_japanese():
    assert {"en", "de", "fr", "pl", "tr", "sr-Latn", "lb", "ja", "zh", "zh-Hant"} <= set(LANGUAGES)
    assert {find_language(code).script for code in LANGUAGES} == {"Latn", "Jpan", "Hans", "Hant"}


def test_nothing_that_can_be_read_is_a_control_character():
    everything = Alphabet.of(LANGUAGES)
    for size in ("tiny", "small"):
        known = load_alphabet(f"ppocr-v6-{size}-alphabet")
        assert [each for each in known if each and everything.allows(each) and category(each) in ("Cc", "Cs", "Co", "Cn")] == []
