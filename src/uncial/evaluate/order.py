"""Whether a page is read in its order: how much of it would have to be moved to stand as it does in the label."""

from __future__ import annotations

from collections.abc import Sequence

from uncial.document import Kind, Page
from uncial.evaluate.metrics import reordered
from uncial.evaluate.normalise import normalise
from uncial.evaluate.profiles import Profile
from uncial.geometry import Box

ALLOWED = 0.02
"""A page is in order if no more than this part of its letters would have to be moved: two lines of a hundred."""
SHORTEST, LIKENESS = 10, 80.0
"""A line of so many letters, and so like its place in the label (percent), can be told from all others."""
FLOATING: frozenset[Kind] = frozenset({"table", "figure", "caption", "footnote", "page-header", "page-footer"})
"""Blocks that no text runs through: they may stand anywhere between the others, and labels differ about where."""


def moved_share(lines: Sequence[str], reference: str, profile: Profile | None = None) -> float:
    """The part of the letters in lines that would have to be moved for the rest to stand in the reference's order, 0..1.

    Lines that cannot be found in the reference, or are too short to be told apart, stay with the line before them and move
    nothing. What need not be moved is the heaviest sequence of lines that stand in order, each counted by its letters.
    """
    profile = profile or Profile()
    keys = [normalise(line, profile) for line in lines]
    order = reordered(keys, normalise(reference, profile), shortest=SHORTEST, likeness=LIKENESS)
    letters = sum(map(len, keys))
    return 1 - _heaviest(order, [len(key) for key in keys]) / letters if letters else 0.0


def _heaviest(order: Sequence[int], weights: Sequence[int]) -> int:
    """The weight of the heaviest increasing subsequence."""
    best: list[int] = []
    for place, index in enumerate(order):
        before = (best[earlier] for earlier in range(place) if order[earlier] < index)
        best.append(weights[index] + max(before, default=0))
    return max(best, default=0)


def running_lines(page: Page) -> list[str]:
    """The page's lines in its order, without those of blocks that float."""
    return [line.text for block in page.blocks if block.kind not in FLOATING for line in block.lines]


def columned_share(page: Page) -> float:
    """The part of the page's lines that stand beside another line as in columns of prose, whatever their order, 0..1.

    Both are at least eight times as wide as high, and they share most of their height, but none of the page's width.
    """
    boxes = [line.quad.box for line in page.lines]
    wide = [box for box in boxes if box.width > 8 * box.height]
    beside = sum(any(_side_by_side(box, other) for other in wide) for box in wide)
    return beside / len(boxes) if boxes else 0.0


def _side_by_side(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    apart = max(one.left, other.left) - min(one.right, other.right)
    return shared > min(one.height, other.height) / 2 and apart > 0
