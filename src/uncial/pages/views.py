"""Pages as large as somebody wants to look at them: in the document's own frame, scaled down and never up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uncial.raster import Image

_MOST = 65_500
"""Pixels of the longer side of a JPEG: it has room for 65,535 (ITU-T T.81, B.2.2), and libjpeg for so many."""
_QUALITY = 80


def view_size(width: int, height: int, wanted: int) -> tuple[int, int]:
    """Width and height in pixels of a page that is shown `wanted` pixels wide at most; 0 is as wide as it is."""
    return _scaled(width, height, wanted / width if wanted else 1.0)


def shrunk(image: Image, size: tuple[int, int]) -> Image:
    """The image (H x W x 3, RGB, uint8) in that width and height, neither of which is larger than its own."""
    height, width = image.shape[:2]
    if size == (width, height):
        return image
    import cv2

    made: Image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]  # of eight bits, as ours is
    return made


def jpeg(image: Image) -> bytes:
    """The image (H x W x 3, RGB, uint8) as a JPEG; smaller where one cannot be as large."""
    import cv2

    height, width = image.shape[:2]
    fitting = shrunk(image, _scaled(width, height, _MOST / max(width, height)))
    made = cv2.imencode(".jpg", cv2.cvtColor(fitting, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return made.tobytes()


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    scale = min(1.0, scale)
    return max(1, round(width * scale)), max(1, round(height * scale))
