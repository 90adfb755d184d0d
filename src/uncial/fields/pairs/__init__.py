"""Labels with what stands beside or below them, in any document: “Label: value”, and a value under its label.

find_pairs → marked: those that a colon, leaders or a box tells → aligned: those that columns and rows tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from uncial.fields.model import Pair
from uncial.fields.pairs.aligned import above, holding, in_columns, is_figure_row, is_running_head, side_by_side
from uncial.fields.pairs.labels import MARKS, Found
from uncial.fields.pairs.marked import in_row, value_text
from uncial.fields.sheet import Sheet, View

_SURE = {"colon": 0.95, "right": 0.9, "leaders": 0.9, "check": 0.9, "below": 0.8, "columns": 0.7, "above": 0.6}
"""By how a pair was found, how sure it is that it is one."""


def find_pairs(view: View) -> tuple[Pair, ...]:
    """Every label with its value, from the top down."""
    return tuple(_told(found) for sheet in view.sheets for found in _in_sheet(sheet))


def _told(found: Found) -> Pair:
    label, value = found.label, found.value
    sure = min(label.confidence, value.confidence) * _SURE[found.way]
    return Pair(label.text.strip(MARKS), value_text(found), label.page, label.quad, value.quad, sure)


def _in_sheet(sheet: Sheet) -> Iterator[Found]:
    taken: set[int] = set()
    columns = in_columns(sheet)
    for number, row in enumerate(sheet.rows):
        found = list(in_row(sheet, number, taken))
        if not found and not any(id(piece) in taken for piece in row.pieces):
            in_line = number in columns or (is_figure_row(row) and not is_running_head(sheet, number))
            found = list(side_by_side(row)) if in_line else list(above(sheet, number))
            taken.update(id(piece) for each in found for piece in holding(sheet, number, each))
        yield from found
