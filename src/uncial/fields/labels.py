"""Labels on a page, and the values that belong to them: in the same piece, to the right, or below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, Protocol

from uncial.fields.lexicon import Hit, Lexicon
from uncial.fields.sheet import Piece, Sheet, Span, View
from uncial.geometry import Box

Way = Literal["same", "right", "below"]
"""Where a value stands, seen from its label: in the same piece, to the right of it, or below."""
WAYS: tuple[Way, ...] = ("same", "right", "below")
_BETWEEN = " \t.:：;=#-–—…·_*>)]"
"""What stands between a label and its value."""
_BELOW = 3.0
"""Times the height of the text; a value below its label begins no further down."""
_PIECES = 4
"""A value to the right is one of so many pieces."""


class Parsed(Protocol):
    """A value that was found in a text, from `start` up to but not including `end`."""

    @property
    def start(self) -> int:
        """Its first character."""
        ...

    @property
    def end(self) -> int:
        """The character after its last."""
        ...


class Label(NamedTuple):
    """A phrase of a lexicon on a page."""

    hit: Hit
    sheet: Sheet
    row: int
    """Which of the sheet's rows it stands in."""
    column: int
    """Which of the row's pieces it stands in."""

    @property
    def piece(self) -> Piece:
        """The piece that it stands in."""
        return self.sheet.rows[self.row].pieces[self.column]

    @property
    def span(self) -> Span:
        """Its text and its place."""
        return self.piece.cut(self.hit.start, self.hit.end)

    @property
    def leads(self) -> bool:
        """Whether nothing but marks stands before it in its piece."""
        return not any(char.isalnum() for char in self.piece.text[: self.hit.start])

    def is_(self, *names: str) -> bool:
        """Whether it stands in one of these sections of its table."""
        return self.hit.is_(*names)


class Near(NamedTuple):
    """Text that may be a label's value: a piece from that character on."""

    piece: Piece
    start: int
    way: Way

    @property
    def text(self) -> str:
        """The text, without the marks that lead from the label to it."""
        return self.piece.text[self.start :]

    @property
    def span(self) -> Span:
        """All of it."""
        return self.piece.cut(self.start, len(self.piece.text))


def find_labels(view: View, lexicon: Lexicon) -> list[Label]:
    """Every phrase of the lexicon on every page, from the top down."""
    return [
        Label(hit, sheet, i, k)
        for sheet in view.sheets
        for i, row in enumerate(sheet.rows)
        for k, piece in enumerate(row.pieces)
        for hit in lexicon.find(piece.text)
    ]


def beside(label: Label, ways: Iterable[Way] = WAYS) -> Iterator[Near]:
    """Where the label's value may stand, the likeliest place first."""
    if "same" in ways:
        yield from _same(label)
    if "right" in ways:
        yield from _right(label)
    if "below" in ways:
        yield from _below(label)


def _same(label: Label) -> Iterator[Near]:
    text = label.piece.text
    start = _skipped(text, label.hit.end)
    if start < len(text):
        yield Near(label.piece, start, "same")


def _right(label: Label) -> Iterator[Near]:
    pieces = label.sheet.rows[label.row].pieces
    for piece in pieces[label.column + 1 : label.column + 1 + _PIECES]:
        start = _skipped(piece.text, 0)
        if start < len(piece.text):
            yield Near(piece, start, "right")


def _below(label: Label) -> Iterator[Near]:
    box, height = label.span.box, label.sheet.height
    for row in label.sheet.rows[label.row + 1 :]:
        if row.box.top > box.bottom + _BELOW * height:
            return
        for piece in row.pieces:
            if piece.box.top >= box.center.y and _is_under(piece.box, box, height):
                yield Near(piece, 0, "below")


def _is_under(below: Box, above: Box, height: float) -> bool:
    """Whether it begins or ends with what stands above, or has its middle there."""
    shared = min(below.right, above.right) - max(below.left, above.left)
    aligned = abs(below.left - above.left) <= height or abs(below.right - above.right) <= height
    return shared > 0 and (aligned or 2 * shared >= min(below.width, above.width))


def _skipped(text: str, at: int) -> int:
    """The place after the marks that stand there; a minus that leads a number stays."""
    while at < len(text) and text[at] in _BETWEEN and not (text[at] in "-–" and text[at + 1 : at + 2].isdigit()):
        at += 1
    return at
