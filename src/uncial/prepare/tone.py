"""Ink and paper: white text on black, shadows and faint print, specks, blur."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, cast

from uncial.prepare.looks import Ground, ground_of, letter_height, level_of, small_copy, windows

if TYPE_CHECKING:
    from uncial.prepare.looks import Grey
    from uncial.raster import Image

_PAGE = 0.85
"""Where less than this is paper, it is a picture or full of them, and stays what it is."""
_BLURRED_PAGE = 0.7
"""Blur takes paper away, as it spreads the ink."""
_DARK = 0.4
"""Paper darker than this may be the black on which white text stands."""
_EVEN = 0.6
"""Shadows: the dark places of the paper have less than this part of the light of the bright ones."""
_BLACK = 0.3
"""Faint print: ink that takes less than this part of the paper's light. At .35 there is nothing to gain any more."""
_BLACK_IN_SHADOW = 0.4
"""Print in a shadow is as black beside its paper as in the light; what is less is the shape of something."""
_NOTHING = 0.06
"""What takes less than this is no ink."""
_BLACKER = 0.9
"""Faint ink becomes so black."""
_SPECK = 64
"""Grey levels by which a speck differs from all its neighbours."""
_SPECKLED = 0.01
"""So many of the pixels are specks where a page is cleaned; dithered and small print has up to half of that."""
_STEEP = 0.35
"""Edges of sharp print are steeper than this part of its contrast in each pixel; a Gaussian of 1.5 pixels makes .25."""
_LOST = 0.1
"""Nor do they rise less than this: a Gaussian of four pixels leaves nothing to mend, and pictures have no edges."""
_SOFT = 6.5
"""What counts is how steep they are in a letter's height: less is blurred. Large scans with soft edges have 7 and more."""
_LETTERS = 10.0
"""Pixels. Lower letters cannot be told from specks, nor be mended."""
_AMOUNT = 2.0
_RADIUS = 2.0
"""Unsharp masking: how much of the difference from a Gaussian of that many pixels is added."""


def turned_dark(image: Image) -> Image | None:
    """The negative of the page (H x W x 3, uint8, RGB) where its text is white on black, None elsewhere."""
    copy = small_copy(image)
    if copy.mean() > 255 * _DARK:
        return None
    ground = ground_of(255 - copy)
    written = ground.ink >= _BLACK  # a page that is black all over stays so
    return 255 - image if written and ground.paper >= _PAGE and ground.even >= _EVEN else None


def evened(image: Image) -> Image | None:
    """The page (H x W x 3, uint8, RGB) on white paper and in black ink where it is faint or in shadow, None elsewhere."""
    ground = ground_of(small_copy(image))
    faint = _NOTHING <= ground.ink < _BLACK
    shaded = ground.even < _EVEN and ground.ink >= _BLACK_IN_SHADOW
    if ground.paper < _PAGE or not (faint or shaded):
        return None
    return _on_white(image, ground, _BLACKER / ground.ink if faint else 1.0)


def _on_white(image: Image, ground: Ground, gain: float) -> Image:
    """The page as a part of the light of its paper, with so many times the contrast."""
    import cv2
    import numpy as np

    paper = cv2.resize(np.maximum(ground.colour, 8), image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(image, paper, dst=paper, scale=255)
    curve = np.clip(255 - (255 - np.arange(256)) * gain, 0, 255).astype(np.uint8)
    return cast("Image", cv2.LUT(even, curve, dst=even))


def cleaned(image: Image) -> Image | None:
    """The page (H x W x 3, uint8, RGB) without its specks where it has many, None elsewhere."""
    import cv2

    views = windows(image)
    if not views or median(map(_specks, views)) < _SPECKLED:
        return None
    return cast("Image", cv2.medianBlur(image, 3))


def _specks(grey: Grey) -> float:
    """How many of the pixels differ from all their neighbours, 0..1."""
    import cv2
    import numpy as np

    ring = np.ones((3, 3), np.uint8)
    ring[1, 1] = 0
    above, below = cv2.subtract(grey, cv2.dilate(grey, ring)), cv2.subtract(cv2.erode(grey, ring), grey)
    return float((cv2.max(above, below) > _SPECK).mean())


def sharpened(image: Image) -> Image | None:
    """The page (H x W x 3, uint8, RGB) with clearer edges where they are blurred, None elsewhere."""
    import cv2

    if not _is_blurred(windows(image)):
        return None
    ground = ground_of(small_copy(image))
    if ground.paper < _BLURRED_PAGE or ground.even < _EVEN:
        return None
    soft = cv2.GaussianBlur(image, (0, 0), _RADIUS)
    return cast("Image", cv2.addWeighted(image, 1 + _AMOUNT, soft, -_AMOUNT, 0, dst=soft))


def _is_blurred(views: list[Grey]) -> bool:
    """Whether the letters in these windows have soft edges for their height."""
    steep = median(map(_steepness, views)) if views else 1.0
    letters = letter_height(views) if _LOST <= steep < _STEEP else None
    return letters is not None and letters >= _LETTERS and steep * letters < _SOFT


def _steepness(grey: Grey) -> float:
    """How much of the contrast the steepest edges cross in one pixel."""
    import cv2

    low, high = level_of(grey, 0.01), level_of(grey, 0.99)
    twice = cast("Grey", cv2.absdiff(grey[:, 2:], grey[:, :-2]))
    return level_of(twice, 0.997) / 2 / max(high - low, 1)
