"""Pages as their text stands on them: upright and level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, degrees, radians, tan
from statistics import median

from uncial.document import Page
from uncial.geometry import Box, Quad, Transform

_FLATTENED = frozenset(("perspective", "curl"))
"""Of a page that was flattened, `skew` is the slope of the flat one, and no slope of its own is told anywhere."""
_LONG = 3.0
"""Times its height: a line of that length tells how it slopes."""
_STRAY = 20.0
"""Degrees from the usual slope: what slopes more is another text, as on a stamp."""
_APART = 1.0
"""Times the height of the text."""


@dataclass(frozen=True)
class Level:
    """Where things are on the level page of `width` by `height` pixels."""

    width: float
    height: float
    way: Transform

    def box(self, quad: Quad) -> Box:
        """The upright box around a quad of the page."""
        return self.way.box(quad)


def level(page: Page) -> Level:
    """The page turned upright and its slope taken out, about its middle; of a photographed page its lines are made level."""
    turned = Transform.quarter_turns(page.turned // 90, page.width, page.height)
    width, height = (page.height, page.width) if page.turned % 180 else (page.width, page.height)
    middle = turned.then(Transform.translation(-width / 2, -height / 2))
    levelled = middle.then(_levelling(page, middle))
    return Level(width, height, levelled.then(Transform.translation(width / 2, height / 2)))


def _levelling(page: Page, middle: Transform) -> Transform:
    if not _FLATTENED.isdisjoint(page.prepared):
        upright = (middle.quad(line.quad) for line in page.lines)
        long = [quad for quad in upright if quad.width > _LONG * quad.height and abs(quad.angle) < 45]
        if len(long) > 1:
            return _made_level(long)
    return Transform.rotation(-page.skew)


def _made_level(lines: Sequence[Quad]) -> Transform:
    """A way that makes lines level which seem to meet far off, as those of a photographed page do.

    Lines that meet at (m, 0) slope by -y/m where they pass (0, y); the homography that takes that point to infinity has 1 - x/m
    below its fractions (Hartley & Zisserman, section 2.7).
    """
    usual = median(quad.angle for quad in lines)
    turn = Transform.rotation(-usual)
    slope, meeting = _slopes([turn.quad(quad) for quad in lines if abs(quad.angle - usual) < _STRAY])
    return turn.then(Transform.rotation(-degrees(atan(slope)))).then(Transform(g=meeting))


def _slopes(lines: Sequence[Quad]) -> tuple[float, float]:
    """The slope of a line through the middle, and how much more it is for each pixel below: by least squares, long ones first.

    Lines close to each other slope differently by chance alone, so lines less than `_APART` apart tell little of the second.
    """
    told = [_sloping(quad) for quad in lines]
    whole = sum(weight for weight, _, _ in told)
    y, slope = (sum(row[0] * row[at] for row in told) / whole for at in (1, 2))
    near = _APART * median(quad.height for quad in lines)
    spread = sum(weight * (down - y) ** 2 for weight, down, _ in told) + whole * near**2
    more = sum(weight * (down - y) * (steep - slope) for weight, down, steep in told) / spread if spread else 0.0
    return slope - more * y, more


def _sloping(quad: Quad) -> tuple[float, float, float]:
    """How long a line is, at which height it passes the middle, and how it slopes."""
    x, y = quad.box.center
    slope = tan(radians(quad.angle))
    return quad.width, y - slope * x, slope
