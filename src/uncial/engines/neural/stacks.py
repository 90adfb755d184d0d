"""Parts lines that the detector ran together: where short lines stand close above each other, it marks a whole column as one."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from uncial.engines.neural.crop import flat_image
from uncial.geometry import Quad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

_UNIT = 24
"""The usual line height in the pixels of the flattened stack."""
_TALL = 1.5
"""Times the usual height; a line so high may be several."""
_LINE = 0.3
"""Times the usual height; less ink is a dot or an accent, and goes with the line below."""
_NARROW = 1.6
"""Times the usual height; what is no wider may also be one line that runs up or down the page."""
_LOOSE = 0.3
"""The white between lines as a part of their height; between the letters of a line there is less."""


def part_stacks(image: Image, quads: list[Quad]) -> list[Quad]:
    """The same lines on the page (H x W x 3, uint8, RGB), with each stack of lines parted at its white rows."""
    if not quads:
        return quads
    usual = median(quad.height for quad in quads)
    return [part for quad in quads for part in (_parts(image, quad, usual) if quad.height > _TALL * usual else [quad])]


def _parts(image: Image, quad: Quad, usual: float) -> list[Quad]:
    scale = _UNIT / usual
    width, height = max(round(quad.width * scale), 1), max(round(quad.height * scale), 1)
    runs = _ink_runs(_inked_rows(flat_image(image, quad, width, height)))
    if len(runs) < 2 or (quad.width < _NARROW * usual and not _loose(runs)):
        return [quad]
    edges = [0.0, *((above[1] + below[0]) / 2 / height for above, below in pairwise(runs)), 1.0]
    return [quad.band(a, b) for a, b in pairwise(edges)]


def _loose(runs: list[tuple[int, int]]) -> bool:
    """Whether there is as much white between the runs as between lines."""
    return median(below[0] - above[1] for above, below in pairwise(runs)) >= _LOOSE * median(b - a for a, b in runs)


def _inked_rows(flat: Image) -> NDArray[np.bool_]:
    """Which rows have ink: the rarer of the two sides of Otsu's threshold."""
    import cv2

    gray = cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY)
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = gray <= threshold
    ink = dark if dark.mean() < 0.5 else ~dark
    rows: NDArray[np.bool_] = ink.mean(axis=1) > 0.02
    return rows


def _ink_runs(rows: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and past-the-last row of each run of rows that is high enough for a line."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([False], rows, [False])).astype(np.int8)))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [(a, b) for a, b in runs if b - a >= _LINE * _UNIT]
