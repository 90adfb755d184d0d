"""Turns a page by quarters, so that its text is upright."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from uncial.geometry import Transform

if TYPE_CHECKING:
    from uncial.engines import Engine
    from uncial.raster import Image


LONGEST = 10
"""So many times its short side is the most of an image that is looked at to tell which way up it lies."""


@runtime_checkable
class TellsOrientation(Protocol):
    """An engine that also knows which way up a page lies."""

    def quarter_turns(self, image: Image) -> int:
        """By how many quarters the page must be turned clockwise to be upright."""
        ...


def quarters_of(image: Image, engine: Engine) -> int:
    """By how many quarters the page (H x W x 3, uint8, RGB) must be turned clockwise, 0 where the engine cannot tell."""
    return engine.quarter_turns(_middle(image)) % 4 if isinstance(engine, TellsOrientation) else 0


def _middle(image: Image) -> Image:
    """The middle of an image that is far longer than wide, all of any other.

    Engines scale the short side to what they need. Of a strip of 1 x 100,000 pixels that would make gigabytes.
    """
    height, width = image.shape[:2]
    longest = LONGEST * min(height, width)
    top, left = max((height - longest) // 2, 0), max((width - longest) // 2, 0)
    return image[top : top + longest, left : left + longest]


def turn(image: Image, quarters: int) -> tuple[Image, Transform]:
    """The image, turned by so many quarters clockwise, and the way back."""
    import numpy as np

    if quarters % 4 == 0:
        return image, Transform()
    way = Transform.quarter_turns(quarters, width=image.shape[1], height=image.shape[0])
    return np.ascontiguousarray(np.rot90(image, -quarters)), way.inverse()
