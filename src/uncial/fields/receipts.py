"""Receipts: what a till or a shop prints for who buys."""

from __future__ import annotations

from uncial.fields.merchants import find_merchant
from uncial.fields.model import Fields
from uncial.fields.sheet import View
from uncial.fields.slip_charges import find_charges
from uncial.fields.slip_facts import fact_fields
from uncial.fields.slip_taxes import tax_fields
from uncial.fields.slip_totals import find_total, total_fields
from uncial.fields.slips import Slip


def evidence(view: View) -> float:
    """How much speaks for this kind."""
    return 0.0


def find(view: View) -> Fields:
    """What it says."""
    slip = Slip.of(view)
    charges = find_charges(slip)
    total = find_total(charges)
    return {
        **find_merchant(slip),
        **dict(fact_fields(slip, "")),
        **(dict(total_fields(charges, total)) if total else {}),
        **dict(tax_fields(slip, charges, total.value if total else None)),
    }
