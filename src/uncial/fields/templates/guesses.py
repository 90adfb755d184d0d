"""What the values of a field are, told by their looks: their type, and the pattern of codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import regex

from uncial.fields.templates.model import Pattern
from uncial.fields.templates.samples import number_of
from uncial.fields.templates.types import Writing, values
from uncial.fields.values.amounts import currency_of

_RUN = re.compile(r"[A-Z]+|[a-z]+|[0-9]+|[^\W\d_]+|\s+|.", re.ASCII)
_SPECIAL = ("date", "iban", "vat", "email", "website")
_TIME = re.compile(r"\d{1,2}[:h]\d\d(:\d\d)?", re.ASCII)
_MONEY = re.compile(r"\D*\d[\d.,' ]*[.,]\d\d\D*", re.ASCII)
_MONEY_NAMES = re.compile(r"total|amount|price|net$|tax$|paid|due$|change|fare|fee")
_CODE_NAMES = re.compile(r"number|code|reference|id$|_id|phone")
_CODE_DIGITS = 5
"""A whole number of so many digits is a code."""
_MOST_GROUPS = 8


def types_of(name: str, said: Sequence[str]) -> Iterator[str]:
    """Types that all the values may be of, the one that tells most first."""
    found = list(_told_by_looks(name, said))
    if all(_is_code(each) for each in said) and not {"amount", "date", "time"} & set(found):
        found.append("code")
    # What is a date or a number is not learned as a text that only looks like it.
    yield from dict.fromkeys(found or ["text"])
    if found and not {"amount", "date", "time", "integer", "iban", "vat"} & set(found):
        yield "text"


def _told_by_looks(name: str, said: Sequence[str]) -> Iterator[str]:
    plain = Writing()
    for type in _SPECIAL:
        if all(_is_all(type, each, plain) for each in said):
            yield type
    if all(map(_TIME.fullmatch, said)):
        yield "time"
    if all(re.fullmatch("[0-9]+", each) for each in said):
        is_code = _CODE_NAMES.search(name) or any(each.startswith("0") or len(each) >= _CODE_DIGITS for each in said)
        yield from ("code", "integer") if is_code else ("integer", "code")
    if all(number_of(each) is not None for each in said):
        is_money = _MONEY_NAMES.search(name) or all(map(_MONEY.fullmatch, said))
        yield from ("amount", "number", "percent") if is_money else ("number", "amount", "percent")
    if name == "currency" or all(re.fullmatch("[A-Z]{3}", each) and currency_of(each) for each in said):
        yield "currency"
    if name == "phone":
        yield "phone"


def _is_all(type: str, said: str, writing: Writing) -> bool:
    found = next(iter(values(type, said, writing)), None)
    return found is not None and found.end - found.start >= len(said.strip())


def _is_code(said: str) -> bool:
    return any(char.isdigit() for char in said) and said.upper() == said and len(_RUN.findall(said)) <= 2 * _MOST_GROUPS


def pattern_of(said: Sequence[str]) -> Pattern | None:
    """The pattern of codes: which runs of capitals and digits they have, and what stands between; None where they differ."""
    split = [_RUN.findall(each.strip()) for each in said]
    if len({tuple(map(_class, runs)) for runs in split}) != 1:
        return None
    text = "".join(_run(list(runs), len(set(said)) > 1) for runs in zip(*split, strict=True))
    if text.count("[") + text.count(r"\d") == 0:
        return None
    whole = rf"(?<![^\W_]){text}(?![^\W_])"
    return Pattern(whole, regex.compile(whole), "")


def _class(run: str) -> str:
    """What sort of run it is; marks are only like themselves."""
    for name, form in (("A", "[A-Z]+"), ("a", "[a-z]+"), ("0", "[0-9]+"), (" ", r"\s+")):
        if re.fullmatch(form, run):
            return name
    return run


def _run(runs: list[str], several: bool) -> str:
    """One run of a pattern; what is the same in several codes that differ belongs to the form, but for digits."""
    kind, lengths = _class(runs[0]), [len(run) for run in runs]
    if kind == " ":
        return r"\s?"
    if kind not in "Aa0" or (several and len(set(runs)) == 1 and kind == "A"):
        return str(regex.escape(runs[0]))
    letters = {"A": "[A-Z]", "a": "[a-z]", "0": r"\d"}[kind]
    return letters + _count(min(lengths), max(lengths), several, kind)


def _count(low: int, high: int, several: bool, kind: str) -> str:
    """How often; of one sample alone, or where samples differ, a digit more or less may come."""
    if kind == "0" and (low != high or not several):
        low, high = max(low - 1, 1), high + 1
    return "" if low == high == 1 else f"{{{low}}}" if low == high else f"{{{low},{high}}}"
