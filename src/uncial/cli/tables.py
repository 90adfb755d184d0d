"""Fields as people read them on a terminal: a line each, with how sure it is and on which page it stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from uncial.cli.talk import plain
from uncial.fields import Doubt, Extraction, Fields
from uncial.fields.telling import value_text

_WIDEST = 60
"""Letters of a value; the end of a longer one is left out. A doubt, which has the line for itself, may have twice as many."""


class _Row(NamedTuple):
    name: str
    value: str
    confidence: str = ""
    page: str = ""


_HEAD = _Row("NAME", "VALUE", "SURE", "PAGE")


def table_of(extraction: Extraction) -> str:
    """What a document says, below its kind: its fields, what its barcodes hold, and where it has no fields its pairs."""
    rows = [*_fields(extraction.fields), *_barcodes(extraction), *(_pairs(extraction) if not extraction.fields else ())]
    by = f", by the template {plain(extraction.template)}" if extraction.template else ""
    kind = f"{extraction.kind} ({extraction.confidence:.2f}){by}"
    return "".join(f"{line}\n" for line in (kind, *(_lines(rows) if rows else ["Nothing was found."])))


def _fields(fields: Fields, before: str = "") -> Iterator[_Row]:
    for name, field in fields.items():
        if isinstance(field.value, tuple):
            parts = (_fields(row, f"{before}{name}.{number}.") for number, row in enumerate(field.value, start=1))
            yield from chain.from_iterable(parts)
        else:
            yield _Row(before + name, value_text(field.value), f"{field.confidence:.2f}", str(field.page))
        yield from map(_doubt, field.doubts)


def _doubt(doubt: Doubt) -> _Row:
    return _Row("", f"? {doubt.message}")


def _barcodes(extraction: Extraction) -> Iterator[_Row]:
    for payload in extraction.barcodes:
        name = payload.standard or payload.barcode.symbology
        yield _Row(f"[{name}]", payload.barcode.text or f"{len(payload.barcode.data)} bytes", "", str(payload.page))


def _pairs(extraction: Extraction) -> Iterator[_Row]:
    for pair in extraction.pairs:
        yield _Row(f"“{pair.label}”", pair.value, f"{pair.confidence:.2f}", str(pair.page))


def _lines(rows: list[_Row]) -> Iterator[str]:
    shown = [_Row(*(_short(text, _WIDEST if row.name else 2 * _WIDEST) for text in row)) for row in (_HEAD, *rows)]
    name, value = (max(len(row[column]) for row in shown if row.name) for column in (0, 1))
    for row in shown:
        if not row.name:
            yield f"{'':{name}}  {row.value}"
            continue
        yield f"{row.name:{name}}  {row.value:{value}}  {row.confidence:4}  {row.page:>4}".rstrip()


def _short(text: str, most: int) -> str:
    line = plain(" ".join(text.split()))
    return line if len(line) <= most else line[: most - 1] + "…"
