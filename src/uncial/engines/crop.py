"""Cuts a line out of the page, lays it flat, and parts ink from paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from uncial.geometry import Quad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

HEIGHT = 48
"""The height of a line image in pixels; the recognisers know no other."""
_STRIDE = 8
"""Pixels of a line image for each time step of the recognisers."""
_NARROWEST = 6 * _STRIDE
_WIDEST = 400 * _STRIDE
_SKIPPED = 1.2
"""Lines that must shrink by more than this are shrunk by area first, or the warp would skip most of their pixels."""


def line_image(image: Image, quad: Quad, stretch: float) -> Image:
    """The line as an upright image, 48 pixels high (48 x W x 3, uint8, RGB), W a multiple of 8.

    `stretch` is the horizontal resolution as a part of the natural one: 1 keeps the letters' proportions.
    """
    return flat_image(image, quad, line_width(quad, stretch), HEIGHT)


def line_width(quad: Quad, stretch: float = 1.0) -> int:
    """How wide the line's image will be, in pixels."""
    natural = quad.width / max(quad.height, 1.0) * HEIGHT * stretch
    return min(max(round(natural / _STRIDE) * _STRIDE, _NARROWEST), _WIDEST)


def turned(quad: Quad, quarters: int) -> Quad:
    """The same place, read from another corner on: after so many quarters clockwise its text is upright."""
    first = -quarters % 4
    return Quad(*(quad[first:] + quad[:first]))


def inked(flat: Image) -> NDArray[np.bool_]:
    """Which pixels of a flat image (H x W x 3, uint8, RGB) are ink: the rarer of the two sides of Otsu's threshold."""
    import cv2

    gray = cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY)
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark: NDArray[np.bool_] = gray <= threshold
    return dark if dark.mean() < 0.5 else ~dark


def flat_image(image: Image, quad: Quad, width: int, height: int) -> Image:
    """What the page (H x W x 3, uint8, RGB) shows at `quad`, as an upright image of that size in pixels."""
    import cv2
    import numpy as np

    box = quad.box
    left, top = max(int(box.left) - 2, 0), max(int(box.top) - 2, 0)
    view = image[top : max(int(box.bottom) + 3, 0), left : max(int(box.right) + 3, 0)]
    if view.size == 0:
        return np.full((height, width, 3), 255, np.uint8)
    shrink = max(1, int(quad.height / height / _SKIPPED))
    size = max(view.shape[1] // shrink, 1), max(view.shape[0] // shrink, 1)
    x_scale, y_scale = size[0] / view.shape[1], size[1] / view.shape[0]
    if shrink > 1:
        view = cast("Image", cv2.resize(view, size, interpolation=cv2.INTER_AREA))
    # Half a pixel: the quad counts from the corners of pixels, the warp from their middles.
    corners = np.array([((p.x - left) * x_scale, (p.y - top) * y_scale) for p in quad[:3]], np.float32) - 0.5
    target = np.array([(0, 0), (width, 0), (width, height)], np.float32) - 0.5
    way = cv2.getAffineTransform(corners, target)
    flat = cv2.warpAffine(view, way, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast("Image", flat)
