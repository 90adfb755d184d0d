"""Amounts of money and other numbers, as documents write them: 1.234,56 €, $1,234.56, 1 234,56, RM 9 .00, 12,-."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from uncial.fields.lexicon import word_table
from uncial.fields.tokens import as_digits, has_digits

_NUMBER = re.compile(
    r"(?<![\d.,/])(?<!\d:)(?P<sign>[-−–+]\s?|\(\s?)?"
    r"(?P<whole>\d{1,3}(?:[.,'’] ?\d{3})+(?!\d)|\d{1,3}(?:\s\d{3})+(?![\d])|\d+|(?=[.,]\d\d(?!\d)))"
    r"(?: ?(?P<mark>[.,]) ?(?P<part>\d{1,4})(?!\d)|[.,] ?(?P<none>[-–—]{1,2}))?"
    r"(?P<after>\s?-(?![\w-]))?(?![.,]?\d|[/:]\d)"
)
_TIMES = re.compile(r"\d\s?[xX]$")
"""What may stand before a price without a space: 2x4.50."""
_GROUPS = re.compile(r"[\s.,'’]")
_THOUSANDS = 3
_MOST_DIGITS = 15


class Amount(NamedTuple):
    """An amount in a text, from `start` up to but not including `end`, its currency with it where it stands beside it."""

    value: Decimal
    currency: str
    """ISO 4217; empty where none stands beside it."""
    decimals: int
    """Digits after the decimal mark."""
    start: int
    end: int
    number_start: int
    number_end: int
    """The number alone, without its currency."""

    @property
    def is_money(self) -> bool:
        """Whether it is written as money is: with two decimals or a currency."""
        return self.decimals == 2 or bool(self.currency)


def find_amounts(text: str, mark: str = "") -> Iterator[Amount]:
    """Every number of a text that is not part of a word, a date or a code, as an amount.

    `mark` is the decimal mark of the document, "." or ",", where that is known (`decimal_mark`): it decides what 1.234 is, which
    is a thousand else. A number in brackets or with a minus, before or behind, is negative.
    """
    return iter(_amounts(text, mark) if has_digits(text) else ())


@lru_cache(maxsize=1 << 10)
def _amounts(text: str, mark: str) -> tuple[Amount, ...]:
    """The same; many rules look for the amounts of one text."""
    return tuple(_found(text, mark))


def _found(text: str, mark: str) -> Iterator[Amount]:
    read = as_digits(text)
    for found in _NUMBER.finditer(read):
        digits = found["whole"] + (found["part"] or "")
        if sum(char.isdigit() for char in digits) > _MOST_DIGITS:
            continue
        value, decimals = _value(found, mark)
        start, end, currency = _with_currency(text, found.start("whole"), found.end())
        if (
            start == found.start("whole")
            and text[start - 1 : start].isalpha()
            and not _TIMES.search(text, max(start - 4, 0), start)
        ):
            continue  # part of a word or a code: only a currency may stand so close
        if found["sign"] and not found["sign"].startswith("+"):
            bracket = found["sign"].startswith("(")
            if not bracket or read[end : end + 1] == ")":
                value, start = -value, min(start, found.start())
        elif found["after"]:
            value = -value
        yield Amount(value, currency, decimals, start, end, found.start("whole"), found.end())


def find_money(text: str, mark: str = "") -> Iterator[Amount]:
    """The amounts of a text that are written as money is: with two decimals or a currency."""
    return (amount for amount in find_amounts(text, mark) if amount.is_money)


def decimal_mark(text: str) -> str:
    """The decimal mark of a text, "." or ",": what stands before two last digits most often; empty where none tells."""
    points, commas = (len(re.findall(rf"\d{mark}\d\d(?![\d.,])", text)) for mark in (r"\.", ","))
    return "" if points == commas else "." if points > commas else ","


def find_currencies(text: str) -> Iterator[tuple[str, int, int]]:
    """Every currency that is named in a text, by its ISO 4217 code, with where it stands."""
    for found in _currencies().finditer(text):
        yield currency_of(found[0]), found.start(), found.end()


def currency_of(name: str) -> str:
    """The ISO 4217 code of a symbol, a short name or a code itself; empty where it is none. “$” is the US dollar."""
    name = name.strip().rstrip(".")
    if name.upper() in _codes():
        return name.upper()
    known = _symbols().get(name.casefold())
    return known[0] if known else ""


def _value(found: re.Match[str], mark: str) -> tuple[Decimal, int]:
    whole, part = found["whole"], found["part"] or ""
    groups = _GROUPS.split(whole)
    if not part and len(groups) == 2 and whole[len(groups[0])] == mark and len(groups[1].strip()) == _THOUSANDS:
        return Decimal(f"{groups[0]}.{groups[1].strip()}"), _THOUSANDS
    if part and len(part) == _THOUSANDS and len(groups) == 1 and mark and found["mark"] != mark and len(whole) <= _THOUSANDS:
        return Decimal(whole + part), 0
    joined = _GROUPS.sub("", whole)
    decimals = 2 if found["none"] else len(part)
    return Decimal(f"{joined}.{part}" if part else joined), decimals


def _with_currency(text: str, start: int, end: int) -> tuple[int, int, str]:
    """The amount's ends, grown by the currency beside it: behind the number, or before it."""
    behind = re.compile(r"\s?").match(text, end)
    assert behind
    if after := _currencies().match(text, behind.end()):
        return start, after.end(), currency_of(after[0])
    head = text[:start].rstrip(" -−–(")
    before = max(_currencies().finditer(head[-6:]), key=lambda each: each.end(), default=None)
    if before and before.end() == len(head[-6:]):
        return len(head) - len(before[0]), end, currency_of(before[0])
    return start, end, ""


@cache
def _symbols() -> dict[str, list[str]]:
    return {symbol.casefold(): codes for symbol, codes in word_table("currencies")["symbols"].items()}


@cache
def _codes() -> frozenset[str]:
    return frozenset(word_table("currencies")["codes"]["all"])


@cache
def _currencies() -> re.Pattern[str]:
    names = sorted({*word_table("currencies")["symbols"], *_codes()}, key=len, reverse=True)
    words = "|".join(re.escape(name) for name in names if name[0].isalpha() and name[-1].isalpha())
    signs = "|".join(re.escape(name) for name in names if not (name[0].isalpha() and name[-1].isalpha()))
    return re.compile(rf"(?<![^\W\d_])(?:{signs})|(?<![^\W\d_])(?:{words})(?:\.(?!\d))?(?![^\W\d_])", re.IGNORECASE)
