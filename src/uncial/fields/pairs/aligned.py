"""Labels that stand where labels do: to the left of each value of a column, or in a row above a row of values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uncial.fields.pairs.labels import CELL_WORDS, NEAR, Found, is_name, is_under
from uncial.fields.sheet import Piece, Row, Sheet
from uncial.fields.tokens import has_digits

_RUN = 3
"""Rows of two pieces, one below the other, that make two columns."""


def in_columns(sheet: Sheet) -> frozenset[int]:
    """The rows of two pieces that stand in columns, half of whose values have figures at least."""
    found: set[int] = set()
    run: list[int] = []
    for number, row in enumerate(sheet.rows):
        if not (_is_pair_row(row) and (not run or _is_column(sheet.rows[run[-1]], row, sheet.height))):
            found.update(_whole(sheet, run))
            run = []
        run += [number] if _is_pair_row(row) else []
    return frozenset(found | set(_whole(sheet, run)))


def _whole(sheet: Sheet, run: Sequence[int]) -> Sequence[int]:
    figures = sum(has_digits(sheet.rows[number].pieces[1].text) for number in run)
    return run if len(run) >= _RUN and 2 * figures >= len(run) else ()


def _is_pair_row(row: Row) -> bool:
    return len(row.pieces) == 2 and is_name(row.pieces[0].text) and len(row.pieces[1].words) <= CELL_WORDS


def _is_column(above: Row, below: Row, height: float) -> bool:
    starts = all(abs(up.box.left - down.box.left) <= height for up, down in zip(above.pieces, below.pieces, strict=True))
    return starts and below.box.top - above.box.bottom <= NEAR * height


def is_figure_row(row: Row) -> bool:
    """Whether it is a label and a figure, or such pairs side by side."""
    labels, values = row.pieces[::2], row.pieces[1::2]
    figures = all(has_digits(value.text) and len(value.words) <= CELL_WORDS for value in values)
    return len(labels) == len(values) <= 2 and figures and all(is_name(label.text) for label in labels)


def is_running_head(sheet: Sheet, number: int) -> bool:
    """Whether it stands at the page's top or bottom, and its figure is the page's number."""
    return number in (0, len(sheet.rows) - 1) and sheet.rows[number].pieces[-1].text.isdigit()


def side_by_side(row: Row) -> Iterator[Found]:
    """Each label of a row with the value behind it."""
    for label, value in zip(row.pieces[::2], row.pieces[1::2], strict=True):
        yield Found(label.whole, value.whole, "columns")


def above(sheet: Sheet, number: int) -> Iterator[Found]:
    """The values of the next row, each under its label, unless the rows go on as those of a table do."""
    if number + 1 >= len(sheet.rows):
        return
    labels, values = sheet.rows[number].pieces, sheet.rows[number + 1].pieces
    if len(labels) < 2 or not all(is_name(each.text) for each in labels):
        return
    pairs = _columns(labels, values, sheet.height)
    if len(pairs) < max(2, len(values), len(labels) / 2) or not any(has_digits(value.text) for _, value in pairs):
        return
    if number + 2 < len(sheet.rows):
        again = _columns(labels, sheet.rows[number + 2].pieces, sheet.height)
        kinds = {id(label): has_digits(value.text) for label, value in pairs}
        if sum(kinds.get(id(label)) == has_digits(value.text) for label, value in again) >= 2:
            return
    yield from (Found(label.whole, value.whole, "above") for label, value in pairs)


def _columns(labels: Sequence[Piece], values: Sequence[Piece], height: float) -> list[tuple[Piece, Piece]]:
    """Each label with the only value below it."""
    under = [(label, [value for value in values if is_under(value.box, label.box, height)]) for label in labels]
    return [(label, found[0]) for label, found in under if len(found) == 1]


def holding(sheet: Sheet, number: int, found: Found) -> Iterator[Piece]:
    """The pieces of the next row that a pair has taken its value from."""
    if found.way == "above":
        yield from (piece for piece in sheet.rows[number + 1].pieces if piece.whole.quad == found.value.quad)
