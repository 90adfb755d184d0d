"""The learning curve of a run as SVG: a small picture for each kind of line, and one for the loss.

All of them share the axis of lines learned, and each has its own scale, so that kinds that are hard to read do not flatten those
that are easy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import ceil, floor, isfinite, log10
from pathlib import Path
from typing import Any, NamedTuple

from uncial.evaluate.diagram import AMBER, BLUE, GREY, rule, svg, text

Look = Mapping[str, Any]
"""A record of `log.jsonl`: `step`, `seconds`, `lines`, `loss`, `cer` by kind, and `best`; the first saw the starting weights."""

_ACROSS, _WIDTH, _HEIGHT = 3, 200.0, 120.0
"""Pictures side by side, and how large each of them is inside, in pixels."""
_LEFT, _TOP, _RIGHT, _BELOW = 52.0, 44.0, 28.0, 40.0
"""What is left of each, above it, right of it and below it."""
_HEAD = 48.0
_TICKS = 4


class _Curve(NamedTuple):
    """One picture: a figure over lines learned, and what it is measured by."""

    title: str
    points: tuple[tuple[float, float], ...]
    low: float
    high: float
    start: float | None = None
    teacher: float | None = None


def read_log(log: Path) -> list[Look]:
    """The looks that a run has noted so far; a record that was cut off by an end of power is left out."""
    try:
        records = log.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    return [look for look in map(_look, records) if look is not None]


def _look(record: str) -> Look | None:
    try:
        look = json.loads(record)
    except ValueError:
        return None
    return look if isinstance(look, dict) and {"lines", "seconds", "loss", "cer"} <= look.keys() else None


def curve_svg(looks: Sequence[Look], name: str, teacher: Mapping[str, float] | None = None) -> str:
    """What became of the loss and of the character error rate of each kind of line while `name` learned.

    A dashed line is where the starting weights stood, a dotted one where the `teacher` does, whose error rates by kind are given;
    a dot is the best look.
    """
    curves = list(_curves(looks, teacher or {}))
    most = max((float(look["lines"]) for look in looks), default=0.0) or 1.0
    rows = ceil(len(curves) / _ACROSS)
    best = _best(looks)
    parts = list(_legend(looks, name, best, bool(teacher)))
    for place, curve in enumerate(curves):
        left, top = _place(place)
        parts += _picture(curve, left, top, most, looks, best)
    columns = min(len(curves), _ACROSS) or 1
    width, height = columns * (_LEFT + _WIDTH + _RIGHT), _HEAD + rows * (_TOP + _HEIGHT + _BELOW)
    return svg(max(width, 2 * (_LEFT + _WIDTH + _RIGHT)), height + 6, parts, f"The learning curve of {name}")


def _place(place: int) -> tuple[float, float]:
    """Where the inside of a picture begins."""
    row, column = divmod(place, _ACROSS)
    return _LEFT + column * (_LEFT + _WIDTH + _RIGHT), _HEAD + _TOP + row * (_TOP + _HEIGHT + _BELOW)


def _best(looks: Sequence[Look]) -> Look | None:
    """The look at the weights that are kept."""
    return next((look for look in reversed(looks) if look.get("best")), None)


def _curves(looks: Sequence[Look], teacher: Mapping[str, float]) -> Iterator[_Curve]:
    loss = [(float(look["lines"]), float(look["loss"])) for look in looks if look["loss"] is not None and isfinite(look["loss"])]
    loss = [point for point in loss if point[0] > 0]  # before anything is learned there is none
    if loss:
        low, high = min(y for _, y in loss), max(y for _, y in loss)
        spare = (high - low) * 0.08 or high * 0.1 or 1.0
        yield _Curve("loss", tuple(loss), low - spare, high + spare)
    for kind in dict.fromkeys(kind for look in looks for kind in look["cer"]):
        points = tuple((float(look["lines"]), float(look["cer"][kind])) for look in looks if kind in look["cer"])
        levels = [*(y for _, y in points), teacher.get(kind, 0.0)]
        yield _Curve(kind, points, 0.0, max(levels) * 1.1 or 0.01, points[0][1], teacher.get(kind))


def _legend(looks: Sequence[Look], name: str, best: Look | None, taught: bool) -> Iterator[str]:
    minutes = max((float(look["seconds"]) for look in looks), default=0.0) / 60
    lines = max((int(look["lines"]) for look in looks), default=0)
    yield text(14, 18, f"{name}: {lines:,} lines learned in {minutes:.0f} minutes; character error rate by kind of line", "start")
    yield _level(14, 36, 38, GREY, "5 4") + text(44, 40, "starting weights", "start")
    if best:
        yield _dot(160, 36) + text(170, 40, f"best look, after {int(best['lines']):,} lines", "start")
    if taught:
        yield _level(370, 36, 394, AMBER, "1.5 3") + text(400, 40, "teacher", "start")


def _level(x1: float, y: float, x2: float, colour: str, dashes: str) -> str:
    return f'<path d="M{x1:.1f} {y:.1f}H{x2:.1f}" stroke="{colour}" stroke-width="1.5" stroke-dasharray="{dashes}"/>'


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{BLUE}"/>'


def _picture(curve: _Curve, left: float, top: float, most: float, looks: Sequence[Look], best: Look | None) -> Iterator[str]:
    """One curve with its axes and levels."""

    def x(lines: float) -> float:
        return left + lines / most * _WIDTH

    def y(value: float) -> float:
        return top + _HEIGHT * (1 - (value - curve.low) / (curve.high - curve.low))

    yield from _scale(curve, left, y)
    yield from _axis(left, top + _HEIGHT, most, looks)
    if curve.start is not None:
        yield _level(left, y(curve.start), left + _WIDTH, GREY, "5 4")
    if curve.teacher is not None:
        yield _level(left, y(curve.teacher), left + _WIDTH, AMBER, "1.5 3")
    way = "L".join(f"{x(lines):.1f} {y(value):.1f}" for lines, value in curve.points)
    yield f'<path d="M{way}" fill="none" stroke="{BLUE}" stroke-width="1.8" stroke-linejoin="round"/>'
    at = next((value for lines, value in curve.points if best and lines == best["lines"]), None)
    if best and at is not None:
        yield _dot(x(best["lines"]), y(at))
    yield text(left, top - 24, curve.title, "start")
    yield text(left, top - 9, _figures(curve, at), "start")


def _figures(curve: _Curve, at: float | None) -> str:
    """From where to where it went, and how far it could."""
    reached = curve.points[-1][1] if at is None else at
    if curve.start is None:
        return f"{curve.points[0][1]:.3f} → {reached:.3f}"
    return f"{curve.start:.4f} → {reached:.4f}" + ("" if curve.teacher is None else f", teacher {curve.teacher:.4f}")


def _scale(curve: _Curve, left: float, y: Callable[[float], float]) -> Iterator[str]:
    step = _step(curve.high - curve.low)
    for number in range(ceil(curve.low / step), floor(curve.high / step) + 1):
        value = number * step
        yield rule(left, y(value), left + _WIDTH, y(value), 0.3)
        yield text(left - 6, y(value) + 4, f"{value:.{max(-floor(log10(step)), 0)}f}", "end")


def _axis(left: float, bottom: float, most: float, looks: Sequence[Look]) -> Iterator[str]:
    yield rule(left, bottom, left + _WIDTH, bottom)
    step = max(_step(most), 2.0)
    for number in range(floor(most / step) + 1):
        lines = number * step
        yield text(left + lines / most * _WIDTH, bottom + 15, _thousands(lines))
        yield text(left + lines / most * _WIDTH, bottom + 29, f"{_minutes(looks, lines):.0f} min")


def _thousands(lines: float) -> str:
    return f"{lines / 1000:g}k" if lines >= 1000 else f"{lines:g}"


def _minutes(looks: Sequence[Look], lines: float) -> float:
    """How many minutes it took to learn so many lines, read between two looks."""
    known = sorted({(0.0, 0.0), *((float(look["lines"]), float(look["seconds"]) / 60) for look in looks)})
    after = next((i for i, (at, _) in enumerate(known) if at >= lines), len(known) - 1)
    (x1, y1), (x2, y2) = known[max(after - 1, 0)], known[after]
    return y2 if x2 <= x1 else y1 + (y2 - y1) * (lines - x1) / (x2 - x1)


def _step(span: float) -> float:
    """A round distance for some four marks on an axis: 1, 2 or 5 times a power of ten."""
    rough = span / _TICKS
    power: float = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
