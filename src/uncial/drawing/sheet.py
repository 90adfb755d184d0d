"""A page image as the searches for rules and pictures see it: grey, not larger than they need it, and its ink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

    Grey = NDArray[np.uint8]
    """Height x width, 0..255, or 0 and 255 where it is a mask."""

_LONG_SIDE = 1754
"""Of A4 at 150 dpi. Images that are one and a half times as long, or more, are reduced."""
_UNIT = 15 / 1754
"""A tenth of an inch on a page of A4, as a part of the long side: a little less than a line of text is high."""
_THICK = 0.8
"""Rules are thinner than this part of the unit; what is thicker is an area."""
_FAINT = 20.0
"""Grey levels by which ink is darker than the paper around it at least. A grey hairline between two pixels has 25."""
_NOISE = 3.0
"""Times the median difference from the paper: the grain of a scan is no ink."""
SMALL = 4
"""Areas are looked for on a copy of a fourth of the size, on which letters are blurs."""
_LETTER = 1.5
"""The strokes of letters are thinner than this, in units, even those of headings."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page image made smaller by `scale`, as everything here is measured on it."""

    image: Image
    """H x W x 3, RGB, uint8."""
    dark: Grey
    """How much darker each pixel is than the lightest of what lies around it, 0..255."""
    least: float
    """What is darker than this is ink: something thin, whatever the colour around it."""
    letterless: Image
    """A copy of a fourth of the size (H x W x 3, RGB, uint8) in which what is darker than the paper is too large for letters."""
    scale: float
    """A pixel here is so many pixels of the page."""
    unit: float
    """A tenth of an inch on a page of A4, in pixels."""

    @property
    def thickest(self) -> int:
        """How thick a rule may be, in pixels."""
        return thickest(self.unit)


def thickest(unit: float) -> int:
    """How thick a rule may be, in pixels, where a tenth of an inch has so many."""
    return max(5, round(_THICK * unit))


def reduction(image: Image) -> int:
    """By how much an image is made smaller, to be a sheet."""
    longest: int = max(image.shape[:2])
    return max(1, round(longest / _LONG_SIDE))


def sheet_of(image: Image) -> Sheet:
    """The sheet of a page image (H x W x 3, RGB, uint8)."""
    import cv2
    import numpy as np

    factor = reduction(image)
    if factor > 1:
        height, width = (side // factor for side in image.shape[:2])
        # Cut to whole multiples, for which the mean of the pixels is quick and nothing is displaced.
        cut = image[: height * factor, : width * factor]
        image = cast("Image", cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA))
    unit = max(image.shape[:2]) * _UNIT
    red, green, blue = cv2.split(image)
    grey = cv2.min(cv2.min(red, green), blue)  # a pale blue rule is as dark as the light that it takes away
    size = thickest(unit) | 1
    dark = cast("Grey", cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((size, size), np.uint8)))
    least = max(_FAINT, _NOISE * float(np.median(dark[::7, ::5])))
    return Sheet(image, dark, least, _letterless(image, unit), factor, unit)


def _letterless(image: Image, unit: float) -> Image:
    import cv2

    return cast("Image", cv2.morphologyEx(halved(halved(image)), cv2.MORPH_CLOSE, letter(unit)))


def halved(image: Image) -> Image:
    """The image in half its size; a last odd row or column is lost. OpenCV does halves several times as fast as quarters."""
    import cv2

    height, width = (side // 2 for side in image.shape[:2])
    return cast("Image", cv2.resize(image[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA))


def letter(unit: float) -> Grey:
    """What no stroke of a letter holds, on the small copy: a square of ones."""
    import numpy as np

    side = max(5, round(_LETTER * unit / SMALL)) | 1
    return np.ones((side, side), np.uint8)
