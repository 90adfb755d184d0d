"""Finds photographs, drawings, charts and logos.

Two things tell a picture. Areas of changing tone are seen on a small copy from which a closing took the letters; those of one
even colour are boxes behind text and stay out. And connected strokes that are wider and higher than any letter, once the rules
are taken away, are drawings. What touches or nearly does is one picture, with the rules that lie in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from uncial.drawing.sheet import SMALL, halved, letter
from uncial.geometry import Box
from uncial.graphics import Rule

if TYPE_CHECKING:
    from cv2.typing import MatLike

    from uncial.drawing.sheet import Sheet
    from uncial.raster import Image

_TONED = 22
"""Grey levels by which a tone differs from the paper."""
_RESTLESS = 6
"""Grey levels between neighbours on the small copy where the tone changes."""
_CHANGING = 0.3
"""The tone of pictures changes over more of their area than this; that of boxes behind text only where two meet."""
_HEADER = 5.0
"""Areas of tone are higher and wider than this, in units, where they are pictures; lower ones are rows of tables."""
_PLAIN = 0.8
"""Boxes fill more of the rectangle around them than this."""
_STROKES = 4.0
"""Connected strokes that are so high and so wide, in units, are a drawing and no letter."""
_LEAST = 2.2
"""A picture is at least so high and so wide, in units."""
_NEAR = 0.5
"""What is not further apart than this, in units, is one picture."""
_BACKGROUND = 0.6
"""What covers more of the sheet than this is what lies behind everything."""
_GRID = 3
"""Rules that meet, so many of which lie and so many stand, are a table; fewer are the axes and the frame of a chart."""
_INSIDE = 0.8
"""A rule belongs to a picture if so much of it lies within."""


def find_pictures(sheet: Sheet, rules: Sequence[Rule], words: Iterable[Box] = ()) -> list[Box]:
    """Where pictures stand on the sheet, in its pixels, from top to bottom; the rules are those of the whole sheet.

    What is known to be `words` is no drawing, however large.
    """
    height, width = sheet.dark.shape
    least = _LEAST * sheet.unit
    near = _NEAR * sheet.unit
    drawn = [_with_axes(box, rules, near) for box in _together(_drawn(sheet, rules, words), near)]
    grown = _together([*_toned(sheet), *drawn], 0.0)
    return sorted(
        (box for box in grown if min(box.width, box.height) >= least and box.area < _BACKGROUND * height * width),
        key=lambda box: (box.top, box.left),
    )


def within(rule: Rule, box: Box, margin: float) -> bool:
    """Whether most of a rule lies in a box with so much margin."""
    wide = Box(box.left - margin, box.top - margin, box.right + margin, box.bottom + margin)
    common = span(rule).intersection(wide)
    return common.width >= 0 and common.height >= 0 and max(common.width, common.height) >= _INSIDE * rule.length


def span(rule: Rule) -> Box:
    """The box that a rule goes through from one corner to the other."""
    return Box.around(Box(end.x, end.y, end.x, end.y) for end in (rule.start, rule.end))


def _toned(sheet: Sheet) -> list[Box]:
    """Areas of tone that are no plain boxes: photographs, halftones, the sectors of a pie."""
    import cv2
    import numpy as np

    closed = sheet.letterless
    mask = (_strongest(cv2.absdiff(closed, np.full_like(closed, _paper(closed)))) > _TONED).astype(np.uint8)
    # White letters on a tone do not change it either.
    plain = cv2.morphologyEx(closed, cv2.MORPH_OPEN, letter(sheet.unit))
    restless = _strongest(cv2.morphologyEx(plain, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))) > _RESTLESS
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = []
    for label, (left, top, wide, high, area) in enumerate(stats.tolist()):
        if label == 0 or min(wide, high) * SMALL < _HEADER * sheet.unit or area > _BACKGROUND * mask.size:
            continue
        window = np.s_[top : top + high, left : left + wide]
        inner = cv2.erode((labels[window] == label).astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=0) > 0
        changing = float(restless[window][inner].mean()) if inner.any() else 0.0
        if changing >= _CHANGING or area < _PLAIN * wide * high:
            boxes.append(Box(left * SMALL, top * SMALL, (left + wide) * SMALL, (top + high) * SMALL))
    return boxes


def _strongest(image: MatLike) -> MatLike:
    """The greatest of the three channels."""
    import cv2

    red, green, blue = cv2.split(image)
    return cv2.max(cv2.max(red, green), blue)


def _paper(image: Image) -> list[int]:
    """The commonest tone of each channel."""
    import numpy as np

    some = image[::2, ::2] >> 2
    return [int(np.bincount(some[..., channel].ravel(), minlength=64).argmax()) * 4 + 2 for channel in range(3)]


def _drawn(sheet: Sheet, rules: Sequence[Rule], words: Iterable[Box]) -> list[Box]:
    """Connected strokes that are too high and too wide for letters, without the rules and the words."""
    import cv2

    ink = cv2.threshold(halved(sheet.dark), max(2 * sheet.least, 40), 255, cv2.THRESH_BINARY)[1]
    for word in words:
        left, top, right, bottom = (max(int(side / 2), 0) for side in word)
        ink[top : bottom + 1, left : right + 1] = 0
    for rule in rules:
        ends = [(round(end.x / 2), round(end.y / 2)) for end in (rule.start, rule.end)]
        cv2.line(ink, ends[0], ends[1], 0, round(rule.thickness / 2) + 3)
    outlines, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    least = _STROKES * sheet.unit / 2
    boxes = (cv2.boundingRect(outline) for outline in outlines)
    return [Box(2.0 * x, 2.0 * y, 2.0 * (x + w), 2.0 * (y + h)) for x, y, w, h in boxes if w >= least and h >= least]


def _with_axes(box: Box, rules: Sequence[Rule], near: float) -> Box:
    """The box with the rules that meet it, and those that these meet, unless they are the grid of a table."""
    waiting, met = list(rules), Box.around([box])
    chosen: list[Rule] = []
    while touching := [rule for rule in waiting if _apart(span(rule), met) <= near]:
        chosen += touching
        waiting = [rule for rule in waiting if rule not in touching]
        met = Box.around([met, *map(span, touching)])
    standing = sum(rule.stands for rule in chosen)
    return box if min(standing, len(chosen) - standing) >= _GRID else met


def _together(boxes: list[Box], near: float) -> list[Box]:
    """The boxes, of which those are one that overlap or nearly touch, until none do any more."""
    merged: list[Box] = []
    for box in boxes:
        while True:
            close = next((other for other in merged if _apart(box, other) <= near), None)
            if close is None:
                break
            merged.remove(close)
            box = box.union(close)
        merged.append(box)
    return merged


def _apart(one: Box, other: Box) -> float:
    common = one.intersection(other)
    return max(-common.width, -common.height)
