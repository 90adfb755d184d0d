"""Tickets of trains, buses, flights, ferries and events: what they say by their captions, and by how they are set out.

evidence: how much of a ticket there is. find: journey → day → times → particulars → carrier and mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from uncial.fields.model import Field, Fields
from uncial.fields.names import NAMES
from uncial.fields.sheet import View
from uncial.fields.tickets.halls import find_place_in_hall
from uncial.fields.tickets.issue import find_issue
from uncial.fields.tickets.prices import find_price
from uncial.fields.tickets.ticket import Ticket, captions_of
from uncial.fields.tickets.times import departure_and_arrival
from uncial.fields.tickets.words import Words
from uncial.fields.travel.captions import Captions
from uncial.fields.travel.cells import wide_cell
from uncial.fields.travel.days import Day, arrival_day, travel_day
from uncial.fields.travel.found import barcode_fields, first_of
from uncial.fields.travel.particulars import (
    Told,
    class_before,
    find_cabin,
    find_class,
    find_coach,
    find_code,
    find_known_services,
    find_name,
    find_number,
    find_platform,
    find_seats,
    find_service,
)
from uncial.fields.travel.places import find_place
from uncial.fields.values.amounts import find_money

_DENSE = 18
"""Words; a longer piece is prose, that names no train of this ticket."""
_UIC = "uic-918.3"
_CLEAR = 1.1
"""A journey with so much about it is nothing else, whatever it cost."""
_PARSERS: Mapping[str, tuple[Callable[[str], Iterable[Told]], float]] = {
    "booking_reference": (find_code, 0.9),
    "number": (find_number, 0.9),
    "coach": (find_coach, 0.95),
    "seat": (find_seats, 0.95),
    "platform": (find_platform, 0.9),
    "passenger": (find_name, 0.9),
    "service": (find_service, 0.9),
    "class": (find_class, 0.9),
}
"""Fields that have captions, each with what reads it and how sure that is."""
_OF_JOURNEYS = ("coach", "platform", "class", "service", "arrival", "arrival_date")
"""What no event has."""
_WIDE = ("number", "passenger")
"""Those that a form may set in several pieces."""
_PARTICULARS = (
    "coach",
    "seat",
    "platform",
    "class",
    "service",
    "passenger",
    "booking_reference",
    "number",
    "valid_from",
    "fare",
    "row",
    "doors",
)


def evidence(view: View) -> float:
    """How much speaks for this kind: a journey, its times, a title, captions with values, words of travel or of events."""
    if any(payload.standard == _UIC for payload in view.payloads):
        return 1.0
    words = view.once(Words.of)
    if not words.is_travel and not words.is_short:
        return 0.0
    captions = view.once(captions_of)
    if not words.is_travel and not _has_ways(captions):
        return 0.0
    ticket, says = view.once(Ticket.of), view.once(_says)
    score = 0.3 * words.has_title
    if ticket.journey:
        score += 0.3 if ticket.journey.found_by == "label" else 0.2
    score += 0.15 * ("departure" in says) + 0.1 * ("date" in says) + 0.05 * ("price" in says)
    score += min(sum(0.1 for name in _PARTICULARS if name in says or any(ticket.captions.named(name))), 0.4)
    score += 0.1 * (says.get("mode") is not None) + 0.15 * ("event" in says)
    most = 1.0 if ticket.journey and score >= _CLEAR else 0.97
    return max(min(score - words.against - 0.5 * ticket.is_timetable, most), 0.0)


def _has_ways(captions: Captions) -> bool:
    """Whether captions of departure and arrival, or of origin and destination, are there."""
    pairs = (("origin", "destination"), ("departure", "arrival"))
    return any(all(next(captions.named(name), None) for name in pair) for pair in pairs)


def find(view: View) -> Fields:
    """What it says, the print first and then what a barcode says besides."""
    found = view.once(_says)
    for payload in view.payloads:
        if payload.standard == _UIC:
            said = {name: each for name, each in barcode_fields(payload).items() if name in NAMES["ticket"]}
            found = {**said, **found}
    return found


def _says(view: View) -> Fields:
    ticket = view.once(Ticket.of)
    found = dict(_printed(ticket))
    if ticket.journey is None and "mode" in found and found["mode"].value == "event":
        return {name: each for name, each in found.items() if name not in _OF_JOURNEYS}
    return found


def _printed(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    yield from _way(ticket)
    yield from _day_and_time(ticket)
    yield from _validity(ticket)
    yield from _by_captions(ticket)
    yield from _unlabelled(ticket)
    yield from find_price(ticket.view, ticket.captions)
    yield from find_place_in_hall(ticket)
    yield from find_issue(ticket)
    yield from ticket.words.told(ticket.captions, ticket.journey)


def _way(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    leg = ticket.journey
    if leg:
        yield "origin", leg.origin.place.says(leg.origin.place.text, leg.found_by, leg.sure)
        yield "destination", leg.destination.place.says(leg.destination.place.text, leg.found_by, leg.sure)
    if via := first_of(ticket.captions, "via", find_place):
        yield "via", via.span.says(via.span.text, "label", 0.85)


def _day_and_time(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    day = travel_day(ticket.days, ticket.journey)
    if day and day.value:
        yield "date", day.span.says(day.value, "label" if day.caption else "pattern", 0.95 if day.caption else 0.8)
    arrives = arrival_day(ticket.days, ticket.journey)
    if arrives and arrives.value:
        yield "arrival_date", arrives.span.says(arrives.value, "label", 0.9)
    departure, arrival = departure_and_arrival(ticket, day)
    if departure:
        yield "departure", departure
    if arrival:
        yield "arrival", arrival


def _validity(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    told: dict[str, Day] = {}
    spans = [day for day in ticket.days if day.caption == "validity" and day.value]
    if len(spans) > 1 and spans[0].value != spans[1].value:
        told = {"valid_from": spans[0], "valid_until": spans[1]}
    for name in ("valid_from", "valid_until"):
        own = [day for day in ticket.days if day.caption == name and day.value]
        if own:
            told[name] = own[0]
            if name == "valid_from" and len(own) > 1 and own[1].piece is own[0].piece:
                told.setdefault("valid_until", own[1])
    for name, day in told.items():
        if day.value:
            yield name, day.span.says(day.value, "label", 0.9)


def _by_captions(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    for name, (parse, sure) in _PARSERS.items():
        found = first_of(ticket.captions, name, parse)
        if cell := wide_cell(ticket.captions, name, parse) if name in _WIDE else None:
            yield name, cell.says(cell.text, "label", sure)
        elif found:
            yield name, found.span.says(found.value.value, "label", sure)
    yield from _two_in_one(ticket)
    if not first_of(ticket.captions, "passenger", find_name):
        traveller = ticket.words.traveller or (ticket.words.person(ticket.captions, ticket.journey) if ticket.journey else None)
        if traveller:
            yield "passenger", traveller.says(traveller.text, "pattern", 0.75)
    if cell := wide_cell(ticket.captions, "fare", _fare):
        yield "fare", cell.says(cell.text, "label", 0.8)
    else:
        yield from _named_fare(ticket)


def _named_fare(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    """The fare with a caption, else one that is called as many are; of both the caption may be part: “Tarif réduit”."""
    fare, called = first_of(ticket.captions, "fare", _fare), ticket.words.fare
    if fare and not (called and called.text.endswith(f" {fare.span.text}")):
        yield "fare", fare.span.says(fare.span.text, "label", 0.8)
    elif called:
        yield "fare", called.says(called.text, "pattern", 0.7)


def _two_in_one(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    """The values of a caption that names two things, as “Wagen/Platz: 12/45”."""
    for caption in ticket.captions.all:
        names = [next((name for name in ("coach", "seat", "class", "platform") if name in part), "") for part in caption.parts]
        if len(names) != 2 or not any(names):
            continue
        for slot in ticket.captions.slots(caption):
            halves = [part for part in _halves(slot.text) if part]
            if len(halves) == 2:
                for name, (start, end) in zip(names, halves, strict=True):
                    found = next(iter(_PARSERS[name][0](slot.text[start:end])), None) if name else None
                    if found:
                        yield name, slot.cut(start + found.start, start + found.end).says(found.value, "label", 0.9)
                break


def _halves(text: str) -> list[tuple[int, int]]:
    for mark in ("/", "|", ",", " - ", " "):
        if mark in text.strip():
            at = text.index(mark)
            return [(0, at), (at + len(mark), len(text))]
    return []


def _fare(text: str) -> Iterator[Told]:
    """A fare's name: a few words that begin with a letter."""
    bare = text.strip()
    if bare and bare[0].isalpha() and len(bare) <= 40 and len(bare.split()) <= 5 and not next(find_money(bare), None):
        yield Told(bare, 0, len(bare))


def _unlabelled(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    """The class before its word, and the number of a train or a flight that is called as known ones are."""
    has_service = first_of(ticket.captions, "service", find_service)
    if cabin := _class(ticket):
        yield "class", cabin
    for piece in ticket.view.pieces if not has_service else ():
        found = next(find_known_services(piece.text), None) if piece.text.count(" ") < _DENSE else None
        if found:
            yield "service", piece.cut(found.start, found.end).says(found.value, "pattern", 0.8)
            return


def _class(ticket: Ticket) -> Field | None:
    """The class before its word, else a line of its own."""
    for caption in ticket.captions.named("class"):
        piece = caption.label.piece
        if found := next(class_before(piece.text[: caption.label.hit.start]), None):
            return piece.cut(found.start, found.end).says(found.value, "pattern", 0.9)
    if first_of(ticket.captions, "class", find_class) is None:
        for piece in ticket.view.pieces:
            if found := next(find_cabin(piece.text), None):
                return piece.cut(found.start, found.end).says(found.value, "pattern", 0.75)
    return None
