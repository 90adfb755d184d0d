"""Lines with their texts: what a recogniser learns from, and is watched with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uncial.geometry import Quad
    from uncial.raster import Image

KINDS = ("printed", "receipt", "typewritten", "table", "code", "handwriting", "fraktur")
"""The kinds of lines that are made; lines that are given may be of any other."""
GIVEN = "given"
"""The kind of a line of which nobody said one."""


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """The image of one line, and what stands there."""

    image: Image
    """H x W x 3, uint8, RGB: the line upright and level, of any height, with little around it."""
    text: str
    """NFC, without line breaks."""
    kind: str = GIVEN
    source: str = ""
    """Where it comes from: the font of one that was made, the file of one that was given."""
    stretch: float = 1.0
    """The image's horizontal resolution: 1 of one with natural letters, `STRETCH` of one cut out as the recognisers take it."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line drawn on a piece of paper, before it is cut out."""

    image: Image
    """H x W x 3, uint8, RGB: with paper all around the line, at least half its height on each side."""
    quad: Quad
    """Where a good detector would find the line: from the first ink to the last, from ascenders to descenders."""
