"""Pages as those who look for fields see them: rows from the top, each of pieces side by side, whose text can be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from uncial.document import Document, Page, Word, mean_confidence
from uncial.fields.model import Field, Fields, FoundBy, Payload, Scalar
from uncial.fields.payloads import decode
from uncial.geometry import Box, Quad, Transform
from uncial.placed import laid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """Some text of a page, and where it stands."""

    text: str
    page: int
    quad: Quad
    """In the page's own frame."""
    box: Box
    """On the level page: what stands beside and below what is told by this."""
    confidence: float
    """How sure its reading is; 1 where the text was not read but taken."""

    def says(self, value: Scalar | tuple[Fields, ...], found_by: FoundBy, sure: float) -> Field:
        """The field that stands there; `sure` is how sure the rule is that found it."""
        return Field(value, self.text, self.page, self.quad, self.confidence * sure, found_by)


@dataclass(frozen=True)
class Piece:
    """Words side by side without a wide gap."""

    page: int
    words: tuple[Word, ...]
    box: Box
    """On the level page."""
    boxes: tuple[Box, ...]
    """Of its words, on the level page."""

    @cached_property
    def text(self) -> str:
        """Its words with a space between each two."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def whole(self) -> Span:
        """All of it."""
        return self.cut(0, len(self.text))

    def cut(self, start: int, end: int) -> Span:
        """The characters of its text from `start` up to but not including `end`; within a word its box is shared out evenly.

        Raises ValueError where none of them is more than a space.
        """
        parts = list(self._parts(start, end))
        text = " ".join(text for text, _, _, _ in parts)
        box = Box.around(box for _, box, _, _ in parts)
        quad = around([quad for _, _, quad, _ in parts])
        sure = mean_confidence([word for _, _, _, word in parts])
        return Span(text, self.page, quad, box, 1.0 if sure is None else sure)

    def _parts(self, start: int, end: int) -> Iterator[tuple[str, Box, Quad, Word]]:
        at = 0
        for word, box in zip(self.words, self.boxes, strict=True):
            low, high = max(start - at, 0), min(end - at, len(word.text))
            if low == 0 < high == len(word.text):
                yield word.text, box, word.quad, word
            elif low < high:
                begin, stop = low / len(word.text), high / len(word.text)
                left, right = box.left + begin * box.width, box.left + stop * box.width
                yield word.text[low:high], Box(left, box.top, right, box.bottom), word.quad.span(begin, stop), word
            at += len(word.text) + 1


@dataclass(frozen=True)
class Row:
    """What stands side by side on a page, from where lines begin."""

    pieces: tuple[Piece, ...]

    @cached_property
    def text(self) -> str:
        """Its pieces with two spaces between each two."""
        return "  ".join(piece.text for piece in self.pieces)

    @cached_property
    def box(self) -> Box:
        """Around its pieces, on the level page."""
        return Box.around(piece.box for piece in self.pieces)


@dataclass(frozen=True)
class Sheet:
    """One page by rows, from the top."""

    page: int
    rows: tuple[Row, ...]
    height: float
    """Of its text, in pixels: the median."""
    box: Box
    """The level page."""

    @property
    def pieces(self) -> Iterator[Piece]:
        """All pieces, row by row."""
        return (piece for row in self.rows for piece in row.pieces)


@dataclass(frozen=True)
class View:
    """A document as those who look for fields see it."""

    document: Document
    sheets: tuple[Sheet, ...]
    payloads: tuple[Payload, ...]
    """What its barcodes hold."""
    _made: dict[Callable[[View], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @staticmethod
    def of(document: Document) -> View:
        """The view of a document; pages that could not be read are left out."""
        sheets = tuple(_sheet(page) for page in document.pages if not page.problem)
        return View(document, sheets, tuple(decode(each, page.number) for page in document.pages for each in page.barcodes))

    @property
    def pieces(self) -> Iterator[Piece]:
        """All pieces of all pages."""
        return (piece for sheet in self.sheets for piece in sheet.pieces)

    @cached_property
    def text(self) -> str:
        """Its rows, one below the other."""
        return "\n".join(row.text for sheet in self.sheets for row in sheet.rows)

    def once(self, make: Callable[[View], T]) -> T:
        """What this function makes of the view, made when it is first asked for: what a kind is told by is what it finds."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made


def joined(spans: Sequence[Span], between: str = " ") -> Span:
    """Several spans of one page as one; the surest reading is no surer than its parts, each counted by its length."""
    letters = sum(len(span.text) for span in spans) or 1
    confidence = sum(span.confidence * len(span.text) for span in spans) / letters
    text = between.join(span.text for span in spans)
    return Span(text, spans[0].page, around([span.quad for span in spans]), Box.around(span.box for span in spans), confidence)


def _sheet(page: Page) -> Sheet:
    on_page = laid(page)
    rows = tuple(Row(tuple(Piece(page.number, each.words, each.box, each.boxes) for each in row)) for row in on_page.rows)
    return Sheet(page.number, rows, on_page.height, on_page.page)


def around(quads: Sequence[Quad]) -> Quad:
    """The smallest rectangle around all of these that lies as the longest of them does."""
    if len(quads) == 1:
        return quads[0]
    angle = max(quads, key=lambda quad: quad.width).angle
    if not angle:
        return Quad.of_box(Box.around(quad.box for quad in quads))
    there, back = Transform.rotation(-angle), Transform.rotation(angle)
    return back.quad(Quad.of_box(Box.around(there.quad(quad).box for quad in quads)))
