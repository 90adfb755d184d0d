"""Finds what is drawn on a page beside its text: rules, and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uncial.graphics import Graphics

if TYPE_CHECKING:
    from uncial.raster import Image


def find_graphics(image: Image) -> Graphics:
    """The rules and pictures of a page image (H x W x 3, RGB, uint8), in its pixels."""
    return Graphics()
