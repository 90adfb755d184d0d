"""Comma-separated values (RFC 4180): the tables one after the other, as text that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from uncial.formats.grids import Grid, grids
from uncial.formats.numbers import looks_numeric

if TYPE_CHECKING:
    from uncial.document import Document
    from uncial.options import Output
    from uncial.original import Original

_END = "\r\n"
_QUOTED = re.compile(r'[",;\t\r\n]|^\s|\s$')
"""Besides what RFC 4180 wants quoted what other separators would cut, so that no formula comes to stand at a cell's start."""
_FORMULA = tuple("=+-@＝＋－＠\t\r")
"""What spreadsheets take for the beginning of a formula (OWASP, “CSV Injection”), full-width forms too."""
_SIGN = re.compile(r"[+-]\s?[$€£¥]?\s?\d[^A-Za-z=@|!(]*")
"""A number with a sign is no formula, whatever a spreadsheet makes of it."""


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The tables in UTF-8 with an empty line between; of cells that span, the first of the places has the text."""
    return _END.join(_table(grid) for grid in grids(document) if grid.fields).encode("utf-8")


def _table(grid: Grid) -> str:
    height = max(field.row + field.rows for field in grid.fields)
    width = max(field.column + field.columns for field in grid.fields)
    rows = [[""] * width for _ in range(height)]
    for field in grid.fields:
        rows[field.row][field.column] = field.text
    return "".join(map(csv_row, rows))


def csv_row(texts: Iterable[str]) -> str:
    """One row of any table, with its end."""
    return ",".join(map(_field, texts)) + _END


def _field(text: str) -> str:
    safe = "'" + text if _is_formula(text) else text
    return '"' + safe.replace('"', '""') + '"' if _QUOTED.search(safe) else safe


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet could take it for one; a lone sign, as tables have it for nothing, stays what it is."""
    if not text.startswith(_FORMULA) or len(text) == 1:
        return False
    return not (looks_numeric(text) and _SIGN.fullmatch(text))
