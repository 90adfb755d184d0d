"""Corrections: what a person changes of a document, as a list, and the document that comes of it.

The list is what is kept, and the corrected document is made of it and of the document as it was read, so that nothing that was
read is ever lost. Every kind but that of a field is a splice: items `start` up to but not including `stop` give way to others.
Pages go by their number, from 1; blocks, lines and words by their index, from 0, in the state that the corrections before have
left. Meanwhile nothing that became empty is dropped, so that no index moves; at the end (`_finished`) of the pages that were
corrected go the lines without words, and the blocks without lines that are no table and no figure.

The page in a browser folds in the same way; tests/data/corrections.json holds both to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import ClassVar, TypeVar

from uncial.document import Block, Cell, Document, Given, Line, Page, Word, mean_confidence
from uncial.errors import CorrectionInvalid
from uncial.geometry import Box, Quad, Transform

_OUTSIDE = 0.5
"""Pixels by which something stands out of its line or block before that grows: places are rounded, and nobody sees less."""
_STAYING = ("table", "figure")
"""Blocks that are something without any text."""

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class WordsCorrected:
    """Words of a line give way to these. The line's confidence follows, and its place where one of these stands outside of it."""

    page: int
    block: int
    line: int
    start: int
    stop: int
    words: tuple[Word, ...]
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class LinesCorrected:
    """Lines of a block give way to these.

    In a table they stand in one of the cells that lose lines; where none loses any, in one that ends or begins there, or holds
    the place. Of several it is the one in whose box the middle of the first of these lines lies, else the first of them: what is
    inserted where one cell ends and the next begins belongs to the one that ends.
    """

    page: int
    block: int
    start: int
    stop: int
    lines: tuple[Line, ...]
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class BlocksCorrected:
    """Blocks of a page give way to these; a page that could not be read may get some where its size is known."""

    page: int
    start: int
    stop: int
    blocks: tuple[Block, ...]
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class FieldCorrected:
    """A field of the document has this value, or is not there where it is None."""

    field: str
    value: str | None
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


Correction = WordsCorrected | LinesCorrected | BlocksCorrected | FieldCorrected


def corrected(document: Document, corrections: Iterable[Correction]) -> Document:
    """The document with these corrections, one after the other. Raises `CorrectionInvalid` for one that fits nothing."""
    pages = {page.number: page for page in document.pages}
    given = {each.name: each for each in document.given}
    touched: set[int] = set()
    for index, correction in enumerate(corrections):
        spot = Spot(index)
        if isinstance(correction, FieldCorrected):
            given[correction.field] = Given(correction.field, correction.value)
            continue
        if correction.page not in pages:
            raise spot.wrong(f"there is no page {correction.page}")
        pages[correction.page] = _spliced_page(pages[correction.page], correction, spot)
        touched.add(correction.page)
    folded = (_finished(pages[page.number]) if page.number in touched else page for page in document.pages)
    return replace(document, pages=tuple(folded), given=tuple(given.values()))


@dataclass(frozen=True, slots=True)
class Spot:
    """Which correction something is wrong with, and where in it."""

    index: int
    """In the list, from 0."""
    inside: str = ""

    def wrong(self, what: str, hint: str = "") -> CorrectionInvalid:
        """The error that says so."""
        return CorrectionInvalid(f"corrections[{self.index}]{self.inside}: {what}.", hint=hint)

    def at(self, name: str, index: int) -> Spot:
        """One of the items of the list of that name, further inside."""
        return Spot(self.index, f"{self.inside}.{name}[{index}]")


def _spliced_page(page: Page, correction: WordsCorrected | LinesCorrected | BlocksCorrected, spot: Spot) -> Page:
    if isinstance(correction, BlocksCorrected):
        if not (page.width and page.height):
            raise spot.wrong(f"page {page.number} has no size", "Read it again first.")
        blocks = (_block_in(block, page) for block in correction.blocks)
        return replace(page, blocks=_spliced(page.blocks, correction.start, correction.stop, blocks, "block", spot))
    old = _item(page.blocks, correction.block, "block", spot)
    if isinstance(correction, LinesCorrected):
        block = _spliced_block(old, correction, page, spot)
    else:
        line = _spliced_line(_item(old.lines, correction.line, "line", spot), correction, page, spot)
        block = replace(old, lines=_put(old.lines, correction.line, line), quad=_grown(old.quad, [line], page))
    return replace(page, blocks=_put(page.blocks, correction.block, block))


def _spliced_line(line: Line, correction: WordsCorrected, page: Page, spot: Spot) -> Line:
    new = tuple(_word_in(word, page) for word in correction.words)
    words = _spliced(line.words, correction.start, correction.stop, new, "word", spot)
    return replace(line, words=words, quad=_grown(line.quad, new, page), confidence=mean_confidence(words))


def _spliced_block(block: Block, correction: LinesCorrected, page: Page, spot: Spot) -> Block:
    new = tuple(_line_in(line, page) for line in correction.lines)
    start, stop = correction.start, correction.stop
    lines = _spliced(block.lines, start, stop, new, "line", spot)
    cells = tuple(_shifted(block.cells, start, stop, new)) if block.cells else ()
    return replace(block, lines=lines, cells=cells, quad=_grown(block.quad, new, page))


def _spliced(items: tuple[_Item, ...], start: int, stop: int, new: Iterable[_Item], name: str, spot: Spot) -> tuple[_Item, ...]:
    if not 0 <= start <= stop <= len(items):
        raise spot.wrong(f"there are no {name}s {start} to {stop}, for there are {len(items)}")
    return (*items[:start], *new, *items[stop:])


def _item(items: Sequence[_Item], index: int, name: str, spot: Spot) -> _Item:
    if not 0 <= index < len(items):
        raise spot.wrong(f"there is no {name} {index}, for there are {len(items)}")
    return items[index]


def _put(items: tuple[_Item, ...], index: int, item: _Item) -> tuple[_Item, ...]:
    return (*items[:index], item, *items[index + 1 :])


def _word_in(word: Word, page: Page) -> Word:
    return replace(word, quad=word.quad.clamped(page.width, page.height))


def _line_in(line: Line, page: Page) -> Line:
    words = tuple(_word_in(word, page) for word in line.words)
    return replace(line, words=words, quad=line.quad.clamped(page.width, page.height))


def _block_in(block: Block, page: Page) -> Block:
    lines = tuple(_line_in(line, page) for line in block.lines)
    cells = tuple(replace(cell, quad=cell.quad.clamped(page.width, page.height)) for cell in block.cells)
    return replace(block, lines=lines, cells=cells, quad=block.quad.clamped(page.width, page.height))


def _grown(quad: Quad, inner: Iterable[Word | Line], page: Page) -> Quad:
    """A place with room for these: where one stands out of it, the rectangle around all, in the direction of its text."""
    turn = Transform.rotation(-quad.angle)
    own = turn.box(quad)
    box = Box.around([own, *(turn.box(each.quad) for each in inner)])
    if max(own.left - box.left, own.top - box.top, box.right - own.right, box.bottom - own.bottom) <= _OUTSIDE:
        return quad
    return Transform.rotation(quad.angle).quad(Quad.of_box(box)).clamped(page.width, page.height)


def _shifted(cells: Sequence[Cell], start: int, stop: int, new: Sequence[Line]) -> Iterator[Cell]:
    """The cells of a table when its lines from `start` to `stop` have given way to others; an empty one keeps its place."""
    chosen = _cell_for(cells, start, stop, new[0]) if new else None
    for index, cell in enumerate(cells):
        first, last = (min(at, start) if at < stop else at - (stop - start) for at in (cell.start, cell.stop))
        # An empty cell lies where others end or begin: there the order of the cells tells on which side of the new lines it is.
        after = first >= start if first < last or chosen is None else first > start or (first == start and index > chosen)
        if index == chosen:
            yield replace(cell, start=first, stop=last + len(new))
        else:
            yield replace(cell, start=first + len(new) * after, stop=last + len(new) * after)


def _cell_for(cells: Sequence[Cell], start: int, stop: int, line: Line) -> int | None:
    """Which cell the lines stand in that are put there; None where the table has none that it could be."""
    holding = [index for index, cell in enumerate(cells) if cell.start < stop and start < cell.stop]
    touching = [index for index, cell in enumerate(cells) if cell.start <= stop and start <= cell.stop]
    found = holding or touching
    x, y = line.quad.box.center
    boxes = {index: cells[index].quad.box for index in found}
    around = (index for index, box in boxes.items() if box.left <= x < box.right and box.top <= y < box.bottom)
    return next(around, found[0] if found else None)


def _finished(page: Page) -> Page:
    """The page without what became empty."""
    blocks = (_without_empty_lines(block) for block in page.blocks)
    return replace(page, blocks=tuple(block for block in blocks if block.lines or block.kind in _STAYING))


def _without_empty_lines(block: Block) -> Block:
    if all(line.words for line in block.lines):
        return block
    before = (0, *accumulate(bool(line.words) for line in block.lines))
    """How many lines stay before each place."""
    cells = tuple(replace(cell, start=before[cell.start], stop=before[cell.stop]) for cell in block.cells)
    return replace(block, lines=tuple(line for line in block.lines if line.words), cells=cells)
