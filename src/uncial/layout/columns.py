"""Cuts a page into regions without columns, along the gutters that part prose and not the cells of rows."""

from __future__ import annotations

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
_FAR = 2.0
"""Times the usual distance of lines: a line on one side of a gutter that is so far off does not belong to its columns."""


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
    known: _Known = {}
    start = 0
    while start < len(bands):
        end, group = _longest_group(bands, start, unit, known)
        groups.append(group)
        start = end
    return groups


def _longest_group(bands: list[_Band], start: int, unit: float, known: _Known) -> tuple[int, _Group]:
    """The bands from `start` as far as they have true gutters in common, and the band after them; or just the first one."""
    parts = _sharing(bands, start, unit)
    whites = _whites([pieces for pieces, _ in parts], unit, known)
    for count in range(len(parts), 0, -1):
        end = start + count
        if count > 1 and _stray(bands, end - 1, unit):
            continue
        gutters = [(white.start + white.end) / 2 for white in whites[count - 1] if _parts_columns(white, unit)]
        if gutters:
            pieces, islands = ([piece for part in parts[:count] for piece in part[i]] for i in (0, 1))
            return end, _Group(pieces, gutters, islands)
    return start + 1, _Group(bands[start].pieces, [], [])


def _sharing(bands: list[_Band], start: int, unit: float) -> list[tuple[list[Piece], list[Piece]]]:
    """The bands from `start` as far as they have some white in common inside the region: the pieces of each, and its islands."""
    region = Box.around(piece.box for band in bands[start:] for piece in band.pieces)
    shared = [(region.left, region.right)]
    seen: list[Piece] = []
    parts: list[tuple[list[Piece], list[Piece]]] = []
    for band in bands[start:]:
        gutters = [gap for gap in shared if _on_both_sides(seen, gap)]
        pieces, islands = band.pieces, list[Piece]()
        common = _common_gaps(gutters or shared, pieces, unit)
        if not common:
            pieces, islands = _without_islands(pieces, gutters)
            common = _common_gaps(gutters, pieces, unit)
        if not common:
            break
        shared = common
        seen += pieces
        parts.append((pieces, islands))
    return parts


def _on_both_sides(pieces: list[Piece], gap: tuple[float, float]) -> bool:
    return any(piece.box.right <= gap[0] for piece in pieces) and any(piece.box.left >= gap[1] for piece in pieces)


def _without_islands(pieces: list[Piece], gutters: list[tuple[float, float]]) -> tuple[list[Piece], list[Piece]]:
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


def _gaps(pieces: list[Piece], unit: float) -> list[tuple[float, float]]:
    """The white between pieces, from minus infinity on the left to infinity on the right."""
    gaps, reached = [], float("-inf")
    for box in sorted(piece.box for piece in pieces):
        if box.left - reached >= _GUTTER * unit:
            gaps.append((reached, box.left))
        reached = max(reached, box.right)
    return [*gaps, (reached, float("inf"))]


def _common_gaps(gaps: list[tuple[float, float]], pieces: list[Piece], unit: float) -> list[tuple[float, float]]:
    """What is left of the gaps between these pieces."""
    return [gap for a in gaps for b in _gaps(pieces, unit) if (gap := _common(a, b, unit))]


def _common(a: tuple[float, float], b: tuple[float, float], unit: float) -> tuple[float, float] | None:
    left, right = max(a[0], b[0]), min(a[1], b[1])
    return (left, right) if right - left >= _GUTTER * unit else None


class _Side(NamedTuple):
    """What stands on one side of some white, band after band."""

    lines: int = 0
    letters: int = 0
    characters: int = 0
    widths: tuple[float, ...] = ()
    """Of its rows."""
    mates: int = 0
    """So many of its rows have a row of the same height on the other side."""

    def then(self, below: _Side) -> _Side:
        """What stands here, and what stands on the same side further down."""
        return _Side(
            self.lines + below.lines,
            self.letters + below.letters,
            self.characters + below.characters,
            self.widths + below.widths,
            self.mates + below.mates,
        )


class _White(NamedTuple):
    """White that reaches down through some bands, and what stands on both sides of it."""

    start: float = float("-inf")
    end: float = float("inf")
    left: _Side = _Side()
    right: _Side = _Side()


_Known = dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[_Side, _Side]]
"""The sides that were looked at before, by the pieces on them: bands are gone through from each of them down, time and again."""


def _whites(parts: list[list[Piece]], unit: float, known: _Known) -> list[list[_White]]:
    """The white that the first band has, that the first two have in common, that the first three have, and so on."""
    whites = [_White()]
    all_whites: list[list[_White]] = []
    for pieces in parts:
        gaps = _gaps(pieces, unit)
        whites = [
            _narrowed(white, gap, pieces, known) for white in whites for each in gaps if (gap := _common(white[:2], each, unit))
        ]
        all_whites.append(whites)
    return all_whites


def _narrowed(white: _White, gap: tuple[float, float], pieces: list[Piece], known: _Known) -> _White:
    """What is left of the white in the next band, and what stands beside it now."""
    left = [piece for piece in pieces if piece.box.right <= gap[0]]
    right = [piece for piece in pieces if piece.box.left >= gap[1]]
    key = tuple(map(id, left)), tuple(map(id, right))
    if key not in known:
        known[key] = _sides(left, right)
    return _White(*gap, white.left.then(known[key][0]), white.right.then(known[key][1]))


def _sides(left: list[Piece], right: list[Piece]) -> tuple[_Side, _Side]:
    """What one band has on both sides of some white."""
    rows = [row_box(row) for row in rows_of(left)], [row_box(row) for row in rows_of(right)]
    return _side(left, *rows), _side(right, *rows[::-1])


def _side(pieces: list[Piece], rows: list[Box], others: list[Box]) -> _Side:
    text = "".join(word.text for piece in pieces for word in piece.line.words)
    mates = sum(any(abs(a.center.y - b.center.y) < 0.2 * min(a.height, b.height) for b in others) for a in rows)
    letters = sum(character.isalpha() for character in text)
    signs = sum(character.isalnum() for character in text)  # rows of dots say nothing
    return _Side(len(pieces), letters, signs, tuple(row.width for row in rows), mates)


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
    if median(side.widths) < _COLUMN_WIDTH * unit:
        return False
    around = (side.widths[max(i - _AROUND, 0) : i + _AROUND + 1] for i in range(len(side.widths)))
    return median_low(width / max(near) for width, near in zip(side.widths, around, strict=True)) >= _COLUMN_FILL


def _aligned(white: _White) -> float:
    """The part of the shorter side's rows that stand at the height of a row of the other side."""
    fewer = min(white.left, white.right, key=lambda side: len(side.widths))
    return fewer.mates / len(fewer.widths)


def _columns(pieces: list[Piece], gutters: list[float]) -> list[list[Piece]]:
    """The pieces between the gutters, from left to right."""
    edges = [float("-inf"), *gutters, float("inf")]
    columns = [[piece for piece in pieces if a <= piece.box.center.x < b] for a, b in pairwise(edges)]
    return [column for column in columns if column]
