"""Boarding passes: what IATA's bar-coded boarding pass carries, from the barcode and from the print.

Print goes before barcode where both say the same, since it has a place that can be read; where the caption of a field has another
value beside it than the barcode, the barcode's value is looked for on the page first. What then still differs stays as it is
printed, and `checks` doubts it. What the barcode has and the print has not is given as the barcode's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from uncial.fields.lexicon import lexicon
from uncial.fields.model import Field, Fields, Payload, Row, Scalar
from uncial.fields.payloads.bcbp import flight_date
from uncial.fields.sheet import Span, View
from uncial.fields.travel.captions import Captions
from uncial.fields.travel.days import find_all_days, travel_day
from uncial.fields.travel.found import barcode_fields, first_of, possible_times
from uncial.fields.travel.journeys import find_journey
from uncial.fields.travel.particulars import (
    Told,
    airline_of,
    designator_of,
    find_class,
    find_code,
    find_flights,
    find_name,
)
from uncial.fields.travel.places import Airport, airports_of, find_airports

Value = Scalar | tuple[Row, ...]
_BCBP = "iata-bcbp"
_SURE = 0.98
"""That a barcode says what it says: it has check symbols."""
_SEQUENCE = re.compile(r"\d{1,5}[A-Z]?(?![^\W_])")
_LOYALTY = re.compile(r"(?:[A-Z0-9]{2}[ /-]?)?[A-Z]{0,4}\d[\d ]{4,16}")
_ALLOWANCE = re.compile(
    r"(?:\d{1,2}\s?(?:PC|pc|x|×)?\s?(?:\d{1,2}\s?)?(?:kg|KG|K|PC|pc|L|lb)|\d{1,2}\s?(?:pieces?|bags?)?)(?![^\W_])"
)
_E_TICKET = re.compile(r"\d{3}[ -]?\d{10}(?!\d)|\d{13}(?!\d)")
_SEAT = re.compile(r"(?<![^\W_])\d{1,3}\s?[A-L](?![^\W_])|(?<![^\W_])[A-L]\d{1,2}(?![^\W_])|INF(?![^\W_])")
_GATE = re.compile(r"(?<![^\W_])(?:[A-Z]{1,2}\s?-?\d{1,3}[A-Z]?|\d{1,3}\s?[A-Z]?)(?![^\W_]|[:.]\d)")
_CLASS = re.compile(r"[A-Z](?![^\W_])")
_LETTERS = 4
"""Of an airport's code and what may stand beside it in brackets."""


@dataclass(frozen=True)
class Pass:
    """A boarding pass with what is found first."""

    view: View
    captions: Captions
    payload: Payload | None

    @staticmethod
    def of(view: View) -> Pass:
        """What a document has of a boarding pass."""
        payload = next((each for each in view.payloads if each.standard == _BCBP), None)
        return Pass(view, view.once(_captions), payload)


def _captions(view: View) -> Captions:
    return Captions.of(view, lexicon("tickets", "boarding_passes"))


def evidence(view: View) -> float:
    """How much speaks for this kind: its barcode, or its title with the captions that only it has."""
    if any(payload.standard == _BCBP for payload in view.payloads):
        return 1.0
    if not any(_titles(piece.text) for piece in view.pieces):
        return 0.0
    captions = view.once(_captions)
    own = sum(any(True for _ in captions.named(name)) for name in ("boarding_time", "gate", "seat", "service", "sequence"))
    return min(0.4 + 0.2 * own, 1.0)


def find(view: View) -> Fields:
    """What it says, of several flights those of the first, with all of them in `legs`."""
    seen = Pass.of(view)
    printed = dict(_printed(seen))
    if seen.payload is None:
        return printed
    told = {**seen.payload.says, **_flight_day(seen)}
    said = barcode_fields(replace(seen.payload, says={name: told[name] for name in _NAMES if name in told}))
    both = {name: _agreed(view, printed.get(name), field) for name, field in said.items()}
    return {**printed, **both, **_legs(seen.payload, said)}


_NAMES = (
    "passenger", "booking_reference", "carrier", "flight", "origin", "destination", "date", "seat", "class", "sequence",
    "ticket_number", "frequent_flyer", "baggage_allowance",
)  # fmt: skip
"""Fields that a barcode can give."""


def _titles(text: str) -> bool:
    hit = lexicon("boarding_passes").named(text, "boarding_pass") if text.count(" ") < 8 else None
    return hit is not None


def _printed(seen: Pass) -> Iterator[tuple[str, Field]]:
    for name, caption, parse, sure in _CAPTIONED:
        found = first_of(seen.captions, caption, parse)
        if found:
            yield name, found.span.says(found.value.value, "label", sure)
    yield from _times(seen)
    yield from _airports(seen)
    yield from _flight(seen)
    journey = find_journey(seen.view, seen.captions)
    day = travel_day(find_all_days(seen.view, seen.captions), journey)
    if day and day.value:
        yield "date", day.span.says(day.value, "label" if day.caption else "pattern", 0.95 if day.caption else 0.8)


def _by(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Told]]:
    """What reads the text that a pattern finds where a caption's value begins."""

    def parse(text: str) -> Iterator[Told]:
        if (found := pattern.search(text)) and found.start() <= _LETTERS:
            yield Told(" ".join(found[0].split()), *found.span())

    return parse


def _seat(text: str) -> Iterator[Told]:
    for found in _by(_SEAT)(text):
        yield found._replace(value=found.value.replace(" ", "").lstrip("0"))


def _sequence(text: str) -> Iterator[Told]:
    for found in _by(_SEQUENCE)(text):
        yield found._replace(value=found.value.lstrip("0") or found.value)


def _cabin(text: str) -> Iterator[Told]:
    letter = _CLASS.fullmatch(text.strip())
    yield from [Told(letter[0], *letter.span())] if letter else find_class(text)


_CAPTIONED: tuple[tuple[str, str, Callable[[str], Iterable[Told]], float], ...] = (
    ("passenger", "passenger", find_name, 0.9),
    ("booking_reference", "booking_reference", find_code, 0.9),
    ("gate", "gate", _by(_GATE), 0.9),
    ("seat", "seat", _seat, 0.95),
    ("class", "class", _cabin, 0.85),
    ("sequence", "sequence", _sequence, 0.9),
    ("ticket_number", "ticket_number", _by(_E_TICKET), 0.9),
    ("frequent_flyer", "frequent_flyer", _by(_LOYALTY), 0.85),
    ("baggage_allowance", "baggage_allowance", _by(_ALLOWANCE), 0.85),
)
"""Fields with captions: name, caption, what reads it, how sure that is."""


def _times(seen: Pass) -> Iterator[tuple[str, Field]]:
    for name, captions in (
        ("boarding_time", ("boarding_time",)),
        ("departure", ("departure", "time")),
        ("arrival", ("arrival",)),
    ):
        for caption in captions:
            found = first_of(seen.captions, caption, possible_times)
            if found:
                yield name, found.span.says(found.value.value, "label", 0.95)
                break


def _flight(seen: Pass) -> Iterator[tuple[str, Field]]:
    found = first_of(seen.captions, "service", find_flights)
    span = found.span if found else None
    value = found.value.value if found else ""
    for piece in () if found else seen.view.pieces:
        flight = next(find_flights(piece.text), None) if piece.text.count(" ") < 6 else None
        if flight and airline_of(flight.value):
            span, value = piece.cut(flight.start, flight.end), flight.value
            break
    if span:
        yield "flight", span.says(value, "label" if found else "pattern", 0.9 if found else 0.7)
        yield "carrier", span.says(designator_of(value), "label" if found else "pattern", 0.85 if found else 0.65)


def _airports(seen: Pass) -> Iterator[tuple[str, Field]]:
    """Origin and destination as codes: by the journey where one is found, else the first two codes that stand alone."""
    leg = find_journey(seen.view, seen.captions)
    codes = list(_codes(seen.view))
    ends = [(leg.origin.place, leg.sure, leg.found_by), (leg.destination.place, leg.sure, leg.found_by)] if leg else []
    known = [_airport_at(place, codes) for place, _, _ in ends]
    if len(known) == 2 and known[0] and known[1] and known[0].code != known[1].code:
        for name, place, (span, sure, by) in zip(("origin", "destination"), known, ends, strict=True):
            yield name, span.says(place.code if place else span.text, by, sure)
        return
    distinct = {code.code: (code, span) for code, span in reversed(codes)}
    if len(distinct) == 2:
        ordered = sorted(distinct.values(), key=lambda each: (each[1].box.center.y // (2 * each[1].box.height), each[1].box.left))
        for name, (code, span) in zip(("origin", "destination"), ordered, strict=True):
            yield name, span.says(code.code, "pattern", 0.75)


def _codes(view: View) -> Iterator[tuple[Airport, Span]]:
    """The airports whose codes stand alone, in brackets or beside the name of their city."""
    for piece in view.pieces:
        for found in find_airports(piece.text) if piece.text.count(" ") < 8 else ():
            text = piece.text
            alone = found.end - found.start == len(text.strip())
            bracketed = text[found.start - 1 : found.start] == "(" or text[found.end : found.end + 1] == ")"
            if found.by_code and (
                alone or bracketed or any(found.value in airports_of(part) for part in re.split(r"[^\w'-]+", text))
            ):
                yield found.value, piece.cut(found.start, found.end)


def _airport_at(place: Span, codes: Iterable[tuple[Airport, Span]]) -> Airport | None:
    """The airport that a place is: by its code, by the code beside or below it, by its city where that has only one."""
    found = next(find_airports(place.text), None)
    if found:
        return found.value
    there = airports_of(place.text)
    named = [code for code, _ in codes if code in there]
    if named:
        return named[0]
    near = [(abs(span.box.center.y - place.box.center.y), code) for code, span in codes if _is_beside(span, place)]
    return min(near, key=lambda each: each[0], default=(0.0, None))[1]


def _is_beside(code: Span, place: Span) -> bool:
    height = 3 * max(place.box.height, code.box.height)
    across = min(code.box.right, place.box.right + height) - max(code.box.left, place.box.left - height / 3)
    return abs(code.box.center.y - place.box.center.y) < height and across > 0


def _flight_day(seen: Pass) -> Mapping[str, Scalar]:
    """The date of the first flight, with the year that the print tells."""
    says = seen.payload.says if seen.payload else {}
    day, issued = says.get("day_of_year"), says.get("issued", "")
    if not isinstance(day, int) or not isinstance(issued, str):
        return {}
    printed: list[date] = [
        each.value for each in find_all_days(seen.view, seen.captions) if each.value and each.caption != "other"
    ]
    found = flight_date(day, issued, printed)
    return {"date": found} if found else {}


def _agreed(view: View, printed: Field | None, said: Field) -> Field:
    """Of what is printed and what the barcode says the one to give."""
    if printed and (_bare(printed.value) == _bare(said.value) or not _is_code(said.value)):
        return printed
    place = _printed_place(view, said.value)
    if place:
        return Field(said.value, place.text, place.page, place.quad, max(place.confidence, said.confidence), "barcode")
    return printed or said


def _printed_place(view: View, value: Value) -> Span | None:
    """Where a code is printed."""
    if not _is_code(value):
        return None
    pattern = re.compile(
        r"(?<![^\W_])0*" + r"[\s-]?0*".join(re.escape(part) for part in re.findall(r"\d+|\D+", str(value))) + r"(?![^\W_])"
    )
    for piece in view.pieces:
        if found := pattern.search(piece.text):
            return piece.cut(*found.span())
    return None


def _is_code(value: Value) -> bool:
    return isinstance(value, str) and 3 <= len(value) <= 8 and value.isalnum() and value.isupper()


def _bare(value: Value) -> str:
    return re.sub(r"[\W_]", "", str(value)).upper()


def _legs(payload: Payload, first: Fields) -> Fields:
    """All flights where there are several."""
    count = payload.says.get("number_of_legs", 1)
    if not isinstance(count, int) or count < 2:
        return {}
    quad = payload.barcode.quad
    rows = [dict(first)]
    for number in range(2, count + 1):
        lead = f"leg_{number}_"
        says = {name[len(lead) :]: value for name, value in payload.says.items() if name.startswith(lead)}
        rows.append(
            {name: Field(says[name], str(says[name]), payload.page, quad, _SURE, "barcode") for name in _NAMES if name in says}
        )
    return {"legs": Field(tuple(rows), "", payload.page, quad, _SURE, "barcode")}
