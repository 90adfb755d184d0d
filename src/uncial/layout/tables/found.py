"""A table that was found on the level page, and the block that it becomes in the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from uncial.document import Block, Cell, Line
from uncial.geometry import Box, Quad
from uncial.layout.rows import Piece


class FoundCell(NamedTuple):
    """One cell, with the place in the grid that it takes."""

    row: int
    column: int
    rows: int
    columns: int
    box: Box
    pieces: tuple[Piece, ...] = ()
    """The lines in it as they are read; a line that runs across several cells is parted into the words of each."""
    heading: bool = False


class FoundTable(NamedTuple):
    """A table on the level page."""

    box: Box
    cells: tuple[FoundCell, ...]
    """Row by row, empty ones too."""
    taken: tuple[Piece, ...]
    """The pieces that it uses up, as they were given."""


def table_block(table: FoundTable, place: Callable[[Box], Quad]) -> Block:
    """The table as a block of the document; `place` leads from the level page to the page as it came in."""
    lines: list[Line] = []
    cells: list[Cell] = []
    for cell in table.cells:
        start = len(lines)
        lines += [piece.line for piece in cell.pieces]
        cells.append(
            Cell(cell.row, cell.column, place(cell.box), start, len(lines), cell.rows, cell.columns, heading=cell.heading)
        )
    return Block(tuple(lines), place(table.box), "table", cells=tuple(cells))
