"""Makes a page image fit to be read, and remembers the way back.

Each step first measures on the page whether it is called for, and leaves a page alone that can be read as it is. Each has a
switch in `Options` of the name under which it is told in `Page.prepared`. docs/preparation.md says what each is worth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uncial.geometry import Transform, Way
from uncial.options import Options
from uncial.prepare.flatten import flatten, models_of
from uncial.prepare.upright import LONGEST, TellsOrientation, quarters_of, turn
from uncial.prepare.way import joined

if TYPE_CHECKING:
    from pathlib import Path

    from uncial.engines import Engine
    from uncial.raster import Image

__all__ = ["LONGEST", "Prepared", "TellsOrientation", "Way", "prepare", "turn"]


class Prepared(NamedTuple):
    """A page image that can be read."""

    image: Image
    turned: int = 0
    """By how many degrees clockwise it was turned: 0, 90, 180 or 270."""
    back: Way = Transform()
    """From its pixels to those of the page as it came in."""
    steps: tuple[str, ...] = ()
    """What was done, in that order: names of the options that ask for it."""


def prepare(image: Image, engine: Engine, options: Options) -> Prepared:
    """Do to the page (H x W x 3, uint8, RGB) what the options allow and its looks call for."""
    page = Prepared(image)
    if options.orientation:
        page = _turned(page, quarters_of(page.image, engine))
    if options.dewarp:
        page = _flattened(page, models_of(engine))
    return page


def _turned(page: Prepared, quarters: int) -> Prepared:
    if not quarters:
        return page
    image, back = turn(page.image, quarters)
    return Prepared(image, quarters * 90, joined(back, page.back), (*page.steps, "orientation"))


def _flattened(page: Prepared, models: Path | None) -> Prepared:
    flat = flatten(page.image, models)
    if flat is None:
        return page
    image, back, name = flat
    return page._replace(image=image, back=joined(back, page.back), steps=(*page.steps, name))
