"""Slips as tills print them: line by line from the top, each with the words that its table knows and the money that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from uncial.fields.lexicon import Hit, lexicon
from uncial.fields.model import Field, FoundBy, Scalar
from uncial.fields.sheet import Piece, Row, Sheet, Span, View, joined
from uncial.fields.values.amounts import Amount, decimal_mark, find_amounts

TABLE = "receipts"
_LEVEL = 0.6
"""Of the lower one's height; rows that share so much of it, and nothing of their width, are one line."""
_CENTS = 2
_COLUMNS = 2
"""Names of columns that a heading has at least."""
_SPLIT = re.compile(r"(?<![\d.,])(\d{1,6}) (\d\d)(?=\D{0,3}$)")
"""An amount that has lost its decimal mark."""
_MEASURE = re.compile(r"\s?%|(?:ml|cl|l|kg|gr|mm|cm|oz|lb|in)(?![^\W_])", re.IGNORECASE)


class Money(NamedTuple):
    """An amount on a line, from `start` up to but not including `end`."""

    value: Decimal
    start: int
    end: int
    currency: str
    """ISO 4217; empty where none stands beside it."""
    decimals: int
    """Digits after the decimal mark."""
    mended: bool = False
    """Whether its decimal mark was lost and is guessed."""

    @property
    def is_money(self) -> bool:
        """Whether it is written as money is: with two decimals or a currency."""
        return self.decimals == _CENTS or bool(self.currency)


@dataclass(frozen=True)
class SlipLine:
    """What stands side by side on a slip."""

    number: int
    """From 0, counted over all pages."""
    pieces: tuple[Piece, ...]
    """From the left."""
    mark: str
    """The decimal mark of the slip."""

    @cached_property
    def whole(self) -> Piece:
        """All its pieces as one."""
        if len(self.pieces) == 1:
            return self.pieces[0]
        words = tuple(word for piece in self.pieces for word in piece.words)
        boxes = tuple(box for piece in self.pieces for box in piece.boxes)
        return Piece(self.pieces[0].page, words, Row(self.pieces).box, boxes)

    @property
    def text(self) -> str:
        """Its words with a space between each two."""
        return self.whole.text

    def cut(self, start: int, end: int) -> Span:
        """Some of its text, without the spaces at its ends."""
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        return self.whole.cut(start, end)

    def piece_end(self, at: int) -> int:
        """Where the piece ends that this character of its text stands in."""
        end = -1
        for piece in self.pieces:
            end += len(piece.text) + 1
            if at < end:
                break
        return end

    @property
    def span(self) -> Span:
        """All of it."""
        return self.whole.whole

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """The words of a slip's table on it."""
        return tuple(lexicon(TABLE).find(self.text))

    def has(self, *names: str) -> bool:
        """Whether a phrase of these sections stands on it."""
        return any(hit.is_(*names) for hit in self.hits)

    @cached_property
    def amounts(self) -> tuple[Money, ...]:
        """Its numbers, from the left, but for percentages."""
        found: list[Money] = []
        at = 0
        for piece in self.pieces:
            found += (each._replace(start=each.start + at, end=each.end + at) for each in _amounts(piece.text, self.mark))
            at += len(piece.text) + 1
        return tuple(found)

    @cached_property
    def money(self) -> tuple[Money, ...]:
        """Its amounts that are written as money is."""
        return tuple(each for each in self.amounts if each.is_money)

    @property
    def letters(self) -> int:
        """How many letters it has."""
        return sum(char.isalpha() for char in self.text)


@dataclass(frozen=True)
class Slip:
    """A slip by its lines from the top."""

    lines: tuple[SlipLine, ...]
    text: str
    height: float
    """Of its text, in pixels: that of the first page."""
    mark: str
    """Its decimal mark; empty where nothing tells."""

    @staticmethod
    def of(view: View) -> Slip:
        """The slip that a document is."""
        rows = [row for sheet in view.sheets for row in merged(sheet)]
        mark = decimal_mark(view.text)
        lines = tuple(SlipLine(number, row.pieces, mark) for number, row in enumerate(rows))
        return Slip(lines, view.text, view.sheets[0].height if view.sheets else 1.0, mark)


def merged(sheet: Sheet) -> Iterator[Row]:
    """A sheet's rows; two are one where a label and its amount were not printed or read at quite the same height."""
    waiting: Row | None = None
    for row in sheet.rows:
        if waiting and _is_one(waiting, row):
            waiting = Row(tuple(sorted((*waiting.pieces, *row.pieces), key=lambda piece: piece.box.left)))
            continue
        if waiting:
            yield waiting
        waiting = row
    if waiting:
        yield waiting


def field(value: Scalar | tuple[dict[str, Field], ...], spans: Span | Sequence[Span], found_by: FoundBy, sure: float) -> Field:
    """A field out of the text that it was read from; `sure` is how sure the rule is that found it."""
    span = spans if isinstance(spans, Span) else joined(spans)
    return span.says(value, found_by, sure)


def one_page(spans: Iterable[Span]) -> list[Span]:
    """Those of them that stand on the first one's page: a field has one."""
    every = list(spans)
    return [span for span in every if span.page == every[0].page]


def is_heading(line: SlipLine) -> bool:
    """Whether it names the columns of what was bought."""
    named = [hit for hit in line.hits if hit.is_("heading")]
    return len(named) >= _COLUMNS and not line.money and 2 * sum(hit.end - hit.start for hit in named) >= len(line.text)


def _is_one(above: Row, below: Row) -> bool:
    pieces = sorted((*above.pieces, *below.pieces), key=lambda piece: piece.box.left)
    apart = all(one.box.right <= other.box.left + 0.3 * one.box.height for one, other in pairwise(pieces))
    sides = [(one, other) for one, other in pairwise(pieces) if (one in above.pieces) != (other in above.pieces)]
    return apart and all(_share(one, other) >= _LEVEL for one, other in sides)


def _share(one: Piece, other: Piece) -> float:
    shared = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
    return shared / (min(one.box.height, other.box.height) or 1.0)


def _amounts(text: str, mark: str) -> Iterator[Money]:
    """The numbers of a piece; 31 00 at its end is 31.00 where the slip's amounts have decimals."""
    split = _SPLIT.search(text) if mark else None
    for each in find_amounts(text, mark):
        if _is_measure(text, each) or (split and each.number_start == split.start(2)):
            continue
        if split and each.number_start == split.start(1):
            yield Money(Decimal(f"{split[1]}.{split[2]}"), each.start, split.end(), each.currency, _CENTS, True)
        else:
            yield Money(each.value, each.start, each.end, each.currency, each.decimals)


def _is_measure(text: str, amount: Amount) -> bool:
    """Whether it is a percentage, or a size such as 1.25L."""
    return bool(_MEASURE.match(text, amount.end))
