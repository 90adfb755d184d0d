"""What the amounts on a slip are for: totals, taxes, payments, told by the words beside them taken together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from uncial.fields.lexicon import Hit
from uncial.fields.receipts.slips import Money, Slip, SlipLine
from uncial.fields.sheet import Span, View

Role = Literal[
    "total", "due", "subtotal", "net", "tax", "discount", "rounding", "paid", "cash", "card", "change", "tip", "service",
    "count", "saving", "",
]  # fmt: skip
"""What an amount is for; empty where no word tells."""
_RULES: tuple[tuple[Role, str, str], ...] = (
    ("saving", "saving", ""),
    ("due", "rounding total", ""),
    ("due", "rounding due", ""),
    ("rounding", "rounding", ""),
    ("change", "change", ""),
    ("tip", "tip", "total due"),
    ("service", "service", "total due"),
    ("net", "excluding", ""),
    ("total", "tax total including", ""),
    ("due", "tax due including", ""),
    ("subtotal", "subtotal", ""),
    ("tax", "tax", "total discount"),
    ("discount", "discount", "due"),
    ("count", "count", "total due"),
    ("due", "due", ""),
    ("paid", "total paid", ""),
    ("cash", "total cash", ""),
    ("total", "total", ""),
    ("cash", "cash", ""),
    ("card", "card", ""),
    ("paid", "paid", ""),
    ("tax", "tax", ""),
)
"""By the words that stand together on a line, and those that must not; the first that fits."""
_ROLES = tuple((role, frozenset(needed.split()), frozenset(never.split())) for role, needed, never in _RULES)
_MONEY = frozenset(
    {"total", "due", "subtotal", "tax", "including", "excluding", "count", "saving", "discount", "rounding", "tip", "service",
     "cash", "card", "paid", "change"}
)  # fmt: skip
_SUMMARY = 6
"""Lines of a summary of taxes, at most, below its heading."""
_MOST = 300
"""Amounts that are held against each other: the last ones of a slip."""
_NUMBERED = 5
"""Digits; a line with as many has a number of its own, and is no heading."""
_HUNDRED = Decimal(100)


class Charge(NamedTuple):
    """An amount with what it is for."""

    line: SlipLine
    money: Money
    words: frozenset[str]
    """The sections of the table whose words stand before it."""
    role: Role
    column: int
    """How many amounts with the same words stand before it on the line."""
    summary: bool
    """Whether it stands in the summary of taxes."""

    @property
    def value(self) -> Decimal:
        """The amount."""
        return self.money.value

    @property
    def span(self) -> Span:
        """The amount as it was read."""
        return self.line.cut(self.money.start, self.money.end)

    @property
    def readings(self) -> tuple[Decimal, ...]:
        """What it may have been in print: without a decimal mark where all others have one, the last two digits are cents."""
        lost = self.line.mark and not self.money.decimals and not self.money.currency and abs(self.value) >= _HUNDRED
        return (self.value, self.value / _HUNDRED) if lost else (self.value,)


def find_charges(slip: Slip) -> tuple[Charge, ...]:
    """Every amount that words or its place tell to be more than one of an item, from the top down."""
    found: list[Charge] = []
    waiting: frozenset[str] = frozenset()
    summary, totalled = 0, False
    for line in slip.lines:
        summary = _SUMMARY if _heads_summary(line, totalled) else max(summary - 1, 0)
        summary = 0 if line.has("cash", "card", "change") else summary
        charges = list(_on_line(line, waiting, summary > 0))
        found += charges
        totalled = totalled or any(each.role in ("total", "due") for each in charges)
        words = _words(line.hits)
        waiting = words if words and not charges and _is_label(line) else frozenset()
    return tuple(found[-_MOST:])


def charges_of(view: View) -> tuple[Charge, ...]:
    """The same of the slip that a document is."""
    return find_charges(view.once(Slip.of))


def role_of(words: frozenset[str]) -> Role:
    """What an amount is for behind these words; empty where they do not tell."""
    return next((role for role, needed, never in _ROLES if needed <= words and not never & words), "")


def _on_line(line: SlipLine, waiting: frozenset[str], summary: bool) -> Iterator[Charge]:
    """The amounts of a line, each with the words that stand before it and behind the one before."""
    amounts = _counted(line)
    words = waiting if amounts and not _words(line.hits) and not line.letters - _currency_letters(amounts, line) else frozenset()
    at, column = 0, 0
    for money in amounts:
        fresh = [hit for hit in line.hits if at <= hit.start < money.start]
        if fresh_words := _words(fresh):
            words, column = fresh_words, 0
        yield Charge(line, money, words, role_of(words), column, summary)
        at, column = money.end, column + 1


def _counted(line: SlipLine) -> tuple[Money, ...]:
    """The amounts that count: those that are written as money is, or where there are none all behind a word of the table."""
    if line.money:
        return line.money
    named = [hit.start for hit in line.hits if hit.is_(*_MONEY)]
    amounts = [each for each in line.amounts if named and each.start > named[0] and abs(each.value) < 10**9]
    return tuple(amounts[-1:])


def _words(hits: tuple[Hit, ...] | list[Hit]) -> frozenset[str]:
    return frozenset(name for hit in hits for name in hit.names if name in _MONEY)


def _is_label(line: SlipLine) -> bool:
    """Whether it is a label alone, whose amount stands on the next line."""
    known = sum(hit.end - hit.start for hit in line.hits if hit.is_(*_MONEY))
    return not line.amounts and 2 * known >= len(line.text.replace(" ", ""))


def _currency_letters(amounts: tuple[Money, ...], line: SlipLine) -> int:
    return sum(char.isalpha() for each in amounts for char in line.text[each.start : each.end])


def _heads_summary(line: SlipLine, totalled: bool) -> bool:
    """Whether it is the heading of a summary of taxes: one below the total needs no word more than tax."""
    named = {name for hit in line.hits for name in hit.names}
    tabled = len([hit for hit in line.hits if hit.is_("heading", "tax", "excluding", "including")]) >= 2
    if line.money or not ("summary" in named or (totalled and "tax" in named)):
        return False
    return tabled or (len(line.hits) == 1 and sum(char.isdigit() for char in line.text) < _NUMBERED)
