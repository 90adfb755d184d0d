"""The characters that a page of a PDF holds as text, before anybody has decided whether to believe them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from uncial.geometry import Quad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Indices = NDArray[np.int64]
    Flags = NDArray[np.bool_]


class Run(NamedTuple):
    """What the characters of one text object have in common."""

    font: str
    """The name of its font, as the PDF says it; empty where it says none."""
    bold: bool
    embedded: bool
    """Whether the PDF brings the font along; the letters of any other are what their codes say."""
    visible: bool
    """Whether anybody can see it: not in the invisible mode of OCR layers (ISO 32000-1, 9.3.6), not without colour."""
    size: float
    """The height of an em in pixels of the page."""
    angle: float
    """The direction in which it runs, in degrees clockwise."""


class PlacedImage(NamedTuple):
    """An image that the PDF's page shows."""

    quad: Quad
    dpi: float
    """Its own pixels an inch, as large as it is shown."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """All characters of a page, in the order in which the PDF holds them; the arrays have one entry for each."""

    text: str
    boxes: Numbers
    """N x 4, left, top, right, bottom in pixels of the page: what the character takes in its line, not its ink alone."""
    ink: Numbers
    """N x 4, the same for the drawn shape alone, as the font has it; empty for most characters of a font that has many."""
    runs: Indices
    """Which of `kinds` each belongs to; -1 for spaces and line ends that the PDF does not hold but that its gaps imply."""
    kinds: tuple[Run, ...]
    images: tuple[PlacedImage, ...]
    bare: bool
    """Whether the page shows text and nothing else: no rule, no image, no annotation."""
    width: int
    """Of the page, in pixels."""
    height: int
    """Of the page, in pixels."""
    dpi: float
    """Pixels of the page an inch."""
