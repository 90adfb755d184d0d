"""What a template says, once it was read: frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Where = Literal["right", "below", "left", "above", "same"]
OnPage = Literal["any", "first", "last"] | int
Zone = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of the `regex` module."""

    text: str
    compiled: Any
    told: str
    """Where it stands: “parking.yaml, line 7, column 14”."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something that stands on the form itself."""

    text: str = ""
    pattern: Pattern | None = None
    at: Zone | None = None
    """Where it stood on the sample, in fractions of the page."""


@dataclass(frozen=True, slots=True)
class Matches:
    """By what a form is known."""

    all_of: tuple[Phrase, ...] = ()
    most_of: tuple[Phrase, ...] = ()
    any_of: tuple[Phrase, ...] = ()
    none_of: tuple[Phrase, ...] = ()

    @property
    def known_by(self) -> tuple[Phrase, ...]:
        """All that may be found on the form."""
        return self.all_of + self.most_of + self.any_of


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field is found."""

    name: str
    type: str = "text"
    anchors: tuple[str, ...] = ()
    where: Where = "right"
    reach: float | None = None
    """Times the height of the text; None is what goes without saying."""
    zone: Zone | None = None
    """In fractions of the page; with anchors in heights of the text, from where the anchor begins."""
    page: OnPage = "any"
    pattern: Pattern | None = None
    lines: int | None = None
    """How many lines the value may have; None is one, and in a zone all."""
    value: str | None = None
    """What the form itself says."""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list of items."""

    name: str
    headers: tuple[str, ...] = ()
    across: tuple[float, float] | None = None
    """From where to where it goes, in fractions of the page's width."""
    type: str = "text"
    pattern: Pattern | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """How a list of items is found."""

    name: str
    columns: tuple[Column, ...]
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """How one form looks, and where its fields are."""

    name: str
    kind: str = "other"
    day_first: bool | None = None
    """Whether 03/04/2020 is in April; None where the page tells."""
    decimal_mark: str = ""
    """Empty where the page tells."""
    matches: Matches = Matches()
    fields: tuple[Rule, ...] = ()
    rows: tuple[Rows, ...] = ()
