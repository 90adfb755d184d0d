"""Few lines made many: each time that a given line is learned, it lies a little differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

_MARGIN = 0.06
"""Times the line's height: by so much each side of the cut may move either way."""
_LOOSE = 0.2
"""Times the line's height: by so much a cut may be higher above and below, half of the time. A detector leaves more paper around
lines than people do."""
_STRETCH = 0.06
_SHEAR = 0.08
_LIGHT, _CONTRAST, _NOISE = 20.0, 0.2, 6.0


def varied(image: Image, rng: np.random.Generator) -> Image:
    """The line image (H x W x 3, uint8) cut, stretched, slanted and lit a little differently; the same size."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    left, top, right, bottom = rng.normal(0, _MARGIN / 2, 4) * height
    if rng.random() < 0.5:
        top, bottom = np.array([top, bottom]) + rng.uniform(0, _LOOSE, 2) * height
    stretch = 1 + rng.uniform(-_STRETCH, _STRETCH) * min(1.0, 8 * height / width)
    shear = rng.normal(0, _SHEAR / 2)
    x_scale = width / (width + left + right) * stretch
    y_scale = height / (height + top + bottom)
    way = np.array([[x_scale, shear, left * x_scale - shear * height / 2], [0, y_scale, top * y_scale]], np.float32)
    moved = cv2.warpAffine(image, way, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    values = moved.astype(np.float32)
    if rng.random() < 0.3:
        values = cast("NDArray[np.float32]", cv2.GaussianBlur(values, (0, 0), rng.uniform(0.3, 0.9)))
    mean = values.mean()
    values = (values - mean) * (1 + rng.uniform(-_CONTRAST, _CONTRAST)) + mean + rng.uniform(-_LIGHT, _LIGHT)
    values += rng.normal(0, rng.uniform(0, _NOISE), (height, width, 1))
    lit: Image = np.clip(values, 0, 255).astype(np.uint8)
    return lit
