"""Passports and cards: their machine-readable zone (ICAO Doc 9303)."""

from __future__ import annotations

from uncial.fields.model import Fields
from uncial.fields.sheet import View


def evidence(view: View) -> float:
    """How much speaks for this kind."""
    return 0.0


def find(view: View) -> Fields:
    """What it says."""
    return {}
