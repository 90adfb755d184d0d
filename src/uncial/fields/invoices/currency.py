"""The currency of an invoice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from uncial.fields.invoices.labels import Invoice, Said
from uncial.fields.sheet import Span
from uncial.fields.values.amounts import currency_of, find_amounts, find_currencies, find_money


def find_currency(invoice: Invoice, said: Mapping[str, Said]) -> Said | None:
    """The currency: as a label names it, as the sums have it, as most amounts have it, as it is named anywhere."""
    return _named_currency(invoice) or _currency_of_sums(said) or _usual_currency(invoice) or _any_currency(invoice)


def _named_currency(invoice: Invoice) -> Said | None:
    for label in invoice.named("currency"):
        for near in invoice.near(label):
            word = near.text.split(" ")[0].strip(".,;:()")
            if word and currency_of(word):
                return Said(currency_of(word), near.piece.cut(near.start, near.start + len(near.text.split(" ")[0])), 0.97)
    return None


def _currency_of_sums(said: Mapping[str, Said]) -> Said | None:
    for name in ("total", "due", "net", "tax"):
        each = said.get(name)
        amount = next(find_amounts(each.span.text), None) if each else None
        if each and amount and amount.currency:
            return Said(amount.currency, each.span, 0.95, "pattern")
    return None


def _usual_currency(invoice: Invoice) -> Said | None:
    found: Counter[str] = Counter()
    where: dict[str, Span] = {}
    for piece in invoice.view.pieces:
        for amount in find_money(piece.text, invoice.mark):
            if amount.currency:
                found[amount.currency] += 1
                where.setdefault(amount.currency, piece.cut(amount.start, amount.end))
    if not found:
        return None
    ((code, times),) = found.most_common(1)
    return Said(code, where[code], 0.6 + 0.3 * times / found.total(), "pattern")


def _any_currency(invoice: Invoice) -> Said | None:
    for piece in invoice.view.pieces:
        for code, start, end in find_currencies(piece.text):
            if piece.text[start:end] in (code, "€", "£", "Euro"):
                return Said(code, piece.cut(start, end), 0.6, "pattern")
    return None
