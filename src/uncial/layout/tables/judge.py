"""Tells tables from what only looks like one: prose in columns, lists, tables of contents, scattered text."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uncial.layout.tables.found import FoundCell
    from uncial.layout.tables.grid import Region, Shape

_FILLED = 0.35
"""The part of its cells in which something stands, in a table that nothing bounds."""
_PAIRED = 0.5
"""The part of its rows that have two cells or more."""
_LEADERS = 0.4
"""A table in which so many lines have dots that lead to a number is one of contents."""


def is_table(shape: Shape, region: Region) -> bool:
    """Whether the region is a table."""
    filled = [cell for cell in shape.cells if cell.pieces]
    rows, columns = len(shape.ys) - 1, len(shape.xs) - 1
    by_row = [[cell for cell in filled if cell.row == row] for row in range(rows)]
    paired = sum(len(row) > 1 for row in by_row)
    if len(filled) < 4 or paired < 2 or _contents(shape, by_row, columns):
        return False
    if region.ruled:
        return paired >= 0.3 * rows and max(len(cell.pieces) for cell in filled) <= 20
    if _marked(filled, columns):
        return False
    if region.bounded:
        return paired >= 0.3 * rows
    numbers = sum(_number(cell) for cell in filled if cell.column > 0)
    rest = sum(cell.column > 0 for cell in filled)
    if columns == 2 and (numbers < 0.5 * rest or paired < 4):
        return False
    return rows >= 3 and paired >= max(3, _PAIRED * rows) and len(filled) >= _FILLED * rows * columns


def _text(cell: FoundCell) -> str:
    return " ".join(piece.line.text for piece in cell.pieces)


def _number(cell: FoundCell) -> bool:
    text = _text(cell)
    return sum(character.isdigit() for character in text) >= 0.4 * len(text) or len(text) <= 2


def _marked(filled: list[FoundCell], columns: int) -> bool:
    """Whether it is a list, or notes with their marks."""
    marks = [_text(cell) for cell in filled if cell.column == 0]
    rest = [_text(cell) for cell in filled if cell.column == 1]
    if columns != 2 or not marks or not rest:
        return False
    short = sum(len(mark.strip("().")) <= 3 for mark in marks) >= 0.7 * len(marks)
    return short and sum(len(text.split()) >= 3 for text in rest) >= 0.5 * len(rest)


def _contents(shape: Shape, by_row: list[list[FoundCell]], columns: int) -> bool:
    """Whether it is a table of contents: lines that lead to page numbers."""
    lines = [line for line in shape.lines if line]
    leading = sum(any(chunk.leads for chunk in line) for line in lines)
    last = [_text(row[-1]) for row in by_row if len(row) > 1]
    pages = [int(text) for text in last if text.isdecimal() and len(text) < 5]
    rising = len(pages) >= 0.8 * len(last) and len(pages) >= 4 and all(a <= b for a, b in pairwise(pages))
    return leading >= _LEADERS * len(lines) and (rising or columns == 2) or (rising and columns == 2)
