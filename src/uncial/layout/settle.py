"""What only the whole document tells: which lines head and foot its pages, and how its headings rank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from math import sqrt
from statistics import median
from typing import NamedTuple

from uncial.document import Block, Kind, Page

_MARGIN = 0.16
"""The part of the page's height at its top and foot in which running heads may stand."""
_NEAR = 0.02
"""The part of the page's height by which a running head may move from page to page."""
_ALIKE = 0.8
"""Running heads have at least this part of their text in common, numbers aside."""
_PAGES = 2
"""A running head comes again within so many pages: left and right pages may have one each."""
_SHEET = 9.83
"""Inches: the root of the area of an A4 sheet, which a page is taken for where its resolution is not known."""
_SAME_SIZE = {True: 0.95, False: 0.85}
"""Headings of this part of the largest one's height are as large, in a PDF's own text and in what was read."""
_RANKS = 6
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s")


def settled(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The same pages with running heads told by their coming again, and with headings ranked over all of them."""
    return _ranked(_headed(pages))


# Running heads


class _Candidate(NamedTuple):
    """A block in the margin of its page."""

    block: Block
    kind: Kind
    height: float
    """The part of the page's height at which it stands."""
    text: str
    """What it says, with all numbers alike."""


def _headed(pages: Sequence[Page]) -> list[Page]:
    """With what comes again in the margin of pages near by, numbers aside, as a page header or footer."""
    near = [list(_candidates(page)) for page in pages]
    return [_outside(page, _again(near, i)) for i, page in enumerate(pages)]


def _candidates(page: Page) -> Iterator[_Candidate]:
    for block in page.blocks:
        if block.kind in ("table", "figure") or not 1 <= len(block.lines) <= 2:
            continue
        box = block.quad.box
        text = re.sub(r"\d+|\b[ivxlc]+\b", "#", block.text.casefold())
        if box.bottom < _MARGIN * page.height:
            yield _Candidate(block, "page-header", box.center.y / page.height, text)
        elif box.top > (1 - _MARGIN) * page.height:
            yield _Candidate(block, "page-footer", box.center.y / page.height, text)


def _again(near: Sequence[Sequence[_Candidate]], i: int) -> dict[int, Kind]:
    """The blocks of page `i` that come again on pages near by, and what they are."""
    others = [other for page in (*near[max(i - _PAGES, 0) : i], *near[i + 1 : i + 1 + _PAGES]) for other in page]
    return {id(each.block): each.kind for each in near[i] if any(_same(each, other) for other in others)}


def _same(a: _Candidate, b: _Candidate) -> bool:
    if a.kind != b.kind or abs(a.height - b.height) > _NEAR:
        return False
    return a.text == b.text or SequenceMatcher(None, a.text, b.text, autojunk=False).ratio() >= _ALIKE


def _outside(page: Page, kinds: dict[int, Kind]) -> Page:
    """The page with these kinds, what heads it before all other blocks and what foots it behind them."""
    if not kinds:
        return page
    told = [replace(block, kind=kinds[id(block)], level=0) if id(block) in kinds else block for block in page.blocks]
    order = {"page-header": 0, "page-footer": 2}
    return replace(page, blocks=tuple(sorted(told, key=lambda block: order.get(block.kind, 1))))


# Headings


class _Heading(NamedTuple):
    """How a heading looks."""

    size: float
    """Of its letters, in inches."""
    native: bool
    capitals: bool
    bold: bool
    depth: int
    """How many numbers its number has, 2 of “3.1”; 0 where it has none."""


_Style = tuple[int, bool, bool]
"""The rank of its size, and whether it is set without capitals and without bold type."""


def _ranked(pages: Sequence[Page]) -> tuple[Page, ...]:
    """With the headings' levels: by their size, then capitals, then weight, but never above those that their numbers say."""
    looks = {id(block): _look(block, page) for page in pages for block in page.blocks if block.kind == "heading"}
    sizes = _size_ranks(list(looks.values()))
    styles = {key: (sizes[look.size], not look.capitals, not look.bold) for key, look in looks.items()}
    ranks = {style: rank for rank, style in enumerate(sorted(set(styles.values())), 1)}
    numbered = _by_depth([(look.depth, ranks[styles[key]]) for key, look in looks.items() if look.depth])

    def level(block: Block) -> Block:
        look = looks.get(id(block))
        rank = numbered.get(look.depth) or ranks[styles[id(block)]] if look else 0
        return replace(block, level=min(rank, _RANKS)) if rank else block

    return tuple(replace(page, blocks=tuple(map(level, page.blocks))) for page in pages)


def _look(block: Block, page: Page) -> _Heading:
    inch = page.dpi or sqrt(page.width * page.height) / _SHEET or 1.0
    number = _NUMBER.match(block.text)
    return _Heading(
        size=round(median(line.quad.height for line in block.lines) / inch, 4),
        native=all(line.engine == "pdf" for line in block.lines),
        capitals=block.text.isupper(),
        bold=all(line.bold for line in block.lines),
        depth=number[1].count(".") + 1 if number else 0,
    )


def _size_ranks(looks: Sequence[_Heading]) -> dict[float, int]:
    """Which rank each size has; sizes that hardly differ have the same."""
    ranks: dict[float, int] = {}
    largest, rank = 0.0, 0
    for look in sorted(looks, key=lambda look: -look.size):
        if not rank or look.size < _SAME_SIZE[look.native] * largest:
            largest, rank = look.size, rank + 1
        ranks.setdefault(look.size, rank)
    return ranks


def _by_depth(known: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The level of numbered headings by the depth of their number: that of their looks, but below those that they belong to."""
    levels: dict[int, int] = {}
    level = 0
    for depth in sorted({depth for depth, _ in known}):
        level = max(min(rank for other, rank in known if other == depth), level + 1)
        levels[depth] = level
    return levels
