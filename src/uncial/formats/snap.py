"""Lays words on their ink: engines put boxes around lines and words with some room to spare, and no two alike.

Only the places change. A word's ends go to where its ink begins and ends, and a line goes up or down to where the middle of its
words is. What lies askew or has no contrast stays where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from uncial.document import Block, Line, Word
from uncial.geometry import Box, Quad, Transform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from uncial.raster import Image

_ASKEW = 5.0
"""Degrees: beyond this slope an upright box says little about a word."""
_BEYOND = 0.3
"""Of the height: so far outside its box a word may have ink, if no other word is nearer."""
_WITHIN = 0.5
"""Of the height: so far inside its box its ink may begin."""
_SHIFTS = 0.2
"""Of the height: so far a line may go up or down."""
_TELLING = 0.3
"""Of the height: ink that is lower, as that of a dash, does not tell where a line is."""
_LEAST_CONTRAST = 40
"""Of 255 tones, between the paper and the ink."""
_GAP = 0.05
"""Of the height: ink that is farther from a word is not its own."""
_RULED, _THICK = 0.85, 0.3
"""Rows of which so much is ink are a rule, unless so many of them are: then it is a dash or a bar."""
_SPECK = 0.02
"""Of the height: columns and rows with less ink than this have none."""


class _Ink(NamedTuple):
    left: float
    right: float
    middle: float
    height: float


def snapped(blocks: Sequence[Block], image: Image) -> tuple[Block, ...]:
    """The same blocks with their words on the ink of the page (H x W x 3, RGB, uint8), which is in the document's frame."""
    tones = image[..., 1]  # green is nearly what eyes see
    return tuple(replace(block, lines=tuple(_line(line, tones) for line in block.lines)) for block in blocks)


def _line(line: Line, tones: NDArray[np.uint8]) -> Line:
    turns = round(line.quad.angle / 90) % 4
    if not line.words or abs((line.quad.angle + 45) % 90 - 45) > _ASKEW:
        return line
    way = Transform.quarter_turns(-turns, tones.shape[1], tones.shape[0])
    upright = line.moved(way)
    words = _words(upright.words, upright.quad, np.rot90(tones, turns))
    return replace(upright, words=tuple(word for word, _ in words), quad=_shifted(upright, words)).moved(way.inverse())


def _words(words: Sequence[Word], quad: Quad, tones: NDArray[np.uint8]) -> list[tuple[Word, _Ink | None]]:
    height, boxes = quad.height, [word.quad.box for word in words]
    around = _part(quad.box, tones)
    paper = float(np.median(around)) if around.size else 255.0
    found = []
    for word, box in zip(words, boxes, strict=True):
        before = max((other.right for other in boxes if other.center.x < box.center.x), default=-np.inf)
        after = min((other.left for other in boxes if other.center.x > box.center.x), default=np.inf)
        left = max(box.left - _BEYOND * height, min((before + box.left) / 2, box.left))
        right = min(box.right + _BEYOND * height, max((after + box.right) / 2, box.right))
        ink = _ink(Box(left, box.top, right, box.bottom), box, tones, paper)
        found.append((replace(word, quad=_between(word.quad, box, ink, height)) if ink else word, ink))
    return found


def _part(box: Box, tones: NDArray[np.uint8]) -> NDArray[np.int16]:
    """What of the page is in the box."""
    left, top, right, bottom = (max(side, 0) for side in (floor(box.left), floor(box.top), ceil(box.right), ceil(box.bottom)))
    return tones[top:bottom, left:right].astype(np.int16)


def _ink(window: Box, box: Box, tones: NDArray[np.uint8], paper: float) -> _Ink | None:
    """Where the ink of a box is, as far as it goes on within a window, on paper of that tone; None where there is none."""
    left, top, part = max(floor(window.left), 0), max(floor(window.top), 0), _part(window, tones)
    if part.size < 4:
        return None
    apart = np.abs(part - paper)
    contrast = float(apart.max())
    if contrast < _LEAST_CONTRAST:
        return None
    dark = _without_rules(apart > contrast / 2)
    least = max(_SPECK * len(part), 1)
    inked = dark.sum(0)
    columns, rows = np.flatnonzero(inked >= least), np.flatnonzero(dark.any(1))
    columns = _going_on(columns, floor(box.left) - left, ceil(box.right) - left, _GAP * len(part))
    if not len(columns):
        return None
    middle, height = (rows[0] + rows[-1] + 1) / 2, rows[-1] + 1 - rows[0]
    first, last = _thin_end(inked, columns[0], -1), _thin_end(inked, columns[-1], 1)
    return _Ink(float(left + first), float(left + last + 1), float(top + middle), float(height))


def _without_rules(dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without the rows that are inked from end to end: a rule above or below a word, as in tables, is none of it."""
    ruled = dark.mean(axis=1) > _RULED
    return dark if ruled.mean() > _THICK else dark & ~ruled[:, None]


def _going_on(columns: NDArray[np.int_], start: int, stop: int, gap: float) -> NDArray[np.int_]:
    """The columns from `start` up to `stop`, and those beyond that no wide gap parts from them: a rule beside is no letter."""
    first, last = np.searchsorted(columns, start), np.searchsorted(columns, stop)
    while 0 < first < last and columns[first] - columns[first - 1] <= gap:
        first -= 1
    while first < last < len(columns) and columns[last] - columns[last - 1] <= gap:
        last += 1
    return columns[first:last]


def _thin_end(inked: NDArray[np.int_], column: int, step: int) -> int:
    """Where the stroke runs out that ends in that column: tails are thin, and specks stand alone."""
    while 0 <= column + step < len(inked) and inked[column + step]:
        column += step
    return column


def _between(quad: Quad, box: Box, ink: _Ink, height: float) -> Quad:
    """The word's quad from one end of its ink to the other, where these are near its own ends."""
    left = ink.left if ink.left - box.left < _WITHIN * height else box.left
    right = ink.right if box.right - ink.right < _WITHIN * height else box.right
    if right - left < box.width / 2:
        return quad
    return quad.span((left - box.left) / box.width, (right - box.left) / box.width)


def _shifted(line: Line, words: Sequence[tuple[Word, _Ink | None]]) -> Quad:
    """The line's quad, moved to where the middle of its words is."""
    height = line.quad.height
    told = [ink.middle - word.quad.box.center.y for word, ink in words if ink and ink.height > _TELLING * height]
    if not told:
        return line.quad
    shift = min(max(median(told), -_SHIFTS * height), _SHIFTS * height)
    return Transform.translation(0, shift).quad(line.quad)
