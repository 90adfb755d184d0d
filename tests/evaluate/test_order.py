from dataclasses import replace

import pytest

from fakes import block, page
from uncial.evaluate.order import columned_share, moved_share, running_lines

LEFT = [f"left column, line number {n} of the text" for n in "one two three four five six".split()]
RIGHT = [f"on the right there is line {n} of more" for n in "seven eight nine ten eleven twelve".split()]
LABEL = "\n".join(LEFT + RIGHT)


def test_a_page_in_the_labels_order_has_nothing_to_be_moved():
    assert moved_share(LEFT + RIGHT, LABEL) == 0


def test_columns_that_are_read_across_have_all_but_one_line_of_the_second_to_be_moved():
    across = [line for pair in zip(LEFT, RIGHT, strict=True) for line in pair]
    assert moved_share(across, LABEL) == pytest.approx(5 / 12, abs=0.02)


def test_a_column_before_another_that_it_follows_is_moved_as_a_whole():
    assert moved_share(RIGHT + LEFT, LABEL) == pytest.approx(0.5, abs=0.05)


def test_one_line_out_of_its_place_costs_its_letters():
    lines = [*LEFT[1:], LEFT[0], *RIGHT]
    assert moved_share(lines, LABEL) == pytest.approx(len(LEFT[0]) / sum(map(len, lines)))


def test_misread_letters_and_lines_of_no_label_move_nothing():
    read = [line.replace("e", "c", 1) for line in LEFT]
    assert moved_share([read[0], "stamp 17", "something that is in no label at all", *read[1:], *RIGHT], LABEL) == 0


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
