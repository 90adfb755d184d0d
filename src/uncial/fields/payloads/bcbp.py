"""The bar-coded boarding pass of IATA (Resolution 792, versions 1 to 8; item numbers as in its Implementation Guide).

Fields of fixed width, mandatory ones first; then for each leg as many conditional ones as its size in hexadecimal digits says,
and what the airline likes; at the end what proves that all of it is true. A pass says the day of the year of each flight and no
year, and of its own issue the year's last digit: `flight_date` finds the year with the help of what is printed beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from uncial.fields.model import Scalar

Layout = Sequence[tuple[str, int]]
"""Fields by their order: name, and width in characters."""

_LEG: Layout = (
    ("booking_reference", 7), ("origin", 3), ("destination", 3), ("carrier", 3), ("flight", 5), ("day_of_year", 3), ("class", 1),
    ("seat", 4), ("sequence", 5), ("passenger_status", 1),
)  # fmt: skip
"""Items 7, 26, 38, 42, 43, 46, 71, 104, 107, 113."""
_UNIQUE: Layout = (
    ("passenger_description", 1), ("check_in_source", 1), ("issue_source", 1), ("issued", 4), ("document", 1), ("issuer", 3),
    ("baggage_tag", 13), ("baggage_tag_2", 13), ("baggage_tag_3", 13),
)  # fmt: skip
"""Items 15, 12, 14, 22, 16, 21, 23, 31, 32."""
_REPEATED: Layout = (
    ("ticket_carrier", 3), ("ticket_serial", 10), ("selectee", 1), ("documents_verified", 1), ("marketing_carrier", 3),
    ("frequent_flyer_carrier", 3), ("frequent_flyer", 16), ("id_ad", 1), ("baggage_allowance", 3), ("fast_track", 1),
)  # fmt: skip
"""Items 142, 143, 18, 108, 19, 20, 236, 89, 118, 254."""

_HEAD = 23
_LEG_WIDTH = sum(width for _, width in _LEG)
_MOST = 2000
"""Characters; the longest pass of four legs has some hundreds."""
_YEAR = timedelta(366)
_START = re.compile(r"[MS][1-4][^\x00-\x1f\x7f-\xff]{20}[E L ]")
_PLACES = re.compile(r"(?:[A-Z]{3}|   ){2}")

_MEANINGS: Mapping[str, Mapping[str, str]] = {
    "passenger_description": {
        "0": "adult", "1": "male", "2": "female", "3": "child", "4": "infant", "5": "cabin baggage", "6": "adult with infant",
        "7": "unaccompanied minor", "M": "male", "F": "female", "X": "unspecified", "U": "undisclosed",
    },
    "check_in_source": {
        "W": "web", "K": "airport kiosk", "R": "remote kiosk", "M": "mobile device", "O": "airport agent", "T": "town agent",
        "V": "third party",
    },
    "document": {"B": "boarding pass", "I": "itinerary receipt"},
    "passenger_status": {
        "0": "not checked in", "1": "checked in", "2": "bag checked, not checked in", "3": "bag checked, checked in",
        "4": "passed security", "5": "passed gate", "6": "transit", "7": "standby", "8": "revalidated",
        "9": "original boarding line", "A": "up- or downgraded",
    },
    "documents_verified": {"0": "not required", "1": "required", "2": "done"},
}  # fmt: skip
"""What codes mean (Resolution 792, attachment C); others stay as they are."""
_CABINS = {
    **dict.fromkeys("FAP", "first"), **dict.fromkeys("JCDIZ", "business"), "W": "premium economy",
    **dict.fromkeys("YSBHKLMNQTVX", "economy"),
}  # fmt: skip
"""Reservation booking designators (IATA Resolution 728) by the cabin that they are for with most airlines."""


@dataclass(frozen=True, slots=True)
class BoardingPass:
    """What a pass says, by the names of fields; what it leaves blank is not there."""

    says: Mapping[str, Scalar]
    """Of the whole journey."""
    legs: tuple[Mapping[str, Scalar], ...]
    """Of each flight."""


def read(data: bytes) -> Mapping[str, Scalar] | None:
    """What a pass says: of its first flight by the names of fields, of others as `leg_2_origin`."""
    found = parse(data)
    if found is None:
        return None
    further = {f"leg_{n}_{name}": value for n, leg in enumerate(found.legs[1:], start=2) for name, value in leg.items()}
    return {**found.says, **found.legs[0], **further}


def parse(data: bytes) -> BoardingPass | None:
    """The pass that the bytes are, None where they are none."""
    text = data[:_MOST].decode("latin-1").rstrip("\r\n\0")
    if not _START.match(text):
        return None
    at, legs, unique = _HEAD, [], ""
    for number in range(int(text[1])):
        leg = text[at : at + _LEG_WIDTH + 2]
        size = _size(leg[_LEG_WIDTH:])
        if size is None or not _is_leg(leg):
            return None
        extra = text[at + _LEG_WIDTH + 2 :][:size]
        if number == 0:
            unique, extra = _unique(extra)
        legs.append(_leg(leg, extra))
        at += _LEG_WIDTH + 2 + size
    return BoardingPass(dict(_whole(text, unique, text[at:])), tuple(legs))


def flight_date(day: int, issued: str, printed: Iterable[date]) -> date | None:
    """The date of a flight on that day of the year, with the year that the document's printed dates tell; None where none does.

    `issued` is item 22 of the pass, the last digit of a year and a day of it, or empty. What is printed is at most a year away.
    """
    near = sorted(printed)
    exact = [each for each in near if each.timetuple().tm_yday == day and _may_be(each, issued)]
    if exact:
        return exact[0]
    found = {flown for each in near for year in range(each.year - 1, each.year + 2) if (flown := _on(year, day))}
    fitting = [flown for flown in found if issued and _may_be(flown, issued) and min(abs(flown - each) for each in near) <= _YEAR]
    return min(fitting, key=lambda flown: min(abs(flown - each) for each in near), default=None)


def _on(year: int, day: int) -> date | None:
    if not (1 < year < 9999 and 1 <= day <= 366):
        return None
    flown = date(year, 1, 1) + timedelta(day - 1)
    return flown if flown.year == year else None


def _may_be(flown: date, issued: str) -> bool:
    """Whether a pass that was issued on that day, of a year with that last digit, can be for that flight."""
    if not re.fullmatch(r"[0-9]{4}", issued):
        return True
    year = flown.year if flown.timetuple().tm_yday >= int(issued[1:]) else flown.year - 1
    return year % 10 == int(issued[0])


def _size(digits: str) -> int | None:
    return int(digits, 16) if re.fullmatch(r"[0-9A-Fa-f]{2}", digits) else None


def _is_leg(leg: str) -> bool:
    """Whether codes of places and a day stand where a flight has them."""
    day = leg[21:24]
    return bool(_PLACES.match(leg, 7)) and (not day.strip() or (day.isdecimal() and 1 <= int(day) <= 366))


def _unique(extra: str) -> tuple[str, str]:
    """The conditional fields of the whole journey, with the version before them, and what comes after them."""
    size = _size(extra[2:4]) if extra[:1] == ">" else None
    return (extra[: 4 + size], extra[4 + size :]) if size is not None else ("", extra)


def _cut(text: str, layout: Layout) -> Iterator[tuple[str, str]]:
    """The fields that are there and not blank."""
    at = 0
    for name, width in layout:
        value = text[at : at + width].strip()
        if name and value:
            yield name, value
        at += width


def _within(layout: Layout, size: int) -> Iterator[tuple[str, int]]:
    """The fields that begin within that size, the last of them cut; what is left of it is for versions to come."""
    for name, width in layout:
        if size > 0:
            yield name, min(width, size)
        size -= width
    if size > 0:
        yield "", size


def _leg(mandatory: str, extra: str) -> Mapping[str, Scalar]:
    told = dict(_cut(mandatory, _LEG))
    size = _size(extra[:2])
    if size is not None:
        told |= _cut(extra[2:], [*_within(_REPEATED, size), ("airline_data", len(extra))])
    return dict(_leg_values(told))


def _leg_values(told: Mapping[str, str]) -> Iterator[tuple[str, Scalar]]:
    for name, value in told.items():
        match name:
            case "day_of_year":
                yield name, int(value)
            case "flight":
                yield name, told.get("carrier", "") + (value.lstrip("0") or value)
            case "seat" | "sequence":
                yield name, value.lstrip("0") or value
            case "class":
                yield name, value
                if cabin := _CABINS.get(value):
                    yield "cabin", cabin
            case "ticket_carrier":
                pass
            case "ticket_serial":
                yield "ticket_number", told.get("ticket_carrier", "") + value
            case "frequent_flyer_carrier":
                pass
            case "frequent_flyer":
                yield name, f"{told.get('frequent_flyer_carrier', '')} {value}".strip()
            case "fast_track" | "selectee":
                yield name, value in ("Y", "1")
            case _:
                yield name, _MEANINGS.get(name, {}).get(value, value)


def _whole(text: str, unique: str, rest: str) -> Iterator[tuple[str, Scalar]]:
    yield from _name(text[2:22].strip())
    yield "electronic_ticket", text[22] == "E"
    yield "number_of_legs", int(text[1])
    if unique:
        yield "version", unique[1]
    for name, value in _cut(unique[4:], _UNIQUE):
        meanings = _MEANINGS["check_in_source" if name == "issue_source" else name] if name in _CODED else {}
        yield name, meanings.get(value, value)
    yield from _security(rest)


_CODED = ("passenger_description", "check_in_source", "issue_source", "document")


def _name(name: str) -> Iterator[tuple[str, str]]:
    surname, _, given = (part.strip() for part in name.partition("/"))
    yield from ((label, value) for label, value in (("passenger", name), ("surname", surname), ("given_names", given)) if value)


def _security(rest: str) -> Iterator[tuple[str, str]]:
    """Items 25, 28, 29 and 30; the first version began them with > instead of ^."""
    size = _size(rest[2:4]) if rest[:1] in ("^", ">") and len(rest) >= 4 else None
    if size is not None:
        yield "security_type", rest[1]
        yield from (("security_data", each) for each in [rest[4 : 4 + size].strip()] if each)
