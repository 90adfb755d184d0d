"""Puts lines into blocks in the order in which a person reads.

The page is cut by its white space (XY-cut: Nagy & Seth 1984), with two things on top. Neighbouring bands of a page that share
a gutter are taken together before they are cut, so that columns whose lines stand side by side are not read across. And a
gutter only cuts where there is prose on both sides of it: the columns of a table, the prices of a receipt, the numbers of a
list belong to their rows and are read across.

Tables and figures go into the cutting as one piece each (`solids`). What comes out is parted into paragraphs, items and
headings to be (`paragraphs`), each part is told by what is around it (`kinds`, `margins`), and diagrams that are made of words
are put together above their captions (`diagrams`). `settled` sees the whole document (`settle`).

All lengths are multiples of the text height, which is the median height of the lines' quads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from uncial.document import Block, Line
from uncial.geometry import Box, Quad, Transform
from uncial.graphics import NOTHING, Graphics
from uncial.layout.columns import Region, regions
from uncial.layout.diagrams import with_diagrams
from uncial.layout.kinds import told
from uncial.layout.paragraphs import parted, usual_step
from uncial.layout.parts import Body, Part, Place, in_turn
from uncial.layout.rows import Piece, pieces_of
from uncial.layout.settle import settled
from uncial.layout.solids import with_solids
from uncial.median import weighted_median

__all__ = ["Layout", "arrange", "settled"]

_STEEP = 25
"""Degrees. Lines on a page that lies askew are not so steep; labels of charts are."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a page in reading order, and the slope of its lines in degrees clockwise."""

    blocks: tuple[Block, ...]
    skew: float


def arrange(lines: Sequence[Line], *, width: float, height: float, graphics: Graphics = NOTHING) -> Layout:
    """The lines of a page of that size, in pixels, as blocks in reading order; `graphics` are in the same frame."""
    known = sorted(lines, key=lambda line: (line.quad, line.text))  # engines promise no order, and ties must not depend on it
    flat = [line for line in known if not _stands(line.quad)]
    standing = [line for line in known if _stands(line.quad)]
    skew = _skew(flat)
    level = Transform.translation(-width / 2, -height / 2).then(Transform.rotation(-skew))
    mirrored = _runs_left(flat)
    if mirrored:  # seen in a mirror, such a page is read like any other
        level = level.then(Transform.scaling(-1, 1))
    back = level.inverse()

    def place(box: Box) -> Quad:
        return back.quad(Quad.of_box(Box(box.right, box.top, box.left, box.bottom) if mirrored else box))

    pieces = [piece for line in flat for piece in pieces_of(line, level)]
    unit = median(piece.box.height for piece in pieces) or 1.0 if pieces else 1.0
    body = Body.of(pieces)
    drawn = graphics.moved(level)
    cut = regions(with_solids(pieces, drawn, unit, level, place), unit)
    parts = _parts(cut, body, unit, place)
    page = Box(-width / 2, -height / 2, width / 2, height / 2)
    steep = [(line, level.quad(line.quad).box) for line in sorted(standing, key=lambda line: line.quad.box)]
    parts, labels = with_diagrams(told(parts, body, unit, page, drawn.rules), steep, unit, place)
    blocks = [part.block(place) for part in parts]
    blocks += [_beside(line, blocks) for number, (line, _) in enumerate(steep) if number not in labels]
    return Layout(tuple(blocks), skew)


def _parts(found: Sequence[Region], body: Body, unit: float, place: Place) -> list[Part]:
    """What stands in the regions, in reading order."""
    turns = [(each, region.column) for region in found for each in in_turn(region.pieces, body, place)]
    step = usual_step(each for each, _ in turns if not isinstance(each, Piece))
    parts: list[Part] = []
    for each, column in turns:
        if isinstance(each, Piece):
            parts.append(Part((), each.box, column, solid=each.solid))
        else:
            parts += parted(each, column, unit, step)
    return parts


def _beside(line: Line, blocks: Sequence[Block]) -> Block:
    """A line that stands: in the margin, as a stamp of where the page comes from, it is outside the text."""
    text = [block.quad.box for block in blocks if block.kind not in ("page-header", "page-footer")]
    box = line.quad.box
    margin = text and (box.right < min(other.left for other in text) or box.left > max(other.right for other in text))
    return Block((line,), line.quad, "page-footer" if margin else "paragraph")


def _runs_left(lines: Sequence[Line]) -> bool:
    """Whether most lines are of a script that runs from right to left."""
    return 2 * sum(line.direction == "right-to-left" for line in lines) > len(lines)


def _stands(quad: Quad) -> bool:
    """Whether a line runs so steeply that it is in no order with the others; the slope of a short one is not known well."""
    return abs(quad.angle) > (_STEEP if quad.width > 3 * quad.height else 45)


def _skew(lines: Iterable[Line]) -> float:
    """The median slope of the lines, each counted by its length."""
    return weighted_median((line.quad.angle, line.quad.width) for line in lines if line.quad.width > 3 * line.quad.height)
