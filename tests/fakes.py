"""Stand-ins for what is slow or unkind: one for each seam."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from uncial.document import Block, Document, EngineUsed, Line, Page, Problem, SourceInfo, Word
from uncial.engines import ENGINES, Engine, EngineConfig, EngineInfo
from uncial.geometry import Box, Quad

if TYPE_CHECKING:
    import pytest

    from uncial.raster import Image


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


def block(*texts: str, left: float = 0, top: float = 0) -> Block:
    """A block of such lines, 30 pixels from one to the next."""
    lines = tuple(line(text, left, top + 30 * number) for number, text in enumerate(texts))
    return Block(lines, Quad.of_box(Box.around(each.quad.box for each in lines)))


def document(*pages: Page, name: str = "page.png") -> Document:
    """A document of these pages."""
    return Document(pages, SourceInfo(name, "image/png", "0" * 64, 123), EngineUsed("fake", "1"))


def page(*blocks: Block, number: int = 1, problem: Problem | None = None) -> Page:
    """A page of 600 x 800 pixels with these blocks."""
    return Page(number, 600, 800, dpi=300.0, blocks=blocks, problem=problem)


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
