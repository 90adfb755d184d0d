"""Finds what is drawn on a page beside its text: rules, and pictures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from uncial.drawing.pictures import find_pictures, within
from uncial.drawing.rules import find_rules
from uncial.drawing.sheet import reduction, sheet_of
from uncial.geometry import Box, Quad, Transform
from uncial.graphics import NOTHING, Graphics

if TYPE_CHECKING:
    from uncial.raster import Image

_SMALLEST = 16
"""Pixels. Nothing can be told from anything else where there are fewer."""


def find_graphics(image: Image, words: Iterable[Box] = ()) -> Graphics:
    """The rules and pictures of a page image (H x W x 3, RGB, uint8), in its pixels; rules within pictures are left out.

    Where the words of the page are known beforehand, their boxes make it quicker, and no large letter is taken for a drawing.
    """
    if min(image.shape[:2]) < _SMALLEST * reduction(image):
        return NOTHING
    sheet = sheet_of(image)
    rules = find_rules(sheet)
    known = words if sheet.scale == 1 else (Box(*(side / sheet.scale for side in word)) for word in words)
    pictures = find_pictures(sheet, rules, known)
    margin = sheet.unit / 2
    outside = tuple(rule for rule in rules if not any(within(rule, box, margin) for box in pictures))
    found = Graphics(outside, tuple(map(Quad.of_box, pictures)))
    return found if sheet.scale == 1 else _enlarged(found, sheet.scale)


def _enlarged(found: Graphics, scale: float) -> Graphics:
    moved = found.moved(Transform.scaling(scale, scale))
    return Graphics(tuple(rule._replace(thickness=rule.thickness * scale) for rule in moved.rules), moved.pictures)
