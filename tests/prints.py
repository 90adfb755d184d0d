"""Pages that the tests print themselves, with the true place of every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from uncial.document import Line, Word
from uncial.geometry import Box

if TYPE_CHECKING:
    from uncial.raster import Image as Pixels


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Aileron, the TrueType font that Pillow brings along."""
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


@dataclass
class Sheet:
    """Paper to print on."""

    width: int
    height: int
    paper: str = "white"
    ink: str = "black"
    words: list[tuple[str, Box]] = field(default_factory=list)
    """All words that were printed, with the boxes of their ink."""

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.width, self.height), self.paper)
        self._draw = ImageDraw.Draw(self.image)

    def put(self, text: str, x: float, y: float, size: int = 30) -> Sheet:
        """Print one line, its left end at `x` and the top of its font's line at `y`."""
        self._draw.text((x, y), text, self.ink, font(size))
        at = 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            left = x + self._draw.textlength(text[:start], font(size))
            self.words.append((word, Box(*self._draw.textbbox((left, y), word, font(size)))))
        return self

    def column(self, text: str, x: float, y: float, size: int = 30, step: float = 1.4) -> Sheet:
        """Print several lines below each other, `step` times the size apart."""
        for number, line in enumerate(text.splitlines()):
            self.put(line, x, y + number * step * size, size)
        return self

    def paste(self, other: Sheet, x: int, y: int, turns: int = 0) -> Sheet:
        """Lay another sheet on this one, turned by so many quarters clockwise."""
        self.image.paste(other.image.rotate(-90 * turns, expand=True), (x, y))
        return self

    def accent(self, mark: str, x: float, y: float, size: int = 30) -> Sheet:
        """Draw an accent above the lower-case letter in the middle of which `x` is, on a line at `y`: the font has none."""
        height, pen = y + 0.34 * size, max(2, size // 14)
        arm = 0.09 * size
        if mark == "acute":
            self._draw.line((x - arm / 2, height, x + arm, height - 1.5 * arm), self.ink, pen)
        elif mark == "grave":
            self._draw.line((x + arm / 2, height, x - arm, height - 1.5 * arm), self.ink, pen)
        else:
            for middle in (x - 1.3 * arm, x + 1.3 * arm):
                self._draw.ellipse((middle - pen * 0.8, height - pen * 1.6, middle + pen * 0.8, height), self.ink)
        return self

    def pixels(self) -> Pixels:
        """Height x width x 3, uint8, RGB."""
        return np.asarray(self.image).copy()


def loops(width: int, height: int) -> Pixels:
    """What a thin pen writes who runs on in loops: a trochoid, as writing exercises have it, in a line of 48 pixels."""
    turns = np.linspace(0, (width - 60) / 9, 25 * (width - 60) // 9)
    across = height / 2 - (10 + 5 * np.sin(turns / 3)) * np.sin(turns)
    points = np.column_stack((15 + 9 * turns - 10 * np.cos(turns), across))
    paper = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(paper).line([tuple(point) for point in points.tolist()], "black", 2)
    return np.asarray(paper).copy()


def words_of(lines: Sequence[Line]) -> list[Word]:
    """All words of these lines."""
    return [word for line in lines for word in line.words]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    common = one.intersection(other).area
    return common / (one.area + other.area - common)
