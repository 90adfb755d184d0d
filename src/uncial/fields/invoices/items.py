"""What is billed: the rows below the headings of a table, by columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from uncial.fields.invoices.labels import Said
from uncial.fields.lexicon import Hit, lexicon
from uncial.fields.model import Field, Row
from uncial.fields.sheet import Piece, Sheet, Span, View, joined
from uncial.fields.sheet import Row as Line
from uncial.fields.values.amounts import find_amounts

_NUMBERS = ("quantity", "unit_price", "tax_rate", "amount")
_TELLING = {"description", "quantity", "unit_price"}
"""One of these is among the headings of items; sums of taxes have tables too."""
_LEAST = 3
"""Columns."""
_LONGEST = 45
"""Characters of a heading."""
_AROUND = 2
"""Rows above and below the headings that may hold parts of them."""
_FAR = 4.0
"""Times the height of the text: a number further from all headings stands in no column."""
_CLOSE = 2.0
"""The same of an amount or a price."""
_WIDE = 8.0
"""Times the height of the text between two rows of one table."""
_DEEP = 3.5
"""Times the height of the text; what stands lower below an item is no part of its description."""
_UNIT = re.compile(r"\s*([^\W\d_][^\W\d_.²³]{0,11}[.²³]?(?:\([^\W\d_]\))?)")
_ENDING = ("sum", "strong", "net", "gross", "tax", "due", "line_sum", "plus", "prepaid")
_ROUNDING = Decimal("0.02")


class Column(NamedTuple):
    """A column by its heading."""

    name: str
    left: float
    right: float


@dataclass(frozen=True)
class Item:
    """One row of what is billed."""

    cells: Mapping[str, Said]
    bottom: float

    @property
    def row(self) -> Row:
        """It as a field's row."""
        return {name: said.field for name, said in self.cells.items()}

    def with_more(self, span: Span) -> Item:
        """The same with one line more of its description."""
        said = self.cells.get("description")
        whole = joined([said.span, span]) if said else span
        cells = {**self.cells, "description": Said(whole.text, whole, 0.85, "place")}
        return Item(cells, span.box.bottom)

    def completed(self, cells: Mapping[str, Said], bottom: float) -> Item:
        """The same with what stands on the next row of it."""
        more = cells.get("description")
        item = self.with_more(more.span) if more else self
        return Item({**cells, **item.cells}, bottom)


def find_items(view: View, mark: str, sums: Sequence[Decimal]) -> Field | None:
    """The rows of what is billed; where their amounts add up to one of the `sums`, they are surer."""
    sheets = zip(view.sheets, view.once(headings), strict=True)
    items = _whole([item for sheet, heads in sheets for item in _items(sheet, heads, mark)])
    amounts = [said.value for item in items if (said := item.cells.get("amount")) and isinstance(said.value, Decimal)]
    if not items or not amounts:
        return None
    spans = [said.span for item in items for said in item.cells.values()]
    first = joined([span for span in spans if span.page == spans[0].page])
    agrees = any(abs(sum(amounts, Decimal(0)) - each) <= _ROUNDING for each in sums)
    text = "\n".join(" ".join(said.span.text for said in item.cells.values()) for item in items)
    rows = tuple(item.row for item in items)
    return Field(rows, text, first.page, first.quad, (0.95 if agrees else 0.7) * first.confidence, "place")


def _whole(items: list[Item]) -> list[Item]:
    """The items; where most say what they come to, those alone."""
    whole = [item for item in items if "amount" in item.cells]
    return whole if 2 * len(whole) > len(items) else items


def headings(view: View) -> tuple[frozenset[int], ...]:
    """The places of the rows that are headings of items, sheet by sheet."""
    return tuple(map(heading_rows, view.sheets))


def heading_rows(sheet: Sheet) -> frozenset[int]:
    """Those of one page."""
    return frozenset(at for at, row in enumerate(sheet.rows) if len(row.pieces) > 1 and _is_heading(_columns(row)))


def _items(sheet: Sheet, heads: frozenset[int], mark: str) -> Iterator[Item]:
    for at, following in pairwise((*sorted(heads), len(sheet.rows))):
        if following - at > 1:
            yield from _below(sheet, at, following, mark)


def _below(sheet: Sheet, at: int, end: int, mark: str) -> Iterator[Item]:
    """The items below a heading, up to the sums, another table or a wide gap."""
    columns = _completed(sheet, at)
    counted = any(column.name == "quantity" for column in columns)
    current: Item | None = None
    ended, bottom = 0, sheet.rows[at].box.bottom
    for row in sheet.rows[at + 1 : end]:
        if ended > 1 or row.box.top - bottom > _WIDE * sheet.height or _is_other_table(row):
            break
        cells = _cells(row, columns, sheet.height, mark)
        bottom = row.box.bottom
        if summed := _sum(row, cells):
            ended += not summed.is_("other")
            if counted or not summed.is_("other"):
                continue
        if current and "amount" in cells and "amount" not in current.cells and not {"quantity", "unit_price"} & cells.keys():
            current = current.completed(cells, bottom)
        elif _begins(cells):
            if current:
                yield current
            current, ended = Item(cells, bottom), 0
        elif current and not ended and (more := _more(row, current, sheet.height)):
            current = current.with_more(more)
    if current:
        yield current


def _begins(cells: Mapping[str, Said]) -> bool:
    """Whether a row is the first of an item: with what it comes to, or how many at which price."""
    named = {"description", "code", "position"} & cells.keys()
    return ("description" in cells and "amount" in cells) or bool(named and {"quantity", "unit_price"} <= cells.keys())


def _is_other_table(row: Line) -> bool:
    """Whether a row heads a table of sums: several of their words, and no number."""
    if any(map(str.isdigit, row.text)):
        return False
    return sum(lexicon("invoice_totals").named(piece.text, *_ENDING) is not None for piece in row.pieces) > 1


def _is_heading(columns: Sequence[Column]) -> bool:
    names = {column.name for column in columns} - {"none"}
    return len(names) >= _LEAST and bool(names & _TELLING) and bool(names & {"amount", "unit_price", "quantity"})


def _columns(row: Line) -> list[Column]:
    """The columns that a row's words head, each name once, the amount the last of its kind."""
    numbers = sum(any(map(str.isdigit, piece.text)) for piece in row.pieces)
    if numbers > 1 or any(len(piece.text) > _LONGEST for piece in row.pieces):
        return []
    found: dict[str, Column] = {}
    spare: list[Column] = []
    for piece in row.pieces:
        hits = list(lexicon("invoice_items").find(piece.text))
        if not hits:
            spare.append(Column("none", piece.box.left, piece.box.right))
        for hit in hits:
            box = piece.cut(hit.start, hit.end).box
            names = [entry.name for entry in hit.entries]
            name = next((name for name in names if name not in found), "none" if names[0] != "amount" else "amount")
            if name == "none":
                spare.append(Column("none", box.left, box.right))
                continue
            if name in found:
                spare.append(found[name]._replace(name="none"))
            found[name] = Column(name, box.left, box.right)
    return [*found.values(), *spare]


def _completed(sheet: Sheet, at: int) -> list[Column]:
    """The columns of a heading, with those that are headed in the rows beside it alone."""
    columns = _columns(sheet.rows[at])
    for row in sheet.rows[max(at - _AROUND, 0) : at] + sheet.rows[at + 1 : at + 1 + _AROUND]:
        if abs(row.box.center.y - sheet.rows[at].box.center.y) > _DEEP * sheet.height or any(map(str.isdigit, row.text)):
            continue
        for column in _columns(row):
            over = [other for other in columns if column.left < other.right and other.left < column.right]
            names = {other.name for other in columns}
            if column.name not in names and all(other.name == "none" for other in over):
                columns = [*(other for other in columns if other not in over), column]
    if not any(column.name == "amount" for column in columns):
        last = sheet.rows[at].pieces[-1].box
        if all(last.left > column.right for column in columns):
            columns.append(Column("amount", last.left, last.right))
    return columns


def _cells(row: Line, columns: Sequence[Column], height: float, mark: str) -> dict[str, Said]:
    cells: dict[str, list[Span]] = {}
    for part in _parts(row, columns):
        column = min(columns, key=lambda each: _distance(part.box.left, part.box.right, each))
        most = _CLOSE if column.name in ("amount", "unit_price") else _FAR
        is_far = _distance(part.box.left, part.box.right, column)[0] > most * height
        if column.name != "none" and not (is_far and column.name != "description"):
            cells.setdefault(column.name, []).append(part)
    return {name: said for key, spans in cells.items() for name, said in _values(key, joined(spans), mark)}


def _parts(row: Line, columns: Sequence[Column]) -> Iterator[Span]:
    """The pieces of a row, cut where they reach over several columns."""
    for piece in row.pieces:
        over = [each for each in columns if piece.box.left < each.right and each.left < piece.box.right]
        if len(over) < 2 or len(piece.words) < 2:
            yield piece.whole
        else:
            yield from _cut(piece, over)


def _cut(piece: Piece, columns: Sequence[Column]) -> Iterator[Span]:
    """A piece by the columns that its words stand in."""
    start, at, before = 0, 0, None
    for word, box in zip(piece.words, piece.boxes, strict=True):
        column = min(columns, key=lambda each: _distance(box.left, box.right, each))
        if before is not None and column != before:
            yield piece.cut(start, at)
            start = at
        before = column
        at += len(word.text) + 1
    yield piece.cut(start, len(piece.text))


def _distance(left: float, right: float, column: Column) -> tuple[float, float]:
    gap = max(column.left - right, left - column.right, 0.0)
    return gap, min(abs(left - column.left), abs(right - column.right))


def _values(name: str, span: Span, mark: str) -> Iterator[tuple[str, Said]]:
    """What a cell says by the names of fields; a quantity may have its unit with it."""
    if name not in _NUMBERS:
        yield name, Said(span.text, span, 0.9, "place")
        return
    amount = next(find_amounts(span.text, mark), None)
    if amount is None or (name == "amount" and not amount.is_money and amount.decimals != 0):
        return
    yield name, Said(amount.value, span, 0.9, "place")
    unit = _UNIT.match(span.text, amount.number_end) if name == "quantity" else None
    if unit:
        yield "unit", Said(unit[1], span, 0.85, "place")


def _more(row: Line, item: Item, height: float) -> Span | None:
    """A line more of an item's description: it begins where that does, close below, and is all that the row holds."""
    said = item.cells.get("description")
    piece = row.pieces[0]
    if row.box.top - item.bottom > _DEEP * height / 2 or len(row.pieces) > 1:
        return None
    if said is None:
        return piece.whole if any(map(str.isalpha, piece.text)) else None
    return piece.whole if abs(piece.box.left - said.span.box.left) < height else None


def _sum(row: Line, cells: Mapping[str, Said]) -> Hit | None:
    """The words by which a row holds a sum, a surcharge or what was paid, where nothing in it is counted."""
    if not any(map(str.isdigit, row.text)):
        return None
    for piece in row.pieces:
        hit = lexicon("invoice_totals").named(piece.text, *_ENDING, "other")
        if hit and not any(map(str.isalpha, piece.text[: hit.start])):
            alone = not any(map(str.isalnum, piece.text[hit.end :])) and not hit.is_("other")
            return hit if alone or "quantity" not in cells else None
    return None
