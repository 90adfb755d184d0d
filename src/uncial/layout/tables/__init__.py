"""Finds tables among the lines of a page, by what is ruled and by the white between the columns.

A lattice of rules is a table by itself (as in Göbel et al., 2012). Elsewhere, lines one below the other that have white in
common are one, if what stands there is neither prose nor a list nor a table of contents; rules above, below and between them
tell how far it reaches and which lines are its header. The white is that between words (as in T-Recs: Kieninger & Dengel, 1998).

All lengths are multiples of the text height.
"""

from __future__ import annotations

from collections.abc import Sequence

from uncial.geometry import Transform, Way
from uncial.graphics import Rule
from uncial.layout.rows import Piece
from uncial.layout.tables.bars import bars_of
from uncial.layout.tables.chunks import chunks_of
from uncial.layout.tables.found import FoundCell, FoundTable, table_block
from uncial.layout.tables.grid import Region, Shape, shaped
from uncial.layout.tables.judge import is_table
from uncial.layout.tables.regions import barred, latticed, open_regions

__all__ = ["FoundCell", "FoundTable", "find_tables", "table_block"]


def find_tables(pieces: Sequence[Piece], rules: Sequence[Rule], unit: float, level: Way | None = None) -> list[FoundTable]:
    """The tables of a page, from the top down.

    `rules` lie on the level page as the boxes of the pieces do; `level` is the way of the lines' words there, where they do not.
    `unit` is the text height.
    """
    bars = bars_of(rules, [piece.box for piece in pieces], unit)
    chunks = chunks_of(pieces, bars.standing, unit, level or Transform())
    tables: list[FoundTable] = []
    used = set[int]()
    for candidates in (latticed, barred, open_regions):
        left = [chunk for chunk in chunks if id(chunk.piece) not in used]
        for region in candidates(left, bars, unit):
            inside = {id(chunk.piece) for chunk in region.chunks}
            shape = shaped(region, unit) if not inside & used else None
            if shape and is_table(shape, region):
                tables.append(_table(region, shape))
                used |= inside
    return sorted(tables, key=lambda table: (table.box.top, table.box))


def _table(region: Region, shape: Shape) -> FoundTable:
    taken = {id(chunk.piece): chunk.piece for chunk in region.chunks}
    return FoundTable(region.box, shape.cells, tuple(taken.values()))
