"""The document that comes out of reading: pages of blocks of lines of words, frozen, in reading order.

Coordinates are pixels of the page image as a viewer shows it (EXIF orientation and PDF /Rotate applied), y down. Confidence is
0..1, or None where an engine gives none. Reading order is the order of the tuples, so no two formats can disagree about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from uncial.geometry import Quad, Way
from uncial.running import running_text, whole_words

Direction = Literal["left-to-right", "right-to-left", "top-to-bottom"]


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
class Block:
    """Lines that belong together: a paragraph, a heading, a column's piece, a receipt's body."""

    lines: tuple[Line, ...]
    quad: Quad

    @property
    def text(self) -> str:
        """Its lines, one below the other."""
        return "\n".join(line.text for line in self.lines)

    @property
    def running_text(self) -> str:
        """Its lines as one paragraph, with the words whole that are divided at their ends."""
        return running_text([_texts(self)])

    def moved(self, way: Way) -> Block:
        """The same block in another coordinate frame."""
        return replace(self, lines=tuple(line.moved(way) for line in self.lines), quad=way.quad(self.quad))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a page could not be read, or not wholly."""

    code: str
    """One of the codes of docs/errors.md."""
    message: str
    hint: str = ""
    stage: str = ""


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
    blocks: tuple[Block, ...] = ()
    problem: Problem | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All its lines in reading order."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def text(self) -> str:
        """Its blocks with an empty line between each two."""
        return "\n\n".join(block.text for block in self.blocks)

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
class Document:
    """Everything that was read out of one image or PDF."""

    pages: tuple[Page, ...]
    source: SourceInfo
    engine: EngineUsed

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
