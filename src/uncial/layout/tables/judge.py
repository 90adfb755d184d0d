"""Tells tables from what only looks like one: prose in columns, lists, tables of contents, scattered text."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from uncial.geometry import Box

if TYPE_CHECKING:
    from uncial.layout.tables.axis import Region
    from uncial.layout.tables.found import FoundCell
    from uncial.layout.tables.grid import Shape

_FILLED = 0.35
"""The part of its cells in which something stands, in a table that nothing bounds."""
_PAIRED = 0.5
"""The part of its rows that have two cells or more."""
_PAIRED_RULED = 0.3
"""The same where bars say that it is a table."""
_LINES = 5
"""A usual cell of a table has at most so many lines; the boxes of a page have more."""
_PROSE = 0.5
"""So much of what stands between long bars may look like lines of paragraphs."""
_NUMBERS = 0.3
"""A table that nothing bounds has so many numbers,"""
_FILLED_TEXT = 0.7
"""or is so full."""
_EVEN = 0.6
"""In a table that nothing bounds so many cells stand in line with those above and below."""
_NEAR = 0.4
"""What is nearer stands in line."""
_RUN_ON = 0.3
"""Where this part of the longer texts begins small, the text runs on from row to row."""
_RUN_ON_FEW = 0.6
"""The same where there are only three, and nothing bounds them."""
_LEADERS = 0.4
"""A table in which so many lines have dots that lead to a number is one of contents."""


def is_table(shape: Shape, region: Region, unit: float) -> bool:
    """Whether the region is a table."""
    filled = [cell for cell in shape.cells if cell.pieces]
    rows, columns = shape.rows, shape.columns
    by_row = [[cell for cell in filled if cell.row == row] for row in range(rows)]
    paired = sum(len(row) > 1 for row in by_row)
    if len(filled) < 4 or paired < 2 or _contents(shape, by_row, columns) or _prose(filled):
        return False
    if region.ruled:
        return paired >= _PAIRED_RULED * rows and sum(len(cell.pieces) for cell in filled) <= _LINES * len(filled)
    if _marked(filled, columns) or region.prose > _PROSE:
        return False
    if region.bounded:
        return paired >= _PAIRED_RULED * rows
    full = len(filled) / (rows * columns)
    numbers = _numbers(filled)
    if columns == 2 and (numbers < 0.5 or paired < 4):
        return False
    if (numbers < _NUMBERS and full < _FILLED_TEXT) or _counted(filled, columns) or _prose(filled, 3, _RUN_ON_FEW):
        return False
    if _even(filled, columns, unit) < _EVEN:
        return False
    return rows >= 3 and paired >= max(3, _PAIRED * rows) and full >= _FILLED


def _numbers(filled: list[FoundCell]) -> float:
    """The part of the cells behind the first column that are numbers."""
    rest = [_number(cell) for cell in filled if cell.column > 0]
    return sum(rest) / len(rest) if rest else 0.0


def _even(filled: list[FoundCell], columns: int, unit: float) -> float:
    """The part of the cells that begin, end or have their middle where the others of their column do."""
    even = count = 0
    for column in range(columns):
        boxes = [Box.around(piece.box for piece in cell.pieces) for cell in filled if cell.column == column and cell.columns == 1]
        edges = ([b.left for b in boxes], [b.right for b in boxes], [b.center.x for b in boxes])
        even += max(sum(abs(x - median(xs)) < _NEAR * unit for x in xs) for xs in edges) if boxes else 0
        count += len(boxes)
    return even / count if count else 0.0


def _counted(filled: list[FoundCell], columns: int) -> bool:
    """Whether a column counts lines of text."""
    for column in range(columns - 1):
        texts = [_text(cell) for cell in filled if cell.column == column]
        beside = [cell for cell in filled if cell.column > column]
        counts = [int(text) for text in texts if text.isdecimal() and len(text) < 4]
        steps = sum(b == a + 1 for a, b in pairwise(counts))
        if len(counts) >= 3 and steps >= 0.6 * (len(texts) - 1) and sum(map(_number, beside)) < 0.3 * len(beside):
            return True
    return False


def _prose(filled: list[FoundCell], least: int = 4, part: float = _RUN_ON) -> bool:
    """Whether sentences run on from one cell to the one below."""
    places = {(cell.row, cell.column): _text(cell) for cell in filled}
    below = [(places.get((row - 1, column), ""), text) for (row, column), text in places.items() if len(text.split()) >= 3]
    long = [text for above, text in below if len(above.split()) >= 2]
    return len(long) >= least and sum(text[:1].islower() for text in long) >= part * len(long)


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
    return rising and columns == 2 if leading < _LEADERS * len(lines) else rising or columns == 2
