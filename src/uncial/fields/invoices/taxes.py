"""The taxes of an invoice by their rates: rows in which a share of one amount is another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, permutations
from typing import NamedTuple

from uncial.fields.invoices.labels import Invoice, Said
from uncial.fields.invoices.sums import amounts_of
from uncial.fields.lexicon import lexicon
from uncial.fields.model import Field
from uncial.fields.sheet import Piece, Row, Span

_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?(%)?(?![\d.,%]\d?\d)")
_HIGHEST = 30
_MOST = 6
"""Rates of one invoice."""
_NEAR = Decimal("0.021")


class TaxRow(NamedTuple):
    """A tax of one rate."""

    rate: Decimal
    net: Decimal
    amount: Decimal
    spans: tuple[Span, Span, Span]
    """Of the rate, the net amount and the tax."""

    def turned(self) -> TaxRow:
        """The same without a minus."""
        return self._replace(net=abs(self.net), amount=abs(self.amount))

    @property
    def fields(self) -> dict[str, Field]:
        """It by the names of a tax row's fields."""
        values = (self.rate, self.net, self.amount)
        names = ("rate", "net", "amount")
        return {
            name: Said(value, span, 0.9, "pattern").field for name, value, span in zip(names, values, self.spans, strict=True)
        }


def find_tax_rows(invoice: Invoice) -> tuple[TaxRow, ...]:
    """Every rate once, with what it is raised on; of several rows of one rate the last with the largest net amount."""
    found: dict[Decimal, TaxRow] = {}
    for row in (row for sheet in invoice.view.sheets for row in sheet.rows):
        made = _tax_row(row, invoice.mark)
        if made and (made.rate not in found or abs(made.net) >= abs(found[made.rate].net)):
            found[made.rate] = made
    return tuple(found.values())


def adding_up(rows: tuple[TaxRow, ...], tax: Decimal) -> tuple[TaxRow, ...]:
    """Those of the rows that come to all taxes together, the most that do; none where none do."""
    for count in range(min(len(rows), _MOST), 0, -1):
        for some in combinations(rows[-_MOST:], count):
            if abs(sum((row.amount for row in some), Decimal(0)) - tax) <= _NEAR:
                return some
    return ()


def _tax_row(row: Row, mark: str) -> TaxRow | None:
    amounts = [(each.value, piece.cut(each.start, each.end)) for piece in row.pieces for each in amounts_of(piece.text, mark)]
    if not 2 <= len(amounts) <= 6:
        return None
    for rate, span, sure in _rates(row):
        for (net, net_span), (tax, tax_span) in permutations(amounts, 2):
            if net and abs(net * rate / 100 - tax) <= _NEAR and ((sure and tax) or abs(tax) > 1 or _is_tax(row)):
                return TaxRow(rate, net, tax, (span, net_span, tax_span))
    return None


def _rates(row: Row) -> Iterator[tuple[Decimal, Span, bool]]:
    """The numbers of a row that may be rates, those with a percent sign first."""
    found = [(piece, match) for piece in row.pieces for match in _RATE.finditer(piece.text) if _may_be(piece, match)]
    for piece, match in sorted(found, key=lambda each: not each[1][2]):
        yield Decimal(match[1].replace(",", ".")), piece.cut(match.start(1), match.end(1)), bool(match[2])


def _may_be(piece: Piece, match: re.Match[str]) -> bool:
    return float(match[1].replace(",", ".")) <= _HIGHEST and (bool(match[2]) or piece.text.strip() == match[0].strip())


def _is_tax(row: Row) -> bool:
    """Whether a row of no tax is one of taxes all the same."""
    return lexicon("invoice_totals").named(row.text, "tax") is not None
