"""Tells what heads and foots a page: page numbers, running titles and whatever else stands apart in its margins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from uncial.geometry import Box
from uncial.graphics import Rule
from uncial.layout.parts import PAGE_NUMBER, Body, Part

_EDGE = 0.09
"""The part of the page's height at its top and at its foot where running heads stand."""
_NUMBER_EDGE = 0.16
"""The same for a page's number, which says by itself what it is."""
_APART, _NUMBERED_APART, _KNOWN_APART, _NOT_APART = 1.0, 0.6, 0.25, -0.3
"""Running heads are so far from the text; the more they have of a running head, the less. Quads of lines may overlap."""
_ALONE = 2.0
"""What is so far below all the text and is a number is the page's, wherever the page ends."""
_LOWER_HALF = 0.5
_LARGEST = 1.15
"""Times the body's height; a running head is not larger."""
_LARGEST_KNOWN = 1.6
_SMALL = 0.95
"""Times the body's height; smaller print at the head of a page is no title."""
_FAR = 3.0
"""Words so far apart stand on two sides of the page."""
_NUMBER_FIRST = re.compile(r"(?:\d{1,4}|[ivxlc]{1,7})\s+\D.*", re.IGNORECASE)
_NUMBER_LAST = re.compile(r".*[^.:\d](?:\s|-)(?:[A-Z]{1,2}[-–.])?\d{1,4}(?:[-–.]\d{1,4}){0,3}")


def outside(parts: Sequence[Part], body: Body, unit: float, page: Box, rules: Sequence[Rule]) -> list[Part]:
    """The parts with what heads the page before all the others, and what foots it behind them."""
    upright = [part for part in parts if part.rows or part.solid]
    heads = _heads(upright, body, unit, page, rules)
    feet = _feet([part for part in upright if not _among(part, heads)], body, unit, page)
    rest = [part for part in parts if not _among(part, heads) and not _among(part, feet)]
    if not rest:
        return list(parts)
    before = [replace(part, kind="page-header", level=0) for part in heads]
    after = [replace(part, kind="page-footer", level=0) for part in feet]
    return [*before, *rest, *after]


def _heads(parts: Sequence[Part], body: Body, unit: float, page: Box, rules: Sequence[Rule]) -> list[Part]:
    """What stands in the upper margin and looks like a running head, with what stands beside or above that."""
    edge = page.top + _NUMBER_EDGE * page.height
    near = [part for part in parts if part.box.bottom < edge and _may_run(part, body)]
    first = min((part.box.top for part in parts if not _among(part, near)), default=page.bottom)
    heads: list[Part] = []
    for part in sorted(near, key=lambda part: (-part.box.bottom, part.box)):
        if not heads and not _looks_running(part, first, body, unit, page, rules):
            first = min(first, part.box.top)
        elif part.box.bottom < page.top + _EDGE * page.height or not heads or _is_known(part):
            heads.append(part)
    return [part for part in near if _among(part, heads)]


def _looks_running(part: Part, below: float, body: Body, unit: float, page: Box, rules: Sequence[Rule]) -> bool:
    """Whether it has a page's number, stands on two sides, or is set apart by its size or a rule."""
    if below - part.box.bottom < _distance(part) * unit:
        return False
    small = part.size < _SMALL * body.height and not part.text.isupper()  # capitals alone are lower than letters with tails
    if _is_known(part) or (small and len(part.rows) == 1):
        return True
    return part.box.bottom < page.top + _EDGE * page.height and (_is_numbered(part) or _ruled(part, below, rules))


def _feet(parts: Sequence[Part], body: Body, unit: float, page: Box) -> list[Part]:
    """From the bottom up, as far as they are apart from what is above them."""
    feet: list[Part] = []
    for part in sorted(parts, key=lambda part: (-part.box.bottom, part.box)):
        above = max((other.box.bottom for other in parts if _below(part, other) and not _among(other, feet)), default=page.top)
        alone = PAGE_NUMBER.fullmatch(part.text) is not None and part.box.top - above > _ALONE * unit
        edge = page.bottom - (_LOWER_HALF if alone else _NUMBER_EDGE if _is_known(part) else _EDGE) * page.height
        if part.box.top < edge or not _may_run(part, body) or part.box.top - above < _distance(part) * unit:
            break
        feet.append(part)
    return [part for part in parts if _among(part, feet) or (_may_run(part, body) and _is_level(part, feet))]


def _is_level(part: Part, feet: Sequence[Part]) -> bool:
    """Whether it reaches as far down as one of them, and stands beside it."""
    return any(part.box.center.y > foot.box.top - foot.box.height and part.box.bottom <= foot.box.bottom + 1 for foot in feet)


def _among(part: Part, parts: Sequence[Part]) -> bool:
    return any(part is other for other in parts)


def _below(a: Part, b: Part) -> bool:
    return a is not b and a.box.center.y > b.box.bottom


def _distance(part: Part) -> float:
    """How far it has to be from the text."""
    if _two_sided(part) and any(map(PAGE_NUMBER.fullmatch, _ends(part))):
        return _NOT_APART
    return _KNOWN_APART if _is_known(part) else _NUMBERED_APART if _is_numbered(part) else _APART


def _ends(part: Part) -> tuple[str, str]:
    """Its first word and its last."""
    words = part.text.split()
    return words[0], words[-1]


def _is_known(part: Part) -> bool:
    """Whether it is a page's number, or stands on two sides of the page."""
    return PAGE_NUMBER.fullmatch(part.text) is not None or _two_sided(part)


def _is_numbered(part: Part) -> bool:
    """Whether it begins or ends as with a page's number; headings begin with one too, but hardly in capitals."""
    if len(part.rows) != 1 or part.bold:
        return False
    return bool(_NUMBER_LAST.fullmatch(part.text) or (_NUMBER_FIRST.fullmatch(part.text) and part.text.isupper()))


def _may_run(part: Part, body: Body) -> bool:
    largest = _LARGEST_KNOWN if _is_known(part) else _LARGEST
    return not part.solid and len(part.rows) <= 2 and part.size <= largest * body.height


def _two_sided(part: Part) -> bool:
    """Whether some of it stands on the left and some on the right."""
    if len(part.rows) != 1:
        return False
    words = part.rows[0].line.words
    return any(b.quad.box.left - a.quad.box.right > _FAR * a.quad.height for a, b in pairwise(words))


def _ruled(part: Part, below: float, rules: Sequence[Rule]) -> bool:
    """Whether a rule parts it from what is below."""
    between = (rule for rule in rules if not rule.stands and part.box.center.y < rule.start.y < below)
    return any(rule.length > part.box.width for rule in between)
