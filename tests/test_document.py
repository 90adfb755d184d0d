from dataclasses import FrozenInstanceError, replace

import pytest

from fakes import block, document, line, page, table, word
from uncial.document import Block, Problem
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


def test_a_page_and_a_document_are_as_sure_as_their_letters_are_on_average():
    sure, unsure = line("whole", confidence=0.9), line("bit", confidence=0.5)
    mixed = page(Block((sure, unsure, line("silent", confidence=None)), sure.quad))
    assert mixed.confidence == pytest.approx((5 * 0.9 + 3 * 0.5) / 8)
    assert document(mixed, page(block("eight of them"))).confidence == pytest.approx((5 * 0.9 + 3 * 0.5 + 11 * 0.9) / 19)


def test_where_no_word_says_how_sure_it_is_nothing_is_made_up():
    assert page(Block((line("silent", confidence=None),), line("silent").quad)).confidence is None
    assert document(page()).confidence is None


def test_only_words_that_say_less_than_was_asked_for_are_doubtful():
    words = tuple(word("a", confidence=confidence) for confidence in (0.4, 0.5, None))
    doubted = replace(line("a"), words=words).doubted(0.5)
    assert [each.doubtful for each in doubted.words] == [True, False, False]
    assert not any(each.doubtful for each in doubted.doubted(0.0).words)


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


def test_items_of_a_list_stand_close_below_each_other():
    items = [replace(block(text), kind="list-item", level=1) for text in ("1. flour", "2. water")]
    assert page(block("Take"), *items, block("Mix.")).text == "Take\n\n1. flour\n2. water\n\nMix."


def test_the_head_of_a_table_are_rows_of_headings_that_no_cell_reaches_below():
    assert table(["a", "b"], ["c", "d"], ["e", "f"], heads=2).head_rows == 2
    assert table(["a", "b"], [None, "d"], heads=1, spans={(0, 0): (2, 1)}).head_rows == 0
    assert table(["a", "b"], heads=1).head_rows == 0


def test_a_cell_covers_each_place_that_it_spans():
    wide = table(["a", None], [None, None], spans={(0, 0): (2, 2)}).cells[0]
    assert list(wide.places) == [(0, 0), (0, 1), (1, 0), (1, 1)]
