"""Levels a page whose lines slope."""

from __future__ import annotations

from math import ceil, cos, radians, sin, tan
from typing import TYPE_CHECKING, NamedTuple, cast

from uncial.geometry import Transform
from uncial.prepare.looks import small_copy
from uncial.prepare.way import matrix_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

_STEEPEST = 15.0
"""Degrees. What slopes more is not a page that was laid down carelessly."""
_LEAST = 0.5
"""Degrees. What slopes less is read as well as it is."""
_STROKE = 15
"""Pixels of the small copy; wider than any stroke of a letter."""
_POINTS = 20_000
"""So many dots of ink tell the slope."""
_FEWEST = 500
"""Fewer tell nothing."""
_BANDS = 4
"""The first look takes upright bands of the page one by one: lines overlap in them over four times as wide a range of slopes."""
_CLEARLY = 8.0
"""Times: so much clearer the lines have to stand out at the slope that is found than at most others. Print makes 10 to 60."""

_LONGEST = 16_000
"""Pixels. OpenCV turns images of up to 32,767, and a sheet for a slanted page is longer than the page."""


class Slope(NamedTuple):
    """How the lines of a page run."""

    degrees: float
    """Clockwise."""
    clear: float
    """How many times clearer they stand out at that slope than at most others."""


def slope_of(image: Image) -> Slope:
    """The slope of the lines on the page (H x W x 3, uint8, RGB), up to 15 degrees.

    The ink is projected along each slope; where that is the lines' own, the profile rises and falls most (Postl 1986).
    """
    import numpy as np

    ys, xs, width = _ink(small_copy(image))
    if len(ys) < _FEWEST:
        return Slope(0.0, 0.0)
    band = width / _BANDS
    rough = np.arange(-_STEEPEST, _STEEPEST + 0.5)
    heights = [_relief(ys, xs % band, angle, xs // band) for angle in rough]
    best = float(rough[int(np.argmax(heights))])
    fine = np.arange(best - 1, best + 1.05, 0.1)
    degrees = float(fine[int(np.argmax([_relief(ys, xs, angle) for angle in fine]))])
    usual = float(np.median([_relief(ys, xs, angle) for angle in rough[::3]]))
    return Slope(degrees, _relief(ys, xs, degrees) / max(usual, 1.0))


def _ink(copy: Image) -> tuple[NDArray[np.float32], NDArray[np.float32], int]:
    """Rows and columns of the strokes on the small copy, at most so many of them, and how wide it is."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(copy, cv2.COLOR_RGB2GRAY)
    # What is wider than a stroke is gone: rules, pictures, shadows. The white between letters is no ink, so not the other hat.
    strokes = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((_STROKE, _STROKE), np.uint8))
    ys, xs = np.nonzero(strokes > max(float(np.percentile(strokes, 98)) / 2, 16))
    step = -(-len(ys) // _POINTS) or 1
    return ys[::step].astype(np.float32), xs[::step].astype(np.float32), grey.shape[1]


def _relief(ys: NDArray[np.float32], xs: NDArray[np.float32], angle: float, bands: NDArray[np.float32] | None = None) -> float:
    """How much the profile of the dots rises and falls along that slope: the sum of the squared differences of its bins."""
    import numpy as np

    rows = ys - xs * np.float32(tan(radians(angle)))
    rows -= rows.min()
    if bands is not None:
        rows += bands * (rows.max() + 2)
    profile = np.bincount(rows.astype(np.int32))
    return float((np.diff(profile).astype(np.float64) ** 2).sum())


def levelled(image: Image) -> tuple[Image, Transform, float] | None:
    """The page (H x W x 3, uint8, RGB) with its lines level, the way back, and its slope before in degrees clockwise.

    None where they are level, and where it is not clear how they run.
    """
    if max(image.shape) > _LONGEST:
        return None
    slope = slope_of(image)
    if slope.clear < _CLEARLY or abs(slope.degrees) < _LEAST:
        return None
    return *_rotated(image, -slope.degrees), slope.degrees


def _rotated(image: Image, angle: float) -> tuple[Image, Transform]:
    """The page turned clockwise by so many degrees on a sheet that is large enough, and the way back."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    cosine, sine = abs(cos(radians(angle))), abs(sin(radians(angle)))
    size = ceil(width * cosine + height * sine), ceil(width * sine + height * cosine)
    way = Transform.translation(-width / 2, -height / 2).then(Transform.rotation(angle))
    way = way.then(Transform.translation(size[0] / 2, size[1] / 2))
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    flat = cv2.warpAffine(
        image,
        matrix_of(way)[:2],
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=np.median(edge, axis=0).tolist(),
    )
    return cast("Image", flat), way.inverse()
