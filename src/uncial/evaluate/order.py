"""Whether a page is read in its order: how many of its words stand where no order of the label has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from uncial.document import Kind, Page
from uncial.evaluate.metrics import hits
from uncial.evaluate.normalise import bare_words, graphemes, normalise
from uncial.evaluate.profiles import Profile
from uncial.geometry import Box

ALLOWED = 0.02
"""A page is in order if no more than this part of its words would have to be moved: two lines of a hundred."""
FLOATING: frozenset[Kind] = frozenset({"table", "figure", "caption", "footnote", "page-header", "page-footer"})
"""Blocks that no text runs through: they may stand anywhere between the others, and labels differ about where."""


def compared_words(text: str, profile: Profile, *, spaces: bool = True) -> list[str]:
    """The words without marks, or the letters where words are not written apart."""
    normal = normalise(text, profile, spaces=spaces)
    return bare_words(normal) if spaces else [letter for letter in graphemes(normal) if letter.isalnum()]


def moved_share(lines: Sequence[str], label: str, profile: Profile | None = None, *, spaces: bool = True) -> float:
    """The part of the words, among those that are in the label, that would have to be moved to stand in its order, 0..1.

    What need not be moved is the longest common subsequence of both. A misread word, or one that is not in the label, is neither.
    """
    profile = profile or Profile()
    true, read = (compared_words(text, profile, spaces=spaces) for text in (label, "\n".join(lines)))
    common = hits(true, read).hits
    return 1 - LCSseq.similarity(true, read) / common if common else 0.0


def moved_lines(lines: Sequence[str], label: str, profile: Profile | None = None) -> list[int]:
    """The numbers of the lines of whose words most would have to be moved."""
    profile = profile or Profile()
    true = compared_words(label, profile)
    words = [(number, word) for number, line in enumerate(lines) for word in compared_words(line, profile)]
    astray = {edit.dest_pos for edit in LCSseq.editops(true, [word for _, word in words]) if edit.tag == "insert"}
    known = Counter(number for number, word in words if word in true)
    wrong = Counter(number for place, (number, word) in enumerate(words) if place in astray and word in true)
    return [number for number in sorted(wrong) if 2 * wrong[number] > known[number]]


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
