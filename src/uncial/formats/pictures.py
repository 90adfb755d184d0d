"""Figures, cut out of the page that they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from uncial.document import Block, Page
from uncial.geometry import Box

if TYPE_CHECKING:
    from uncial.original import Original
    from uncial.raster import Image

_QUALITY = 88
_LOSSLESS_IS_WORTH = 1.5
"""Times the bytes; drawings and print are small as PNG and ugly as JPEG, photographs are large as PNG."""


class Picture(NamedTuple):
    """An image file, and its size in pixels of the page."""

    data: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Pictures:
    """What can be cut out of one page; the page is only drawn where something is."""

    original: Original | None
    page: Page

    def cut(self, block: Block, *, as_jpeg: bool = False) -> Picture | None:
        """The part of the page that a figure covers, turned upright; None without the original or where it covers nothing."""
        image = self._image
        if image is None:
            return None
        box = block.quad.box.intersection(Box(0, 0, self.page.width, self.page.height))
        part = image[floor(box.top) : ceil(box.bottom), floor(box.left) : ceil(box.right)] if box.area >= 1 else image[:0]
        return _encoded(part, self.page.turned // 90, as_jpeg) if part.size else None

    @cached_property
    def _image(self) -> Image | None:
        return self.original.image(self.page) if self.original else None


def _encoded(part: Image, quarters: int, as_jpeg: bool) -> Picture:
    """The pixels (H x W x 3, RGB, uint8), turned clockwise by so many quarters, as PNG or JPEG, whichever suits them."""
    import cv2
    import numpy as np

    turned = cv2.cvtColor(np.ascontiguousarray(np.rot90(part, -quarters)), cv2.COLOR_RGB2BGR)
    png = cv2.imencode(".png", turned)[1].tobytes()
    jpeg = cv2.imencode(".jpg", turned, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
    height, width = turned.shape[:2]
    if not as_jpeg and len(png) <= _LOSSLESS_IS_WORTH * len(jpeg):
        return Picture(png, "image/png", width, height)
    return Picture(jpeg, "image/jpeg", width, height)
