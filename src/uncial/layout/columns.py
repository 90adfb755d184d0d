"""Cuts a page into regions without columns, along the gutters that part prose and not the cells of rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median, median_low
from typing import NamedTuple

from uncial.geometry import Box
from uncial.layout.rows import Piece, row_box, rows_of

_GUTTER = 0.6
"""The least width of the white between two columns."""
_COLUMN_LINES = 3
"""So many lines on each side make columns."""
_COLUMN_WIDTH = 7.0
"""Prose is set at least so wide; a narrower column is one of numbers or keys."""
_COLUMN_FILL = 0.65
"""The part of the width of the lines around it that a usual line of prose fills."""
_AROUND = 3
"""So many lines above and below are around a line: a column may grow narrow where a picture stands in it."""
_COLUMN_LETTERS = 0.6
"""The part of prose that is letters."""
_ALIGNED = 0.7
"""Where this part of the rows has a row of the same height beside it, both belong to a table, unless they are prose."""
_LOOSE_LINES = 6
"""So many lines on each side that do not stand in rows make columns, prose or not."""
_CHASM = 8.0
_CHASM_LINES = 2
"""Across white that is so wide, so many are enough."""
_LINE_STEP = 1.5
"""A table or figure takes the place of a line for each such height."""
_FAR = 2.0
"""Times the usual distance of lines: a line on one side of a gutter that is so far off does not belong to its columns."""


_Gap = tuple[float, float]
"""White from its left to its right edge."""


class _Band(NamedTuple):
    """Pieces with white above and below that reaches through the whole region."""

    pieces: list[Piece]
    top: float
    bottom: float


class Region(NamedTuple):
    """Pieces that stand one below the other, and which of the columns side by side they are: 0 for none."""

    pieces: list[Piece]
    column: int = 0


def regions(pieces: list[Piece], unit: float) -> list[Region]:
    """Cut a region into regions without columns, in reading order."""
    done: list[Region] = []
    rest: list[Piece] = []
    for group in _groups(_bands(pieces), unit):
        if not group.gutters:
            rest += group.pieces
            continue
        if rest:
            done.append(Region(rest))
            rest = []
        for number, column in enumerate(_columns(group.pieces, group.gutters), start=1):
            done += [region if region.column else region._replace(column=number) for region in regions(column, unit)]
        done += regions(group.islands, unit)
    return [*done, Region(rest)] if rest else done


def _bands(pieces: list[Piece]) -> list[_Band]:
    """Cut at every height where there is white through the whole region, from the top down."""
    bands: list[_Band] = []
    for piece in sorted(pieces, key=lambda piece: piece.core):
        top, bottom = piece.core
        if bands and top < bands[-1].bottom:
            last = bands.pop()
            bands.append(_Band([*last.pieces, piece], last.top, max(last.bottom, bottom)))
        else:
            bands.append(_Band([piece], top, bottom))
    return bands


class _Group(NamedTuple):
    """Neighbouring bands, taken together."""

    pieces: list[Piece]
    gutters: list[float]
    """The places of the gutters that all its bands share; none where it is a single band without any."""
    islands: list[Piece]
    """What stands across the gutters between the columns, such as the caption of a picture that both columns flow around."""


def _groups(bands: list[_Band], unit: float) -> list[_Group]:
    """The bands in the longest groups that share gutters."""
    groups: list[_Group] = []
    known = _Known(unit)
    start = 0
    while start < len(bands):
        end, group = _longest_group(bands, start, unit, known)
        groups.append(group)
        start = end
    return groups


def _longest_group(bands: list[_Band], start: int, unit: float, known: _Known) -> tuple[int, _Group]:
    """The bands from `start` as far as they have true gutters in common, and the band after them; or just the first one."""
    parts = _sharing(bands, start, known)
    whites = _whites([pieces for pieces, _ in parts], known)
    for count in range(len(parts), 0, -1):
        end = start + count
        if count > 1 and _stray(bands, end - 1, unit):
            continue
        gutters = [(white.start + white.end) / 2 for white in whites[count - 1] if _parts_columns(white, unit)]
        if gutters:
            pieces, islands = ([piece for part in parts[:count] for piece in part[i]] for i in (0, 1))
            gutters = _between_words(pieces, gutters, known)
            if gutters:
                return end, _Group(pieces, gutters, islands)
    return start + 1, _Group(bands[start].pieces, [], [])


def _between_words(pieces: list[Piece], gutters: list[float], known: _Known) -> list[float]:
    """The gutters without those behind a column of mere numbers: they number the lines of the column behind them."""
    edges = [float("-inf"), *gutters]
    return [b for a, b in pairwise(edges) if known.worded([piece for piece in pieces if a <= piece.box.center.x < b])]


def _sharing(bands: list[_Band], start: int, known: _Known) -> list[tuple[list[Piece], list[Piece]]]:
    """The bands from `start` as far as they have some white in common inside the region: the pieces of each, and its islands."""
    shared = [_inside(bands[start:])]
    seen = float("inf"), float("-inf")
    parts: list[tuple[list[Piece], list[Piece]]] = []
    for band in bands[start:]:
        gutters = [gap for gap in shared if seen[0] <= gap[0] and seen[1] >= gap[1]]
        pieces, islands = band.pieces, list[Piece]()
        common = _common_gaps(gutters or shared, pieces, known)
        if not common:
            pieces, islands = _without_islands(pieces, gutters)
            common = _common_gaps(gutters, pieces, known)
        if not common:
            break
        shared = common
        seen = min(seen[0], *(piece.box.right for piece in pieces)), max(seen[1], *(piece.box.left for piece in pieces))
        parts.append((pieces, islands))
    return parts


def _inside(bands: list[_Band]) -> _Gap:
    """From the first edge to the last."""
    boxes = [piece.box for band in bands for piece in band.pieces]
    return min(box.left for box in boxes), max(box.right for box in boxes)


def _without_islands(pieces: list[Piece], gutters: list[_Gap]) -> tuple[list[Piece], list[Piece]]:
    """The pieces beside the gutters and those across them, where there are some on both sides; else all, and none."""
    for a, b in gutters:
        left = [piece for piece in pieces if piece.box.right <= b and piece.box.center.x < (a + b) / 2]
        right = [piece for piece in pieces if piece.box.left >= a and piece.box.center.x > (a + b) / 2]
        if left and right:
            beside = [*left, *right]
            return beside, [piece for piece in pieces if piece not in beside]
    return pieces, []


def _stray(bands: list[_Band], last: int, unit: float) -> bool:
    """Whether the last band stands too far below the others to be the end of a column."""
    return bands[last].top - bands[last - 1].bottom > _FAR * unit and len(bands[last].pieces) == 1


def _gaps(pieces: list[Piece], unit: float) -> Iterator[_Gap]:
    reached = float("-inf")
    for box in sorted(piece.box for piece in pieces):
        if box.left - reached >= _GUTTER * unit:
            yield reached, box.left
        reached = max(reached, box.right)
    yield reached, float("inf")


def _common_gaps(gaps: list[_Gap], pieces: list[Piece], known: _Known) -> list[_Gap]:
    """What is left of the gaps between these pieces."""
    between = known.gaps(pieces)
    return [gap for a in gaps for b in between if (gap := _common(a, b, known.unit))]


def _common(a: _Gap, b: _Gap, unit: float) -> _Gap | None:
    left = a[0] if a[0] > b[0] else b[0]
    right = a[1] if a[1] < b[1] else b[1]
    return (left, right) if right - left >= _GUTTER * unit else None


class _Side(NamedTuple):
    """What stands on one side of some white, band after band."""

    lines: int = 0
    letters: int = 0
    characters: int = 0
    rows: int = 0
    mates: int = 0
    """So many of its rows have a row of the same height on the other side."""
    own: tuple[float, ...] = ()
    """The widths of the last band's rows."""
    above: _Side | None = None

    def then(self, below: _Side) -> _Side:
        """What stands here, and what stands on the same side further down."""
        return _Side(
            self.lines + below.lines,
            self.letters + below.letters,
            self.characters + below.characters,
            self.rows + below.rows,
            self.mates + below.mates,
            below.own,
            self,
        )

    @property
    def widths(self) -> list[float]:
        """The widths of its rows."""
        found: list[float] = []
        side: _Side | None = self
        while side:
            found += reversed(side.own)
            side = side.above
        return found[::-1]


class _White(NamedTuple):
    """White that reaches down through some bands, and what stands on both sides of it."""

    start: float = float("-inf")
    end: float = float("inf")
    left: _Side = _Side()
    right: _Side = _Side()


class _Known:
    """What was found out about bands before: they are gone through from each of them down, time and again."""

    def __init__(self, unit: float) -> None:
        self.unit = unit
        self._gaps: dict[int, tuple[list[Piece], list[_Gap]]] = {}
        self._sides: dict[int, list[tuple[_Side, _Side]]] = {}
        self._texts: dict[int, tuple[int, int, int]] = {}

    def gaps(self, pieces: list[Piece]) -> list[_Gap]:
        """The white between the pieces of one band, from minus infinity on the left to infinity on the right."""
        if id(pieces) not in self._gaps:
            self._gaps[id(pieces)] = pieces, list(_gaps(pieces, self.unit))
        return self._gaps[id(pieces)][1]

    def sides(self, pieces: list[Piece]) -> list[tuple[_Side, _Side]]:
        """What stands on both sides of each gap of a band."""
        if id(pieces) not in self._sides:
            self._sides[id(pieces)] = [self._beside(gap, pieces) for gap in self.gaps(pieces)]
        return self._sides[id(pieces)]

    def worded(self, pieces: list[Piece]) -> bool:
        """Whether it is words that stand there, and not numbers."""
        letters, signs = (sum(self._text(piece)[i] for piece in pieces) for i in (1, 2))
        return letters >= _COLUMN_LETTERS * signs

    def _beside(self, gap: _Gap, pieces: list[Piece]) -> tuple[_Side, _Side]:
        left = [piece for piece in pieces if piece.box.right <= gap[0]]
        right = [piece for piece in pieces if piece.box.left >= gap[1]]
        rows = [row_box(row) for row in rows_of(left)], [row_box(row) for row in rows_of(right)]
        return self._side(left, *rows), self._side(right, *rows[::-1])

    def _side(self, pieces: list[Piece], rows: list[Box], others: list[Box]) -> _Side:
        lines, letters, signs = map(sum, zip(*map(self._text, pieces), strict=True)) if pieces else (0, 0, 0)
        mates = sum(any(abs(a.center.y - b.center.y) < 0.2 * min(a.height, b.height) for b in others) for a in rows)
        return _Side(lines, letters, signs, len(rows), mates, tuple(row.width for row in rows))

    def _text(self, piece: Piece) -> tuple[int, int, int]:
        """How many lines it takes the place of, its letters, and its letters and digits: rows of dots say nothing."""
        if id(piece) not in self._texts:
            text = piece.line.text
            lines = max(1, int(piece.box.height / (_LINE_STEP * self.unit))) if piece.solid else 1
            self._texts[id(piece)] = lines, sum(map(str.isalpha, text)), sum(map(str.isalnum, text))
        return self._texts[id(piece)]


def _whites(parts: list[list[Piece]], known: _Known) -> list[list[_White]]:
    """The white that the first band has, that the first two have in common, that the first three have, and so on."""
    whites = [_White()]
    all_whites: list[list[_White]] = []
    for pieces in parts:
        strips = list(zip(known.gaps(pieces), known.sides(pieces), strict=True))
        whites = [
            _White(*gap, white.left.then(left), white.right.then(right))
            for white in whites
            for each, (left, right) in strips
            if (gap := _common((white.start, white.end), each, known.unit))
        ]
        all_whites.append(whites)
    return all_whites


def _parts_columns(white: _White, unit: float) -> bool:
    """Whether the white parts columns that are read one after the other, and not the cells of rows."""
    fewest = min(white.left.lines, white.right.lines)
    if fewest < _CHASM_LINES or not (_worded(white.left) and _worded(white.right)):
        return False
    enough = _CHASM_LINES if white.end - white.start >= _CHASM * unit else _LOOSE_LINES
    if fewest >= enough and _aligned(white) < _ALIGNED:
        return True
    return fewest >= _COLUMN_LINES and _prose(white.left, unit) and _prose(white.right, unit)


def _worded(side: _Side) -> bool:
    """Whether it is words that stand there, and not numbers."""
    return side.letters >= _COLUMN_LETTERS * side.characters


def _prose(side: _Side, unit: float) -> bool:
    """Whether most lines are wide, and as wide as those around them."""
    widths = side.widths
    if median(widths) < _COLUMN_WIDTH * unit:
        return False
    around = (widths[max(i - _AROUND, 0) : i + _AROUND + 1] for i in range(len(widths)))
    return median_low(width / max(near) for width, near in zip(widths, around, strict=True)) >= _COLUMN_FILL


def _aligned(white: _White) -> float:
    """The part of the shorter side's rows that stand at the height of a row of the other side."""
    fewer = min(white.left, white.right, key=lambda side: side.rows)
    return fewer.mates / fewer.rows


def _columns(pieces: list[Piece], gutters: list[float]) -> list[list[Piece]]:
    """The pieces between the gutters, from left to right."""
    edges = [float("-inf"), *gutters, float("inf")]
    columns = [[piece for piece in pieces if a <= piece.box.center.x < b] for a, b in pairwise(edges)]
    return [column for column in columns if column]
