"""Finds one field of a template: where its rule says, of the type that it has to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from uncial.fields.model import Field, Scalar
from uncial.fields.sheet import Sheet, Span
from uncial.fields.templates.model import OnPage, Pattern, Rule, Zone
from uncial.fields.templates.phrases import Pages, Place
from uncial.fields.templates.places import Stretch, below_each_other, looked_at, row_of, under, within
from uncial.fields.templates.types import Value, Writing, patterned, values
from uncial.geometry import Box

_TYPED, _PLAIN, _PLACED = 0.98, 0.92, 0.85
"""How sure a rule is: with a type or a pattern, beside an anchor alone, in a zone alone."""
_A_LETTER = 0.02
"""What each letter between an anchor and its value takes from how likely it is that they belong together."""
_MOST_LETTERS = 20


@dataclass(frozen=True)
class Ground:
    """A document in which the fields of one template are looked for."""

    pages: Pages
    writing: Writing
    zones: Mapping[int, ZoneWay]
    """How zones lie on a page, by its number, where its marks tell."""
    labels: tuple[Place, ...] = ()
    """Where the anchors of its fields stand: no value goes on over one."""
    home: Span | None = None
    """Where what does not stand on the page is said to stand."""

    def sheets(self, page: OnPage) -> tuple[Sheet, ...]:
        """The pages that are meant."""
        every = self.pages.view.sheets
        match page:
            case "any":
                return every
            case "first":
                return every[:1]
            case "last":
                return every[-1:]
            case _:
                return tuple(sheet for sheet in every if sheet.page == page)


@dataclass(frozen=True, slots=True)
class ZoneWay:
    """From fractions of the sample's page to pixels of the level page."""

    across: tuple[float, float]
    """By how much x is multiplied, and what is added then."""
    down: tuple[float, float]

    def box(self, zone: Zone) -> Box:
        """Where the zone lies."""
        (sx, dx), (sy, dy) = self.across, self.down
        left, top, right, bottom = zone
        return Box(left * sx + dx, top * sy + dy, right * sx + dx, bottom * sy + dy)


@dataclass(frozen=True, slots=True)
class _Candidate:
    value: Scalar
    span: Span
    likely: float
    """0..1: of several the likeliest is taken."""
    sure: float


def find_field(rule: Rule, ground: Ground) -> Field | None:
    """The field, where the document has it."""
    best = max(_candidates(rule, ground), key=lambda each: each.likely, default=None)
    if best is None:
        return None
    return best.span.says(best.value, "template", best.sure)


def _candidates(rule: Rule, ground: Ground) -> Iterator[_Candidate]:
    if rule.anchors:
        yield from _by_anchor(rule, ground)
    elif rule.zone:
        for sheet in ground.sheets(rule.page):
            yield from _constant_or_read(rule, _in_zone(rule.zone, sheet, ground), ground.writing)
    elif rule.pattern or rule.value is None:
        rows = (row_of(row) for sheet in ground.sheets(rule.page) for row in sheet.rows)
        yield from islice((each for row in rows for each in _constant_or_read(rule, row, ground.writing)), 1)
    elif ground.home:
        yield _Candidate(rule.value, replace(ground.home, text=""), 1.0, 1.0)


def _constant_or_read(rule: Rule, stretch: Stretch, writing: Writing) -> Iterator[_Candidate]:
    for found in read(rule.type, rule.pattern, stretch, writing):
        value = found.value if rule.value is None else rule.value
        span = stretch.cut(found.start, found.end)
        if span:
            yield _Candidate(value, span, found.sure, found.sure * (_TYPED if _is_typed(rule) else _PLACED))
        return


def _by_anchor(rule: Rule, ground: Ground) -> Iterator[_Candidate]:
    meant = {id(sheet) for sheet in ground.sheets(rule.page)}
    for anchor in rule.anchors:
        for place in ground.pages.places(anchor):
            if id(place.sheet) in meant:
                yield from _at_anchor(rule, place, ground)


def _at_anchor(rule: Rule, place: Place, ground: Ground) -> Iterator[_Candidate]:
    if rule.value is not None:
        if place.span:
            yield _Candidate(rule.value, place.span, place.likeness, place.likeness)
        return
    sure = place.likeness * (_TYPED if _is_typed(rule) else _PLAIN)
    for stretch in _stretches(rule, place, ground):
        for found in read(rule.type, rule.pattern, stretch, ground.writing, last=rule.where == "left"):
            span = stretch.cut(found.start, found.end)
            if span:
                yield _Candidate(
                    found.value, span, place.likeness * found.sure * _nearness(rule, stretch, found), sure * found.sure
                )
            return


def _nearness(rule: Rule, stretch: Stretch, found: Value) -> float:
    """0..1: how little stands between the anchor and the value."""
    between = stretch.text[found.end :] if rule.where == "left" else stretch.text[: found.start]
    letters = 0 if rule.where == "same" or rule.zone else sum(char.isalnum() for char in between)
    return 1 - _A_LETTER * min(letters, _MOST_LETTERS)


def _stretches(rule: Rule, place: Place, ground: Ground) -> Iterator[Stretch]:
    """Where the value may stand, the likeliest first."""
    if rule.zone:
        yield _in_zone_beside(rule.zone, place)
        return
    row = place.line.stretch
    for stretch in looked_at(place.sheet, row, place.start, place.end, rule.where, rule.reach):
        free = stretch if rule.where in ("same", "left") else _up_to_a_label(stretch, place, ground.labels)
        if free is None:
            return
        yield free if _is_typed(rule) and not rule.lines else _of_lines(rule, place.sheet, free)


def _of_lines(rule: Rule, sheet: Sheet, stretch: Stretch) -> Stretch:
    """Of a text only the piece that is nearest to the anchor, and where it may have several lines those below it."""
    row = stretch.rows[0]
    first = stretch if rule.where == "same" or _is_typed(rule) else Stretch((row[-1:] if rule.where == "left" else row[:1],))
    return below_each_other([first, *islice(under(sheet, first), (rule.lines or 1) - 1)])


def _up_to_a_label(stretch: Stretch, own: Place, labels: Iterable[Place]) -> Stretch | None:
    """What stands before the first label of another field; None where that is nothing."""
    for label in labels:
        if label.line is own.line and label.start < own.end and own.start < label.end:
            continue
        at = _place_in(stretch, label)
        if at is not None:
            before = stretch.text[:at]
            return _up_to_a_label(stretch.between(0, at), own, labels) if before.strip(" :.-") else None
    return stretch


def _place_in(stretch: Stretch, label: Place) -> int | None:
    """Where the label begins in the stretch; None where it does not."""
    begins = next(label.line.stretch.parts(label.start, label.end))
    at = 0
    for row in stretch.rows:
        for piece, start, end in row:
            if piece is begins[0] and start <= begins[1] < end:
                return at + begins[1] - start
            at += end - start + 2
        at -= 1
    return None


def _in_zone(zone: Zone, sheet: Sheet, ground: Ground) -> Stretch:
    page = sheet.box
    way = ground.zones.get(sheet.page) or ZoneWay((page.width, 0.0), (page.height, 0.0))
    return within(sheet, way.box(zone))


def _in_zone_beside(zone: Zone, place: Place) -> Stretch:
    span, height = place.span, place.sheet.height
    if span is None:
        return Stretch(())
    return within(place.sheet, ZoneWay((height, span.box.left), (height, span.box.top)).box(zone))


def _is_typed(rule: Rule) -> bool:
    return rule.type != "text" or rule.pattern is not None


def read(type: str, pattern: Pattern | None, stretch: Stretch, writing: Writing, *, last: bool = False) -> Iterator[Value]:
    """The values in some text: what the pattern finds, if there is one, as the type has it."""
    text = stretch.text
    if pattern is None:
        found = list(values(type, text, writing))
        yield from reversed(found) if last else found
        return
    cut = patterned(pattern, type, text)
    if cut is None:
        return
    said, start, end = cut
    if type in ("text", "code"):
        yield Value(" ".join(said.split()), start, end)
        return
    for value in islice(values(type, said, writing), 1):
        yield Value(value.value, start + value.start, start + value.end, value.sure)
