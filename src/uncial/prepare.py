"""Makes a page image upright, and remembers the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from uncial.geometry import Transform
from uncial.options import Options

if TYPE_CHECKING:
    from uncial.engines import Engine
    from uncial.raster import Image


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
    return turn(image, engine.quarter_turns(image))


def turn(image: Image, quarters: int) -> Upright:
    """Turn the image by so many quarters clockwise."""
    import numpy as np

    if quarters % 4 == 0:
        return Upright(image, 0, Transform())
    turned = np.ascontiguousarray(np.rot90(image, -quarters))
    way = Transform.quarter_turns(quarters, width=image.shape[1], height=image.shape[0])
    return Upright(turned, quarters % 4 * 90, way.inverse())
