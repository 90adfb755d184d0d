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
_GROUND = 12.0
"""Points. Strokes are narrower than this; what is wider is the ground."""
_LETTER = (2.2, 30.0)
"""Points. The heights of letters; smaller is dust and dots, larger is drawing."""
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
    height, width = gray.shape
    return [_is_blank(gray, _inside(box, scale, width, height)) for box in words]


def _is_blank(gray: Gray, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return True
    part = gray[top:bottom, left:right]
    return int(part.max()) - int(part.min()) < _FAINT


def _inside(box: Box, scale: float, width: int, height: int, grown: float = 0.0) -> tuple[int, int, int, int]:
    margin = grown * box.height
    left, top = int((box.left - margin) * scale), int((box.top - margin) * scale)
    right, bottom = int(np.ceil((box.right + margin) * scale)), int(np.ceil((box.bottom + margin) * scale))
    return max(left, 0), max(top, 0), min(right, width), min(bottom, height)


def unsaid(words: Iterable[Box], gray: Gray, scale: float, dpi: float) -> list[Box]:
    """Where print stands that none of the words says, in the words' frame: rows of shapes of a letter's size.

    `dpi` are the pixels an inch of `gray`. Pictures, rules and specks are no rows of letters; scanned insets, drawn letters and
    filled-in forms are.
    """
    print_ = _print(gray, dpi)
    height, width = gray.shape
    for box in words:
        left, top, right, bottom = _inside(box, scale, width, height, _GROWN)
        print_[top:bottom, left:right] = 0
    left, top, width, height = cv2.boundingRect(print_)
    if width * height == 0:
        return []
    shapes = _shapes(print_[top : top + height, left : left + width], dpi) + np.array([left, top, left, top])
    return merged(Box(*(side / scale for side in row)) for row in _rows(shapes))


def _print(gray: Gray, dpi: float) -> Gray:
    """255 where there is print, on whatever ground: dark on light, and light on dark."""
    reach = max(int(_GROUND * dpi / 72.0), 3) | 1
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    ground = cv2.resize(cv2.medianBlur(small, (reach // 4) | 1), gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    print_: Gray = np.where(cv2.absdiff(gray, ground) > _INK, 255, 0).astype(np.uint8)
    return print_


def _shapes(print_: Gray, dpi: float) -> NDArray[np.int64]:
    """N x 4, left, top, right, bottom of the shapes that have the size of letters, from left to right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(print_, connectivity=8)
    left, top, width, height = (stats[1:, k].astype(np.int64) for k in range(4))
    low, high = (side * dpi / 72.0 for side in _LETTER)
    fits = (height >= low) & (height <= high) & (width <= 3 * height) & (stats[1:, 4] >= 0.12 * width * height)
    boxes = np.stack([left, top, left + width, top + height], axis=1)[fits]
    found: NDArray[np.int64] = boxes[np.argsort(boxes[:, 0], kind="stable")]
    return found


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
