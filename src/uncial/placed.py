"""What stands where on a page: its text in rows of pieces, for plain text and tables that keep the page's spacing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from uncial.document import Block, Line, Page, Word
from uncial.geometry import Box
from uncial.level import Level, level
from uncial.printable import fit

_GAP = 1.0
"""Times the height of the text, or of the words where they are larger; words further apart stand apart."""
_SAME_ROW = 0.5
"""Times the height of the lower one; pieces whose middles are closer than that stand in one row."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Words side by side, and where they stand on the level page; of a page that runs to the left in a mirror."""

    words: tuple[Word, ...]
    box: Box
    boxes: tuple[Box, ...] = ()
    """Of its words."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Its words, fit to be written."""
        return tuple(text for word in self.words if (text := " ".join(fit(word.text).split())))


@dataclass(frozen=True, slots=True)
class Laid:
    """A page by rows from the top, each by pieces from where lines begin; `standing` are the lines that do not run across."""

    rows: tuple[tuple[Placed, ...], ...]
    standing: tuple[Line, ...]
    height: float
    """Of its text, in pixels: the median."""
    page: Box
    """The level page."""

    @property
    def width(self) -> float:
        """Of the page, in pixels."""
        return self.page.width


def laid(page: Page, blocks: Iterable[Block] | None = None) -> Laid:
    """What stands where on a page, or of some of its blocks alone."""
    flat = level(page)
    lines = [line for block in (page.blocks if blocks is None else blocks) for line in block.lines if line.words]
    across = [line for line in lines if abs(flat.way.quad(line.quad).angle) <= 45 and line.direction != "top-to-bottom"]
    known = {id(line) for line in across}
    mirrored = 2 * sum(line.direction == "right-to-left" for line in across) > len(across)
    height = median([flat.box(line.quad).height for line in across] or [1.0]) or 1.0
    pieces = [piece for line in across for piece in _pieces(line, flat, height, mirrored)]
    return Laid(
        tuple(_rows(pieces)),
        tuple(line for line in lines if id(line) not in known),
        height,
        Box(0.0, 0.0, flat.width, flat.height),
    )


def _pieces(line: Line, flat: Level, height: float, mirrored: bool) -> Iterator[Placed]:
    """A line, cut where its words are far apart."""
    placed = [(_seen(flat.box(word.quad), flat.width, mirrored), word) for word in line.words]
    if (line.direction == "right-to-left") != mirrored:
        yield _piece(placed)
        return
    start = 0
    for at, ((before, _), (after, _)) in enumerate(pairwise(placed), start=1):
        if after.left - before.right > _GAP * max(height, min(before.height, after.height)):
            yield _piece(placed[start:at])
            start = at
    yield _piece(placed[start:])


def _piece(placed: Sequence[tuple[Box, Word]]) -> Placed:
    boxes, words = zip(*placed, strict=True)
    return Placed(words, Box.around(boxes), boxes)


def _seen(box: Box, width: float, mirrored: bool) -> Box:
    return Box(width - box.right, box.top, width - box.left, box.bottom) if mirrored else box


def _rows(pieces: Iterable[Placed]) -> Iterator[tuple[Placed, ...]]:
    """Pieces by rows, from the top; two that lie upon each other are never in one."""
    row: list[Placed] = []
    for piece in sorted(pieces, key=lambda each: (each.box.center.y, each.box.left)):
        if row and not _fits(piece, row):
            yield tuple(sorted(row, key=lambda each: each.box.left))
            row = []
        row.append(piece)
    if row:
        yield tuple(sorted(row, key=lambda each: each.box.left))


def _fits(piece: Placed, row: Sequence[Placed]) -> bool:
    near = _SAME_ROW * min(piece.box.height, row[0].box.height)
    level_with = abs(piece.box.center.y - row[0].box.center.y) <= near
    return level_with and not any(_overlap(piece.box, other.box) for other in row)


def _overlap(one: Box, other: Box) -> bool:
    """Whether they share more than a third of the narrower one's width."""
    return 3 * (min(one.right, other.right) - max(one.left, other.left)) > min(one.width, other.width)
