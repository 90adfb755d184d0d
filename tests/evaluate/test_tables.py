import random

import pytest

from fakes import line
from uncial.document import Block, Cell
from uncial.evaluate.metrics import Hits
from uncial.evaluate.tables import Grid, GridCell, Relation, adjacency, compared, forgiven, grids_of_html, together
from uncial.evaluate.teds import Node, distance, teds, tree
from uncial.geometry import Box, Quad


def grid(*rows: str) -> Grid:
    """A table of such rows: “a b .” is two cells with text and an empty one."""
    return Grid.of_rows([["" if text == "." else text for text in row.split()] for row in rows])


def test_a_square_of_four_cells_has_four_relations():
    assert grid("a b", "c d").relations == {
        Relation("A", "B", down=False, blanks=0): 1,
        Relation("C", "D", down=False, blanks=0): 1,
        Relation("A", "C", down=True, blanks=0): 1,
        Relation("B", "D", down=True, blanks=0): 1,
    }


def test_a_relation_leaps_over_empty_cells_and_counts_them():
    assert grid("a . . b").relations == {Relation("A", "B", down=False, blanks=2): 1}
    assert adjacency([grid("a . b")], [grid("a b")]) == Hits(0, 1, 1)


def test_a_spanning_cell_is_related_to_each_cell_along_its_edge_and_to_each_only_once():
    wide = Grid((GridCell(0, 0, "head", columns=3), GridCell(1, 0, "a"), GridCell(1, 1, "b", columns=2), GridCell(0, 3, "x")))
    assert wide.relations == {
        Relation("HEAD", "X", down=False, blanks=0): 1,
        Relation("A", "B", down=False, blanks=0): 1,
        Relation("HEAD", "A", down=True, blanks=0): 1,
        Relation("HEAD", "B", down=True, blanks=0): 1,
    }
    high = Grid((GridCell(0, 0, "l", rows=2), GridCell(0, 1, "r", rows=2)))
    assert high.relations == {Relation("L", "R", down=False, blanks=0): 1}


def test_cells_that_say_the_same_are_related_as_often_as_they_are_there():
    assert grid("0 0 0").relations == {Relation("0", "0", down=False, blanks=0): 2}
    assert adjacency([grid("0 0 0")], [grid("0 0")]) == Hits(1, 2, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Total (in %)", "total(in%)"), ("5–10", "5-10"), ("o\ufb03ce", "OFFICE"), ("a\nb", "ab")],
)
def test_spaces_capitals_and_kinds_of_marks_do_not_count(one: str, other: str):
    assert compared(one) == compared(other)


@pytest.mark.parametrize(("one", "other"), [("1.5", "15"), ("abc", "abd"), ("-", "")])
def test_other_letters_and_missing_marks_count(one: str, other: str):
    assert compared(one) != compared(other)


def test_the_same_table_is_wholly_right_and_a_turned_or_shifted_one_is_wrong():
    true = grid("a b c", "d e f", "g h i")
    assert adjacency([true], [true]) == Hits(12, 12, 12)
    assert adjacency([true], [grid("a d g", "b e h", "c f i")]).hits == 0
    assert adjacency([true], [grid("a b c d e f g h i")]).hits == 6
    assert adjacency([true], []) == Hits(0, 12, 0)


def test_a_wrong_letter_costs_the_relations_of_its_cell_alone():
    assert adjacency([grid("a b", "c d")], [grid("a b", "c x")]) == Hits(2, 4, 4)


def test_tables_are_paired_by_what_they_have_in_common_and_what_is_left_over_counts_against():
    first, second, spurious = grid("a b", "c d"), grid("p q r"), grid("not a table")
    assert adjacency([first, second], [spurious, second, first]) == Hits(6, 6, 8)


def test_a_table_that_is_found_in_two_halves_is_paired_with_the_better_half_only():
    true = grid("a b", "c d", "e f", "g h")
    assert adjacency([true], [grid("a b"), grid("c d", "e f", "g h")]) == Hits(7, 10, 8)


def test_misread_texts_can_be_forgiven_and_wrong_places_cannot():
    true, found = grid("Germany 1.234", "France 5.678"), grid("Gcrmany 1.234", "France 5.67B")
    assert adjacency([true], [found]).hits == 0
    assert adjacency([true], forgiven([true], [found])).hits == 4
    turned = grid("Gcrmany France", "1.234 5.67B")
    assert adjacency([true], forgiven([true], [turned])).hits == 0
    assert forgiven([true], [grid("Austria 9")]) == [grid("Austria 9")]


def test_pages_are_put_together_relation_by_relation():
    assert together([Hits(1, 2, 1), Hits(9, 10, 11)]) == Hits(10, 12, 12)
    assert together([]) == Hits(0, 0, 0)


def test_a_block_is_judged_by_its_cells():
    lines = (line("one"), line("two"), line("three", top=40))
    place = Quad.of_box(Box(0, 0, 100, 100))
    cells = (Cell(0, 0, place, 0, 2, heading=True), Cell(1, 0, place, 2, 3), Cell(0, 1, place, rows=2))
    assert Grid.of_block(Block(lines, place, "table", cells=cells)) == Grid(
        (GridCell(0, 0, "one two", heading=True), GridCell(1, 0, "three"), GridCell(0, 1, "", rows=2))
    )


def test_html_gives_cells_in_their_places():
    html = """<p>x</p><table><thead><tr><td rowspan="2"><b>a</b><br>b</td><th colspan='2'>c</th></tr><tr><td>d</td><td>e</td></tr>
    </thead><tr><td>f</td><td colspan="many">g</td><td></td></tr></table>"""
    assert grids_of_html(html) == [
        Grid(
            (
                GridCell(0, 0, "a b", rows=2, heading=True),
                GridCell(0, 1, "c", columns=2, heading=True),
                GridCell(1, 1, "d", heading=True),
                GridCell(1, 2, "e", heading=True),
                GridCell(2, 0, "f"),
                GridCell(2, 1, "g"),
                GridCell(2, 2, ""),
            )
        )
    ]


def test_html_without_a_table_has_none():
    assert grids_of_html("<p>x</p>") == grids_of_html("") == []


TRUE = "<table><thead><tr><td>a</td><td>b</td></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>"


@pytest.mark.parametrize(
    ("found", "whole", "structure"),
    [
        (TRUE, 1, 1),
        (TRUE.replace("thead", "tbody"), 1, 1),  # nothing named a heading: its first row is the head
        (TRUE.replace(">d<", ">x<"), 1 - 1 / 8, 1),
        (TRUE.replace(">d<", ">dx<"), 1 - 0.5 / 8, 1),
        (TRUE.replace("<td>d</td>", ""), 1 - 1 / 8, 1 - 1 / 8),
        (TRUE.replace("<td>c</td><td>d</td>", "<td colspan='2'>c</td>"), 1 - 2 / 8, 1 - 2 / 8),
        ("<table><thead><tr><td>a</td></tr></thead></table>", 3 / 8, 3 / 8),
    ],
)
def test_teds_counts_the_edits_of_the_tree(found: str, whole: float, structure: float):
    (true,), (other,) = grids_of_html(TRUE), grids_of_html(found)
    assert teds(true, other) == pytest.approx(whole)
    assert teds(true, other, structure=True) == pytest.approx(structure)


def test_no_table_is_unlike_any():
    assert teds(grid("a b"), None) == 0
    assert teds(grid("a b"), Grid(())) == 0


def test_rows_turned_into_columns_are_far_from_the_table():
    long, wide = grid(*(["x"] * 12)), grid(" ".join(["x"] * 12))
    assert teds(long, wide, structure=True) == pytest.approx(1 - 16 / 26)


def test_the_head_ends_with_the_upper_rows_that_hold_headings():
    (true,) = grids_of_html("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr><tr><th>d</th></tr></table>")
    assert [(part.tag, len(part.children)) for part in tree(true).children] == [("thead", 1), ("tbody", 2)]


def node(text: str) -> Node:
    """A tree in brackets: “a(b c(d))”."""
    import re

    tokens = re.findall(r"[a-z]|[()]", text)

    def read() -> Node:
        tag, children = tokens.pop(0), []
        if tokens and tokens[0] == "(":
            tokens.pop(0)
            while tokens[0] != ")":
                children.append(read())
            tokens.pop(0)
        return Node(tag, tuple(children))

    return read()


def test_the_distance_is_that_of_the_paper_that_found_it():
    assert distance(node("f(d(a c(b)) e)"), node("f(c(d(a b)) e)")) == 2  # Zhang and Shasha 1989, figure 5


def test_the_distance_of_a_tree_is_the_same_both_ways_and_no_more_than_all_nodes():
    chance = random.Random(4)

    def grown(depth: int) -> Node:
        return Node(chance.choice("ab"), tuple(grown(depth - 1) for _ in range(chance.randrange(4 if depth else 1))))

    for _ in range(40):
        one, other, third = grown(3), grown(3), grown(3)
        assert distance(one, one) == 0
        assert distance(one, other) == distance(other, one)
        assert distance(one, third) <= distance(one, other) + distance(other, third)
