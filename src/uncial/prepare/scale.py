"""Enlarges pages whose text is small."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, cast

from uncial.geometry import Transform
from uncial.prepare.looks import letter_height, windows

if TYPE_CHECKING:
    from uncial.raster import Image

_SMALL = 8.5
"""Pixels. Letters whose usual height is less are small: of print at 100 dpi it is 8, of a line that is 16 pixels high."""
_WANTED = 20.0
"""Pixels; letters of print at 300 dpi."""
_MOST = 3.0
"""Times; more adds nothing."""
_MOST_PIXELS = 36_000_000
"""No page is enlarged beyond this: memory is bounded."""


def enlarged(image: Image) -> tuple[Image, Transform] | None:
    """The page (H x W x 3, uint8, RGB), enlarged so that its text can be read, and the way back; None where it need not be."""
    import cv2

    letters = letter_height(windows(image))
    height, width = image.shape[:2]
    if letters is None or letters >= _SMALL:
        return None
    factor = min(_WANTED / letters, _MOST, sqrt(_MOST_PIXELS / (width * height)))
    size = round(width * factor), round(height * factor)
    if factor <= 1 or size == (width, height):
        return None
    larger = cast("Image", cv2.resize(image, size, interpolation=cv2.INTER_CUBIC))
    return larger, Transform.scaling(width / size[0], height / size[1])
