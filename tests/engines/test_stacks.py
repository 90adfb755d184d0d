from itertools import pairwise

import numpy as np
import pytest

from prints import Sheet
from uncial.engines.neural.stacks import part_long, part_stacks
from uncial.geometry import Box, Quad

CELLS = ("14 A", "14 B", "15 C", "16 D")
LINE = Quad.of_box(Box(300, 60, 560, 100))
"""A line of usual height beside the stack."""


def stack(paper: str = "white", ink: str = "black") -> tuple[np.ndarray, Quad]:
    """Narrow cells that stand closely above each other, and the one quad around all of them."""
    sheet = Sheet(600, 300, paper, ink)
    for number, cell in enumerate(CELLS):
        sheet.put(cell, 60, 60 + 36 * number)
    return sheet.pixels(), Quad.of_box(Box(50, 58, 140, 58 + 36 * len(CELLS)))


@pytest.mark.parametrize("colours", [("white", "black"), ("black", "white"), ("navy", "yellow")])
def test_a_stack_of_lines_is_parted_between_them(colours: tuple[str, str]):
    image, around = stack(*colours)
    *parts, beside = part_stacks(image, [around, LINE, LINE])[:5]
    assert beside == LINE
    assert len(parts) == len(CELLS)
    assert (parts[0].top_left, parts[-1].bottom_left) == (around.top_left, around.bottom_left)
    for number, (part, after) in enumerate(pairwise(parts), 1):
        assert part.bottom_left == after.top_left
        assert part.box.bottom == pytest.approx(60 + 36 * number, abs=6)


def test_lines_of_usual_height_stay_as_they_are():
    image, _ = stack()
    assert part_stacks(image, [LINE, LINE]) == [LINE, LINE]
    assert part_stacks(image, []) == []


def test_high_print_is_one_line():
    image = Sheet(600, 300).put("HIGH", 40, 40, 120).pixels()
    high = Quad.of_box(Box(30, 50, 420, 170))
    assert part_stacks(image, [high, LINE, LINE]) == [high, LINE, LINE]


def test_dots_and_accents_are_no_lines_of_their_own():
    sheet = Sheet(600, 300)
    sheet.put("üü", 40, 60, 100)
    for x in (60, 90, 115, 145):
        sheet.accent("umlaut", x, 60, 100)
    around = Quad.of_box(Box(30, 60, 180, 180))
    assert part_stacks(sheet.pixels(), [around, LINE, LINE])[0] == around


def test_a_line_that_runs_up_the_page_is_not_cut_into_its_letters():
    sheet = Sheet(600, 400).paste(Sheet(300, 40).put("up the page", 10, 2), 20, 40, turns=3)
    standing = Quad.of_box(Box(20, 60, 60, 340))
    assert part_stacks(sheet.pixels(), [standing, LINE, LINE])[0] == standing


def test_a_column_of_single_digits_is_parted_although_it_is_narrow():
    sheet = Sheet(600, 400).column("1\n7\n4\n9\n2", 40, 50, step=1.3)
    around = Quad.of_box(Box(30, 50, 66, 50 + 5 * 39))
    assert len(part_stacks(sheet.pixels(), [around, LINE, LINE])) == 5 + 2


def test_an_empty_quad_has_no_parts():
    image = np.full((300, 600, 3), 255, np.uint8)
    around = Quad.of_box(Box(30, 30, 130, 230))
    assert part_stacks(image, [around, LINE, LINE])[0] == around


# ---- lines that are too long


def long_line(turns: int = 0) -> tuple[np.ndarray, Quad, list[Box]]:
    sheet = Sheet(3600, 44).put("seven eight nine " * 20, 10, 6)
    image = np.ascontiguousarray(np.rot90(sheet.pixels(), -turns))
    return image, Quad.of_box(Box(0, 0, image.shape[1], image.shape[0])), [box for _, box in sheet.words]


def test_a_very_long_line_is_cut_between_words():
    image, around, words = long_line()
    parts = part_long(image, [around])
    assert len(parts) == 2
    cut = parts[0].box.right
    assert parts[1].box.left == pytest.approx(cut)
    assert cut == pytest.approx(1800, abs=3 * 44)
    assert not any(box.left < cut < box.right for box in words)
    assert (parts[0].top_left, parts[-1].bottom_right) == (around.top_left, around.bottom_right)


@pytest.mark.parametrize("turns", [1, 3])
def test_a_very_long_line_that_stands_is_cut_too_and_its_parts_keep_the_way_that_it_lay(turns: int):
    image, around, _ = long_line(turns)
    parts = part_long(image, [around])
    assert len(parts) == 2
    assert all(part.height > 10 * part.width and part.angle == pytest.approx(0) for part in parts)
    assert sum(part.height for part in parts) == pytest.approx(around.height)


def test_where_there_is_no_white_a_long_line_is_cut_all_the_same():
    black = np.zeros((40, 8000, 3), np.uint8)
    parts = part_long(black, [Quad.of_box(Box(0, 0, 8000, 40))])
    assert [part.width for part in parts] == pytest.approx([2000] * 4, rel=0.05)


def test_lines_of_a_usual_length_stay_as_they_are():
    image, _, _ = long_line()
    usual = [Quad.of_box(Box(0, 0, 44 * 59, 44)), Quad.of_box(Box(0, 0, 0, 0)), Quad.of_box(Box(5, 5, 5, 30))]
    assert part_long(image, usual) == usual


def test_a_line_longer_than_what_opencv_can_warp_is_cut_first():
    image = np.full((8, 60_000, 3), 255, np.uint8)
    parts = part_long(image, [Quad.of_box(Box(0, 0, 60_000, 8))])
    assert len(parts) == 125
