"""What a slip comes to: of all amounts that may be its total the one for which words, place and arithmetic speak most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from uncial.fields.model import Field
from uncial.fields.receipts.charges import Charge, Role
from uncial.fields.receipts.slips import field
from uncial.fields.sheet import Span

CENT = Decimal("0.01")
_RANK: Mapping[Role, float] = {"due": 5.0, "total": 4.0, "subtotal": 1.5, "card": 1.5, "cash": 0.5, "paid": 0.5, "": 0.0}
"""How much the words beside an amount speak for its being the total."""
_PAID: tuple[Role, ...] = ("cash", "card", "paid")
_PAIRED = 8
"""Payments that are held against as many amounts of change."""
_LEAST = 3.0
"""An amount for which less speaks is not taken for the total."""
_ROUNDED = Decimal("0.05")
"""What a total is rounded by in cash, at most."""


class Candidate(NamedTuple):
    """An amount that may be the total."""

    value: Decimal
    charge: Charge
    score: float
    proved: bool
    """Whether other amounts add up to it."""


class Paid(NamedTuple):
    """What was given and given back."""

    paid: Charge
    paid_value: Decimal
    change: Charge
    change_value: Decimal

    @property
    def total(self) -> Decimal:
        """What was to be paid by that."""
        return abs(self.paid_value) - abs(self.change_value)


def find_total(charges: Sequence[Charge], sums: Iterable[Decimal] = ()) -> Candidate | None:
    """The total; `sums` are what the items come to, read in different ways."""
    paid, reached = list(paid_pairs(charges)), _sums(charges)
    summed = {value for value in sums if value > 0}
    made = (
        _candidate(charge, value, charges, paid, reached, summed)
        for charge in charges
        if charge.role in _RANK
        for value in charge.readings
        if value > 0 or charge.role in ("due", "total")
    )
    best = max(made, key=lambda each: (each.score, -each.charge.column), default=None)
    return best if best and best.score >= _LEAST else None


def total_fields(charges: Sequence[Charge], total: Candidate) -> Iterator[tuple[str, Field]]:
    """The total and the amounts that go with it, by the names of fields."""
    sure = 0.97 if total.proved else 0.85 if total.score >= _RANK["total"] else 0.7
    by_sum = total.value != total.charge.value or (not total.charge.role and total.proved)
    yield "total", field(total.value, total.charge.span, "sum" if by_sum else "label", sure)
    before = [charge for charge in charges if not charge.summary]
    if subtotal := _first(before, "subtotal") or _net(before, total):
        yield "subtotal", field(subtotal.value, subtotal.span, "label", 0.85)
    if discount := _last(before, "discount"):
        yield "discount", field(abs(discount.value), discount.span, "label", 0.85)
    if rounding := next((each for each in before if each.role == "rounding" and abs(each.value) < 1), None):
        yield "rounding", field(_signed(rounding, charges, total), rounding.span, "label", 0.85)
    yield from _payment(charges, total)


def paid_pairs(charges: Sequence[Charge]) -> Iterator[Paid]:
    """Every way to read what was given and what was given back."""
    given = [charge for charge in charges if charge.role in _PAID and not charge.summary][-_PAIRED:]
    back = [charge for charge in charges if charge.role == "change"][-_PAIRED:]
    for paid, change in product(given, back):
        if paid.line.number <= change.line.number:
            for one, other in product(paid.readings, change.readings):
                if abs(one) >= abs(other):
                    yield Paid(paid, one, change, other)


def _candidate(
    charge: Charge,
    value: Decimal,
    charges: Sequence[Charge],
    paid: Sequence[Paid],
    reached: set[Decimal],
    summed: set[Decimal],
) -> Candidate:
    score = _RANK[charge.role] + _by_words(charge, value)
    given = any(each.total == value for each in paid)
    others = [each for each in charges if each is not charge and value in each.readings and not each.summary]
    named = sum(each.role in ("due", "total") and each.line is not charge.line for each in others)
    settled = any(each.role in _PAID and each.line.number >= charge.line.number for each in others)
    score += 4.0 * given + 2.5 * (value in reached) + 2.0 * (value in summed) + min(named, 2) * 0.7 + 1.5 * settled
    score += 3.0 * _is_rounded(value, charges) + 0.4 * _is_last(charge, charges)
    return Candidate(value, charge, score, given or settled or value in reached or value in summed)


def _by_words(charge: Charge, value: Decimal) -> float:
    """What the words, the form and the place of an amount say, but for its role."""
    score = 0.6 * ("including" in charge.words) - 3.0 * charge.summary - 0.8 * ("count" in charge.words)
    score -= 1.0 * (charge.column > 0) + 1.0 * (value != charge.value) + 3.0 * (value <= 0)
    return score - 1.5 * (not charge.money.is_money and bool(charge.line.mark)) - 0.3 * charge.money.mended


def _is_rounded(value: Decimal, charges: Sequence[Charge]) -> bool:
    """Whether it is another total with the rounding in it."""
    roundings = {each.value for each in charges if each.role == "rounding" and 0 < abs(each.value) <= _ROUNDED}
    totals = {each.value for each in charges if each.role in ("due", "total", "subtotal") and each.value != value}
    return any(value - total in (rounding, -rounding) for total in totals for rounding in roundings)


def _is_last(charge: Charge, charges: Sequence[Charge]) -> bool:
    """Whether no total stands between it and what was paid."""
    first = min((each.line.number for each in charges if each.role in (*_PAID, "change")), default=None)
    totals = [each.line.number for each in charges if each.role in ("due", "total") and not each.summary]
    before = [number for number in totals if first is None or number <= first]
    return bool(before) and charge.line.number == max(before)


def _sums(charges: Sequence[Charge]) -> set[Decimal]:
    """What subtotals, or a total before these, come to with taxes, services, discounts and roundings."""
    bases = {each.value for each in charges if each.role in ("subtotal", "net", "total")}
    groups = [_last_values(charges, role) for role in ("tax", "service", "tip")]
    steps: list[list[Decimal]] = [[Decimal(0), *group] for group in groups]
    steps.append([Decimal(0)] + [-abs(value) for value in _last_values(charges, "discount")])
    roundings = _last_values(charges, "rounding")
    steps.append([Decimal(0), *(sign * value for value in roundings for sign in (1, -1))])
    taxes = [each.value for each in charges if each.role == "tax" and not each.summary]
    steps[0].append(sum(taxes, Decimal(0)))
    return {base + sum(step, Decimal(0)) for base in bases for step in product(*steps) if any(step)}


def _last_values(charges: Sequence[Charge], role: Role) -> list[Decimal]:
    """The last two amounts of a role that are not nothing."""
    return [each.value for each in charges if each.role == role and each.value and not each.summary][-2:]


def _first(charges: Sequence[Charge], role: Role) -> Charge | None:
    return next((each for each in charges if each.role == role), None)


def _last(charges: Sequence[Charge], role: Role) -> Charge | None:
    return next((each for each in reversed(charges) if each.role == role), None)


def _net(charges: Sequence[Charge], total: Candidate) -> Charge | None:
    """What the slip comes to without taxes, where with these it is the total."""
    taxes = [each.value for each in charges if each.role == "tax" and not each.summary]
    steps = {Decimal(0), sum(taxes, Decimal(0)), *taxes}
    nets = (each for each in charges if each.role == "net")
    return next((each for each in nets if any(abs(each.value + step - total.value) <= _ROUNDED for step in steps)), None)


def _signed(rounding: Charge, charges: Sequence[Charge], total: Candidate) -> Decimal:
    """The rounding with the sign that leads to the total, which print often leaves out."""
    value = abs(rounding.value)
    bases = {each.value for each in charges if each.role in ("due", "total", "subtotal")}
    return next((each for each in (rounding.value, value, -value) if each and total.value - each in bases), rounding.value)


def _payment(charges: Sequence[Charge], total: Candidate) -> Iterator[tuple[str, Field]]:
    """What was given, and what was given back."""
    pairs = list(paid_pairs(charges))
    proved = next((pair for pair in pairs if pair.total == total.value), None)
    if proved:
        yield "paid", _settled(abs(proved.paid_value), proved.paid.value, proved.paid.span, 0.95)
        yield "change", _settled(abs(proved.change_value), proved.change.value, proved.change.span, 0.95)
        return
    paid = next((each for each in charges if each.role in _PAID and not each.summary and abs(each.value) >= total.value), None)
    if paid and paid.value:
        yield "paid", field(abs(paid.value), paid.span, "label", 0.75)
    change = _first(charges, "change")
    if change and (paid is None or abs(change.value) < abs(paid.value)):
        yield "change", field(abs(change.value), change.span, "label", 0.7)


def _settled(value: Decimal, read: Decimal, span: Span, sure: float) -> Field:
    return field(value, span, "label" if value == abs(read) else "sum", sure)
