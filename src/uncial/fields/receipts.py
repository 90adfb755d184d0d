"""Receipts: what a till or a shop prints for who buys."""

from __future__ import annotations

from uncial.fields.merchants import find_merchant
from uncial.fields.model import Fields
from uncial.fields.sheet import View
from uncial.fields.slips import Slip


def evidence(view: View) -> float:
    """How much speaks for this kind."""
    return 0.0


def find(view: View) -> Fields:
    """What it says."""
    slip = Slip.of(view)
    return {**find_merchant(slip)}
