"""Holds the text that a PDF says against what its page shows: words that nobody can see, and print that the text leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from uncial.geometry import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from uncial.raster import Image

    Gray = NDArray[np.uint8]

_FAINT = 14
"""Of 255. Less difference between a word and its ground is not seen."""
_GROWN = 0.15
"""Times its height: a word's own edges, softened when it was drawn, lie so far around its box."""
_INK = 40
"""Of 255. The difference from the ground around it that makes a pixel print."""
_GROUND, _REDUCED = 14.0, 4
"""Points. Within such a reach there is some ground beside every letter; it is looked for on the page at a quarter of its size."""
_DARK = 110
"""Of 255. Where it is darker on the whole, print is light."""
_LETTER = (2.2, 30.0)
"""Points. The heights of letters; smaller is dust and dots, larger is drawing."""
_INKED = 0.12
"""The part of its box that a letter fills at least."""
_LETTERS = 4
"""So many shapes of one height in a row are a word that somebody meant to be read."""
_ALIKE = 2.2
"""Times. Letters of one row are that much higher than others at most."""
_REACH = 1.2
"""Times its height: the next letter of a row stands no farther off."""


def gray_of(image: Image) -> Gray:
    """The page in shades of gray."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)


def unseen(words: Sequence[Box], gray: Gray, scale: float) -> list[bool]:
    """Which of the words with these boxes the page does not show; `scale` leads from their frame to the pixels."""
    return [_is_blank(gray[top:bottom, left:right]) for left, top, right, bottom in _inside(words, scale, gray)]


def _is_blank(part: Gray) -> bool:
    if not part.size:
        return True
    least, most, _, _ = cv2.minMaxLoc(part)
    return most - least < _FAINT


def _inside(boxes: Sequence[Box], scale: float, gray: Gray, grown: float = 0.0) -> list[list[int]]:
    """Left, top, right and bottom of the pixels that each box takes, grown by so much of its height."""
    height, width = gray.shape
    left, top, right, bottom = np.array(boxes, np.float64).reshape(-1, 4).T
    margin = grown * (bottom - top)
    low = np.floor(np.stack([left - margin, top - margin], axis=1) * scale)
    high = np.ceil(np.stack([right + margin, bottom + margin], axis=1) * scale)
    rows: list[list[int]] = np.concatenate([low, high], axis=1).clip(0, [width, height] * 2).astype(np.int64).tolist()
    return rows


def unsaid(words: Sequence[Box], gray: Gray, scale: float, dpi: float) -> list[Box]:
    """Where print stands that none of the words says, in the words' frame: rows of shapes of a letter's size.

    `dpi` are the pixels an inch of `gray`. Pictures, rules and specks are no rows of letters; scanned insets, drawn letters and
    filled-in forms are.
    """
    print_ = _print(gray, dpi)
    for left, top, right, bottom in _inside(words, scale, gray, _GROWN):
        print_[top:bottom, left:right] = 0
    return merged(Box(*(side / scale for side in row)) for row in _rows(_shapes(print_, dpi)))


def _print(gray: Gray, dpi: float) -> Gray:
    """255 where there is print, on whatever ground: dark on light, and light on dark."""
    reach = int(_GROUND * dpi / 72.0 / _REDUCED) | 1
    small = cv2.resize(gray, None, fx=1 / _REDUCED, fy=1 / _REDUCED, interpolation=cv2.INTER_AREA)
    window = np.ones((reach, reach), np.uint8)
    light = cv2.blur(small, (2 * reach + 1, 2 * reach + 1)) >= _DARK
    ground = np.where(light, cv2.dilate(small, window), cv2.erode(small, window))
    whole = cv2.resize(ground, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.threshold(cv2.absdiff(gray, whole), _INK, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _shapes(print_: Gray, dpi: float) -> NDArray[np.int64]:
    """N x 4, left, top, right, bottom of the shapes that have the size of letters, from left to right."""
    outlines, tree = cv2.findContours(print_, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    low, high = (side * dpi / 72.0 for side in _LETTER)
    holes = tree[0, :, 3] >= 0 if outlines else ()
    found = (cv2.boundingRect(outline) for outline, hole in zip(outlines, holes, strict=True) if not hole)
    boxes = [(x, y, x + w, y + h) for x, y, w, h in found if low <= h <= high and w <= 3 * h]
    inked = [box for box in boxes if _is_inked(print_[box[1] : box[3], box[0] : box[2]])]
    return np.array(sorted(inked), np.int64).reshape(-1, 4)


def _is_inked(part: Gray) -> bool:
    """Whether it is more than a stroke from corner to corner."""
    return cv2.countNonZero(part) >= _INKED * part.size


def _rows(shapes: NDArray[np.int64]) -> list[Box]:
    """Boxes around the rows that have enough shapes, each close to the one before and of about its height."""
    rows: list[list[NDArray[np.int64]]] = []
    open_rows: list[list[NDArray[np.int64]]] = []
    for shape in shapes:
        open_rows = [row for row in open_rows if shape[0] - row[-1][2] <= 3 * _REACH * (row[-1][3] - row[-1][1])]
        row = next((row for row in open_rows if _goes_on(row[-1], shape)), None)
        if row is None:
            row = []
            rows.append(row)
            open_rows.append(row)
        row.append(shape)
    return [_around(row) for row in rows if len(row) >= _LETTERS]


def _goes_on(before: NDArray[np.int64], shape: NDArray[np.int64]) -> bool:
    heights = before[3] - before[1], shape[3] - shape[1]
    shared = min(before[3], shape[3]) - max(before[1], shape[1])
    near = shape[0] - before[2] <= _REACH * max(heights)
    return bool(near and shared >= 0.5 * min(heights) and max(heights) <= _ALIKE * min(heights))


def _around(row: Sequence[NDArray[np.int64]]) -> Box:
    sides = np.array(row)
    return Box(*(float(side) for side in (sides[:, 0].min(), sides[:, 1].min(), sides[:, 2].max(), sides[:, 3].max())))


def merged(rows: Iterable[Box]) -> list[Box]:
    """The rows with some white around them, those that then touch taken together, from the top down."""
    areas = [Box(row.left - row.height, row.top - row.height, row.right + row.height, row.bottom + row.height) for row in rows]
    done: list[Box] = []
    while areas:
        area = areas.pop()
        touching = [other for other in done if other.intersection(area).area > 0]
        if touching:
            done = [other for other in done if other not in touching]
            areas.append(Box.around([area, *touching]))
        else:
            done.append(area)
    return sorted(done, key=lambda area: (area.top, area.left))
