"""What a ticket costs."""

from __future__ import annotations

from collections.abc import Iterator

from uncial.fields.model import Field, FoundBy
from uncial.fields.sheet import Span, View
from uncial.fields.travel.captions import Captions
from uncial.fields.travel.found import first_of
from uncial.fields.values.amounts import Amount, find_currencies, find_money

_LONGEST = 80
"""Characters; a longer text with an amount in it is a condition or an offer."""


def find_price(view: View, captions: Captions) -> Iterator[tuple[str, Field]]:
    """The price and its currency: what stands by the caption of a total or a price, else the highest amount with a currency."""
    found = first_of(captions, "total", find_money) or first_of(captions, "price", find_money)
    if found:
        yield from _money(view, found.value, found.span, 0.95, "label")
        return
    loose = list(_loose_amounts(view, captions))
    if loose:
        amount, span = max(loose, key=lambda each: each[0].value)
        sure = 0.8 if len({each[0].value for each in loose}) == 1 else 0.6
        yield from _money(view, amount, span, sure, "pattern")


def _money(view: View, amount: Amount, whole: Span, sure: float, by: FoundBy) -> Iterator[tuple[str, Field]]:
    yield "price", whole.says(amount.value, by, sure)
    if amount.currency:
        yield "currency", whole.says(amount.currency, by, sure)
        return
    named = {code: (piece, start, end) for piece in view.pieces for code, start, end in find_currencies(piece.text)}
    if len(named) == 1:
        code, (piece, start, end) = next(iter(named.items()))
        yield "currency", piece.cut(start, end).says(code, "pattern", 0.8 * sure)


def _loose_amounts(view: View, captions: Captions) -> Iterator[tuple[Amount, Span]]:
    """Amounts with a currency beside them in pieces without captions."""
    for sheet in view.sheets:
        for number, row in enumerate(sheet.rows):
            for column, piece in enumerate(row.pieces):
                taken = [captions.by_piece.get((sheet.page, number, near), ()) for near in (column, column - 1)]
                if any(each.is_("charge", "issued") for found in taken for each in found) or len(piece.text) > _LONGEST:
                    continue
                for amount in find_money(piece.text):
                    if amount.currency and amount.value > 0:
                        yield amount, piece.cut(amount.start, amount.end)
