"""What stands on a page as a whole and is read as a whole: its tables and its figures."""

from __future__ import annotations

from collections.abc import Sequence

from uncial.document import Block, Line
from uncial.geometry import Box, Way
from uncial.graphics import Graphics
from uncial.layout.parts import Place
from uncial.layout.rows import Piece
from uncial.layout.tables import FoundTable, find_tables, table_block

_INSIDE = 0.7
"""The part of a line or of a figure that lies in another one's place if it belongs there."""
_LETTERED = 0.35
"""The part of a picture that lines cover if it is no picture but text on a coloured ground."""
_LEAST = 2.5
"""A figure has at least this height and width; smaller ones are ornaments and bullets."""


def with_solids(pieces: Sequence[Piece], graphics: Graphics, unit: float, level: Way, place: Place) -> list[Piece]:
    """The pieces of the page with those of each table and each figure put together into a single one.

    The boxes of the pieces and the graphics are those of the level page, where `level` leads to and `place` leads back from.
    """
    tables = find_tables(pieces, graphics.rules, unit, level)
    taken = {id(piece) for table in tables for piece in table.taken}
    free = [piece for piece in pieces if id(piece) not in taken]
    solid = [_solid(table_block(table, place), table.box) for table in tables]
    for box in _figures([quad.box for quad in graphics.pictures], free, tables, unit):
        inside = [piece for piece in free if _part_inside(piece.box, box) > _INSIDE]
        free = [piece for piece in free if piece not in inside]
        lines = tuple(piece.line for piece in sorted(inside, key=lambda piece: (piece.box.top, piece.box.left)))
        solid.append(_solid(Block(lines, place(box), "figure"), box))
    return [*free, *solid]


def _solid(block: Block, box: Box) -> Piece:
    return Piece(Line((), block.quad), box, block)


def _figures(pictures: Sequence[Box], pieces: Sequence[Piece], tables: Sequence[FoundTable], unit: float) -> list[Box]:
    """The pictures that are figures: large, not text on a ground, not a table, none within another."""
    found: list[Box] = []
    for box in sorted(pictures, key=lambda box: -box.area):
        if min(box.width, box.height) < _LEAST * unit or any(_part_inside(box, other) > _INSIDE for other in found):
            continue
        if any(max(_part_inside(box, table.box), _part_inside(table.box, box)) > 0.5 for table in tables):
            continue
        if _covered(box, pieces) < _LETTERED:
            found.append(box)
    return found


def _covered(box: Box, pieces: Sequence[Piece]) -> float:
    return sum(piece.box.intersection(box).area for piece in pieces) / box.area


def _part_inside(box: Box, other: Box) -> float:
    return box.intersection(other).area / (box.area or 1.0)
