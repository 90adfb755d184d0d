"""What is drawn on a page beside its text: the rules of tables and forms, and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import NamedTuple

from uncial.geometry import Box, Point, Quad, Way


class Rule(NamedTuple):
    """A straight line that was drawn or printed, in pixels of the page."""

    start: Point
    """Its left end, or the upper one of a rule that stands."""
    end: Point
    thickness: float = 1.0

    @property
    def stands(self) -> bool:
        """Whether it runs down the page rather than across."""
        return abs(self.end.y - self.start.y) > abs(self.end.x - self.start.x)

    @property
    def length(self) -> float:
        """From one end to the other, in pixels."""
        return hypot(self.end.x - self.start.x, self.end.y - self.start.y)

    def within(self, box: Box) -> Rule | None:
        """The part of it that lies in the box, None where that is no longer than it is thick."""
        start, end = self[:2]
        if self.stands:
            inside = box.left <= (start.x + end.x) / 2 < box.right
            start, end = Point(start.x, max(start.y, box.top)), Point(end.x, min(end.y, box.bottom))
            length = end.y - start.y
        else:
            inside = box.top <= (start.y + end.y) / 2 < box.bottom
            start, end = Point(max(start.x, box.left), start.y), Point(min(end.x, box.right), end.y)
            length = end.x - start.x
        return Rule(start, end, self.thickness) if inside and length > self.thickness else None

    def moved(self, way: Way) -> Rule:
        """The same rule in another coordinate frame, its ends in the order that they have there."""
        quad = way.quad(Quad(self.start, self.end, self.end, self.start))
        ends = sorted(quad[:2], key=lambda end: end.y) if Rule(*quad[:2]).stands else sorted(quad[:2])
        return Rule(ends[0], ends[1], self.thickness)


@dataclass(frozen=True, slots=True)
class Graphics:
    """The rules and pictures of one page."""

    rules: tuple[Rule, ...] = ()
    pictures: tuple[Quad, ...] = ()
    """Where photographs, drawings, charts and logos stand."""

    def moved(self, way: Way) -> Graphics:
        """The same in another coordinate frame."""
        return Graphics(tuple(rule.moved(way) for rule in self.rules), tuple(way.quad(quad) for quad in self.pictures))

    def within(self, box: Box) -> Graphics:
        """The pictures that have their middle in the box, and the rules as far as they run in it."""
        cut = (rule.within(box) for rule in self.rules)
        return Graphics(tuple(rule for rule in cut if rule), tuple(quad for quad in self.pictures if box.holds(quad.box.center)))


NOTHING = Graphics()
"""A page with text alone."""
