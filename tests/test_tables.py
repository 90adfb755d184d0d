"""Tables, on lines and rules that are made by hand: letters are 10 pixels wide and 20 high."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import line
from uncial.document import Line
from uncial.geometry import Box, Point, Quad, Transform
from uncial.graphics import Rule
from uncial.layout.rows import Piece
from uncial.layout.tables import FoundTable, find_tables, table_block

UNIT = 20.0
FRUIT = [["Fruit", "2020", "2021"], ["Apples", "12.5", "13.0"], ["Pears", "7.25", "8.5"], ["Plums", "104.0", "99.5"]]
PROSE = [
    "It was the best of times and it was the worst",
    "of times, it was the age of wisdom and it was",
    "the age of foolishness, it was the epoch of all",
    "belief, it was the epoch of incredulity, it was",
    "the season of Light, it was the season of Dark,",
    "it was the spring of hope, it was the winter of",
]


def placed(rows: Sequence[Sequence[str]], lefts: Sequence[float], top: float = 100, step: float = 30) -> list[Line]:
    return [line(cell, left, top + step * y) for y, row in enumerate(rows) for cell, left in zip(row, lefts, strict=True) if cell]


def lying(y: float, left: float, right: float) -> Rule:
    return Rule(Point(left, y), Point(right, y))


def standing(x: float, top: float, bottom: float) -> Rule:
    return Rule(Point(x, top), Point(x, bottom))


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[Rule]:
    return [*(lying(y, xs[0], xs[-1]) for y in ys), *(standing(x, ys[0], ys[-1]) for x in xs)]


def found(lines: Iterable[Line], rules: Sequence[Rule] = ()) -> list[FoundTable]:
    pieces = [Piece(each, each.quad.box) for each in lines]
    tables = find_tables(pieces, rules, UNIT)
    again = find_tables(pieces[::-1], rules[::-1], UNIT)
    assert [texts(table) for table in again] == [texts(table) for table in tables], "the order of the input must not matter"
    return tables


def only(lines: Iterable[Line], rules: Sequence[Rule] = ()) -> FoundTable:
    tables = found(lines, rules)
    assert len(tables) == 1
    return tables[0]


def texts(table: FoundTable) -> list[list[str]]:
    block = table_block(table, Quad.of_box)
    return [[block.cell_text(cell) for cell in row] for row in block.rows]


def spans(table: FoundTable) -> dict[str, tuple[int, int, int, int]]:
    block = table_block(table, Quad.of_box)
    return {block.cell_text(c): (c.row, c.column, c.rows, c.columns) for c in block.cells if block.cell_text(c)}


# ---- lattices


def test_a_lattice_of_rules_is_a_table() -> None:
    table = only(placed(FRUIT, [110, 310, 510]), grid([100, 300, 500, 700], [95, 125, 155, 185, 215]))
    assert texts(table) == FRUIT
    assert table.box == Box(100, 95, 700, 215)


def test_without_a_rule_between_them_places_of_a_lattice_are_one_cell() -> None:
    rows = [["Fruit and its price", "", "Origin"], ["Apples", "1.20", "Kent"], ["Pears", "2.40", "Essex"]]
    rules = [
        *(lying(y, 100, 700) for y in (95, 125, 155, 185)),
        standing(100, 95, 185),
        standing(300, 125, 185),
        standing(500, 95, 185),
        standing(700, 95, 185),
    ]
    assert spans(only(placed(rows, [110, 310, 510]), rules))["Fruit and its price"] == (0, 0, 1, 2)


def test_a_cell_spans_rows_where_a_lattice_has_no_rule() -> None:
    rules = [
        *(lying(y, 300, 700) for y in (95, 125, 155, 185)),
        *(lying(y, 100, 300) for y in (95, 125, 185)),
        *(standing(x, 95, 185) for x in (100, 300, 500, 700)),
    ]
    lines = [
        *placed([["Fruit", "Kind", "Price"], ["", "Cox", "1.20"], ["", "Gala", "2.40"]], [110, 310, 510]),
        line("Apples", 110, 145),
    ]
    assert spans(only(lines, rules))["Apples"] == (1, 0, 2, 1)


def test_text_on_both_sides_of_a_missing_rule_stays_in_two_cells() -> None:
    rules = [
        *(lying(y, 100, 500) for y in (95, 125, 155, 185)),
        standing(100, 95, 185),
        standing(300, 95, 155),
        standing(500, 95, 185),
    ]
    table = only(placed([["Fruit", "Price"], ["Apples", "1.20"], ["Pears", "2.40"]], [110, 310]), rules)
    assert texts(table)[2] == ["Pears", "2.40"]


def test_a_line_that_runs_across_a_rule_is_parted_by_its_words() -> None:
    lines = [line("Fruit Price", 240, 100), line("Apples 1.20", 230, 130)]
    table = only(lines, grid([100, 295, 500], [95, 125, 155]))
    assert texts(table) == [["Fruit", "Price"], ["Apples", "1.20"]]
    first, second = (cell.pieces[0].line for cell in table.cells[:2])
    assert (first.quad.box.right, second.quad.box.left) == (290, 300)
    assert len(table.taken) == 2


def test_a_frame_around_prose_is_no_table() -> None:
    assert not found([line(text, 110, 110 + 30 * y) for y, text in enumerate(PROSE)], grid([100, 700], [95, 300]))


def test_strokes_through_words_are_no_rules() -> None:
    strokes = [standing(150, 90, 260), standing(250, 90, 260), *(lying(110 + 30 * y, 110, 500) for y in range(6))]
    assert not found([line(text, 110, 100 + 30 * y) for y, text in enumerate(PROSE)], strokes)


# ---- between long rules


def test_rules_above_and_below_and_under_the_header_make_a_table() -> None:
    rows = [["Name", "Town", "Trade"], ["Ada", "London", "Weaver"], ["Bea", "Leeds", "Smith"]]
    table = only(placed(rows, [110, 310, 510]), [lying(95, 100, 700), lying(125, 100, 700), lying(185, 100, 700)])
    assert texts(table) == rows
    assert [cell.heading for cell in table.cells] == [True] * 3 + [False] * 6


def test_prose_between_long_rules_is_no_table() -> None:
    assert not found([line(text, 110, 100 + 30 * y) for y, text in enumerate(PROSE)], [lying(95, 100, 700), lying(285, 100, 700)])


def test_captions_above_and_notes_below_are_no_cells() -> None:
    rules = [lying(95, 100, 700), lying(125, 100, 700), lying(215, 100, 700)]
    lines = [
        line("Table 1. What fruit cost in these years", 100, 65),
        *placed(FRUIT, [110, 310, 510]),
        line("Source: our own", 100, 225),
    ]
    assert texts(only(lines, rules)) == FRUIT


def test_a_heading_spans_the_columns_that_the_rule_below_it_runs_along() -> None:
    rows = [["", "Weight", "", "Price", ""], ["Fruit", "2020", "2021", "2020", "2021"], ["Apples", "1.5", "1.6", "2.5", "2.6"]]
    rules = [lying(y, 100, 700) for y in (95, 155, 215)] + [lying(125, 240, 440), lying(125, 480, 690)]
    table = only(placed([*rows, ["Pears", "3.5", "3.6", "4.5", "4.6"]], [110, 250, 370, 490, 610]), rules)
    assert spans(table)["Weight"] == (0, 1, 1, 2)
    assert spans(table)["Price"] == (0, 3, 1, 2)
    assert spans(table)["Fruit"] == (0, 0, 2, 1), "a heading with nothing above it is as high as the header"


def test_a_heading_in_the_middle_over_two_columns_spans_them() -> None:
    rows = [["Fruit", "2020", "2021"], ["Apples", "12.5", "13.0"], ["Pears", "7.25", "8.50"]]
    lines = [*placed(rows, [110, 310, 510], top=130), line("Price", 405, 100)]
    table = only(lines, [lying(95, 100, 700), lying(155, 100, 700), lying(215, 100, 700)])
    assert spans(table)["Price"] == (0, 1, 1, 2)


# ---- nothing but white


def test_lines_with_white_in_common_are_a_table() -> None:
    assert texts(only(placed(FRUIT, [110, 310, 510]))) == FRUIT


def test_an_empty_cell_stays_empty() -> None:
    rows = [[*row] for row in FRUIT]
    rows[2][1] = ""
    assert texts(only(placed(rows, [110, 310, 510]))) == rows


def test_a_table_beside_a_column_of_prose_is_found_without_it() -> None:
    prose = [line(text, 800, 95 + 27 * y) for y, text in enumerate(PROSE)]
    assert texts(only([*placed(FRUIT, [110, 310, 510]), *prose])) == FRUIT


def test_a_label_of_two_lines_is_one_cell() -> None:
    rows = [
        ["Expense", "2020", "2021"],
        ["Salaries, wages and", "", ""],
        ["other costs of work", "12", "13"],
        ["Rent", "7", "8"],
        ["Coal", "3", "4"],
    ]
    table = only(placed(rows, [110, 410, 510]))
    assert ["Salaries, wages and other costs of work", "12", "13"] in texts(table)


def test_the_title_of_a_section_is_a_row_of_its_own() -> None:
    rows = [
        ["Expense", "2020", "2021"],
        ["What we paid for people", "", ""],
        ["Wages", "12", "13"],
        ["Rent", "7", "8"],
        ["Coal", "3", "4"],
    ]
    assert ["What we paid for people", "", ""] in texts(only(placed(rows, [110, 410, 510])))


def test_a_number_in_the_middle_of_two_lines_belongs_to_both() -> None:
    lines = placed([["Year", "2020", "2021"], ["Coal", "3", "4"], ["Peat", "5", "6"]], [110, 410, 510])
    lines += [line("Wood of oak", 110, 190), line("and of beech", 110, 212), line("12", 410, 201), line("13", 510, 201)]
    assert ["Wood of oak and of beech", "12", "13"] in texts(only(lines))


def test_columns_of_numbers_with_little_white_are_parted() -> None:
    lines = [line(f"Town {name}", 110, 100 + 30 * y) for y, name in enumerate("ABCDE")]
    lines += [line(f"{11 + y} {20.5 + y} ({7.5 + y}-{8.5 + y})", 310, 100 + 30 * y) for y in range(5)]
    assert texts(only(lines))[1] == ["Town B", "12", "21.5", "(8.5-9.5)"]


def test_thousands_with_a_space_are_one_number() -> None:
    lines = [line(f"Town {name}", 110, 100 + 30 * y) for y, name in enumerate("ABCDE")]
    lines += [line(f"{11 + y} {200 + y}", 310, 100 + 30 * y) for y in range(5)]
    assert texts(only(lines))[1] == ["Town B", "12 201"]


def test_two_tables_one_below_the_other_are_two() -> None:
    lines = [*placed(FRUIT, [110, 310, 510]), *placed(FRUIT, [110, 260, 410], top=400)]
    assert [texts(table) for table in found(lines)] == [FRUIT, FRUIT]


# ---- rows that nothing parts

ITEMS = [
    ["Code", "Quantity", "Amount"],
    ["VEW5 1.00", "1", "99.00"],
    ["5L. of white paint for walls", "", ""],
    ["OOO6 1.00", "2", "30.00"],
    ["Roller with a blue stripe", "", ""],
    ["OO28 1.00", "4", "3.50"],
    ["Brush of 1 inch", "", ""],
]


def test_what_an_item_is_called_below_its_price_is_read_after_it() -> None:
    assert texts(only(placed(ITEMS, [110, 510, 710]))) == ITEMS


def test_a_total_right_below_a_price_is_a_row_of_its_own() -> None:
    rows = [*FRUIT, ["", "", "Total: 121.0"], ["", "", "Paid: 121.0"], ["Change", "", "0.0"]]
    assert texts(only(placed(rows, [110, 310, 510]))) == rows


def test_a_label_that_begins_above_its_row_and_ends_below_it_is_one_cell() -> None:
    lines = placed([["Source", "Kind", "Tokens"]], [110, 410, 610], top=60)
    for y, name in zip((120, 200, 280), ("Mix", "Wood", "Star"), strict=True):
        lines += [line(name, 110, y), line("Web pages", 410, y + 12), line("3.71", 610, y + 12), line("from a list", 140, y + 28)]
    assert [row[0] for row in texts(only(lines))] == ["Source", "Mix from a list", "Wood from a list", "Star from a list"]


def test_lines_alone_below_a_table_are_no_rows() -> None:
    lines = [*placed(FRUIT, [110, 310, 510]), line("Goods once sold are not", 180, 216), line("taken back", 260, 228)]
    assert texts(only(lines)) == FRUIT


def test_the_edge_of_the_paper_bounds_no_table() -> None:
    head = [line(text, 300, 40 + 30 * y) for y, text in enumerate(["The fruit shop", "12 High Street", "Oxford"])]
    lines = [*head, *placed(FRUIT, [110, 310, 510], top=300)]
    assert texts(only(lines, grid([60, 800], [10, 600]))) == FRUIT


# ---- tables whose rules say too little

SUMS = [
    ["", "Jan 26, 2025", "Jan 28, 2024"],
    ["Cost of revenue", "178", "141"],
    ["Research", "3,423", "2,532"],
    ["Sales", "1,136", "876"],
    ["Total", "4,737", "3,549"],
]


def test_numbers_between_rules_belong_to_the_labels_beside_them() -> None:
    rules = [lying(y, x, x + 220) for x in (500, 760) for y in (125, 155, 215, 245)]
    signs = [line("$", x, y) for x in (500, 760) for y in (130, 160, 190, 220)]
    rows = texts(only([*placed(SUMS, [110, 580, 840]), *signs], rules))
    assert rows[1:] == [[label, "$", one, "$", other] for label, one, other in SUMS[1:]]


def test_days_are_a_header() -> None:
    table = only(placed(SUMS, [110, 560, 820]))
    assert [cell.row for cell in table.cells if cell.heading] == [0, 0, 0]


def test_colours_of_some_cells_part_no_table() -> None:
    rows = [["Task", "2020", "2021", "2022"], *([f"Task {name}", "0.1", "0.2", "0.3"] for name in "ABCDEFGHIJ")]
    colours = [rule for top in (155, 305) for rule in grid([100, 290, 490, 690, 880], [top, top + 60])]
    rules = [lying(y, 100, 880) for y in (95, 125, 425)]
    assert texts(only(placed(rows, [110, 310, 510, 710]), [*rules, *colours])) == rows


def test_long_labels_that_count_are_no_prose() -> None:
    labels = [
        "Talk to an agent in turns of many",
        "Measure an object with a good instrument",
        "Find a way to a room in the house",
        "Search the house for any of the objects",
    ]
    rows = [[str(25 + y), label, "0.87", "0.60"] for y, label in enumerate(labels)]
    assert texts(only(placed(rows, [110, 210, 710, 810]))) == rows


# ---- no tables

NOT_TABLES = {
    "two columns of prose": [line(text, left, 100 + 30 * y) for y, text in enumerate(PROSE) for left in (100, 640)],
    "a numbered list": [
        line(text, left, 100 + 30 * y) for y in range(6) for text, left in ((f"{y + 1}.", 100), ("bring in the apples", 160))
    ],
    "notes with their marks": [
        line(text, left, 100 + 30 * y) for y in range(4) for text, left in (("*" * (y + 1), 100), ("as of last year", 180))
    ],
    "a table of contents": [
        line(text, left, 100 + 30 * y)
        for y in range(6)
        for text, left in ((f"The chapter about {y}", 100), (f"{4 + 9 * y}", 700))
    ],
    "a table of contents with dots": [
        line(f"The chapter about {y} ................... {4 + 9 * y}", 100, 100 + 30 * y) for y in range(6)
    ],
    "the head of a letter": [
        *(line(text, 100, 100 + 30 * y) for y, text in enumerate(["Messrs. Brown & Co.", "12 High Street", "Oxford OX1 4AA"])),
        *(line(text, 700, 100 + 30 * y) for y, text in enumerate(["14 May 1987", "Your ref. 12/7", "Our ref. 99"])),
    ],
    "a page header": [
        line("42", 100, 40),
        line("The Winter's Tale", 600, 40),
        line(PROSE[0], 100, 100),
        line(PROSE[1], 100, 130),
    ],
    "words of prose with wide spaces": [
        line(text, left, 100 + 30 * y)
        for y, words in enumerate(
            [
                ("retardation coefficient", "e is"),
                ("fusivity, of water", "Equation 14 is"),
                ("numerically, by the", "method which is"),
                ("proximated by it and", "then so it is"),
            ]
        )
        for text, left in zip(words, (100, 400), strict=True)
    ],
    "numbered lines": [
        line(text, left, 100 + 30 * y) for y in range(6) for text, left in ((str(y + 1), 100), (PROSE[y][:30], 150))
    ],
}


@pytest.mark.parametrize("name", NOT_TABLES)
def test_what_only_looks_like_one_is_no_table(name: str) -> None:
    assert not found(NOT_TABLES[name])


# ---- anything

WORDS = st.sampled_from(["a", "12", "3.5", "apples", "1,200", "(5%)", "–", ".....", "北京"])
SCATTERED = st.lists(st.tuples(WORDS, WORDS, st.integers(0, 9), st.integers(0, 20)), max_size=60)


@settings(deadline=None, max_examples=60)
@given(SCATTERED, st.booleans())
def test_no_word_is_lost_or_doubled_and_no_place_is_covered_twice(
    scattered: list[tuple[str, str, int, int]], ruled: bool
) -> None:
    places = {(x, y): f"{one} {other}" for one, other, x, y in scattered}
    pieces = [Piece(each, each.quad.box) for (x, y), text in places.items() for each in [line(text, 200 * x, 30 * y)]]
    rules = grid([0, 390, 790, 1190], [0, 88, 178, 300]) if ruled else []
    for table in find_tables(pieces, rules, UNIT):
        inside = Counter(id(word) for cell in table.cells for piece in cell.pieces for word in piece.line.words)
        assert inside == Counter(id(word) for piece in table.taken for word in piece.line.words)
        covered = [
            (r, c)
            for cell in table.cells
            for r in range(cell.row, cell.row + cell.rows)
            for c in range(cell.column, cell.column + cell.columns)
        ]
        assert len(covered) == len(set(covered)) == (1 + max(r for r, _ in covered)) * (1 + max(c for _, c in covered))


def test_a_drawing_of_thousands_of_strokes_is_no_table() -> None:
    random = Random(4)
    strokes = [lying(random.uniform(0, 2000), x := random.uniform(0, 1000), x + random.uniform(5, 300)) for _ in range(3000)]
    strokes += [standing(random.uniform(0, 1400), y := random.uniform(0, 1900), y + random.uniform(5, 300)) for _ in range(3000)]
    assert not find_tables([Piece(each, each.quad.box) for each in [line("Figure 1", 100, 2100)]], strokes, UNIT)


def test_nothing_at_all_has_no_tables() -> None:
    assert find_tables([], [], 1.0) == []


def test_the_block_lies_where_the_page_came_in() -> None:
    away = Transform.translation(1000, 500)
    lines = [each.moved(away) for each in placed(FRUIT, [110, 310, 510])]
    level = away.inverse()
    pieces = [Piece(each, level.quad(each.quad).box) for each in lines]
    (table,) = find_tables(pieces, [], UNIT, level)
    block = table_block(table, lambda box: away.quad(Quad.of_box(box)))
    assert block.kind == "table"
    assert block.text == "\n".join("\t".join(row) for row in FRUIT)
    assert set(block.lines) == set(lines)
    for cell in block.cells:
        assert all(cell.quad.box.intersection(each.quad.box) == each.quad.box for each in block.cell_lines(cell))


def test_centred_lines_one_below_the_other_are_no_rows_of_a_table():
    lines = [line("40170 Setia Alam", 100, 130), line("No. 31, Jalan Setia", 460, 114)]
    lines += [line("Owned by us alone", 100, 190), line("Tax invoice for all", 460, 174)]
    lines += [
        line("Bread and butter", 100, 250),
        line("12.50", 480, 250),
        line("Milk and honey", 100, 280),
        line("9.75", 490, 280),
    ]
    rows = [[cell.row for cell in table.cells if cell.pieces] for table in found(lines)]
    assert all(max(Counter(row).values()) <= 2 for row in rows)
    for table in found(lines):
        for row in texts(table):
            assert "No. 31, Jalan Setia" not in row or "40170 Setia Alam" not in row
