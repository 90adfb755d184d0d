"""TSV: Tesseract's table of pages, blocks, paragraphs, lines and words (tesseract-ocr, `TessBaseAPI::GetTSVText`)."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor
from typing import TYPE_CHECKING

from uncial.document import Block, Document, Line, Page, Word
from uncial.geometry import Box

if TYPE_CHECKING:
    from uncial.options import Output
    from uncial.original import Original

COLUMNS = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
)  # fmt: skip
PAGE, BLOCK, PARAGRAPH, LINE, WORD = range(1, 6)
NO_CONFIDENCE = "-1"

Row = tuple[object, ...]


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """A header and a row for each page, block, paragraph, line and word: boxes in whole pixels, confidence 0..100 or -1."""
    rows = [COLUMNS, *(row for page in document.pages for row in _page_rows(page))]
    return "".join("\t".join(map(str, row)) + "\n" for row in rows).encode("utf-8", "replace")


def _page_rows(page: Page) -> Iterator[Row]:
    yield _row(PAGE, (page.number, 0, 0, 0, 0), Box(0, 0, page.width, page.height))
    for number, block in enumerate(page.blocks, start=1):
        yield from _block_rows(block, (page.number, number))


def _block_rows(block: Block, place: tuple[int, int]) -> Iterator[Row]:
    """A block is one paragraph here, so both rows say the same box."""
    yield _row(BLOCK, (*place, 0, 0, 0), block.quad.box)
    yield _row(PARAGRAPH, (*place, 1, 0, 0), block.quad.box)
    for number, line in enumerate(block.lines, start=1):
        yield from _line_rows(line, (*place, 1, number))


def _line_rows(line: Line, place: tuple[int, int, int, int]) -> Iterator[Row]:
    yield _row(LINE, (*place, 0), line.quad.box)
    for number, word in enumerate(line.words, start=1):
        yield _row(WORD, (*place, number), word.quad.box, _confidence(word), " ".join(word.text.split()))


def _row(level: int, place: tuple[int, ...], box: Box, confidence: str = NO_CONFIDENCE, text: str = "") -> Row:
    left, top = floor(box.left), floor(box.top)
    return (level, *place, left, top, ceil(box.right) - left, ceil(box.bottom) - top, confidence, text)


def _confidence(word: Word) -> str:
    return NO_CONFIDENCE if word.confidence is None else f"{word.confidence * 100:.2f}"
