"""Finds tables among the lines of a page, by what is ruled and by the white between the columns.

A lattice of rules is a table by itself (as in Göbel et al., 2012). Elsewhere, lines one below the other that have white in
common are one, if what stands there is neither prose nor a list nor a table of contents; rules above, below and between them
tell how far it reaches and which lines are its header. The white is that between words (as in T-Recs: Kieninger & Dengel, 1998).

All lengths are multiples of the text height.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from uncial.geometry import Transform, Way
from uncial.graphics import Rule
from uncial.layout.rows import Piece
from uncial.layout.tables.axis import Region
from uncial.layout.tables.bars import Bars, bars_of
from uncial.layout.tables.chunks import Chunk, chunks_of, parted_chunks
from uncial.layout.tables.found import FoundCell, FoundTable, table_block
from uncial.layout.tables.grid import Shape, shaped
from uncial.layout.tables.judge import is_table
from uncial.layout.tables.regions import barred, latticed, open_regions

_SHARED = 0.8
"""Parts of one table stand above each other for this part of their width."""
_BESIDE = 0.25
"""The part of a table that stands beside its coloured cells."""

_OFF, _MIXED = 0.6, 2
"""In so many rows the only line of a cell stands so much higher than that of the cell before: these are no rows."""

__all__ = ["FoundCell", "FoundTable", "find_tables", "table_block"]


def find_tables(pieces: Sequence[Piece], rules: Sequence[Rule], unit: float, level: Way | None = None) -> list[FoundTable]:
    """The tables of a page, from the top down.

    `rules` lie on the level page as the boxes of the pieces do; `level` is the way of the lines' words there, where they do not.
    `unit` is the text height.
    """
    words = chunks_of(pieces, level or Transform())
    bars = bars_of(rules, [box for line in words for box in line.boxes], unit)
    chunks = parted_chunks(words, bars.standing, unit)
    found: list[_Found] = []
    used = set[int]()
    for candidates in (_lattices, barred, open_regions):
        left = [chunk for chunk in chunks if id(chunk.piece) not in used]
        for region in candidates(left, bars, unit):
            inside = {id(chunk.piece) for chunk in region.chunks}
            shape = shaped(region, unit) if not inside & used else None
            if shape and is_table(shape, region, unit):
                found.append((region, shape))
                used |= inside
    tables = [_table(region, shape) for region, shape in _whole(found, bars, unit)]
    return [table for table in tables if not _scrambled(table, unit)]


def _lattices(chunks: Sequence[Chunk], bars: Bars, unit: float) -> list[Region]:
    """The lattices but for those that colours make: several in one table that long bars bound, and much of it beside them."""
    found = list(latticed(chunks, bars, unit))
    for around in barred(chunks, bars, unit) if len(found) > 1 else ():
        inside = [region for region in found if region.box.intersection(around.box).area > _SHARED * region.box.area]
        rest = len(around.chunks) - sum(len(region.chunks) for region in inside)
        shape = shaped(around, unit) if len(inside) > 1 and rest > _BESIDE * len(around.chunks) else None
        if shape and is_table(shape, around, unit):
            found = [region for region in found if region not in inside]
    return found


_Found = tuple[Region, Shape]


def _whole(found: Iterable[_Found], bars: Bars, unit: float) -> list[_Found]:
    """The tables from the top down, those parts put together that a bar within a table has parted."""
    done: list[_Found] = []
    for each in sorted(found, key=lambda pair: pair[0].box):
        joined = next(((i, both) for i, above in enumerate(done) if (both := _both(above, each, bars, unit))), None)
        if joined:
            done[joined[0]] = joined[1]
        else:
            done.append(each)
    return sorted(done, key=lambda pair: (pair[0].box.top, pair[0].box))


def _both(one: _Found, other: _Found, bars: Bars, unit: float) -> _Found | None:
    """Two tables as one, where one goes on with the columns of the other right below it."""
    (above, upper), (below, lower) = sorted((one, other), key=lambda pair: pair[0].box.top)
    shared = min(above.box.right, below.box.right) - max(above.box.left, below.box.left)
    wide = shared > _SHARED * max(above.box.width, below.box.width)
    apart = abs(below.box.top - above.box.bottom) > unit or upper.columns != lower.columns
    if apart or not wide or above.ruled or below.ruled:
        return None
    box = above.box.union(below.box)
    region = Region(box, [*above.chunks, *below.chunks], bars.inside(box, 0.3 * unit), False, above.bounded or below.bounded)
    shape = shaped(region, unit)
    return (region, shape) if shape and shape.columns == upper.columns else None


def _scrambled(table: FoundTable, unit: float) -> bool:
    """Whether lines of different heights were taken for one row, so that reading it by cells would mix up the lines."""
    lines: dict[int, list[Piece]] = {}
    for cell in table.cells:
        if cell.rows == 1 and len(cell.pieces) == 1:
            lines.setdefault(cell.row, []).append(cell.pieces[0])
    mixed = sum(any(a.box.center.y - b.box.center.y > _OFF * unit for a, b in pairwise(row)) for row in lines.values())
    return mixed >= _MIXED


def _table(region: Region, shape: Shape) -> FoundTable:
    taken = {id(chunk.piece): chunk.piece for chunk in region.chunks}
    return FoundTable(region.box, shape.cells, tuple(taken.values()))
