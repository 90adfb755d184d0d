"""The invisible text of a page: words that lie on the print, to be searched, marked and copied.

A line is one run: it starts where the print starts and goes the way the print goes, each word is stretched over its print (Tz),
and the spaces between them are letters that fill the gaps. Readers that look at the places find the words apart, and so do those
that look at the letters alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import cos, radians, sin, tan
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import bidirectional

from uncial.formats.glyphless import ADVANCE, ASCENT, DESCENT, EM, SPACE, searchable
from uncial.geometry import Point, Quad, Transform

if TYPE_CHECKING:
    from uncial.document import Block, Line
    from uncial.formats.glyphless import Glyphless

_LEAST_GAP = 0.17
"""Of the height: so wide is a space at least. Poppler joins words that are less than 0.15 apart, spaces or not."""
_GIVES = 0.25
"""Of a word's width: so much it gives for such a space."""
_LONG = 12.0
"""Points: the stretch of longer words is told to a thousandth, which a short one does not need."""
_RISES = 0.08
"""Of the height: smaller steps between two words of a line are not worth their bytes."""
_LEAST_LETTER = 0.02
"""Of the height: so wide is a letter at least, whatever its box says."""
_STRAYS = 0.3
"""Of the height: a word that is so far above or below its line stands where it is, as on a page that curls."""
_LEAVES = 1 / 3
"""Of the height: so far the ends of a word may leave their print so that it can stand level."""


def text_layer(blocks: Sequence[Block], way: Transform, font: Glyphless, name: str) -> bytes:
    """The content stream that writes these blocks invisibly, the font being called `name` in the page's resources.

    `way` leads from the document's frame to the page's user space, in points, y up (ISO 32000-1, 8.3.2.3).
    """
    runs = [run for block in blocks if (run := _block(block, way, font, name))]
    return "\n".join(["q 3 Tr", *runs, "Q\n"]).encode("ascii") if runs else b""


def _block(block: Block, way: Transform, font: Glyphless, name: str) -> str:
    lines = [text for line in block.lines if (text := _line(line, way, font, name))]
    return "\n".join(["BT", *lines, "ET"]) if lines else ""


class _Run(NamedTuple):
    """A word on its line: where it begins along it, where it ends, and how far above the line's start it stands."""

    text: str
    start: float
    end: float
    above: float


def _line(line: Line, way: Transform, font: Glyphless, name: str) -> str:
    quad = way.quad(_as_it_runs(line))
    size = max(round(quad.height, 1), 0.1)
    across, up, slope = _directions(quad, max((word.quad.width for word in line.words), default=0.0) / max(line.quad.height, 0.1))
    left = _middle(quad.top_left, quad.bottom_left)
    base = Point(*(left[i] - up[i] * size * (ASCENT + DESCENT) / 2 / EM for i in (0, 1)))
    runs = _apart(sorted(_runs(line, way, base, across, up, size, slope), key=lambda run: run.start), size)
    if not runs:
        return ""
    begin = Point(base.x + across.x * runs[0].start, base.y + across.y * runs[0].start)
    matrix = " ".join(_number(value, 5) for value in (*across, *up)) + f" {_number(begin.x)} {_number(begin.y)}"
    return f"/{name} {_number(size)} Tf {matrix} Tm\n" + " ".join(_shown(runs, size, font))


def _as_it_runs(line: Line) -> Quad:
    """The line's quad from its first letter to its last; the box of letters that stand below each other is turned for that."""
    quad = line.quad
    if line.direction == "top-to-bottom" and quad.height > quad.width:
        return Quad(quad.top_right, quad.bottom_right, quad.bottom_left, quad.top_left)
    return quad


def _directions(quad: Quad, longest: float) -> tuple[Point, Point, float]:
    """The way in which the letters follow each other, the way up from it, each of length 1, and how much the line rises on it.

    Where the line slopes but little, its words stand level, like stairs: poppler divides words whose letters are not all on one
    height. `longest` is the length of the longest word, as a multiple of the height.
    """
    level = 90.0 * round(quad.angle / 90)
    slope = tan(radians(quad.angle - level))
    if abs(slope) * longest / 2 > _LEAVES:
        level, slope = quad.angle, 0.0
    angle = radians(level)
    return Point(cos(angle), sin(angle)), Point(-sin(angle), cos(angle)), slope


def _runs(line: Line, way: Transform, base: Point, across: Point, up: Point, size: float, slope: float) -> Iterator[_Run]:
    middle = size * (ASCENT + DESCENT) / 2 / EM
    for word in line.words:
        text = searchable(word.text)
        if text:
            corners = [Point(corner.x - base.x, corner.y - base.y) for corner in way.quad(word.quad)]
            along = sorted(corner.x * across.x + corner.y * across.y for corner in corners)
            start, end = sum(along[:2]) / 2, sum(along[2:]) / 2
            on_line = slope * (start + end) / 2
            above = sum(corner.x * up.x + corner.y * up.y for corner in corners) / 4 - middle
            yield _Run(as_seen(text), start, end, above if abs(above - on_line) > _STRAYS * size else on_line)


def _apart(runs: Sequence[_Run], size: float) -> list[_Run]:
    """The same with a gap between each two, and none without a width: engines' boxes may touch or overlap."""
    apart: list[_Run] = []
    for run in runs:
        lacking = apart[-1].end + _LEAST_GAP * size - run.start if apart else 0.0
        if lacking > 0:
            before = apart[-1]
            given = min(lacking / 2, _GIVES * (before.end - before.start))
            apart[-1] = before._replace(end=before.end - given)
            run = run._replace(start=run.start + lacking - given)
        apart.append(run._replace(end=max(run.end, run.start + _LEAST_LETTER * size * len(run.text))))
    return apart


def _shown(runs: Sequence[_Run], size: float, font: Glyphless) -> Iterator[str]:
    """The operators for the words and the spaces between; each is stretched from where the pen is, so that nothing adds up."""
    pen, raised = runs[0].start, 0.0
    for run, following in pairwise([*runs, None]):
        assert run is not None
        if abs(run.above - raised) > _RISES * size:
            raised = round(run.above, 1)
            yield f"{_number(raised)} Ts"
        stretch, pen = _stretch(len(run.text), run.end - pen, size, pen)
        end = "" if following else SPACE  # readers that only join the letters would join the lines
        yield f"{stretch} Tz{font.shown(run.text + end)}Tj"
        if following:
            stretch, pen = _stretch(1, following.start - pen, size, pen)
            yield f"{stretch} Tz{font.shown(SPACE)}Tj"
    if raised:
        yield "0 Ts"


def _stretch(letters: int, width: float, size: float, pen: float) -> tuple[str, float]:
    """The Tz that makes so many letters that wide, and where the pen then is (ISO 32000-1, 9.3.4 and 9.4.4)."""
    natural = letters * size * ADVANCE / EM
    told = _number(max(100 * width / natural, 1), 1 if natural > _LONG else 0)
    return told, pen + natural * float(told) / 100


def _middle(p: Point, q: Point) -> Point:
    return Point((p.x + q.x) / 2, (p.y + q.y) / 2)


def _number(value: float, decimals: int = 1) -> str:
    """The number as PDF writes it: no exponent, no zeros that say nothing."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def as_seen(text: str) -> str:
    """The letters of a word from left to right, as PDFs hold them: readers turn words of right-to-left letters back.

    Within such a word, digits and Latin letters run from left to right (Unicode, UAX 9, rules N1 and L2, for a single word).
    """
    kinds = [bidirectional(letter) for letter in text]
    if not any(kind in ("R", "AL") for kind in kinds):
        return text
    parts: list[str] = []
    forward = False
    for letter, kind in zip(text, kinds, strict=True):
        runs_on = kind in ("L", "EN", "AN") or (forward and kind in ("ES", "CS", "ET", "NSM", "BN"))
        if runs_on and forward:
            parts[-1] += letter
        else:
            parts.append(letter)
        forward = runs_on
    return "".join(reversed(parts))
