"""The labels of an invoice, where their values may stand, and values made into fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from uncial.fields.labels import WAYS, Label, Near, Parsed, Way, beside, find_labels
from uncial.fields.lexicon import lexicon
from uncial.fields.model import Field, FoundBy, Scalar
from uncial.fields.sheet import Piece, Span, View
from uncial.fields.values.amounts import decimal_mark, find_money
from uncial.fields.values.dates import FoundDate, find_dates, is_day_first

T = TypeVar("T", bound=Parsed)

_JOINTS = frozenset({"nr", "dated", "title", "credit_note", "self_billed", "date_weak"})
"""Sections whose words stand in values and sentences too, so that they end no value."""
_SHORT = 3
"""Letters; so short a word is a label only where a mark or a number follows it, or nothing."""

_CAPITALS = ("registration", "establishment", "tax_number", "bic")
"""Sections whose short words are no other words where they are set in capitals."""
_COUNTRY_CODE = re.compile(r"[A-Z]{2}\s?[A-Z]?\d{2}")
"""With what VAT ids and IBANs begin."""
_CLOSE = 12
"""Characters within which a label's number begins."""


class Said(NamedTuple):
    """Something that the document says: a value, where it was read, and how sure it is that this was meant."""

    value: Scalar
    span: Span
    sure: float
    found_by: FoundBy = "label"

    @property
    def field(self) -> Field:
        """It as a field."""
        return self.span.says(self.value, self.found_by, self.sure)


@dataclass(frozen=True)
class Invoice:
    """An invoice's view with the labels that were found on it."""

    view: View
    labels: tuple[Label, ...]

    @staticmethod
    def of(view: View) -> Invoice:
        """The invoice that a document is."""
        found = find_labels(view, lexicon("invoices", "parties"))
        return Invoice(view, tuple(label for label in found if _stands(label)))

    @cached_property
    def by_piece(self) -> Mapping[int, tuple[Label, ...]]:
        """The labels by the identity of the piece that they stand in."""
        found: dict[int, tuple[Label, ...]] = {}
        for label in self.labels:
            found[id(label.piece)] = (*found.get(id(label.piece), ()), label)
        return found

    @cached_property
    def mark(self) -> str:
        """Its decimal mark; empty where nothing tells."""
        return decimal_mark(self.view.text)

    @cached_property
    def day_first(self) -> bool:
        """Whether 3/4/2020 is in April: as its other dates have it, else unless its money is the US dollar alone."""
        told = is_day_first(self.view.text)
        if told is not None:
            return told
        money = {amount.currency for piece in self.view.pieces for amount in find_money(piece.text) if amount.currency}
        return money != {"USD"}

    def named(self, *names: str) -> Iterator[Label]:
        """The labels of these sections."""
        return (label for label in self.labels if label.is_(*names))

    def within(self, piece: Piece) -> tuple[Label, ...]:
        """The labels in a piece."""
        return self.by_piece.get(id(piece), ())

    def opens(self, piece: Piece) -> bool:
        """Whether a piece begins with a label that has its mark, its number or nothing behind it."""
        return any(not label.hit.names & _JOINTS and (is_key(label) or is_numbered(label)) for label in self.within(piece))

    def near(self, label: Label, ways: Iterable[Way] = WAYS) -> Iterator[Near]:
        """Where the label's value may stand, up to the next label that way."""
        closed: set[Way] = set()
        for near in beside(label, ways):
            if near.way in closed:
                continue
            if near.way != "same" and self.opens(near.piece):
                closed.add(near.way)
                continue
            yield near
            if near.way == "same" and sum(char.isalpha() for char in near.text) > 2:
                closed.add("below")

    def values(
        self, label: Label, parse: Callable[[str], Iterable[T]], gap: int = 2, ways: Iterable[Way] = WAYS
    ) -> Iterator[tuple[T, Span, Way]]:
        """The values beside the label that begin within so many characters, the likeliest first."""
        for near in self.near(label, ways):
            value = next(iter(parse(near.text)), None)
            if value and value.start <= gap:
                yield value, near.piece.cut(near.start + value.start, near.start + value.end), near.way

    def dates(self, text: str) -> Iterator[FoundDate]:
        """The dates of a text, day and month in the order in which this document has them."""
        return find_dates(text, self.day_first)


def is_key(label: Label) -> bool:
    """Whether a label stands as one: at the beginning of its piece, with a mark or nothing behind it."""
    behind = label.piece.text[label.hit.end :].lstrip(" .")
    return label.leads and (not behind or behind[0] in ":：=#/(")


def is_numbered(label: Label) -> bool:
    """Whether a label begins its piece and has a number close behind: “Tel. 0123 4567”, “GLN 4012345000009”."""
    return label.leads and any(char.isdigit() for char in label.piece.text[label.hit.end :][:_CLOSE])


def better(said: Iterable[Said]) -> Said | None:
    """The surest, and the first of equals."""
    return max(said, key=lambda each: each.sure, default=None)


def _stands(label: Label) -> bool:
    """Whether a phrase is a label here, and not a short word of a sentence."""
    text = label.piece.text
    word = text[label.hit.start : label.hit.end]
    if sum(char.isalnum() for char in word) > _SHORT or label.is_("nr", "dated"):
        return True
    if word.isupper() and label.is_(*_CAPITALS):
        return True
    behind = text[label.hit.end :].lstrip(" .")
    if _COUNTRY_CODE.match(behind):
        return True
    if behind[:1].isdigit():
        return not text[label.hit.end].isdigit()
    return not behind or behind[0] in ":：#=" or (label.leads and len(word) > 1 and not behind[0].islower())
