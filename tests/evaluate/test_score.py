from pathlib import Path
from typing import Any

from fakes import block, document, page
from uncial.document import Problem
from uncial.evaluate.datasets import Record
from uncial.evaluate.metrics import Edits, Hits
from uncial.evaluate.profiles import Profile
from uncial.evaluate.score import Piece, Reading, score
from uncial.geometry import Box, Point


def record(text: str, **more: Any) -> Record:
    return Record("a.png", Path("a.png"), text, **more)


def scored(text: str, read: str, profile: Profile | None = None, **more: Any) -> Any:
    return score(record(text, **more), Reading.of_text(read), 1.0, profile or Profile())


def test_the_true_text_has_no_errors_and_a_wrong_one_has():
    assert scored("one two\nthree", "one  two three").characters == Edits(0, 13)
    wrong = scored("one two\nthree", "one tvvo three")
    assert (wrong.characters, wrong.words, wrong.found) == (Edits(2, 13), Edits(1, 3), Hits(2, 3, 3))


def test_letters_with_marks_count_as_one():
    assert scored("e\u0323\u0301t", "et").characters == Edits(1, 2)


def test_columns_in_the_wrong_order_are_errors_but_not_in_the_labels_order():
    result = scored(
        "the left column\nis read first\nthe right one\ncomes next", "the right one\ncomes next\nthe left column\nis read first"
    )
    assert result.characters.errors > 10
    assert result.in_order.errors == 0
    assert result.found.f1 == 1


def test_the_labels_order_never_scores_worse_than_the_readers():
    result = scored("a paragraph without breaks in the label", "a paragraph\nwithout brcaks\nin the label")
    assert result.in_order == result.characters == Edits(1, 39)


def test_a_failure_is_an_empty_reading_with_a_code():
    result = score(record("abc"), Reading(code="source-damaged", message="It is broken."), 0.5, Profile())
    assert (result.characters, result.found, result.code) == (Edits(3, 3), Hits(0, 1, 0), "source-damaged")


def test_a_partial_document_tells_its_problem_and_keeps_its_text():
    bad = page(number=2, problem=Problem("engine-failed", "It broke."))
    reading = Reading.of_document(document(page(block("one two", "three")), bad))
    assert (reading.text(), reading.code, reading.message) == ("one two\nthree", "engine-failed", "It broke.")


def test_where_order_is_not_scored_only_words_are():
    result = scored("a b", "b a", Profile(order=False))
    assert (result.characters, result.in_order, result.words, result.found) == (None, None, None, Hits(2, 2, 2))


def test_chinese_is_scored_by_its_letters_alone():
    result = scored("春眠不覚", "春 眠不覺", languages=("zh",))
    assert (result.characters, result.words, result.found) == (Edits(1, 4), None, None)


def test_ignored_text_counts_neither_way():
    stamp = "Property of the County Library"
    assert scored("a letter", f"a letter\n{stamp}", ignored=(stamp,)).characters.errors == 0
    assert scored("a letter", "a letter", ignored=(stamp,)).characters.errors == 0
    assert scored("a letter", f"a letter\n{stamp}").characters.errors > 0


def test_what_is_read_in_an_unreadable_place_does_not_count():
    reading = Reading(((Piece("EXIT", Point(5, 5)), Piece("blurred", Point(50, 50)), Piece("nowhere")),))
    result = score(record("EXIT", ignored_boxes=(Box(40, 40, 60, 60),)), reading, 1.0, Profile())
    assert result.found == Hits(1, 1, 2)
