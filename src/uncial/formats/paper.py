"""How large the pages and the letters of a document are on paper, in points of 1/72 inch: for Word, which needs to know."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from uncial.document import Block, Page
from uncial.geometry import Box
from uncial.level import level

_A4 = (595.3, 841.9)
_SHEETS = (_A4, (612.0, 792.0), (612.0, 1008.0), (419.5, 595.3), (841.9, 1190.6))
"""A4, Letter, Legal, A5, A3: a scan that is nearly one of them is one of them."""
_NEARLY = 0.02
_SMALLEST, _LARGEST = 150.0, 1584.0
"""The longer side of a page; Word takes no more than 22 inches, and a picture says what nobody printed."""
_LEAST_MARGIN, _MOST = 28.0, 0.25
_LINES_APART = 1.2
"""Times the size of the letters, as most printing has it."""
_LEADING = 0.2
"""Times their size, what is free between the letters of two lines."""
_SINGLE = 1.15
"""Times its size, how far lines of Arial are apart where nothing else is said."""
_LETTER = 0.5
"""Of its size, how wide a letter of Arial is on the average, spaces and all (Helvetica's metrics, English text)."""
_SIZES = (6.0, 16.0)
_BODY = 11.0


class Margins(NamedTuple):
    """What stays free around the text."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Paper:
    """One page on paper."""

    width: float
    height: float
    scale: float
    """Points a pixel."""


def paper_of(page: Page) -> Paper:
    """The sheet that a page is, upright: as large as its resolution says, or A4 where that says nothing that can be."""
    flat = level(page)
    width, height = max(flat.width, 1.0), max(flat.height, 1.0)
    scale = 72 / page.dpi if page.dpi else 0.0
    if page.problem and not page.width:
        return Paper(*_A4, 1.0)
    if _SMALLEST <= max(width, height) * scale <= _LARGEST:
        return Paper(*_sheet(width * scale, height * scale), scale)
    short, long = _A4
    across, down = (short, long) if height >= width else (long, short)
    return Paper(across, down, min(across / width, down / height))


def margins_of(pages: Sequence[Page]) -> Margins:
    """The margins that pages of one size have in common: the median on each side, and the right one no wider than the left."""
    measured = [margins for page in pages if (margins := _margins(page))]
    if not measured:
        return Margins(72, 72, 72, 72)
    left, top, right, bottom = (median(side) for side in zip(*measured, strict=True))
    return Margins(left, top, min(left, right), min(bottom, 57.0))


def body_size(pages: Iterable[Page]) -> float:
    """The size of the letters that most of the text has, such that as much fits on a line and on a page as on the original."""
    measured = [each for page in pages for each in _sizes(page)]
    if not measured:
        return _BODY
    return round(min(max(median(measured), _SIZES[0]), _SIZES[1]) * 2) / 2


def line_spacing(pages: Iterable[Page], size: float) -> float:
    """How far lines are apart, as a multiple of what Word takes for letters of that size."""
    apart = [
        pitch * paper_of(page).scale
        for page in pages
        for block in page.blocks
        if block.kind == "paragraph" and (pitch := _pitch(block))
    ]
    return min(max(median(apart) / (_SINGLE * size), 1.0), 1.6) if apart else 1.0


def paragraph_gap(pages: Iterable[Page], size: float) -> float:
    """How much more than a line's distance there is between paragraphs: the median, from nothing to the size of the letters."""
    gaps = [each for page in pages for each in _gaps(page)]
    return min(max(median(gaps) - _LEADING * size, 0.0), size) if gaps else size / 2


def _gaps(page: Page) -> Iterator[float]:
    flat, scale = level(page), paper_of(page).scale
    for before, after in pairwise(page.blocks):
        if before.kind == after.kind == "paragraph" and before.column == after.column:
            above, below = flat.box(before.quad), flat.box(after.quad)
            if below.top > above.center.y and min(above.right, below.right) > max(above.left, below.left):
                yield (below.top - above.bottom) * scale


def letter_height(blocks: Iterable[Block]) -> float:
    """How high the lines of these blocks are, in pixels: their median; 0 where there are none."""
    return median([line.quad.height for block in blocks for line in block.lines] or [0.0])


def _sheet(width: float, height: float) -> tuple[float, float]:
    for short, long in _SHEETS:
        sheet = (short, long) if height >= width else (long, short)
        if abs(width - sheet[0]) <= _NEARLY * sheet[0] and abs(height - sheet[1]) <= _NEARLY * sheet[1]:
            return sheet
    return width, height


def _margins(page: Page) -> Margins | None:
    flat, paper = level(page), paper_of(page)
    boxes = [flat.box(block.quad) for block in page.blocks if block.kind not in ("page-header", "page-footer")]
    if not boxes:
        return None
    text = Box.around(boxes)
    sides = (text.left, text.top, flat.width - text.right, flat.height - text.bottom)
    most = (paper.width, paper.height, paper.width, paper.height)
    return Margins(*(min(max(side * paper.scale, _LEAST_MARGIN), _MOST * size) for side, size in zip(sides, most, strict=True)))


def _sizes(page: Page) -> Iterator[float]:
    """For each long line of prose the size of letters that takes as much room, across and down."""
    scale = paper_of(page).scale
    for block in page.blocks:
        if block.kind in ("paragraph", "list-item"):
            down = _pitch(block) * scale / _LINES_APART
            for line in block.lines:
                if len(line.text) >= 20:
                    across = line.quad.width * scale / _ems(line.text)
                    yield min(across, down) if down else across


def _pitch(block: Block) -> float:
    """From one line of a block to the next, in pixels; 0 where it has but one."""
    apart = [abs(b.quad.box.center.y - a.quad.box.center.y) for a, b in pairwise(block.lines) if abs(a.quad.angle) < 45]
    return median(apart) if apart else 0.0


def _ems(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else _LETTER for letter in text)
