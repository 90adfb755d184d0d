import math
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from uncial.evaluate.datasets import Record
from uncial.evaluate.diagram import reliability_svg
from uncial.evaluate.profiles import Profile
from uncial.evaluate.reliability import Reliability, Said, judged
from uncial.evaluate.score import Piece, Reading, score
from uncial.geometry import Box, Point


def said(*lines: str) -> list[list[Said]]:
    """Lines whose words say 0.01, 0.02 and so on, in the order in which they stand."""
    count = iter(range(1, 100))
    return [[Said(word, next(count) / 100) for word in line.split()] for line in lines]


def verdicts(lines: list[list[Said]], reference: str, profile: Profile | None = None) -> dict[int, bool]:
    """By the word's number."""
    return {round(100 * sure): right for sure, right in judged(lines, reference, profile or Profile())}


def test_a_word_is_right_where_the_label_has_it_but_for_marks_at_its_ends():
    assert verdicts(said("“Hello, wor1d — again.”"), "Hello world again") == {1: True, 2: False, 4: True}
    assert verdicts(said("£14.90 1490"), "14.90 14.90") == {1: True, 2: False}


def test_a_word_that_the_label_has_once_is_right_once():
    assert sorted(verdicts(said("tea tea tea"), "tea for two").values()) == [False, False, True]


def test_words_in_another_order_are_as_right_as_before():
    assert all(verdicts(said("right column here", "left column there"), "left column there right column here").values())


def test_a_divided_word_is_matched_whole_and_not_judged():
    lines = said("a sen-", "tence goes on")
    assert verdicts(lines, "a sentence goes on") == {1: True, 4: True, 5: True}
    assert verdicts(lines, "a sen- tence goes on", Profile(join_hyphens=False)) == dict.fromkeys(range(1, 6), True)


def test_a_word_without_a_confidence_is_matched_and_not_judged():
    assert judged([[Said("one", None), Said("two", 0.5)]], "one two", Profile()) == [(0.5, True)]


def test_a_wildcard_stands_for_any_one_letter_and_for_a_mark_at_an_end():
    profile = Profile(wildcard="~")
    assert verdicts(said("• naïve caf"), "~ na~ve caf~", profile) == {2: True, 3: True}
    assert verdicts(said("nave"), "na~ve", profile) == {1: False}


def test_a_part_of_the_page_that_the_label_lacks_counts_neither_way_but_a_few_stray_words_do():
    stray = " ".join(f"stray{number}" for number in range(12))
    assert verdicts(said("first", stray, "last"), "first last") == {1: True, 14: True}
    assert list(verdicts(said("first", "stray words", "last"), "first last").values()) == [True, False, False, True]


def test_the_expected_calibration_error_is_that_counted_by_hand():
    # Ten words at .9 of which nine are right: no error. Ten at .5 of which one is: .4. One that says 1 belongs to the last bin.
    words = [(0.9, True)] * 9 + [(0.9, False)] + [(0.5, False)] * 9 + [(0.5, True)]
    made = Reliability.of(words)
    assert made.error == pytest.approx(0.2)
    assert made.bins[9].said == pytest.approx(0.9)
    assert made.bins[5].found == pytest.approx(0.1)
    assert Reliability.of([(1.0, True)]).bins[9].words == 1
    assert Reliability().error is None


def test_pages_are_added_up_word_by_word():
    one, two = Reliability.of([(0.95, True)]), Reliability.of([(0.95, False), (0.15, False)])
    both = Reliability.together([one, None, two])
    assert (both.words, both.bins[9].words, both.bins[9].found) == (3, 2, 0.5)


def page(*pieces: Piece, profile: Profile | None = None, **known: Any) -> Reliability | None:
    record = Record("a.png", Path("a.png"), "EXIT", **known)
    return score(record, Reading((pieces,)), 1.0, profile or Profile()).reliability


def test_what_stands_in_an_unreadable_place_or_is_ignored_is_not_judged():
    blurred = page(Piece("EXIT", Point(5, 5), 0.9), Piece("blur", Point(50, 50), 0.9), ignored_boxes=(Box(40, 40, 60, 60),))
    assert blurred == Reliability.of([(0.9, True)])
    stamp = "Property of the County Library"
    assert page(*(Piece(word, None, 0.9) for word in stamp.split()), ignored=(stamp,)) is None


def test_where_nothing_is_known_of_confidence_or_of_words_nothing_is_told():
    assert page(Piece("EXIT")) is None
    assert page(Piece("EXIT", None, 0.9), profile=Profile(precision=False)) is None
    assert page(Piece("出口", None, 0.9), languages=("zh",)) is None


def test_the_diagram_is_a_picture_with_a_bar_as_high_as_the_share_of_right_words():
    words = [(0.95, True)] * 3 + [(0.95, False)] + [(0.25, False)]
    root = ET.fromstring(reliability_svg(Reliability.of(words), "a < b & c"))
    name = "{http://www.w3.org/2000/svg}"
    heights = [float(bar.get("height", "nan")) for bar in root.iter(f"{name}rect")]
    assert heights[0] == 0 and heights[2] == pytest.approx(0.75 * 300)
    assert root.findtext(f"{name}title") == "a < b & c"


def test_a_diagram_without_words_is_still_a_picture():
    root = ET.fromstring(reliability_svg(Reliability(), "none"))
    assert not any(math.isnan(float(value)) for line in root for key, value in line.items() if key in ("x1", "y1"))
