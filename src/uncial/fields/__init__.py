"""Fields: what tickets, receipts and invoices say, found in a document by its words and where they stand.

extract_fields → View.of → templates.applied → kinds.recognised → KIND.find → given.with_given → checks.checked → find_pairs

A kind finds a field so: lexicon(TABLE).find → labels.find_labels → labels.beside → values.find_… → Span.says → Field. The view's
pieces are looked up in a table of `words/`; beside a label that is there, or below it, a value of the right type is looked for;
what was read there says the field, as surely as it was read and as the rule is sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from uncial.document import Document
from uncial.fields.checks import checked
from uncial.fields.given import with_given
from uncial.fields.kinds import find_kind, recognised
from uncial.fields.model import Doubt, Extraction, Field, Fields, Pair, Payload, Row
from uncial.fields.pairs import find_pairs
from uncial.fields.sheet import View
from uncial.fields.templates import applied

if TYPE_CHECKING:
    from uncial.fields.templates import Template

__all__ = ["Doubt", "Extraction", "Field", "Fields", "Pair", "Payload", "Row", "extract_fields"]


def extract_fields(document: Document, kind: str = "auto", templates: Sequence[Template] = ()) -> Extraction:
    """Say what the document says, as data: with the first template that fits it, else by what is known of its kind.

    `kind` is one of `options.KINDS`; with auto it is found out. A template's fields go before those that its kind finds,
    and what a person says of a field (`Document.given`) goes before all.
    """
    view = View.of(document)
    fitting = applied(templates, view, kind)
    if fitting:
        chosen, sure = fitting.template.kind, 1.0
    else:
        chosen, sure = recognised(view) if kind == "auto" else (kind, 1.0)
    found = {**find_kind(chosen).find(view), **(fitting.fields if fitting else {})}
    return Extraction(
        kind=chosen,
        confidence=sure,
        fields=checked(with_given(found, document.given, view), view),
        pairs=find_pairs(view),
        barcodes=view.payloads,
        template=fitting.template.name if fitting else "",
    )
