"""Plain text: what a person would have typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from uncial.document import Block, Document, Line, Page, Word
from uncial.formats.typed import DOUBT, typed

if TYPE_CHECKING:
    from uncial.options import Output
    from uncial.original import Original


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The text in UTF-8: blocks with an empty line between, pages with a form feed between, a newline at the end.

    With `layout` the words stand in a grid of characters as they stand on the page.
    """
    if output and output.layout:
        return ("\f".join(typed(page) for page in document.pages) + "\n").encode("utf-8")
    pages = tuple(_page(page) if _has_doubts(page) else page for page in document.pages)
    # What another program wrote and we read back may hold halves of characters, which UTF-8 cannot say.
    return (replace(document, pages=pages).text + "\n").encode("utf-8", "replace")


def _has_doubts(page: Page) -> bool:
    return any(word.doubtful for line in page.lines for word in line.words)


def _page(page: Page) -> Page:
    return replace(page, blocks=tuple(_block(block) for block in page.blocks))


def _block(block: Block) -> Block:
    return replace(block, lines=tuple(_line(line) for line in block.lines))


def _line(line: Line) -> Line:
    return replace(line, words=tuple(_word(word) for word in line.words))


def _word(word: Word) -> Word:
    return replace(word, text=word.text + DOUBT) if word.doubtful else word
