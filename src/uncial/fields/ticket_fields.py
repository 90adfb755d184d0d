"""How fields of tickets and boarding passes are made: from a caption's value, from the day of the journey, from a barcode."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import time
from typing import Generic, NamedTuple, TypeVar

from uncial.fields.captions import Captions, Slot
from uncial.fields.days import Day
from uncial.fields.labels import Parsed
from uncial.fields.model import Field, FoundBy, Payload, Row, Scalar
from uncial.fields.names import NAMES
from uncial.fields.sheet import Span
from uncial.fields.stops import Leg
from uncial.fields.values.dates import FoundTime, find_times

_BARE_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:\s?[hH](?:rs)?)?(?![^\W_]|[.,:/-]\d)\s*(?![\d])")
_SURE = 0.98
"""That a barcode says what it says: it has check symbols."""
_BELOW = 2
"""Rows; a value stands no further below its caption."""


T = TypeVar("T", bound=Parsed)


class Found(NamedTuple, Generic[T]):
    """A value of a caption."""

    value: T
    span: Span
    slot: Slot


def field(value: Scalar | tuple[Row, ...], span: Span, sure: float, found_by: FoundBy = "label") -> Field:
    """A field that was read there."""
    return Field(value, span.text, span.page, span.quad, span.confidence * sure, found_by)


_NAMES = NAMES["ticket"].keys() | NAMES["boarding-pass"].keys()


def barcode_fields(payload: Payload) -> dict[str, Field]:
    """What a barcode says of a journey, as fields that stand where the barcode is; what else it says stays with the barcode."""
    quad, says = payload.barcode.quad, payload.says
    return {
        name: Field(value, str(value), payload.page, quad, _SURE, "barcode") for name, value in says.items() if name in _NAMES
    }


def each_of(captions: Captions, name: str, parse: Callable[[str], Iterable[T]]) -> Iterator[Found[T]]:
    """Every value of the captions of that name, from the top down, the likeliest place of each first."""
    for caption in captions.named(name):
        for slot in captions.slots(caption):
            if slot.row > caption.label.row + _BELOW:
                break
            found = next(iter(parse(slot.text)), None)
            if found:
                yield Found(found, slot.cut(found.start, found.end), slot)
                break


def first_of(captions: Captions, name: str, parse: Callable[[str], Iterable[T]]) -> Found[T] | None:
    """The first value of the captions of that name."""
    return next(each_of(captions, name, parse), None)


def possible_times(text: str) -> Iterator[FoundTime]:
    """The sure times of a text, or the one that is all of it: 1719 is one behind its caption."""
    if bare := _BARE_TIME.match(text):
        yield FoundTime(time(int(bare[1]), int(bare[2])), *bare.span(), False)
    for found in find_times(text):
        if found.sure or (found.start == 0 and not any(map(str.isalnum, text[found.end :]))):
            yield found


def travel_day(days: Sequence[Day], leg: Leg | None) -> Day | None:
    """The day of the journey: the one with that caption, else the nearest to the route."""
    valid = [day for day in days if day.caption == "validity"]
    possible = [day for day in days if day.value and (day.may_be_travel or valid == [day])]
    for names in (("date",), ("departure", "begin", "outward", "origin", "event")):
        for day in possible:
            if day.caption in names:
                return day
    if leg:
        near = [day for day in possible if day.piece.page == leg.page]
        return min(near, key=lambda day: (_rows_between(day.row, leg), day.row), default=None)
    return possible[0] if possible else None


def _rows_between(row: int, leg: Leg) -> int:
    first, last = leg.rows
    return max(first - row, row - last, 0)
