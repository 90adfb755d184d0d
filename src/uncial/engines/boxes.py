"""Quads for engines that only know the upright box of each character."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, cos, sin
from statistics import median

from uncial.geometry import Box, Point, Quad

_FEW = 8
"""Characters that are too few to tell how a line slants."""


def direction(start: Point, end: Point) -> float:
    """The direction from one point to the other, in radians clockwise from the x axis."""
    return atan2(end.y - start.y, end.x - start.x)


def slant(characters: Sequence[Box], otherwise: float = 0.0) -> float:
    """The direction of a line, in radians: the median of what pairs of characters far apart say with their feet (Theil and Sen).

    `otherwise` is what to believe where the characters are too few.
    """
    if len(characters) < _FEW:
        return otherwise
    # From left to right, in the lines of right-to-left scripts too.
    feet = sorted(Point(box.center.x, box.bottom) for box in characters)
    return median(direction(near, far) for near, far in zip(feet, feet[len(feet) // 2 :], strict=False))


def quad_around(boxes: Sequence[Box], angle: float, *, lying: bool = False) -> Quad:
    """The smallest quad in that direction around the boxes, each taken as long and as high as its upright box.

    Not around the corners of the boxes: the box of a slanted character is hardly larger than the character, but its corners
    stand out on both sides, and that of a slanted word is mostly air. `lying` text runs down the page, or up.
    """
    cosine, sine = cos(angle), sin(angle)
    spans = []
    for box in boxes:
        long, high = (box.height, box.width) if lying else (box.width, box.height)
        along = box.center.x * cosine + box.center.y * sine
        across = box.center.y * cosine - box.center.x * sine
        spans.append(Box(along - long / 2, across - high / 2, along + long / 2, across + high / 2))
    left, top, right, bottom = Box.around(spans)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Quad(*(Point(u * cosine - v * sine, u * sine + v * cosine) for u, v in corners))
