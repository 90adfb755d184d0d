"""Receipts: what a till or a shop prints for who buys.

find → Slip.of → find_charges → find_items · find_total · find_merchant · fact_fields · tax_fields · find_currency · find_method
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from uncial.fields.lexicon import lexicon
from uncial.fields.model import Field, Fields
from uncial.fields.receipts.charges import Charge, charges_of
from uncial.fields.receipts.facts import fact_fields
from uncial.fields.receipts.items import Item, find_items, item_fields, sum_of
from uncial.fields.receipts.merchants import find_merchant
from uncial.fields.receipts.money import find_currency, find_method
from uncial.fields.receipts.slips import TABLE, Slip
from uncial.fields.receipts.taxes import tax_fields
from uncial.fields.receipts.totals import Candidate, find_total, total_fields
from uncial.fields.sheet import Piece, View
from uncial.fields.values.codes import find_ibans

_PAGES = 3
"""A document of more is none."""
_WIDTHS = ((24.0, 0.65), (28.0, 0.5), (38.0, -0.4))
"""How wide paper is in heights of its text, and what that speaks for; from one to the next in a straight line."""
_TITLE = 0.3
"""What a line says for it that is no more than “Official receipt”; on paper as wide as a letter's it is one of many papers."""
_SPEAKS = {"slip": 0.2, "cashier": 0.1, "thanks": 0.1, "tax": 0.1, "change": 0.05, "time": 0.05}
"""What sections of the table speak for it."""
_TILL = {"cash", "card", "paid", "change", "tax", "subtotal"}
"""Lines of money by which a narrow slip is a receipt although its total could not be read."""
_TILL_LINES = 3
"""How many lines of money it needs then."""
_SLACK = Decimal("0.06")
"""By how much items may miss a sum: what is rounded."""


def evidence(view: View) -> float:
    """How much speaks for this kind: a total with what was given for it, narrow paper, the words of tills."""
    if len(view.sheets) > _PAGES or not any(char.isdigit() for char in view.text):
        return 0.0
    slip, charges = view.once(Slip.of), view.once(charges_of)
    total = find_total(charges)
    said = frozenset(name for line in slip.lines for hit in line.hits for name in hit.names)
    roles = {each.role for each in charges if each.money.is_money or each.role == "change"}
    money = sum(each.money.is_money for each in charges)
    if total is None and not (roles & _TILL and money >= _TILL_LINES and _shape(slip) > 0):
        return 0.0
    speaks = (0.2 + 0.1 * total.proved if total else 0.0) + sum(weight for name, weight in _SPEAKS.items() if name in said)
    shape = _shape(slip)
    speaks += 0.25 * ("change" in roles) + 0.15 * bool(roles & {"cash", "card", "paid"}) + shape
    if shape > _WIDTHS[-1][1]:
        speaks += _TITLE * any(_is_title(piece) for line in slip.lines for piece in line.pieces)
    against = 0.35 * any(True for _ in find_ibans(view.text)) + 0.25 * _is_billed(slip)
    return round(min(max(speaks - against, 0.0), 0.99), 3)


def find(view: View) -> Fields:
    """What it says."""
    return dict(_found(view.once(Slip.of), view.once(charges_of)))


def _shape(slip: Slip) -> float:
    """What the width of the print speaks for, in heights of its text: tills print on narrow paper."""
    left = min(line.whole.box.left for line in slip.lines)
    right = max(line.whole.box.right for line in slip.lines)
    wide = (right - left) / (slip.height or 1.0)
    for (low, said), (high, less) in pairwise(_WIDTHS):
        if wide < high:
            return said + max(wide - low, 0.0) / (high - low) * (less - said)
    return _WIDTHS[-1][1]


def _is_title(piece: Piece) -> bool:
    """Whether it says that this is a receipt, and no more but for a number."""
    hit = next((hit for hit in lexicon(TABLE).find(piece.text) if hit.is_("receipt")), None)
    if hit is None or hit.end - hit.start < 5:
        return False
    rest = piece.text[: hit.start] + piece.text[hit.end :]
    return sum(char.isalpha() for char in rest) <= 2 and not rest.strip().startswith(":")


def _is_billed(slip: Slip) -> bool:
    """Whether it says to whom it is sent, or by when it is to be paid."""
    return any(hit.is_("billed") for line in slip.lines for hit in line.hits)


def _found(slip: Slip, charges: Sequence[Charge]) -> Iterator[tuple[str, Field]]:
    items = find_items(slip, charges)
    total = find_total(charges, [sum_of(items)] if items else ())
    currency, method = find_currency(slip), find_method(slip, charges)
    yield from find_merchant(slip).items()
    yield from fact_fields(slip, str(currency.value) if currency else "")
    yield from item_fields(items, _adds_up(items, charges, total))
    if total:
        yield from total_fields(charges, total)
    yield from tax_fields(slip, charges, total.value if total else None)
    yield from ((name, each) for name, each in (("currency", currency), ("payment_method", method)) if each)


def _adds_up(items: Sequence[Item], charges: Sequence[Charge], total: Candidate | None) -> bool:
    """Whether the items come to the total, to a subtotal or to the net amount."""
    sums = [each.value for each in charges if each.role in ("subtotal", "net", "total", "due")] + ([total.value] if total else [])
    return any(abs(sum_of(items) - value) <= _SLACK for value in sums)
