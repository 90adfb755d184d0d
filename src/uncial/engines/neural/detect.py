"""Finds the lines of text on a page image: differentiable binarisation (Liao et al. 2020, arXiv:1911.08947), PP-OCRv6 detector.

The network sees text best at a certain height, so the page is scaled by the height of its text and not by its own size: a
first look at the whole page finds out how high the text is, and where it turns out to be small a second look is taken at the
right scale. Large images are looked at in tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING, Any, cast

from uncial.geometry import Quad, Transform
from uncial.network import Network, as_batch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

    Map = NDArray[np.float32]
    """Height x width: how probable it is that a pixel belongs to the inside of a line, 0..1."""

Spread = Callable[[Callable[..., "Map"], Iterable["Image"]], Iterable["Map"]]
"""Runs a function over items, in order, on as many threads as there are: `map`, or an executor's."""

_FIRST_SIDE = 960
"""The longer side of the first look, in pixels."""
_FIRST_SCALE = 0.25
"""The first look shrinks an image to no less than this: text of 16 pixels can still be seen on a poster."""
_FIRST_BREADTH = 128
"""Nor does it shrink the shorter side below this: a strip of paper has its text across it."""
_MOST_PIXELS = 64_000_000
"""No look is larger than this: memory is bounded, and text so small on so large a page is still seen."""
_SMALLEST_TEXT = 30.0
"""Text below this height in the first look calls for a second one."""
_GOOD_TEXT = 32.0
"""The height at which text is looked at the second time."""
_LARGEST_SCALE = 3.0
_STRIDE = 32
"""The network halves the image five times."""
_FRAME = 32
"""The width of the frame around the page, in pixels of the map."""
_TILE_WIDTH = 2048
_TILE_HEIGHT = 640
"""Tiles are at most so many pixels large, without their margins: strips, since each margin is looked at twice."""
_MARGIN = 32
"""What tiles see beyond their own edge, so that no line is cut where they meet."""
_INK, _INK_ROUGH = 0.25, 0.3
"""Pixels above this probability belong to a line; where the text was not brought to its height, or the image enlarged for it,
neighbouring marks run together sooner, and a little more is asked for."""
_SURE = 0.5
"""Lines whose pixels have a lower mean probability are dropped."""
_GROWTH = 1.6
"""The network marks the inside of a line; this ratio of area to circumference brings it back to its full height."""
_THINNEST = 3.0
"""Marks thinner than this, in pixels of the map, are no lines."""


@dataclass(frozen=True, slots=True)
class Detector:
    """The detector network with the way from a page image to quads."""

    network: Network

    def find(self, image: Image, spread: Spread = map) -> list[Quad]:
        """The lines on the image (H x W x 3, uint8, RGB), in pixels of it, in no particular order."""
        height, width = image.shape[:2]
        largest = _largest_scale(width, height)
        scale = min(_first_scale(width, height), largest)
        quads = self._look(image, scale, spread, _INK_ROUGH)
        if quads:
            text = median(quad.height for quad in quads) * scale
            better = scale * _GOOD_TEXT / text
            if text < _SMALLEST_TEXT and scale < largest:
                better = min(better, largest)
                quads = self._look(image, better, spread, _INK if better <= 1 else _INK_ROUGH) or quads
        return quads

    def glance(self, image: Image, spread: Spread = map) -> list[Quad]:
        """The lines as far as the first look shows them: enough to tell which way they run."""
        height, width = image.shape[:2]
        return self._look(image, min(_first_scale(width, height), _largest_scale(width, height)), spread, _INK_ROUGH)

    def _look(self, image: Image, scale: float, spread: Spread, ink: float) -> list[Quad]:
        import cv2

        height, width = image.shape[:2]
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        scaled = cast("Image", cv2.resize(image, size, interpolation=how))
        heat = self._heat(_framed(scaled), spread)
        back = Transform.translation(-_FRAME, -_FRAME).then(Transform.scaling(width / size[0], height / size[1]))
        return [back.quad(quad) for quad in quads_of(heat, ink)]

    def _heat(self, image: Image, spread: Spread) -> Map:
        """The map of the whole image, put together from tiles where it is large."""
        import numpy as np

        height, width = image.shape[:2]
        cuts = [(y, x) for y in _cuts(height, _TILE_HEIGHT) for x in _cuts(width, _TILE_WIDTH)]
        views = [image[_with_margin(y, height), _with_margin(x, width)] for y, x in cuts]
        heat = np.empty((height, width), np.float32)
        for (y, x), part in zip(cuts, spread(self._run, views), strict=True):
            top, left = y[0] - _with_margin(y, height).start, x[0] - _with_margin(x, width).start
            heat[slice(*y), slice(*x)] = part[top : top + y[1] - y[0], left : left + x[1] - x[0]]
        return heat

    def _run(self, image: Image) -> Map:
        heat: Map = self.network.run(as_batch(image))[0, 0]
        return heat


def _first_scale(width: int, height: int) -> float:
    longer, shorter = max(width, height), min(width, height)
    return max(_FIRST_SIDE / longer, _FIRST_SCALE, min(_FIRST_BREADTH / shorter, 1.0))


def _largest_scale(width: int, height: int) -> float:
    """How much an image of that size may be enlarged: no more than helps, and than `_MOST_PIXELS` allow, frame included."""
    return min(_LARGEST_SCALE, sqrt(_MOST_PIXELS / (width * height)), _MOST_PIXELS / (3 * _FRAME * max(width, height)))


def quads_of(heat: Map, ink: float = _INK) -> list[Quad]:
    """The lines in a probability map, in pixels of the map."""
    import cv2
    import numpy as np

    mask = (heat > ink).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [quad for contour in contours if (quad := _quad_of(contour, heat, mask))]


def _quad_of(contour: NDArray[Any], heat: Map, mask: NDArray[np.uint8]) -> Quad | None:
    """The full line around one mark, or None where the mark is too thin or too unsure."""
    import cv2

    center, (across, along), angle = cv2.minAreaRect(contour)
    # Pixels are as wide as they are: a rectangle around their centres misses half a pixel on each side.
    across, along = across + 1, along + 1
    if min(across, along) < _THINNEST:
        return None
    left, top, width, height = cv2.boundingRect(contour)
    window = slice(top, top + height), slice(left, left + width)
    if cv2.mean(heat[window], mask[window])[0] < _SURE:
        return None
    grow = across * along * _GROWTH / (across + along)
    return _reading_quad(cv2.boxPoints((center, (across + grow, along + grow), angle)) + 0.5)


def _reading_quad(corners: NDArray[np.float32]) -> Quad:
    """The quad with its corners in reading order: the long side runs right, or down where the line stands upright."""
    points = [(float(x), float(y)) for x, y in corners]
    start = min(range(4), key=lambda i: points[i][0] + points[i][1])
    quad = Quad.of_points(points[start:] + points[:start])
    return quad if -45 <= quad.angle <= 45 else Quad.of_points(quad[3:] + quad[:3])


def _framed(image: Image) -> Image:
    """The image in a frame of its own ground, with sides that the network can halve: text at the edge is seen like any other."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    ground = np.median(edge, axis=0).tolist()
    right, bottom = (_up(length + 2 * _FRAME) - length - _FRAME for length in (width, height))
    return cast("Image", cv2.copyMakeBorder(image, _FRAME, bottom, _FRAME, right, cv2.BORDER_CONSTANT, value=ground))


def _up(length: int) -> int:
    return -(-length // _STRIDE) * _STRIDE


def _round(length: float) -> int:
    return round(length / _STRIDE) * _STRIDE


def _cuts(length: int, most: int) -> list[tuple[int, int]]:
    """Where to cut a side into tiles of about the same size, at multiples of the stride."""
    count = -(-length // most)
    edges = [min(_round(length * i / count), length) for i in range(count)] + [length]
    return list(pairwise(edges))


def _with_margin(cut: tuple[int, int], length: int) -> slice:
    return slice(max(cut[0] - _MARGIN, 0), min(cut[1] + _MARGIN, length))
