"""A picture of the pages with what was found on them: words by their confidence, blocks by their kind, and their order.

All lengths are parts of the picture's size, so that a phone photo and a scan of 35 megapixels look alike. Letters are drawn
by OpenCV, which has ASCII alone: numbers and the names of kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, NamedTuple, cast, get_args

from uncial.document import Kind, Word
from uncial.errors import LimitExceeded, OutputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.document import Block, Document, Page
    from uncial.geometry import Quad
    from uncial.options import Output
    from uncial.original import Original
    from uncial.raster import Image

    Corners = NDArray[np.int32]
    """4 x 2, x and y."""

Colour = tuple[int, int, int]
"""Blue, green, red: the order in which OpenCV encodes."""

_LONGEST = 2400
"""Pixels of the long side of a page; larger ones are reduced."""
_SHORTEST = 1200
"""Smaller ones are enlarged to this, for numbers need room."""
_MOST = 100_000_000
"""Pixels of the whole picture."""
_GAP = 0.01
"""Between pages, as a part of the width."""
_PEN = 1 / 900
"""How thick lines are, as a part of the long side of a page."""
_TAG = 1 / 60
"""How high the field of a number is, as a part of the long side of a page."""
_SMALLEST_TAG = 16
_TINT = 0.3
"""How much of a word's colour lies over the print."""

_INK: Colour = (60, 60, 60)
_PAPER: Colour = (255, 255, 255)
_DESK: Colour = (200, 200, 200)
_KINDS: dict[Kind, Colour] = {
    "paragraph": (180, 105, 20),
    "heading": (130, 20, 200),
    "list-item": (120, 140, 0),
    "table": (190, 50, 110),
    "figure": (0, 110, 230),
    "caption": (60, 90, 140),
    "footnote": (150, 110, 80),
    "page-header": (120, 120, 120),
    "page-footer": (120, 120, 120),
}
_SURE: tuple[tuple[float, str, Colour], ...] = (
    (0.9, "sure", (80, 190, 60)),
    (0.7, "fair", (0, 190, 255)),
    (0.0, "unsure", (40, 40, 235)),
)
_UNKNOWN: tuple[str, Colour] = ("not told", (170, 170, 170))


def write(document: Document, original: Original, output: Output | None = None) -> bytes:
    """The pages as a PNG, one below the other, with a legend above. Raises `LimitExceeded` where they are too many."""
    import cv2
    import numpy as np

    sizes = [_size(page) for page in document.pages]
    width = max(size.width for size in sizes)
    legend = _legend(document, width)
    gap = round(_GAP * width)
    height = len(legend) + sum(size.height + gap for size in sizes)
    if width * height > _MOST:
        raise LimitExceeded(
            f"A picture of {len(sizes)} pages would have {width * height // 1_000_000} million pixels.",
            hint=f"Ask for fewer pages, such as --pages 1-{max(1, _MOST * len(sizes) // (width * height))}.",
            stage="format",
        )
    whole = np.full((height, width, 3), _DESK, np.uint8)
    whole[: len(legend)] = legend
    top = len(legend)
    for page, size in zip(document.pages, sizes, strict=True):
        whole[top + gap : top + gap + size.height, : size.width] = _picture(page, original, size)
        top += gap + size.height
    done, encoded = cv2.imencode(".png", whole)
    if not done:
        raise OutputError("The picture of the pages could not be encoded as PNG.")
    return encoded.tobytes()


class _Size(NamedTuple):
    width: int
    height: int
    scale: float
    """Of the picture to the page."""


def _size(page: Page) -> _Size:
    """How large a page is in the picture; one that could not be read is a strip that says why."""
    if page.problem or not page.width or not page.height:
        return _Size(_SHORTEST, _SHORTEST // 16, 1.0)
    longest = max(page.width, page.height)
    scale = min(max(longest, _SHORTEST), _LONGEST) / longest
    return _Size(max(1, round(page.width * scale)), max(1, round(page.height * scale)), scale)


def _picture(page: Page, original: Original, size: _Size) -> Image:
    if page.problem or not page.width or not page.height:
        return _strip(f"page {page.number}: {page.problem.code if page.problem else 'empty'}", size)
    import cv2

    finer = cv2.INTER_AREA if size.scale < 1 else cv2.INTER_CUBIC
    shown = cv2.cvtColor(cv2.resize(original.image(page), size[:2], interpolation=finer), cv2.COLOR_RGB2BGR)
    return _Drawing(cast("Image", shown), size.scale, max(1, round(_PEN * max(size[:2])))).page(page)


def _strip(text: str, size: _Size) -> Image:
    import numpy as np

    strip = np.full((size.height, size.width, 3), _PAPER, np.uint8)
    _print(strip, text, size.height // 3, size.height // 3, size.height // 3, _INK)
    return strip


class _Drawing(NamedTuple):
    """A page in the picture, on which things are drawn."""

    image: Image
    """H x W x 3, BGR, uint8; drawn upon."""
    scale: float
    pen: int
    """How thick a line is, in pixels."""

    def page(self, page: Page) -> Image:
        """Everything that was found on a page, the most important last."""
        self.tint(word for line in page.lines for word in line.words)
        for block in page.blocks:
            self.cells(block)
        for block in page.blocks:
            self.outline(block.quad, _KINDS[block.kind], self.pen + 1)
        self.order(page.blocks)
        return self.image

    def corners(self, quad: Quad) -> Corners:
        import numpy as np

        return np.rint(np.asarray(quad) * self.scale).astype(np.int32)

    def tint(self, words: Iterable[Word]) -> None:
        """Lay the colour of its confidence over each word; what is doubtful is framed as well."""
        import cv2

        words = tuple(words)
        over = self.image.copy()
        for word in words:
            cv2.fillPoly(over, [self.corners(word.quad)], _sureness(word)[1])
        cv2.addWeighted(over, _TINT, self.image, 1 - _TINT, 0, dst=self.image)
        for word in words:
            if word.doubtful:
                self.outline(word.quad, _SURE[-1][2], self.pen + 1)

    def cells(self, block: Block) -> None:
        """The cells of a table; those that name columns are thicker."""
        for cell in block.cells:
            self.outline(cell.quad, _KINDS[block.kind], self.pen + cell.heading)

    def outline(self, quad: Quad, colour: Colour, thickness: int) -> None:
        import cv2

        cv2.polylines(self.image, [self.corners(quad)], True, colour, thickness, cv2.LINE_AA)

    def order(self, blocks: Sequence[Block]) -> None:
        """A number at each block, and an arrow from each to the next."""
        tags = [self.tag(number, block) for number, block in enumerate(blocks, 1)]
        for here, there in pairwise(tags):
            self.arrow(here, there)
        for number, (block, middle) in enumerate(zip(blocks, tags, strict=True), 1):
            self.number(number, middle, _KINDS[block.kind])

    def arrow(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """A thin arrow to just before the number at its end, which would cover its head."""
        import cv2

        across, down = end[0] - start[0], end[1] - start[1]
        length = hypot(across, down)
        rest = length - self.room(0)[1]
        if rest > 0:
            tip = (round(start[0] + across * rest / length), round(start[1] + down * rest / length))
            cv2.arrowedLine(self.image, start, tip, _INK, self.pen, cv2.LINE_AA, tipLength=min(0.5, 8 * self.pen / rest))

    def tag(self, number: int, block: Block) -> tuple[int, int]:
        """Where the middle of a block's number is: beside its first corner, as far as there is room."""
        x, y = (int(value) for value in self.corners(block.quad)[0])
        wide, high = self.room(number)
        height, width = self.image.shape[:2]
        return min(max(x - wide // 2, wide // 2), width - wide // 2), min(max(y, high // 2), height - high // 2)

    def room(self, number: int) -> tuple[int, int]:
        """How wide and high the field of a number is."""
        high = max(_SMALLEST_TAG, round(_TAG * max(self.image.shape[:2])))
        return _width(str(number), high // 2) + high // 2, high

    def number(self, number: int, middle: tuple[int, int], colour: Colour) -> None:
        import cv2

        wide, high = self.room(number)
        left, top = middle[0] - wide // 2, middle[1] - high // 2
        cv2.rectangle(self.image, (left, top), (left + wide, top + high), colour, cv2.FILLED, cv2.LINE_AA)
        _print(self.image, str(number), left + high // 4, top + high // 4, high // 2, _PAPER)


def _sureness(word: Word) -> tuple[str, Colour]:
    """What the legend calls the confidence of a word, and its colour."""
    if word.confidence is None:
        return _UNKNOWN
    return next((name, colour) for least, name, colour in _SURE if word.confidence >= least or least == 0)


def _legend(document: Document, width: int) -> Image:
    """What the colours mean that are used, as a strip of that width."""
    import cv2
    import numpy as np

    line = max(20, width // 45)
    places, rows = _placed(_entries(document), line, width)
    strip = np.full((rows * 2 * line, width, 3), _PAPER, np.uint8)
    for (name, colour, filled), (left, top) in places:
        corner = (left + line, top + line)
        if filled:
            tint = [round(255 + _TINT * 2 * (part - 255)) for part in colour]
            cv2.rectangle(strip, (left, top), corner, tint, cv2.FILLED)
        else:
            cv2.rectangle(strip, (left, top), corner, colour, max(2, line // 8))
        _print(strip, name, left + line + line // 3, top + line // 4, line // 2, _INK)
    return strip


_Entry = tuple[str, Colour, bool]
"""A name, its colour, and whether it is an area; else a line."""


def _entries(document: Document) -> list[_Entry]:
    kinds = {block.kind for page in document.pages for block in page.blocks}
    sure = {_sureness(word) for page in document.pages for line in page.lines for word in line.words}
    named = [("sure: 90 % and more", _SURE[0]), ("fair: 70 % and more", _SURE[1]), ("unsure: less", _SURE[2])]
    return [
        *((kind, _KINDS[kind], False) for kind in get_args(Kind) if kind in kinds),
        *((text, colour, True) for text, (_, name, colour) in named if (name, colour) in sure),
        *((name, colour, True) for name, colour in [_UNKNOWN] if _UNKNOWN in sure),
    ]


def _placed(entries: Sequence[_Entry], line: int, width: int) -> tuple[list[tuple[_Entry, tuple[int, int]]], int]:
    """Each entry with its left upper corner, from left to right in as many rows as they need, and how many those are."""
    places, left, row = [], line, 0
    for entry in entries:
        wide = 3 * line + _width(entry[0], line // 2)
        if left > line and left + wide > width:
            left, row = line, row + 1
        places.append((entry, (left, row * 2 * line + line // 2)))
        left += wide
    return places, row + 1


def _print(image: Image, text: str, left: int, top: int, height: int, colour: Colour) -> None:
    """Write ASCII of that height, in pixels of a digit, with its upper left corner there."""
    import cv2

    scale, pen = _font(height)
    cv2.putText(image, text, (left, top + height), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, pen, cv2.LINE_AA)


def _width(text: str, height: int) -> int:
    import cv2

    scale, pen = _font(height)
    return int(cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, pen)[0][0])


def _font(height: int) -> tuple[float, int]:
    """OpenCV's scale and pen for digits of that height: at scale 1, those of Hershey's simplex are 21 pixels high."""
    return height / 21, max(1, round(height / 9))
