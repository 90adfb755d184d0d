"""Training samples: the image of each line that a person checked, with its text beside it, in a ZIP archive.

Pairs of `NAME.png` and `NAME.gt.txt` are what Tesseract (tesstrain, “Provide ground truth data”), kraken, Calamari and OCRopus
train on; `samples.jsonl` says where each of them comes from.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from uncial.errors import NothingChecked
from uncial.formats.bundle import packed
from uncial.geometry import Box, Quad, Transform

if TYPE_CHECKING:
    from uncial.document import Document, Line, Page
    from uncial.options import Output
    from uncial.original import Original
    from uncial.raster import Image

MARGIN = 0.15
"""Times the height of the line: the paper around it, so that no stroke is cut where a box is tight."""
_LONGEST = 30_000
"""Pixels. OpenCV takes images of up to 32,767 apart."""


class _Sample(NamedTuple):
    name: str
    page: Page
    line: Line
    quad: Quad


def write(document: Document, original: Original, output: Output | None = None) -> bytes:
    """All lines of which a person checked a word, as an archive; the same document gives the same bytes.

    Raises `NothingChecked` where there is none.
    """
    samples = list(_samples(document))
    if not samples:
        raise NothingChecked("No line of this document was checked by a person, so that there is nothing to train on.")
    return packed(_files(document, original, samples))


def _samples(document: Document) -> Iterator[_Sample]:
    for page in document.pages:
        for number, line in enumerate(page.lines, start=1):
            quad = quad_on_page(line.quad, page)
            if quad and any(word.checked for word in line.words):
                yield _Sample(f"{page.number:04}-{number:04}", page, line, quad)


def quad_on_page(quad: Quad, page: Page) -> Quad | None:
    """Where the line can be cut out of its page: its quad, or the box around a quad that is none; None where it has no area."""
    clamped = quad.clamped(page.width, page.height)
    for each in (clamped, Quad.of_box(clamped.box)):
        if _is_convex(each) and min(each.width, each.height) >= 1 and max(each.width, each.height) < _LONGEST:
            return each
    return None


def _is_convex(quad: Quad) -> bool:
    """Whether its corners go clockwise round it, and none lies on a line with its neighbours."""
    turns = []
    for i in range(4):
        (ax, ay), (bx, by), (cx, cy) = quad[i - 1], quad[i], quad[(i + 1) % 4]
        turns.append((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
    return min(turns) > 0


def _files(document: Document, original: Original, samples: list[_Sample]) -> Iterator[tuple[str, bytes]]:
    shown: tuple[int, Image] | None = None
    for sample in samples:
        if shown is None or shown[0] != sample.page.number:
            shown = None  # two pages are never held at once
            shown = sample.page.number, original.image(sample.page)
        yield f"{sample.name}.png", _png(cut_out(shown[1], sample.quad))
        yield f"{sample.name}.gt.txt", _bytes(_text(sample.line))
    yield "samples.jsonl", b"".join(_bytes(_told(document, sample)) for sample in samples)


def _text(line: Line) -> str:
    return unicodedata.normalize("NFC", line.text)


def _bytes(line: str) -> bytes:
    return f"{line}\n".encode("utf-8", "replace")


def _told(document: Document, sample: _Sample) -> str:
    told = {
        "file": f"{sample.name}.png",
        "text": _text(sample.line),
        "page": sample.page.number,
        "quad": [[round(x, 2), round(y, 2)] for x, y in sample.quad],
        "direction": sample.line.direction,
        "handwritten": sample.line.handwritten,
        "words": len(sample.line.words),
        "checked": sum(word.checked for word in sample.line.words),
        "engine": sample.line.engine,
        "source": document.source.sha256,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def cut_out(image: Image, quad: Quad, part: float = MARGIN) -> Image:
    """The line upright and level, with a margin, as large as it is on the page (H x W x 3, RGB, uint8).

    The margin is that part of the line's height, on each side.
    """
    import cv2
    import numpy as np

    margin = max(round(part * quad.height), 1)
    width, height = max(round(quad.width), 1), max(round(quad.height), 1)
    there = Transform.translation(-margin, -margin).then(Transform.onto(quad, width, height))
    size = width + 2 * margin, height + 2 * margin
    box = there.quad(Quad.of_box(Box(0, 0, *size))).box.grown(2).intersection(Box(0, 0, image.shape[1], image.shape[0]))
    left, top = int(box.left), int(box.top)
    view = np.ascontiguousarray(image[top : int(box.bottom) + 1, left : int(box.right) + 1])
    half = Transform.translation(0.5, 0.5)  # our frame counts from the corners of pixels, OpenCV from their middles
    way = half.then(there).then(Transform.translation(-left - 0.5, -top - 0.5))
    matrix = np.array(way).reshape(3, 3)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(view, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _png(image: Image) -> bytes:
    import cv2

    return cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()
