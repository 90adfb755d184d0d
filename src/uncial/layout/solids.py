"""What stands on a page as a whole and is read as a whole: its tables and its figures."""

from __future__ import annotations

from collections.abc import Sequence

from uncial.document import Block, Line
from uncial.geometry import Box, Way
from uncial.graphics import Graphics, Rule
from uncial.layout.columns import regions
from uncial.layout.parts import Place
from uncial.layout.rows import Piece, rows_of
from uncial.layout.tables import FoundTable, find_tables, table_block

_INSIDE = 0.7
"""The part of a line or of a figure that lies in another one's place if it belongs there."""
_LABEL, _BESIDE = 3, 1.5
"""So few letters that are so near to a picture are a label of it."""
_LETTERED = 0.35
"""The part of a picture that lines cover if it is no picture but text on a coloured ground."""
_MOST = 0.5
"""Nor is it a picture if so much of the page's text stands in it,"""
_LONG = 0.6
_LONG_LINES = 3
"""or so many lines that are so long beside it: a box."""
_LEAST = 2.5
"""A figure has at least this height and width; smaller ones are ornaments and bullets."""
_GOES_ON = 3
"""So many lines of a column above and below a table say that it is none, but what stands side by side in two columns."""


def with_solids(pieces: Sequence[Piece], graphics: Graphics, unit: float, level: Way, place: Place) -> list[Piece]:
    """The pieces of the page with those of each table and each figure put together into a single one.

    The boxes of the pieces and the graphics are those of the level page, where `level` leads to and `place` leads back from.
    """
    pictures = _pictures([quad.box for quad in graphics.pictures], pieces, unit)
    tables = [table for table in _tables(pieces, graphics, unit, level) if not any(_drawn(table, box) for box in pictures)]
    taken = {id(piece) for table in tables for piece in table.taken}
    free = [piece for piece in pieces if id(piece) not in taken]
    solid = [_solid(table_block(table, place), table.box) for table in tables]
    for box in pictures:
        if any(max(part_inside(box, table.box), part_inside(table.box, box)) > 0.5 for table in tables):
            continue
        inside = [piece for piece in free if _belongs(piece, box, unit)]
        inner = {id(piece) for piece in inside}
        free = [piece for piece in free if id(piece) not in inner]
        lines = tuple(piece.line for row in rows_of(inside) for piece in row)
        whole = Box.around([box, *(piece.box for piece in inside)])
        solid.append(_solid(Block(lines, place(whole), "figure"), whole))
    return [*free, *solid]


def _solid(block: Block, box: Box) -> Piece:
    return Piece(Line((), block.quad), box, block)


# Figures


def _belongs(piece: Piece, box: Box, unit: float) -> bool:
    """Whether it stands in the picture, or is a label right beside it."""
    if part_inside(piece.box, box) > _INSIDE:
        return True
    reach = _BESIDE * unit
    around = Box(box.left - reach, box.top - reach, box.right + reach, box.bottom + reach)
    return len(piece.line.text) <= _LABEL and part_inside(piece.box, around) > _INSIDE


def _pictures(boxes: Sequence[Box], pieces: Sequence[Piece], unit: float) -> list[Box]:
    """The pictures that are figures: large, not text on a ground, none within another."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda box: (-box.area, box)):
        if min(box.width, box.height) < _LEAST * unit or any(part_inside(box, other) > _INSIDE for other in found):
            continue
        if not _is_ground(box, pieces):
            found.append(box)
    return found


def _is_ground(box: Box, pieces: Sequence[Piece]) -> bool:
    """Whether it is only what text stands on."""
    inside = [piece.box for piece in pieces if part_inside(piece.box, box) > _INSIDE]
    covered = sum(other.area for other in inside)
    long = sum(other.width > _LONG * box.width for other in inside)
    whole = len(inside) > _LONG_LINES and covered > _MOST * sum(piece.box.area for piece in pieces)
    return whole or long >= _LONG_LINES or covered > _LETTERED * box.area


# Tables


def _tables(pieces: Sequence[Piece], graphics: Graphics, unit: float, level: Way) -> list[FoundTable]:
    """The tables of the page; where one goes through columns of prose, those of each column instead."""
    found = find_tables(pieces, graphics.rules, unit, level)
    loose = [table for table in found if not _bound(table.box, graphics.rules)]
    if not loose or len(pieces) - max(len(table.taken) for table in loose) < 2 * _GOES_ON:
        return found
    columns = [region.pieces for region in regions(list(pieces), unit) if region.column]
    place = {id(piece): number for number, column in enumerate(columns) for piece in column}
    across = {id(table): _across(table, columns, place) for table in loose}
    kept = [table for table in found if not across.get(id(table))]
    taken = {id(piece) for table in kept for piece in table.taken}
    for number in sorted(set().union(*across.values())):
        kept += find_tables([piece for piece in columns[number] if id(piece) not in taken], graphics.rules, unit, level)
    return kept


def _across(table: FoundTable, columns: Sequence[Sequence[Piece]], place: dict[int, int]) -> set[int]:
    """The columns that a table takes its lines from, if they are several and go on above or below it."""
    own = {id(piece) for piece in table.taken}
    numbers = {place[piece] for piece in own if piece in place}
    rest = [sum(id(piece) not in own for piece in columns[number]) for number in numbers]
    return numbers if sum(count >= _GOES_ON for count in rest) >= 2 else set()


def _bound(box: Box, rules: Sequence[Rule]) -> bool:
    """Whether a rule runs through all of a table's columns."""
    lying = (rule for rule in rules if not rule.stands and box.top - box.height < rule.start.y < box.bottom + box.height)
    wide = [rule for rule in lying if min(rule.end.x, box.right) - max(rule.start.x, box.left) > 0.9 * box.width]
    return len(wide) >= 2


def _drawn(table: FoundTable, picture: Box) -> bool:
    """Whether what looks like a table are the labels of a drawing."""
    return part_inside(table.box, picture) > _INSIDE and table.box.area < 0.5 * picture.area


def part_inside(box: Box, other: Box) -> float:
    """The part of the one that lies in the other."""
    return box.intersection(other).area / (box.area or 1.0)
