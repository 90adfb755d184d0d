"""The rules of a page as bars that lie or stand, each whole again, and the lattices that they form."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from uncial.geometry import Box
from uncial.graphics import Rule

_SAME = 0.3
"""Bars so near beside each other are one."""
_BROKEN = 0.2
"""Bars in one line with no more white between them are one that is broken."""
_MOST = 2000
"""So many bars, the longest, are looked at: a page with more is a drawing."""
_UPPER, _LOWER = 0.2, 0.15
"""Between these parts of a word's height, from above and from below, no underline runs."""
_THROUGH = 0.7
"""What runs through words for this part of its length is no rule."""
_INSIDE = 0.15
_CUT, _CUT_PART = 2, 0.05
"""A standing bar that cuts through more words than this, and for this part of its length, is a fold or the edge of the paper."""
_TOUCH = 0.5
"""So far a bar may stop short of another one that it meets."""


class Bar(NamedTuple):
    """A rule on the level page: its height or its place across, and from where to where it runs."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        """From one end to the other."""
        return self.end - self.start

    def covers(self, start: float, end: float) -> float:
        """The part of a stretch that it runs along."""
        return max(min(self.end, end) - max(self.start, start), 0.0) / ((end - start) or 1.0)


class Bars(NamedTuple):
    """The bars of a page, or of a part of it."""

    lying: list[Bar]
    standing: list[Bar]

    def inside(self, box: Box, margin: float) -> Bars:
        """Those that reach into the box, or run along its edges."""
        lying = [bar for bar in self.lying if _within(bar, box.top, box.bottom, box.left, box.right, margin)]
        standing = [bar for bar in self.standing if _within(bar, box.left, box.right, box.top, box.bottom, margin)]
        return Bars(lying, standing)


def _within(bar: Bar, low: float, high: float, start: float, end: float, margin: float) -> bool:
    return low - margin <= bar.at <= high + margin and min(bar.end, end) - max(bar.start, start) > 0


def bars_of(rules: Iterable[Rule], boxes: Sequence[Box], unit: float) -> Bars:
    """All rules as bars, but for strokes of letters and stains: what runs through the words in these boxes is no rule."""
    kept = sorted((rule for rule in rules if rule.length >= unit), key=lambda rule: -rule.length)[:_MOST]
    lying = [_bar(rule) for rule in kept if not rule.stands]
    standing = [_bar(rule) for rule in kept if rule.stands]
    lying = _without(lying, boxes, lambda box: (box.top, box.height), _in_text)
    standing = _without(standing, boxes, lambda box: (box.left, box.width), _across_text)
    return Bars(_joined(lying, unit), _joined(standing, unit))


def _bar(rule: Rule) -> Bar:
    (x, y), (right, bottom) = rule.start, rule.end
    if rule.stands:
        return Bar((x + right) / 2, min(y, bottom), max(y, bottom))
    return Bar((y + bottom) / 2, min(x, right), max(x, right))


def _without(
    bars: Sequence[Bar],
    boxes: Sequence[Box],
    extent: Callable[[Box], tuple[float, float]],
    through: Callable[[Bar, Sequence[Box]], bool],
) -> list[Bar]:
    """The bars that do not go through words; `extent` says where a box begins and how far it reaches, beside the bars."""
    ordered = sorted(boxes, key=extent)
    most = max((extent(box)[1] for box in ordered), default=0.0)
    starts = [extent(box)[0] for box in ordered]
    return [bar for bar in bars if not through(bar, ordered[bisect_left(starts, bar.at - most) : bisect_right(starts, bar.at)])]


def _in_text(bar: Bar, boxes: Sequence[Box]) -> bool:
    """Whether a lying bar runs through words."""
    through = (box for box in boxes if box.top + _UPPER * box.height < bar.at < box.bottom - _LOWER * box.height)
    return sum(max(min(box.right, bar.end) - max(box.left, bar.start), 0.0) for box in through) > _THROUGH * bar.length


def _across_text(bar: Bar, boxes: Sequence[Box]) -> bool:
    """Whether a standing bar cuts through words."""
    through = (box for box in boxes if box.left + _INSIDE * box.width < bar.at < box.right - _INSIDE * box.width)
    heights = [box.height for box in through if bar.start < box.center.y < bar.end]
    return len(heights) > _CUT and sum(heights) > _CUT_PART * bar.length


def _joined(bars: Iterable[Bar], unit: float) -> list[Bar]:
    """Bars that are double or broken as one."""
    done: list[Bar] = []
    for bar in sorted(bars):
        while (other := _continued(bar, done, unit)) is not None:
            done.remove(other)
            longer = max(bar, other, key=lambda each: each.length)
            bar = Bar(longer.at, min(bar.start, other.start), max(bar.end, other.end))
        insort(done, bar)
    return done


def _continued(bar: Bar, done: Sequence[Bar], unit: float) -> Bar | None:
    """The bar that this one doubles or continues."""
    near = done[bisect_left(done, (bar.at - _SAME * unit,)) : bisect_right(done, (bar.at + _SAME * unit,))]
    gaps = ((max(bar.start, other.start) - min(bar.end, other.end), other) for other in near)
    return next((other for gap, other in gaps if gap <= _BROKEN * unit), None)


class Lattice(NamedTuple):
    """Bars that meet."""

    box: Box
    bars: Bars


def lattices(bars: Bars, unit: float) -> list[Lattice]:
    """The groups of bars that hang together and have cells between them."""
    groups = _hanging(bars, _TOUCH * unit)
    return [Lattice(_around(group), group) for group in groups if len(group.lying) >= 2 and len(group.standing) >= 1]


def _hanging(bars: Bars, near: float) -> list[Bars]:
    """Bars by what meets what."""
    rest = list(bars.standing)
    left = list(bars.lying)
    groups = []
    while rest:
        group = Bars([], [rest.pop()])
        grown = True
        while grown:
            lying = [bar for bar in left if any(_meet(bar, other, near) for other in group.standing)]
            left = [bar for bar in left if bar not in lying]
            group.lying.extend(lying)
            standing = [bar for bar in rest if any(_meet(other, bar, near) for other in group.lying)]
            rest = [bar for bar in rest if bar not in standing]
            group.standing.extend(standing)
            grown = bool(lying or standing)
        groups.append(group)
    return groups


def _meet(lying: Bar, standing: Bar, near: float) -> bool:
    return lying.start - near <= standing.at <= lying.end + near and standing.start - near <= lying.at <= standing.end + near


def _around(bars: Bars) -> Box:
    xs = [bar.at for bar in bars.standing] + [x for bar in bars.lying for x in bar[1:]]
    ys = [bar.at for bar in bars.lying] + [y for bar in bars.standing for y in bar[1:]]
    return Box(min(xs), min(ys), max(xs), max(ys))


def places(bars: Sequence[Bar], near: float) -> list[float]:
    """Where bars run, those that are near each other taken as one."""
    groups: list[list[Bar]] = []
    for bar in sorted(bars):
        if groups and bar.at - groups[-1][-1].at <= near:
            groups[-1].append(bar)
        else:
            groups.append([bar])
    return [max(group, key=lambda bar: bar.length).at for group in groups]
