"""Which places of a table's grid are one cell: where bars are missing, and where text spans rows or columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from uncial.layout.tables.axis import NEAR, Axis, Region, text_of_columns
from uncial.layout.tables.bars import Bar
from uncial.layout.tables.chunks import Chunk

_BORDER = 0.5
"""A bar that runs along this part of a cell's edge is its border."""
_ALL = 0.9
"""A bar that runs along this part of the table's width belongs to all of its columns."""
_OFF = 1.0
"""A heading stands over the middle of several columns if it is so much nearer to it than to that of its own."""
_ABOVE, _BELOW = 0.4, 1.2
"""So far above or below the foot of a heading the bar lies that runs along the columns it names."""

Span = tuple[int, int, int, int]
"""First row, first column, last row and last column of a cell."""


class Placed(NamedTuple):
    """A table's text in its rows and columns."""

    region: Region
    across: Axis
    down: Axis
    columns: dict[int, tuple[int, int]]
    """The first and the last column of each chunk, by its id."""
    rows: dict[int, int]
    heads: int
    """So many rows are the header."""
    unit: float

    @property
    def filled(self) -> set[tuple[int, int]]:
        """The places where text stands."""
        return {place for chunk in self.region.chunks for place in self.places(chunk)}

    def places(self, chunk: Chunk) -> list[tuple[int, int]]:
        """The places that a chunk takes."""
        first, last = self.columns[id(chunk)]
        return [(self.rows[id(chunk)], column) for column in range(first, last + 1)]

    def spread(self, chunk: Chunk, first: int, last: int) -> Placed:
        """The same table with a chunk that spans these columns."""
        return self._replace(columns={**self.columns, id(chunk): (first, last)})


class Cells:
    """The grid; at first each of its places is a cell."""

    def __init__(self, rows: int, columns: int) -> None:
        self._spans: dict[tuple[int, int], Span] = {
            (row, column): (row, column, row, column) for row in range(rows) for column in range(columns)
        }

    def at(self, row: int, column: int) -> Span:
        """The cell at that place."""
        return self._spans[row, column]

    def alone(self, row: int, column: int) -> bool:
        """Whether the place is a cell by itself."""
        return self._spans[row, column] == (row, column, row, column)

    def merge(self, span: Span) -> None:
        """Make one cell of all these places, and of the cells that they belong to."""
        while True:
            tops, lefts, bottoms, rights = zip(*(self._spans[place] for place in _places(span)), strict=True)
            grown = (min(tops), min(lefts), max(bottoms), max(rights))
            if grown == span:
                break
            span = grown
        self._spans.update(dict.fromkeys(_places(span), span))

    @property
    def spans(self) -> list[Span]:
        """All cells, row by row."""
        return sorted(set(self._spans.values()))


def _places(span: Span) -> list[tuple[int, int]]:
    return [(row, column) for row in range(span[0], span[2] + 1) for column in range(span[1], span[3] + 1)]


def spanned(placed: Placed) -> tuple[Cells, Placed]:
    """The cells of the grid, and the text in the columns that it spans."""
    cells = Cells(placed.down.size, placed.across.size)
    if placed.region.ruled:
        _merge_unruled(cells, placed)
    for widen in (_unobstructed, _over_columns):
        for chunk in placed.region.chunks:
            first, last = widen(chunk, placed)
            if (first, last) != placed.columns[id(chunk)]:
                placed = placed.spread(chunk, first, last)
            row = placed.rows[id(chunk)]
            cells.merge((row, first, row, last))
    _merge_up(cells, placed)
    _merge_blank(cells, placed)
    return cells, placed


def _merge_unruled(cells: Cells, placed: Placed) -> None:
    """In a lattice, cells with no bar between them are one, unless text on both sides of white says otherwise."""
    region, across, down, filled = placed.region, placed.across, placed.down, placed.filled
    for row, (top, bottom) in enumerate(pairwise(down.edges)):
        for column, x in enumerate(across.edges[1:-1]):
            apart = {(row, column), (row, column + 1)} <= filled
            if x in across.ruled and not apart and not _bordered(region.bars.standing, x, top, bottom, placed.unit):
                cells.merge((row, column, row, column + 1))
    for column, (left, right) in enumerate(pairwise(across.edges)):
        for row, y in enumerate(down.edges[1:-1]):
            if y in down.ruled and not _bordered(region.bars.lying, y, left, right, placed.unit):
                cells.merge((row, column, row + 1, column))


def _bordered(bars: Sequence[Bar], at: float, start: float, end: float, unit: float) -> bool:
    return any(abs(bar.at - at) <= NEAR * unit and bar.covers(start, end) >= _BORDER for bar in bars)


def _unobstructed(chunk: Chunk, placed: Placed) -> tuple[int, int]:
    """The columns that a chunk reaches into, as far as nothing else stands there."""
    first, last = placed.columns[id(chunk)]
    if first == last:
        return first, last
    row, own = placed.rows[id(chunk)], (first, last)
    beside = (c for c in placed.region.chunks if placed.rows[id(c)] == row and placed.columns[id(c)] != own)
    others = {column for other in beside for _, column in placed.places(other)}
    while last > first and last in others:
        last -= 1
    while first < last and first in others:
        first += 1
    return first, last


def _over_columns(chunk: Chunk, placed: Placed) -> tuple[int, int]:
    """The columns that a heading names: those that the bar below it runs along, or over whose middle it stands."""
    own, row = placed.columns[id(chunk)], placed.rows[id(chunk)]
    if row >= placed.heads - 1:
        return own
    filled = placed.filled
    first, last = under_bar(chunk, placed.region, placed.across, placed.unit) or _centred(chunk, placed, filled)
    free = not any((row, column) in filled for column in range(first, last + 1) if not own[0] <= column <= own[1])
    return (first, last) if free else own


def under_bar(chunk: Chunk, region: Region, across: Axis, unit: float) -> tuple[int, int] | None:
    """The columns that the bar right below a chunk runs along, if they are not all."""
    box = chunk.box
    for bar in region.bars.lying:
        near = -_ABOVE * unit < bar.at - box.bottom < _BELOW * unit and bar.covers(box.left, box.right) > 0.8
        if near and bar.covers(region.box.left, region.box.right) < _ALL:
            return across.range(bar.start, bar.end, unit)
    return None


def _centred(chunk: Chunk, placed: Placed, filled: set[tuple[int, int]]) -> tuple[int, int]:
    """The columns with headings below, and nothing beside it, over whose middle a chunk stands."""
    (first, last), row = placed.columns[id(chunk)], placed.rows[id(chunk)]
    texts = text_of_columns(placed.region.chunks, placed.columns)

    def free(columns: range) -> list[int]:
        taken = (c for c in columns if (row, c) in filled or (row + 1, c) not in filled)
        end = next(taken, columns.stop)
        return list(range(columns.start, end, columns.step))

    lefts, rights = [first, *free(range(first - 1, -1, -1))], [last, *free(range(last + 1, placed.across.size))]
    off = {(a, b): _off(chunk, texts, a, b) for a in lefts for b in rights}
    best = min(off, key=lambda columns: (off[columns], columns))
    return best if off[best] < off[first, last] - _OFF * placed.unit else (first, last)


def _off(chunk: Chunk, texts: Mapping[int, tuple[float, float]], first: int, last: int) -> float:
    """How far the middle of a chunk is from the middle of the text in some columns."""
    if first not in texts or last not in texts:
        return float("inf")
    return abs((texts[first][0] + texts[last][1]) / 2 - chunk.box.center.x)


def _merge_up(cells: Cells, placed: Placed) -> None:
    """A heading above which nothing stands in the header is as high as the header."""
    filled = placed.filled
    for row, column in sorted(place for place in filled if 0 < place[0] < placed.heads):
        top, left, bottom, right = cells.at(row, column)
        while top > 0 and all((top - 1, c) not in filled and cells.alone(top - 1, c) for c in range(left, right + 1)):
            top -= 1
        cells.merge((top, left, bottom, right))


def _merge_blank(cells: Cells, placed: Placed) -> None:
    """A column without a heading has one empty cell there."""
    filled, heads = placed.filled, placed.heads
    for column in range(placed.across.size):
        if heads > 1 and all(cells.alone(row, column) and (row, column) not in filled for row in range(heads)):
            cells.merge((0, column, heads - 1, column))
