"""Makes a page image fit to be read, and remembers the way back.

Each step first measures on the page whether it is called for, and leaves a page alone that can be read as it is. Each has a
switch in `Options`, under whose name `Page.prepared` tells that it was done. docs/preparation.md says what each is worth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from uncial.geometry import Transform, Way
from uncial.options import Options
from uncial.prepare.flatten import flatten, models_of
from uncial.prepare.level import levelled
from uncial.prepare.looks import SMALLEST
from uncial.prepare.part import box_on_page, lines_within, part_of, read_part, with_margin
from uncial.prepare.scale import enlarged
from uncial.prepare.tone import cleaned, evened, sharpened, turned_dark
from uncial.prepare.upright import LONGEST, TellsOrientation, quarters_of, turn
from uncial.prepare.way import joined

if TYPE_CHECKING:
    from uncial.engines import Engine
    from uncial.raster import Image

__all__ = [
    "LONGEST",
    "Prepared",
    "TellsOrientation",
    "Untroubled",
    "Way",
    "box_on_page",
    "lines_within",
    "part_of",
    "prepare",
    "read_part",
    "turn",
    "with_margin",
]


class Prepared(NamedTuple):
    """A page image that can be read."""

    image: Image
    turned: int = 0
    """By how many degrees clockwise it was turned: 0, 90, 180 or 270."""
    back: Way = Transform()
    """From its pixels to those of the page as it came in."""
    steps: tuple[str, ...] = ()
    """What was done, in that order: names of the options that ask for it, and of a page that was laid flat, how."""
    skew: float = 0.0
    """How much its lines sloped before they were levelled, in degrees clockwise."""


@runtime_checkable
class Untroubled(Protocol):
    """An engine that reads some pages as well as they are."""

    @property
    def untroubled(self) -> frozenset[str]:
        """Names of the options whose steps were measured to gain it nothing; they are left out, and their time with them."""
        ...


Step = Callable[[Prepared, "Engine"], Prepared]


def prepare(image: Image, engine: Engine, options: Options) -> Prepared:
    """Do to the page (H x W x 3, uint8, RGB) what the options allow, its looks call for and the engine gains by."""
    spared = engine.untroubled if isinstance(engine, Untroubled) else frozenset[str]()
    if min(image.shape[:2]) < SMALLEST:
        spared |= _FOR_PAGES
    page = Prepared(image)
    for name, step in _STEPS.items():
        if getattr(options, name) and name not in spared:
            page = step(page, engine)
    return page


def _upright(page: Prepared, engine: Engine) -> Prepared:
    quarters = quarters_of(page.image, engine)
    if not quarters:
        return page
    image, back = turn(page.image, quarters)
    return _changed(page, "orientation", image, back)._replace(turned=quarters * 90)


def _flattened(page: Prepared, engine: Engine) -> Prepared:
    flat = flatten(page.image, models_of(engine))
    return _changed(page, flat.name, flat.image, flat.back) if flat else page


def _levelled(page: Prepared, engine: Engine) -> Prepared:
    level = levelled(page.image)
    if level is None:
        return page
    image, back, skew = level
    return _changed(page, "deskew", image, back)._replace(skew=skew)


def _enlarged(page: Prepared, engine: Engine) -> Prepared:
    larger = enlarged(page.image)
    return _changed(page, "upscale", *larger) if larger else page


def _toned(name: str, change: Callable[[Image], Image | None]) -> Step:
    """The step that changes colours alone."""

    def step(page: Prepared, engine: Engine) -> Prepared:
        image = change(page.image)
        return page if image is None else _changed(page, name, image, Transform())

    return step


def _changed(page: Prepared, name: str, image: Image, back: Way) -> Prepared:
    return page._replace(image=image, back=joined(back, page.back), steps=(*page.steps, name))


_STEPS: dict[str, Step] = {
    "invert": _toned("invert", turned_dark),
    "orientation": _upright,
    "dewarp": _flattened,
    "contrast": _toned("contrast", evened),
    "denoise": _toned("denoise", cleaned),
    "deskew": _levelled,
    "sharpen": _toned("sharpen", sharpened),
    "upscale": _enlarged,
}
"""By the option that asks for it, in their order: dark text first, since the others look for it; shadows before what is fine."""
_FOR_PAGES = frozenset(_STEPS) - {"orientation", "dewarp"}
"""What the looks of a line or a word that was cut out of a page say nothing about."""
