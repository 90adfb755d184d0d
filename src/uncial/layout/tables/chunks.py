"""Parts of lines that no cell border can run through: words with no more than the usual space between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from uncial.document import Line, Word, mean_confidence
from uncial.geometry import Box, Point, Quad, Way
from uncial.layout.rows import Piece, rows_of
from uncial.layout.tables.bars import Bar

_GAP = 0.8
"""Words so far apart do not belong to one cell for sure, and may stand in two."""
_LEADERS = frozenset(".·…_-–—‐・ ")
"""A word of nothing but these leads the eye across the white; it stands in no column."""
_FIGURES = frozenset("0123456789.,:;%$€£¥+-–—−±()/*<>≤≥=~×'’ ")


class Chunk(NamedTuple):
    """Some words of a line, and where they lie on the level page."""

    words: tuple[Word, ...]
    boxes: tuple[Box, ...]
    box: Box
    piece: Piece
    """The line that they belong to."""

    @property
    def text(self) -> str:
        """Its words with a space between each two."""
        return " ".join(word.text for word in self.words)

    @property
    def number(self) -> bool:
        """Whether it is a number or something of the kind: a share, a sum, a range, a dash for nothing."""
        text = self.text
        figures = sum(character in _FIGURES for character in text)
        digits = any(character.isdigit() for character in text)
        return figures >= 0.6 * len(text) and (digits or len(text) <= 3)

    @property
    def leads(self) -> bool:
        """Whether it is a row of dots."""
        return len(self.text) > 3 and _LEADERS.issuperset(self.text)

    def part(self, start: int, stop: int) -> Chunk:
        """Some of its words."""
        boxes = self.boxes[start:stop]
        box = Box.around(boxes)
        return Chunk(self.words[start:stop], boxes, Box(box.left, self.box.top, box.right, self.box.bottom), self.piece)


def chunks_of(pieces: Iterable[Piece], level: Way) -> list[Chunk]:
    """The lines as they are, with the boxes of their words on the level page."""
    return [_chunk(piece, level) for piece in pieces if piece.line.words]


def parted_chunks(lines: Iterable[Chunk], standing: Sequence[Bar], unit: float) -> list[Chunk]:
    """The lines parted where the white between two words is wide, or a rule stands between them."""
    return [part for line in lines for part in _parted(line, standing, unit)]


def _chunk(piece: Piece, level: Way) -> Chunk:
    found = sorted(((level.quad(word.quad).box, word) for word in piece.line.words), key=lambda pair: pair[0].left)
    boxes = tuple(Box(box.left, piece.box.top, box.right, piece.box.bottom) for box, _ in found)
    return Chunk(tuple(word for _, word in found), boxes, piece.box, piece)


def _parted(chunk: Chunk, standing: Sequence[Bar], unit: float) -> list[Chunk]:
    middle = chunk.box.center.y
    cuts = [0]
    for i, (a, b) in enumerate(pairwise(chunk.boxes), 1):
        ruled = any(bar.start < middle < bar.end and a.center.x < bar.at < b.center.x for bar in standing)
        if ruled or b.left - a.right > _GAP * unit or _lead(chunk.words[i - 1]) != _lead(chunk.words[i]):
            cuts.append(i)
    if len(cuts) == 1:
        return [chunk]
    return [chunk.part(a, b) for a, b in pairwise([*cuts, len(chunk.words)])]


def _lead(word: Word) -> bool:
    return len(word.text) > 3 and _LEADERS.issuperset(word.text)


def lines_of(chunks: Iterable[Chunk]) -> list[list[Chunk]]:
    """Chunks that stand side by side, from the top down, each line from left to right."""
    pieces = [(Piece(chunk.piece.line, chunk.box), chunk) for chunk in chunks]
    names = {id(piece): chunk for piece, chunk in pieces}
    return [[names[id(piece)] for piece in row] for row in rows_of(piece for piece, _ in pieces)]


def line_piece(chunks: Sequence[Chunk]) -> Piece:
    """The chunks of one cell that stand side by side, as one line."""
    box = Box.around(chunk.box for chunk in chunks)
    if len(chunks) == 1 and len(chunks[0].words) == len(chunks[0].piece.line.words):
        return chunks[0].piece
    whole = chunks[0].piece.line
    kept = {id(word) for chunk in chunks for word in chunk.words}
    lines = list({id(chunk.piece): chunk.piece.line for chunk in chunks}.values())
    words = tuple(word for line in lines for word in line.words if id(word) in kept)
    engines = sorted({name for line in lines for name in line.engine.split("+") if name})
    line = replace(
        whole,
        words=words,
        quad=_quad(whole, words),
        confidence=mean_confidence(words),
        engine="+".join(engines),
        handwritten=all(line.handwritten for line in lines),
        bold=all(line.bold for line in lines),
    )
    return Piece(line, box)


def _quad(line: Line, words: Sequence[Word]) -> Quad:
    """The part of the line's strip in which the words stand, which may be longer than the line."""
    along = [_along(line.quad, corner) for word in words for corner in word.quad]
    return line.quad.span(min(along), max(along))


def _along(quad: Quad, point: Point) -> float:
    """Where the point lies along the text, as a fraction of its length."""
    x, y = quad.top_right.x - quad.top_left.x, quad.top_right.y - quad.top_left.y
    return ((point.x - quad.top_left.x) * x + (point.y - quad.top_left.y) * y) / ((x * x + y * y) or 1.0)
