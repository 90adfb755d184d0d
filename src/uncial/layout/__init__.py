"""Puts lines into blocks in the order in which a person reads.

The page is cut by its white space (XY-cut: Nagy & Seth 1984), with two things on top. Neighbouring bands of a page that share
a gutter are taken together before they are cut, so that columns whose lines stand side by side are not read across. And a
gutter only cuts where there is prose on both sides of it: the columns of a table, the prices of a receipt, the numbers of a
list belong to their rows and are read across.

All lengths are multiples of the text height, which is the median height of the lines' quads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from uncial.document import Block, Line, Page, mean_confidence
from uncial.geometry import Box, Quad, Transform
from uncial.graphics import NOTHING, Graphics
from uncial.layout.columns import regions
from uncial.layout.rows import Piece, row_box, rows_of
from uncial.median import weighted_median

_PARAGRAPH_GAP = 1.45
"""Times the usual distance of two lines; more begins a new block."""
_HEADING = 1.35
"""Times the height of the line before; a line so much higher or lower begins a new block."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a page in reading order, and the slope of its lines in degrees clockwise."""

    blocks: tuple[Block, ...]
    skew: float


_Place = Callable[[Box], Quad]
"""From a box on the level page to the quad on the page as it came in."""


def arrange(lines: Sequence[Line], *, width: float, height: float, graphics: Graphics = NOTHING) -> Layout:
    """The lines of a page of that size, in pixels, as blocks in reading order; `graphics` are in the same frame."""
    known = sorted(lines, key=lambda line: (line.quad, line.text))  # engines promise no order, and ties must not depend on it
    flat = [line for line in known if abs(line.quad.angle) <= 45]
    standing = [line for line in known if abs(line.quad.angle) > 45]
    skew = _skew(flat)
    level = Transform.translation(-width / 2, -height / 2).then(Transform.rotation(-skew))
    mirrored = _runs_left(flat)
    if mirrored:  # seen in a mirror, such a page is read like any other
        level = level.then(Transform.scaling(-1, 1))
    back = level.inverse()

    def place(box: Box) -> Quad:
        return back.quad(Quad.of_box(Box(box.right, box.top, box.left, box.bottom) if mirrored else box))

    pieces = [Piece(line, level.quad(line.quad).box) for line in flat]
    unit = median(piece.box.height for piece in pieces) or 1.0 if pieces else 1.0
    blocks = [block for region in regions(pieces, unit) for block in _blocks(region, place)]
    blocks += [Block((line,), line.quad) for line in sorted(standing, key=lambda line: line.quad.box)]
    return Layout(tuple(blocks), skew)


def settled(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The same pages with what only the whole document tells: which lines head and foot its pages, and how its headings rank."""
    return tuple(pages)


def _runs_left(lines: Sequence[Line]) -> bool:
    """Whether most lines are of a script that runs from right to left."""
    return 2 * sum(line.direction == "right-to-left" for line in lines) > len(lines)


def _skew(lines: Iterable[Line]) -> float:
    """The median slope of the lines, each counted by its length."""
    return weighted_median((line.quad.angle, line.quad.width) for line in lines if line.quad.width > 3 * line.quad.height)


def _blocks(pieces: list[Piece], place: _Place) -> list[Block]:
    """The rows of a region as lines, parted into blocks where the distance or the size of the lines changes."""
    rows = rows_of(pieces)
    boxes = [row_box(row) for row in rows]
    steps = [b.center.y - a.center.y for a, b in pairwise(boxes)]
    usual = median(steps) if steps else 0.0
    starts = [0] + [i + 1 for i, step in enumerate(steps) if _breaks(boxes[i], boxes[i + 1], step, usual)] + [len(rows)]
    return [_block(rows[a:b], place) for a, b in pairwise(starts)]


def _breaks(above: Box, below: Box, step: float, usual: float) -> bool:
    heights = sorted((above.height, below.height))
    return step > _PARAGRAPH_GAP * usual or heights[1] > _HEADING * heights[0]


def _block(rows: list[list[Piece]], place: _Place) -> Block:
    box = row_box(piece for row in rows for piece in row)
    return Block(tuple(_line(row, place) for row in rows), place(box))


def _line(row: list[Piece], place: _Place) -> Line:
    """One line from the pieces of a row."""
    if len(row) == 1:
        return row[0].line
    lines = [piece.line for piece in row]
    words = tuple(word for line in lines for word in line.words)
    return Line(
        words=words,
        quad=place(row_box(row)),
        direction=lines[0].direction,
        confidence=mean_confidence(words),
        engine="+".join(sorted({name for line in lines for name in line.engine.split("+") if name})),
        handwritten=all(line.handwritten for line in lines),
    )
