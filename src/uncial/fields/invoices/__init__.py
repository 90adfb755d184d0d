"""Invoices: who bills whom for what, when, and how it is paid.

find → Invoice.of → find_heads · find_parties · find_code_fields · find_totals · find_items · find_payment
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from uncial.fields.invoices.codes import find_code_fields
from uncial.fields.invoices.heads import find_heads
from uncial.fields.invoices.items import find_items, headings
from uncial.fields.invoices.labels import Invoice, Said, better
from uncial.fields.invoices.parties import find_parties
from uncial.fields.invoices.payments import find_payment
from uncial.fields.invoices.sums import groups
from uncial.fields.invoices.taxes import TaxRow
from uncial.fields.invoices.totals import find_totals
from uncial.fields.labels import Label
from uncial.fields.model import Field, Fields
from uncial.fields.sheet import View, joined

INVOICE, CREDIT_NOTE = "invoice", "credit-note"
_TITLE, _SENTENCE = 0.4, 0.1
"""Evidence: the word itself as a title, or within a sentence."""
_SIGNS = {
    "number": 0.2,
    "date": 0.1,
    "due_date": 0.1,
    "total": 0.1,
    "tax": 0.1,
    "vat_id": 0.1,
    "iban": 0.05,
    "items": 0.1,
    "buyer": 0.1,
    "payment_code": 0.2,
}
_NO_SUM = 0.45
"""Of a document that comes to nothing."""
_BARE, _MANY = 0.65, 4
"""Of one whose sum was not read, or stands on a page that is not there, but which has its title and so many other signs."""
_LONGEST = 60
"""Characters of a piece that is a title."""
_METHOD = 40
"""Characters of a way to pay."""


def evidence(view: View) -> float:
    """How much speaks for an invoice: its title, and the labels and sums that invoices have."""
    invoice = view.once(Invoice.of)
    titles = list(invoice.named("title", "credit_note", "number"))
    if not titles:
        return 0.0
    told = _TITLE if any(_is_title(label) for label in titles) else _SENTENCE
    signs = set(_signs(invoice))
    most = 0.97 if "total" in signs else _BARE if told == _TITLE and len(signs) >= _MANY else _NO_SUM
    return min(most, told + sum(_SIGNS[sign] for sign in signs))


def find(view: View) -> Fields:
    """What an invoice says, by the names of docs/fields.md."""
    invoice = view.once(Invoice.of)
    document_type = find_document_type(invoice)
    totals = find_totals(invoice, document_type is not None and document_type.value == CREDIT_NOTE)
    parties = find_parties(invoice)
    said = {**find_heads(invoice), **parties, **find_code_fields(invoice, parties), **totals.said}
    more = {"document_type": document_type, "currency": totals.currency, "payment_method": better(_methods(invoice))}
    said |= {name: each for name, each in more.items() if each}
    fields = {name: each.field for name, each in said.items()}
    if totals.taxes:
        fields["taxes"] = _rows(totals.taxes)
    sums = [each.value for name in ("net", "total") if (each := said.get(name)) and isinstance(each.value, Decimal)]
    if items := find_items(view, invoice.mark, sums):
        fields["items"] = items
    return fields | {name: each for name, each in find_payment(view).items() if name not in fields}


def find_document_type(invoice: Invoice) -> Said | None:
    """Invoice or credit note, by its title; what is billed by the recipient itself and called Gutschrift is an invoice."""
    self_billed = any(invoice.named("self_billed"))
    for label in invoice.named("title", "credit_note", "self_billed"):
        if _is_title(label):
            is_credit = label.is_("credit_note") and not self_billed
            return Said(CREDIT_NOTE if is_credit else INVOICE, label.span, 0.9, "pattern")
    return None


def _is_title(label: Label) -> bool:
    """Whether the word begins a short piece, and no sentence."""
    return label.leads and len(label.piece.text) <= _LONGEST and not label.piece.text.endswith(".")


def _signs(invoice: Invoice) -> Iterator[str]:
    yield from (name for name in ("number", "date", "due_date", "vat_id", "iban", "buyer") if any(invoice.named(name)))
    sums = {name for group in invoice.view.once(groups) if group.amounts for name, _ in group.names}
    yield from (name for name in ("total", "tax") if name in sums or (name == "total" and "due" in sums))
    if any(invoice.view.once(headings)):
        yield "items"
    if find_payment(invoice.view):
        yield "payment_code"


def _methods(invoice: Invoice) -> Iterator[Said]:
    """What stands beside a label of ways to pay."""
    for label in invoice.named("payment_method"):
        near = next(invoice.near(label), None)
        if near and 2 < len(near.text) <= _METHOD and ":" not in near.text and any(map(str.isalpha, near.text)):
            yield Said(near.text.strip(" .,;"), near.span, 0.85 if label.leads else 0.7)


def _rows(taxes: tuple[TaxRow, ...]) -> Field:
    """The taxes as one field."""
    spans = [span for row in taxes for span in row.spans]
    first = joined([span for span in spans if span.page == spans[0].page])
    text = "\n".join(" ".join(span.text for span in row.spans) for row in taxes)
    return Field(tuple(row.fields for row in taxes), text, first.page, first.quad, 0.9 * first.confidence, "pattern")
