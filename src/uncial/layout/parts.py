"""What a page is made of before anybody knows what each of it is: parts, that is paragraphs, headings and items to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from uncial.document import Block, Kind, Line, mean_confidence
from uncial.geometry import Box, Quad
from uncial.layout.rows import Piece, row_box, rows_of
from uncial.lists import Marker
from uncial.median import weighted_median

_WORDED = 5
"""A row of so many letters tells by its length how large they are."""
_CONDENSED = 1.15
"""Letters may be so much higher than their width says; a quad that is higher than that has more in it than one line."""
_WIDE = 0x2E80
"""From here on, characters are as wide as high."""

_ROMAN = r"[ivxlc]{1,7}"
_NUMBER = rf"(?:[A-Z]{{1,2}}[-–.])?\d{{1,4}}(?:[-–.]\d{{1,4}}){{0,3}}|{_ROMAN}"
PAGE_NUMBER = re.compile(
    rf"[-–—\s|·•(\[]*(?:(?:page|seite|página|pagina|pag\.|strana|p\.|s\.)\s*)?(?:{_NUMBER})"
    r"(?:\s*(?:/|of|von|de|di|sur|van|z)\s*\d{1,4})?[-–—\s|·•)\]]*",
    re.IGNORECASE,
)
"""What a page's number looks like, alone or with a word."""
CAPTION = re.compile(
    r"""(?:(?P<table>tab(?:le|elle|leau|la|ela|ella|el|ulka|\.)?|cuadro|quadro|табл(?:ица|\.)?|表)
    |fig(?:ure|ura|uur|\.)?|abb(?:ildung|\.)?|bild|chart|plate|photo|map|scheme|exhibit|gr[aá]fic[oa]|graphique|schéma
    |obr(?:ázek|\.)?|rys(?:unek|\.)?|рис(?:унок|\.)?|図|图|圖)
    \s*(?:[A-Z]\.?|(?:\d+[.-])*)?(?:\d+|[IVX]+\b)(?:[.-]\d+)*[a-z]?(?P<mark>\s*[:.—–|-]|\s*$)?\s*(?P<rest>.?)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What names a figure or a `table` begins so; `mark` says so by itself, and `rest` is what comes behind."""

Place = Callable[[Box], Quad]
"""From a box on the level page to the quad on the page as it came in."""


class Body(NamedTuple):
    """How most of a page's text is set, in pixels."""

    height: float
    advance: float
    """From one letter to the next."""

    @staticmethod
    def of(pieces: Sequence[Piece]) -> Body:
        """Of these lines, each counted by its length."""
        height = weighted_median((piece.line.quad.height, piece.box.width) for piece in pieces)
        return Body(height or 1.0, weighted_median((_advance(piece.line), piece.box.width) for piece in pieces))


class Row(NamedTuple):
    """One line of the text, put together from the pieces that stand side by side."""

    line: Line
    box: Box
    size: float
    """How large it is set: the height that its letters have where those of the body have the body's."""

    @property
    def native(self) -> bool:
        """Whether it is a PDF's own text, whose size is known and not measured."""
        return self.line.engine == "pdf"


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
    def size(self) -> float:
        """How large it is set."""
        return median(row.size for row in self.rows) if self.rows else 0.0

    @property
    def bold(self) -> bool:
        """Whether all of it is known to be bold."""
        return bool(self.rows) and all(row.line.bold for row in self.rows)

    def block(self, place: Place) -> Block:
        """The block of the document that it is."""
        if self.solid:
            return Block(self.solid.lines, self.solid.quad, self.solid.kind, 0, self.column, self.solid.cells)
        return Block(tuple(row.line for row in self.rows), place(self.box), self.kind, self.level, self.column)


def in_turn(pieces: Sequence[Piece], body: Body, place: Place) -> list[list[Row] | Piece]:
    """What stands in a region without columns, from the top down: runs of rows, and the tables and figures between them."""
    rows = [_row(row, body, place) for row in rows_of(piece for piece in pieces if not piece.solid)]
    turn: list[list[Row] | Piece] = []
    for solid in sorted((piece for piece in pieces if piece.solid), key=lambda piece: (piece.box.center.y, piece.box)):
        above = [row for row in rows if _comes_before(row.box, solid.box)]
        rows = [row for row in rows if not _comes_before(row.box, solid.box)]
        turn += [above, solid]
    return [part for part in (*turn, rows) if part]


def _comes_before(row: Box, solid: Box) -> bool:
    """Whether a row is read before a table or figure: it stands above it, or beside it on the left."""
    if solid.top < row.center.y < solid.bottom and row.right < solid.center.x:
        return True
    return row.center.y < (solid.top if row.left > solid.center.x else solid.center.y)


def _row(row: Sequence[Piece], body: Body, place: Place) -> Row:
    """One line from the pieces that stand side by side."""
    box = row_box(row)
    line = row[0].line if len(row) == 1 else _joined([piece.line for piece in row], place(box))
    return Row(line, box, _size([piece.line for piece in row], body))


def _joined(lines: Sequence[Line], quad: Quad) -> Line:
    words = tuple(word for line in lines for word in line.words)
    return Line(
        words=words,
        quad=quad,
        direction=lines[0].direction,
        confidence=mean_confidence(words),
        engine="+".join(sorted({name for line in lines for name in line.engine.split("+") if name})),
        handwritten=all(line.handwritten for line in lines),
        bold=all(line.bold for line in lines),
    )


def _size(lines: Sequence[Line], body: Body) -> float:
    """Quads read from pixels are rough: the height counts as far as the width of the letters bears it out."""
    longest = max(lines, key=lambda line: line.quad.width)
    height = median(word.quad.height for word in longest.words) if longest.engine == "pdf" else longest.quad.height
    if not body.advance or sum(len(word.text) for word in longest.words) < _WORDED:
        return height
    return min(height, _CONDENSED * body.height * _advance(longest) / body.advance)


def _advance(line: Line) -> float:
    """From one letter to the next, on the whole; an ideograph counts for two letters."""
    letters = sum(1 + (character >= chr(_WIDE)) for word in line.words for character in word.text) + len(line.words) - 1
    return line.quad.width / letters if letters > 0 else 0.0
