"""Labels with what stands beside or below them, in any document: “Label: value”, and a value under its label."""

from __future__ import annotations

from uncial.fields.model import Pair
from uncial.fields.sheet import View


def find_pairs(view: View) -> tuple[Pair, ...]:
    """Every label with its value, from the top down."""
    return ()
