"""Flattens photographed pages: a sheet that was taken at a slant, and one that curls where the model for it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from uncial.geometry import Quad, Transform, Way
from uncial.prepare.sheet import find_sheet, flat_size, is_slanted
from uncial.prepare.way import matrix_of

if TYPE_CHECKING:
    from uncial.engines import Engine
    from uncial.raster import Image

TOO_LONG = 32767
"""Pixels. OpenCV's maps reach no further (SHRT_MAX), and no photograph does."""


class Flattened(NamedTuple):
    """A page that lies flat now."""

    image: Image
    back: Way
    """From its pixels to those of the photograph."""
    name: str
    """What was done: “perspective” or “curl”."""


@runtime_checkable
class KeepsModels(Protocol):
    """An engine that was told of a folder of weights."""

    @property
    def models(self) -> Path | None:
        """The folder, None where there is none."""
        ...


def models_of(engine: Engine) -> Path | None:
    """The folder of weights that the engine was told of: what prepares its pages looks there too."""
    return engine.models if isinstance(engine, KeepsModels) else None


def flatten(image: Image, models: Path | None = None) -> Flattened | None:
    """The page (H x W x 3, uint8, RGB) laid flat; None where it lies flat already, or where nobody can tell.

    Raises `ModelMissing` where the optional model is there and is not the one that it should be.
    """
    sheet = find_sheet(image) if max(image.shape) < TOO_LONG else None
    if sheet is None:
        return None
    if not sheet.straight:
        # What curls is rare, and most scans are done by now: neither OpenCV's maps nor a network is loaded for them.
        from uncial.prepare.curl import uncurled

        curl = uncurled(image, sheet, models)
        if curl:
            return Flattened(*curl, "curl")
    return _squared(image, sheet.corners) if sheet.corners and is_slanted(sheet.corners) else None


def _squared(image: Image, corners: Quad) -> Flattened:
    """The sheet alone, seen from straight above."""
    import cv2
    import numpy as np

    width, height = flat_size(corners, image.shape[1], image.shape[0])
    there = Transform.onto(corners, width, height)
    way = matrix_of(there.inverse())
    flat = cv2.warpPerspective(image, way, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return Flattened(np.ascontiguousarray(flat, dtype=np.uint8), there, "perspective")
