"""Parts the rows of a region into what they are the lines of: paragraphs, list items, headings to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from uncial.document import Block, Kind, Line, mean_confidence
from uncial.geometry import Box, Quad
from uncial.layout.rows import Piece, row_box, rows_of
from uncial.lists import Marker, split_marker

_PARAGRAPH_GAP = 1.45
"""Times the usual distance of two lines; more begins a new part."""
_HEADING = 1.35
"""Times the height of the line before; a line so much higher or lower begins a new part."""
_INDENT = (0.7, 5.0)
"""How far the first line of a paragraph is set in, where paragraphs are told by that."""
_SHORT = 3.0
"""A line that ends so far before the right margin is the last of its paragraph, where lines are set flush on both sides."""
_FLUSH = 0.6
"""The part of the lines that reach the right margin where they are set flush."""
_AT_MARGIN = 0.6
"""Lines that begin so near to each other begin at the same place."""
_ENDS = (".", "!", "?", ":", "”", '"', "»", ")", "。", "！", "？")

Place = Callable[[Box], Quad]
"""From a box on the level page to the quad on the page as it came in."""


class Row(NamedTuple):
    """One line of the text, put together from the pieces that stand side by side."""

    line: Line
    box: Box


@dataclass(frozen=True, slots=True)
class Part:
    """A block to be, on the level page."""

    rows: tuple[Row, ...]
    box: Box
    column: int = 0
    kind: Kind = "paragraph"
    level: int = 0
    solid: Block | None = None
    """The block itself, of a table or a figure."""
    marker: Marker | None = None
    """What an item of a list begins with."""

    @property
    def text(self) -> str:
        """Its lines with a space between each two."""
        return " ".join(row.line.text for row in self.rows)

    @property
    def height(self) -> float:
        """The usual height of its lines."""
        return median(row.box.height for row in self.rows) if self.rows else 0.0

    @property
    def bold(self) -> bool:
        """Whether all of it is known to be bold."""
        return bool(self.rows) and all(row.line.bold for row in self.rows)

    def block(self, place: Place) -> Block:
        """The block of the document that it is."""
        if self.solid:
            return Block(self.solid.lines, self.solid.quad, self.solid.kind, 0, self.column, self.solid.cells)
        return Block(tuple(row.line for row in self.rows), place(self.box), self.kind, self.level, self.column)


def parts_of(pieces: Sequence[Piece], column: int, unit: float, place: Place) -> list[Part]:
    """The parts of a region, tables and figures between them, from the top down."""
    solids = [piece for piece in pieces if piece.solid]
    rows = [_row(row, place) for row in rows_of(piece for piece in pieces if not piece.solid)]
    parts: list[Part] = []
    for solid in sorted(solids, key=lambda piece: piece.box.center.y):
        above = [row for row in rows if row.box.center.y < solid.box.center.y]
        rows = rows[len(above) :]
        parts += _parted(above, column, unit)
        parts.append(Part((), solid.box, column, solid=solid.solid))
    return [*parts, *_parted(rows, column, unit)]


def _parted(rows: list[Row], column: int, unit: float) -> list[Part]:
    """Rows that follow each other, parted where what they are the lines of changes."""
    if not rows:
        return []
    page = _Setting.of(rows, unit)
    marks = _markers(rows, unit)
    starts = [0, *(i for i in range(1, len(rows)) if page.breaks(i, marks)), len(rows)]
    return [
        Part(tuple(rows[a:b]), Box.around(row.box for row in rows[a:b]), column, marker=marks[a]) for a, b in pairwise(starts)
    ]


@dataclass(frozen=True, slots=True)
class _Setting:
    """How the rows of a region are set, which says where its paragraphs end."""

    rows: list[Row]
    unit: float
    step: float
    left: float
    right: float
    flush: bool

    @staticmethod
    def of(rows: list[Row], unit: float) -> _Setting:
        steps = [b.box.center.y - a.box.center.y for a, b in pairwise(rows)]
        left = _most(sorted(row.box.left for row in rows), unit)
        right = max(row.box.right for row in rows)
        flush = sum(right - row.box.right < _AT_MARGIN * unit for row in rows) >= _FLUSH * len(rows) and len(rows) > 3
        return _Setting(rows, unit, median(steps) if steps else 0.0, left, right, flush)

    def breaks(self, i: int, marks: Sequence[Marker | None]) -> bool:
        """Whether row `i` begins something new."""
        above, below = self.rows[i - 1], self.rows[i]
        if self._apart(above.box, below.box) or marks[i] is not None:
            return True
        if above.line.bold != below.line.bold and abs(above.box.left - below.box.left) < 20 * self.unit:
            return True
        return marks[i - 1] is None and (self._indented(i) or self._after_short(above, below))

    def _apart(self, above: Box, below: Box) -> bool:
        heights = sorted((above.height, below.height))
        far = below.center.y - above.center.y > _PARAGRAPH_GAP * self.step
        return far or heights[1] > _HEADING * heights[0]

    def _indented(self, i: int) -> bool:
        """Whether the row is set in, between two that are not, after the end of a sentence."""
        low, high = (side * self.unit for side in _INDENT)
        inside = low <= self.rows[i].box.left - self.left <= high
        around = [self.rows[k] for k in (i - 1, i + 1) if k < len(self.rows)]
        level = all(abs(row.box.left - self.left) < _AT_MARGIN * self.unit for row in around)
        return inside and level and len(around) == 2 and self.rows[i - 1].line.text.endswith(_ENDS)

    def _after_short(self, above: Row, below: Row) -> bool:
        """Whether the row above is the short last one of a paragraph that is set flush."""
        short = self.right - above.box.right > _SHORT * self.unit and above.line.text.endswith(_ENDS)
        first = below.line.text[:1]
        return self.flush and short and (first.isupper() or first.isdigit() or not first.isalnum())


def _most(lefts: list[float], unit: float) -> float:
    """Where most rows begin; the leftmost of several such places."""
    return max(lefts, key=lambda left: (sum(abs(left - other) < _AT_MARGIN * unit for other in lefts), -left))


def _markers(rows: Sequence[Row], unit: float) -> list[Marker | None]:
    """What each row begins with, if it is an item of a list: a bullet, or a number or dash that another one follows."""
    marks = [split_marker(row.line.text) for row in rows]
    return [mark if mark and (_is_bullet(mark) or _has_fellow(i, marks, rows, unit)) else None for i, mark in enumerate(marks)]


def _is_bullet(mark: Marker) -> bool:
    return not mark.ordered and mark.marker not in ("-", "–", "*", "+", "o")


def _has_fellow(i: int, marks: Sequence[Marker | None], rows: Sequence[Row], unit: float) -> bool:
    """Whether a mark of the same kind that counts on, or back, begins at the same place."""
    own = marks[i]
    assert own
    for other, row in zip(marks, rows, strict=True):
        if not other or other is own or abs(row.box.left - rows[i].box.left) > unit or other.ordered != own.ordered:
            continue
        if not own.ordered and other.marker == own.marker:
            return True
        if own.number is not None and other.number is not None and abs(own.number - other.number) == 1:
            return True
    return False


def _row(row: list[Piece], place: Place) -> Row:
    """One line from the pieces that stand side by side."""
    box = row_box(row)
    if len(row) == 1:
        return Row(row[0].line, box)
    lines = [piece.line for piece in row]
    words = tuple(word for line in lines for word in line.words)
    line = Line(
        words=words,
        quad=place(box),
        direction=lines[0].direction,
        confidence=mean_confidence(words),
        engine="+".join(sorted({name for line in lines for name in line.engine.split("+") if name})),
        handwritten=all(line.handwritten for line in lines),
        bold=all(line.bold for line in lines),
    )
    return Row(line, box)
