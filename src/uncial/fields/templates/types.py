"""What values can be, and how each is found in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from uncial.fields.model import Scalar
from uncial.fields.sheet import View
from uncial.fields.templates.model import Pattern, Template
from uncial.fields.templates.phrases import search
from uncial.fields.values.amounts import Amount, decimal_mark, find_amounts, find_currencies
from uncial.fields.values.codes import FoundCode, find_emails, find_ibans, find_phones, find_urls, find_vat_ids
from uncial.fields.values.dates import find_dates, find_times, is_day_first

_CODE = re.compile(r"[^\W_](?:[\w./&+-]*[^\W_])?")
_TO_DIGITS = dict(zip("OoQDIli|!ZzSs$GbTBg", "0000111112255566789", strict=True))
_TO_LETTERS = {"0": "O", "1": "I", "|": "I", "2": "Z", "5": "S", "$": "S", "6": "G", "8": "B"}
_MOST_LIKE = 8
"""Of the characters that may be others, so many are tried."""


class Value(NamedTuple):
    """A value in a text, from `start` up to but not including `end`."""

    value: Scalar
    start: int
    end: int
    sure: float = 1.0
    """How sure it is that it is a value of that type."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a page writes its dates and numbers."""

    day_first: bool = True
    decimal_mark: str = ""

    @staticmethod
    def of(template: Template, view: View) -> Writing:
        """As the template says, and where it does not, as the page itself tells."""
        first = is_day_first(view.text) if template.day_first is None else template.day_first
        return Writing(first is not False, template.decimal_mark or decimal_mark(view.text))


def values(type: str, text: str, writing: Writing) -> Iterator[Value]:
    """Every value of a type in a text, the likeliest first."""
    return _TYPES[type](text, writing)


def patterned(pattern: Pattern, type: str, text: str) -> tuple[str, int, int] | None:
    """What a pattern finds in a text, from where to where; of codes also where OCR confused digits and letters."""
    found = search(pattern, text)
    if found:
        return text[slice(*found)], *found
    if type == "code":
        for mended in _mended(text):
            if found := search(pattern, mended):
                return mended[slice(*found)], *found
    return None


def _mended(text: str) -> Iterator[str]:
    """The text as it may have been printed: its first line with digits for letters, or letters for digits."""
    line = text.split("\n")[0][:60]
    yield "".join(_TO_DIGITS.get(char, char) for char in line)
    swaps = [(at, table[char]) for table in (_TO_DIGITS, _TO_LETTERS) for at, char in enumerate(line) if char in table]
    for count in (1, 2):
        for chosen in combinations(swaps[: 3 * _MOST_LIKE if count == 1 else 2 * _MOST_LIKE], count):
            chars = list(line)
            for at, char in chosen:
                chars[at] = char
            yield "".join(chars)


def _texts(text: str, writing: Writing) -> Iterator[Value]:
    stripped = text.strip(" \t\n|")
    if any(char.isalnum() for char in stripped):
        start = text.index(stripped)
        value = "\n".join(" ".join(line.split()) for line in stripped.split("\n"))
        yield Value(value, start, start + len(stripped))


def _codes(text: str, writing: Writing) -> Iterator[Value]:
    for found in _CODE.finditer(text):
        if any(char.isdigit() for char in found[0]):
            yield Value(found[0].upper(), *found.span())


def _amounts(text: str, writing: Writing) -> Iterator[Value]:
    found = list(find_amounts(text, writing.decimal_mark))
    money = [amount for amount in found if amount.is_money]
    yield from (_number(amount, 1.0) for amount in money)
    if not money:
        yield from (_number(amount, 0.9) for amount in found)


def _numbers(text: str, writing: Writing) -> Iterator[Value]:
    return (_number(amount, 1.0) for amount in find_amounts(text, writing.decimal_mark))


def _number(amount: Amount, sure: float) -> Value:
    return Value(amount.value, amount.start, amount.end, sure)


def _integers(text: str, writing: Writing) -> Iterator[Value]:
    for amount in find_amounts(text, writing.decimal_mark):
        if not amount.decimals and not amount.currency:
            yield Value(int(amount.value), amount.start, amount.end)


def _percents(text: str, writing: Writing) -> Iterator[Value]:
    found = list(find_amounts(text, writing.decimal_mark))
    signed = [amount for amount in found if text[amount.number_end :].lstrip().startswith("%")]
    for amount in signed or found:
        yield Value(amount.value, amount.start, amount.end, 1.0 if signed else 0.8)


def _currencies(text: str, writing: Writing) -> Iterator[Value]:
    return (Value(*found) for found in find_currencies(text))


def _dates(text: str, writing: Writing) -> Iterator[Value]:
    return (Value(each.value, each.start, each.end) for each in find_dates(text, writing.day_first))


def _times(text: str, writing: Writing) -> Iterator[Value]:
    found = sorted(find_times(text), key=lambda each: not each.sure)
    return (Value(each.value, each.start, each.end, 1.0 if each.sure else 0.9) for each in found)


def _coded(find: Callable[[str], Iterator[FoundCode]]) -> Callable[[str, Writing], Iterator[Value]]:
    def found(text: str, writing: Writing) -> Iterator[Value]:
        return (Value(each.value, each.start, each.end) for each in find(text) if each.valid)

    return found


_TYPES: dict[str, Callable[[str, Writing], Iterator[Value]]] = {
    "text": _texts,
    "code": _codes,
    "integer": _integers,
    "number": _numbers,
    "amount": _amounts,
    "percent": _percents,
    "currency": _currencies,
    "date": _dates,
    "time": _times,
    "iban": _coded(find_ibans),
    "vat": _coded(find_vat_ids),
    "email": _coded(find_emails),
    "phone": _coded(find_phones),
    "website": _coded(find_urls),
}
