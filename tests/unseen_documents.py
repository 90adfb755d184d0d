"""Slips and bills that were typed by one who had not seen the rules, set as tills and office programs set them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fakes import document
from uncial.document import Block, Document, Line, Page, Word
from uncial.geometry import Box, Point, Quad, Transform

FOLDER = Path(__file__).parent / "data" / "unseen"
_LETTER = 800
"""Pixels; wider paper is a letter's, and as high as one."""
LETTER = 10
"""Pixels a letter is wide; a line of them is 20 high, and 30 lie from one line to the next."""


@dataclass(frozen=True)
class Sample:
    """One document as it was typed, and what it says.

    A line that begins with ^ stands in the middle, one with # as well and is twice as large; three spaces set a column apart;
    _ is an empty cell.
    """

    name: str
    truth: dict[str, str]
    """By the names of fields what is right, alternatives between bars; ? is not judged, ~ is right where it is given at all."""
    text: str

    width: int
    """Of the paper, in letters."""

    def pages(self, *, scale: float = 1.0, skew: float = 0.0, jitter: float = 0.0) -> Document:
        """The document, larger or smaller, turned by some degrees, with words that stand a little off."""
        return _set(list(_lines(self.text, self.width)), scale, skew, jitter, Random(self.name))


def samples(name: str, width: int) -> tuple[Sample, ...]:
    """The documents of a file, on paper that has room for so many letters side by side."""
    parts = re.split(r"^== ", (FOLDER / name).read_text(encoding="utf-8"), flags=re.M)
    return tuple(_sample(part, width) for part in parts if part.strip())


def _sample(part: str, width: int) -> Sample:
    head, text = part.split("\n--\n", 1)
    name, *lines = head.splitlines()
    return Sample(name.strip(), dict(line.split(": ", 1) for line in lines), text, width)


@dataclass(frozen=True)
class _Typed:
    text: str
    left: float
    top: float
    size: float

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.left + LETTER * self.size * len(self.text), self.top + 20 * self.size)

    def word(self, way: Transform, x: float, y: float) -> Word:
        left, top, right, bottom = self.box
        return Word(self.text, way.quad(Quad.of_box(Box(left + x, top + y, right + x, bottom + y))), 0.95)


def _set(lines: Sequence[list[_Typed]], scale: float, skew: float, jitter: float, random: Random) -> Document:
    width = max(word.left + LETTER * word.size * len(word.text) for line in lines for word in line) + 60
    height = max(lines[-1][0].top + 80, width * 1.4 * (width > _LETTER))
    middle = Point(width / 2, height / 2)
    way = Transform.translation(30 - middle.x, 30 - middle.y).then(Transform.rotation(skew))
    way = way.then(Transform.translation(middle.x, middle.y)).then(Transform.scaling(scale, scale))
    blocks = []
    for line in lines:
        words = tuple(each.word(way, random.uniform(-jitter, jitter), random.uniform(-jitter, jitter)) for each in line)
        quad = way.quad(Quad.of_box(Box.around(each.box for each in line)))
        blocks.append(Block((Line(words, quad, confidence=0.95),), quad))
    return document(Page(1, round(width * scale), round(height * scale), skew=skew, blocks=tuple(blocks)))


def _lines(text: str, width: int) -> Iterator[list[_Typed]]:
    rows = [part for row in text.rstrip("\n").split("\n") for part in _folded(row, width)]
    cells = _columns([_cells(row) for row in rows], width)
    top = 0.0
    for row, starts in zip(rows, cells, strict=True):
        size = 2.0 if row.startswith("#") else 1.0
        if row[:1] in ("^", "#"):
            words = row[1:].strip()
            starts = [(max(0.0, (width - size * len(words)) / 2), words)]
        line = [word for at, cell in starts for word in _words(cell, at * LETTER, top, size)]
        if line:
            yield line
        top += 30 * size


def _folded(row: str, width: int) -> list[str]:
    """A row as it comes out of a printer that has only so many letters on a line."""
    if "   " in row.strip() or len(row) <= width:
        return [row]
    mark = row[0] if row[0] in "^#" else ""
    return [f"{mark}{part}" for part in textwrap.wrap(row.removeprefix(mark), width)]


def _words(cell: str, left: float, top: float, size: float) -> Iterator[_Typed]:
    for match in re.finditer(r"\S+", cell):
        yield _Typed(match[0], left + match.start() * LETTER * size, top, size)


def _cells(row: str) -> list[str]:
    return [] if row[:1] in ("^", "#") else re.split(r"\s{3,}", row.rstrip()) if row.strip() else []


def _columns(rows: Sequence[list[str]], width: int) -> list[list[tuple[float, str]]]:
    """Where each cell begins: rows with as many cells as their neighbours share columns, and amounts end together."""
    placed: list[list[tuple[float, str]]] = []
    start = 0
    while start < len(rows):
        end = start + 1
        while end < len(rows) and len(rows[end]) == len(rows[start]) > 1:
            end += 1
        placed += _run(rows[start:end], width)
        start = end
    return placed


def _run(rows: Sequence[list[str]], width: int) -> Iterator[list[tuple[float, str]]]:
    if len(rows[0]) < 2:
        yield from ([(0.0, cell) for cell in row] for row in rows)
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    spare = max(3.0, (width - sum(widths)) / (len(widths) - 1))
    lefts = [sum(widths[:column]) + spare * column for column in range(len(widths))]
    if not any(row[0] for row in rows):
        lefts = [0.0, *(max(left, width * 0.5 if column == 1 else left) for column, left in enumerate(lefts[1:], 1))]
    for row in rows:
        yield [
            (left + (room - len(cell) if re.search(r"\d[.,]\d\d\b|^\W*\d+$", cell) and column else 0), cell)
            for column, (left, room, cell) in enumerate(zip(lefts, widths, row, strict=True))
            if cell not in ("", "_")
        ]
