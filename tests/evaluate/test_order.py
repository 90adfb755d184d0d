from dataclasses import replace

import pytest

from fakes import block, page
from uncial.evaluate.order import columned_share, moved_lines, moved_share, running_lines

LEFT = [
    "the ship went down at night",
    "with all her lights still on",
    "and seven people saw it happen",
    "from houses on a windy hill",
    "who told their story often since",
    "though nobody believed a word",
]
RIGHT = [
    "years later divers found some coins",
    "lying beneath heavy sand near rocks",
    "which bore dates no one expected",
    "museums sent letters asking for them",
    "but they were sold abroad instead",
    "so that is where this ends",
]
LABEL = "\n".join(LEFT + RIGHT)


def test_a_page_in_the_labels_order_has_nothing_to_be_moved():
    assert moved_share(LEFT + RIGHT, LABEL) == 0
    assert moved_lines(LEFT + RIGHT, LABEL) == []


def test_columns_that_are_read_across_are_far_out_of_order():
    across = [line for pair in zip(LEFT, RIGHT, strict=True) for line in pair]
    assert moved_share(across, LABEL) > 0.3


def test_a_column_before_another_that_it_follows_is_moved_as_a_whole():
    assert moved_share(RIGHT + LEFT, LABEL) > 0.4
    assert moved_lines(RIGHT + LEFT, LABEL) in ([0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11])


def test_one_line_out_of_its_place_costs_its_words():
    lines = [*LEFT[1:], LEFT[0], *RIGHT]
    words = LABEL.split()
    assert moved_share(lines, LABEL) == pytest.approx(len(LEFT[0].split()) / len(words), abs=2 / len(words))
    assert moved_lines(lines, LABEL) == [5]


def test_lines_that_are_there_twice_may_stand_in_either_place():
    lines = ["the same words", "once", "the same words", "twice", "the same words"]
    assert moved_share(lines, "\n".join(lines)) == 0


def test_misread_words_and_lines_of_no_label_move_nothing():
    read = [line.replace("o", "0") for line in LEFT]
    assert moved_share([read[0], "stamp 17", "never seen before", *read[1:], *RIGHT], LABEL) == 0


def test_words_that_are_divided_at_a_lines_end_are_whole():
    assert moved_share(["some divi-", "ded words"], "some divided words") == 0


def test_letters_are_moved_where_words_are_not_written_apart():
    assert moved_share(["財政助農", "福建茶"], "財政助農福建茶", spaces=False) == 0
    assert moved_share(["福建茶", "財政助農"], "財政助農福建茶", spaces=False) == pytest.approx(3 / 7)


def test_an_empty_page_has_nothing_to_be_moved():
    assert moved_share([], LABEL) == 0


def test_what_floats_is_not_judged():
    figure = replace(block("in a picture", left=20), kind="figure")
    assert running_lines(page(block("one", "two"), figure, block("three"))) == ["one", "two", "three"]


def test_columns_of_prose_are_told_from_lines_and_from_cells():
    left, right = block(*LEFT), block(*RIGHT, left=500)
    assert columned_share(page(left, right)) == 1
    assert columned_share(page(left, block(*RIGHT, top=300))) == 0
    assert columned_share(page(block("12", "13"), block("14", "15", left=200))) == 0
    assert columned_share(page()) == 0
