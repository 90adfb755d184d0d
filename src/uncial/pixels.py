"""A decoded Pillow image becomes RGB the way a viewer shows it: turned by EXIF, alpha laid on white, deep tones scaled.

Pillow holds an RGB pixel in 4 bytes and copies the image for every conversion, which a scan of 35 megapixels does not forgive.
So the result is filled band by band, already in its final orientation, and never more than one band exists twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

if TYPE_CHECKING:
    from uncial.raster import Image

    Numbers = NDArray[np.float64]
    """Height x width, the numbers of an image with more than 8 bits a pixel, as they are stored."""

_BAND_PIXELS = 1 << 20
_UNMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
_WHITES = (255, 1023, 4095, 65535)
_WHITE, _BLACK = 255, 0
_NEARLY_WHITE, _NEARLY_BLACK = 248, 8
_OVERSHOOT = 16.0
"""Fractions that go beyond 1, but not beyond this, are 0 to 1 after some sharpening, not nearly black tones of 8 bits."""


def to_rgb(image: Pillow.Image, orientation: int = 1, *, unsigned: bool = False, inverted: bool = False) -> Image:
    """The loaded image as height x width x 3, RGB, uint8, C-contiguous.

    `orientation` is EXIF's, 1 to 8 (Exif 2.32, tag 0x0112). The other two say what Pillow's modes I and F do not: whether
    32-bit integers have no sign, and whether 0 is white (TIFF 6.0, PhotometricInterpretation 0).
    """
    if image.mode.startswith(("I", "F")):
        return _paint(image, orientation, _deep(image, unsigned, inverted))
    if not _has_alpha(image):
        return _paint(image, orientation, lambda band: np.asarray(band.convert("RGB")))
    on_white = _paint(image, orientation, _laid_on(_WHITE))
    if on_white.min() < _NEARLY_WHITE:
        return on_white
    # White writing on nothing, as logos and captions have it, is there to be read too: on black, if it is there at all.
    on_black = _paint(image, orientation, _laid_on(_BLACK))
    return on_black if on_black.max() > _NEARLY_BLACK else on_white


def _paint(image: Pillow.Image, orientation: int, convert: Callable[[Pillow.Image], NDArray[Any]]) -> Image:
    columns, rows = image.size
    canvas = np.empty((columns, rows, 3) if orientation >= 5 else (rows, columns, 3), np.uint8)
    stored = _as_stored(canvas, orientation)
    for top, band in _bands(image):
        stored[top : top + band.height] = convert(band)
    return canvas


def _as_stored(shown: Image, orientation: int) -> Image:
    """The image as a viewer shows it, seen so that what is written to it row by row as stored in the file comes to lie right."""
    if orientation >= 5:
        shown = shown.transpose(1, 0, 2)
    down = -1 if orientation in (3, 4, 6, 7) else 1
    right = -1 if orientation in (2, 3, 7, 8) else 1
    return shown[::down, ::right]


def _bands(image: Pillow.Image) -> Iterator[tuple[int, Pillow.Image]]:
    columns, rows = image.size
    step = max(1, _BAND_PIXELS // columns)
    for top in range(0, rows, step):
        yield top, image.crop((0, top, columns, min(top + step, rows)))


def _has_alpha(image: Pillow.Image) -> bool:
    return image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info


def _laid_on(ground: int) -> Callable[[Pillow.Image], NDArray[Any]]:
    def lay(band: Pillow.Image) -> NDArray[Any]:
        above = _with_alpha(band)
        below = Pillow.new("RGB", band.size, (ground, ground, ground))
        below.paste(above, mask=above)
        return np.asarray(below)

    return lay


def _with_alpha(band: Pillow.Image) -> Pillow.Image:
    key = band.info.get("transparency")
    if band.mode == "RGB" and isinstance(key, tuple) and max(key) > 255:
        band.info["transparency"] = tuple(part >> 8 for part in key)  # of a 16-bit PNG, whose pixels Pillow cuts to 8 bits
    return band.convert(_UNMULTIPLIED.get(band.mode, band.mode)).convert("RGBA")


def _deep(image: Pillow.Image, unsigned: bool, inverted: bool) -> Callable[[Pillow.Image], NDArray[Any]]:
    """How to turn the deep tones of this very image, of which the whole has to be looked at first, into 8-bit grey."""
    low, high = _extremes(_numbers(band, unsigned) for _, band in _bands(image))
    black, white = _black_and_white(low, high, fractions=image.mode == "F")
    key = image.info.get("transparency")

    def scale(band: Pillow.Image) -> NDArray[Any]:
        numbers = _numbers(band, unsigned)
        grey = (numbers - black) * (255 / (white - black))
        grey = np.nan_to_num(255 - grey if inverted else grey, nan=_WHITE, posinf=_WHITE, neginf=_BLACK)
        grey = np.clip(grey + 0.5, 0, 255).astype(np.uint8)
        if isinstance(key, int):
            grey[numbers == key] = _WHITE
        return grey[..., np.newaxis]

    return scale


def _numbers(band: Pillow.Image, unsigned: bool) -> Numbers:
    stored = np.asarray(band)
    with np.errstate(invalid="ignore"):  # some NaNs complain when they are copied
        return (stored.view(np.uint32) if unsigned and stored.dtype == np.int32 else stored).astype(np.float64)


def _extremes(bands: Iterator[Numbers]) -> tuple[float, float]:
    """The least and the greatest number that is one (not NaN, not infinite); 0 and 0 where there is none."""
    finite = (numbers[np.isfinite(numbers)] for numbers in bands)
    pairs = [(float(numbers.min()), float(numbers.max())) for numbers in finite if numbers.size]
    return (min(low for low, _ in pairs), max(high for _, high in pairs)) if pairs else (0.0, 0.0)


def _black_and_white(low: float, high: float, *, fractions: bool) -> tuple[float, float]:
    """Which numbers are black and white: no format says it of all its files, so the range that is in use decides.

    Fractions up to 1 run from 0 to 1. All else runs from 0 to the greatest number of 8, 10, 12 or 16 bits, whichever is the
    first to hold all that is there: a 12-bit scan in a 16-bit file would otherwise be black. What fits into none is stretched
    from its least to its greatest.
    """
    if fractions and low >= 0 and high <= 1:
        return 0, 1
    if low >= 0 and not (fractions and high < _OVERSHOOT):
        for white in _WHITES:
            if high <= white:
                return 0, white
    return low, max(high, low + 1e-9 * max(1.0, abs(low)))
