"""What labels look like, and what is found with one: its value, and where that stands."""

from __future__ import annotations

from typing import NamedTuple

from uncial.fields.sheet import Piece, Span
from uncial.fields.tokens import has_digits
from uncial.geometry import Box

MARKS = " \t.:：;·…_-–—*|"
_LETTERS, _WORDS = 45, 6
"""What is longer is a sentence and no label."""
CELL_WORDS = 5
"""What is longer in a column is text that runs on."""
NEAR = 2.0
"""Times the height of the text: how far below its label a value begins at most."""


class Found(NamedTuple):
    """A label with its value; `way` tells how both were found to belong together."""

    label: Span
    value: Span
    way: str


def label_of(piece: Piece, start: int, end: int) -> Span | None:
    """The label in some text of a piece, without the marks around it."""
    start, end = stripped(piece.text, start, end)
    return piece.cut(start, end) if start < end and is_label(piece.text[start:end]) else None


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Where some of a text begins and ends without the marks around it."""
    while start < end and text[start] in MARKS:
        start += 1
    while end > start and text[end - 1] in MARKS:
        end -= 1
    return start, end


def is_label(text: str) -> bool:
    """Whether it is short enough, and has a word in it."""
    bare = text.strip(MARKS)
    return 0 < len(bare) <= _LETTERS and len(bare.split()) <= _WORDS and sum(char.isalpha() for char in bare) >= 2


def is_name(text: str) -> bool:
    """Whether it is a label although nothing says so: without figures, and not the rest of a sentence."""
    return is_label(text) and not has_digits(text) and "=" not in text and not text[:1].islower()


def is_under(box: Box, label: Box, height: float) -> bool:
    """Whether it stands close below a label and begins with it, or is not as wide; `height` is that of the text."""
    within = box.left < label.right and box.right > label.left and box.width < label.width
    begins = within or abs(box.left - label.left) <= height
    return begins and box.center.y >= label.center.y and box.top - label.bottom <= NEAR * height
