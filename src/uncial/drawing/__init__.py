"""Finds what is drawn on a page beside its text: rules, and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uncial.drawing.rules import find_rules
from uncial.drawing.sheet import sheet_of
from uncial.geometry import Point
from uncial.graphics import Graphics, Rule

if TYPE_CHECKING:
    from uncial.raster import Image


def find_graphics(image: Image) -> Graphics:
    """The rules and pictures of a page image (H x W x 3, RGB, uint8), in its pixels."""
    sheet = sheet_of(image)
    rules = find_rules(sheet)
    return Graphics(tuple(_enlarged(rule, sheet.scale) for rule in rules))


def _enlarged(rule: Rule, scale: float) -> Rule:
    start, end = (Point(end.x * scale, end.y * scale) for end in (rule.start, rule.end))
    return Rule(start, end, rule.thickness * scale)
