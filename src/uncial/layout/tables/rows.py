"""Which lines of a table make up one row: cells may have several lines, and each in its own number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from uncial.geometry import Box
from uncial.layout.tables.chunks import Chunk

_OVERLAP = 0.3
"""Lines that share this part of their height stand beside each other, although their baselines differ."""
_LOOSE = 1.2
"""Steps from line to line that are so much wider than others begin a new row."""
_INTO, _APART = 0.95, 1.3
"""So near, in heights of the text, are lines that reach into each other's height; so many times as far are rows that do not."""
_FAR = 1.6
"""Times the usual step: never within a row."""
_WRAPPED = 6.0
"""The least width of text that goes on in the next line."""
_MOSTLY = 0.6
"""The part of the column's width that it fills, if the next line begins small."""
_LINKS = 3
"""A small word of so many letters does not end a title: “and”, “of”, “und”, “de”."""
_NEAR = 0.85
"""Times the usual step: so near may stand what goes on, if it does not begin in mid-sentence."""
_OPENING = frozenset("(“„‘«‹")
_SPACE = 0.3
"""The width of a space, where it has to be guessed."""


class Entry(NamedTuple):
    """A line of a table: what stands in which of its columns."""

    cells: Mapping[int, list[Chunk]]
    """By the first column of each chunk."""
    box: Box

    @staticmethod
    def of(line: Sequence[Chunk], columns: Sequence[int]) -> Entry:
        """The line whose chunks begin in these columns."""
        cells: dict[int, list[Chunk]] = {}
        for chunk, column in zip(line, columns, strict=True):
            cells.setdefault(column, []).append(chunk)
        return Entry(cells, Box.around(chunk.box for chunk in line))

    @property
    def middle(self) -> float:
        """The height at which it stands."""
        return median(chunk.box.center.y for chunks in self.cells.values() for chunk in chunks)

    def numbers(self, column: int) -> bool:
        """Whether numbers stand in the column."""
        return column in self.cells and all(chunk.number for chunk in self.cells[column])

    def right(self, column: int) -> float:
        """Where its text in the column ends."""
        return self.cells[column][-1].box.right

    def first(self, column: int) -> float:
        """The width of the first word in the column."""
        return self.cells[column][0].boxes[0].width


def grouped(entries: Sequence[Entry], rights: Mapping[int, float], unit: float, *, ruled: bool) -> list[list[int]]:
    """The lines by the row that they belong to, as their numbers; `rights` says where the text of each column ends.

    Where no rule bears out that it is a table (`ruled`), a line that is read before what stands above it needs better reasons.
    """
    beside = _beside(entries)
    sets = [_together([entries[i] for i in group]) for group in beside]
    steps = [b.box.top - a.box.bottom + unit for a, b in pairwise(sets)]
    usual = median(steps) if steps else unit
    tight = _tight(sets, steps, unit)
    rows = [[0]] if sets else []
    for i, step in enumerate(steps, 1):
        above = [sets[j] for j in rows[-1]]
        joins = _one_row(above, sets[i], step, usual, tight, rights, unit)
        sure = ruled or _follows(above, sets[i], rights, unit) or _wraps(above, sets[i], step, tight or usual)
        if (joins and sure) or _interlaced(above, sets[i], step, usual, unit):
            rows[-1].append(i)
        else:
            rows.append([i])
    return [[line for i in row for line in beside[i]] for row in rows]


def _beside(entries: Sequence[Entry]) -> list[list[int]]:
    """The lines that stand beside each other with baselines of their own, such as a number in the middle of two lines."""
    groups = [[0]] if entries else []
    for i, below in enumerate(entries[1:], 1):
        above = entries[groups[-1][-1]]
        shared = above.box.bottom - below.box.top
        apart = not set(above.cells) & set(below.cells)
        if apart and shared > _OVERLAP * min(above.box.height, below.box.height):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _together(entries: Sequence[Entry]) -> Entry:
    """Lines that stand beside each other as one."""
    if len(entries) == 1:
        return entries[0]
    cells: dict[int, list[Chunk]] = {}
    for entry in entries:
        for column, chunks in entry.cells.items():
            cells.setdefault(column, []).extend(chunks)
    return Entry(cells, Box.around(entry.box for entry in entries))


def _tight(entries: Sequence[Entry], steps: list[float], unit: float) -> float | None:
    """The widest step within a row, where the steps between rows are clearly wider; None where they do not tell."""
    ordered = sorted(step for step in steps if 0.5 * unit <= step <= 5 * unit)
    leaps = [(b / a, a) for i, (a, b) in enumerate(pairwise(ordered), 1) if min(i, len(ordered) - i) >= 2]
    ratio, widest = max(leaps, default=(0.0, 0.0))
    if ratio < _LOOSE:
        return None
    below = [entries[i + 1] for i, step in enumerate(steps) if step <= widest]
    most = max(len(entry.cells) for entry in entries)
    whole = sum(0 in entry.cells and len(entry.cells) > most / 2 for entry in below)
    return widest if whole <= 0.25 * len(below) else None


def _one_row(
    above: list[Entry],
    below: Entry,
    step: float,
    usual: float,
    tight: float | None,
    rights: Mapping[int, float],
    unit: float,
) -> bool:
    """Whether a line goes on with the row above it."""
    if any(entry.numbers(column) for column in below.cells for entry in above):
        return False  # numbers do not go on in the next line
    if tight is not None:
        return step <= tight
    if step > _FAR * usual:
        return False
    return _continues(above, below, rights, unit)


def _interlaced(above: list[Entry], below: Entry, step: float, usual: float, unit: float) -> bool:
    """Whether a label begins above the rest of its row or ends below it, where the rows are well apart."""
    known = {column for entry in above for column in entry.cells}
    label = {0} in (known, set(below.cells)) and known != set(below.cells)
    return label and step <= _INTO * unit and step * _APART < usual


def _follows(above: list[Entry], below: Entry, rights: Mapping[int, float], unit: float) -> bool:
    """Whether a line that goes on with the row above is read after all of it."""
    last = max(column for entry in above for column in entry.cells)
    return min(below.cells) >= last and _continues(above, below, rights, unit)


def _wraps(above: list[Entry], below: Entry, step: float, usual: float) -> bool:
    """Whether it cannot but be the second half of some cells: others are empty in it, it is near and begins in mid-sentence."""
    known = {column for entry in above for column in entry.cells}
    firsts = [chunks[0].text[:1] for chunks in below.cells.values()]
    if set(below.cells) >= known or not all(first.isalpha() or first in _OPENING for first in firsts):
        return False
    broken = all(column in above[-1].cells and _unended(above[-1], below, column) for column in below.cells)
    return step <= (usual if broken else _NEAR * usual)


def _continues(above: list[Entry], below: Entry, rights: Mapping[int, float], unit: float) -> bool:
    """Whether the text of the row above runs on in the line."""
    known = {column for entry in above for column in entry.cells}
    new = set(below.cells)
    if len(new) > 2 and new == set(above[-1].cells):
        return False
    if 0 not in new:
        return known == {0} or (new <= known and not any(below.numbers(c) for c in new))
    if new <= known and not any(below.numbers(c) for c in new):
        return all(_runs_on(above, below, column, rights, unit) for column in new)
    return known == {0} and _unended(above[-1], below, 0) and _runs_on(above, below, 0, rights, unit)


def _unended(above: Entry, below: Entry, column: int) -> bool:
    """Whether a text is not the title of what follows: the next line begins small, or it breaks off in mid-sentence."""
    last = above.cells[column][-1].words[-1].text
    small = last.islower() and len(last) <= _LINKS
    return below.cells[column][0].text[:1].islower() or small or last.endswith((",", "-", "–", "/", "&", "("))


def _runs_on(above: list[Entry], below: Entry, column: int, rights: Mapping[int, float], unit: float) -> bool:
    """Whether the first word of the line would not have fitted in the column above it, or cannot begin a cell."""
    last = next(entry for entry in reversed(above) if column in entry.cells)
    width = last.right(column) - last.cells[column][0].box.left
    if width < _WRAPPED * unit:
        return False
    if below.cells[column][0].text[:1].islower() and width > _MOSTLY * (rights.get(column, 0.0) - last.cells[column][0].box.left):
        return True
    return last.right(column) + _SPACE * unit + below.first(column) > rights.get(column, float("inf"))
