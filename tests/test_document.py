from dataclasses import FrozenInstanceError

import pytest

from fakes import block, document, line, page
from uncial.document import Problem
from uncial.geometry import Box, Transform


def test_the_text_of_a_document_follows_its_order():
    made = document(page(block("a b", "c"), block("d")), page(number=2), page(block("e"), number=3))
    assert made.text == "a b\nc\n\nd\f\fe"


def test_the_lines_of_a_page_are_those_of_its_blocks():
    assert [each.text for each in page(block("a", "b"), block("c")).lines] == ["a", "b", "c"]


def test_one_failed_page_makes_a_document_partial():
    good, bad = page(block("a")), page(number=2, problem=Problem("engine-failed", "It broke."))
    assert not document(good).partial
    assert document(good, bad).partial


def test_moving_a_block_moves_everything_in_it_and_leaves_the_first_alone():
    still = block("one two", left=10)
    moved = still.moved(Transform.translation(5, 7))
    assert moved.quad.box == Box(15, 7, 85, 27)
    assert moved.lines[0].words[1].quad.box == Box(55, 7, 85, 27)
    assert moved.text == still.text
    assert still.quad.box == Box(10, 0, 80, 20)


def test_nothing_can_be_changed_behind_a_readers_back():
    with pytest.raises(FrozenInstanceError):
        line("a").confidence = 1.0  # type: ignore[misc]
