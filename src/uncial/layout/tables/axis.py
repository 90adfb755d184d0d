"""Where the rows or the columns of a table part, and which columns its text stands in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from uncial.geometry import Box
from uncial.layout.tables.bars import Bars, places
from uncial.layout.tables.chunks import Chunk
from uncial.layout.tables.columns import cuts

NEAR = 0.5
"""Bars so near beside each other part the same cells."""
_INTO = 0.4
"""A chunk that reaches so far into a column stands in it."""
_OWN, _OWN_PART = 3, 0.5
"""White inside a ruled column makes two of it where so many lines, and this part of them, have text on both sides."""

Ranges = Mapping[int, tuple[int, int]]
"""The first and the last column of each chunk, by its id."""


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


class Axis(NamedTuple):
    """The edges of rows or of columns."""

    edges: list[float]
    ruled: frozenset[float]
    """Those edges at which bars run."""

    @property
    def size(self) -> int:
        """How many rows or columns there are."""
        return len(self.edges) - 1

    def at(self, place: float) -> int:
        """The row or column at that place."""
        return min(max(bisect_right(self.edges, place) - 1, 0), self.size - 1)

    def range(self, start: float, end: float, into: float = 0.0) -> tuple[int, int]:
        """The first and the last row or column between two places, if it reaches so far into both."""
        into = min(into, (end - start) / 4)
        first = self.at(start + into)
        return first, max(self.at(end - into), first)


def columns_of(region: Region, lines: Sequence[Sequence[Chunk]], unit: float) -> Axis:
    """Where columns part: at the bars of a lattice, and in the white between them."""
    box = region.box
    bars = region.bars.standing if region.ruled else []
    hard = [x for x in places(bars, NEAR * unit) if box.left + unit < x < box.right - unit]
    strips = [box.left, *hard, box.right]
    soft: list[float] = []
    for a, b in pairwise(strips):
        inside = [found for line in lines if (found := [chunk for chunk in line if a <= chunk.box.center.x < b])]
        several = sum(len(line) > 1 for line in inside)
        if not hard or several >= max(_OWN, _OWN_PART * len(inside)):
            soft += [x for x in cuts(inside, unit) if a + NEAR * unit < x < b - NEAR * unit]
    return Axis(sorted([*strips, *soft]), frozenset(hard))


def ranges_of(chunks: Sequence[Chunk], across: Axis, unit: float) -> dict[int, tuple[int, int]]:
    """The columns that each chunk stands in: those whose text is above or below it, or those beside the white it stands in."""
    ranges = {id(chunk): across.range(chunk.box.left, chunk.box.right) for chunk in chunks}
    texts = text_of_columns(chunks, ranges)
    return {id(chunk): _reached(chunk.box, ranges[id(chunk)], texts, across, unit) for chunk in chunks}


def text_of_columns(chunks: Iterable[Chunk], ranges: Ranges) -> dict[int, tuple[float, float]]:
    """From where to where the text of each column reaches, without that which stands in several."""
    edges: dict[int, list[float]] = {}
    for chunk in chunks:
        first, last = ranges[id(chunk)]
        if first == last:
            edges.setdefault(first, []).extend((chunk.box.left, chunk.box.right))
    return {column: (min(xs), max(xs)) for column, xs in edges.items()}


def _reached(
    box: Box, touched: tuple[int, int], texts: Mapping[int, tuple[float, float]], across: Axis, unit: float
) -> tuple[int, int]:
    first, last = touched
    over = [column for column in range(first, last + 1) if column in texts and _reaches(box, *texts[column], unit)]
    columns = [*over, across.at(box.center.x)] if over else [first, last]
    return min(columns), max(columns)


def _reaches(box: Box, start: float, end: float, unit: float) -> bool:
    return min(box.right, end) - max(box.left, start) > min(_INTO * unit, (end - start) / 2)
