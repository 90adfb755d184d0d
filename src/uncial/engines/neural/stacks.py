"""Parts what the detector marked as one line and cannot be read as one.

Where short lines stand close above each other, it marks a whole column. And a line may be longer than the recognisers can take.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from statistics import median
from typing import TYPE_CHECKING

from uncial.engines.crop import flat_image, inked, turned
from uncial.geometry import Quad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

_UNIT = 24
"""The usual line height in the pixels of what is flattened to look for white."""
_MOST = 16_000
"""What is flattened is no wider or higher than this: OpenCV warps images up to 32,767 pixels."""
_TALL = 1.5
"""Times the usual height; a line so high may be several."""
_LINE = 0.3
"""Times the usual height; less ink is a dot or an accent, and goes with the line below."""
_NARROW = 1.6
"""Times the usual height; what is no wider may also be one line that runs up or down the page."""
_STROKE = 0.02
"""So much of a row or a column has to be ink, or there is none."""
_LOOSE = 0.3
"""The white between lines as a part of their height; between the letters of a line there is less."""
_LONG = 60.0
"""Times its height; a longer line would be squeezed until nobody can read it."""
_REACH = 3.0
"""Times its height; so far to both sides a place is looked for where a line can be cut."""


def part_stacks(image: Image, quads: list[Quad]) -> list[Quad]:
    """The same lines on the page (H x W x 3, uint8, RGB), with each stack of lines parted at its white rows."""
    if not quads:
        return quads
    usual = median(quad.height for quad in quads)
    return [part for quad in quads for part in (_parts(image, quad, usual) if quad.height > _TALL * usual else [quad])]


def _parts(image: Image, quad: Quad, usual: float) -> list[Quad]:
    scale = min(_UNIT / usual, _MOST / max(quad.width, quad.height))
    width, height = max(round(quad.width * scale), 1), max(round(quad.height * scale), 1)
    runs = _runs(_marked(flat_image(image, quad, width, height), axis=1))
    lines = [(a, b) for a, b in runs if b - a >= _LINE * _UNIT]
    if len(lines) < 2 or (quad.width < _NARROW * usual and not _loose(runs)):
        return [quad]
    edges = [0.0, *((above[1] + below[0]) / 2 / height for above, below in pairwise(lines)), 1.0]
    return [quad.band(a, b) for a, b in pairwise(edges)]


def _loose(runs: list[tuple[int, int]]) -> bool:
    """Whether there is as much white between the runs as between lines."""
    return median(below[0] - above[1] for above, below in pairwise(runs)) >= _LOOSE * median(b - a for a, b in runs)


def part_long(image: Image, quads: list[Quad]) -> list[Quad]:
    """The same lines on the page (H x W x 3, uint8, RGB), with each line that is very long parted between words."""
    return [part for quad in quads for part in _lengths(image, quad)]


def _lengths(image: Image, quad: Quad) -> list[Quad]:
    turns = 1 if quad.height > quad.width else 0
    line = turned(quad, turns)
    count = ceil(line.width / (_LONG * max(line.height, 1.0)))
    if count < 2:
        return [quad]
    cuts = [0.0, *(_white_near(image, line, i / count) for i in range(1, count)), 1.0]
    return [turned(line.span(a, b), -turns) for a, b in pairwise(cuts)]


def _white_near(image: Image, quad: Quad, place: float) -> float:
    """The middle of the widest white near a place (0..1 of the quad's length), or that place where there is none."""
    reach = _REACH * quad.height / quad.width
    flat = flat_image(image, quad.span(place - reach, place + reach), round(2 * _REACH * _UNIT), _UNIT)
    start, end = max(_runs(~_marked(flat, axis=0)), key=lambda run: run[1] - run[0], default=(0, flat.shape[1]))
    return float(place + reach * ((start + end) / flat.shape[1] - 1))


def _marked(flat: Image, axis: int) -> NDArray[np.bool_]:
    """Which rows (axis 1) or columns (axis 0) have ink."""
    marked: NDArray[np.bool_] = inked(flat).mean(axis=axis) > _STROKE
    return marked


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and past-the-last place of each run of marks."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
