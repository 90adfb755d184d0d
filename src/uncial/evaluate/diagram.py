"""The reliability diagram as SVG: what words say against how many of them are right; readable on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import log10

from uncial.evaluate.reliability import BINS, Bin, Reliability

GREY = "#7d8590"
"""Stands out from white and from black alike: a picture in a page cannot ask which of them it stands on."""
BLUE, AMBER = "#2f81f7", "#d29922"
_SIDE, _LEFT, _TOP, _COUNTS, _BELOW = 300.0, 56.0, 46.0, 60.0, 46.0
"""The diagram's square, what is left of it, above it, how high the counts are, and how far they stand below it, in pixels."""


def reliability_svg(reliability: Reliability, title: str) -> str:
    """A bar for each tenth that has words, as high as the share of right ones; below it, how many words there are.

    A dot marks what the words of a bar say on average: a well calibrated reader's bars end at their dots.
    """
    error = "–" if reliability.error is None else f"{reliability.error:.3f}"
    bottom = _TOP + _SIDE + _BELOW + _COUNTS
    parts = [
        text(_LEFT, 14, f"{title}: ECE {error}, {reliability.words} words", "start"),
        text(_LEFT, 30, "bars: the share of right words; dots: what they say", "start"),
        *(part for step in range(6) for part in _axes(step / 5)),
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="{GREY}" stroke-dasharray="4 4"/>',
        *_bars(reliability.bins),
        text(_LEFT + _SIDE / 2, _TOP + _SIDE + 34, "how sure words are said to be"),
        text(_LEFT + _SIDE / 2, bottom + 18, "how many words there are (logarithmic)"),
    ]
    return svg(_LEFT + _SIDE + 60, bottom + 28, parts, title)


def svg(width: float, height: float, parts: Sequence[str], title: str) -> str:
    """A picture of these parts."""
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="system-ui,sans-serif" font-size="12">'
    return "\n".join([head, f"<title>{escape(title)}</title>", *parts, "</svg>", ""])


def text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    """Some words at a place: their start, middle or end."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{GREY}">{escape(words)}</text>'


def bar(left: float, top: float, width: float, height: float, colour: str) -> str:
    """A filled rectangle."""
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def rule(x1: float, y1: float, x2: float, y2: float, opacity: float = 1.0) -> str:
    """A thin line."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{GREY}" stroke-opacity="{opacity:g}"/>'


def _x(share: float) -> float:
    return _LEFT + share * _SIDE


def _y(share: float) -> float:
    return _TOP + (1 - share) * _SIDE


def _axes(share: float) -> Iterator[str]:
    """The line and the figures of one value on both axes."""
    yield rule(_x(0), _y(share), _x(1), _y(share), 0.35 if share else 1)
    yield text(_x(0) - 8, _y(share) + 4, f"{share:.1f}", "end")
    yield text(_x(share), _y(0) + 16, f"{share:.1f}")


def _bars(bins: Sequence[Bin]) -> Iterator[str]:
    most = max(each.words for each in bins)
    width, floor = _SIDE / BINS - 6, _TOP + _SIDE + _BELOW + _COUNTS
    for place, each in enumerate(bins):
        if each.words:
            left, height = _x(place / BINS) + 3, _COUNTS * log10(1 + each.words) / log10(1 + most)
            yield bar(left, _y(each.found), width, each.found * _SIDE, BLUE)
            yield f'<circle cx="{left + width / 2:.1f}" cy="{_y(each.said):.1f}" r="4" fill="{AMBER}"/>'
            yield bar(left, floor - height, width, height, GREY)
