"""What the labels of fields of the sets that the project knows are worth, and which of our fields they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class FieldProfile:
    """What a set's labels of fields are worth."""

    names: Mapping[str, tuple[str, ...]]
    """The label's name of a field, and ours: the first that was found counts. What has no name here is not judged."""
    closed: bool = False
    """Whether each of these is labelled wherever it is printed: one that is found and has no label is superfluous."""
    printed_only: bool = False
    """Whether labels hold values that no page shows; they do not count."""
    always_printed: frozenset[str] = frozenset()
    """Labels whose value is written in another way on the page, as a currency by its sign."""
    kind: str = ""
    """Of all its documents."""
    day_first: bool = True
    """How 4/5/2018 is meant in its labels."""
    core: frozenset[str] = frozenset()
    """Those of its labels that are told apart from the others."""


def _named(**names: str) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({label: tuple(ours.split()) for label, ours in names.items()})


FIELD_PROFILES: dict[str, FieldProfile] = {
    "b_sroie": FieldProfile(
        _named(company="merchant", address="address", date="date", total="total"), closed=True, kind="receipt"
    ),
    "b_zugferd": FieldProfile(
        _named(
            invoice_number="number", issue_date="date", seller_name="issuer", buyer_name="recipient", currency="currency",
            net_total="net", tax_total="tax", grand_total="total", due_payable="due", seller_vat_id="issuer_vat_id", iban="iban",
        ),
        closed=True,
        kind="invoice",
    ),
    "b_invoice2data": FieldProfile(
        _named(
            issuer="issuer merchant", partner_name="issuer merchant", amount="total", amount_untaxed="net subtotal",
            amount_tax="tax", date="date", invoice_number="number", date_due="due_date", currency="currency", iban="iban",
            bic="bic", partner_email="issuer_email email", partner_website="issuer_website website",
            telephone="issuer_phone phone", partner_coc="issuer_registration", siren="issuer_registration",
            siret="issuer_registration", cin="issuer_registration", static_vat="issuer_vat_id tax_id",
            vat="issuer_vat_id tax_id", vat_number="issuer_vat_id tax_id", gstin="issuer_vat_id tax_id",
            date_start="period_start", date_end="period_end", payment_reference="payment_reference",
            customer_number="customer_number", purchase_order_id="order_number", payment_method="payment_method",
        ),
        printed_only=True,
        always_printed=frozenset({"currency"}),
        kind="invoice",
        core=frozenset(
            {"issuer", "amount", "date", "invoice_number", "currency", "amount_untaxed", "amount_tax", "date_due"}
        ),
    ),
}  # fmt: skip
"""By the beginning of a set's name; a set that none fits has our names, and labels each field that any record has."""
