"""The taxes on a slip: its summary by rates, and all of them together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations
from typing import NamedTuple

from uncial.fields.model import Field
from uncial.fields.receipts.charges import Charge
from uncial.fields.receipts.slips import Money, Slip, SlipLine, field, one_page
from uncial.fields.sheet import Span
from uncial.fields.tokens import as_digits

_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?[%z](?![\w])")
_HIGHEST = Decimal(30)
"""Percent; no tax on what slips sell is higher."""
_SLACK = Decimal("0.02")
"""By how much a tax may differ from its rate: it may be the sum of what was rounded item by item."""
_MOST = 5
"""Amounts of a line that are tried."""
_FULL = 3
"""Amounts of a line that says net, tax and gross: that needs no word to be known."""
_HUNDRED = Decimal(100)


class Rate(NamedTuple):
    """A rate of tax on a line."""

    value: Decimal
    span: Span


class Tax(NamedTuple):
    """One rate of tax with what it comes to."""

    line: SlipLine
    rate: Rate | None
    net: Money | None
    amount: Money

    @property
    def row(self) -> dict[str, Field]:
        """The same as a row of fields."""
        told = {}
        if self.rate:
            told["rate"] = field(self.rate.value, self.rate.span, "label", 0.9)
        if self.net:
            told["net"] = field(self.net.value, self.line.cut(self.net.start, self.net.end), "label", 0.9)
        told["amount"] = field(self.amount.value, self.span, "label", 0.9)
        return told

    @property
    def span(self) -> Span:
        """The tax as it was read."""
        return self.line.cut(self.amount.start, self.amount.end)


def tax_fields(slip: Slip, charges: Sequence[Charge], total: Decimal | None) -> Iterator[tuple[str, Field]]:
    """The taxes and their sum, where the slip says them."""
    found = list(find_taxes(slip, charges, total))
    if found:
        spans = one_page(each.line.span for each in found)
        yield "taxes", field(tuple(each.row for each in found), spans, "label", 0.9)
    value = sum((each.amount.value for each in found), Decimal(0))
    named = [each for each in charges if each.role == "tax" and not each.summary and _is_plausible(each.value, total)]
    told = next((each for each in named if found and each.value == value), None)
    paying = [each for each in found if each.amount.value]
    if told:
        yield "tax", field(told.value, told.span, "label", 0.95)
    elif found and len(paying) <= 1:
        yield "tax", field(value, (paying or found)[0].span, "label", 0.9)
    elif found:
        yield "tax", field(value, one_page(each.span for each in paying), "sum", 0.85)
    elif named:
        yield "tax", field(named[-1].value, named[-1].span, "label", 0.75)


def find_taxes(slip: Slip, charges: Sequence[Charge], total: Decimal | None) -> Iterator[Tax]:
    """Each rate of tax once, from the top down; a line that says it with what it is raised on goes before others."""
    summary = {each.line.number for each in charges if each.summary}
    taxing = {each.line.number for each in charges if each.role in ("tax", "net") or {"tax", "including"} <= each.words}
    found = [tax for line in slip.lines if (tax := _on_line(line, line.number in summary, line.number in taxing, total))]
    full = [each for each in found if each.net]
    known: set[tuple[Decimal | None, Decimal]] = set()
    for tax in full or found:
        key = (tax.rate.value if tax.rate else None, tax.amount.value)
        if key not in known:
            known.add(key)
            yield tax


def _on_line(line: SlipLine, summary: bool, taxing: bool, total: Decimal | None) -> Tax | None:
    """The rate of tax that a line is about."""
    named = summary or taxing or line.has("tax")
    rates = list(_rates(line, summary)) if named or len(line.money) >= _FULL else []
    for rate in rates:
        for net, amount in permutations(line.money[:_MOST], 2):
            raised = _is_raised(net.value, rate.value, amount.value) and (rate.value or _is_nothing(line, amount))
            if raised and (named or any(each.value == net.value + amount.value for each in line.money)):
                return Tax(line, rate, net, amount)
    if not named or not line.money:
        return None
    for rate in rates:
        for gross, amount in permutations(line.money[:_MOST], 2):
            if rate.value and _is_within(gross.value, rate.value, amount.value):
                return Tax(line, rate, None, amount)
        if taxing and rate.value and _stands_alone(line, rate.value, total):
            return Tax(line, rate, None, line.money[0])
    return _without_rate(line) if summary and not rates else None


def _stands_alone(line: SlipLine, rate: Decimal, total: Decimal | None) -> bool:
    """Whether the only amount of a line may be the tax; on a line that says “including” it may be the total, too."""
    amount = line.money[0].value
    if len(line.money) > 1 or not _is_plausible(amount, total):
        return False
    return not line.has("including") or total is None or _is_within(total, rate, amount)


def _without_rate(line: SlipLine) -> Tax | None:
    """Net and tax of a summary that does not say the rate again."""
    if line.has("total") or not 2 <= len(line.money) <= 3:
        return None
    net, amount = line.money[:2]
    if len(line.money) == 3 and net.value + amount.value != line.money[2].value:
        return None
    small = 0 <= amount.value * _HUNDRED <= net.value * _HIGHEST
    return Tax(line, None, net, amount) if small and net.value > 0 else None


def _rates(line: SlipLine, summary: bool) -> Iterator[Rate]:
    """The percentages of a line; in a summary small numbers that are no money, too."""
    read = as_digits(line.text)
    for found in _RATE.finditer(read):
        value = Decimal(found[1].replace(",", "."))
        if value <= _HIGHEST:
            yield Rate(value.normalize() + 0, line.cut(*found.span()))
    if summary:
        for each in line.amounts:
            if not each.is_money and 0 < each.value <= _HIGHEST:
                yield Rate(each.value, line.cut(each.start, each.end))


def _is_raised(net: Decimal, rate: Decimal, amount: Decimal) -> bool:
    """Whether the tax is that rate of the net amount."""
    return net > 0 and amount >= 0 and abs(net * rate / _HUNDRED - amount) <= _slack(rate, amount)


def _is_within(gross: Decimal, rate: Decimal, amount: Decimal) -> bool:
    """Whether the tax is contained in the gross amount at that rate."""
    return gross > amount > 0 and abs(gross * rate / (_HUNDRED + rate) - amount) <= _slack(rate, amount)


def _slack(rate: Decimal, amount: Decimal) -> Decimal:
    return max(_SLACK, amount * Decimal("0.004")) if rate else Decimal(0)


def _is_nothing(line: SlipLine, amount: Money) -> bool:
    return amount.value == 0 and len(line.money) <= 3


def _is_plausible(value: Decimal, total: Decimal | None) -> bool:
    return value >= 0 and (total is None or value * 3 <= abs(total))
