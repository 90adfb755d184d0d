"""Makes a page image upright, and remembers the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from uncial.geometry import Transform
from uncial.options import Options

if TYPE_CHECKING:
    from uncial.engines import Engine
    from uncial.raster import Image


LONGEST = 10
"""So many times its short side is the most of an image that is looked at to tell which way up it lies."""


class Upright(NamedTuple):
    """A page image that can be read."""

    image: Image
    turned: int
    """By how many degrees clockwise it was turned: 0, 90, 180 or 270."""
    back: Transform
    """From its pixels to those of the page as it came in."""


@runtime_checkable
class TellsOrientation(Protocol):
    """An engine that also knows which way up a page lies."""

    def quarter_turns(self, image: Image) -> int:
        """By how many quarters the page must be turned clockwise to be upright."""
        ...


def upright(image: Image, engine: Engine, options: Options) -> Upright:
    """Turn the page (H x W x 3, uint8, RGB) so that its text is upright, if the options say so and the engine can tell."""
    if not options.orientation or not isinstance(engine, TellsOrientation):
        return Upright(image, 0, Transform())
    return turn(image, engine.quarter_turns(_middle(image)))


def _middle(image: Image) -> Image:
    """The middle of an image that is far longer than wide, all of any other.

    Engines scale the short side to what they need. Of a strip of 1 x 100,000 pixels that would make gigabytes.
    """
    height, width = image.shape[:2]
    longest = LONGEST * min(height, width)
    top, left = max((height - longest) // 2, 0), max((width - longest) // 2, 0)
    return image[top : top + longest, left : left + longest]


def turn(image: Image, quarters: int) -> Upright:
    """Turn the image by so many quarters clockwise."""
    import numpy as np

    if quarters % 4 == 0:
        return Upright(image, 0, Transform())
    turned = np.ascontiguousarray(np.rot90(image, -quarters))
    way = Transform.quarter_turns(quarters, width=image.shape[1], height=image.shape[0])
    return Upright(turned, quarters % 4 * 90, way.inverse())
