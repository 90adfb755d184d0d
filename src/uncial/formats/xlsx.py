"""A workbook (ECMA-376): each table a sheet, with numbers as numbers where they can mean nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from uncial.formats.grids import Field, Grid, grids, problems
from uncial.formats.numbers import decimal_mark, parsed
from uncial.formats.office import settled
from uncial.printable import fit

if TYPE_CHECKING:
    from uncial.document import Document
    from uncial.options import Output
    from uncial.original import Original

_NARROWEST, _WIDEST = 8, 60
"""Letters across a column."""
_FORMULA = tuple("=+-@")
HEAD, DOUBT = Font(bold=True), PatternFill("solid", fgColor="FFFF99")
WRAPPED = Alignment(wrap_text=True, vertical="top")


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The document as a spreadsheet program reads it; the same document gives the same bytes."""
    decimal = decimal_mark(line.text for page in document.pages for line in page.lines)
    book = new_book(document.source.name)
    for grid in chain(grids(document), problems(document)):
        _fill(book.create_sheet(grid.name), grid, decimal)
    return saved(book)


def new_book(title: str) -> Any:
    """A workbook without any sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = fit(title), "Uncial"
    return book


def saved(book: Any) -> bytes:
    """The bytes of a workbook, the same for the same workbook."""
    out = BytesIO()
    book.save(out)
    return settled(out.getvalue())


def _fill(sheet: Any, grid: Grid, decimal: str) -> None:
    for field in grid.fields:
        cell = sheet.cell(field.row + 1, field.column + 1)
        _put(cell, field.text, decimal)
        cell.alignment = WRAPPED
        if field.heading:
            cell.font = HEAD
        if field.doubtful:
            cell.fill = DOUBT
        if field.rows > 1 or field.columns > 1:
            sheet.merge_cells(None, cell.row, cell.column, field.row + field.rows, field.column + field.columns)
    set_widths(sheet, _widths(grid.fields))
    if grid.heads > 0:
        sheet.freeze_panes = sheet.cell(grid.heads + 1, 1)


def _put(cell: Any, text: str, decimal: str) -> None:
    """A number, or text that stays text even where it looks like a formula, an error or a date."""
    number = parsed(text, decimal)
    if number:
        cell.value, cell.number_format = number
    else:
        put_text(cell, text)


def put_text(cell: Any, text: str) -> None:
    """Text that stays text even where it looks like a formula, an error or a date."""
    if text:
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(_FORMULA)


def set_widths(sheet: Any, letters: Mapping[int, int]) -> None:
    """Make the columns of a sheet, from 0, wide enough for so many letters, within reason."""
    for column, most in letters.items():
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(max(most + 2, _NARROWEST), _WIDEST)


def _widths(fields: Iterable[Field]) -> dict[int, int]:
    """The letters of the longest text in each column, without cells that span several."""
    widths: dict[int, int] = {}
    for field in fields:
        if field.columns == 1:
            widths[field.column] = max(widths.get(field.column, 0), len(field.text))
    return widths
