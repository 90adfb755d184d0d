"""Tells what heads and foots a page: page numbers, running titles and whatever else stands apart in its margins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from uncial.geometry import Box
from uncial.graphics import Rule
from uncial.layout.parts import Body, Part

_EDGE = 0.09
"""The part of the page's height at its top and at its foot where running heads stand."""
_NUMBER_EDGE = 0.16
"""The same for a page's number, which says by itself what it is."""
_APART = 1.0
"""Running heads are so far from the text."""
_LARGEST = 1.15
"""Times the body's height; a running head is not larger."""
_SMALL = 0.95
"""Times the body's height; smaller print at the head of a page is no title."""
_FAR = 3.0
"""Words so far apart stand on two sides of the page."""
_ROMAN = r"[ivxlc]{1,7}"
_NUMBER = rf"(?:[A-Z]{{1,2}}[-–.])?\d{{1,4}}(?:[-–.]\d{{1,4}}){{0,3}}|{_ROMAN}"
PAGE_NUMBER = re.compile(
    rf"[-–—\s|·•(\[]*(?:(?:page|seite|página|pagina|pag\.|strana|p\.|s\.)\s*)?(?:{_NUMBER})"
    r"(?:\s*(?:/|of|von|de|di|sur|van|z)\s*\d{1,4})?[-–—\s|·•)\]]*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf"(?:\d{{1,4}}|{_ROMAN})\s+\D+|\D+(?:\s|-){_NUMBER}", re.IGNORECASE)


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
    """From the top down, as far as they are apart from what is below them."""
    heads: list[Part] = []
    for part in sorted(parts, key=lambda part: (part.box.top, part.box)):
        below = min((other.box.top for other in parts if _below(other, part) and not _among(other, heads)), default=page.bottom)
        number = PAGE_NUMBER.fullmatch(part.text) is not None
        edge = page.top + (_NUMBER_EDGE if number or _NUMBERED.fullmatch(part.text) else _EDGE) * page.height
        if part.solid or part.box.bottom > edge or not _may_run(part, body) or below - part.box.bottom < _APART * unit:
            break
        said = number or _NUMBERED.fullmatch(part.text)
        if said or _two_sided(part, unit) or _ruled(part, below, rules) or part.size < _SMALL * body.height:
            heads.append(part)
        elif not heads or _below(part, heads[-1]):
            break
    return heads


def _feet(parts: Sequence[Part], body: Body, unit: float, page: Box) -> list[Part]:
    """From the bottom up, as far as they are apart from what is above them."""
    feet: list[Part] = []
    for part in sorted(parts, key=lambda part: (-part.box.bottom, part.box)):
        above = max((other.box.bottom for other in parts if _below(part, other) and not _among(other, feet)), default=page.top)
        number = PAGE_NUMBER.fullmatch(part.text) is not None
        edge = page.bottom - (_NUMBER_EDGE if number else _EDGE) * page.height
        if part.solid or part.box.top < edge or not _may_run(part, body) or part.box.top - above < _APART * unit:
            break
        feet.append(part)
    return feet


def _among(part: Part, parts: Sequence[Part]) -> bool:
    return any(part is other for other in parts)


def _below(a: Part, b: Part) -> bool:
    return a is not b and a.box.center.y > b.box.bottom


def _may_run(part: Part, body: Body) -> bool:
    return len(part.rows) <= 2 and part.size <= _LARGEST * body.height


def _two_sided(part: Part, unit: float) -> bool:
    """Whether some of it stands on the left and some on the right."""
    words = part.rows[0].line.words
    return any(b.quad.box.left - a.quad.box.right > _FAR * unit for a, b in pairwise(words))


def _ruled(part: Part, below: float, rules: Sequence[Rule]) -> bool:
    """Whether a rule parts it from what is below."""
    between = (rule for rule in rules if not rule.stands and part.box.center.y < rule.start.y < below)
    return any(rule.length > part.box.width for rule in between)
