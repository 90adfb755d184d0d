"""Documents of no kind that is known here: they have pairs, and no fields."""

from __future__ import annotations

from uncial.fields.model import Fields
from uncial.fields.sheet import View


def evidence(view: View) -> float:
    """How much speaks for this kind."""
    return 0.0


def find(view: View) -> Fields:
    """What it says."""
    return {}
