"""Which pieces stand side by side in one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from statistics import median, median_low
from typing import NamedTuple

from uncial.document import Block, Line, mean_confidence
from uncial.geometry import Box, Quad, Way

_CORE = 0.55
"""The part of a quad's height that is the line itself: quads of neighbouring lines overlap, their cores do not."""
_ROW = 0.5
"""Pieces whose cores share this part of the lower one stand in one row."""
_BESIDE = 0.5
"""Pieces that overlap by less than this part of the shorter one's length (or of twice its height) may stand side by side."""


_GUTTER = 0.75
"""White in a PDF's line may be a gutter where it is as wide as this, times the line's height,"""
_USUAL = 2.5
"""and times the line's usual white between words."""
_INITIAL = 1.8
"""Times the height of the other words: a first word with so large a letter reaches down through several lines."""


class Piece(NamedTuple):
    """A line as the engine found it, and where it lies once the page's skew is taken away."""

    line: Line
    box: Box
    solid: Block | None = None
    """The table or figure that it stands for, with all that is in it: the cutting of the page takes that as one."""

    @property
    def core(self) -> tuple[float, float]:
        """Top and bottom of the middle part, which neighbouring lines do not share."""
        if self.solid:
            return self.box.top, self.box.bottom
        middle, half = (self.box.top + self.box.bottom) / 2, self.box.height * _CORE / 2
        return middle - half, middle + half


def pieces_of(line: Line, level: Way) -> list[Piece]:
    """The line as a piece, or as several where a PDF's own text goes on behind a wide gap: perhaps in the next column."""
    lines = _between_gaps(line) if line.engine == "pdf" and len(line.words) > 1 else [line]
    return [Piece(part, _box(part, level)) for part in lines]


def _between_gaps(line: Line) -> list[Line]:
    boxes = [word.quad.box for word in line.words]
    gaps = [max(b.left - a.right, a.left - b.right) for a, b in pairwise(boxes)]
    widest = max(_GUTTER * median(box.height for box in boxes), _USUAL * median_low(gaps))
    cuts = [i for i, gap in enumerate(gaps, 1) if gap > widest]
    return [_part(line, a, b) for a, b in pairwise([0, *cuts, len(boxes)])] if cuts else [line]


def _part(line: Line, start: int, stop: int) -> Line:
    words = line.words[start:stop]
    quad = Quad.of_box(Box.around(word.quad.box for word in words))
    return replace(line, words=words, quad=quad, confidence=mean_confidence(words))


def _box(line: Line, level: Way) -> Box:
    """Where the line lies; a large initial is taken to be as high as the rest."""
    box = level.quad(line.quad).box
    if line.engine != "pdf" or len(line.words) < 3:
        return box
    rest = [level.quad(word.quad).box for word in line.words[1:]]
    low = max(other.height for other in rest)
    if box.height < _INITIAL * low:
        return box
    return Box(box.left, min(other.top for other in rest), box.right, max(other.bottom for other in rest))


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that stand side by side, from the top down, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.box.top + piece.box.bottom, piece.box)):
        shares = [(_shared(row, piece), row) for row in rows[-3:]]
        share, row = max(shares, key=lambda pair: pair[0], default=(0.0, []))
        if share >= _ROW:
            row.append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.box.left) for row in rows]


def _shared(row: list[Piece], piece: Piece) -> float:
    """The part of its height that the piece shares with the nearest of the row; 0 where it is above or below any of them."""
    allowed = min(piece.box.width, 2 * piece.box.height)
    if any(_overlap(piece.box, other.box) > _BESIDE * min(allowed, other.box.width) for other in row):
        return 0.0
    near = row[0] if len(row) == 1 else max(row, key=lambda other: _overlap(piece.box, other.box))
    (top, bottom), (other_top, other_bottom) = piece.core, near.core
    return (min(bottom, other_bottom) - max(top, other_top)) / (min(bottom - top, other_bottom - other_top) or 1.0)


def _overlap(a: Box, b: Box) -> float:
    """The length for which they stand above each other; below 0 the white between them."""
    return min(a.right, b.right) - max(a.left, b.left)


def row_box(row: Iterable[Piece]) -> Box:
    """The box around all of them."""
    return Box.around(piece.box for piece in row)
