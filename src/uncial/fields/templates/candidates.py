"""Ways in which a field might be found, seen from where its value stands on a sample: beside which words, or in which zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from uncial.fields.lexicon import lexicon
from uncial.fields.sheet import Piece, Sheet
from uncial.fields.templates.finding import ZoneWay
from uncial.fields.templates.model import Rule, Where, Zone
from uncial.fields.templates.phrases import folded
from uncial.fields.templates.places import REACH
from uncial.fields.templates.samples import Hit, Sample
from uncial.geometry import Box

_WORDS = re.compile(r"[^\W\d_](?:[^\d:;|=]*[^\W\d_])?[.°º]?")
"""Words without digits in them."""
_FAR_WORDS = 4
_NEAR = 4.0
"""Times the height of the text: a unit or a sign stands no further behind its value."""
_ABOVE = 3.0
"""Times the height of the text: a label stands no further above its value."""
_TALL = 2.0
"""Times the height of the value with its room: the zone of all samples is no higher."""
_ROOM = 1.0
"""Times the height of the text: so much further below its label than on the sample a text may stand."""
_COST: dict[Where, float] = {"right": 0.0, "same": 0.0, "below": 1.0, "left": 2.5, "above": 2.5}
_ZONE, _ALONE, _SHORT, _AGAIN, _FAR, _RUNS_ON = 3.0, 2.0, 1.5, 1.0, 0.1, 0.5
"""What speaks against a rule: a zone; nothing but a type; a phrase of one or two letters; one that stands on the page several
times; each text between the anchor and the value; a value with no colon and no gap before it."""
_CALLED_SO = 0.6
"""What speaks for a phrase that names such fields on other documents too."""
_TABLES = ("receipts", "invoices", "invoice_totals", "tickets", "boarding_passes")
_ALSO = {"total": ("gross",), "subtotal": ("net",)}
"""Sections of the tables that are called otherwise than the field."""
_ALONE_TYPES = ("iban", "vat", "email")
"""Types that a page hardly has twice, and nothing else looks like."""
_UP, _BESIDE, _GROWTH, _LETTERS = 0.4, 0.5, 0.5, 4.0
"""By how much a zone is larger than the value: heights of the text up and down and to the left, to the right a fraction of its
width and heights of the text, where nothing else stands."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule, and what speaks against it."""

    rule: Rule
    cost: float


def beside(rule: Rule, hit: Hit, sample: Sample, values: Sequence[Hit]) -> Iterator[Candidate]:
    """The rule with each anchor that it may have; no anchor lies on one of the values."""
    for phrase, where, cost, gap in _anchors(hit, values):
        letters = len(folded(phrase))
        # A text below its label might as well be the line after it, where there is none: what has a type is told by that.
        reach = round(gap + _ROOM, 1) if where == "below" and rule.type == "text" and gap + _ROOM < REACH["below"] else None
        if letters:
            again = len(sample.pages.places(phrase)) - 1
            known = _CALLED_SO if _is_called(rule.name, phrase) else 0.0
            against = cost - known + _COST[where] + (_SHORT if letters < 3 else 0.0) + _AGAIN * max(again, 0)
            yield Candidate(replace(rule, anchors=(phrase,), where=where, reach=reach), against)


def _is_called(name: str, phrase: str) -> bool:
    """Whether the phrase is one of those by which documents name that field."""
    return lexicon(*_TABLES).named(phrase, name, *_ALSO.get(name, ())) is not None


def alone(rule: Rule) -> Iterator[Candidate]:
    """The rule without an anchor, where its type is enough."""
    if rule.type in _ALONE_TYPES:
        yield Candidate(rule, _ALONE)


def in_zone(rule: Rule, hits: Sequence[tuple[Sample, Hit, ZoneWay]]) -> Iterator[Candidate]:
    """The rule with the zone that holds the value on each of the samples."""
    page = hits[0][1].line.sheet.page
    zones = [_zone(hit, way) for _, hit, way in hits if hit.line.sheet.page == page and hit.span]
    if len(zones) == len(hits):
        lefts, tops, rights, bottoms = zip(*zones, strict=True)
        zone = min(lefts), min(tops), max(rights), max(bottoms)
        if (zone[3] - zone[1]) > _TALL * max(bottom - top for _, top, _, bottom in zones):
            return  # it stands now here and now there
        inside = tuple(round(min(max(edge, 0.0), 1.0), 4) for edge in zone)
        yield Candidate(replace(rule, zone=inside, page=_page(page, hits[0][0])), _ZONE)  # type: ignore[arg-type]


def _page(number: int, sample: Sample) -> int | str:
    return "first" if number == sample.view.sheets[0].page else number


def _zone(hit: Hit, way: ZoneWay) -> Zone:
    """The value's place with some room about it, in fractions of the first sample's page."""
    span, sheet = hit.span, hit.line.sheet
    assert span
    box, height = span.box, sheet.height
    right = min(box.right + _GROWTH * box.width + _LETTERS * height, _next_right(sheet, box))
    left = max(box.left - _BESIDE * height, _next_left(sheet, box))
    bottom = box.bottom + (hit.lines - 1) * 2 * height
    room = Box(left, box.top - _UP * height, right, bottom + _UP * height)
    (sx, dx), (sy, dy) = way.across, way.down
    return (room.left - dx) / sx, (room.top - dy) / sy, (room.right - dx) / sx, (room.bottom - dy) / sy


def _next_right(sheet: Sheet, box: Box) -> float:
    others = [piece.box.left for piece in _level_with(sheet, box) if piece.box.left > box.right]
    return min(others, default=sheet.box.right) - _UP * sheet.height


def _next_left(sheet: Sheet, box: Box) -> float:
    others = [piece.box.right for piece in _level_with(sheet, box) if piece.box.right < box.left]
    return max(others, default=sheet.box.left)


def _level_with(sheet: Sheet, box: Box) -> Iterator[Piece]:
    return (piece for piece in sheet.pieces if abs(piece.box.center.y - box.center.y) < sheet.height)


def _anchors(hit: Hit, values: Sequence[Hit]) -> Iterator[tuple[str, Where, float, float]]:
    """Phrases about a value: where it stands seen from them, what speaks against them, how many text heights lie between."""
    text = hit.line.stretch.text
    runs_on = _runs_on(text, hit)
    before = list(_phrases(text[: hit.start], 0, hit, values))
    for far, phrase in enumerate(reversed(before)):
        yield phrase, "right", _FAR * far + runs_on, 0.0
    for far, piece in enumerate(_over(hit)):
        for phrase in _free_phrases(piece, values):
            yield phrase, "below", _FAR * far, _gap(piece, hit)
    if phrase := _behind(hit, values):
        yield phrase, "left", 0.0, 0.0


def _gap(above: Piece, hit: Hit) -> float:
    return max(hit.span.box.top - above.box.bottom, 0.0) / hit.line.sheet.height if hit.span else 0.0


def _runs_on(text: str, hit: Hit) -> float:
    """What speaks against the words before a value being its label: no colon and no gap between, and words close behind it."""
    labelled = re.search(r"(^|\s\s|[:=#.\-])\s*$", text[: hit.start])
    followed = re.match(r",|\s[^\W\d_]{4}", text[hit.end :])
    return 0.0 if labelled else _RUNS_ON + (1.0 if followed else 0.0)


def _phrases(text: str, offset: int, hit: Hit, values: Sequence[Hit]) -> Iterator[str]:
    """Runs of words without digits, as they stand in a row; of long ones also their last words, which come after the whole."""
    at = 0
    for part in text.split("  "):
        for found in _WORDS.finditer(part):
            start, end = offset + at + found.start(), offset + at + found.end()
            if not any(each.line is hit.line and each.start < end and start < each.end for each in values):
                yield found[0]
                words = found[0].split()
                if len(words) > _FAR_WORDS:
                    yield " ".join(words[-2:])
        at += len(part) + 2


def _over(hit: Hit) -> Iterator[Piece]:
    """The pieces over a value, from below."""
    span, sheet = hit.span, hit.line.sheet
    if span is None:
        return
    for row in sheet.rows[: hit.line.number][::-1]:
        if span.box.top - row.box.bottom > _ABOVE * sheet.height:
            return
        for piece in row.pieces:
            if min(piece.box.right, span.box.right) - max(piece.box.left, span.box.left) > 0:
                yield piece


def _free_phrases(piece: Piece, values: Sequence[Hit]) -> Iterator[str]:
    """The piece's words without digits, where it is none of the values."""
    if not any(piece is part[0] for value in values for part in value.line.stretch.parts(value.start, value.end)):
        found = _WORDS.search(piece.text)
        if found:
            yield found[0]


def _behind(hit: Hit, values: Sequence[Hit]) -> str:
    """The words close behind a value."""
    sheet, span = hit.line.sheet, hit.span
    text = hit.line.stretch.text
    found = _WORDS.match(text[hit.end :].lstrip())
    if not found or span is None:
        return ""
    start = len(text) - len(text[hit.end :].lstrip())
    after = hit.line.stretch.cut(start, start + found.end())
    near = after is not None and after.box.left - span.box.right <= _NEAR * sheet.height
    taken = any(each.line is hit.line and each.start < start + found.end() and start < each.end for each in values)
    return found[0].split("  ")[0] if near and not taken else ""
