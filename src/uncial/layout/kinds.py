"""Tells what each part of a page is: a heading, a list item, a caption, a footnote, what heads and foots the page, or prose.

docs/structure.md says what each is told by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from uncial.document import Kind
from uncial.geometry import Box
from uncial.graphics import Rule
from uncial.layout.margins import outside
from uncial.layout.parts import CAPTION, Body, Part

_LARGER = {True: 1.1, False: 1.25}
"""Times the body's height: headings are so much larger, in a PDF's own text and in what was read, whose heights are rough."""
_HEADING_ROWS, _HEADING_LETTERS = 3, 160
_PLAIN_LETTERS = 70
"""A heading that is no larger than the text is shorter than this."""
_LETTERS = 0.6
"""The part of a heading that is letters."""
_FORMULA = frozenset("@=+<>≤≥∑∫√∂∈→←·|{}\\^_")
"""Signs that stand in formulas and addresses and hardly in headings."""
_WHITE = 0.5
"""Above and below a heading there is so much white where nothing but that, its capitals or its number tell it."""
_SMALLER = 0.93
"""Times the body's height: footnotes are smaller than this."""
_CAPTION_GAP = 3.5
"""A caption stands so near to its figure or table."""
_NUMBERED = re.compile(
    r"(?:(?:chapter|section|part|article|kapitel|abschnitt|chapitre|cap[ií]tulo|capitolo|appendix|anhang|annex)\b"
    r"|(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?|[IVX]{1,5}\.|[A-Z]\.(?:\d{1,2}\.?)*)\s+[^\W\d_])",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\W{0,2}(?:\d{1,3}\b|[*†‡§¶¹²³⁰-⁹]|[a-z]\b)")
_STARRED = re.compile(r"[*†‡§¶]+\)?\s*[^\W\d_]")
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡§¶¹²³⁰-⁹]+|[a-z])[.)]?\s*[^\W\d_].*[^\W\d_]")
_PROSE = 12.0
"""Paragraphs are at least so wide."""
_NOTE_RULE = 0.6
"""The rule above footnotes is shorter than this part of their column's width."""


def told(parts: Sequence[Part], body: Body, unit: float, page: Box, rules: Sequence[Rule]) -> list[Part]:
    """The same parts, each with its kind and level; what heads the page comes first and what foots it last."""
    found = [_as(part, "list-item") if part.marker else part for part in parts]
    found = outside(found, body, unit, page, rules)
    found = [_as(part, "caption") if _is_caption(part, found, body, unit) else part for part in found]
    found = _footnotes(found, body, unit, page, rules)
    prosy = _is_prosy(found, unit)
    found = [
        _as(part, "heading", 1) if _Candidate(i, found, body, unit, prosy).is_heading else part for i, part in enumerate(found)
    ]
    return _nested(found, unit)


def _as(part: Part, kind: Kind, level: int = 0) -> Part:
    return replace(part, kind=kind, level=level)


def _is_prose(part: Part) -> bool:
    return part.kind == "paragraph" and not part.solid


def _is_prosy(parts: Sequence[Part], unit: float) -> bool:
    """Whether most of the page's lines are those of paragraphs, and not of a form or receipt."""
    lines = sum(len(part.rows) for part in parts)
    return 2 * sum(len(part.rows) for part in parts if len(part.rows) > 1 and part.box.width > _PROSE * unit) > lines


# Captions and footnotes


def _is_caption(part: Part, parts: Sequence[Part], body: Body, unit: float) -> bool:
    """Whether it names a figure or table: “Figure 3:”, or small print right below a picture."""
    if not _is_prose(part):
        return False
    found = CAPTION.match(part.text)
    near = [other for other in parts if other.solid and _touches(part.box, other.box, unit)]
    if found and not found["rest"].islower():
        return found["mark"] is not None or bool(near)
    below = any(part.box.top >= other.box.center.y and other.solid and other.solid.kind == "figure" for other in near)
    return below and len(part.rows) <= 4 and part.size < _SMALLER * body.height and len(part.text) > 3


def _touches(a: Box, b: Box, unit: float) -> bool:
    beside = min(a.right, b.right) - max(a.left, b.left) > 0
    return beside and max(a.top, b.top) - min(a.bottom, b.bottom) < _CAPTION_GAP * unit


def _footnotes(parts: Sequence[Part], body: Body, unit: float, page: Box, rules: Sequence[Rule]) -> list[Part]:
    """What stands at the end of its column, small and with a mark, or below a short rule."""
    done = list(parts)
    ended: list[Part] = []
    for i in reversed(range(len(parts))):
        part = parts[i]
        if part.kind in ("page-footer", "page-header") or part.box.top < page.top + 0.4 * page.height:
            continue
        if part.kind in ("paragraph", "list-item") and not part.solid and not any(_above(part.box, other.box) for other in ended):
            small = part.size < _SMALLER * body.height
            starred = part.kind == "paragraph" and _STARRED.match(part.text) is not None
            if ((small or starred) and _NOTE.match(part.text)) or _below_short_rule(part, parts, unit, rules):
                done[i] = _as(part, "footnote")
                continue
        ended.append(part)
    return _run_on(done, body)


def _run_on(parts: list[Part], body: Body) -> list[Part]:
    """With small print right below a footnote as one more."""
    for i, (above, part) in enumerate(pairwise(parts), start=1):
        small = _is_prose(part) and part.size < _SMALLER * body.height
        if above.kind == "footnote" and small and _above(above.box, part.box) and above.column == part.column:
            parts[i] = _as(part, "footnote")
    return parts


def _above(a: Box, b: Box) -> bool:
    """Whether the one stands above the other."""
    return a.center.y < b.top and min(a.right, b.right) - max(a.left, b.left) > 0


def _below_short_rule(part: Part, parts: Sequence[Part], unit: float, rules: Sequence[Rule]) -> bool:
    """Whether a rule that is shorter than the text is wide stands above it and begins with it, with text above that."""
    over = [other for other in parts if other.rows and _above(other.box, part.box)]
    if not over or not _MARKED.match(part.text):
        return False
    top, left = max(other.box.bottom for other in over), min(other.box.left for other in over)
    width = max(other.box.width for other in over)
    return any(
        not rule.stands
        and 3 * unit < rule.length < _NOTE_RULE * width
        and top - 0.3 * unit < rule.start.y < part.box.top + 0.3 * unit
        and abs(rule.start.x - left) < 3 * unit
        for rule in rules
    )


# Headings


class _Candidate:
    """A part among the others of its page, as far as that says whether it is a heading."""

    def __init__(self, i: int, parts: Sequence[Part], body: Body, unit: float, prosy: bool) -> None:
        self.part, self.body, self.unit, self.prosy = parts[i], body, unit, prosy
        column = [other for other in parts[max(i - 6, 0) : i + 7] if other.kind not in ("page-header", "page-footer")]
        self.above = [other for other in column if _above(other.box, self.part.box)]
        self.below = [other for other in column if _above(self.part.box, other.box)]

    @property
    def is_heading(self) -> bool:
        """Whether its size says so, or else its weight, capitals, number or white, and what stands below it."""
        part = self.part
        if part.kind not in ("paragraph", "list-item") or part.solid or not self._worded:
            return False
        native = all(row.native for row in part.rows)
        if part.size >= _LARGER[native] * self.body.height and part.kind == "paragraph":
            return True
        return self._short and self._leads and self._stands_out

    @property
    def _worded(self) -> bool:
        text = self.part.text
        letters = sum(letter.isalpha() for letter in text)
        ends = text.endswith((".", ",", ";", "-", "。")) and not text.isupper() and not _NUMBERED.fullmatch(text)
        if not _FORMULA.isdisjoint(text):
            return False
        few = len(self.part.rows) <= _HEADING_ROWS and len(text) <= _HEADING_LETTERS
        return few and letters >= 2 and letters >= _LETTERS * len(text.replace(" ", "")) and not ends

    @property
    def _short(self) -> bool:
        text = self.part.text
        return len(self.part.rows) <= 2 and len(text) <= _PLAIN_LETTERS * len(self.part.rows) and not text[:1].islower()

    @property
    def _leads(self) -> bool:
        """Whether a paragraph, list or table follows, which is wider than it."""
        if not self.below or self._white(self.below[0]) < 0:
            return False
        return any(
            other.solid or other.kind == "list-item" or len(other.rows) > 2 or other.box.width > self.part.box.width
            for other in self.below[:3]
        )

    @property
    def _stands_out(self) -> bool:
        part, text = self.part, self.part.text
        prose = [other for other in (*self.above, *self.below) if _is_prose(other) and len(other.rows) > 1]
        if part.bold and not all(other.bold for other in prose):
            return part.kind == "paragraph" or self._alone
        if not self._alone or part.kind != "paragraph":
            return part.kind == "list-item" and self._alone and bool(_NUMBERED.match(text)) and self._titled
        capitals = text.isupper() and sum(letter.isalpha() for letter in text) >= 4
        mixed = any(not other.text.isupper() for other in prose)
        return (capitals and mixed) or bool(_NUMBERED.match(text)) or self._titled

    @property
    def _alone(self) -> bool:
        """Whether there is white above and below, no less above than below."""
        above = min((self._white(other) for other in self.above), default=9.0)
        below = min((self._white(other) for other in self.below), default=9.0)
        return above >= _WHITE and above >= 0.8 * below and len(self.part.rows) <= 2

    def _white(self, other: Part) -> float:
        """The white between the two, in heights of the text."""
        a, b = self.part.box, other.box
        return (max(a.top, b.top) - min(a.bottom, b.bottom)) / self.unit

    @property
    def _titled(self) -> bool:
        """Whether it is a few words that begin large, above prose that fills its column."""
        words = [word for word in self.part.text.split() if len(word) > 3 and word[:1].isalpha()]
        large = sum(word[:1].isupper() for word in words) >= 0.7 * len(words)
        follows = self.below[0]
        wider = _is_prose(follows) and self.part.box.width < 0.6 * follows.box.width
        return bool(words) and large and wider and self.prosy and self.part.text[-1:] not in ":?!"


# Lists


def _nested(parts: Sequence[Part], unit: float) -> list[Part]:
    """List items with how deep they stand: by how far they are set in, among the items around."""
    margins = {
        column: min(part.box.left for part in parts if part.column == column) for column in {part.column for part in parts}
    }
    done = list(parts)
    depths: list[float] = []
    for i, part in enumerate(parts):
        depth = part.box.left - margins[part.column]
        if part.kind == "list-item":
            depths = [each for each in depths if each < depth - 0.7 * unit] + [depth]
            done[i] = replace(part, level=len(depths))
        elif part.kind == "heading" or (depths and depth < depths[0] + 0.7 * unit and part.kind == "paragraph"):
            depths = []
    return done
