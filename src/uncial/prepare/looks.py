"""What is measured on a page before anything is done to it: on a small copy, or in a few windows at its full resolution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

    Grey = NDArray[np.uint8]
    """Height x width, 0..255."""

SMALLEST = 200
"""Pixels; an image with a shorter side is a line or a word cut out of a page, and its looks say nothing."""
_COPY = 1000
"""The longer side of the small copy is at most so many pixels, and more than half of it."""
_GROUND_COPY = 2
"""The ground is looked at on every second pixel of the small copy."""
_CELL = 24
"""The ground is what is brightest within this part of the longer side: no stroke of a letter is as wide, but some pictures."""
_NEAR = 0.15
"""What differs from the ground by less than this part of it is paper."""
_WINDOW = 512
"""Pixels."""
_PLACES = tuple((y, x) for y in (0.3, 0.5, 0.7) for x in (0.35, 0.65))
"""The middles of the windows, as parts of height and width: where the text of most pages is."""
_CONTRAST = 20
"""Grey levels; a window with less has nothing on it."""
_FEWEST = 40
"""Fewer letters do not tell how high they usually are."""
_SHORTEST = 3
"""Pixels; what is lower is a dot."""
_FLATTEST = 5
"""What is so many times longer than wide is a rule."""


def small_copy(image: Image) -> Image:
    """Every so manyth pixel of the page (H x W x 3, uint8, RGB): cheap on any page, and as dark and bright as the page is."""
    import numpy as np

    step = -(-max(image.shape[:2]) // _COPY)
    return np.ascontiguousarray(image[::step, ::step])


class Ground(NamedTuple):
    """The paper of a page, as if nothing stood on it, and what stands on it."""

    colour: Image
    """Small, H x W x 3, uint8, RGB."""
    even: float
    """How bright the dark places of the paper are beside the bright ones, 0..1."""
    bright: float
    """How bright it is, 0..1."""
    ink: float
    """How dark the ink is beside the paper, 0..1: 1 is black."""
    paper: float
    """How much of the page is paper, 0..1."""


def ground_of(copy: Image) -> Ground:
    """The paper of a page with dark text, seen on its small copy: a closing takes the text away (Serra 1982)."""
    import cv2
    import numpy as np

    small = np.ascontiguousarray(copy[::_GROUND_COPY, ::_GROUND_COPY])
    cell = max(small.shape[:2]) // _CELL | 1
    # Grain and specks are no paper: without the blur the brightest of them would be.
    closed = cv2.morphologyEx(cv2.GaussianBlur(small, (3, 3), 0), cv2.MORPH_CLOSE, np.ones((cell, cell), np.uint8))
    colour = cast("Image", cv2.GaussianBlur(closed, (0, 0), cell / 4))
    paper = np.maximum(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY).astype(np.float32), 1)
    darker = 1 - cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) / paper
    dark, bright = np.percentile(paper, [5, 95])
    return Ground(
        colour=colour,
        even=float(dark / bright),
        bright=float(bright) / 255,
        ink=float(np.percentile(darker, 99.7)),
        paper=float((darker < _NEAR).mean()),
    )


def windows(image: Image) -> list[Grey]:
    """Some windows of the page in grey at its full resolution, without those on which there is nothing."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    corners = [(_start(height, y), _start(width, x)) for y, x in _PLACES]
    views = (np.ascontiguousarray(image[y : y + _WINDOW, x : x + _WINDOW]) for y, x in dict.fromkeys(corners))
    greys = (cast("Grey", cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)) for view in views)
    return [grey for grey in greys if int(grey.max()) - int(grey.min()) >= _CONTRAST]


def _start(length: int, middle: float) -> int:
    return min(max(int(length * middle) - _WINDOW // 2, 0), max(length - _WINDOW, 0))


def level_of(grey: Grey, share: float) -> int:
    """The grey level that this share of the pixels does not exceed."""
    import numpy as np

    reached = np.cumsum(np.bincount(grey.ravel(), minlength=256))
    return int(np.searchsorted(reached, share * reached[-1]))


def letter_height(views: Sequence[Grey]) -> float | None:
    """The usual height of a letter in these windows, in pixels; None where there are too few to tell."""
    import numpy as np

    heights = np.sort(np.concatenate([_mark_heights(grey) for grey in views])) if views else np.empty(0, np.int32)
    if len(heights) < _FEWEST:
        return None
    # Each counts for its height: a page may have more specks than letters.
    reached = np.cumsum(heights)
    return float(heights[np.searchsorted(reached, reached[-1] / 2)])


def _mark_heights(grey: Grey) -> NDArray[np.int32]:
    """How high the separate marks are: the rarer side of Otsu's threshold is ink."""
    import cv2
    import numpy as np

    _, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = mask if np.mean(mask) < 255 / 2 else cv2.bitwise_not(mask)
    _, _, marks, _ = cv2.connectedComponentsWithStats(ink)
    widths, heights = marks[1:, cv2.CC_STAT_WIDTH], marks[1:, cv2.CC_STAT_HEIGHT]
    fit = (heights >= _SHORTEST) & (np.maximum(widths, heights) < _FLATTEST * np.minimum(widths, heights))
    return cast("NDArray[np.int32]", heights[fit])
