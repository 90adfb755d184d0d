"""A part of the page: where it lies on the image that was made fit to be read, and which lines and words are read in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import ceil, floor
from typing import TYPE_CHECKING

from uncial.document import Line, mean_confidence
from uncial.errors import OptionInvalid
from uncial.geometry import Box, Quad, Transform, Way
from uncial.options import Options, Region

if TYPE_CHECKING:
    from uncial.engines import Engine
    from uncial.raster import Image

_CELLS = 32
"""Each way; the second look divides what the first one found once more, so that the part is found to a thousandth of the page."""
_BESIDE, _ABOVE = 1 / 12, 1 / 60
"""How much is read beside a region, and above and below it, in parts of the page's longer side: 25 and 5 mm of A4, so that
a word and a line at its edge are seen whole."""


def box_on_page(region: Region, width: int, height: int) -> Box:
    """The part of a page of that size that the region covers. Raises `OptionInvalid` where it covers nothing of it."""
    page = Box(0, 0, width, height)
    box = region.box.intersection(page) if region.box else page
    if box.area <= 0:
        hint = f"This page is {width} pixels wide and {height} high; choose other pages, or another region."
        raise OptionInvalid(f"The region {region} lies outside of the page.", hint=hint, stage="prepare")
    return box


def with_margin(box: Box, width: int, height: int) -> Box:
    """The box with what is read around it, in the frame in which lines are level: it is not told, but no word is cut in two."""
    beside, above = (max(part * max(width, height), 4.0) for part in (_BESIDE, _ABOVE))
    wide = Box(box.left - beside, box.top - above, box.right + beside, box.bottom + above)
    return wide.intersection(Box(0, 0, width, height))


def _cut_out(image: Image, box: Box) -> tuple[Image, Transform]:
    """What an image (H x W x 3, uint8, RGB) shows in the box, one pixel at least, and the way from there to the image."""
    import numpy as np

    left, top = min(floor(box.left), image.shape[1] - 1), min(floor(box.top), image.shape[0] - 1)
    right, bottom = max(ceil(box.right), left + 1), max(ceil(box.bottom), top + 1)
    return np.ascontiguousarray(image[top:bottom, left:right]), Transform.translation(left, top)


def read_part(image: Image, box: Box, engine: Engine, options: Options) -> list[Line]:
    """The lines that an engine reads in one part of an image, in the image's own frame."""
    part, way = _cut_out(image, box)
    return [line.moved(way) for line in engine.read(part, options.languages, options.effort)]


def lines_within(lines: Iterable[Line], box: Box, back: Way) -> list[Line]:
    """The lines with those of their words that have their middle in the box, to whose frame `back` leads; none without words."""
    kept = (_line_of(line, [box.holds(back.quad(word.quad).box.center) for word in line.words]) for line in lines)
    return [line for line in kept if line.words]


def _line_of(line: Line, inside: list[bool]) -> Line:
    words = tuple(word for word, yes in zip(line.words, inside, strict=True) if yes)
    if not words or len(words) == len(line.words):
        return replace(line, words=words)
    there, back = Transform.rotation(-line.quad.angle), Transform.rotation(line.quad.angle)
    box = Box.around(there.quad(word.quad).box for word in words)
    return replace(line, words=words, quad=back.quad(Quad.of_box(box)), confidence=mean_confidence(words))


def part_of(back: Way, width: int, height: int, region: Box) -> Box | None:
    """The part of a prepared image of that size that shows the region of the page; None where it shows nothing of it.

    `back` leads from the image to the page, and may be one that cannot be turned round: so the image is divided into cells, and
    those are taken that lie in the region when they have gone that way. The part is no smaller than the region.
    """
    found: Box | None = Box(0, 0, width, height)
    for _ in range(2):
        found = found and _narrowed(found, back, region)
    return found


def _narrowed(box: Box, back: Way, region: Box) -> Box | None:
    """Around those cells of the box that the way back leads into the region."""
    wide, high = box.width / _CELLS, box.height / _CELLS
    places = ((box.left + column * wide, box.top + row * high) for row in range(_CELLS) for column in range(_CELLS))
    cells = [Box(left, top, left + wide, top + high) for left, top in places]
    met = [cell for cell in cells if back.quad(Quad.of_box(cell)).box.intersection(region).area > 0]
    return Box.around(met) if met else None
