"""Makes lines of words out of the characters that a PDF holds, as an engine makes them out of pixels.

The order of the characters in the file is whatever its writer found handy: it tells which letters make a word, and not much more.
So characters are put together into strips as long as each goes on where the one before it ended, and strips into lines by where
they stand. A line ends where the white is wider than any space: what stands beyond is another column, or another cell.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin
from statistics import median, median_high
from typing import TYPE_CHECKING

import numpy as np

from uncial.document import Direction, Line, Word
from uncial.geometry import Box, Quad, Transform

if TYPE_CHECKING:
    from uncial.glyphs import Flags, Glyphs, Indices, Numbers

ENGINE = "pdf"
"""Stands as `Line.engine` where the PDF itself said the text."""
SURE = 1.0
"""The confidence of text that the PDF holds and the page shows."""

_SPACE = 0.2
"""Em. White between two letters that makes two words of them, where the PDF has no space."""
_TOUCH = 0.12
"""Em. Letters that are closer touch, whatever is concluded from their heights."""
_APART = 1.25
"""Em. White that parts cells or columns; in narrow columns that are set flush on both sides, spaces come near it."""
_BACK = 0.6
"""Em. Letters may stand so far before the end of the one before: accents, kerning, letters struck twice."""
_LEVEL = 0.5
"""The part of the lower one's height that two pieces of a line share; indices and exponents do, the next line does not."""
_LOWEST = 0.3
"""Times the height of its line, the height of the smallest index."""
_STEPS = 1000
_SAME = 0.7
"""The part by which one strip covers another with the same text that was drawn twice to look bold."""
_HEIGHTS = (0.6, 1.9)
"""Em. What fonts may say of the height of their letters and be believed."""
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st", 0x2: "-", 0xAD: "-",
}  # fmt: skip
"""What one reads as several letters (Unicode's Alphabetic Presentation Forms), and two ways to say a hyphen at a line's end."""
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF06C: "●", 0xF06E: "■", 0xF0D8: "➢", 0xF0FC: "✓", 0xF076: "❖", 0xF0A8: "□", 0xF0FE: "☑"}
"""Bullets of the fonts Symbol and Wingdings, which have no other codes."""
_AS_IT_IS = Transform.rotation(0)
_NOWHERE = (float("inf"), float("inf"), -float("inf"), -float("inf"))
_UNWANTED = ("Cc", "Cf", "Cn", "Co", "Cs")


@dataclass(frozen=True, slots=True)
class Strip:
    """Characters of one direction that follow each other, or several such pieces of a line: words with their places."""

    words: tuple[tuple[str, Box], ...]
    """In the frame in which the text runs from left to right."""
    box: Box
    angle: float
    size: float
    runs: frozenset[int]

    @property
    def text(self) -> str:
        """Its words with a space between each two."""
        return " ".join(text for text, _ in self.words)


def lines_of(glyphs: Glyphs, chosen: Indices) -> list[tuple[Line, frozenset[int]]]:
    """The chosen characters (their indices, rising) as lines, each with the runs that it is made of; in no order."""
    found: list[tuple[Line, frozenset[int]]] = []
    for angle, strips in _by_angle(_strips(glyphs, chosen)).items():
        back = Transform.rotation(-angle).inverse()
        for row in _rows(_once(strips)):
            found += [(_line(line, back, glyphs), line.runs) for line in _parted(row)]
    return found


# Characters to strips


def _strips(glyphs: Glyphs, chosen: Indices) -> Iterator[Strip]:
    """Runs of characters that go on where the one before ended, each in the frame in which it is level."""
    angles = np.array([round(kind.angle) % 360 for kind in glyphs.kinds], np.int64)
    sizes = np.array([kind.size for kind in glyphs.kinds])
    of = glyphs.runs[chosen]
    for angle in sorted(set(angles[of].tolist())):
        these = chosen[angles[of] == angle]
        runs = glyphs.runs[these]
        boxes = _shared_out(_levelled(glyphs.boxes[these], angle))
        boxes = _trimmed(boxes, _levelled(glyphs.ink[these], angle), sizes[runs])
        text = "".join([glyphs.text[i] for i in these.tolist()])
        right_to_left = _among(text, {letter for letter in set(text) if unicodedata.bidirectional(letter) in ("R", "AL")})
        begins = _begins(boxes, sizes[runs], right_to_left)
        parted = begins | _parted_words(boxes, sizes[runs], right_to_left) | _after_implied(glyphs, these, boxes, sizes[runs])
        words = _words(text, boxes, parted, np.cumsum(begins) - 1)
        cuts = [*np.flatnonzero(begins).tolist(), len(text)]
        of_each, size_of_each = runs.tolist(), sizes[runs].tolist()
        for number, found in words.items():
            part = slice(cuts[number], cuts[number + 1])
            size = median_high(size_of_each[part])
            yield Strip(tuple(found), Box.around(box for _, box in found), float(angle), size, frozenset(of_each[part]))


def _among(text: str, letters: Set[str]) -> Flags:
    """Which characters are one of these letters."""
    return np.array([letter in letters for letter in text] if letters else np.zeros(len(text)), np.bool_)


def _spaces(text: str) -> Flags:
    return _among(text, {letter for letter in set(text) if letter.isspace()})


def _words(text: str, boxes: Numbers, starts: Flags, stretches: Indices) -> dict[int, list[tuple[str, Box]]]:
    """The words that begin at these characters or at a space, with the box around their letters, by the stretch they are of."""
    blank = _spaces(text)
    firsts = np.flatnonzero(starts | blank)
    inked = np.where(blank[:, np.newaxis], _NOWHERE, boxes)
    corners = np.minimum.reduceat(inked[:, :2], firsts), np.maximum.reduceat(inked[:, 2:], firsts)
    found: dict[int, list[tuple[str, Box]]] = {}
    bounds = pairwise([*firsts.tolist(), len(text)])
    for (start, stop), sides, stretch in zip(bounds, np.hstack(corners).tolist(), stretches[firsts].tolist(), strict=True):
        letters = _clean("".join(text[start:stop].split()))
        if letters:
            found.setdefault(stretch, []).append((letters, Box(*sides)))
    return found


def _after_implied(glyphs: Glyphs, these: Indices, boxes: Numbers, sizes: Numbers) -> Flags:
    """Which characters come after a space that PDFium concludes from where they stand, and have some white before them.

    It also sees one, or a line's end, before an exponent or an index, which belong to the word.
    """
    implied = (these > 0) & ((glyphs.runs < 0) & _spaces(glyphs.text))[these - 1]
    touches = np.zeros(len(these), np.bool_)
    touches[1:] = abs(boxes[1:, 0] - boxes[:-1, 2]) < _TOUCH * np.minimum(sizes[1:], sizes[:-1])
    return implied & ~touches


def _shared_out(boxes: Numbers) -> Numbers:
    """The boxes with that of a ligature divided among its letters, each of which comes with the whole of it."""
    again = np.flatnonzero(np.concatenate([[False], (boxes[1:] == boxes[:-1]).all(axis=1) & (boxes[1:, 2] > boxes[1:, 0])]))
    if not len(again):
        return boxes
    shared = boxes.copy()
    for group in np.split(again, np.flatnonzero(np.diff(again) > 1) + 1):
        first, count = group[0] - 1, len(group) + 1
        left, right = boxes[first, 0], boxes[first, 2]
        edges = np.linspace(left, right, count + 1)
        shared[first : first + count, 0], shared[first : first + count, 2] = edges[:-1], edges[1:]
    return shared


def _levelled(boxes: Numbers, angle: int) -> Numbers:
    """The boxes turned so that their text runs from left to right; where that is no quarter turn, about their middles."""
    if angle % 360 == 0:
        return boxes
    cosine, sine = cos(radians(-angle)), sin(radians(-angle))
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    if angle % 180 == 90:
        width, height = height, width
    elif angle % 90:  # upright boxes around slanted letters say too much: undo it as far as it is known
        width = height = np.minimum(width, height) / (abs(cosine) + abs(sine))
    across, down = cosine * x - sine * y, sine * x + cosine * y
    return np.stack([across - width / 2, down - height / 2, across + width / 2, down + height / 2], axis=1)


def _trimmed(boxes: Numbers, ink: Numbers, sizes: Numbers) -> Numbers:
    """The boxes with heights that fonts can have: where one says nonsense, the ink tells where the line is."""
    height = boxes[:, 3] - boxes[:, 1]
    strange = (height < _HEIGHTS[0] * sizes) | (height > _HEIGHTS[1] * sizes)
    middle = np.where(ink[:, 3] > ink[:, 1], (ink[:, 1] + ink[:, 3]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2)
    trimmed = boxes.copy()
    trimmed[strange, 1] = (middle - 0.55 * sizes)[strange]
    trimmed[strange, 3] = (middle + 0.55 * sizes)[strange]
    return trimmed


def _begins(boxes: Numbers, sizes: Numbers, right_to_left: Flags) -> Flags:
    """Which characters do not go on from the one before."""
    before, after = boxes[:-1], boxes[1:]
    em = np.maximum(sizes[:-1], sizes[1:])
    leftwards = right_to_left[:-1] | right_to_left[1:]
    gap = np.where(leftwards, before[:, 0] - after[:, 2], after[:, 0] - before[:, 2])
    shared = np.minimum(before[:, 3], after[:, 3]) - np.maximum(before[:, 1], after[:, 1])
    heights = before[:, 3] - before[:, 1], after[:, 3] - after[:, 1]
    lower, higher = np.minimum(*heights), np.maximum(*heights)
    uneven = (shared < _LEVEL * lower) | (lower < _LOWEST * higher)
    broken = (gap > _APART * em) | (gap < -_BACK * em) & ~leftwards | (gap < -4 * em) | uneven
    return np.concatenate([[True], broken])


def _parted_words(boxes: Numbers, sizes: Numbers, right_to_left: Flags) -> Flags:
    """Which characters have so much white before them that they begin a word."""
    wide = boxes[1:, 0] - boxes[:-1, 2] > _SPACE * np.maximum(sizes[1:], sizes[:-1])
    return np.concatenate([[False], wide & ~(right_to_left[1:] | right_to_left[:-1])])


def _clean(letters: str) -> str:
    """The letters as a word of the document: NFC, ligatures spelt out, nothing that cannot be seen."""
    if letters.isascii() and letters.isprintable():
        return letters
    spelt = letters.translate(_LIGATURES | _SYMBOLS).replace("\ufffd", "")
    return unicodedata.normalize("NFC", "".join(letter for letter in spelt if unicodedata.category(letter) not in _UNWANTED))


# Strips to lines


def _by_angle(strips: Iterable[Strip]) -> dict[float, list[Strip]]:
    found: dict[float, list[Strip]] = {}
    for strip in strips:
        found.setdefault(strip.angle, []).append(strip)
    return found


def _once(strips: list[Strip]) -> list[Strip]:
    """Without those that were drawn a second time, a hair beside the first, to look bold or to throw a shadow."""
    kept: dict[str, list[Strip]] = {}
    for strip in strips:
        twins = kept.setdefault(strip.text, [])
        if not any(strip.box.intersection(twin.box).area > _SAME * strip.box.area for twin in twins):
            twins.append(strip)
    return [strip for twins in kept.values() for strip in twins]


def _rows(strips: list[Strip]) -> list[list[Strip]]:
    """Strips that stand at the same height, from left to right."""
    rows: list[list[Strip]] = []
    # Whatever shares more than half of a strip's height has a part of its middle, so that only rows there need be looked at.
    step = max(median(strip.box.height for strip in strips), 1.0)
    there: dict[int, list[list[Strip]]] = {}
    for strip in sorted(strips, key=lambda strip: (-strip.size, strip.box.top, strip.box.left)):
        top, middle, bottom = (_place(y, step) for y in (strip.box.top, strip.box.center.y, strip.box.bottom))
        row = next((row for row in there.get(middle, ()) if _level(row[0].box, strip.box) and _near(row, strip)), None)
        if row is None:
            row = []
            rows.append(row)
            for place in range(top, bottom + 1):
                there.setdefault(place, []).append(row)
        row.append(strip)
    return [sorted(row, key=lambda strip: strip.box.left) for row in rows]


def _place(y: float, step: float) -> int:
    """How many steps down it is; what stands far off the page, or is larger than it, may not take millions of them."""
    return int(min(max(y / step, -_STEPS), _STEPS))


def _level(first: Box, box: Box) -> bool:
    """Whether a strip stands at the height of the first of a row, and no large letter or watermark is beside it."""
    if box.height < _LOWEST * first.height:
        return False
    return min(box.bottom, first.bottom) - max(box.top, first.top) > _LEVEL * (box.bottom - box.top)


def _near(row: list[Strip], strip: Strip) -> bool:
    """Whether it stands beside one of them, closer than another column or cell would."""
    em = max(strip.size, row[0].size)
    return any(-_BACK * em < _white(strip.box, other.box) <= _APART * em for other in row)


def _white(a: Box, b: Box) -> float:
    return max(a.left, b.left) - min(a.right, b.right)


def _parted(row: list[Strip]) -> Iterator[Strip]:
    """A row as lines: strips that are close to each other are one."""
    line = row[0]
    for strip in row[1:]:
        white = strip.box.left - line.box.right
        if white > _APART * max(strip.size, line.size):
            yield line
            line = strip
        else:
            line = _joined(line, strip, white)
    yield line


def _joined(line: Strip, strip: Strip, white: float) -> Strip:
    """Both as one; what follows without a space goes on with the word before."""
    words = [*line.words, *strip.words]
    if white < _SPACE * min(strip.size, line.size) and not _runs_left(line.text + strip.text):
        (head, a), (tail, b) = line.words[-1], strip.words[0]
        words[len(line.words) - 1 : len(line.words) + 1] = [(head + tail, a.union(b))]
    size = line.size if line.box.width >= strip.box.width else strip.size
    return Strip(tuple(words), line.box.union(strip.box), line.angle, size, line.runs | strip.runs)


def _runs_left(text: str) -> bool:
    if text.isascii():
        return False
    letters = [unicodedata.bidirectional(letter) for letter in text]
    return sum(kind in ("R", "AL") for kind in letters) > sum(kind == "L" for kind in letters)


def _line(strip: Strip, back: Transform, glyphs: Glyphs) -> Line:
    leftwards = _runs_left(strip.text)
    direction: Direction = "right-to-left" if leftwards else "left-to-right"
    placed = sorted(strip.words, key=lambda word: word[1].right, reverse=True) if leftwards else strip.words
    top, bottom = _edges(strip)
    words = tuple(Word(text, _placed(box, top, bottom, back), SURE) for text, box in placed)
    return Line(
        words=words,
        quad=_placed(strip.box, top, bottom, back),
        direction=direction,
        confidence=SURE,
        engine=ENGINE,
        bold=all(glyphs.kinds[run].bold for run in strip.runs),
    )


def _edges(strip: Strip) -> tuple[float, float]:
    """Top and bottom of the line itself, whatever indices and exponents stick out of it."""
    return median(box.top for _, box in strip.words), median(box.bottom for _, box in strip.words)


def _placed(box: Box, top: float, bottom: float, back: Transform) -> Quad:
    """The box as a quad of the page, as high as its line where it fits in."""
    inside = box.top >= top - (bottom - top) and box.bottom <= bottom + (bottom - top)
    level = Box(box.left, top, box.right, bottom) if inside and box.height >= 0.8 * (bottom - top) else box
    return Quad.of_box(level) if back == _AS_IT_IS else back.quad(Quad.of_box(level))
