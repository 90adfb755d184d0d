"""What adds up on receipts and invoices, and what does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from uncial.fields.model import Field, Fields, Row

CENT = Decimal("0.01")
CASH = Decimal("0.05")
"""What is paid in cash is rounded to five cents in some countries, and to ten in others, by five at most."""
_MOST_TAX = Decimal("1.27")
"""Net and the highest rate of VAT, that of Hungary (Directive 2006/112/EC sets no limit)."""
_MOST_DIGITS = 15


class Finding(NamedTuple):
    """Two sides of a document that agree, or that do not."""

    code: str
    """One of `checks.CODES`."""
    agrees: bool
    blamed: Mapping[str, float]
    """The fields that it is about, and how sure each still is, if they do not agree, as a factor."""
    message: str = ""
    """What is wrong, in one sentence."""


def number(fields: Fields, name: str) -> Decimal | None:
    """A field's value where it is a number that can be reckoned with."""
    value = fields[name].value if name in fields else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    good = isinstance(value, Decimal) and value.is_finite() and value.adjusted() < _MOST_DIGITS
    return value if good and isinstance(value, Decimal) else None


def rows(fields: Fields, name: str) -> tuple[Row, ...]:
    """The rows of a list; those that a person has emptied are none."""
    value = fields[name].value if name in fields else ()
    return tuple(row for row in value if row) if isinstance(value, tuple) else ()


def net_and_tax(fields: Fields) -> Iterator[Finding]:
    """Net and tax are the total."""
    net, tax, total = (number(fields, name) for name in ("net", "tax", "total"))
    if net is not None and tax is not None and total is not None:
        agrees = abs(net + tax - total) <= CENT
        message = f"Net {net} and tax {tax} are {net + tax}, not {total}."
        yield Finding("net-tax", agrees, {"net": 0.6, "tax": 0.6, "total": 0.6}, message)


def subtotal_and_total(fields: Fields) -> Iterator[Finding]:
    """The subtotal is the total once tax, discount and rounding are in it. Only what agrees is told: there are charges, too."""
    subtotal, total = number(fields, "subtotal"), number(fields, "total")
    if subtotal is not None and total is not None and subtotal != total and _reaches(subtotal, total, _changes(fields), CENT):
        yield Finding("items", True, {"subtotal": 1.0, "total": 1.0})


def items(fields: Fields, is_printed: Callable[[Decimal], bool]) -> Iterator[Finding]:
    """The items' amounts are the net, the subtotal or the total, once tax, discount and rounding are in it.

    What they come to may be printed as well, and charges lie between it and the net: `is_printed` says so. A credit note may have
    signs on one side alone.
    """
    amounts = [number(row, "amount") for row in rows(fields, "items")]
    known = [amount for amount in amounts if amount is not None]
    goals = {name: goal for name in ("net", "subtotal", "total") if (goal := number(fields, name)) is not None}
    if not known or len(known) < len(amounts) or not goals:
        return
    reached = sum(known, Decimal(0))
    tolerance = CENT * len(known)
    met = [name for name, goal in goals.items() if abs(abs(reached) - abs(goal)) <= tolerance]
    met = met or [name for name, goal in goals.items() if _reaches(reached, goal, _changes(fields), tolerance)]
    if met or (len(known) > 1 and is_printed(reached)):
        yield Finding("items", True, {"items": 1.0, **dict.fromkeys(met, 1.0)})
    else:
        told = " or ".join(f"{name} {goal}" for name, goal in goals.items())
        yield Finding("items", False, {"items": 0.7, **dict.fromkeys(goals, 0.9)}, f"The items come to {reached}, not to {told}.")


def taxes(fields: Fields) -> Iterator[Finding]:
    """The rows of the taxes are the tax, and what they are raised on is the net, or less where some of it is free of tax."""
    for column, name in (("amount", "tax"), ("net", "net")):
        goal = number(fields, name)
        known = [number(row, column) for row in rows(fields, "taxes")]
        figures = [figure for figure in known if figure is not None]
        if goal is None or not figures or len(figures) < len(known):
            continue
        reached = sum(figures, Decimal(0))
        agrees = abs(abs(reached) - abs(goal)) <= CENT * len(figures)
        if agrees or name == "tax" or abs(reached) > abs(goal):
            message = f"The {name} of the taxes' rows is {reached}, not {goal}."
            yield Finding("taxes", agrees, {"taxes": 0.8, name: 0.8}, message)


def rate(fields: Fields) -> Iterator[Finding]:
    """One rate alone makes the tax out of the net, where its row does not say what it is raised on."""
    only = rows(fields, "taxes")
    percent = number(only[0], "rate") if len(only) == 1 and "net" not in only[0] else None
    net, tax = number(fields, "net"), number(fields, "tax")
    if percent is not None and net is not None and tax is not None:
        agrees = _is_taxed(net, percent, tax)
        yield Finding("tax-rate", agrees, {"taxes": 0.8, "net": 0.8, "tax": 0.8}, _not_taxed(net, percent, tax))


def due(fields: Fields) -> Iterator[Finding]:
    """What is due is the total without what was paid already."""
    total, prepaid, left = (number(fields, name) for name in ("total", "prepaid", "due"))
    if total is None or left is None:
        return
    if prepaid is not None:
        agrees = abs(total - abs(prepaid) - left) <= CENT
        message = f"Total {total} without {abs(prepaid)} paid already is {total - abs(prepaid)}, not {left}."
        yield Finding("due", agrees, {"total": 0.8, "prepaid": 0.7, "due": 0.7}, message)
    elif total == left:
        yield Finding("due", True, {"total": 1.0, "due": 1.0})


def change(fields: Fields) -> Iterator[Finding]:
    """What was given, without what was given back, is the total."""
    paid, back, total = (number(fields, name) for name in ("paid", "change", "total"))
    if paid is None or back is None or total is None:
        return
    agrees = abs(paid - abs(back) - total) <= CASH
    message = f"{paid} given and {abs(back)} given back make {paid - abs(back)}, not {total}."
    yield Finding("change", agrees, {"paid": 0.7, "change": 0.7, "total": 0.8}, message)


def item(row: Row) -> Iterator[Finding]:
    """A line's quantity and unit price make its amount. A lower amount has a discount, a somewhat higher one has tax in it."""
    quantity, price, amount = (number(row, name) for name in ("quantity", "unit_price", "amount"))
    if quantity is None or price is None or amount is None:
        return
    made = quantity * price
    tolerance = CENT + abs(quantity) * CENT / 2
    if abs(made - amount) <= tolerance:
        yield Finding("item", True, {"quantity": 1.0, "unit_price": 1.0, "amount": 1.0})
    elif abs(amount) > abs(made) * _MOST_TAX:
        message = f"{quantity} times {price} is {made}, not {amount}."
        yield Finding("item", False, {"quantity": 0.7, "unit_price": 0.7, "amount": 0.7}, message)


def tax_row(row: Row) -> Iterator[Finding]:
    """A row of the taxes: its rate of its net is its amount."""
    net, percent, amount = (number(row, name) for name in ("net", "rate", "amount"))
    if net is not None and percent is not None and amount is not None:
        agrees = _is_taxed(net, percent, amount)
        yield Finding("tax-rate", agrees, {"net": 0.7, "rate": 0.7, "amount": 0.7}, _not_taxed(net, percent, amount))


def _is_taxed(net: Decimal, percent: Decimal, tax: Decimal) -> bool:
    """Whether the tax is that part of the net, rounded once or line by line."""
    return abs(net * percent / 100 - tax) <= max(2 * CENT, abs(tax) / 200)


def _not_taxed(net: Decimal, percent: Decimal, tax: Decimal) -> str:
    return f"{percent} % of {net} is {(net * percent / 100).quantize(CENT)}, not {tax}."


def _changes(fields: Fields) -> list[Decimal]:
    """What may lie between a sum of items and a total."""
    tax, discount, rounding = (number(fields, name) for name in ("tax", "discount", "rounding"))
    return [each for each in (tax, None if discount is None else -abs(discount), rounding) if each]


def _reaches(start: Decimal, goal: Decimal, changes: Sequence[Decimal], tolerance: Decimal) -> bool:
    """Whether some of the changes, or none, lead from one to the other."""
    chosen = (some for count in range(len(changes) + 1) for some in combinations(changes, count))
    return any(abs(start + sum(some, Decimal(0)) - goal) <= tolerance for some in chosen)


def reckoned(fields: Fields, names: Mapping[str, float]) -> bool:
    """Whether one of these fields was itself found by adding up: then it says nothing that they agree."""
    return any(isinstance(fields.get(name), Field) and fields[name].found_by == "sum" for name in names)
