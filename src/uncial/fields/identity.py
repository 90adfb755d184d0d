"""Passports and cards: their machine-readable zone (ICAO Doc 9303)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from uncial.fields.model import Doubt, Field, Fields, Scalar
from uncial.fields.mrz import LAYOUTS, Zone, find_zone, long_number, names, states
from uncial.fields.sheet import Piece, Row, Span, View, joined

_TYPES = {"P": "passport", "V": "visa", "I": "identity card", "A": "identity card", "C": "identity card"}
_WRONG = 0.4
"""What is left of the confidence of a field whose check digit is wrong."""
_UNCHECKED = 0.95
"""How sure a field is that has no check digit."""
_CENTURY = 70
"""Documents that expire in a year from this one on, of which two digits are said, expired in the twentieth century."""
_CHECKED = {
    "number": "number", "birth_date": "birth", "expiry_date": "expiry", "personal_number": "personal",
}  # fmt: skip
"""The part of the zone whose check digit is a field's."""


class _Found(NamedTuple):
    zone: Zone
    spans: tuple[Span, ...]
    """Of its lines."""


def evidence(view: View) -> float:
    """How much speaks for this kind: the check digits of a zone that agree."""
    found = _found(view)
    return min(0.6 + 0.1 * sum(found.zone.right.values()), 0.99) if found else 0.0


def find(view: View) -> Fields:
    """What the zone says; nothing where there is none."""
    found = _found(view)
    return dict(_fields(found)) if found else {}


def _found(view: View) -> _Found | None:
    for sheet in view.sheets:
        lines = [_own(row) for row in sheet.rows]
        texts = [" ".join(piece.text for piece in pieces) for pieces in lines]
        found = find_zone(texts) if any("<" in text or "«" in text for text in texts) else None
        if found:
            zone, at = found
            return _Found(zone, tuple(joined([piece.whole for piece in each]) for each in lines[at : at + len(zone.lines)]))
    return None


def _own(row: Row) -> Sequence[Piece]:
    """The pieces with fillers, which wide gaps may stand between; what stands beside the zone has none."""
    return [piece for piece in row.pieces if "<" in piece.text or "«" in piece.text] or row.pieces


def _fields(found: _Found) -> Iterator[tuple[str, Field]]:
    parts = {"document_type": "type", "surname": "name", "given_names": "name", **_CHECKED}
    for name, value in _values(found.zone):
        part = parts.get(name, name)
        if name == "personal_number" and not found.zone.part(part):
            part = "optional"
        yield name, _field(found, name, part, value)


def _field(found: _Found, name: str, part: str, value: Scalar) -> Field:
    zone = found.zone
    span = found.spans[LAYOUTS[zone.layout].parts[part].line]
    checked = zone.right.get(_CHECKED.get(name, ""))
    sure = span.confidence * (1.0 if checked else _UNCHECKED)
    field = Field(value, zone.read_part(part), span.page, span.quad, sure, "mrz")
    if checked is False:
        return field.doubted(Doubt("check-digits", "Its check digit in the machine-readable zone is wrong."), _WRONG)
    if checked is None and name == "personal_number" and zone.right.get("composite") is False:
        return field.doubted(Doubt("check-digits", "The last check digit of the machine-readable zone is wrong."), _WRONG)
    return field


def _values(zone: Zone) -> Iterator[tuple[str, Scalar]]:
    surname, given = names(zone)
    expiry = _date(zone.part("expiry"), None)
    said: dict[str, Scalar | None] = {
        "document_type": _TYPES.get(zone.part("type")[:1]),
        "issuer": _state(zone.part("issuer")),
        "surname": surname,
        "given_names": given,
        "number": _number(zone),
        "nationality": _state(zone.part("nationality")),
        "birth_date": _date(zone.part("birth"), expiry) if expiry else None,
        "sex": {"M": "M", "F": "F", "": "X", "X": "X"}.get(zone.part("sex")),
        "expiry_date": expiry,
        "personal_number": _personal(zone),
    }
    yield from ((name, value) for name, value in said.items() if value)


def _state(code: str) -> str | None:
    return code if code in states() else None


def _number(zone: Zone) -> str:
    layout = LAYOUTS[zone.layout]
    part = layout.parts["number"]
    if zone.lines[part.line][part.end] == "<" and zone.layout in ("TD1", "TD2"):
        return long_number(zone.lines, layout)[0].replace("<", "")
    return zone.part("number").replace("<", "")


def _personal(zone: Zone) -> str:
    """What the state put into the optional data; in cards either place may have it."""
    layout = LAYOUTS[zone.layout]
    number = layout.parts["number"]
    if zone.lines[number.line][number.end] == "<" and zone.layout in ("TD1", "TD2"):
        return zone.part("optional").replace("<", "")
    return (zone.part("personal") or zone.part("optional")).replace("<", "")


def _date(digits: str, until: date | None) -> date | None:
    """A date of which the year has two digits: of birth, the last one until the document expires; else of expiry."""
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    try:
        if until is None:
            return date(year + (1900 if year >= _CENTURY else 2000), month, day)
        return next((born for century in (2000, 1900) if (born := date(century + year, month, day)) <= until), None)
    except ValueError:
        return None
