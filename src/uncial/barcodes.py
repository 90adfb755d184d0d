"""Finds the barcodes of a page image and reads what they hold, with zxing-cpp.

A barcode is half black and half white over some millimetres, and hardly anything else on a page is. So the page is first looked
at coarsely for such places, and only they are searched: that costs some milliseconds where there are none.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import TYPE_CHECKING

import cv2
import numpy as np

from uncial.document import Barcode
from uncial.geometry import Box, Quad

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from zxingcpp import Barcode as Read
    from zxingcpp import BarcodeFormats

    from uncial.raster import Image

    Gray = NDArray[np.uint8]

_NAMES = {
    "QRCode": "qr-code", "MicroQRCode": "micro-qr-code", "RMQRCode": "rmqr-code", "Aztec": "aztec", "PDF417": "pdf417",
    "MicroPDF417": "micro-pdf417", "DataMatrix": "data-matrix", "EAN13": "ean-13", "EAN8": "ean-8", "UPCA": "upc-a",
    "UPCE": "upc-e", "Code39": "code-39", "Code39Ext": "code-39", "Code93": "code-93", "Code128": "code-128", "ITF": "itf",
    "Codabar": "codabar", "DataBarOmni": "databar", "DataBarStk": "databar-stacked", "DataBarLtd": "databar-limited",
    "DataBarExp": "databar-expanded", "DataBarExpStk": "databar-expanded-stacked",
}  # fmt: skip
"""What zxing-cpp calls the symbologies that are told; others it is not asked for, or takes for one of these."""
SYMBOLOGIES = frozenset(_NAMES.values())
"""By which names barcodes are told."""
_UNCHECKED = ("itf", "codabar", "code-39")
"""Symbologies without a check digit: rules and hatchings can look like them."""
_LEAST_UNCHECKED = 6
"""So many characters one of those has at least."""

_SAMPLES = 600
"""The page is looked at coarsely with that many samples across, or some more."""
_REACH = 48
"""The part of the page's shorter side, as a divisor, over which a barcode is looked for: 4.4 mm of an A4 sheet."""
_DARK = 0.27
"""How dark a barcode is at least, all in all: 0 is the paper around it, 1 is black. Close print comes to a quarter."""
_SPREAD = 0.16
"""How far samples are from that on the average, at least: gray and black areas are even."""
_SOLID = 0.16
"""How dark the lightest row, or column, of that place is: between lines of print there is nothing."""
_SPECK = np.ones((3, 3), np.uint8)
"""Places that are no larger, in samples, are chance."""
_PAPER = 48
"""Samples. There is some paper within that reach of any barcode."""
_REDUCED = 8
"""So much coarser is the paper looked for."""
_MOST = 4_000_000
"""Pixels. A larger place is searched at a lower resolution: there print is all over the page, as in photographs."""
_NEAR = 4.0
"""Pixels. The same barcode read twice is told that far apart at most."""
_TEXT_CONTROLS = "\t\n\r\x04\x1c\x1d\x1e\x1f"
"""Controls that barcodes have between their fields (ISO/IEC 15434) and lines."""


def find_barcodes(image: Image) -> tuple[Barcode, ...]:
    """The barcodes of a page image (H x W x 3, RGB, uint8), from the top down, in its own frame.

    A barcode that is damaged beyond its own error correction is none. Nothing is raised for any image.
    """
    found: list[Barcode] = []
    for place in find_places(image):
        found += (each for each in _read(image, place) if not _is_known(each, found))
    return tuple(sorted(found, key=lambda each: (each.quad.box.top, each.quad.box.left)))


def find_places(image: Image) -> list[Box]:
    """Where on a page image (H x W x 3, RGB, uint8) barcodes could be, with white around them; mostly nowhere."""
    height, width = image.shape[:2]
    step = max(round(min(height, width) / _SAMPLES), 1)
    gray = cv2.cvtColor(cv2.resize(image, (width // step, height // step), interpolation=cv2.INTER_NEAREST), cv2.COLOR_RGB2GRAY)
    reach = max(min(gray.shape) // _REACH, 3)
    marked = cv2.dilate(_marked(_ink(np.asarray(gray, np.uint8)), reach), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(marked)
    page = Box(0, 0, width, height)
    rows, margin = (stats[1:, :4] * step).tolist(), reach * step
    boxes = (Box(x - margin, y - margin, x + wide + margin, y + high + margin) for x, y, wide, high in rows)
    places = [box.intersection(page) for box in boxes]
    return [page] if sum(place.area for place in places) > page.area / 2 else places


def _ink(gray: Gray) -> Gray:
    """How dark each sample is: 0 as the lightest that is near it, 255 black."""
    height, width = gray.shape
    small = cv2.resize(gray, (max(width // _REDUCED, 1), max(height // _REDUCED, 1)), interpolation=cv2.INTER_AREA)
    window = 2 * _PAPER // _REDUCED + 1
    paper = cv2.resize(cv2.dilate(small, np.ones((window, window), np.uint8)), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(cv2.subtract(paper, gray), paper, scale=255), np.uint8)


def _marked(ink: Gray, reach: int) -> Gray:
    """255 where about as much is black as is white within a reach, and no stripe of it is empty."""
    mean = cv2.blur(ink, (reach, reach))
    spread = cv2.blur(cv2.absdiff(ink, mean), (reach, reach))
    along = cv2.erode(cv2.blur(ink, (reach, 1)), np.ones((reach, 1), np.uint8))
    down = cv2.erode(cv2.blur(ink, (1, reach)), np.ones((1, reach), np.uint8))
    solid = cv2.threshold(cv2.max(along, down), 255 * _SOLID, 255, cv2.THRESH_BINARY)[1]
    dark = cv2.threshold(mean, 255 * _DARK, 255, cv2.THRESH_BINARY)[1]
    uneven = cv2.threshold(spread, 255 * _SPREAD, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(cv2.morphologyEx(cv2.min(cv2.min(solid, dark), uneven), cv2.MORPH_OPEN, _SPECK), np.uint8)


def _read(image: Image, place: Box) -> Iterator[Barcode]:
    import zxingcpp

    left, top, right, bottom = map(int, place)
    part = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
    scale = min(sqrt(_MOST / part.size), 1.0)
    if scale < 1.0:
        part = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    page = image.shape[1], image.shape[0]
    for read in zxingcpp.read_barcodes(part, formats=_formats(), text_mode=zxingcpp.TextMode.Plain):
        corners = (read.position.top_left, read.position.top_right, read.position.bottom_right, read.position.bottom_left)
        quad = Quad.of_points((left + corner.x / scale, top + corner.y / scale) for corner in corners).clamped(*page)
        if told := _told(read, quad):
            yield told


def _formats() -> BarcodeFormats:
    from zxingcpp import BarcodeFormat as Format
    from zxingcpp import BarcodeFormats

    wanted = (
        Format.QRCode, Format.Aztec, Format.PDF417, Format.DataMatrix, Format.EANUPC,
        Format.Code39, Format.Code93, Format.Code128, Format.ITF, Format.Codabar, Format.DataBar,
    )  # fmt: skip
    return BarcodeFormats(wanted)


def _told(read: Read, quad: Quad) -> Barcode | None:
    """The barcode as it is told, None where it is likely none."""
    name = _NAMES.get(read.format.name, "")
    if not name or (name in _UNCHECKED and len(read.bytes) < _LEAST_UNCHECKED):
        return None
    return Barcode(name, _text(read), b64encode(read.bytes).decode("ascii"), quad)


def _text(read: Read) -> str:
    from zxingcpp import ContentType

    text = read.text
    readable = all(letter.isprintable() or letter in _TEXT_CONTROLS or letter.isspace() for letter in text)
    return text if readable and read.content_type not in (ContentType.Binary, ContentType.UnknownECI) else ""


def _is_known(barcode: Barcode, found: Sequence[Barcode]) -> bool:
    """Whether it was read before, in a place that overlaps."""
    box = barcode.quad.box
    return any(barcode.base64 == other.base64 and _meet(box, other.quad.box) for other in found)


def _meet(one: Box, other: Box) -> bool:
    """Whether both are of one symbol; of a stacked one the quad can be one of its rows, a mere line."""
    short, long = sorted((one.width, one.height))
    near = long / 4 if short < long / 8 else _NEAR
    both = one.intersection(other)
    return both.width >= -near and both.height >= -near
