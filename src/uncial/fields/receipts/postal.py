"""What lines of postal addresses look like: streets, house numbers, postcodes with their towns, quarters, regions, countries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from unicodedata import combining, normalize

from uncial.fields.lexicon import Entry, Hit, Lexicon, lexicon, word_table
from uncial.fields.tokens import as_digits, fold, tokens

_CODES = re.compile(
    r"(?<![\w./-])(?:"
    r"(?:[A-Z]{1,2}[- ])?\d{5}(?:-\d{4})?(?=[\s,.]+[^\W\d_]{2}|[\s,.]*$)"  # most of Europe, Malaysia, the United States
    r"|\d{4}\s?[A-Z]{2}(?=[\s,]+[A-Z]|[\s,.]*$)"  # the Netherlands
    r"|\d{2}-\d{3}(?=[\s,]+[^\W\d_]{2})"  # Poland
    r"|\d{4}-\d{3}(?=[\s,]+[^\W\d_]{2}|[\s,.]*$)"  # Portugal
    r"|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}(?!\w)"  # the United Kingdom
    r"|[A-Z]\d[A-Z]\s?\d[A-Z]\d(?!\w)"  # Canada
    r")"
)
_SHORT_CODE = re.compile(r"^(?:(?:A|B|CH|DK|L|NO)[- ])?[1-9]\d{3}\s+[^\W\d_][^\d]{2,}$")
"""Four digits before a town, as Austria, Belgium, Denmark, Switzerland have them: a code where a street stands above."""
_HOUSE = re.compile(
    r"^[\W_]*(?:no\.?\s?:?\s*)?\d{1,5}\s?[A-Z]?(?:\s?[-–/&+.]\s?(?:[A-Z]?\d{1,5}(?:[A-Z]\d?)?|[A-Z])?(?![A-Z\d]))*[\s,.]+[^\W\d_]{2}",
    re.IGNORECASE,
)
_HOUSE_BEHIND = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,}\.?,?\s+\d{1,4}\s?[a-zA-Z]?(?:\s?[-–/]\s?\d{1,4}\s?[a-zA-Z]?)?(?=$|[\s,.])")
_NUMBERED = re.compile(r"^[\s.:#-]*(?:[A-Z]{0,3}[\s.-]{0,2}\d|[A-Z]\b)", re.IGNORECASE)
_TIGHT = re.compile(r"(?<![^\W_])(?:(?:PT|LOT|NO|PTD|HS|KM)\.?\s?[\dOIl]|\d(?:st|nd|rd|th)\s+(?:floor|flr|fl)\b)", re.IGNORECASE)
_UNIT_BEFORE = re.compile(r"(?<![^\W_])(?:no|lot|pt|ptd|unit|box|p\.t|hs)[\s.:#-]*$", re.IGNORECASE)
"""A number behind these is no postcode."""
_UNACCENTED = "my"
"""The language of addresses whose accents are slips of the reading: Malay has none."""


class Postal(NamedTuple):
    """What speaks for a line being part of an address."""

    street: bool
    """Whether a street is named."""
    house: bool
    """Whether it begins with a house number, or has one behind its street."""
    unit: bool
    """Whether it names a lot, a floor, a block with its number."""
    quarter: bool
    """Whether it names a part of a town or a building."""
    town: bool
    region: bool
    country: bool
    code: bool
    """Whether it has a postcode."""
    code_ends: bool
    """Whether nothing stands behind the postcode."""

    @property
    def begins(self) -> bool:
        """Whether an address may begin with it."""
        strong = self.street or self.unit or self.code
        return strong or (self.house and (self.quarter or self.town)) or (self.quarter and self.town)

    @property
    def speaks(self) -> bool:
        """Whether anything speaks for it."""
        return any(self)


def postal(text: str) -> Postal:
    """What speaks for a line being part of an address."""
    hits = [(hit, entry) for hit in lexicon("streets").find(text) for entry in hit.entries]
    compound = _is_compound(text)
    street = compound or any(_is_street(text, hit.start, hit.end, entry) for hit, entry in hits if entry.name == "street")
    codes = [each for each in _CODES.finditer(as_digits(text)) if not _UNIT_BEFORE.search(text, 0, each.start())]
    return Postal(
        street=street,
        house=bool(_HOUSE.match(text)) or (street and bool(_HOUSE_BEHIND.search(text))),
        unit=bool(_TIGHT.search(text)) or any(e.name == "unit" and _NUMBERED.match(text[hit.end :]) for hit, e in hits),
        quarter=any(entry.name == "quarter" for _, entry in hits),
        town=any(entry.name == "town" for _, entry in hits),
        region=any(entry.name == "region" and entry.language != "us" for _, entry in hits),
        country=any(True for _ in countries().find(text)),
        code=bool(codes),
        code_ends=bool(codes) and not any(char.isalpha() for char in text[codes[-1].end() :]),
    )


def is_short_code(text: str) -> bool:
    """Whether it is a postcode of four digits with its town: one where a street stands above."""
    return bool(_SHORT_CODE.match(text.strip()))


def is_region(text: str) -> bool:
    """Whether a line is nothing but states, regions, countries and large towns; a word more may stand before the first."""
    named = [hit for hit in lexicon("streets").find(text) if hit.is_("region", "town")] + list(countries().find(text))
    if not named or any(char.isdigit() for char in text):
        return False
    first = min(hit.start for hit in named)
    known = sum(hit.end - hit.start for hit in named)
    return len(text[:first].split()) <= 1 and sum(char.isalpha() for char in text[first:]) <= known


def respelled(text: str, hits: Iterable[Hit]) -> str:
    """The text with these phrases spelled as they are, where letters were misread: “Sdn BhD” stays, “SON BHD” does not."""
    for hit in sorted(hits, key=lambda each: each.start, reverse=True):
        read, right = text[hit.start : hit.end], hit.entries[0].phrase
        if _bare(read) != _bare(right):
            styled = right.upper() if read.isupper() else right.title() if read[:1].isupper() and right.islower() else right
            text = text[: hit.start] + styled + text[hit.end :]
    return text


def respelled_address(text: str) -> str:
    """An address with its known words spelled as they are, on one line."""
    hits = [hit for hit in lexicon("streets").find(text) if hit.is_("street", "quarter", "unit", "region")]
    long = [hit for hit in hits if hit.exact and len(_bare(hit.entries[0].phrase)) >= 3]
    told = respelled(text, long)
    if any(entry.language == _UNACCENTED for hit in hits for entry in hit.entries):
        told = "".join(char for char in normalize("NFKD", told) if not combining(char))
    return " ".join(told.split()).strip(" ,;:-")


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


@cache
def countries() -> Lexicon:
    """The names of countries; a hit's language is the country's code."""
    table = word_table("countries")
    names = ((code, name) for code, told in table.items() for name in told["names"] if len(name) > 3)
    return Lexicon.of(Entry("country", code, name) for code, name in names)


def _is_street(text: str, start: int, end: int, entry: Entry) -> bool:
    """Short words are a street's only where a name or a number stands beside them; what ends a street has its name before it."""
    short = len(entry.phrase.strip(".")) <= 3
    beside = text[end:].strip(" .,") if entry.language != "en" else text[:start].strip(" .,")
    return bool(beside) and (not short or any(char.isdigit() for char in text))


def _is_compound(text: str) -> bool:
    """Whether a word such as Hauptstraße or Kerkstraat stands in it, with a house number behind."""
    if not _HOUSE_BEHIND.search(text):
        return False
    parts = tokens(text)
    return any(len(one.key) >= 6 and one.key.endswith(_endings()) and other.is_number for one, other in pairwise(parts))


@cache
def _endings() -> tuple[str, ...]:
    return tuple({fold(word) for words in word_table("streets")["ending"].values() for word in words})
