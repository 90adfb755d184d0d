"""Labels with what stands beside or below them, in any document: “Label: value”, and a value under its label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from uncial.fields.model import Pair
from uncial.fields.sheet import Piece, Row, Sheet, Span, View
from uncial.geometry import Box

CHECKED, UNCHECKED = "☒", "☐"
"""What is told of a box that has a mark in it, and of one that has none, however they are printed."""
_COLON = re.compile(r"(?<=\S)\s?[:：](?!//)")
_LEADERS = re.compile(r"(?P<label>[^\W\d_].*?)(?:\s?[.·…_]){4,}\s*(?P<value>[^.·…_\s].*)")
_CHECKED = r"[☑☒✓✔✗✘■]|[\[(]\s?[xX✓]\s?[\])]"
_UNCHECKED = r"[☐□▢]|\[\s?\]|\(\s?\)"
_CHECK = re.compile(rf"(?P<yes>{_CHECKED})|(?P<no>{_UNCHECKED})")
_MARKS = " \t.:：;·…_-–—*|"
_LETTERS, _WORDS = 45, 6
"""What is longer is a sentence and no label."""
_VALUE_WORDS = 12
_CELL_WORDS = 5
"""What is longer in a column is text that runs on."""
_PROSE_WORDS = 8
"""A line of so many words beside another of so many is text that runs on."""
_NEAR = 2.0
"""Times the height of the text: how far below its label a value begins at most."""
_RUN = 3
"""Rows of two pieces, one below the other, that make two columns."""
_SURE = {"colon": 0.95, "right": 0.9, "leaders": 0.9, "check": 0.9, "below": 0.8, "columns": 0.7, "above": 0.6}
"""By how a pair was found, how sure it is that it is one."""


class _Found(NamedTuple):
    label: Span
    value: Span
    way: str


class _Place(NamedTuple):
    """A piece of a sheet."""

    sheet: Sheet
    row: int
    column: int

    @property
    def piece(self) -> Piece:
        return self.sheet.rows[self.row].pieces[self.column]


def find_pairs(view: View) -> tuple[Pair, ...]:
    """Every label with its value, from the top down."""
    return tuple(_told(found) for sheet in view.sheets for found in _in_sheet(sheet))


def _told(found: _Found) -> Pair:
    label, value = found.label, found.value
    sure = min(label.confidence, value.confidence) * _SURE[found.way]
    told = value.text if found.way != "check" else CHECKED if _CHECK.fullmatch(value.text)["yes"] else UNCHECKED  # type: ignore[index]
    return Pair(label.text.strip(_MARKS), told, label.page, label.quad, value.quad, sure)


def _in_sheet(sheet: Sheet) -> Iterator[_Found]:
    taken: set[int] = set()
    columns = _in_columns(sheet)
    for number, row in enumerate(sheet.rows):
        found = list(_in_row(sheet, number, taken))
        if not found and not any(id(piece) in taken for piece in row.pieces):
            beside = number in columns or (_is_figure_row(row) and not _is_running_head(sheet, number))
            found = list(_beside(row)) if beside else list(_above(sheet, number))
            taken.update(id(piece) for each in found for piece in _holding(sheet, number, each))
        yield from found


def _in_row(sheet: Sheet, number: int, taken: set[int]) -> Iterator[_Found]:
    """The pairs whose label says itself that it is one: by a colon, by leaders, by a box to check."""
    for column, piece in enumerate(sheet.rows[number].pieces):
        if id(piece) in taken:
            continue
        yield from _checks(piece) or _led(piece) or _colons(_Place(sheet, number, column), taken)


# ---- boxes to check


def _checks(piece: Piece) -> list[_Found]:
    """Boxes with the text behind them; with the text before them where the piece does not begin with a box."""
    marks = list(_CHECK.finditer(piece.text))
    if not marks:
        return []
    if not piece.text[: marks[0].start()].strip(_MARKS):
        ends = [mark.start() for mark in marks[1:]] + [len(piece.text)]
        labels = [(mark.end(), end) for mark, end in zip(marks, ends, strict=True)]
    else:
        labels = [(start, mark.start()) for mark, start in zip(marks, [0, *(mark.end() for mark in marks)], strict=False)]
    return [
        _Found(label, piece.cut(*mark.span()), "check")
        for mark, place in zip(marks, labels, strict=True)
        if (label := _label(piece, *place))
    ]


# ---- dots that lead from one to the other


def _led(piece: Piece) -> list[_Found]:
    match = _LEADERS.fullmatch(piece.text)
    label = _label(piece, *match.span("label")) if match else None
    return [_Found(label, piece.cut(*match.span("value")), "leaders")] if match and label else []


# ---- colons


def _colons(place: _Place, taken: set[int]) -> Iterator[_Found]:
    """Every “Label: value” of a piece; behind the last colon the value may stand to the right or below."""
    piece, text = place.piece, place.piece.text
    marks = [mark for mark in _COLON.finditer(text) if _is_mark(text, mark)]
    if not marks or _is_prose(place):
        return
    starts = [0, *(_label_start(piece, before.end(), after.start()) for before, after in pairwise(marks))]
    for mark, start, end in zip(marks, starts, [*starts[1:], len(text)], strict=True):
        label = _label(piece, start, mark.start())
        if label and text[mark.end() : end].strip(_MARKS):
            value = piece.cut(*_stripped(text, mark.end(), end))
            if len(value.text.split()) <= _VALUE_WORDS:
                yield _Found(label, value, "colon")
        elif label and end == len(text):
            yield from _elsewhere(place, label, taken)


def _is_mark(text: str, mark: re.Match[str]) -> bool:
    """Whether it stands behind a label: a colon between digits is one of a time, a ratio, a code."""
    return not (text[mark.start() - 1 : mark.start()].isdigit() and text[mark.end() :].lstrip()[:1].isdigit())


def _label_start(piece: Piece, start: int, end: int) -> int:
    """Where between two colons a value ends and the next label begins.

    It begins behind the widest gap, or behind the last word with a digit, or with the last word.
    """
    inner = [(at, word, box) for at, word, box in _words(piece) if start <= at < end]
    if len(inner) < 2:
        return end
    gaps = [after[2].left - before[2].right for before, after in pairwise(inner)]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    if gaps[widest] > 1.5 * sorted(gaps)[len(gaps) // 2] and inner[widest + 1][1][:1].isalpha():
        return inner[widest + 1][0]
    figures = [number for number, (_, word, _) in enumerate(inner) if any(char.isdigit() for char in word)]
    if figures and figures[-1] + 1 < len(inner):
        return inner[figures[-1] + 1][0]
    return inner[-1][0]


def _words(piece: Piece) -> Iterator[tuple[int, str, Box]]:
    at = 0
    for word, box in zip(piece.words, piece.boxes, strict=True):
        yield at, word.text, box
        at += len(word.text) + 1


def _elsewhere(place: _Place, label: Span, taken: set[int]) -> Iterator[_Found]:
    """The value to the right of a label that ends with its colon, else the one below."""
    pieces = place.sheet.rows[place.row].pieces
    places = [(piece, "right") for piece in pieces[place.column + 1 : place.column + 2]]
    places += [(piece, "below") for piece in _under(place.sheet, place.row, label.box)]
    for value, way in places:
        if not _COLON.search(value.text) and len(value.words) <= _VALUE_WORDS and any(char.isalnum() for char in value.text):
            taken.add(id(value))
            yield _Found(label, value.whole, way)
            return


def _under(sheet: Sheet, row: int, label: Box) -> list[Piece]:
    """The pieces of the next row that begin under a label; none below the last row."""
    return [
        piece for below in sheet.rows[row + 1 : row + 2] for piece in below.pieces if _is_under(piece.box, label, sheet.height)
    ]


def _is_under(box: Box, label: Box, height: float) -> bool:
    within = box.left < label.right and box.right > label.left and box.width < label.width
    begins = within or abs(box.left - label.left) <= height
    return begins and box.center.y >= label.center.y and box.top - label.bottom <= _NEAR * height


def _is_prose(place: _Place) -> bool:
    """Whether its piece is a line of text that runs on above or below."""
    rows, piece = place.sheet.rows, place.piece
    if piece.text[:1].islower():
        return _longest_beside(rows, place.row - 1, piece) > 1
    beside = (_longest_beside(rows, place.row + step, piece) for step in (-1, 1))
    return len(piece.words) >= _PROSE_WORDS and max(beside) >= _PROSE_WORDS


def _longest_beside(rows: Sequence[Row], number: int, piece: Piece) -> int:
    """How many words the longest piece of a row has that stands above or below."""
    if not 0 <= number < len(rows):
        return 0
    near = (each for each in rows[number].pieces if each.box.left < piece.box.right and each.box.right > piece.box.left)
    return max((len(each.words) for each in near), default=0)


# ---- columns: a label to the left of each value


def _in_columns(sheet: Sheet) -> frozenset[int]:
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
    figures = sum(_has_digit(sheet.rows[number].pieces[1].text) for number in run)
    return run if len(run) >= _RUN and 2 * figures >= len(run) else ()


def _is_pair_row(row: Row) -> bool:
    return len(row.pieces) == 2 and _is_name(row.pieces[0].text) and len(row.pieces[1].words) <= _CELL_WORDS


def _is_column(above: Row, below: Row, height: float) -> bool:
    starts = all(abs(up.box.left - down.box.left) <= height for up, down in zip(above.pieces, below.pieces, strict=True))
    return starts and below.box.top - above.box.bottom <= _NEAR * height


def _is_figure_row(row: Row) -> bool:
    """Whether it is a label and a figure, or such pairs side by side."""
    labels, values = row.pieces[::2], row.pieces[1::2]
    figures = all(_has_digit(value.text) and len(value.words) <= _CELL_WORDS for value in values)
    return len(labels) == len(values) <= 2 and figures and all(_is_name(label.text) for label in labels)


def _is_running_head(sheet: Sheet, number: int) -> bool:
    """Whether it stands at the page's top or bottom, and its figure is the page's number."""
    return number in (0, len(sheet.rows) - 1) and sheet.rows[number].pieces[-1].text.isdigit()


def _beside(row: Row) -> Iterator[_Found]:
    for label, value in zip(row.pieces[::2], row.pieces[1::2], strict=True):
        yield _Found(label.whole, value.whole, "columns")


# ---- boxes of a form: a row of labels above a row of values


def _above(sheet: Sheet, number: int) -> Iterator[_Found]:
    """The values of the next row, each under its label, unless the rows go on as those of a table do."""
    if number + 1 >= len(sheet.rows):
        return
    labels, values = sheet.rows[number].pieces, sheet.rows[number + 1].pieces
    if len(labels) < 2 or not all(_is_name(each.text) for each in labels):
        return
    pairs = _columns(labels, values, sheet.height)
    if len(pairs) < max(2, len(values), len(labels) / 2) or not any(_has_digit(value.text) for _, value in pairs):
        return
    if number + 2 < len(sheet.rows):
        again = _columns(labels, sheet.rows[number + 2].pieces, sheet.height)
        kinds = {id(label): _has_digit(value.text) for label, value in pairs}
        if sum(kinds.get(id(label)) == _has_digit(value.text) for label, value in again) >= 2:
            return
    yield from (_Found(label.whole, value.whole, "above") for label, value in pairs)


def _columns(labels: Sequence[Piece], values: Sequence[Piece], height: float) -> list[tuple[Piece, Piece]]:
    """Each label with the only value below it."""
    under = [(label, [value for value in values if _is_under(value.box, label.box, height)]) for label in labels]
    return [(label, found[0]) for label, found in under if len(found) == 1]


def _holding(sheet: Sheet, number: int, found: _Found) -> Iterator[Piece]:
    """The pieces of the next row that a pair has taken its value from."""
    if found.way == "above":
        yield from (piece for piece in sheet.rows[number + 1].pieces if piece.whole.quad == found.value.quad)


# ---- what a label looks like


def _label(piece: Piece, start: int, end: int) -> Span | None:
    """The label in some text of a piece, without the marks around it."""
    start, end = _stripped(piece.text, start, end)
    return piece.cut(start, end) if start < end and _is_label(piece.text[start:end]) else None


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _MARKS:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    return start, end


def _is_label(text: str) -> bool:
    """Whether it is short enough, and has a word in it."""
    bare = text.strip(_MARKS)
    return 0 < len(bare) <= _LETTERS and len(bare.split()) <= _WORDS and sum(char.isalpha() for char in bare) >= 2


def _is_name(text: str) -> bool:
    """Whether it is a label although nothing says so: without figures, and not the rest of a sentence."""
    return _is_label(text) and not _has_digit(text) and "=" not in text and not text[:1].islower()


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)
