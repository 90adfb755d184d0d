"""The days that a ticket names, each with its caption; a day without a year gets it from another date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest

from uncial.fields.sheet import Piece, Span, View
from uncial.fields.travel.captions import Caption, Captions
from uncial.fields.travel.stops import Leg
from uncial.fields.values.dates import find_dates, find_days, is_day_first

_CLAIMING = (
    "issued", "valid_from", "valid_until", "validity", "arrival_date", "return", "date", "departure", "arrival", "outward",
    "event", "begin", "time", "origin", "destination", "service", "booking_reference", "number", "other", "charge", "passenger",
)  # fmt: skip
"""Captions that a day may belong to."""
_NOT_TRAVEL = frozenset(
    {
        "issued",
        "valid_from",
        "valid_until",
        "validity",
        "arrival_date",
        "arrival",
        "return",
        "booking_reference",
        "number",
        "other",
        "charge",
        "passenger",
    }
)
_PROSE = 12
"""Words; a day in a longer text is none of the journey's."""
_FARES = ("1/1", "1/2")
"""The full fare and half of it, on Swiss tickets."""
_NIGHT = timedelta(days=1)
_NEAR = 3
"""Rows; the days of departure and arrival stand no further from the places."""
_LIFE = timedelta(days=1100)
"""A day so long before another one is one of birth."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and where it stands."""

    day: int
    month: int
    year: int | None
    piece: Piece
    start: int
    end: int
    row: int
    caption: str = ""
    """The name of the caption that it belongs to; empty where it has none."""

    @property
    def value(self) -> date | None:
        """The date, where its year is known."""
        try:
            return date(self.year, self.month, self.day) if self.year else None
        except ValueError:
            return None

    @property
    def span(self) -> Span:
        """Its text and its place."""
        return self.piece.cut(self.start, self.end)

    @property
    def may_be_travel(self) -> bool:
        """Whether it can be the day of the journey."""
        return self.caption not in _NOT_TRAVEL and (bool(self.caption) or self.piece.text.count(" ") < _PROSE)


def find_all_days(view: View, captions: Captions) -> tuple[Day, ...]:
    """Every day of a document, from the top down, with its year where one is known."""
    day_first = is_day_first(view.text) is not False
    found = [
        day
        for sheet in view.sheets
        for number, row in enumerate(sheet.rows)
        for piece, beside in zip_longest(row.pieces, row.pieces[1:])
        for day in _of_piece(piece, number, day_first, _year(beside))
    ]
    return _completed(_claimed(found, captions))


def complete(day: int, month: int, others: Iterable[Day]) -> int | None:
    """The year of a day and a month: the first after the day of issue, else the nearest to another date that has a year."""
    known = [each for each in others if each.year and each.value]
    issued = next((each.value for each in known if each.caption == "issued"), None)
    anchor = issued or next((each.value for each in known), None)
    if anchor is None:
        return None
    made = [made for year in range(anchor.year - 1, anchor.year + 2) if (made := _date(year, month, day))]
    if issued:
        made = [each for each in made if each >= issued]
        return min(made).year if made else None
    return min(made, key=lambda each: abs(each - anchor)).year if made else None


def travel_day(days: Sequence[Day], leg: Leg | None) -> Day | None:
    """The day of the journey: the one with that caption, else the nearest to the route."""
    valid = _valid_day(days)
    last = max((day.value for day in days if day.value), default=date.max)
    late = [day for day in days if day.value and last - day.value < _LIFE]
    possible = [day for day in late if day.may_be_travel or day is valid]
    for names in (("date",), ("departure", "begin", "outward", "origin", "event")):
        for day in possible:
            if day.caption in names:
                return day
    if leg:
        near = [day for day in possible if day.piece.page == leg.page]
        return min(near, key=lambda day: (_rows_between(day.row, leg), day.row), default=None)
    return possible[0] if possible else None


def arrival_day(days: Sequence[Day], leg: Leg | None) -> Day | None:
    """The day of arrival: the one with that caption, else the second where each end of the journey has one."""
    captioned = next((day for day in days if day.caption in ("arrival_date", "arrival") and day.value), None)
    if captioned or leg is None:
        return captioned
    near = [day for day in days if day.value and day.may_be_travel and day.piece.page == leg.page]
    ends = (leg.origin, leg.destination)
    if leg.origin.row != leg.destination.row:
        first, last = ([day for day in near if day.row == stop.row] for stop in ends)
        return last[0] if len(first) == len(last) == 1 else None
    for row in sorted({day.row for day in near if _rows_between(day.row, leg) <= _NEAR}):
        two = [day for day in near if day.row == row]
        middle = (leg.origin.place.box.right + leg.destination.place.box.left) / 2
        if len(two) == 2 and two[0].span.box.center.x < middle < two[1].span.box.center.x:
            return two[1]
    return None


def _valid_day(days: Sequence[Day]) -> Day | None:
    """The day on which a ticket is valid, or the first where it is valid into the next one."""
    valid = [day for day in days if day.caption == "validity" and day.value]
    if not valid or not valid[0].value or not valid[-1].value:
        return None
    return valid[0] if abs(valid[-1].value - valid[0].value) <= _NIGHT else None


def _year(piece: Piece | None) -> int | None:
    """The year that a piece is and nothing else, as behind a day that stands a little off."""
    return int(piece.text) if piece and re.fullmatch(r"20\d\d", piece.text) else None


def _of_piece(piece: Piece, row: int, day_first: bool, year: int | None) -> Iterable[Day]:
    if not any(map(str.isdigit, piece.text)):
        return
    for found in find_dates(piece.text, day_first):
        yield Day(found.value.day, found.value.month, found.value.year, piece, found.start, found.end, row)
    for short in find_days(piece.text, day_first):
        if not _is_amount(piece.text, short.start, short.end) and piece.text not in _FARES:
            yield Day(short.day, short.month, year if short.end == len(piece.text) else None, piece, short.start, short.end, row)


def _is_amount(text: str, start: int, end: int) -> bool:
    """Whether what looks like 12.03 may as well be a number: it has no second full stop and no month's name."""
    bare = text[start:end]
    return not any(map(str.isalpha, bare)) and not bare.endswith(".") and "/" not in bare


def _claimed(days: Sequence[Day], captions: Captions) -> list[Day]:
    names: dict[tuple[int, int], str] = {}
    by_piece: dict[int, list[Day]] = {}
    for day in days:
        by_piece.setdefault(id(day.piece), []).append(day)
    for caption in captions.all:
        name = next((each for each in _CLAIMING if caption.is_(each)), "") or ("date" if _is_two(caption, "date") else "")
        if name:
            _claim(caption, name, captions, by_piece, names)
    return [replace(day, caption=names.get((id(day.piece), day.start), "")) for day in days]


def _is_two(caption: Caption, name: str) -> bool:
    return len(caption.parts) > 1 and any(name in part for part in caption.parts)


def _claim(
    caption: Caption, name: str, captions: Captions, by_piece: dict[int, list[Day]], names: dict[tuple[int, int], str]
) -> None:
    for slot in captions.slots(caption):
        inside = [day for day in by_piece.get(id(slot.piece), ()) if slot.start <= day.start < slot.end]
        for day in inside:
            names.setdefault((id(day.piece), day.start), name)
        if inside:
            return
        if (
            slot.row == caption.label.row
            and slot.piece is caption.label.piece
            and len(slot.text) > 3
            and name not in ("return", "outward")
        ):
            return


def _completed(days: list[Day]) -> tuple[Day, ...]:
    return tuple(day if day.year else replace(day, year=complete(day.day, day.month, days)) for day in days)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _rows_between(row: int, leg: Leg) -> int:
    first, last = leg.rows
    return max(first - row, row - last, 0)
