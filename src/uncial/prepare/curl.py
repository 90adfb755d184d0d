"""Takes the curl out of a photographed page: UVDoc says how it curls, and the lines of text whether that made them straighter.

UVDoc (Verhoeven, Magne & Sorkine-Hornung, UVDoc: Neural Grid-based Document Unwarping, 2023) is an optional weight:
`uncial models pull uvdoc`. On pages that lie flat it makes lines a little wavy, which is why its word alone is never taken.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from uncial.geometry import Point, Warp
from uncial.models import MODELS, load_model, look_up

if TYPE_CHECKING:
    import numpy as np
    from cv2.typing import MatLike as Plane  # height x width, uint8
    from numpy.typing import NDArray

    from uncial.network import Network
    from uncial.prepare.sheet import Sheet
    from uncial.raster import Image

    Grid = NDArray[np.float64]
    """Rows x columns x 2: where the evenly spaced points of the flat page lie on the image, x and y in pixels."""

CARD = MODELS["uvdoc"]
LOOK = (488, 712)
"""Width and height of what UVDoc looks at, in pixels, whatever the page's own proportions."""
TRIAL = 900
"""Pixels on the longer side of the copy on which lines are compared."""
STROKE = 15
"""Pixels there: what is dark and narrower is text."""
STRAIGHTER = 1.2
"""How many times clearer lines must stand out, against the page as it is and against the same without its curl."""
LINES = 4.0
"""How clear they must be then: on pages of text it is 4 to 30, on a street sign 1."""
COVERED = 0.88
"""How much of the paper must be on the flat page. UVDoc leaves away two hundredths at each edge."""
STRIP = 256
"""Rows that are drawn at once: the map of a whole page would take four times the memory of its image."""


def uncurled(image: Image, sheet: Sheet, models: Path | None) -> tuple[Image, Warp] | None:
    """The page (H x W x 3, uint8, RGB) laid flat, and the way back; None where that does not help, or without the model."""
    if look_up(CARD, models) is None:
        return None
    grid = _grid_of(image, _network(models))
    if not (_covers(grid, sheet) and straightens(image, grid)):
        return None
    width, height = _flat_size(grid, image)
    points = tuple(tuple(Point(x, y) for x, y in row) for row in grid.tolist())
    return drawn(image, grid, width, height), Warp(points, width, height)


@lru_cache(maxsize=1)
def _network(models: Path | None) -> Network:
    from uncial.network import Network

    return Network(load_model(CARD.name, models), CARD.name)


def _grid_of(image: Image, network: Network) -> Grid:
    """How the page curls, as UVDoc sees it (45 x 31 points)."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    small = cv2.resize(image, LOOK, interpolation=cv2.INTER_AREA)
    batch = np.ascontiguousarray(small.transpose(2, 0, 1)[None], dtype=np.float32) / np.float32(255)
    # From -1 to 1, between the middles of the first pixel and the last.
    grid = (network.run(batch)[0].transpose(1, 2, 0).astype(np.float64) + 1) / 2
    return np.asarray(grid * (width - 1, height - 1) + 0.5)


def _covers(grid: Grid, sheet: Sheet) -> bool:
    """Whether most of the paper is on the flat page."""
    import cv2
    import numpy as np

    rim = np.concatenate([grid[0], grid[1:, -1], grid[-1, -2::-1], grid[-2:0:-1, 0]]) * sheet.scale
    inside = np.asarray(cv2.fillPoly(np.zeros_like(sheet.mask), [np.round(rim - 0.5).astype(np.int32)], 255))
    return bool(np.count_nonzero(inside[sheet.mask > 0]) >= COVERED * np.count_nonzero(sheet.mask))


def straightens(image: Image, grid: Grid) -> bool:
    """Whether lines are straighter without the curl: than now, and than on a page that was only turned and squared."""
    import cv2
    import numpy as np

    scale = min(TRIAL / max(image.shape), 1.0)
    size = (ceil(image.shape[1] * scale), ceil(image.shape[0] * scale))
    light = np.asarray(cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY), np.uint8)
    width, height = (max(round(side * scale), 1) for side in _flat_size(grid, image))
    flat = _clearness(drawn(light, grid * scale, width, height))
    squared = _clearness(drawn(light, _without_curl(grid) * scale, width, height))
    return flat >= max(LINES, STRAIGHTER * squared, STRAIGHTER * _clearness(light))


def _without_curl(grid: Grid) -> Grid:
    """The grid of the flat page that is nearest to it: a homography alone."""
    import cv2
    import numpy as np

    rows, columns = grid.shape[:2]
    even = np.stack(np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows)), axis=-1)
    way, _ = cv2.findHomography(even.reshape(-1, 2), grid.reshape(-1, 2), 0)
    return np.asarray(cv2.perspectiveTransform(even.reshape(1, -1, 2), way).reshape(grid.shape))


def _clearness(light: Plane) -> float:
    """How clearly rows of text part from the white between them: the mean square of the steps of ink from row to row."""
    import cv2
    import numpy as np

    smooth = cv2.GaussianBlur(light, (3, 3), 0)
    dark = cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, np.ones((STROKE, STROKE), np.uint8)).astype(np.float64)
    ink = np.minimum(dark / max(float(np.percentile(dark, 98)), 20.0), 1.0).mean(axis=1)
    return float(100 * np.square(np.diff(ink)).mean() / (np.square(ink.mean()) + 1e-6)) if len(ink) > 1 else 0.0


def _flat_size(grid: Grid, image: Image) -> tuple[int, int]:
    """Width and height at which nearly no cell of the grid gets fewer pixels than it has on the image."""
    import numpy as np

    rows, columns = grid.shape[:2]
    width = np.percentile(np.hypot(*np.diff(grid, axis=1).T), 95) * (columns - 1)
    height = np.percentile(np.hypot(*np.diff(grid, axis=0).T), 95) * (rows - 1)
    shrink = min(1.0, (2 * image.shape[0] * image.shape[1] / max(width * height, 1.0)) ** 0.5)
    return max(round(width * shrink), 1), max(round(height * shrink), 1)


def drawn(image: Image | Plane, grid: Grid, width: int, height: int) -> Image:
    """The flat page of that size: each pixel from where the grid, bilinear between its points, says that it lies."""
    import cv2
    import numpy as np

    rows, columns = grid.shape[:2]
    out = np.empty((height, width, *image.shape[2:]), np.uint8)
    points = (grid - 0.5).astype(np.float32)  # OpenCV counts pixels by their middles
    along = ((np.arange(width) + 0.5) * ((columns - 1) / width)).astype(np.float32)
    for top in range(0, height, STRIP):
        down = ((np.arange(top, min(top + STRIP, height)) + 0.5) * ((rows - 1) / height)).astype(np.float32)
        column, row = np.meshgrid(along, down)
        there = cv2.remap(points, column, row, cv2.INTER_LINEAR)
        x, y = there[..., 0], there[..., 1]
        out[top : top + STRIP] = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out
