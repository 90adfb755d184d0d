"""Makes the cells of a table out of its chunks and the bars among them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from uncial.geometry import Box
from uncial.layout.tables.axis import NEAR, Axis, Ranges, Region, columns_of, ranges_of, text_of_columns
from uncial.layout.tables.bars import Bar, places
from uncial.layout.tables.chunks import Chunk, line_piece, lines_of
from uncial.layout.tables.columns import parted
from uncial.layout.tables.found import FoundCell
from uncial.layout.tables.header import heading_lines
from uncial.layout.tables.rows import Entry, grouped
from uncial.layout.tables.spans import Cells, Placed, Span, spanned, under_bar

_FULL = 0.6
"""A bar that runs along this part of the table parts its rows."""
_ONE = 0.8
"""In a lattice, one that runs along this part of any column does."""
_EDGE = 0.3
"""Bars so near at the edge of the table are its edge."""
_NUMBERED = 0.7
"""Lines between two bars of a lattice are rows of their own if a column has numbers in this part of them."""
_BARRED = 0.25
"""So many bars for each line say where the rows are."""

_Wide = frozenset[tuple[int, int]]
"""The columns, from the first to the last, that chunks of a line span."""


class Shape(NamedTuple):
    """A table as it was understood."""

    rows: int
    columns: int
    cells: tuple[FoundCell, ...]
    lines: list[list[Chunk]]
    """Its text, line by line."""


class _Lines(NamedTuple):
    """The lines of a table, and what is known of them before its rows are."""

    entries: list[Entry]
    wide: list[_Wide]
    head: int
    """So many of them are the header."""
    rights: dict[int, float]
    """Where the text of each column ends."""


def shaped(region: Region, unit: float) -> Shape | None:
    """The cells of a region; None where it has fewer than two rows or columns."""
    across = columns_of(region, lines_of(region.chunks), unit)
    if across.size < 2:
        return None
    region = region._replace(chunks=parted(region.chunks, across.edges[1:-1], unit))
    columns = ranges_of(region.chunks, across, unit)
    found = lines_of(region.chunks)
    bars = _row_bars(region, across, unit)
    lines = _lines(region, found, bars, across, columns, unit)
    down = _rows(region, lines, places(bars, NEAR * unit), unit)
    if down.size < 2:
        return None
    rows = {id(chunk): down.at(chunk.box.center.y) for chunk in region.chunks}
    heads = max((rows[id(chunk)] + 1 for line in found[: lines.head] for chunk in line), default=0)
    cells, placed = spanned(Placed(region, across, down, columns, rows, heads, unit))
    return Shape(down.size, across.size, _cells(cells, placed), found)


def _lines(
    region: Region, found: Sequence[Sequence[Chunk]], bars: Sequence[Bar], across: Axis, columns: Ranges, unit: float
) -> _Lines:
    entries = [Entry.of(line, [columns[id(chunk)][0] for chunk in line]) for line in found]
    wide = [_wide(line, region, across, columns, unit) for line in found]
    head = heading_lines(entries, bars, region.box.left, region.box.right)
    rights = {column: end for column, (_, end) in text_of_columns(region.chunks, columns).items()}
    return _Lines(entries, wide, head, rights)


def _wide(line: Sequence[Chunk], region: Region, across: Axis, columns: Ranges, unit: float) -> _Wide:
    spans = (under_bar(chunk, region, across, unit) or columns[id(chunk)] for chunk in line)
    return frozenset((first, last) for first, last in spans if first < last)


def _row_bars(region: Region, across: Axis, unit: float) -> list[Bar]:
    """The bars that part rows."""
    box, lying = region.box, region.bars.lying
    if region.ruled:
        bars = [bar for bar in lying if any(bar.covers(a, b) >= _ONE for a, b in pairwise(across.edges))]
    else:
        first, last = (pick(chunk.box.center.y for chunk in region.chunks) for pick in (min, max))
        bars = [bar for bar in lying if bar.covers(box.left, box.right) >= _FULL and first < bar.at < last]
    return [bar for bar in bars if box.top + _EDGE * unit < bar.at < box.bottom - _EDGE * unit]


def _rows(region: Region, lines: _Lines, bars: list[float], unit: float) -> Axis:
    """Where rows part: at bars, and between the lines that do not go on with the row above."""
    box = region.box
    ruled = region.ruled or len(bars) >= _BARRED * len(lines.entries)
    soft: list[float] = []
    for a, b in pairwise([box.top, *bars, box.bottom]):
        inside = [i for i, entry in enumerate(lines.entries) if a <= entry.middle < b]
        groups = _groups(lines, inside, unit, ruled=ruled, whole=region.ruled and len(bars) > 1)
        soft += [_between([lines.entries[i] for i in one], [lines.entries[i] for i in other]) for one, other in pairwise(groups)]
    return Axis(sorted([box.top, *bars, *soft, box.bottom]), frozenset(bars))


def _groups(lines: _Lines, inside: list[int], unit: float, *, ruled: bool, whole: bool) -> list[list[int]]:
    """The lines between two bars by their rows; `whole` says that bars part all rows, unless numbers say otherwise."""
    top = [i for i in inside if i < lines.head]
    body = [i for i in inside if i >= lines.head]
    if whole and not _numbered(lines.entries, body):
        return [group for group in (top, body) if group]
    levels = [top] if whole and top else _levels(lines.wide, top)
    rows = grouped([lines.entries[i] for i in body], lines.rights, unit, ruled=ruled)
    return [*levels, *([body[i] for i in row] for row in rows)]


def _between(above: Sequence[Entry], below: Sequence[Entry]) -> float:
    """The height in the middle of the white between two rows."""
    return (max(entry.box.bottom for entry in above) + min(entry.box.top for entry in below)) / 2


def _numbered(entries: Sequence[Entry], inside: Sequence[int]) -> bool:
    """Whether numbers stand in each of these lines, more or less."""
    columns = {column for i in inside for column in entries[i].cells}
    least = max(2, _NUMBERED * len(inside))
    return any(sum(entries[i].numbers(column) for i in inside) >= least for column in columns)


def _levels(wide: Sequence[_Wide], top: Sequence[int]) -> list[list[int]]:
    """The lines of a header by their level: one that spans columns ends a level."""
    groups: list[list[int]] = []
    for i in top:
        if groups and not wide[groups[-1][-1]] - wide[i]:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _cells(cells: Cells, placed: Placed) -> tuple[FoundCell, ...]:
    """All cells, row by row, with what stands in them."""
    texts: dict[Span, list[Chunk]] = {}
    for chunk in placed.region.chunks:
        texts.setdefault(cells.at(*placed.places(chunk)[0]), []).append(chunk)
    return tuple(_cell(span, texts.get(span, []), placed) for span in cells.spans)


def _cell(span: Span, chunks: list[Chunk], placed: Placed) -> FoundCell:
    top, left, bottom, right = span
    xs, ys = placed.across.edges, placed.down.edges
    box = Box(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
    pieces = tuple(line_piece(line) for line in lines_of(chunks))
    return FoundCell(top, left, bottom - top + 1, right - left + 1, box, pieces, heading=top < placed.heads)
