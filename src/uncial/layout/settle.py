"""What only the whole document tells: which lines head and foot its pages, and how its headings rank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from uncial.document import Block, Kind, Page

_RUNNING = 0.12
"""The part of the page's height at its top and foot in which running heads may stand."""
_ROUGH = 0.02
"""The part of the page's height by which a running head may move from page to page."""
_SAME_RANK = 0.92
"""Headings whose height is this part of the highest of their rank have the same rank."""
_RANKS = 6


def settled(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The same pages with running heads told by their coming again, and with headings ranked over all of them."""
    return _ranked(_headed(pages))


def _headed(pages: Sequence[Page]) -> list[Page]:
    """With what stands in the same margin of several pages, numbers aside, as a page header or footer."""
    seen = Counter(key for page in pages for key in {_key(block, page) for block in page.blocks} if key)
    again = {key for key, count in seen.items() if count > 1}
    return [replace(page, blocks=tuple(_run(block, page, again) for block in page.blocks)) for page in pages]


_Key = tuple[str, int, str]


def _key(block: Block, page: Page) -> _Key | None:
    """Which margin it stands in, at which height, and what it says but for its numbers."""
    if block.kind not in ("paragraph", "heading", "page-header", "page-footer", "caption", "footnote") or len(block.lines) > 2:
        return None
    box = block.quad.box
    if box.bottom < _RUNNING * page.height:
        side = "page-header"
    elif box.top > (1 - _RUNNING) * page.height:
        side = "page-footer"
    else:
        return None
    said = re.sub(r"\d+|\b[ivxlc]+\b", "#", block.text.casefold())
    return side, round(box.center.y / (_ROUGH * page.height)), said


def _run(block: Block, page: Page, again: set[_Key]) -> Block:
    key = _key(block, page)
    if key is None or key not in again:
        return block
    kind: Kind = "page-header" if key[0] == "page-header" else "page-footer"
    return replace(block, kind=kind, level=0)


def _ranked(pages: Sequence[Page]) -> tuple[Page, ...]:
    """With the headings' levels by their heights in inches, the highest first."""
    heights = sorted({_height(block, page) for page, block in _headings(pages)}, reverse=True)
    ranks: dict[float, int] = {}
    first, rank = 0.0, 0
    for height in heights:
        if not rank or height < _SAME_RANK * first:
            first, rank = height, min(rank + 1, _RANKS)
        ranks[height] = rank
    return tuple(replace(page, blocks=tuple(_with_rank(block, page, ranks) for block in page.blocks)) for page in pages)


def _headings(pages: Iterable[Page]) -> list[tuple[Page, Block]]:
    return [(page, block) for page in pages for block in page.blocks if block.kind == "heading"]


def _with_rank(block: Block, page: Page, ranks: dict[float, int]) -> Block:
    return replace(block, level=ranks[_height(block, page)]) if block.kind == "heading" else block


def _height(block: Block, page: Page) -> float:
    return round(median(line.quad.height for line in block.lines) / (page.dpi or 300.0), 3)
