"""Fields as comma-separated values: a row a document, a column a field, the rows of lists side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from uncial.fields import Extraction, Field
from uncial.fields.model import Scalar
from uncial.fields.names import NAMES, ROWS
from uncial.fields.telling import value_text
from uncial.formats.csv import csv_row
from uncial.formats.fields import extracted

if TYPE_CHECKING:
    from uncial.document import Document
    from uncial.options import Output
    from uncial.original import Original

FILE, KIND = ("file",), ("kind",)
Column = tuple[str | int, ...]
"""The name of a field, and of one thing in a list where it stands: items, 1, amount."""


class Extracted(NamedTuple):
    """One document, and what it says."""

    file: str
    extraction: Extraction


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """A head and one row in UTF-8. Raises `TemplateInvalid`."""
    return fields_table([Extracted(document.source.name, extracted(document, output))])


def fields_table(documents: Sequence[Extracted]) -> bytes:
    """One table of many documents, in UTF-8; it has all columns of the kinds that are among them, whether filled or not."""
    rows = [_row(each) for each in documents]
    known = [(name,) for kind, names in NAMES.items() if _is_there(kind, documents) for name in names if name not in ROWS]
    filled = dict.fromkeys(column for row in rows for column in row)
    lists = sorted((column for column in filled if len(column) > 1), key=_place)
    columns = [*dict.fromkeys([FILE, KIND, *known, *(column for column in filled if len(column) == 1)]), *lists]
    table = [[".".join(map(str, column)) for column in columns], *([row.get(column, "") for column in columns] for row in rows)]
    return "".join(map(csv_row, table)).encode("utf-8", "replace")


def _row(document: Extracted) -> dict[Column, str]:
    extraction = document.extraction
    filled = (each for name, field in extraction.fields.items() for each in columns_of((name,), field))
    cells = {column: value_text(value) for column, _, value in filled}
    return {FILE: document.file, KIND: extraction.kind, **cells}


def columns_of(column: Column, field: Field) -> Iterator[tuple[Column, Field, Scalar]]:
    """The columns that a field fills: one, or of a list one for each thing that each of its rows says."""
    if not isinstance(field.value, tuple):
        yield column, field, field.value
        return
    for number, row in enumerate(field.value, start=1):
        for name, each in row.items():
            yield from columns_of((*column, number, name), each)


def _is_there(kind: str, documents: Iterable[Extracted]) -> bool:
    return any(each.extraction.kind == kind for each in documents)


def _place(column: Column) -> tuple[object, ...]:
    """Where a column of a list stands: list by list, row by row, in the order of the table of names."""
    name, number, part, *deeper = column
    return _rank(name, ROWS), str(name), number, _rank(part, ROWS.get(str(name), ())), str(part), *map(str, deeper)


def _rank(name: object, known: Iterable[str]) -> int:
    order = [*known]
    return order.index(str(name)) if name in order else len(order)
