"""Airports, and what looks like the name of a place on a ticket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from uncial.fields.labels import Parsed
from uncial.fields.lexicon import lexicon, word_table
from uncial.fields.tokens import fold
from uncial.fields.values.amounts import find_money
from uncial.fields.values.dates import find_dates, find_days, find_times, month_of

_CODE = re.compile(r"(?<![^\W_])[A-Z0]{3}(?![^\W_])")
_WORD = re.compile(r"[^\W\d_][\w.'’´`-]*")
_PREPOSITION = re.compile(
    r"(?:de|d['’]|à|a|from|to|at|von|nach|ab|an|da|van|naar|in|od|do|z|desde|para|til|till|fra|från)(?:\s+|(?<=['’]))(?=[^\W\d_a-z])"
)
_BOTH_WAYS = re.compile(r"\s+v\.?v\.?$")
"""And back: “Assen – Meppel v.v.”."""
_MARKS = " \t.,:;=#-–—…·_*|/\\→←➔➜>»<«•"
_JOINING = frozenset(
    "am an de del della di da do dos du des d' en et a the la le les l' los las im in of on sur sous ob der aan zu y i e und and "
    "den upon nad pod".split()
)
_NAMING = {"company", "place"}
"""Words that names of places have in them, too."""
_MOST_WORDS = 7
_MOST_LETTERS = 44


class Airport(NamedTuple):
    """An airport that airlines serve."""

    code: str
    """IATA's, of three letters."""
    city: str
    country: str
    """ISO 3166-1 alpha-2."""


class FoundPlace(NamedTuple):
    """What looks like the name of a place, in a text from `start` up to but not including `end`."""

    value: str
    start: int
    end: int


class FoundAirport(NamedTuple):
    """An airport that a text names by its code or its city."""

    value: Airport
    start: int
    end: int
    by_code: bool


def airport(code: str) -> Airport | None:
    """The airport of an IATA code, None where no airline serves one of that code."""
    return _airports().get(code.upper())


def airports_of(city: str) -> tuple[Airport, ...]:
    """The airports of a city, by its name in any of the languages of words/airports.toml."""
    return _cities().get(fold(city), ())


def find_airports(text: str) -> Iterator[FoundAirport]:
    """Every airport that a text names by its code, then the one that it names by its city, where that has only one."""
    for found in _CODE.finditer(text):
        known = airport(found[0].replace("0", "O"))
        if known:
            yield FoundAirport(known, *found.span(), True)
    for part in re.finditer(r"[^,()/|–]+", text):
        known_there = airports_of(part[0].strip(_MARKS))
        if len(known_there) == 1:
            yield FoundAirport(known_there[0], *part.span(), False)


def find_place(text: str) -> Iterator[FoundPlace]:
    """The name of a place in a label's value: what is left of it without dates, times and amounts, if it is like one."""
    for start, end in _free(text):
        cut, stop = _trimmed(text, start, end)
        if is_place(text[cut:stop]):
            yield FoundPlace(text[cut:stop], cut, stop)
            return


def is_place(text: str) -> bool:
    """Whether a text may be a place's name: a few words with capitals, no sentence, no date, no label."""
    words = _WORD.findall(text)
    if not 1 <= len(words) <= _MOST_WORDS or len(text) > _MOST_LETTERS or not (text[0].isupper() or text[0] in "'’"):
        return False
    if (
        sum(char.isalpha() for char in text) < 2
        or sum(char.isdigit() for char in text) > 2
        or re.search(r"[@:;?!€$£%=<>→]", text)
    ):
        return False
    if len(text) < 3 or fold(text) in _services():
        return False
    if all(fold(word) in _weekdays() or month_of(word) for word in words):
        return False
    return all(_is_name(word) for word in words) and not _is_label(text)


def is_weekday(word: str) -> bool:
    """Whether a word names a day of the week, in full or short."""
    return fold(word) in _weekdays()


def same_place(one: str, other: str) -> bool:
    """Whether two texts name the same place, as far as their letters tell."""
    first, second = fold(one), fold(other)
    return bool(first and second) and (first.startswith(second) or second.startswith(first))


def _is_name(word: str) -> bool:
    return any(map(str.isupper, word)) or word.lower() in _JOINING or len(word) <= 2


@cache
def _is_label(text: str) -> bool:
    """Whether a caption of tickets, or a word for one, is all that is in it."""
    key = fold(text)
    if not key or _cities().get(key):
        return False
    hits = (*lexicon("tickets").entries.get(key, ()), *lexicon("travel").entries.get(key, ()))
    return any(entry.name not in _NAMING for entry in hits)


def _free(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text without dates, times, days of the week and amounts, the longest first."""
    values: tuple[Iterable[Parsed], ...] = (find_times(text), find_dates(text), find_days(text), find_money(text))
    taken = [(found.start, found.end) for each in values for found in each]
    taken += [found.span() for found in re.finditer(r"\([^()]*\d[^()]*\)|\s{2,}|\b\d{2}[:h.]\d{2}\b|\d{3,}", text)]
    at = 0
    parts = []
    for start, end in sorted(taken):
        parts.append((at, start))
        at = max(at, end)
    parts.append((at, len(text)))
    yield from sorted((part for part in parts if part[0] < part[1]), key=lambda part: part[0] - part[1])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without marks and days of the week at its ends."""
    while True:
        while start < end and text[start] in _MARKS:
            start += 1
        while end > start and (text[end - 1] in _MARKS.replace(".", "") or text[end - 1] in "(["):
            end -= 1
        preposition = _PREPOSITION.match(text, start, end)
        if preposition:
            start = preposition.end()
            continue
        first = _WORD.match(text, start, end)
        if first and is_weekday(first[0].strip(".")) and first.end() < end:
            start = first.end()
            continue
        if both_ways := _BOTH_WAYS.search(text, start, end):
            end = both_ways.start()
            continue
        last = re.search(r"[^\W\d_]+\.?$", text[start:end])
        if last and last.start() and is_weekday(last[0].strip(".")) and last[0].strip(".").isalpha() and len(last[0]) > 3:
            end = start + last.start()
            continue
        return start, end


@cache
def _services() -> frozenset[str]:
    """How trains and buses are called: TGV is no place."""
    return frozenset(fold(name) for names in word_table("carriers")["services"].values() for name in names)


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(fold(day) for days in word_table("weekdays").values() for day in (*days["full"], *days["short"]))


@cache
def _airports() -> dict[str, Airport]:
    table = word_table("airports")["airports"]
    return {told[:3]: Airport(told[:3], told[4:], country) for country, each in table.items() for told in each}


@cache
def _cities() -> dict[str, tuple[Airport, ...]]:
    also = word_table("airports")["cities"]
    found: dict[str, tuple[Airport, ...]] = {}
    for each in _airports().values():
        for key in {fold(name) for name in (each.city, *also.get(each.city, ()))}:
            found[key] = (*found.get(key, ()), each)
    return found
