"""Finds lists of items: lines of a table, told by the headers of its columns or by where these go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby
from operator import itemgetter

from uncial.fields.model import Field
from uncial.fields.model import Row as Item
from uncial.fields.sheet import Piece, Row, Sheet, around
from uncial.fields.templates.finding import Ground, read
from uncial.fields.templates.model import Column, Rows
from uncial.fields.templates.phrases import Place
from uncial.fields.templates.places import Part, Stretch
from uncial.geometry import Box

_SURE = 0.95
_HEAD_GAP, _ITEM_GAP, _LINE_GAP = 8.0, 6.0, 1.2
"""Times the height of the text: the first item is no further below the headers, the next below an item, and its own next line."""
_HEAD_ROWS = 3.0
"""Times the height of the text: headers of two lines stand no further apart."""

Spread = tuple[float, float]
"""From where to where a column goes, in pixels of the level page."""


def find_items(rows: Rows, ground: Ground) -> Field | None:
    """The items of a list, as a field with rows."""
    items: list[dict[str, Field]] = []
    spreads: Mapping[str, Spread] | None = None
    for sheet in ground.pages.view.sheets:
        head = _head(rows, sheet, ground)
        if head is None:
            continue
        bottom, spreads = head
        more, ended = _items(rows, sheet, bottom, spreads, ground)
        items += more
        if ended:
            break
    return _list(items)


def _list(items: Sequence[Item]) -> Field | None:
    """All items as one field, which stands where those of the first page stand."""
    said = [field for item in items for field in item.values()]
    if not said:
        return None

    first = [field for field in said if field.page == said[0].page]
    place = around([field.quad for field in first])
    text = "\n".join("  ".join(field.text for field in item.values()) for item in items)
    sure = sum(field.confidence for field in said) / len(said)
    return Field(tuple(items), text, said[0].page, place, sure, "template")


def _head(rows: Rows, sheet: Sheet, ground: Ground) -> tuple[float, dict[str, Spread]] | None:
    """Below which line the items of a page begin, and where its columns go; None where its headers are not there."""
    after = [place for phrase in rows.after for place in _places(phrase, sheet, ground)]
    top = min((span.box.top for place in after if (span := place.span)), default=None)
    headed = _headers(rows.columns, sheet, ground, top)
    boxes = {name: span.box for name, place in headed.items() if (span := place.span)}
    wanted = [column for column in rows.columns if column.headers]
    if (after and not boxes and wanted) or (not after and (rows.after or 2 * len(boxes) < len(wanted) or not boxes)):
        return None
    bottoms = [box.bottom for box in boxes.values()] + [span.box.bottom for place in after[:1] if (span := place.span)]
    across = {column.name: column.across for column in rows.columns if column.across}
    page = sheet.box
    spreads = {name: (box.left, box.right) for name, box in boxes.items()}
    spreads |= {name: (low * page.width, high * page.width) for name, (low, high) in across.items()}
    return max(bottoms), spreads


def _places(phrase: str, sheet: Sheet, ground: Ground) -> list[Place]:
    return [place for place in ground.pages.places(phrase) if place.sheet is sheet]


def _headers(columns: Sequence[Column], sheet: Sheet, ground: Ground, top: float | None) -> dict[str, Place]:
    """The header of each column, all about the row that has most of them."""
    found = {column.name: [p for phrase in column.headers for p in _places(phrase, sheet, ground)] for column in columns}
    best: dict[str, Place] = {}
    for start in chain.from_iterable(found.values()):
        y = _middle(start)
        if top is not None and y < top - _HEAD_ROWS * sheet.height:
            continue
        near = {name: _nearest(places, y, sheet.height) for name, places in found.items()}
        there = _apart({name: place for name, place in near.items() if place})
        if len(there) > len(best):
            best = there
    return best


def _middle(place: Place) -> float:
    return place.span.box.center.y if place.span else 0.0


def _nearest(places: Sequence[Place], y: float, height: float) -> Place | None:
    near = [place for place in places if abs(_middle(place) - y) <= _HEAD_ROWS * height / 2]
    return min(near, key=lambda place: (abs(_middle(place) - y), -place.likeness), default=None)


def _apart(headers: Mapping[str, Place]) -> dict[str, Place]:
    """Those that stand in places of their own: of two in one place the first."""
    kept: dict[str, Place] = {}
    for name, place in headers.items():
        if not any(each.line is place.line and each.start < place.end and place.start < each.end for each in kept.values()):
            kept[name] = place
    return kept


def _items(
    rows: Rows, sheet: Sheet, bottom: float, spreads: Mapping[str, Spread], ground: Ground
) -> tuple[list[dict[str, Field]], bool]:
    """The items of a page below its headers, and whether their end was seen."""
    columns = [column for column in rows.columns if column.name in spreads]
    items: list[dict[str, Field]] = []
    last = bottom
    for row in sheet.rows:
        if row.box.center.y <= bottom:
            continue
        if _ends(rows, row, sheet, ground):
            return items, True
        if row.box.top - last > (_ITEM_GAP if items else _HEAD_GAP) * sheet.height:
            break
        cells = _cells(row, columns, spreads)
        fields = {column.name: field for column in columns if (field := _cell(column, cells, ground))}
        if _begins(columns, fields):
            items.append(fields)
            last = row.box.bottom
        elif items and row.box.top - last <= _LINE_GAP * sheet.height:
            items[-1] = _with_more(items[-1], fields, columns)
            last = row.box.bottom
    return items, False


def _ends(rows: Rows, row: Row, sheet: Sheet, ground: Ground) -> bool:
    places = (place for phrase in rows.before for place in _places(phrase, sheet, ground))
    return any(sheet.rows[place.line.number] is row for place in places)


def _begins(columns: Sequence[Column], fields: Item) -> bool:
    """Whether this is an item's first line."""
    required = [column.name for column in columns if column.required]
    if required:
        return all(name in fields for name in required)
    typed = [column.name for column in columns if column.type != "text"]
    return any(name in fields for name in typed or fields)


def _with_more(item: dict[str, Field], more: Item, columns: Sequence[Column]) -> dict[str, Field]:
    """The item with the texts of its next line."""
    grown = dict(item)
    for column in columns:
        above, below = item.get(column.name), more.get(column.name)
        if column.type == "text" and above and below and above.page == below.page:
            text, place = f"{above.text} {below.text}", around((above.quad, below.quad))
            grown[column.name] = replace(above, value=f"{above.value} {below.value}", text=text, quad=place)
    return grown


def _cells(row: Row, columns: Sequence[Column], spreads: Mapping[str, Spread]) -> dict[str, list[Part]]:
    """What of a row stands in each column."""
    cells: dict[str, list[Part]] = {}
    for piece in row.pieces:
        for name, part in _shared_out(piece, columns, spreads):
            cells.setdefault(name, []).append(part)
    return cells


def _shared_out(piece: Piece, columns: Sequence[Column], spreads: Mapping[str, Spread]) -> Iterator[tuple[str, Part]]:
    """A piece as a whole for the column that it stands in; where it reaches over several, word by word."""
    met = [column.name for column in columns if _overlap(piece.box, spreads[column.name]) > 0]
    if len(met) <= 1:
        yield met[0] if met else _closest(piece.box, columns, spreads), (piece, 0, len(piece.text))
        return
    at = 0
    words = ((word.text, _closest(box, columns, spreads)) for word, box in zip(piece.words, piece.boxes, strict=True))
    for name, same in groupby(words, key=itemgetter(1)):
        length = len(" ".join(text for text, _ in same))
        yield name, (piece, at, at + length)
        at += length + 1


def _closest(box: Box, columns: Sequence[Column], spreads: Mapping[str, Spread]) -> str:
    return min((_distance(box, spreads[column.name]), column.name) for column in columns)[1]


def _overlap(box: Box, spread: Spread) -> float:
    return min(box.right, spread[1]) - max(box.left, spread[0])


def _distance(box: Box, spread: Spread) -> float:
    """How far apart their nearest edges or middles are; below 0 where they overlap."""
    shared = _overlap(box, spread)
    if shared > 0:
        return -shared
    left, right = spread
    return min(abs(box.left - left), abs(box.right - right), -shared)


def _cell(column: Column, cells: Mapping[str, list[Part]], ground: Ground) -> Field | None:
    parts = cells.get(column.name)
    if not parts:
        return None
    stretch = Stretch((tuple(parts),))
    for found in read(column.type, column.pattern, stretch, ground.writing):
        span = stretch.cut(found.start, found.end)
        if span:
            return span.says(found.value, "template", _SURE * found.sure)
    return None
