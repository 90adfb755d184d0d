"""The bar chart of a comparison as SVG, readable on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uncial.evaluate.diagram import bar, rule, svg, text

COLOURS = ("#2f81f7", "#79b8ff", "#1750a8", "#db6d28", "#3fb950", "#a371f7", "#d29922", "#7d8590")
"""One for each system: blues for Uncial, which stands first with its other efforts."""
_LEFT, _RIGHT, _TOP, _WIDTH, _BAR, _GAP = 250.0, 60.0, 40.0, 460.0, 7.0, 12.0


def bars_svg(rows: Sequence[tuple[str, Sequence[float]]], systems: Sequence[str], most: float = 1.0) -> str:
    """A group of bars for each set, one for each system; shorter is better, and what is more than `most` is cut off."""
    group = len(systems) * _BAR + _GAP
    height = _TOP + len(rows) * group
    parts = [*_legend(systems), *(part for step in range(6) for part in _axis(step / 5 * most, most, height))]
    for place, (name, errors) in enumerate(rows):
        parts += _group(_TOP + place * group + _GAP / 2, name, errors, most)
    return svg(_LEFT + _WIDTH + _RIGHT, height + 30, parts, "Errors of each system in each set; shorter is better")


def _legend(systems: Sequence[str]) -> Iterator[str]:
    step = (_LEFT + _WIDTH + _RIGHT - 20) / len(systems)
    for place, (name, colour) in enumerate(zip(systems, COLOURS, strict=False)):
        yield bar(10 + place * step, 8, 10, 10, colour)
        yield text(26 + place * step, 17, name, "start")


def _axis(value: float, most: float, height: float) -> Iterator[str]:
    x = _LEFT + value / most * _WIDTH
    yield rule(x, _TOP, x, height, 0.35 if value else 1)
    yield text(x, height + 16, f"{value:.1f}")


def _group(top: float, name: str, errors: Sequence[float], most: float) -> Iterator[str]:
    yield text(_LEFT - 8, top + len(errors) * _BAR / 2 + 4, name, "end")
    for place, (error, colour) in enumerate(zip(errors, COLOURS, strict=False)):
        yield bar(_LEFT, top + place * _BAR, min(error / most, 1) * _WIDTH, _BAR - 1, colour)
