"""Places as the archive formats tell them: whole pixels, polygons, baselines; and words for lines that come without any."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import cos, radians, sin

from uncial.document import Block, Cell, Direction, Line, Word, mean_confidence
from uncial.geometry import Box, Point, Quad, Transform

Corner = tuple[int, int]

_DESCENDER = 0.22
"""How far below the baseline a line of text reaches that has letters with a tail, as a part of its height."""
_WITH_TAIL = re.compile(r"[gjpqyQ,;ſƒßçşţąęųþÿфрцщуμβγζηξρφχψς()\[\]{}|/]")
_MOST_PLACES = 1_000_000
"""Of the grid of one table."""


def corners(quad: Quad) -> list[Corner]:
    """Its corners in whole pixels; PAGE and hOCR know none left of the page or above it."""
    return [(max(0, round(point.x)), max(0, round(point.y))) for point in quad]


def whole_box(quad: Quad) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in whole pixels."""
    across, down = zip(*corners(quad), strict=True)
    return min(across), min(down), max(across), max(down)


def is_upright(quad: Quad) -> bool:
    """Whether its box says all: in whole pixels it is an upright rectangle that is read from left to right."""
    left, top, right, bottom = whole_box(quad)
    return corners(quad) == [(left, top), (right, top), (right, bottom), (left, bottom)]


def pairs(points: Iterable[Corner]) -> str:
    """Points as ALTO and PAGE write them: “10,20 30,20”."""
    return " ".join(f"{x},{y}" for x, y in points)


def points_in(text: str) -> list[Point]:
    """The points in such a text; ALTO's older files have spaces alone between the numbers."""
    numbers = [float(number) for number in re.findall(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?", text)]
    return [Point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]


def angle_of(points: Sequence[Point]) -> float | None:
    """The direction of a baseline in degrees clockwise; None where it has no length."""
    if len(points) < 2 or points[0] == points[-1]:
        return None
    return Quad(points[0], points[-1], points[-1], points[0]).angle


def quad_along(points: Sequence[Point], angle: float) -> Quad:
    """The quad of text that fills this polygon and runs in about that direction, in degrees clockwise.

    Four corners that go clockwise are taken as they are, from the one where the text begins. Of any other polygon it is the
    smallest rectangle around it that lies in that direction. Raises ValueError where there is no point.
    """
    if len(points) == 4 and _doubled_area(points) >= 0:
        turns = [Quad(*points[start:], *points[:start]) for start in range(4)]
        return min(turns, key=lambda quad: _apart(quad.angle, angle))
    turn = radians(angle)
    across = [point.x * cos(turn) + point.y * sin(turn) for point in points]
    down = [point.y * cos(turn) - point.x * sin(turn) for point in points]
    level = Quad.of_box(Box(min(across), min(down), max(across), max(down)))
    return Transform.rotation(angle).quad(level)


def box_along(box: Box, angle: float) -> Quad:
    """The quad of text that fills an upright box and runs in about that direction."""
    return quad_along(Quad.of_box(box), angle)


def _doubled_area(points: Sequence[Point]) -> float:
    """Positive where they go clockwise as seen on the page: the shoelace formula, with y down."""
    following = [*points[1:], points[0]]
    return sum(a.x * b.y - b.x * a.y for a, b in zip(points, following, strict=True))


def _apart(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


def baseline(line: Line) -> tuple[Corner, Corner]:
    """Where the letters of a line stand, from its beginning to its end. Lines do not tell, so their letters' tails have to."""
    tails = _DESCENDER if _WITH_TAIL.search(line.text) else 0.0
    standing = line.quad.band(0.0, 1.0 - tails)
    start, end = corners(Quad(standing.bottom_left, standing.bottom_right, standing.bottom_right, standing.bottom_left))[:2]
    return start, end


def tidy(text: str) -> str:
    """The text of another program's file as a document has it: NFC, and white space in the place of control characters."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in normal)


def spread(text: str, quad: Quad, confidence: float | None = None) -> tuple[Word, ...]:
    """The words of a text that fills the quad, each as long as its part of the letters."""
    texts = tidy(text).split()
    total = sum(map(len, texts)) + len(texts) - 1
    words, start = [], 0
    for each in texts:
        words.append(Word(each, quad.span(start / total, (start + len(each)) / total), confidence))
        start += len(each) + 1
    return tuple(words)


def read_words(text: str, quad: Quad, confidence: float | None, characters: Sequence[float] = ()) -> tuple[Word, ...]:
    """What one word of a file is here: itself, several where it has spaces within, none where it has no letter."""
    words = spread(text, quad, confidence)
    if len(words) == 1 and len(characters) == len(words[0].text):
        return (replace(words[0], character_confidences=tuple(characters)),)
    return words


def corrected(words: Sequence[Word], text: str, quad: Quad, confidence: float | None) -> tuple[Word, ...]:
    """The words as the text of their line says: people correct lines, and the words below them often stay as they were."""
    texts = tidy(text).split()
    if not texts or texts == [word.text for word in words]:
        return tuple(words)
    if len(texts) == len(words):
        return tuple(
            word if word.text == told else Word(told, word.quad, confidence) for word, told in zip(words, texts, strict=True)
        )
    return spread(text, quad, confidence)


def rows_of(text: str, quad: Quad, confidence: float | None = None) -> list[Line]:
    """The lines of a text that fills the quad, each as high as the others."""
    rows = [row for row in text.splitlines() if row.strip()]
    bands = [quad.band(place / len(rows), (place + 1) / len(rows)) for place in range(len(rows))]
    return [line_of(spread(row, band, confidence), band) for row, band in zip(rows, bands, strict=True)]


def line_of(
    words: Sequence[Word],
    quad: Quad,
    direction: Direction = "left-to-right",
    *,
    confidence: float | None = None,
    engine: str = "",
    handwritten: bool = False,
    bold: bool = False,
) -> Line:
    """A line that was read back; it is as sure as its words, unless the file says how sure it is."""
    told = mean_confidence(words) if confidence is None else confidence
    return Line(tuple(words), quad, direction, told, engine, handwritten, bold)


def around(quads: Iterable[Quad]) -> Quad:
    """An upright quad around all of these, for blocks that say no place; at the page's corner where there is none."""
    boxes = [quad.box for quad in quads]
    return Quad.of_box(Box.around(boxes) if boxes else Box(0, 0, 0, 0))


def without_strays(block: Block) -> tuple[Block, ...]:
    """The block itself; behind a table, as a paragraph, those of its lines that stand in none of its cells."""
    if not block.cells:
        return (block,)
    held = {number for cell in block.cells for number in range(cell.start, cell.stop)}
    strays = tuple(line for number, line in enumerate(block.lines) if number not in held)
    return (block, Block(strays, around(line.quad for line in strays), column=block.column)) if strays else (block,)


def fitting(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of a table that was read back; none where two cover one place, or where the grid is larger than any table."""
    rows = max((cell.row + cell.rows for cell in cells), default=0)
    columns = max((cell.column + cell.columns for cell in cells), default=0)
    if rows * columns > _MOST_PLACES:
        return ()
    covered: set[tuple[int, int]] = set()
    for cell in cells:
        places = set(cell.places)
        if places & covered:
            return ()
        covered |= places
    return tuple(cells)
