"""When a ticket's journey begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from itertools import pairwise

from uncial.fields.model import Field
from uncial.fields.tickets.ticket import Ticket
from uncial.fields.travel.caption_rules import SHORT
from uncial.fields.travel.captions import Caption, Slot
from uncial.fields.travel.days import Day
from uncial.fields.travel.found import possible_times
from uncial.fields.travel.stops import Leg, Moment
from uncial.fields.values.dates import find_times

_MIDNIGHT = time(0, 0)


def departure_and_arrival(ticket: Ticket, day: Day | None) -> tuple[Field | None, Field | None]:
    """When the journey or the event begins, and when the journey ends: by captions, by the stops, by the day of the journey."""
    leg = ticket.journey
    last_row = leg.destination.row if leg else -1
    departure = captioned_time(ticket, "departure") or _of_stop(leg.origin.time if leg else None, leg)
    arrival = captioned_time(ticket, "arrival", last_row) or _of_stop(leg.destination.time if leg else None, leg)
    if departure and arrival and departure.quad == arrival.quad:
        arrival = None
    if departure is None:
        departure = (
            captioned_time(ticket, "begin")
            or captioned_time(ticket, "event")
            or captioned_time(ticket, "time")
            or _span_near(ticket, leg)
            or _beside_day(ticket, day)
        )
        if arrival and (departure is None or departure.quad == arrival.quad):
            arrival = None
    return departure, arrival or (_second(ticket, departure) if departure else None)


def _of_stop(moment: Moment | None, leg: Leg | None) -> Field | None:
    if moment is None or leg is None:
        return None
    return moment.span.says(moment.found.value, leg.found_by, leg.sure * 0.95)


def captioned_time(ticket: Ticket, name: str, row: int = -1) -> Field | None:
    """The time of a caption; of several the one in that row, where there is one."""
    possible = [slot for caption in ticket.captions.named(name) for slot in _near_slots(ticket, caption, row)]
    for slot in sorted(possible, key=lambda slot: slot.row != row):
        found = next(possible_times(slot.text), None)
        if found and not (found.value == _MIDNIGHT and _is_limit(slot)):
            return slot.cut(found.start, found.end).says(found.value, "label", 0.95)
    for caption in ticket.captions.all:
        if name == "time" and len(caption.parts) > 1 and any(name in part for part in caption.parts):
            for slot in ticket.captions.slots(caption):
                if found := next(possible_times(slot.text), None):
                    return slot.cut(found.start, found.end).says(found.value, "label", 0.9)
    return None


def _is_limit(slot: Slot) -> bool:
    """Whether what stands there may be valid from then on: “ab 28.02. 00:00” is no departure, “Abfahrt 00:00” is one."""
    text = slot.piece.text[: slot.start].rstrip(" .:")
    return len(re.split(r"[\W\d]", text)[-1]) <= SHORT


def _near_slots(ticket: Ticket, caption: Caption, row: int) -> Iterator[Slot]:
    return (slot for slot in ticket.captions.slots(caption) if slot.row <= max(caption.label.row + 3, row))


def _span_near(ticket: Ticket, leg: Leg | None) -> Field | None:
    """The first of two times that alone are in a piece near the journey: “14:05 – 16:10”."""
    for sheet in ticket.view.sheets if leg else ():
        for row in sheet.rows[max(leg.rows[0] - 2, 0) : leg.rows[1] + 4] if leg and sheet.page == leg.page else ():
            for piece in row.pieces:
                found = [each for each in find_times(piece.text) if each.sure]
                rest = "".join(piece.text[one.end : two.start] for one, two in pairwise(found))
                if len(found) == 2 and not any(map(str.isalnum, rest)):
                    return piece.cut(found[0].start, found[0].end).says(found[0].value, "place", 0.8)
    return None


def _beside_day(ticket: Ticket, day: Day | None) -> Field | None:
    """The time that stands behind the day of the journey, or below it."""
    if day is None or day.caption in ("valid_from", "valid_until", "validity"):
        return None
    sheet = next(sheet for sheet in ticket.view.sheets if sheet.page == day.piece.page)
    for number in (day.row, day.row + 1):
        row = sheet.rows[number] if number < len(sheet.rows) else None
        for column, piece in enumerate(row.pieces if row else ()):
            if piece is not day.piece and not ticket.captions.is_free(sheet, number, column):
                continue
            for found in find_times(piece.text):
                if found.sure and found.value != _MIDNIGHT:
                    return piece.cut(found.start, found.end).says(found.value, "place", 0.7)
    return None


def _second(ticket: Ticket, departure: Field) -> Field | None:
    """The end of a span of time whose first is the departure, on a ticket with a journey: “14:05 – 16:10”."""
    if ticket.journey is None or not isinstance(departure.value, time):
        return None
    for piece in ticket.view.pieces:
        found = [each for each in find_times(piece.text) if each.sure]
        for one, two in pairwise(found):
            between = piece.text[one.end : two.start]
            if one.value == departure.value and not any(map(str.isalnum, between)) and piece.page == departure.page:
                return piece.cut(two.start, two.end).says(two.value, "pattern", 0.85)
    return None
