"""Points, boxes, quads and the transforms between coordinate frames: pure, and the only place that knows coordinates.

Everywhere the frame is the page image as a viewer shows it, in pixels, x to the right and y down. A pixel covers [x, x + 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import atan2, cos, degrees, floor, hypot, radians, sin
from typing import NamedTuple, Protocol


class Point(NamedTuple):
    """A place on the page, in pixels."""

    x: float
    y: float


class Box(NamedTuple):
    """An upright rectangle; `right` and `bottom` lie just outside it."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is, in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is, in pixels."""
        return self.bottom - self.top

    def grown(self, margin: float) -> Box:
        """The same box with that margin around it, in pixels."""
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    @property
    def center(self) -> Point:
        """The middle of the box."""
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    @property
    def area(self) -> float:
        """Its area in square pixels; 0 where it is empty or inside out."""
        return max(self.width, 0.0) * max(self.height, 0.0)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.left, other.left), min(self.top, other.top), max(self.right, other.right), max(self.bottom, other.bottom)
        )

    def intersection(self, other: Box) -> Box:
        """What both cover; inside out (with no area) where they do not meet."""
        return Box(
            max(self.left, other.left), max(self.top, other.top), min(self.right, other.right), min(self.bottom, other.bottom)
        )

    def holds(self, point: Point) -> bool:
        """Whether the point lies in it."""
        return self.left <= point.x < self.right and self.top <= point.y < self.bottom

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box around all of them. Raises ValueError where there is none."""
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return Box(min(lefts), min(tops), max(rights), max(bottoms))


class Quad(NamedTuple):
    """Four corners in the order in which the text runs: its first is where the first letter's top is, the rest go clockwise."""

    top_left: Point
    top_right: Point
    bottom_right: Point
    bottom_left: Point

    @staticmethod
    def of_box(box: Box) -> Quad:
        """The quad of upright text that fills the box."""
        return Quad(
            Point(box.left, box.top), Point(box.right, box.top), Point(box.right, box.bottom), Point(box.left, box.bottom)
        )

    @staticmethod
    def of_points(points: Iterable[tuple[float, float]]) -> Quad:
        """The quad with these four corners. Raises ValueError for any other number of them."""
        corners = [Point(float(x), float(y)) for x, y in points]
        if len(corners) != 4:
            raise ValueError(f"a quad has 4 corners, not {len(corners)}")
        return Quad(*corners)

    @property
    def box(self) -> Box:
        """The smallest upright box around it."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self
        return Box(min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy))

    @property
    def width(self) -> float:
        """How long the text is along its own direction, in pixels: the mean of the upper and the lower edge."""
        return (_distance(self.top_left, self.top_right) + _distance(self.bottom_left, self.bottom_right)) / 2

    @property
    def height(self) -> float:
        """How high the text is across its own direction, in pixels: the mean of the left and the right edge."""
        return (_distance(self.top_left, self.bottom_left) + _distance(self.top_right, self.bottom_right)) / 2

    @property
    def angle(self) -> float:
        """The direction in which the text runs, in degrees clockwise from the x axis: 0 upright, 90 downwards."""
        start_x = self.top_left.x + self.bottom_left.x
        start_y = self.top_left.y + self.bottom_left.y
        end_x = self.top_right.x + self.bottom_right.x
        end_y = self.top_right.y + self.bottom_right.y
        return degrees(atan2(end_y - start_y, end_x - start_x))

    def span(self, start: float, end: float) -> Quad:
        """The part of it between two fractions (0..1) of its length: a word of a line."""
        return Quad(
            _between(self.top_left, self.top_right, start),
            _between(self.top_left, self.top_right, end),
            _between(self.bottom_left, self.bottom_right, end),
            _between(self.bottom_left, self.bottom_right, start),
        )

    def band(self, top: float, bottom: float) -> Quad:
        """The part of it between two fractions (0..1) of its height: one of several lines."""
        return Quad(
            _between(self.top_left, self.bottom_left, top),
            _between(self.top_right, self.bottom_right, top),
            _between(self.top_right, self.bottom_right, bottom),
            _between(self.top_left, self.bottom_left, bottom),
        )

    def clamped(self, width: float, height: float) -> Quad:
        """The same quad with each corner moved into an image of that size."""
        return Quad(*(Point(min(max(p.x, 0.0), width), min(max(p.y, 0.0), height)) for p in self))


class Way(Protocol):
    """A way from one frame to another: a `Transform`, a `Warp` where no matrix can say it, or several after each other."""

    def quad(self, quad: Quad) -> Quad:
        """Where the quad comes to lie; the order of its corners, and so its reading direction, goes with it."""
        ...


class Transform(NamedTuple):
    """A way from one frame to another: a 3x3 homography by rows, (x, y, 1) on its right (Hartley & Zisserman, section 2.3)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 1.0
    f: float = 0.0
    g: float = 0.0
    h: float = 0.0
    i: float = 1.0

    @staticmethod
    def scaling(x: float, y: float) -> Transform:
        """Multiply by these factors."""
        return Transform(a=x, e=y)

    @staticmethod
    def translation(x: float, y: float) -> Transform:
        """Move by so many pixels."""
        return Transform(c=x, f=y)

    @staticmethod
    def rotation(angle: float) -> Transform:
        """Turn by `angle` degrees about the origin, clockwise as seen on the page."""
        cosine, sine = cos(radians(angle)), sin(radians(angle))
        return Transform(cosine, -sine, 0.0, sine, cosine, 0.0)

    @staticmethod
    def quarter_turns(turns: int, width: float, height: float) -> Transform:
        """Turn an image of that size by `turns` times 90 degrees clockwise, so that its new top left corner is at (0, 0)."""
        match turns % 4:
            case 1:
                return Transform(0, -1, height, 1, 0, 0)
            case 2:
                return Transform(-1, 0, width, 0, -1, height)
            case 3:
                return Transform(0, 1, 0, -1, 0, width)
            case _:
                return Transform()

    @staticmethod
    def onto(quad: Quad, width: float, height: float) -> Transform:
        """From an image of that size onto the quad, corner by corner (Heckbert, Fundamentals of Texture Mapping, 1989, 2.2.3)."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
        along, down, rest = (x1 - x2, y1 - y2), (x3 - x2, y3 - y2), (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3)
        determinant = along[0] * down[1] - down[0] * along[1]
        g = (rest[0] * down[1] - down[0] * rest[1]) / determinant
        h = (along[0] * rest[1] - rest[0] * along[1]) / determinant
        unit = Transform(x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0)
        return Transform.scaling(1 / width, 1 / height).then(unit)

    def point(self, point: Point) -> Point:
        """Where the point comes to lie."""
        scale = self.g * point.x + self.h * point.y + self.i
        return Point(
            (self.a * point.x + self.b * point.y + self.c) / scale, (self.d * point.x + self.e * point.y + self.f) / scale
        )

    def quad(self, quad: Quad) -> Quad:
        """Where the quad comes to lie; the order of its corners, and so its reading direction, goes with it."""
        if self.g or self.h or self.i != 1.0:
            return Quad(*(self.point(corner) for corner in quad))
        a, b, c, d, e, f = self[:6]  # most ways are affine, and pages have thousands of words
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
        return Quad(
            Point(a * x0 + b * y0 + c, d * x0 + e * y0 + f),
            Point(a * x1 + b * y1 + c, d * x1 + e * y1 + f),
            Point(a * x2 + b * y2 + c, d * x2 + e * y2 + f),
            Point(a * x3 + b * y3 + c, d * x3 + e * y3 + f),
        )

    def box(self, quad: Quad) -> Box:
        """The upright box around where the quad comes to lie."""
        if self.g or self.h or self.i != 1.0:
            return self.quad(quad).box
        a, b, c, d, e, f = self[:6]
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
        xs = a * x0 + b * y0 + c, a * x1 + b * y1 + c, a * x2 + b * y2 + c, a * x3 + b * y3 + c
        ys = d * x0 + e * y0 + f, d * x1 + e * y1 + f, d * x2 + e * y2 + f, d * x3 + e * y3 + f
        return Box(min(xs), min(ys), max(xs), max(ys))

    def then(self, after: Transform) -> Transform:
        """First this one, then `after`."""
        rows, columns = _rows(after), list(zip(*_rows(self), strict=True))
        return Transform(*(sum(p * q for p, q in zip(row, column, strict=True)) for row in rows for column in columns))

    def inverse(self) -> Transform:
        """The way back. Raises ZeroDivisionError where there is none."""
        a, b, c, d, e, f, g, h, i = self
        determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
        adjugate = (
            (e * i - f * h, c * h - b * i, b * f - c * e),
            (f * g - d * i, a * i - c * g, c * d - a * f),
            (d * h - e * g, b * g - a * h, a * e - b * d),
        )
        return Transform(*(value / determinant for row in adjugate for value in row))


class Warp(NamedTuple):
    """A way that no matrix can say, as from a flattened page back to the curled one: a grid, and between its points the mean."""

    grid: tuple[tuple[Point, ...], ...]
    """By rows, at least two of at least two points: where the evenly spaced points of a frame come to lie, edges included."""
    width: float
    """Of that frame, in pixels."""
    height: float
    """Of that frame, in pixels."""

    def point(self, point: Point) -> Point:
        """Where the point comes to lie: bilinear in its cell, and outside the frame as the nearest cell goes on."""
        row, down = _cell(point.y / self.height, len(self.grid) - 1)
        column, along = _cell(point.x / self.width, len(self.grid[0]) - 1)
        (top_left, top_right), (bottom_left, bottom_right) = (line[column : column + 2] for line in self.grid[row : row + 2])
        return _between(_between(top_left, top_right, along), _between(bottom_left, bottom_right, along), down)

    def quad(self, quad: Quad) -> Quad:
        """Where the quad comes to lie: its corners, with straight edges between them."""
        return Quad(*(self.point(corner) for corner in quad))


def _cell(fraction: float, cells: int) -> tuple[int, float]:
    """In which of so many cells a fraction (0..1) of the whole lies, and at which fraction of that cell."""
    cell = min(max(floor(fraction * cells), 0), cells - 1)
    return cell, fraction * cells - cell


def _rows(transform: Transform) -> list[tuple[float, ...]]:
    return [transform[0:3], transform[3:6], transform[6:9]]


def _distance(p: Point, q: Point) -> float:
    return hypot(p.x - q.x, p.y - q.y)


def _between(p: Point, q: Point, fraction: float) -> Point:
    return Point(p.x + (q.x - p.x) * fraction, p.y + (q.y - p.y) * fraction)
