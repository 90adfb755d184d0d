"""Tells which way up a page lies: PP-LCNet for four orientations (Cui et al. 2021, arXiv:2109.15099)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uncial.network import Network
    from uncial.raster import Image

_SHORT_SIDE = 256
_SIDE = 224
_STRIP = 8
"""Times its shorter side; what is longer is a line and no page: of that the network would see some letters, and guess."""
_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_SURE = 0.8
"""Below this probability a page stays as it lies: a wrong turn costs the whole page, a missed one can be asked for."""


@dataclass(frozen=True, slots=True)
class PageOrientation:
    """The classifier with what it wants of an image."""

    network: Network

    def quarter_turns(self, image: Image) -> int:
        """By how many quarters the page (H x W x 3, uint8, RGB) must be turned clockwise to be upright: 0, 1, 2 or 3."""
        import cv2
        import numpy as np

        height, width = image.shape[:2]
        if max(height, width) > _STRIP * min(height, width):
            return 0
        scale = _SHORT_SIDE / min(height, width)
        size = max(round(width * scale), _SIDE), max(round(height * scale), _SIDE)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        top, left = (size[1] - _SIDE) // 2, (size[0] - _SIDE) // 2
        crop = small[top : top + _SIDE, left : left + _SIDE].astype(np.float32) / 255
        batch = ((crop - np.array(_MEAN)) / np.array(_DEVIATION)).transpose(2, 0, 1)[None]
        scores = self.network.run(np.ascontiguousarray(batch, dtype=np.float32))[0]
        # The classes say by how many quarters the picture was turned clockwise.
        label = int(scores.argmax())
        return (4 - label) % 4 if scores[label] >= _SURE else 0
