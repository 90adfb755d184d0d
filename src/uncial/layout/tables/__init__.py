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
from uncial.layout.tables.chunks import Chunk, chunks_of
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
    bars = bars_of(rules, unit)
    chunks = chunks_of(pieces, bars.standing, unit, level or Transform())
    tables: list[FoundTable] = []
    for candidates in (latticed, barred, open_regions):
        for region in candidates(chunks, bars, unit):
            shape = shaped(region, unit)
            if shape and is_table(shape, region, unit):
                tables.append(_table(region, shape))
                chunks = _without(chunks, region)
    return sorted(tables, key=lambda table: (table.box.top, table.box))


def _without(chunks: list[Chunk], region: Region) -> list[Chunk]:
    used = {id(chunk.piece) for chunk in region.chunks}
    return [chunk for chunk in chunks if id(chunk.piece) not in used]


def _table(region: Region, shape: Shape) -> FoundTable:
    taken = {id(chunk.piece): chunk.piece for chunk in region.chunks}
    return FoundTable(region.box, shape.cells, tuple(taken.values()))
