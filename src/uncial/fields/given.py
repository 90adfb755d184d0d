"""What a person says of fields goes before what was found: each value as what its field is, and where the document says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from uncial.document import Given
from uncial.fields.model import Field, Fields, Row, Scalar
from uncial.fields.names import AMOUNTS, CODES, DAYS, ROWS, TIMES
from uncial.fields.sheet import Piece, Span, View
from uncial.fields.telling import type_of, value_text
from uncial.fields.values.amounts import currency_of, decimal_mark, find_amounts
from uncial.fields.values.dates import find_dates, find_times, is_day_first
from uncial.geometry import Point, Quad

_CELL = re.compile(r"([^.]+)\.([1-9][0-9]{0,5})(?:\.([^.]+))?")
"""A row of a list, or one thing that it says: items.2, items.2.amount."""
_MOST_ROWS = 1000
"""Of a list, where the document has no more: whoever gives row 900,000 is not given those before it."""
_LONGEST = 200
"""Characters; what is longer is no number and no day, and is not looked for in the document."""
_NOWHERE = Quad(Point(0, 0), Point(0, 0), Point(0, 0), Point(0, 0))
_TYPES: Mapping[str, str] = {
    **dict.fromkeys(AMOUNTS, "decimal"), **dict.fromkeys(DAYS, "date"), **dict.fromkeys(TIMES, "time"),
    **dict.fromkeys(CODES, "code"), "currency": "currency",
}  # fmt: skip
"""Of the fields that are no text, by their names, where none was found whose type tells."""


def with_given(fields: Fields, given: Sequence[Given], view: View) -> Fields:
    """The fields with those that a person gave in the place of what was found; they are certain. What is no field is gone.

    A value that cannot be read as what its field is stays text; an empty one is none. Rows of lists are named items.2, what they
    say items.2.amount; a row that is taken away is left empty, so that those below it keep their numbers. A list as a whole can
    be taken away, and not be said in one text.
    """
    if not given:
        return fields
    made = dict(fields)
    writing = _Writing(is_day_first(view.text) is not False, decimal_mark(view.text))
    for each in given:
        cell = _CELL.fullmatch(each.name)
        if cell and _is_row(cell, made):
            _put_cell(made, cell, _text(each), view, writing)
        elif (each.name not in ROWS and not _is_list(made.get(each.name))) or not _text(each):
            _put(made, each.name, _text(each), view, writing)
    return {name: field for name, field in ((name, _trimmed(field)) for name, field in made.items()) if field}


class _Writing(NamedTuple):
    """How the document writes its dates and numbers, and so whoever corrects them."""

    day_first: bool
    decimal_mark: str


def _text(given: Given) -> str:
    return " ".join((given.value or "").split())


def _is_list(field: Field | None) -> bool:
    return field is not None and isinstance(field.value, tuple)


def _is_row(cell: re.Match[str], fields: Fields) -> bool:
    """Whether it names a row of a list that is there, or of one that can be begun."""
    field = fields.get(cell[1])
    rows = len(field.value) if field and isinstance(field.value, tuple) else 0
    fitting = _is_list(field) or (field is None and cell[3] is not None)
    return fitting and int(cell[2]) <= max(rows + 1, _MOST_ROWS)


def _put(fields: dict[str, Field], name: str, text: str, view: View, writing: _Writing) -> None:
    before = fields.get(name)
    if not text:
        fields.pop(name, None)
        return
    value = _value(name, text, before, writing)
    page, quad = _place(value, text, before, view, writing)
    fields[name] = Field(value, text, page, quad, 1.0, "person")


def _first_page(view: View) -> int:
    return view.document.pages[0].number if view.document.pages else 1


def _put_cell(fields: dict[str, Field], cell: re.Match[str], text: str, view: View, writing: _Writing) -> None:
    """One thing that a row says, or with no more than its number the row itself, which can only be taken away."""
    name, number, part = cell[1], int(cell[2]), cell[3]
    before = fields.get(name)
    rows: list[Row] = list(before.value) if before and isinstance(before.value, tuple) else []
    if (part is None and text) or (not text and number > len(rows)):
        return
    rows += [{}] * (number - len(rows))
    row = dict(rows[number - 1]) if part else {}
    if part:
        _put(row, part, text, view, writing)
    rows[number - 1] = row
    base = before or Field((), "", _first_page(view), _NOWHERE, 1.0, "person")
    if part in row and base.quad == _NOWHERE:
        base = replace(base, page=row[part].page, quad=row[part].quad)
    fields[name] = replace(base, value=tuple(rows))


def _trimmed(field: Field) -> Field | None:
    """A list without the empty rows at its end; None where it has no other."""
    if not isinstance(field.value, tuple):
        return field
    rows = list(field.value)
    while rows and not rows[-1]:
        rows.pop()
    return replace(field, value=tuple(rows)) if rows or not field.value else None


# ---- values


def _value(name: str, text: str, before: Field | None, writing: _Writing) -> Scalar:
    """The text as what the field is: what was found there tells, or else its name."""
    found = before.value if before and not isinstance(before.value, tuple) else None
    if found is not None and text == value_text(found):
        return found
    told = _TYPES.get(name, "text") if found is None or isinstance(found, str) else type_of(found)
    value = _READERS[told](text, writing) if told in _READERS and len(text) <= _LONGEST else None
    return text if value is None else value


def _decimal(text: str, writing: _Writing) -> Scalar | None:
    """A number that the text is, with its currency or a per cent sign and nothing else."""
    found = list(find_amounts(text, writing.decimal_mark))
    if len(found) != 1 or _has_letters(text[: found[0].start] + text[found[0].end :]):
        return None
    return found[0].value


def _integer(text: str, writing: _Writing) -> Scalar | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,15}", text) else _decimal(text, writing)


def _truth(text: str, writing: _Writing) -> Scalar | None:
    return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold())


def _day(text: str, writing: _Writing) -> Scalar | None:
    """A day, or a day and a time, with no other figures; the day's name may stand there too."""
    found = list(find_dates(text, writing.day_first))
    if len(found) != 1:
        return None
    rest = text[: found[0].start] + " " + text[found[0].end :].removeprefix("T")
    hour = _time(rest.strip(" ,"), writing)
    if isinstance(hour, time):
        return datetime.combine(found[0].value, hour)
    return None if re.search(r"\d", rest) else found[0].value


def _time(text: str, writing: _Writing) -> Scalar | None:
    found = list(find_times(text))
    rest = text[: found[0].start] + text[found[0].end :] if len(found) == 1 else text
    return found[0].value if len(found) == 1 and not _has_letters(rest) else None


def _code(text: str, writing: _Writing) -> Scalar | None:
    return re.sub(r"[\s.-]", "", text).upper() or None


def _currency(text: str, writing: _Writing) -> Scalar | None:
    return currency_of(text) or None


def _has_letters(text: str) -> bool:
    return any(char.isalnum() for char in text)


_READERS: Mapping[str, Callable[[str, _Writing], Scalar | None]] = {
    "decimal": _decimal,
    "integer": _integer,
    "boolean": _truth,
    "date": _day,
    "datetime": _day,
    "time": _time,
    "code": _code,
    "currency": _currency,
}


# ---- places


def _place(value: Scalar, text: str, before: Field | None, view: View, writing: _Writing) -> tuple[int, Quad]:
    """Where the document says that, if it does so once alone; else where it was found before, where it says so first, nowhere."""
    places = list(islice(_places_of(value, text, view, writing), 2)) if len(text) <= _LONGEST else []
    if before and len(places) != 1:
        return before.page, before.quad
    return (places[0].page, places[0].quad) if places else (_first_page(view), _NOWHERE)


def _places_of(value: Scalar, text: str, view: View, writing: _Writing) -> Iterator[Span]:
    """Where the document says that, in these words or in others for the same value."""
    for piece in view.pieces:
        for start, end in [*_meant(piece, value, writing)] or [*_said(piece, text)]:
            yield piece.cut(start, end)


def _said(piece: Piece, text: str) -> Iterator[tuple[int, int]]:
    """The words themselves, whole ones, whatever their case."""
    found = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", piece.text, re.IGNORECASE)
    if found:
        yield found.span()


def _meant(piece: Piece, value: Scalar, writing: _Writing) -> Iterator[tuple[int, int]]:
    """Figures of the same amount, day or time."""
    match value:
        case Decimal():
            found = find_amounts(piece.text, writing.decimal_mark)
            yield from ((each.start, each.end) for each in found if each.value == value)
        case date():
            day = value.date() if isinstance(value, datetime) else value
            yield from ((each.start, each.end) for each in find_dates(piece.text, writing.day_first) if each.value == day)
        case time():
            yield from ((each.start, each.end) for each in find_times(piece.text) if each.value == value)
