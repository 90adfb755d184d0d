"""The document that comes out of reading: pages of blocks of lines of words, frozen, in reading order.

Coordinates are pixels of the page image as a viewer shows it (EXIF orientation and PDF /Rotate applied), y down. Confidence is
0..1, or None where an engine gives none. Reading order is the order of the tuples, so no two formats can disagree about it.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Literal

from uncial.geometry import Quad, Way
from uncial.running import running_text, whole_words

Direction = Literal["left-to-right", "right-to-left", "top-to-bottom"]
Kind = Literal["paragraph", "heading", "list-item", "table", "figure", "caption", "footnote", "page-header", "page-footer"]
"""What a block is. A list is a run of list items; page headers and footers stand outside the text that runs over the pages."""
TextSource = Literal["image", "pdf", "both"]
"""Where a page's text comes from: read from its pixels, taken from the text that the PDF holds, or some of it from each."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line."""

    text: str
    """NFC, without white space or control characters."""
    quad: Quad
    confidence: float | None = None
    """Calibrated: of words that are said to be 0.9 sure, nine of ten are right."""
    character_confidences: tuple[float, ...] = ()
    """As the engine gives them, one for each code point of `text`, or none at all where it gives none."""
    doubtful: bool = False
    """Whether it is less sure than was asked for."""
    checked: bool = False
    """Whether a person typed it or said that it is right; then its confidence is 1."""

    def moved(self, way: Way) -> Word:
        """The same word in another coordinate frame."""
        return replace(self, quad=way.quad(self.quad))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, as far as it goes within its block."""

    words: tuple[Word, ...]
    quad: Quad
    direction: Direction = "left-to-right"
    """Of its letters. The words stand in the order in which they are read, whatever it is."""
    confidence: float | None = None
    """The mean of its words, each counted by its length."""
    engine: str = ""
    """The engine that read it; several names joined by + where each gave some of its words or had a say in them."""
    handwritten: bool = False
    """Whether a pen wrote it."""
    bold: bool = False
    """Whether all of it is set in bold type, where that is known: PDFs say so of their text, pixels do not."""

    @property
    def text(self) -> str:
        """Its words with a space between each two."""
        return " ".join(word.text for word in self.words)

    def doubted(self, least: float) -> Line:
        """The same line with the words marked that are less sure than `least`; a word without a confidence is never marked."""
        doubtful = (word.confidence is not None and word.confidence < least for word in self.words)
        return replace(self, words=tuple(replace(word, doubtful=yes) for word, yes in zip(self.words, doubtful, strict=True)))

    def moved(self, way: Way) -> Line:
        """The same line in another coordinate frame."""
        return replace(self, words=tuple(word.moved(way) for word in self.words), quad=way.quad(self.quad))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; what stands in it are the lines from `start` up to but not including `stop` of its block."""

    row: int
    """Its first row, from 0."""
    column: int
    """Its first column, from 0."""
    quad: Quad
    start: int = 0
    stop: int = 0
    rows: int = 1
    """How many rows it spans."""
    columns: int = 1
    """How many columns it spans."""
    heading: bool = False
    """Whether it names a column."""

    @property
    def places(self) -> Iterator[tuple[int, int]]:
        """Every row and column of the grid that it covers."""
        return product(range(self.row, self.row + self.rows), range(self.column, self.column + self.columns))


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: a paragraph, a heading, a list item, a table, a figure with what stands in it."""

    lines: tuple[Line, ...]
    quad: Quad
    kind: Kind = "paragraph"
    level: int = 0
    """Of a heading its rank, from 1, the highest, to 6; of a list item how deep its list is nested, from 1; else 0."""
    column: int = 0
    """Which of the columns side by side it stands in, from 1, in reading order; 0 where it stands in none."""
    cells: tuple[Cell, ...] = ()
    """Of a table: all its cells, empty ones too, row by row. No two cover the same place of the grid."""

    @property
    def text(self) -> str:
        """Its lines, one below the other; of a table its rows, with a tab between each two cells."""
        if self.cells:
            return "\n".join("\t".join(map(self.cell_text, row)) for row in self.rows)
        return "\n".join(line.text for line in self.lines)

    @property
    def running_text(self) -> str:
        """Its lines as one paragraph, with the words whole that are divided at their ends."""
        return self.text if self.cells else running_text([_texts(self)])

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The cells of a table by the row that they begin in; a row that is wholly covered from above is empty."""
        count = max((cell.row + cell.rows for cell in self.cells), default=0)
        return tuple(tuple(cell for cell in self.cells if cell.row == row) for row in range(count))

    @property
    def head_rows(self) -> int:
        """How many rows at the top of a table are headings alone; 0 where a cell reaches below them."""
        body = min((cell.row for cell in self.cells if not cell.heading), default=0)
        return 0 if any(cell.row < body < cell.row + cell.rows for cell in self.cells) else body

    def cell_lines(self, cell: Cell) -> tuple[Line, ...]:
        """What stands in one of its cells."""
        return self.lines[cell.start : cell.stop]

    def cell_text(self, cell: Cell) -> str:
        """What stands in one of its cells, as one paragraph."""
        return running_text([[line.text for line in self.cell_lines(cell)]])

    def moved(self, way: Way) -> Block:
        """The same block in another coordinate frame."""
        lines = tuple(line.moved(way) for line in self.lines)
        cells = tuple(replace(cell, quad=way.quad(cell.quad)) for cell in self.cells)
        return replace(self, lines=lines, quad=way.quad(self.quad), cells=cells)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a page that its reader should know, although it was read."""

    code: str
    """One of the codes of docs/notices.md."""
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a page could not be read, or not wholly."""

    code: str
    """One of the codes of docs/errors.md."""
    message: str
    hint: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Barcode:
    """A barcode of a page, and what it holds."""

    symbology: str
    """What kind of barcode it is: qr-code, aztec, pdf417, data-matrix, ean-13, code-128 and others of docs/barcodes.md."""
    text: str
    """What it says, as a telephone would show it; empty where it holds bytes that are no text."""
    base64: str
    """The bytes that it holds, in base64 (RFC 4648)."""
    quad: Quad

    @property
    def data(self) -> bytes:
        """The bytes that it holds."""
        return b64decode(self.base64)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what stands on it, or the problem that kept it from being read."""

    number: int
    """Counted from 1 in the source, so that page 7 of a PDF is 7 even if it alone was read."""
    width: int
    """In pixels of the page image."""
    height: int
    """In pixels of the page image."""
    dpi: float | None = None
    """Pixels an inch where the source says so."""
    turned: int = 0
    """By how many degrees clockwise the image had to be turned to be upright: 0, 90, 180 or 270. Coordinates are those before."""
    skew: float = 0.0
    """The slope of the lines on the upright page, in degrees clockwise."""
    prepared: tuple[str, ...] = ()
    """What was done to the image before it was read, in that order.

    Names of the options that ask for it; in the place of `dewarp` stands what was flattened, `perspective` or `curl`.
    """
    text_source: TextSource = "image"
    blocks: tuple[Block, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    """Where they were asked for, from the top down."""
    notices: tuple[Notice, ...] = ()
    """What was noticed about it: text in the PDF that nobody can see, is garbled, or says what the page does not show."""
    problem: Problem | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All its lines in reading order."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def text(self) -> str:
        """Its blocks with an empty line between each two, but for the items of a list."""
        following = (_gap(above, block) + block.text for above, block in pairwise(self.blocks))
        return "".join([*(block.text for block in self.blocks[:1]), *following])

    @property
    def running_text(self) -> str:
        """Its blocks as paragraphs, with the words whole that are divided at the ends of lines or blocks."""
        return running_text([_texts(block) for block in self.blocks])

    @property
    def confidence(self) -> float | None:
        """The mean of its words, each counted by its length; None where no word has one."""
        return mean_confidence(word for line in self.lines for word in line.words)


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What was read."""

    name: str
    media_type: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class EngineUsed:
    """What read it."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a field of the document; it goes before whatever is found."""

    name: str
    """Of the field."""
    value: str | None
    """What it is; None where a person says that there is no such field."""


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that was read out of one image or PDF."""

    pages: tuple[Page, ...]
    source: SourceInfo
    engine: EngineUsed
    given: tuple[Given, ...] = ()
    """What a person says of its fields, each name once."""

    @property
    def text(self) -> str:
        """Its pages with a form feed between each two."""
        return "\f".join(page.text for page in self.pages)

    @property
    def running_text(self) -> str:
        """Its pages as paragraphs; which hyphens belong to their words is told by how the whole document writes them."""
        known = whole_words(line.text for page in self.pages for line in page.lines)
        return "\f".join(running_text([_texts(block) for block in page.blocks], known) for page in self.pages)

    @property
    def partial(self) -> bool:
        """Whether a page of it could not be read."""
        return any(page.problem for page in self.pages)

    @property
    def confidence(self) -> float | None:
        """The mean of all its words, each counted by its length; None where no word has one."""
        return mean_confidence(word for page in self.pages for line in page.lines for word in line.words)


def mean_confidence(words: Iterable[Word]) -> float | None:
    """How sure these words are on the whole: their mean, each counted by its length; None where no word has a confidence."""
    sure = [(word.confidence, len(word.text)) for word in words if word.confidence is not None]
    letters = sum(length for _, length in sure)
    return sum(confidence * length for confidence, length in sure) / letters if letters else None


def _texts(block: Block) -> list[str]:
    return [line.text for line in block.lines]


def _gap(above: Block, below: Block) -> str:
    return "\n" if above.kind == below.kind == "list-item" else "\n\n"
