import string
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from uncial.evaluate.metrics import Edits, Hits, edits, hits, reordered, without

symbols = st.lists(st.sampled_from("ab é"), max_size=100)


def slow_edits(reference: Sequence[str], hypothesis: Sequence[str], wildcard: str) -> int:
    """The table of costs, cell by cell (Wagner and Fischer, 1974)."""
    above = list(range(len(hypothesis) + 1))
    for number, wanted in enumerate(reference, 1):
        row = [number]
        for index, seen in enumerate(hypothesis, 1):
            same = wanted == seen or (wanted == wildcard and not seen.isspace())
            row.append(min(row[-1] + 1, above[index] + 1, above[index - 1] + (not same)))
        above = row
    return above[-1]


@pytest.mark.parametrize(
    ("reference", "hypothesis", "errors"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "", 3),
        ("", "abc", 3),
        ("kitten", "sitting", 3),
        ("abc", "cab", 2),
        ("ab", "ba", 2),
    ],
)
def test_edits_of_pairs_counted_by_hand(reference, hypothesis, errors):
    assert edits(reference, hypothesis) == Edits(errors, len(reference))


def test_a_wrong_page_scores_wrong():
    page = "It was the best of times, it was the worst of times"
    assert edits(page, page).rate == 0
    assert edits(page, page.replace("best", "rest")).rate == pytest.approx(1 / len(page))
    assert edits(page, "").rate == 1
    assert edits(page, page.upper()).rate > 0.5
    assert edits(page, page * 3).rate == pytest.approx(2)
    assert hits(page.split(), page.upper().split()).f1 == 0


@given(symbols, symbols)
def test_edits_are_those_of_rapidfuzz(reference, hypothesis):
    assert edits(reference, hypothesis).errors == Levenshtein.distance(reference, hypothesis)


@given(st.lists(st.sampled_from("ab ~"), max_size=70), st.lists(st.sampled_from("ab ~"), max_size=70))
def test_edits_with_wildcards_are_those_of_the_slow_table(reference, hypothesis):
    assert edits(reference, hypothesis, "~").errors == slow_edits(reference, hypothesis, "~")


@pytest.mark.parametrize(
    ("read", "errors"), [("5 °C", 0), ("5 *C", 0), ("5 ~C", 0), ("5 C", 1), ("5  C", 1), ("5 ooC", 1), ("6 °C", 1)]
)
def test_a_wildcard_is_any_one_letter_and_must_be_there(read, errors):
    assert edits("5 ~C", read, "~").errors == errors


def test_a_wildcard_is_an_ordinary_letter_where_the_set_has_none():
    assert edits("5 ~C", "5 °C").errors == 1


def test_a_word_with_a_wildcard_is_the_word_of_the_same_letters():
    assert edits(["5~C", "hot"], ["5°C", "hot"], "~").errors == 0
    assert edits(["5~C", "hot"], ["55°C", "hot"], "~").errors == 1
    assert edits(["5~.*", "hot"], ["5°xx", "hot"], "~").errors == 1


def test_a_rate_of_an_empty_reference_is_none_or_all():
    assert Edits(0, 0).rate == 0
    assert Edits(5, 0).rate == 1


def test_hits_count_a_word_as_often_as_both_have_it():
    found = hits(["the", "cat", "and", "the", "dog"], ["the", "the", "the", "dog"])
    assert found == Hits(3, 5, 4)
    assert (found.recall, found.precision) == (3 / 5, 3 / 4)
    assert found.f1 == pytest.approx(6 / 9)


def test_hits_of_nothing():
    assert hits([], []).f1 == 1
    assert hits(["a"], []) == Hits(0, 1, 0)
    assert (hits(["a"], []).f1, hits([], ["a"]).f1) == (0, 0)
    assert (hits(["a"], []).precision, hits([], ["a"]).recall) == (1, 1)


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abd")), st.randoms())
def test_hits_do_not_depend_on_order_and_never_exceed_either_side(reference, hypothesis, random):
    found = hits(reference, hypothesis)
    random.shuffle(hypothesis)
    assert hits(reference, hypothesis).hits == found.hits
    assert found.hits <= min(len(reference), len(hypothesis))


CONSENT = "I have read the conditions and I agree to them in every respect, now and later."


def test_ignored_text_is_taken_out_of_what_was_read():
    read = "Dear Sir,\nI have rcad the conditions and I agree\nto them in every respect now and later.\nyours"
    assert without(read, [CONSENT]).split() == ["Dear", "Sir,", "yours"]


def test_ignored_text_within_a_long_line_leaves_the_rest_of_it():
    rest = "The letter itself is much longer than what is ignored, and it stays to the last word, as it must. "
    assert without(rest + CONSENT + " Yours", [CONSENT]).split() == f"{rest} Yours".split()


def test_what_is_not_like_the_ignored_text_stays():
    letter = "The weather is fine here.\nand\nWe hope to see you soon."
    assert without(letter, [CONSENT]) == letter


def test_lines_go_to_where_the_label_has_them():
    lines = ["the second column goes on", "the first column starts", "and ends"]
    assert reordered(lines, "the first column starts and ends the second column goes on") == [1, 2, 0]


def test_equal_lines_go_to_different_places():
    assert reordered(["9.00", "total", "9.00", "price"], "price 9.00 total 9.00") == [3, 0, 1, 2]


@given(
    st.lists(st.text(string.ascii_lowercase + " ", max_size=12), max_size=8), st.text(string.ascii_lowercase + " ", max_size=60)
)
def test_reordering_loses_no_line(lines, reference):
    assert sorted(reordered(lines, reference)) == list(range(len(lines)))
