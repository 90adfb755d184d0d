"""Where the columns of a table part: white that many of its lines have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from uncial.layout.tables.chunks import Chunk

_WHITE = 0.3
"""The least width of the white between two columns."""
_CROSSED = 0.12
"""The part of the lines with text on both sides that may run across the white."""
_CROSSED_INSIDE = 0.4
"""The same where a column would else have two cells in many of its lines."""
_DOUBLE = 0.25
"""A column in which this part of the lines has two chunks is two columns."""
_TIGHT = 0.05
"""The white between two columns of numbers may be so narrow."""
_TIGHT_LINES = 0.6
"""If this part of the lines has it."""
_SPLIT = 0.45
"""White between two words that is so wide may part cells, where other lines have it too."""
_EVEN = 0.25
"""Edges of text that differ by no more stand below each other."""
_TOP = 0.34
"""In this part of the lines, what stands in the middle over white is a heading."""
_SPANNED = 0.25
"""What stands above or below two chunks of this part of the lines spans their columns."""


_THOUSANDS = re.compile(r"\d{3}(?!\d)")


class _Run(NamedTuple):
    """Some white that reaches down through the lines."""

    start: float
    end: float
    support: int
    """So many lines have text on both sides of it."""
    crossed: int
    """So many lines run across it."""


def cuts(lines: Sequence[Sequence[Chunk]], unit: float) -> list[float]:
    """Where the lines of a table, or of a strip of it, are to be cut, from left to right."""
    rows = [[chunk for chunk in line if not chunk.leads] for line in lines]
    rows = _without_spanning([row for row in rows if row], unit)
    found = [(run.start + run.end) / 2 for run in _runs(rows, unit, _CROSSED)]
    found += [x for strip in _strips(rows, found) for x in _inside(strip, unit)]
    found += [x for strip in _strips(rows, sorted(found)) for x in _between_numbers(strip, unit)]
    return sorted(found)


def _strips(rows: list[list[Chunk]], found: list[float]) -> list[list[list[Chunk]]]:
    """What stands in each column, line by line."""
    edges = [float("-inf"), *found, float("inf")]
    return [[[c for c in row if a < c.box.center.x < b] for row in rows] for a, b in pairwise(edges)]


def parted(chunks: Iterable[Chunk], found: Sequence[float], unit: float) -> list[Chunk]:
    """The chunks cut where a column ends between two of their words."""
    known = list(chunks)
    return [part for chunk in known for part in _parted(chunk, found, known, unit)]


def _parted(chunk: Chunk, found: Sequence[float], others: Sequence[Chunk], unit: float) -> list[Chunk]:
    stops = [0]
    for i, (a, b) in enumerate(pairwise(chunk.boxes), 1):
        if any(a.center.x < x < b.center.x for x in found):
            left, right = chunk.part(stops[-1], i), chunk.part(i, len(chunk.words))
            numbers = left.number and right.number
            if b.left - a.right >= _SPLIT * unit or numbers or all(_aligned(c, others, unit) for c in (left, right)):
                stops.append(i)
    if len(stops) == 1:
        return [chunk]
    return [chunk.part(a, b) for a, b in pairwise([*stops, len(chunk.words)])]


def _aligned(part: Chunk, others: Sequence[Chunk], unit: float) -> bool:
    """Whether it begins, or ends, or has its middle where others do that are no wider."""
    near = [c.box for c in others if c.piece is not part.piece and c.box.left < part.box.right and part.box.left < c.box.right]
    if len(near) < 2:
        return False
    box, reach = part.box, _EVEN * unit
    lefts, rights = (abs(box.left - other.left) for other in near), (abs(box.right - other.right) for other in near)
    middles = (abs(box.center.x - other.center.x) for other in near)
    same = [sum(off < reach for off in offs) for offs in (lefts, rights, middles)]
    return max(same) >= 0.6 * len(near)


def _between_numbers(rows: list[list[Chunk]], unit: float) -> list[float]:
    """Where a column has to be cut that is two columns of numbers, with little white between them."""
    filled = [[chunk.part(i, i + 1) for chunk in row for i in range(len(chunk.words))] for row in rows if row]
    least = max(3, _TIGHT_LINES * len(filled))
    runs = [run for run in _runs(filled, unit, _CROSSED, _TIGHT) if run.support >= least]
    return [x for x in ((run.start + run.end) / 2 for run in runs) if _parts_numbers(filled, x)]


def _parts_numbers(rows: list[list[Chunk]], x: float) -> bool:
    """Whether numbers stand on both sides of it, and not the thousands and the rest of one."""
    sides = [([c for c in row if c.box.center.x <= x], [c for c in row if c.box.center.x > x]) for row in rows]
    both = [(left[-1], right[0]) for left, right in sides if left and right]
    numbers = [(a, b) for a, b in both if a.number and b.number]
    thousands = sum(_THOUSANDS.match(b.text) is not None for _, b in numbers)
    return len(numbers) >= _TIGHT_LINES * len(both) and thousands < len(numbers)


def _inside(rows: list[list[Chunk]], unit: float) -> list[float]:
    """Where a column has to be cut in which many lines have two chunks."""
    filled = [row for row in rows if row]
    double = [row for row in filled if len(row) > 1]
    if len(double) < max(2, _DOUBLE * len(filled)):
        return []
    return [(run.start + run.end) / 2 for run in _runs(filled, unit, _CROSSED_INSIDE) if run.support >= 2]


def _without_spanning(rows: list[list[Chunk]], unit: float) -> list[list[Chunk]]:
    """The lines without chunks that stand above or below several columns."""
    least = max(2, _SPANNED * len(rows))
    rest = [[chunk for chunk in row if not _spans(chunk, rows, least)] for row in rows]
    top = int(_TOP * len(rows)) or 1
    return [[c for c in row if i >= top or not _between(c, rest, unit)] for i, row in enumerate(rest)]


def _between(chunk: Chunk, rows: list[list[Chunk]], unit: float) -> bool:
    """Whether a heading stands over the white in the middle between two columns."""
    others = [other.box for row in rows for other in row if other is not chunk]
    if any(min(box.right, chunk.box.right) > max(box.left, chunk.box.left) for box in others):
        return False
    left = max((box for box in others if box.right <= chunk.box.left), key=lambda box: box.right, default=None)
    right = min((box for box in others if box.left >= chunk.box.right), key=lambda box: box.left, default=None)
    return bool(left and right and abs((left.left + right.right) / 2 - chunk.box.center.x) < unit)


def _spans(chunk: Chunk, rows: list[list[Chunk]], least: float) -> bool:
    left, right = chunk.box.left, chunk.box.right
    return sum(sum(left < other.box.center.x < right for other in row) >= 2 for row in rows) >= least


def _runs(rows: list[list[Chunk]], unit: float, share: float, least: float = _WHITE) -> list[_Run]:
    """The white between columns, at its whitest."""
    stretches = _stretches(rows)
    runs: list[_Run] = []
    group: list[_Run] = []
    for stretch in [*stretches, None]:
        if stretch and stretch.support and stretch.crossed <= int(share * stretch.support):
            group.append(stretch)
            continue
        runs += _whitest(group, rows, least * unit)
        group = []
    return runs


def _stretches(rows: list[list[Chunk]]) -> list[_Run]:
    """The page across, parted wherever a chunk begins or ends."""
    edges = sorted({x for row in rows for chunk in row for x in (chunk.box.left, chunk.box.right)})
    number = {x: i for i, x in enumerate(edges)}
    crossed, support = Counter[int](), Counter[int]()
    for row in rows:
        crossed.update({i for chunk in row for i in range(number[chunk.box.left], number[chunk.box.right])})
        if row:
            support.update(range(number[row[0].box.right], number[row[-1].box.left]))
    return [_Run(a, b, support[i], crossed[i]) for i, (a, b) in enumerate(pairwise(edges))]


def _whitest(group: list[_Run], rows: list[list[Chunk]], least: float) -> list[_Run]:
    """The widest parts of some white that fewest lines run across; more than one where a few chunks stand alone within it."""
    if not group:
        return []
    start, end = group[0].start, group[-1].end
    lonely = [c for row in rows for c in row if start <= c.box.left and c.box.right <= end]
    parts = _parts(group, lonely)
    best = []
    for part in parts:
        levels = sorted({run.crossed for run in part})
        whites = (max(map(_merged, _neighbours(part, most)), key=lambda run: run.end - run.start) for most in levels)
        best += [white for white in whites if white.end - white.start >= least][:1]
    return best


def _parts(group: list[_Run], lonely: list[Chunk]) -> list[list[_Run]]:
    """The white left and right of the chunks that stand alone in it."""
    clear = [[run] if not any(c.box.left < run.end and run.start < c.box.right for c in lonely) else [] for run in group]
    parts: list[list[_Run]] = [[]]
    for runs in clear:
        if runs:
            parts[-1] += runs
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def _neighbours(part: list[_Run], most: int) -> list[list[_Run]]:
    found: list[list[_Run]] = []
    for run in part:
        if run.crossed > most:
            continue
        if found and found[-1][-1].end == run.start:
            found[-1].append(run)
        else:
            found.append([run])
    return found


def _merged(runs: list[_Run]) -> _Run:
    return _Run(runs[0].start, runs[-1].end, max(run.support for run in runs), max(run.crossed for run in runs))
