"""Invoices: who bills whom for what, when, and how it is paid."""

from __future__ import annotations

from uncial.fields.model import Fields
from uncial.fields.sheet import View


def evidence(view: View) -> float:
    """How much speaks for this kind."""
    return 0.0


def find(view: View) -> Fields:
    """What it says."""
    return {}
