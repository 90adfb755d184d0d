"""A corrected sample: a document with what its fields say, and where they say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from uncial.document import Document
from uncial.fields.model import Scalar
from uncial.fields.sheet import Span, View
from uncial.fields.templates.phrases import Line, Pages, folded
from uncial.fields.templates.types import Writing, values
from uncial.fields.tokens import fold
from uncial.fields.values.amounts import find_amounts
from uncial.fields.values.dates import find_dates, find_times

_LETTERS_AN_ERROR = 8
"""Of a text that was corrected one letter may have been wrong for so many."""
WORDED = ("text", "code")
"""Types whose values are texts, which are looked for as phrases are."""


@dataclass(frozen=True)
class Hit:
    """Where a value stands: in which row, from where to where in its text."""

    line: Line
    start: int
    end: int
    lines: int = 1
    """How many lines it has."""

    @property
    def span(self) -> Span | None:
        """Its text."""
        return self.line.stretch.cut(self.start, self.end)


@dataclass(frozen=True)
class Sample:
    """A document, and what its fields say."""

    document: Document
    says: Mapping[str, str]

    @cached_property
    def view(self) -> View:
        """The document by rows."""
        return View.of(self.document)

    @cached_property
    def pages(self) -> Pages:
        """The document as one in which phrases are looked for."""
        return Pages(self.view)

    def hits(self, name: str, type: str, writing: Writing) -> Sequence[Hit]:
        """Everywhere that the value of a field stands, as a value of that type."""
        said = self.says[name]
        if type in WORDED:
            return [*self._phrases(said)] or [*self._in_lines(said)]
        return [
            Hit(line, found.start, found.end)
            for line in self.pages.lines
            for found in values(type, line.stretch.text, writing)
            if is_same(said, found.value)
        ]

    def _phrases(self, said: str) -> Iterator[Hit]:
        return (Hit(place.line, place.start, place.end) for place in self.pages.places(said))

    def _in_lines(self, said: str) -> Iterator[Hit]:
        """A value of several lines, which begins where its first one stands."""
        for parts in (said.split("\n"), said.split(",")):
            parts = [part for part in parts if folded(part)]
            if len(parts) > 1 and (first := self.pages.places(parts[0])) and all(map(self.pages.places, parts)):
                yield from (Hit(place.line, place.start, place.end, len(parts)) for place in first)
                return


def is_same(said: str, value: Scalar) -> bool:
    """Whether a value that was found is the one that the sample was corrected to; of texts, but for what OCR does to them."""
    match value:
        case bool():
            return False
        case Decimal() | int():
            return number_of(said) == value
        case date():
            return any(each.value == value for each in find_dates(said))
        case time():
            return any(each.value == value for each in find_times(said))
        case str():
            wanted, found = fold(said), fold(value)
            most = len(wanted) // _LETTERS_AN_ERROR
            return bool(wanted) and Levenshtein.distance(wanted, found, score_cutoff=most) <= most


def number_of(said: str) -> Decimal | None:
    """The number that a text is, whatever its decimal mark; None where it is none."""
    if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", said.strip()):
        return Decimal(said.strip())
    found = list(find_amounts(said))
    return found[0].value if len(found) == 1 and found[0].end - found[0].start >= len(said.strip()) else None
