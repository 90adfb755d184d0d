import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.evaluate.normalise import bare_words, graphemes, normalise, words
from uncial.evaluate.profiles import FRAKTUR, Profile

PLAIN = Profile()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("  two\t words\n\nthree\u00a0four\f", "two words three four"),
        ("“curly” ‘quotes’ and don’t", "\"curly\" 'quotes' and don't"),
        ("1914–1918 — a−b ‐c", "1914-1918 - a-b -c"),
        ("eﬃcient ﬁn … ½", "efficient fin ... 1⁄2"),
        ("e\u0301te\u0301", "été"),
        ("it´s", "it's"),
        ("ſo", "so"),
        ("zero\u200bwidth soft\u00adhyphen", "zerowidth softhyphen"),
        ("calcula-\ntions", "calculations"),
        ("calcula-  \n\n  tions", "calculations"),
        ("calcula¬\ntions", "calculations"),
        ("1938-\n1940", "1938- 1940"),
        ("- a\n- b", "- a - b"),
        ("", ""),
    ],
)
def test_the_same_text_is_written_in_one_way(written, meant):
    assert normalise(written, PLAIN) == meant


def test_what_differs_stays_different():
    pairs = [("Total", "total"), ("e", "é"), ("l", "1"), ("O", "0"), ("a b", "ab"), (".", ",")]
    assert all(normalise(a, PLAIN) != normalise(b, PLAIN) for a, b in pairs)


def test_case_is_folded_where_the_set_says_so():
    assert normalise("TOTAL Straße İ", Profile(fold_case=True)) == normalise("total STRASSE i̇", Profile(fold_case=True))


def test_hyphens_stay_where_the_set_says_so():
    assert normalise("calcula-\ntions", Profile(join_hyphens=False)) == "calcula- tions"


def test_spaces_go_where_a_language_has_none():
    assert normalise("春 眠\n不 覚", PLAIN, spaces=False) == "春眠不覚"


def test_old_letters_are_mapped_on_both_sides():
    profile = Profile(mapping=FRAKTUR)
    assert normalise("ſchoͤn", profile) == normalise("schön", profile)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text):
    once = normalise(text, PLAIN)
    assert normalise(once, PLAIN) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_letter_with_its_marks_is_one():
    assert graphemes("ae\u0323\u0301z") == ["a", "e\u0323\u0301", "z"]
    assert graphemes("कि") == ["कि"]
    assert graphemes("abc") == ["a", "b", "c"]


def test_words_are_what_stands_between_spaces():
    assert words("a b,c  d") == ["a", "b,c", "d"]


def test_bare_words_are_runs_of_letters_and_digits():
    assert bare_words("TOTAL:14.90 (don't) * 5~C café_कि ...") == ["TOTAL", "14", "90", "don", "t", "5", "C", "café", "कि"]
