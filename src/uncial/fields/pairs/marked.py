"""Labels that say themselves that they are some: by a colon, by leaders, by a box to check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from uncial.fields.pairs.labels import MARKS, Found, is_under, label_of, stripped
from uncial.fields.sheet import Piece, Row, Sheet, Span
from uncial.geometry import Box

CHECKED, UNCHECKED = "☒", "☐"
"""What is told of a box that has a mark in it, and of one that has none, however they are printed."""
_COLON = re.compile(r"(?<=\S)\s?[:：](?!//)")
_LEADERS = re.compile(r"(?P<label>[^\W\d_].*?)(?:\s?[.·…_]){4,}\s*(?P<value>[^.·…_\s].*)")
_CHECKED = r"[☑☒✓✔✗✘■]|[\[(]\s?[xX✓]\s?[\])]"
_UNCHECKED = r"[☐□▢]|\[\s?\]|\(\s?\)"
_CHECK = re.compile(rf"(?P<yes>{_CHECKED})|(?P<no>{_UNCHECKED})")
_VALUE_WORDS = 12
_PROSE_WORDS = 8
"""A line of so many words beside another of so many is text that runs on."""


class _Place(NamedTuple):
    """A piece of a sheet."""

    sheet: Sheet
    row: int
    column: int

    @property
    def piece(self) -> Piece:
        return self.sheet.rows[self.row].pieces[self.column]


def in_row(sheet: Sheet, number: int, taken: set[int]) -> Iterator[Found]:
    """The pairs whose label says itself that it is one: by a colon, by leaders, by a box to check."""
    for column, piece in enumerate(sheet.rows[number].pieces):
        if id(piece) in taken:
            continue
        yield from _checks(piece) or _led(piece) or _colons(_Place(sheet, number, column), taken)


def value_text(found: Found) -> str:
    """What is told of a value: its text; of a box whether it has a mark in it."""
    if found.way != "check":
        return found.value.text
    mark = _CHECK.fullmatch(found.value.text)
    return CHECKED if mark and mark["yes"] else UNCHECKED


def _checks(piece: Piece) -> list[Found]:
    """Boxes with the text behind them; with the text before them where the piece does not begin with a box."""
    marks = list(_CHECK.finditer(piece.text))
    if not marks:
        return []
    if not piece.text[: marks[0].start()].strip(MARKS):
        ends = [mark.start() for mark in marks[1:]] + [len(piece.text)]
        labels = [(mark.end(), end) for mark, end in zip(marks, ends, strict=True)]
    else:
        labels = [(start, mark.start()) for mark, start in zip(marks, [0, *(mark.end() for mark in marks)], strict=False)]
    return [
        Found(label, piece.cut(*mark.span()), "check")
        for mark, place in zip(marks, labels, strict=True)
        if (label := label_of(piece, *place))
    ]


def _led(piece: Piece) -> list[Found]:
    match = _LEADERS.fullmatch(piece.text)
    label = label_of(piece, *match.span("label")) if match else None
    return [Found(label, piece.cut(*match.span("value")), "leaders")] if match and label else []


def _colons(place: _Place, taken: set[int]) -> Iterator[Found]:
    """Every “Label: value” of a piece; behind the last colon the value may stand to the right or below."""
    piece, text = place.piece, place.piece.text
    marks = [mark for mark in _COLON.finditer(text) if _is_mark(text, mark)]
    if not marks or _is_prose(place):
        return
    starts = [0, *(_label_start(piece, before.end(), after.start()) for before, after in pairwise(marks))]
    for mark, start, end in zip(marks, starts, [*starts[1:], len(text)], strict=True):
        label = label_of(piece, start, mark.start())
        if label and text[mark.end() : end].strip(MARKS):
            value = piece.cut(*stripped(text, mark.end(), end))
            if len(value.text.split()) <= _VALUE_WORDS:
                yield Found(label, value, "colon")
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


def _elsewhere(place: _Place, label: Span, taken: set[int]) -> Iterator[Found]:
    """The value to the right of a label that ends with its colon, else the one below."""
    pieces = place.sheet.rows[place.row].pieces
    places = [(piece, "right") for piece in pieces[place.column + 1 : place.column + 2]]
    places += [(piece, "below") for piece in _under(place.sheet, place.row, label.box)]
    for value, way in places:
        if not _COLON.search(value.text) and len(value.words) <= _VALUE_WORDS and any(char.isalnum() for char in value.text):
            taken.add(id(value))
            yield Found(label, value.whole, way)
            return


def _under(sheet: Sheet, row: int, label: Box) -> list[Piece]:
    """The pieces of the next row that begin under a label; none below the last row."""
    return [
        piece for below in sheet.rows[row + 1 : row + 2] for piece in below.pieces if is_under(piece.box, label, sheet.height)
    ]


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
