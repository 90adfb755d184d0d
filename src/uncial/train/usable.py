"""What a line has to be so that something can be learned from it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from uncial.engines.crop import line_width
from uncial.engines.neural.recognise import STRETCH
from uncial.formats.places import tidy
from uncial.geometry import Box, Quad
from uncial.train.batches import STRIDE

if TYPE_CHECKING:
    from uncial.train.lines import LabelledLine

AROUND = 0.05
"""Times the height of the line: the paper that is left around it, as detectors of lines leave it."""
_SMALLEST = 6
"""Pixels that a line is high and wide at least: nobody can read less."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line, or a file of lines, that nothing can be learned from."""

    name: str
    why: str
    """A sentence."""


Told = Callable[[Unusable], None]


def tidied(text: str) -> str:
    """A text as lines have it: NFC, one space between words, none at the ends."""
    return unicodedata.normalize("NFC", " ".join(tidy(text).split()))


def why_unusable(line: LabelledLine, written: str = "") -> str:
    """Why nothing can be learned from a line whose text was written so; empty where something can."""
    height, width = line.image.shape[:2]
    if not line.text:
        return "Its text is empty."
    if len([row for row in written.splitlines() if row.strip()]) > 1:
        return "Its text has several lines, and its image is that of one."
    if "\ufffd" in line.text:
        return "Its text is not UTF-8."
    if min(height, width) < _SMALLEST:
        return f"Its image has only {width} x {height} pixels."
    if len(line.text) > line_width(Quad.of_box(Box(0, 0, width, height)), STRETCH / line.stretch) // STRIDE:
        return f"Its image, {width} x {height} pixels, is too narrow for its {len(line.text)} characters."
    return ""
