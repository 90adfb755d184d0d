"""When a field that was found is the one that is meant: dates as dates, numbers as numbers, all else by letters and digits."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

import regex
from rapidfuzz.distance import Levenshtein

Value = object
"""What an extraction gives: a str, Decimal, date, time, datetime, int or bool."""

_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_NUMBER = regex.compile(r"[-+]?\d(?:[\d.,'’ \u00a0]*\d)?")
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_YEAR_FIRST = regex.compile(r"(?<!\d)(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = regex.compile(r"(?<!\d)(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})(?!\d)")
_DAY_MONTH = regex.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s./-]*(\p{L}{3,9})[\s.,/-]*(\d{4}|\d{2})(?!\d)")
_MONTH_DAY = regex.compile(r"(\p{L}{3,9})[\s.]*(\d{1,2})(?:st|nd|rd|th)?[\s.,]+(\d{4})(?!\d)")
_COMPACT = regex.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")


def letters(text: str) -> str:
    """A text as it is compared: NFKC, in capitals, its letters and digits alone."""
    return str(_NOT_LETTERS.sub("", normalize("NFKC", text).upper()))


def same(found: Value, truth: str, *, day_first: bool = True) -> bool:
    """Whether a value is what the label says.

    A date is compared with the date that the label can be read as, a number with its number, anything else by its letters
    and digits. `day_first` says how 4/5/2018 is meant in the label.
    """
    match found:
        case datetime() | date():
            return parse_date(truth, day_first=day_first) == (found.date() if isinstance(found, datetime) else found)
        case time():
            return letters(found.isoformat())[:4] == letters(truth).zfill(4)[:4]
        case bool():
            return str(found).lower() == truth.lower()
        case Decimal() | int() | float():
            return parse_number(truth) == Decimal(str(found)) or letters(str(found)) == letters(truth)
        case _:
            return letters(str(found)) == letters(truth)


def likeness(found: Value, truth: str) -> float:
    """How like two texts are, 0..1: one minus their Levenshtein distance over the length of the longer one."""
    return Levenshtein.normalized_similarity(letters(str(found)), letters(truth))


def parse_number(text: str) -> Decimal | None:
    """The first number of a label; of points and commas the last one is the decimal one, unless three digits follow it alone."""
    match = _NUMBER.search(text)
    if not match:
        return None
    written = regex.sub(r"['’\s]", "", match[0])
    marks = [mark for mark in written if mark in ".,"]
    if marks and (len(set(marks)) == 2 or (len(marks) == 1 and not regex.search(r",\d{3}$", written))):
        whole, _, part = written.rpartition(marks[-1])
        written = f"{regex.sub('[.,]', '', whole)}.{part}"
    elif marks:
        written = regex.sub("[.,]", "", written)
    try:
        return Decimal(written)
    except InvalidOperation:
        return None


def parse_date(text: str, *, day_first: bool = True) -> date | None:
    """The first date of a label: with digits alone, or with an English month."""
    if match := _YEAR_FIRST.search(text):
        return _date(match[1], match[2], match[3])
    if match := _DAY_MONTH.search(text):
        return _date(match[3], _month(match[2]), match[1])
    if match := _MONTH_DAY.search(text):
        return _date(match[3], _month(match[1]), match[2])
    if match := _YEAR_LAST.search(text):
        first, second = (match[1], match[2]) if day_first else (match[2], match[1])
        return _date(match[3], second, first) or _date(match[3], first, second)
    match = _COMPACT.search(text)
    return _date(match[1], match[2], match[3]) if match else None


def is_printed(truth: str, page: str) -> bool:
    """Whether a label's value can be read on the page: its letters and digits, its number, or the day and year of its date."""
    if letters(truth) in letters(page):
        return True
    if iso := _YEAR_FIRST.fullmatch(truth.strip()[:10]):
        return _is_date_printed(iso[1], iso[2].lstrip("0"), iso[3].lstrip("0"), page)
    number = parse_number(truth) if _NUMBER.fullmatch(truth.strip()) else None
    return number is not None and any(parse_number(match[0]) == number for match in _NUMBER.finditer(page))


def _is_date_printed(year: str, month: str, day: str, page: str) -> bool:
    """Whether the day and the year stand close to each other, with the month's number or a word between or before them."""
    year, day, month = rf"(?:{year}|{year[2:]})(?!\d)", rf"(?<!\d)0?{day}(?!\d)", rf"(?:(?<!\d)0?{month}(?!\d)|\p{{L}}{{3,}})"
    orders = ((day, month, year), (month, day, year), (year, month, day))
    return any(regex.search(r"[^\p{L}\d\n]{0,4}".join(order), page) for order in orders)


def _month(name: str) -> str:
    return str(_MONTHS.get(name[:3].lower(), 0))


def _date(year: str, month: str, day: str) -> date | None:
    whole = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(whole, int(month), int(day))
    except ValueError:
        return None
