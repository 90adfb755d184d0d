"""What comes out of a document as data: fields with the places that they were read from, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from uncial.document import Barcode
from uncial.geometry import Quad

Scalar = str | Decimal | datetime | date | time | int | bool
FoundBy = Literal["label", "pattern", "place", "barcode", "mrz", "template", "sum", "person"]
"""How a field was found: beside its label, by how it is written, by where it stands, in a barcode, in a machine-readable zone, by
a template, because other figures add up to it, or because a person said so."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What speaks against a field."""

    code: str
    """One of the codes of docs/fields.md."""
    message: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a document says, and where it says it."""

    value: Scalar | tuple[Row, ...]
    """In one form whatever the print looks like: dates, times, Decimals, codes in capitals; of a list of items its rows."""
    text: str
    """As it was read."""
    page: int
    quad: Quad
    """Where it stands on that page."""
    confidence: float
    """0..1: how sure its reading is, times how sure it is that this is what was meant."""
    found_by: FoundBy
    doubts: tuple[Doubt, ...] = ()
    """What else the document says that does not agree with it."""

    def doubted(self, doubt: Doubt, factor: float) -> Field:
        """The same field with one doubt more, and that much less sure."""
        return replace(self, doubts=(*self.doubts, doubt), confidence=self.confidence * factor)


Row = Mapping[str, Field]
"""One item of a list, as a line of an invoice, by the names of what it says."""
Fields = Mapping[str, Field]
"""Fields by their names."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with what stands beside or below it, in a document's own words."""

    label: str
    value: str
    page: int
    label_quad: Quad
    quad: Quad
    confidence: float


@dataclass(frozen=True, slots=True)
class Payload:
    """A barcode, and what its bytes mean where their format is known."""

    barcode: Barcode
    page: int
    standard: str = ""
    """iata-bcbp, uic-918.3, epc-qr and others of docs/barcodes.md; empty where it is none that is known here."""
    says: Mapping[str, Scalar] = field(default_factory=dict)
    """What it says, by the names of fields."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a document says, as data."""

    kind: str
    """receipt, invoice, ticket, boarding-pass, identity, letter or other."""
    confidence: float
    """0..1: how sure the kind is; 1 where it was given."""
    fields: Fields
    pairs: tuple[Pair, ...] = ()
    """Labels and values in the document's own words, whether or not a field was made of them."""
    barcodes: tuple[Payload, ...] = ()
    template: str = ""
    """The name of the template that fitted; empty where none did."""
