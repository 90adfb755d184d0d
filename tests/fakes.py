"""Stand-ins for what is slow or unkind: one for each seam."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from uncial.document import Block, Cell, Document, EngineUsed, Kind, Line, Page, Problem, SourceInfo, Word
from uncial.engines import ENGINES, Engine, EngineConfig, EngineInfo
from uncial.geometry import Box, Quad
from uncial.sources import Source

if TYPE_CHECKING:
    import pytest

    from uncial.raster import Image


@dataclass
class Clock:
    """The time, which stands still until a test sets it on."""

    now: float = 600_000.0
    """Seconds since 1970."""
    tick: float = 0.0
    """By how much it goes on each time that somebody looks."""

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def word(text: str, left: float = 0, top: float = 0, *, confidence: float | None = 0.9) -> Word:
    """A word of 10 x 20 pixels a character."""
    return Word(text, Quad.of_box(Box(left, top, left + 10 * len(text), top + 20)), confidence)


def line(text: str, left: float = 0, top: float = 0, *, confidence: float | None = 0.9) -> Line:
    """A line of such words, 10 pixels apart."""
    words = []
    right = left
    for part in text.split():
        words.append(word(part, right, top, confidence=confidence))
        right += 10 * (len(part) + 1)
    box = Box.around(each.quad.box for each in words)
    return Line(tuple(words), Quad.of_box(box), confidence=confidence)


def block(
    *texts: str, left: float = 0, top: float = 0, kind: Kind = "paragraph", level: int = 0, column: int = 0, bold: bool = False
) -> Block:
    """A block of such lines, 30 pixels from one to the next."""
    lines = tuple(replace(line(text, left, top + 30 * number), bold=bold) for number, text in enumerate(texts))
    return Block(lines, Quad.of_box(Box.around(each.quad.box for each in lines)), kind, level, column)


def typed(*pages: str, confidence: float | None = 0.9) -> Document:
    """A document of typewritten pages: a character is 10 x 20 pixels, a line 30; what is three spaces apart stands apart."""
    made = []
    for number, text in enumerate(pages, start=1):
        rows = [(row, each) for row, each in enumerate(text.splitlines()) if each.strip()]
        blocks = [_typed_row(each, 30 * row, confidence) for row, each in rows]
        width = max(max(len(each) for _, each in rows) * 10 + 40, 400)
        made.append(Page(number, width, 30 * len(text.splitlines()) + 40, blocks=tuple(blocks)))
    return document(*made)


def _typed_row(text: str, top: int, confidence: float | None) -> Block:
    words = [word(each[0], 10 * each.start(), top, confidence=confidence) for each in re.finditer(r"\S+", text)]
    quad = Quad.of_box(Box.around(each.quad.box for each in words))
    return Block((Line(tuple(words), quad, confidence=confidence),), quad)


def table(
    *rows: Sequence[str | None], heads: int = 1, spans: Mapping[tuple[int, int], tuple[int, int]] | None = None, top: float = 0
) -> Block:
    """A table of cells of 150 x 40 pixels; None is where a cell reaches that spans, by its place so many rows and columns."""
    cells: list[Cell] = []
    lines: list[Line] = []
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text is not None:
                down, across = (spans or {}).get((row, column), (1, 1))
                left, upper = 150 * column, top + 40 * row
                start = len(lines)
                lines += [line(text, left + 5, upper + 5)] if text else []
                quad = Quad.of_box(Box(left, upper, left + 150 * across, upper + 40 * down))
                cells.append(Cell(row, column, quad, start, len(lines), down, across, row < heads))
    around = Box.around(cell.quad.box for cell in cells)
    return Block(tuple(lines), Quad.of_box(around), "table", cells=tuple(cells))


RED = Box(50, 300, 250, 400)
"""Where figures are, and the original is red."""


def figure(*texts: str, box: Box = RED) -> Block:
    """A figure with what is written in it."""
    return Block(tuple(line(text, box.left, box.top) for text in texts), Quad.of_box(box), "figure")


def document(*pages: Page, name: str = "page.png") -> Document:
    """A document of these pages."""
    return Document(pages, SourceInfo(name, "image/png", "0" * 64, 123), EngineUsed("fake", "1"))


def page(*blocks: Block, number: int = 1, problem: Problem | None = None) -> Page:
    """A page of 600 x 800 pixels with these blocks."""
    return Page(number, 600, 800, dpi=300.0, blocks=blocks, problem=problem)


@dataclass(frozen=True)
class FakeOriginal:
    """The file that was read: each page is grey, and red where a figure may be cut out."""

    shown: list[int] = field(default_factory=list)
    """The numbers of the pages that it was asked for."""
    source: Source = field(default_factory=lambda: Source(b"", "image/png", "page.png"))

    def image(self, page: Page) -> Image:
        import numpy as np

        self.shown.append(page.number)
        pixels = np.full((page.height, page.width, 3), 200, np.uint8)
        left, top, right, bottom = map(int, RED)
        pixels[top:bottom, left:right] = (255, 0, 0)
        return pixels


INFO = EngineInfo("fake", "1", ("de", "en"), "Apache-2.0", True)


@dataclass(frozen=True)
class FakeEngine:
    """Reads what it is told to: the same lines on every page, or what a function makes of each image."""

    lines: Sequence[Line] | Callable[[Image], Sequence[Line]] = ()
    seen: list[tuple[tuple[int, ...], tuple[str, ...]]] = field(default_factory=list)
    """The shape of each image that it was shown, and the languages it was asked for."""

    info: EngineInfo = INFO
    efforts: list[str] = field(default_factory=list)
    """How much effort it was asked for, each time."""

    def read(self, image: Image, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        self.seen.append((image.shape, tuple(languages)))
        self.efforts.append(effort)
        return list(self.lines(image) if callable(self.lines) else self.lines)


@dataclass(frozen=True)
class FakeKind:
    """What stands in the place of an engine's class: it knows the name card, and makes the engine when it is called."""

    make: Callable[[EngineConfig], Engine]
    info: EngineInfo = INFO

    def __call__(self, config: EngineConfig) -> Engine:
        return self.make(config)


def install(monkeypatch: pytest.MonkeyPatch, make: Callable[[EngineConfig], Engine]) -> None:
    """Put an engine into the table under the name “fake”; it is made when it is loaded."""
    monkeypatch.setattr(sys.modules[__name__], "installed", FakeKind(make), raising=False)
    monkeypatch.setitem(ENGINES, "fake", f"{__name__}:installed")
