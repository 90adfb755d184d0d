"""The kinds of documents whose fields are known, one module each, and which of them a document is."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from uncial.fields.model import Fields
from uncial.fields.sheet import View

OTHER = "other"
_MODULES = {
    "boarding-pass": "boarding_passes",
    "identity": "identity",
    "ticket": "tickets",
    "receipt": "receipts",
    "invoice": "invoices",
    "letter": "letters",
    OTHER: "others",
}
"""Those that a barcode or a zone decides stand first: who buys a ticket at a counter gets one that looks like a receipt."""
_LEAST = 0.5
"""Evidence below this is none: the document is of another kind."""
_DECIDED = 0.99
"""Evidence that no other can outdo."""


class Kind(Protocol):
    """What a module of a kind offers."""

    def evidence(self, view: View) -> float:
        """How much speaks for this kind, 0..1: from 0.5 on it is rather this than none of all."""
        ...

    def find(self, view: View) -> Fields:
        """What a document of this kind says, by the names of docs/fields.md; what it does not say is not there."""
        ...


def find_kind(name: str) -> Kind:
    """The kind of that name, one of `options.KINDS` but auto."""
    return cast("Kind", import_module(f"uncial.fields.{_MODULES[name]}"))


def recognised(view: View) -> tuple[str, float]:
    """The kind for which most speaks, and how much that is; of two the one that is first in the table."""
    best, most = OTHER, 0.0
    for name in _MODULES:
        said = find_kind(name).evidence(view)
        best, most = (name, said) if said > most else (best, most)
        if most >= _DECIDED:
            break
    return (best, most) if most >= _LEAST else (OTHER, 1.0 - most)
