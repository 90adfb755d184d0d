"""Fields as a workbook (ECMA-376): one sheet of all that stands alone, and one for each list, with values as what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from uncial.fields import Extraction
from uncial.fields.model import Row, Scalar
from uncial.fields.names import ROWS
from uncial.fields.telling import value_text
from uncial.formats.fields import extracted
from uncial.formats.fields_csv import columns_of
from uncial.formats.xlsx import DOUBT, HEAD, WRAPPED, new_book, put_text, saved, set_widths
from uncial.printable import fit

if TYPE_CHECKING:
    from uncial.document import Document
    from uncial.options import Output
    from uncial.original import Original

_HEADS = ("field", "value", "confidence", "doubts", "page")
_FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets take 1900 for a leap year (ECMA-376, 18.17.4.1): days before this are none that all of them agree about."""
_DIGITS = 15
"""As many digits as a spreadsheet keeps (IEEE 754 binary64)."""
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 31
"""Letters of a sheet's name."""


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The fields as a spreadsheet program reads them; the same document gives the same bytes. Raises `TemplateInvalid`."""
    return fields_book(extracted(document, output), document.source.name)


def fields_book(extraction: Extraction, title: str) -> bytes:
    """The workbook of what one document says."""
    book = new_book(title)
    _fill_fields(book.create_sheet("fields"), extraction)
    for name, field in extraction.fields.items():
        if isinstance(field.value, tuple):
            _fill_rows(book.create_sheet(_sheet_name(name)), name, [row for row in field.value if row])
    return saved(book)


def _sheet_name(name: str) -> str:
    return _UNNAMEABLE.sub("_", fit(name))[:_LONGEST] or "rows"


def _fill_fields(sheet: Any, extraction: Extraction) -> None:
    _put_heads(sheet, _HEADS)
    _put_row(sheet, 2, ("kind", extraction.kind, _sure(extraction.confidence)))
    at = 3
    for name, field in extraction.fields.items():
        if not isinstance(field.value, tuple):
            doubts = " ".join(doubt.message for doubt in field.doubts)
            _put_row(sheet, at, (name, field.value, _sure(field.confidence), doubts, field.page), doubtful=bool(doubts))
            at += 1
    set_widths(sheet, {0: 24, 1: 40, 2: 10, 3: 60, 4: 6})


def _fill_rows(sheet: Any, name: str, rows: Sequence[Row]) -> None:
    cells = [
        {column: (field, value) for part, each in row.items() for column, field, value in columns_of((part,), each)}
        for row in rows
    ]
    known = [*ROWS.get(name, ())]
    heads = sorted({column for row in cells for column in row}, key=lambda column: _place(column, known))
    _put_heads(sheet, [".".join(map(str, column)) for column in heads])
    for at, row in enumerate(cells, start=2):
        for number, column in enumerate(heads, start=1):
            if column in row:
                field, value = row[column]
                _put(sheet.cell(at, number), value, doubtful=bool(field.doubts))
    set_widths(
        sheet, {number: max(len(value_text(row[each][1])) for row in cells if each in row) for number, each in enumerate(heads)}
    )


def _place(column: tuple[str | int, ...], known: Sequence[str]) -> tuple[object, ...]:
    """Where a column stands: in the order of the table of names, what it does not know behind."""
    name, *deeper = map(str, column)
    return known.index(name) if name in known else len(known), name, [part.zfill(9) for part in deeper]


def _sure(confidence: float) -> Decimal:
    return Decimal(f"{confidence:.2f}")


def _put_heads(sheet: Any, heads: Iterable[str]) -> None:
    for number, head in enumerate(heads, start=1):
        cell = sheet.cell(1, number)
        put_text(cell, fit(head))
        cell.font = HEAD
    sheet.freeze_panes = sheet.cell(2, 1)


def _put_row(sheet: Any, at: int, values: Sequence[Scalar], doubtful: bool = False) -> None:
    for number, value in enumerate(values, start=1):
        _put(sheet.cell(at, number), value, doubtful=doubtful and number == 2)


def _put(cell: Any, value: Scalar, *, doubtful: bool) -> None:
    """A value as what it is, where a spreadsheet has that; else as text."""
    cell.alignment = WRAPPED
    if doubtful:
        cell.fill = DOUBT
    form = _number_format(value)
    if form:
        cell.value, cell.number_format = value, form
    else:
        put_text(cell, fit(value_text(value)))


def _number_format(value: Scalar) -> str:
    """How a spreadsheet shows the value (ECMA-376, 18.8.31); empty where it has to be text."""
    match value:
        case bool():
            return "General"
        case int() | Decimal():
            number = Decimal(value)
            _, digits, exponent = number.as_tuple()
            if not isinstance(exponent, int) or len(digits) > _DIGITS or not -_DIGITS <= exponent <= 0:
                return ""
            return "0" + ("." + "0" * -exponent if exponent else "")
        case datetime():
            return "yyyy-mm-dd hh:mm:ss" if value.date() >= _FIRST_DAY and value.tzinfo is None else ""
        case date():
            return "yyyy-mm-dd" if value >= _FIRST_DAY else ""
        case time():
            return "hh:mm:ss" if value.tzinfo is None else ""
        case _:
            return ""
