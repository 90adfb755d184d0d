"""Which pieces stand side by side in one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from uncial.document import Block, Line, mean_confidence
from uncial.geometry import Box, Quad

_CORE = 0.55
"""The part of a quad's height that is the line itself: quads of neighbouring lines overlap, their cores do not."""
_ROW = 0.5
"""Pieces whose cores share this part of the lower one stand in one row."""
_BESIDE = 0.5
"""Pieces that overlap by less than this part of the shorter one's length (or of twice its height) may stand side by side."""


_OTHER_SIZE = 1.2
"""Words of so different heights,"""
_APART = 0.8
"""that are so far apart, times the lower one's height, do not belong to one line."""


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


def of_one_size(line: Line) -> list[Line]:
    """The line itself, or its parts where a PDF's own text goes on in another size behind a gap: in the next column."""
    words = line.words
    cuts = [i for i, (a, b) in enumerate(pairwise(words), 1) if _is_gutter(a.quad, b.quad)] if line.engine == "pdf" else []
    return [_part(line, a, b) for a, b in pairwise([0, *cuts, len(words)])] if cuts else [line]


def _is_gutter(a: Quad, b: Quad) -> bool:
    low, high = sorted((a.height, b.height))
    return high > _OTHER_SIZE * low and abs(b.box.center.x - a.box.center.x) - (a.width + b.width) / 2 > _APART * low


def _part(line: Line, start: int, stop: int) -> Line:
    words = line.words[start:stop]
    quad = Quad.of_box(Box.around(word.quad.box for word in words))
    return replace(line, words=words, quad=quad, confidence=mean_confidence(words))


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that stand side by side, from the top down, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.box.center.y, piece.box)):
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
    near = min(row, key=lambda other: abs(other.box.center.x - piece.box.center.x) - (other.box.width + piece.box.width) / 2)
    (top, bottom), (other_top, other_bottom) = piece.core, near.core
    return (min(bottom, other_bottom) - max(top, other_top)) / (min(bottom - top, other_bottom - other_top) or 1.0)


def _overlap(a: Box, b: Box) -> float:
    """The length for which they stand above each other."""
    return min(a.right, b.right) - max(a.left, b.left)


def row_box(row: Iterable[Piece]) -> Box:
    """The box around all of them."""
    return Box.around(piece.box for piece in row)
