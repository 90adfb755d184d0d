"""Reading order, on lines that are made by hand: no engine, no image."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import line
from uncial.document import Line, Word
from uncial.geometry import Box, Point, Quad, Transform
from uncial.layout import Layout, arrange

WIDTH, HEIGHT = 1200, 1600
"""The page on which all of them stand; letters are 10 pixels wide and 20 high."""

WINTER = [
    "In winter when the days",
    "are short and the nights",
    "are long we read aloud",
    "by the fire until it is",
    "late and all are tired",
]
SUMMER = [
    "In summer when it is hot",
    "we go down to the river",
    "and lie under the trees",
    "with our feet in water",
    "and talk of the winter",
]
AUTUMN = [
    "In autumn when the wind",
    "takes the last leaves we",
    "bring the apples in and",
    "light the first fire of",
    "the year in the kitchen",
]


def column(texts: Iterable[str], left: float, top: float, step: float = 30) -> list[Line]:
    return [line(text, left, top + step * number) for number, text in enumerate(texts)]


def table(rows: Sequence[Sequence[str]], lefts: Sequence[float], top: float = 100, step: float = 30) -> list[Line]:
    return [line(cell, left, top + step * y) for y, row in enumerate(rows) for cell, left in zip(row, lefts, strict=True) if cell]


def arranged(lines: Iterable[Line]) -> Layout:
    """The order must not depend on that in which the engine found the lines."""
    found = list(lines)
    layout = arrange(found, width=WIDTH, height=HEIGHT)
    for other in (found[::-1], found[1::2] + found[::2]):
        assert texts(arrange(other, width=WIDTH, height=HEIGHT)) == texts(layout)
    return layout


def texts(layout: Layout) -> list[list[str]]:
    """The lines of each block."""
    return [[each.text for each in block.lines] for block in layout.blocks]


def rows(layout: Layout) -> list[str]:
    """All lines, whatever block they are in; of tables their rows."""
    return [text for block in layout.blocks for text in block.text.replace("\t", " ").splitlines()]


def turned(lines: Iterable[Line], angle: float) -> list[Line]:
    """The lines on a page that lies askew by so many degrees clockwise."""
    middle = Transform.translation(-WIDTH / 2, -HEIGHT / 2)
    way = middle.then(Transform.rotation(angle)).then(middle.inverse())
    return [each.moved(way) for each in lines]


# ---- one column


def test_no_lines_are_no_blocks():
    assert arrange([], width=WIDTH, height=HEIGHT) == Layout((), 0.0)


def test_a_line_alone_is_a_block_alone():
    only = line("only", 100, 100)
    (block,) = arranged([only]).blocks
    assert block.lines == (only,)
    assert block.quad.box == pytest.approx(only.quad.box)


def test_lines_are_read_from_the_top_down():
    assert texts(arranged(column(WINTER, 100, 100))) == [WINTER]


def test_a_gap_begins_a_new_paragraph():
    page = column(WINTER, 100, 100) + column(SUMMER, 100, 300)
    assert texts(arranged(page)) == [WINTER, SUMMER]


def test_loose_lines_are_one_paragraph_all_the_same():
    assert texts(arranged(column(WINTER, 100, 100, step=60))) == [WINTER]


def test_higher_letters_begin_a_new_block():
    title = Line(line("Title", 100, 40).words, Quad.of_box(Box(100, 50, 300, 96)))
    assert texts(arranged([title, *column(WINTER, 100, 100)])) == [["Title"], WINTER]


def test_lines_whose_quads_overlap_are_lines_all_the_same():
    high = [
        Line(each.words, Quad.of_box(Box(100, 100 + 22 * n, 400, 128 + 22 * n)))
        for n, each in enumerate(column(WINTER, 100, 100))
    ]
    assert texts(arranged(high)) == [WINTER]


def test_an_indented_line_stays_in_its_place():
    page = [line(text, 100 + 40 * (number == 2), 100 + 30 * number) for number, text in enumerate(WINTER)]
    assert texts(arranged(page)) == [WINTER]


def test_pieces_of_one_row_become_one_line_with_a_quad_around_all_of_them():
    left, right = line("a row", 100, 100, confidence=0.9), line("in pieces", 300, 102, confidence=0.5)
    (block,) = arranged([right, left]).blocks
    (only,) = block.lines
    assert only.text == "a row in pieces"
    assert only.quad.box == pytest.approx((100, 100, 390, 122))
    assert only.confidence == pytest.approx((0.9 * 4 + 0.5 * 8) / 12)
    assert only.words == (*left.words, *right.words)


def test_pieces_whose_quads_overlap_a_little_stand_in_one_row_all_the_same():
    left, right = line("a piece of a", 100, 100), line("row in two", 210, 102)
    assert left.quad.box.right > right.quad.box.left
    assert rows(arranged([left, right])) == ["a piece of a row in two"]


def test_short_lines_that_overlap_for_much_of_their_length_stand_above_each_other():
    high = Line(line("on", 100, 100).words, Quad.of_box(Box(100, 100, 120, 124)))
    low = Line(line("it", 108, 105).words, Quad.of_box(Box(108, 105, 128, 129)))
    assert rows(arranged([low, high])) == ["on", "it"]


@pytest.mark.parametrize(
    ("engines", "told"),
    [
        (("neural", "neural"), "neural"),
        (("tesseract", "neural"), "neural+tesseract"),
        (("neural+tesseract", "neural"), "neural+tesseract"),
        (("", "neural"), "neural"),
        (("", ""), ""),
    ],
)
def test_a_row_tells_every_engine_that_read_a_piece_of_it(engines: tuple[str, str], told: str):
    pieces = [replace(line("piece", 100 + 100 * n, 100), engine=engine) for n, engine in enumerate(engines)]
    (block,) = arranged(pieces).blocks
    assert [each.engine for each in block.lines] == [told]


@pytest.mark.parametrize(("written", "told"), [((True, True), True), ((True, False), False), ((False, False), False)])
def test_a_row_is_handwritten_where_all_its_pieces_are(written: tuple[bool, bool], told: bool):
    pieces = [replace(line("piece", 100 + 100 * n, 100), handwritten=each) for n, each in enumerate(written)]
    (block,) = arranged(pieces).blocks
    assert [each.handwritten for each in block.lines] == [told]


def test_a_row_whose_confidence_is_not_known_has_none():
    (block,) = arranged([line("a row", 100, 100, confidence=None), line("in pieces", 300, 100, confidence=None)]).blocks
    assert block.lines[0].confidence is None


# ---- columns


@pytest.mark.parametrize("shift", [0, 7, 15])
def test_columns_are_read_one_after_the_other_whether_their_lines_stand_side_by_side_or_not(shift: float):
    page = column(WINTER, 100, 100) + column(SUMMER, 500, 100 + shift) + column(AUTUMN, 900, 100)
    assert texts(arranged(page)) == [WINTER, SUMMER, AUTUMN]


def test_a_heading_above_columns_is_read_before_them():
    page = [
        line("A heading that stands above both of the columns below", 150, 40),
        *column(WINTER, 100, 100),
        *column(SUMMER, 500, 100),
    ]
    assert texts(arranged(page)) == [["A heading that stands above both of the columns below"], WINTER, SUMMER]


def test_a_heading_whose_quad_reaches_into_the_columns_is_still_above_them():
    heading = Line(line("A heading over both", 150, 80).words, Quad.of_box(Box(150, 76, 700, 107)))
    assert rows(arranged([heading, *column(WINTER, 100, 100), *column(SUMMER, 500, 100)])) == [heading.text, *WINTER, *SUMMER]


def test_a_line_below_columns_is_read_after_them():
    page = [
        *column(WINTER, 100, 100),
        *column(SUMMER, 500, 100),
        line("A line that stands below both of the columns above it", 150, 300),
    ]
    assert texts(arranged(page)) == [WINTER, SUMMER, ["A line that stands below both of the columns above it"]]


def test_columns_begin_anew_below_a_line_that_reaches_across_the_page():
    across = line("and here is a line that reaches across the whole of the page", 100, 280)
    page = column(WINTER, 100, 100) + column(SUMMER, 500, 100) + [across] + column(AUTUMN, 100, 340) + column(SUMMER, 500, 340)
    found = rows(arranged(page))
    assert found.index(across.text) > found.index(WINTER[-1])
    assert found.index(across.text) < found.index(AUTUMN[0]) < found.index(AUTUMN[-1])


def test_columns_of_different_lengths_are_both_read_to_their_end():
    page = column(WINTER, 100, 100) + column(SUMMER + AUTUMN, 500, 100)
    assert rows(arranged(page)) == [*WINTER, *SUMMER, *AUTUMN]


def test_what_stands_across_a_gutter_between_the_columns_does_not_end_them():
    winter = [WINTER[0], WINTER[1], "by the", "fire we", *WINTER[2:]]
    summer = [SUMMER[0], SUMMER[1], "under", "a tree", *SUMMER[2:]]
    right = [line(text, 500 + 130 * (number in (2, 3)), 100 + 30 * number) for number, text in enumerate(summer)]
    caption = [line("a picture of both the", 325, 160), line("seasons, by a friend", 325, 190)]
    found = texts(arranged(column(winter, 100, 100) + right + caption))
    assert found[0] == winter
    assert found[1] == summer
    assert found[2:] == [["a picture of both the", "seasons, by a friend"]]


def test_a_line_far_below_the_columns_belongs_to_neither():
    page = column(WINTER, 100, 100) + column(SUMMER, 500, 100) + [line("page 12", 100, 900)]
    assert texts(arranged(page)) == [WINTER, SUMMER, ["page 12"]]


def test_a_letters_head_is_read_side_by_side_where_a_chasm_parts_it_and_its_lines_stand_in_no_rows():
    page = [*column(["Messrs. Miller", "Leeds"], 100, 100), *column(["Our reference", "Your letter of May"], 800, 115)]
    assert rows(arranged(page)) == ["Messrs. Miller", "Leeds", "Our reference", "Your letter of May"]


def test_lists_of_short_words_are_columns_where_they_stand_in_no_rows():
    names, towns = ["Anna", "Bert", "Carl", "Dora", "Emil", "Fritz"], ["Leeds", "York", "Bath", "Hull", "Ely", "Ripon"]
    assert rows(arranged(column(names, 100, 100) + column(towns, 200, 112))) == [*names, *towns]


# ---- rows


def test_a_receipt_is_read_row_by_row():
    goods = [("bread", "2.40"), ("milk and butter", "4.19"), ("apples", "3.75"), ("coffee", "6.99"), ("total", "17.33")]
    assert rows(arranged(table(goods, (100, 700)))) == [f"{name} {price}" for name, price in goods]


def test_a_table_of_numbers_is_read_row_by_row():
    numbers = [[str(100 * y + 10 * x) for x in range(5)] for y in range(8)]
    assert rows(arranged(table(numbers, (100, 250, 400, 550, 700)))) == [" ".join(row) for row in numbers]


def test_a_table_of_words_is_read_row_by_row():
    people = [("Ann", "baker", "Leeds"), ("Joseph", "smith", "York"), ("Mary", "weaver", "Hull"), ("Tom", "carter", "Bath")]
    assert rows(arranged(table(people, (100, 350, 600)))) == [" ".join(row) for row in people]


def test_a_table_of_long_and_short_words_is_read_row_by_row():
    long, short = "a street with a rather long name indeed", "a short street"
    streets = [(short, short), (short, short), (long, long), (short, short), (short, short), (long, long), (short, short)]
    assert rows(arranged(table(streets, (100, 600)))) == [" ".join(row) for row in streets]


def test_an_empty_cell_does_not_break_the_rows():
    cells = [("bread", "2.40"), ("of which tax", ""), ("apples", "3.75"), ("", "0.50"), ("coffee", "6.99")]
    assert rows(arranged(table(cells, (100, 700)))) == [" ".join(cell for cell in row if cell) for row in cells]


def test_the_numbers_of_a_list_stay_with_their_lines():
    steps = [(f"{number}.", text) for number, text in enumerate(WINTER, 1)]
    assert rows(arranged(table(steps, (100, 150)))) == [f"{number} {text}" for number, text in steps]


def test_a_form_with_keys_and_values_is_read_row_by_row():
    form = [("Name:", "Ann Miller"), ("Born:", "3 May 1901"), ("Place:", "Leeds"), ("Trade:", "baker")]
    assert rows(arranged(table(form, (100, 260)))) == [f"{key} {value}" for key, value in form]


# ---- pages that lie askew, lines that stand


@pytest.mark.parametrize("angle", [-3, -1, 0, 2, 4])
def test_a_page_that_lies_askew_is_read_as_if_it_did_not(angle: float):
    page = column(WINTER, 100, 100) + column(SUMMER, 500, 100)
    layout = arranged(turned(page, angle))
    assert rows(layout) == [*WINTER, *SUMMER]
    assert layout.skew == pytest.approx(angle)
    assert layout.blocks[0].quad.angle == pytest.approx(angle)


@pytest.mark.parametrize("angle", [-3, 3])
def test_rows_of_a_page_that_lies_askew_stay_together(angle: float):
    goods = [("bread", "2.40"), ("milk and butter from us", "4.19"), ("apples", "3.75"), ("coffee", "6.99")]
    assert rows(arranged(turned(table(goods, (100, 900)), angle))) == [f"{name} {price}" for name, price in goods]


def test_the_slope_of_a_page_is_that_of_its_long_lines():
    askew = turned([line("a short note", 300, 800)], -9) + turned([line("x", 600, 600), line("a short note", 700, 800)], 9)
    assert arranged(turned(column(WINTER, 100, 100), 1) + askew).skew == pytest.approx(1)


@pytest.mark.parametrize("angle", [90, -90, 180])
def test_lines_that_stand_or_are_upside_down_come_last_and_stay_as_they_are(angle: float):
    standing = turned([line("by the way", 500, 780)], angle)
    layout = arranged(column(WINTER, 100, 100) + standing)
    assert texts(layout) == [WINTER, ["by the way"]]
    assert layout.blocks[-1].lines == tuple(standing)
    assert layout.skew == 0


# ---- pages that run from right to left


def leftward(lines: Iterable[Line]) -> list[Line]:
    """The lines as they stand on a page in Hebrew or Arabic: in a mirror, but each quad with its corners where they were."""
    return [_mirrored(each) for each in lines]


def _mirrored(each: Line) -> Line:
    words = tuple(replace(word, quad=_over(word.quad)) for word in each.words)
    return replace(each, words=words, quad=_over(each.quad), direction="right-to-left")


def _over(quad: Quad) -> Quad:
    return Quad(*(Point(WIDTH - x, y) for x, y in (quad[1], quad[0], quad[3], quad[2])))


def test_columns_of_a_page_that_runs_left_are_read_from_the_right():
    page = leftward(column(WINTER, 100, 100) + column(SUMMER, 500, 107) + column(AUTUMN, 900, 100))
    assert texts(arranged(page)) == [WINTER, SUMMER, AUTUMN]


def test_rows_of_a_page_that_runs_left_are_read_from_the_right():
    goods = [("bread", "2.40"), ("milk and butter", "4.19"), ("apples", "3.75"), ("coffee", "6.99"), ("total", "17.33")]
    assert rows(arranged(leftward(table(goods, (100, 700))))) == [f"{name} {price}" for name, price in goods]


def test_corners_of_rows_and_blocks_stay_where_they_belong_on_a_page_that_runs_left():
    layout = arranged(leftward([line("a row", 100, 100), line("in pieces", 300, 100), line("and a line below", 100, 130)]))
    (block,) = layout.blocks
    row, below = block.lines
    assert row.direction == "right-to-left"
    assert [word.text for word in row.words] == ["a", "row", "in", "pieces"]
    for quad, box in (
        (row.quad, (810, 100, 1100, 120)),
        (below.quad, (940, 130, 1100, 150)),
        (block.quad, (810, 100, 1100, 150)),
    ):
        assert quad.box == pytest.approx(box)
        assert quad.top_left == pytest.approx(quad.box[:2])
        assert quad.bottom_right == pytest.approx(quad.box[2:])
        assert quad.angle == pytest.approx(0)


@pytest.mark.parametrize("angle", [-3, 2])
def test_a_page_that_runs_left_and_lies_askew_tells_its_slope_and_keeps_its_corners(angle: float):
    page = leftward(
        column(WINTER, 100, 100) + column(SUMMER, 500, 100) + [line("see", 100, 400), line("page nine of summer", 300, 400)]
    )
    layout = arranged(turned(page, angle))
    assert rows(layout) == [*WINTER, *SUMMER, "see page nine of summer"]
    assert layout.skew == pytest.approx(angle)
    assert all(block.quad.angle == pytest.approx(angle) for block in layout.blocks)
    assert all(each.quad.angle == pytest.approx(angle) for block in layout.blocks for each in block.lines)


@pytest.mark.parametrize(("latin", "hebrew"), [(3, 5), (5, 3)])
def test_a_page_runs_as_most_of_its_lines_do(latin: int, hebrew: int):
    left, right = column(SUMMER, 300, 100)[:latin], leftward(column(WINTER, 100, 100))[:hebrew]
    first, then = (WINTER[:hebrew], SUMMER[:latin]) if hebrew > latin else (SUMMER[:latin], WINTER[:hebrew])
    assert rows(arranged([*left, *right])) == [*first, *then]


# ---- whatever the lines


sizes = st.sampled_from([0.0, 0.5, 1.0, 18.0, 20.0, 22.0, 60.0, 200.0, 700.0])
places = st.one_of(st.sampled_from([0.0, 100.0, 115.0, 130.0, 500.0, 900.0]), st.floats(0, 1500))
boxes = st.builds(lambda left, top, width, height: Box(left, top, left + width, top + height), places, places, sizes, sizes)
angles = st.sampled_from([0.0, 0.0, 0.0, 1.5, -1.5, 90.0, 180.0, -90.0])


def marked(number: int, box: Box, angle: float, wordless: bool) -> Line:
    """A line with a word that no other has."""
    around = Transform.translation(-box.center.x, -box.center.y)
    quad = around.then(Transform.rotation(angle)).then(around.inverse()).quad(Quad.of_box(box))
    text = f"{number}" if number % 3 else f"line-{'abcdefghij'[number % 10]}-{number}"
    return Line(() if wordless else (Word(text, quad, None),), quad, confidence=None)


@given(st.lists(st.tuples(boxes, angles, st.integers(0, 20)), max_size=40))
def test_no_line_is_lost_or_doubled_wherever_the_lines_are(found: list[tuple[Box, float, int]]):
    lines = [marked(number, box, angle, wordless == 0) for number, (box, angle, wordless) in enumerate(found)]
    layout = arrange(lines, width=WIDTH, height=HEIGHT)
    words = [word for block in layout.blocks for each in block.lines for word in each.words]
    assert Counter(words) == Counter(word for each in lines for word in each.words)
    assert all(block.lines for block in layout.blocks)


@given(st.lists(st.tuples(boxes, angles, st.booleans()), min_size=2, max_size=25), st.randoms(use_true_random=False))
def test_the_order_in_which_the_lines_were_found_changes_nothing(found: list[tuple[Box, float, bool]], chance: Random):
    lines = [
        replace(marked(number, box, angle, False), direction="right-to-left" if left else "left-to-right")
        for number, (box, angle, left) in enumerate(found)
    ]
    shuffled = lines.copy()
    chance.shuffle(shuffled)
    assert arrange(shuffled, width=WIDTH, height=HEIGHT) == arrange(lines, width=WIDTH, height=HEIGHT)


@given(st.lists(boxes, min_size=1, max_size=25))
def test_blocks_and_rows_hold_what_is_in_them(found: list[Box]):
    lines = [marked(number, box, 0, False) for number, box in enumerate(found)]
    for block in arrange(lines, width=WIDTH, height=HEIGHT).blocks:
        for each in block.lines:
            assert holds(block.quad.box, each.quad.box)
            assert all(holds(each.quad.box, word.quad.box) for word in each.words)


def holds(outer: Box, inner: Box) -> bool:
    slack = 1e-6
    corners = [Point(inner.left, inner.top), Point(inner.right, inner.bottom)]
    return all(
        outer.left - slack <= x <= outer.right + slack and outer.top - slack <= y <= outer.bottom + slack for x, y in corners
    )


@pytest.mark.parametrize("cells", [("Anna", "in Leeds"), ("Anna", "1901"), ("12", "34"), ("Anna Maria", "in Leeds")])
def test_a_long_table_is_arranged_in_no_time(cells: tuple[str, str]):
    begun = time.process_time()
    layout = arrange(table([cells] * 120, (100, 700), step=13), width=WIDTH, height=HEIGHT)
    assert rows(layout) == [" ".join(cells)] * 120
    assert time.process_time() - begun < 2
