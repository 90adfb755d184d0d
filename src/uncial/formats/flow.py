"""The document as it runs: headings, paragraphs over lines, columns and pages, lists, tables, figures, page by page.

What Markdown, web pages and Word documents share. A paragraph stands on the page that it begins on, whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from uncial.document import Block, Cell, Document, Kind, Line, Page
from uncial.formats.kept import kept_lines
from uncial.languages import script_of
from uncial.lists import Marker, split_marker
from uncial.printable import fit
from uncial.running import running_text, whole_words

_OUTSIDE = ("page-header", "page-footer")
_BESIDE = (*_OUTSIDE, "footnote")
_FLOATS = ("table", "figure", "caption")
"""What a paragraph runs past: they stand where there was room for them."""
_GOES_ON = re.compile(r"[^\W\d_][-‐¬⸗\u00ad]$")
_ENDS = tuple(".!?:;…。！？।؟۔»”\"'’)]")
_LEAST = 40
"""Letters; what is shorter than that and has no full stop is rather a label than half a paragraph."""
_DEEPEST = 9
"""Levels of a list; Word has no more."""
_LANGUAGES = {
    "Grek": "el", "Hebr": "he", "Armn": "hy", "Geor": "ka", "Thai": "th", "Laoo": "lo", "Khmr": "km", "Mymr": "my", "Jpan": "ja",
    "Hang": "ko", "Hani": "zh", "Gujr": "gu", "Guru": "pa", "Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si",
    "Orya": "or", "Thaa": "dv",
}  # fmt: skip
"""Of scripts that only one language of any size is printed in."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some text of a paragraph that looks the same all along."""

    text: str
    doubtful: bool = False
    """Whether it is a word that is less sure than was asked for."""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of the text that runs: a paragraph, a heading, a list item, a table."""

    block: Block
    """Of a paragraph that goes on elsewhere: where it begins, but with all its lines."""
    spans: tuple[Span, ...] = ()
    """Its text; of a table none, for that has cells."""

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.block.kind

    @property
    def text(self) -> str:
        """Its spans in one."""
        return "".join(span.text for span in self.spans)

    @property
    def direction(self) -> str:
        """Where its text runs: rtl or ltr, as HTML calls it."""
        return direction_of(self.block.lines)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page with what stands on it; footnotes come after the text."""

    page: Page
    headers: tuple[Part, ...]
    body: tuple[Part, ...]
    footers: tuple[Part, ...]
    goes_on: bool
    """Whether it begins in the middle of a paragraph, which stands whole on a page before."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, with the items below it."""

    part: Part
    marker: Marker | None
    spans: tuple[Span, ...]
    """Its text without the marker."""
    children: tuple[Item, ...]


class Flow:
    """A document as it runs."""

    def __init__(self, document: Document, joins: Callable[[Page, Page], bool] = lambda before, after: True) -> None:
        """`joins` says whether a paragraph may run over from one page to the next; where not, it stands there in two halves."""
        self.known = whole_words(_text_of(line) for page in document.pages for line in page.lines)
        """Its words that no end of a line divides."""
        self.direction = direction_of([line for page in document.pages for line in page.lines])
        """Where most of it runs: rtl or ltr."""
        self.language = _LANGUAGES.get(script_of(document.text[:20_000]), "")
        """Its BCP 47 language, as far as the script tells it; else "", as HTML says that nobody knows."""
        self._kept = {each for page in document.pages for each in kept_lines(page, page.blocks)}
        joined, over = _joined(document.pages, self._kept, joins)
        self.sheets = tuple(
            self._sheet(page, blocks, place in over)
            for place, (page, blocks) in enumerate(zip(document.pages, joined, strict=True))
        )

    def cell_spans(self, block: Block, cell: Cell) -> tuple[Span, ...]:
        """What stands in one cell of a table."""
        return self._spans(block.cell_lines(cell))

    def _sheet(self, page: Page, blocks: Sequence[Block], goes_on: bool) -> Sheet:
        parts = [Part(block, () if block.cells else self._block_spans(block)) for block in blocks]
        body = sorted((part for part in parts if part.kind not in _OUTSIDE), key=lambda part: part.kind == "footnote")
        headers = tuple(part for part in parts if part.kind == "page-header")
        footers = tuple(part for part in parts if part.kind == "page-footer")
        return Sheet(page, headers, tuple(part for part in body if part.block.lines or part.kind == "figure"), footers, goes_on)

    def _block_spans(self, block: Block) -> tuple[Span, ...]:
        """Its text; lines that do not run on have a line feed between them."""
        if id(block) not in self._kept:
            return self._spans(block.lines)
        lines = [span for line in block.lines for span in (*self._spans([line]), Span("\n"))]
        return tuple(lines[:-1])

    def _spans(self, lines: Sequence[Line]) -> tuple[Span, ...]:
        return _styled(running_text([[_text_of(line) for line in lines]], self.known), lines)


def direction_of(lines: Sequence[Line]) -> str:
    """Where most of the lines run: rtl or ltr, as HTML calls it."""
    return "rtl" if 2 * sum(line.direction == "right-to-left" for line in lines) > len(lines) else "ltr"


def listed(parts: Iterable[Part]) -> Iterator[Part | tuple[Item, ...]]:
    """The parts, with each run of list items as the tree that it is."""
    for is_item, run in groupby(parts, key=lambda part: part.kind == "list-item"):
        if is_item:
            yield _tree(list(run))
        else:
            yield from run


def without(spans: Sequence[Span], length: int) -> tuple[Span, ...]:
    """The spans without so many letters at their start, and without the spaces after these."""
    kept: list[Span] = []
    for span in spans:
        rest = span.text[length:]
        length -= len(span.text) - len(rest)
        rest = rest if kept else rest.lstrip()
        if rest:
            kept.append(replace(span, text=rest))
    return tuple(kept)


def _tree(parts: Sequence[Part]) -> tuple[Item, ...]:
    """Items with those below them; one that is nested deeper than the one before is below it, by however many levels."""
    items: list[Item] = []
    at = 0
    while at < len(parts):
        level = min(parts[at].block.level, _DEEPEST)
        end = next((i for i in range(at + 1, len(parts)) if min(parts[i].block.level, _DEEPEST) <= level), len(parts))
        items.append(_item(parts[at], _tree(parts[at + 1 : end])))
        at = end
    return tuple(items)


def _item(part: Part, children: tuple[Item, ...]) -> Item:
    marker = split_marker(part.text)
    return Item(part, marker, without(part.spans, len(marker.marker)) if marker else part.spans, children)


def _text_of(line: Line) -> str:
    return " ".join(text for text, _ in _words_of(line))


def _words_of(line: Line) -> Iterator[tuple[str, bool]]:
    """The words of a line, and whether each is doubtful; what another program wrote may have spaces inside its words."""
    return ((text, word.doubtful) for word in line.words for text in fit(word.text).split())


def _styled(text: str, lines: Iterable[Line]) -> tuple[Span, ...]:
    """The running text of the lines, cut where it changes its looks."""
    pieces: list[Span] = []
    at = 0
    for line in lines:
        for word, doubtful in _words_of(line):
            if text.startswith(" ", at):
                pieces.append(Span(" ", bold=line.bold and pieces[-1].bold))
                at += 1
            # Where running text took a hyphen away, the word ends a letter earlier.
            end = at + len(word) - (not text.startswith(word, at))
            pieces.append(Span(text[at:end], doubtful, line.bold))
            at = end
    looks = groupby(pieces, key=lambda piece: (piece.doubtful, piece.bold))
    return tuple(Span("".join(piece.text for piece in run), *look) for look, run in looks)


@dataclass
class _Standing:
    """A block and the page that it begins on."""

    sheet: int
    block: Block
    column: int
    """In which its last lines stand."""


def _joined(pages: Sequence[Page], kept: set[int], joins: Callable[[Page, Page], bool]) -> tuple[list[list[Block]], set[int]]:
    """The blocks of each page, with paragraphs whole that go on elsewhere, and the places of pages that begin within one.

    `kept` are those (by `id`) whose lines do not run on, and so not into another block either.
    """
    standing: list[_Standing] = []
    over: set[int] = set()
    last: _Standing | None = None
    passed = False
    for sheet, page in enumerate(pages):
        last = last if sheet and _follows(pages[sheet - 1], page) and joins(pages[sheet - 1], page) else None
        for block in page.blocks:
            runs = last and block.kind == "paragraph" and id(block) not in kept
            if last and runs and _goes_on(last, block, passed or last.sheet != sheet):
                last.block = replace(last.block, lines=last.block.lines + block.lines)
                last.column = block.column
                over |= {sheet} - {last.sheet}
                continue
            standing.append(_Standing(sheet, block, block.column))
            passed = block.kind in _FLOATS or (passed and block.kind in _BESIDE)
            if block.kind not in (*_FLOATS, *_BESIDE):
                last = standing[-1] if block.kind in ("paragraph", "list-item") and id(block) not in kept else None
    sheets: list[list[Block]] = [[] for _ in pages]
    for each in standing:
        sheets[each.sheet].append(each.block)
    return sheets, over


def _follows(before: Page, page: Page) -> bool:
    return before.number + 1 == page.number and not (before.problem or page.problem)


def _goes_on(before: _Standing, after: Block, moved: bool) -> bool:
    """Whether the text of a block goes on in another, which begins elsewhere, or right below it."""
    lines = before.block.lines
    if not lines or not after.lines:
        return False
    end, start = _text_of(lines[-1]), _text_of(after.lines[0])
    if not start[:1].islower():
        return False
    if _GOES_ON.search(end):
        return True
    long_enough = sum(len(line.text) for line in lines) >= _LEAST
    return (moved or before.column != after.column) and long_enough and not end.endswith(_ENDS)
