from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from random import Random

import pytest

from uncial.errors import LanguageMissing
from uncial.train.alphabet import latin
from uncial.train.lines import KINDS
from uncial.train.recipe import PRINTED
from uncial.train.synth.text import LONGEST, SOURCES, Texts

FEW = ("en", "de", "tr")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(FEW)


def many(texts: Texts, kind: str, count: int, first: int = 0) -> list[str]:
    return [texts.line(kind, Random(seed)) for seed in range(first, first + count)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_is_nfc_and_has_single_spaces_and_none_at_its_ends(texts, kind):
    for line in many(texts, kind, 800):
        assert 1 <= len(line) <= LONGEST
        assert line == unicodedata.normalize("NFC", line) == " ".join(line.split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_has_no_character_that_the_default_alphabet_lacks(texts, kind):
    assert set("".join(many(texts, kind, 800))) <= {*latin(), " "}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_dice_make_the_same_line(texts, kind):
    again = Texts(FEW)
    assert many(texts, kind, 60) == many(again, kind, 60)
    assert many(texts, kind, 60) != many(texts, kind, 60, first=60)


def test_lines_do_not_depend_on_those_before_them(texts):
    forth = [texts.line("printed", Random(seed)) for seed in range(80)]
    back = [texts.line("printed", Random(seed)) for seed in reversed(range(80))]
    assert forth == back[::-1]


def test_another_process_makes_the_same_lines(texts):
    program = (
        "import json; from random import Random; from uncial.train.synth.text import Texts, KINDS; "
        "texts = Texts(['en', 'de', 'tr']);"
        "print(json.dumps([texts.line(kind, Random(seed)) for kind in KINDS for seed in range(60)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": "77"}, capture_output=True, check=True, timeout=120
    )
    assert json.loads(done.stdout) == [line for kind in KINDS for line in many(texts, kind, 60)]


def test_every_character_of_the_default_alphabet_comes(texts):
    seen: set[str] = set()
    for seed in range(60_000):
        seen |= set(texts.line("printed", Random(seed)))
        if seed % 500 == 0 and seen >= set(latin()):
            break
    assert set(latin()) <= seen


def test_letters_of_the_languages_come_often(texts):
    counts = Counter("".join(many(texts, "printed", 3000)))
    assert min(counts[letter] for letter in "äöüßğışçqxzQXZ0123456789.,-") > 20


def test_lines_of_print_are_as_long_as_print(texts):
    lengths = sorted(map(len, many(texts, "printed", 2000)))
    assert lengths[20] <= 4
    assert 30 < lengths[1000] < 60
    assert lengths[1950] > 70


def test_receipts_are_short_and_mostly_in_capitals_and_tables_shorter_still(texts):
    receipts, cells = many(texts, "receipt", 2000), many(texts, "table", 2000)
    assert sorted(map(len, receipts))[1000] < 24
    assert sorted(map(len, cells))[1000] < 12
    letters = [letter for line in receipts for letter in line if letter.isalpha()]
    assert sum(letter.isupper() for letter in letters) > 0.6 * len(letters)


def test_no_kind_says_the_same_again_and_again(texts):
    for kind in KINDS:
        lines = [line for line in many(texts, kind, 2000) if len(line) > 12]
        assert len(set(lines)) > 0.95 * len(lines)


def test_fraktur_is_german_where_a_run_has_no_language_that_was_printed_in_it():
    lines = " ".join(many(Texts(("en",)), "fraktur", 300))
    assert "ſ" in lines
    assert {"und", "der"} <= set(lines.split())


def test_all_languages_of_a_recipe_that_says_none_have_words():
    texts = Texts(PRINTED)
    lines = "".join(many(texts, "printed", 1200))
    assert set("łřőșțåøñõğěñçßœ") <= set(lines)


@pytest.mark.parametrize("name", ["deu", "de-AT", "de-Latf"])
def test_a_language_goes_by_any_of_its_names(name):
    assert many(Texts((name,)), "printed", 5) == many(Texts(("de",)), "printed", 5)


def test_a_language_in_another_script_is_written_in_it():
    line = " ".join(many(Texts(("uk",)), "printed", 40))
    assert sum("Ѐ" <= letter <= "ӿ" for letter in line) > len(line) / 2


@pytest.mark.parametrize("name", ["et", "zh", "sr", "xx", ""])
def test_a_language_without_a_list_of_words_is_refused_with_those_that_have_one(name):
    with pytest.raises(LanguageMissing) as refused:
        Texts((name,))
    assert refused.value.hint


def test_every_source_says_what_it_gives_and_its_licence():
    assert all(len(source) == 3 and all(source) for source in SOURCES)
    assert any("CC-BY-SA-4.0" in licence for _, _, licence in SOURCES)
