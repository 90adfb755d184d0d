"""Dates and times of day, as documents write them: 25/12/2018, 2018-12-25, 25. Dez. 2018, December 25, 2018, 8:13 PM, 14h05."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from typing import NamedTuple

from uncial.fields.lexicon import word_table
from uncial.fields.tokens import as_digits, fold, has_digits

_EARLIEST, _LATEST = 1900, 2100
_CENTURY = 70
"""A year of two digits below this is of the 21st century, any other of the 20th."""
_SEP = r"\s?[-/.,]\s?"
_ISO = re.compile(rf"(?<![\d.,/-])(\d{{4}})({_SEP})(\d{{1,2}})(?:{_SEP})(\d{{1,2}})(?![\d]|[-/]\d)")
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?[-/.]\s?(?:(20\d\d|\d\d)(?=[0-2]\d:\d\d)|(\d{4}|\d{2})(?![\d]|[-/.,]\d))"
)
_CHINESE = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_DAY_FIRST = re.compile(
    r"(?<![\d.,/])(\d{1,2})(?:st|nd|rd|th|er|ro|º|°|e)?[\s.,/-]{0,3}(?:de\s|d['’])?([^\W\d_]{3,12})[\s.,/'’-]{0,3}"
    r"(?:de[l]?\s)?(\d{4}|\d{2})(?!\d)", re.IGNORECASE,
)  # fmt: skip
_MONTH_FIRST = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,12})[\s.]{0,2}(\d{1,2})(?:st|nd|rd|th)?[\s.,]{1,4}(\d{4})(?!\d)", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[\s.,/-]{1,3}([^\W\d_]{3,12})[\s.,/-]{1,3}(\d{1,2})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<![\d.,/])(\d{1,2})(?:st|nd|rd|th|er|º|°)?[\s.-]{0,2}(?:de\s)?([^\W\d_]{3,12})(?![^\W_])", re.IGNORECASE
)
_MONTH_DAY = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,12})[\s.]{1,2}(\d{1,2})(?:st|nd|rd|th)?(?![\d.:])", re.IGNORECASE)
_SHORT = re.compile(r"(?<![\d.,/-])(\d{1,2})([./])(\d{1,2})(?:\.(?!\d)|(?![\d.,/%:-]))(?!\s?(?:Uhr|h\b|[ap]\.?m))")
_TIME = re.compile(
    r"(?<![\d.,/-])(?<!\d:)(\d{1,2})\s?(?P<mark>[:.hH]|Uhr|uur)\s?(\d{2})(?:\s?:\s?(\d{2}))?(?!\d|[./-]\d)"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm](?![^\W\d_])\.?)?(?:\s?(?P<word>Uhr|hrs?|h|uur|Std)(?![^\W\d_]))?"
)
_HOUR = re.compile(r"(?<![\d.,/-])(?<!\d:)(\d{1,2})\s?(?P<half>[AaPp])\.?\s?[Mm](?![^\W\d_])\.?")


class FoundDate(NamedTuple):
    """A date in a text, from `start` up to but not including `end`."""

    value: date
    start: int
    end: int
    sure: bool
    """Whether day and month cannot be mistaken for each other."""


class FoundDay(NamedTuple):
    """A day and a month without a year."""

    day: int
    month: int
    start: int
    end: int


class FoundTime(NamedTuple):
    """A time of day in a text."""

    value: time
    start: int
    end: int
    sure: bool
    """Whether it cannot be a number: it has a colon, an h, or says that it is a time."""


def find_dates(text: str, day_first: bool = True) -> Iterator[FoundDate]:
    """Every date with a year, from the text's beginning; 03/04/2020 is in April unless `day_first` is False."""
    if not has_digits(text):
        return
    read = as_digits(text)
    found: list[FoundDate] = []
    for each in (*_iso(read), *_numeric(read, day_first), *_worded(read)):
        if not any(each.start < other.end and other.start < each.end for other in found):
            found.append(each)
    yield from sorted(found, key=lambda each: each.start)


def find_days(text: str, day_first: bool = True) -> Iterator[FoundDay]:
    """Every day and month without a year, as 12MAR, 12. März, Mar 12, 12.03.; some of them are no dates."""
    if not has_digits(text):
        return
    read = as_digits(text)
    dates = [(each.start, each.end) for each in find_dates(text, day_first)]
    worded = ((int(m[1]), month_of(m[2]), m) for m in _DAY_MONTH.finditer(text))
    american = ((int(m[2]), month_of(m[1]), m) for m in _MONTH_DAY.finditer(text))
    short = ((int(m[1]), int(m[3]), m) if day_first else (int(m[3]), int(m[1]), m) for m in _SHORT.finditer(read))
    taken: list[tuple[int, int]] = list(dates)
    for day, month, match in (*worded, *american, *short):
        if month and _date(2000, month, day) and not any(match.start() < end and start < match.end() for start, end in taken):
            taken.append(match.span())
            yield FoundDay(day, month, *match.span())


def find_times(text: str) -> Iterator[FoundTime]:
    """Every time of day, from the text's beginning. 14.05 is one too, and is not `sure`."""
    if not has_digits(text):
        return
    read = as_digits(text)
    for found in _TIME.finditer(read):
        made = _time(int(found[1]), int(found[3]), int(found[4] or 0), found["half"])
        is_date = found["mark"] == "." and read[found.end() :].startswith(".") and not found["half"]
        if made and not is_date:
            sure = found["mark"] != "." or bool(found["half"] or found["word"])
            yield FoundTime(made, found.start(), found.end(), sure)
    for found in _HOUR.finditer(read):
        if (made := _time(int(found[1]), 0, 0, found["half"])) is not None:
            yield FoundTime(made, found.start(), found.end(), True)


def is_day_first(text: str) -> bool | None:
    """Whether the numeric dates of a text have the day first; None where none of them tells."""
    told = [(int(m[1]), int(m[3])) for m in _NUMERIC.finditer(as_digits(text))]
    first = sum(one > 12 >= other for one, other in told)
    second = sum(other > 12 >= one for one, other in told)
    return None if first == second else first > second


def month_of(word: str) -> int:
    """The month that a word names in any of the languages of words/months.toml, 1 to 12; 0 where it names none."""
    return _months().get(fold(word), 0)


def _iso(text: str) -> Iterator[FoundDate]:
    for found in (*_ISO.finditer(text), *_CHINESE.finditer(text)):
        numbers = [int(part) for part in found.groups() if part.strip().isdigit()]
        if (made := _date(*numbers)) is not None:
            yield FoundDate(made, *found.span(), True)


def _numeric(text: str, day_first: bool) -> Iterator[FoundDate]:
    for found in _NUMERIC.finditer(text):
        one, two, year = int(found[1]), int(found[3]), _year(found[4] or found[5])
        sure = one > 12 or two > 12 or one == two or found[2] == "."
        usual = _date(year, two, one), _date(year, one, two)
        made = next((each for each in (usual if day_first or found[2] == "." else usual[::-1]) if each), None)
        if made:
            yield FoundDate(made, *found.span(), sure)


def _worded(text: str) -> Iterator[FoundDate]:
    for pattern, places in ((_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2)), (_YEAR_FIRST, (1, 2, 3))):
        for found in pattern.finditer(text):
            year, month, day = (found[place] for place in places)
            made = _date(_year(year), month_of(month), int(day))
            if made:
                yield FoundDate(made, *found.span(), True)


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) < _CENTURY else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(hour: int, minute: int, second: int, half: str | None) -> time | None:
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half in "Pp" else 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


@cache
def _months() -> dict[str, int]:
    table = word_table("months")
    return {fold(name): int(number) for months in table.values() for number, names in months.items() for name in names}
