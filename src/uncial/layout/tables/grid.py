"""Makes the cells of a table out of its chunks and the bars among them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from uncial.geometry import Box
from uncial.layout.tables.bars import Bar, Bars, places
from uncial.layout.tables.chunks import Chunk, line_piece, lines_of
from uncial.layout.tables.columns import cuts, parted
from uncial.layout.tables.found import FoundCell
from uncial.layout.tables.header import heading_rows
from uncial.layout.tables.rows import Entry, grouped

_NEAR = 0.5
"""Bars so near beside each other part the same cells."""
_FULL = 0.6
"""A bar that runs along this part of the table parts its rows."""
_BORDER = 0.5
"""A bar that runs along this part of a cell's edge is its border."""
_INTO = 0.4
"""A chunk that reaches so far into a column stands in it."""
_OWN = 3
"""White inside a ruled column only makes two of it where so many lines have text on both sides."""


_Ranges = dict[int, tuple[int, int]]
"""The first and the last column of each chunk, by its id."""
_Rows = dict[int, int]


class Region(NamedTuple):
    """A part of the page that is a table."""

    box: Box
    chunks: list[Chunk]
    bars: Bars
    ruled: bool
    """Whether its bars form a lattice."""
    bounded: bool = False
    """Whether bars above and below it say that it is a table."""
    prose: float = 0.0
    """The part of its chunks that look like lines of paragraphs."""


class Shape(NamedTuple):
    """A table as it was understood: where its rows and columns part, and which chunk stands where."""

    xs: list[float]
    ys: list[float]
    cells: tuple[FoundCell, ...]
    lines: list[list[Chunk]]
    head: int
    """So many rows are its header."""


class _Axis(NamedTuple):
    """The edges of rows or of columns."""

    edges: list[float]
    ruled: frozenset[float]
    """Those edges that are there because of bars alone."""

    @property
    def count(self) -> int:
        return len(self.edges) - 1

    def range(self, start: float, end: float, into: float) -> tuple[int, int]:
        """The first and the last row or column that a chunk stands in, if it reaches into both far enough."""
        into = min(into, (end - start) / 4)
        first = bisect_right(self.edges, start + into) - 1
        last = bisect_right(self.edges, end - into) - 1
        first = min(max(first, 0), self.count - 1)
        return first, min(max(last, first), self.count - 1)


def shaped(region: Region, unit: float) -> Shape | None:
    """The cells of a region; None where it has fewer than two rows or columns."""
    lines = lines_of(region.chunks)
    across = _columns(region, lines, unit)
    if across.count < 2 or not lines:
        return None
    region = region._replace(chunks=parted(region.chunks, across.edges[1:-1], unit))
    lines = lines_of(region.chunks)
    ranges = _ranges(region.chunks, across, unit)
    rights = _rights(region.chunks, ranges)
    entries = [Entry.of(line, [ranges[id(chunk)][0] for chunk in line]) for line in lines]
    bars = _row_bars(region, across, unit)
    head = heading_rows(entries, bars, region.box.left, region.box.right)
    wide = [_wide(line, ranges, region, across, unit) for line in lines]
    down = _rows(region, entries, rights, places(bars, _NEAR * unit), head, wide, unit)
    if down.count < 2:
        return None
    rows = {id(chunk): _row_of(chunk, down) for chunk in region.chunks}
    heads = _head_count(entries[:head], rows)
    merged = _Merged(down.count, across.count)
    _merge_missing(merged, region, across, down, ranges, rows, unit)
    _merge_spanning(merged, region.chunks, ranges, rows)
    _merge_centred(merged, region, across, ranges, rows, heads, unit)
    _merge_up(merged, region.chunks, ranges, rows, heads)
    _merge_blank(merged, across.count, _filled(region.chunks, ranges, rows), heads)
    return Shape(across.edges, down.edges, _cells(merged, region, across, down, ranges, rows, heads), lines, heads)


def _columns(region: Region, lines: list[list[Chunk]], unit: float) -> _Axis:
    """Where columns part: at bars, and in the white between them."""
    box = region.box
    hard = (
        [x for x in places(region.bars.standing, _NEAR * unit) if box.left + unit < x < box.right - unit] if region.ruled else []
    )
    strips = [box.left, *hard, box.right]
    soft: list[float] = []
    for a, b in pairwise(strips):
        inside = [[chunk for chunk in line if a <= chunk.box.center.x < b] for line in lines]
        inside = [line for line in inside if line]
        if hard and sum(len(line) > 1 for line in inside) < max(_OWN, 0.5 * len(inside)):
            continue
        soft += [x for x in cuts(inside, unit) if a + _NEAR * unit < x < b - _NEAR * unit]
    return _Axis(sorted([*strips, *soft]), frozenset(hard))


def _ranges(chunks: Sequence[Chunk], across: _Axis, unit: float) -> _Ranges:
    """The columns that each chunk stands in: those whose text it stands above or below, or just the one at its middle."""
    texts: dict[int, list[float]] = {}
    for chunk in chunks:
        first, last = across.range(chunk.box.left, chunk.box.right, 0.0)
        if first == last:
            texts.setdefault(first, []).extend((chunk.box.left, chunk.box.right))
    cores = {column: (min(xs), max(xs)) for column, xs in texts.items()}
    return {id(chunk): _range(chunk.box, cores, across, unit) for chunk in chunks}


def _range(box: Box, cores: dict[int, tuple[float, float]], across: _Axis, unit: float) -> tuple[int, int]:
    first, last = across.range(box.left, box.right, 0.0)
    if first == last:
        return first, last
    over = [c for c in range(first, last + 1) if c in cores and _reaches(box, *cores[c], unit)]
    middle, _ = across.range(box.center.x, box.center.x, 0.0)
    return min([*over, middle]), max([*over, middle])


def _reaches(box: Box, start: float, end: float, unit: float) -> bool:
    return min(box.right, end) - max(box.left, start) > min(_INTO * unit, (end - start) / 2)


def _rights(chunks: Iterable[Chunk], ranges: dict[int, tuple[int, int]]) -> dict[int, float]:
    """Where the text of each column ends, those left aside that span several."""
    rights: dict[int, float] = {}
    for chunk in chunks:
        first, last = ranges[id(chunk)]
        if first == last:
            rights[first] = max(rights.get(first, chunk.box.right), chunk.box.right)
    return rights


def _row_bars(region: Region, across: _Axis, unit: float) -> list[Bar]:
    """The bars that part rows."""
    box = region.box
    if region.ruled:
        bars = [bar for bar in region.bars.lying if any(bar.covers(a, b) >= 0.8 for a, b in pairwise(across.edges))]
    else:
        bars = [bar for bar in region.bars.lying if bar.covers(box.left, box.right) >= _FULL]
    return [bar for bar in bars if box.top + 0.3 * unit < bar.at < box.bottom - 0.3 * unit]


def _rows(
    region: Region, entries: list[Entry], rights: dict[int, float], bars: list[float], head: int, wide: list[_Wide], unit: float
) -> _Axis:
    """Where rows part: at bars, and between the lines that do not go on with the row above."""
    box = region.box
    edges, ruled = [box.top], set[float]()
    bands = [box.top, *bars, box.bottom]
    for a, b in pairwise(bands):
        inside = [i for i, entry in enumerate(entries) if a <= entry.middle < b]
        edges += _soft(entries, inside, rights, head, wide, region.ruled and len(bars) >= 2, unit)
        if b != box.bottom:
            edges.append(b)
            ruled.add(b)
    return _Axis([*edges, box.bottom], frozenset(ruled))


def _soft(
    entries: list[Entry], inside: list[int], rights: dict[int, float], head: int, wide: list[_Wide], ruled: bool, unit: float
) -> list[float]:
    """The heights at which the lines between two bars part into rows."""
    found: list[float] = []
    top = [i for i in inside if i < head]
    body = [i for i in inside if i >= head]
    groups = _levels(wide, top) if not ruled else [top] * bool(top)
    if ruled and not _several(entries, body):
        groups += [body] * bool(body)
    else:
        groups += [[body[j] for j in group] for group in grouped([entries[i] for i in body], rights, unit)]
    for one, other in pairwise(groups):
        bottom = max(entries[i].box.bottom for i in one)
        below = min(entries[i].box.top for i in other)
        found.append((bottom + below) / 2)
    return found


def _several(entries: list[Entry], inside: list[int]) -> bool:
    """Whether lines between two bars of a lattice are rows of their own: numbers stand in each of them."""
    if len(inside) < 2:
        return False
    columns = {column for i in inside for column in entries[i].cells}
    return any(sum(entries[i].numbers(column) for i in inside) >= max(2, 0.7 * len(inside)) for column in columns)


_Wide = frozenset[tuple[int, int]]
"""The columns, from the first to the last, that chunks of a line span."""


def _wide(line: list[Chunk], ranges: _Ranges, region: Region, across: _Axis, unit: float) -> _Wide:
    spans = (_under_bar(chunk, region, across, unit) or ranges[id(chunk)] for chunk in line)
    return frozenset((a, b) for a, b in spans if a < b)


def _levels(wide: list[_Wide], top: list[int]) -> list[list[int]]:
    """The lines of a header by their level: one that spans columns ends a level."""
    groups: list[list[int]] = []
    for i in top:
        if groups and not wide[groups[-1][-1]] - wide[i]:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _row_of(chunk: Chunk, down: _Axis) -> int:
    return min(max(bisect_right(down.edges, chunk.box.center.y) - 1, 0), down.count - 1)


def _head_count(head: list[Entry], rows: dict[int, int]) -> int:
    """How many rows the lines of the header make."""
    chunks = [chunk for entry in head for chunks in entry.cells.values() for chunk in chunks]
    return max((rows[id(chunk)] + 1 for chunk in chunks), default=0)


class _Merged:
    """Which places of the grid are one cell."""

    def __init__(self, rows: int, columns: int) -> None:
        self._boxes = {(row, column): (row, column, row, column) for row in range(rows) for column in range(columns)}

    def of(self, row: int, column: int) -> tuple[int, int, int, int]:
        """First row, first column, last row and last column of the cell at that place."""
        return self._boxes[row, column]

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Make one cell of all these places, and of the cells that they belong to."""
        box = (top, left, bottom, right)
        while True:
            inside = [self._boxes[row, column] for row, column in _places(box)]
            grown = (min(b[0] for b in inside), min(b[1] for b in inside), max(b[2] for b in inside), max(b[3] for b in inside))
            if grown == box:
                break
            box = grown
        for place in _places(box):
            self._boxes[place] = box

    @property
    def boxes(self) -> list[tuple[int, int, int, int]]:
        """All cells, row by row."""
        return sorted(set(self._boxes.values()))


def _places(box: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    return [(row, column) for row in range(box[0], box[2] + 1) for column in range(box[1], box[3] + 1)]


def _filled(chunks: Iterable[Chunk], ranges: _Ranges, rows: _Rows) -> set[tuple[int, int]]:
    return {(rows[id(c)], column) for c in chunks for column in range(ranges[id(c)][0], ranges[id(c)][1] + 1)}


def _merge_missing(
    merged: _Merged, region: Region, across: _Axis, down: _Axis, ranges: _Ranges, rows: _Rows, unit: float
) -> None:
    """In a lattice, cells with no bar between them are one."""
    if not region.ruled:
        return
    filled = _filled(region.chunks, ranges, rows)
    for row, (top, bottom) in enumerate(pairwise(down.edges)):
        for column, x in enumerate(across.edges[1:-1]):
            apart = {(row, column), (row, column + 1)} <= filled
            if x in across.ruled and not apart and not _bordered(region.bars.standing, x, top, bottom, unit):
                merged.merge(row, column, row, column + 1)
    for column, (left, right) in enumerate(pairwise(across.edges)):
        for row, y in enumerate(down.edges[1:-1]):
            if y in down.ruled and not _bordered(region.bars.lying, y, left, right, unit):
                merged.merge(row, column, row + 1, column)


def _bordered(bars: Sequence[Bar], at: float, start: float, end: float, unit: float) -> bool:
    return any(abs(bar.at - at) <= _NEAR * unit and bar.covers(start, end) >= _BORDER for bar in bars)


def _merge_spanning(merged: _Merged, chunks: Iterable[Chunk], ranges: _Ranges, rows: _Rows) -> None:
    """A chunk that reaches into several columns spans them, where nothing else stands."""
    chunks = list(chunks)
    for chunk in chunks:
        first, last = ranges[id(chunk)]
        row = rows[id(chunk)]
        if first == last:
            continue
        others = {
            column
            for other in chunks
            if other is not chunk and rows[id(other)] == row and ranges[id(other)] != (first, last)
            for column in range(ranges[id(other)][0], ranges[id(other)][1] + 1)
        }
        while last > first and last in others:
            last -= 1
        while first < last and first in others:
            first += 1
        ranges[id(chunk)] = (first, last)
        merged.merge(row, first, row, last)


def _merge_centred(merged: _Merged, region: Region, across: _Axis, ranges: _Ranges, rows: _Rows, heads: int, unit: float) -> None:
    """A heading that stands over the middle of several columns, or over a bar that runs along them, spans them."""
    filled = _filled(region.chunks, ranges, rows)
    for chunk in region.chunks:
        row = rows[id(chunk)]
        if row >= heads - 1:
            continue
        first, last = ranges[id(chunk)]
        a, b = _under_bar(chunk, region, across, unit) or _centred(chunk, across, (first, last), filled, row, unit)
        if (a, b) != (first, last) and not any((row, c) in filled for c in range(a, b + 1) if not first <= c <= last):
            ranges[id(chunk)] = (a, b)
            merged.merge(row, a, row, b)


def _under_bar(chunk: Chunk, region: Region, across: _Axis, unit: float) -> tuple[int, int] | None:
    """The columns that the bar right below the chunk runs along, if it does not run along all."""
    box = chunk.box
    for bar in region.bars.lying:
        near = -0.4 * unit < bar.at - box.bottom < 1.2 * unit and bar.start - unit < box.center.x < bar.end + unit
        if near and bar.covers(region.box.left, region.box.right) < 0.9 and bar.covers(box.left, box.right) > 0.8:
            return across.range(bar.start, bar.end, unit)
    return None


def _centred(
    chunk: Chunk, across: _Axis, own: tuple[int, int], filled: set[tuple[int, int]], row: int, unit: float
) -> tuple[int, int]:
    """The columns with headings below over whose middle the chunk stands, and with nothing beside it."""
    best, off = own, abs(_middle(across, own) - chunk.box.center.x)
    for a in range(own[0], -1, -1):
        if a < own[0] and ((row, a) in filled or (row + 1, a) not in filled):
            break
        for b in range(own[1], across.count):
            if b > own[1] and ((row, b) in filled or (row + 1, b) not in filled):
                break
            distance = abs(_middle(across, (a, b)) - chunk.box.center.x)
            if distance < off - unit:
                best, off = (a, b), distance
    return best


def _middle(across: _Axis, columns: tuple[int, int]) -> float:
    return (across.edges[columns[0]] + across.edges[columns[1] + 1]) / 2


def _merge_up(merged: _Merged, chunks: Iterable[Chunk], ranges: _Ranges, rows: _Rows, heads: int) -> None:
    """The heading of a column below which and above which nothing stands in the header is as high as the header."""
    filled = _filled(chunks, ranges, rows)
    for row, column in sorted(filled):
        if row >= heads or row == 0:
            continue
        top, left, bottom, right = merged.of(row, column)
        while top > 0 and all(
            (top - 1, c) not in filled and merged.of(top - 1, c) == (top - 1, c, top - 1, c) for c in range(left, right + 1)
        ):
            top -= 1
        merged.merge(top, left, bottom, right)


def _merge_blank(merged: _Merged, columns: int, filled: set[tuple[int, int]], heads: int) -> None:
    """A column without a heading has one empty cell there."""
    for column in range(columns):
        alone = all(merged.of(row, column) == (row, column, row, column) for row in range(heads))
        if heads > 1 and alone and not any((row, column) in filled for row in range(heads)):
            merged.merge(0, column, heads - 1, column)


def _cells(
    merged: _Merged, region: Region, across: _Axis, down: _Axis, ranges: _Ranges, rows: _Rows, heads: int
) -> tuple[FoundCell, ...]:
    texts: dict[tuple[int, int, int, int], list[Chunk]] = {}
    for chunk in region.chunks:
        texts.setdefault(merged.of(rows[id(chunk)], ranges[id(chunk)][0]), []).append(chunk)
    cells = []
    for box in merged.boxes:
        top, left, bottom, right = box
        place = Box(across.edges[left], down.edges[top], across.edges[right + 1], down.edges[bottom + 1])
        pieces = tuple(line_piece(line) for line in lines_of(texts.get(box, ())))
        cells.append(FoundCell(top, left, bottom - top + 1, right - left + 1, place, pieces, heading=top < heads))
    return tuple(cells)
