"""Flattens photographed pages: perspective and curl."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uncial.geometry import Way
    from uncial.raster import Image


def flatten(image: Image) -> tuple[Image, Way, str] | None:
    """The page (H x W x 3, uint8, RGB) laid flat, the way back, and what is told of it; None where it lies flat."""
    return None
