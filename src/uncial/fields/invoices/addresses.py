"""Names and addresses in lines: towns with their postcodes, streets, legal forms; what of some lines is the name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from uncial.fields.lexicon import word_table
from uncial.fields.sheet import Piece, Span, joined
from uncial.fields.tokens import fold

_TOWN = re.compile(
    r"(?:^|[,;·•●▪|*(–-]\s*|\d[a-z]?\s)(?:"
    r"(?:[A-Z]{1,2}[ -]{1,2})?\d{2}-\d{3}\s+[^\W\d_]{2}"  # Poland
    r"|(?:[A-Z]{1,2}[ -]{1,2})?\d{4}-\d{3}\s+[^\W\d_]{2}"  # Portugal
    r"|(?:[A-Z]{1,2}[ -]{1,2})?\d{4}\s?[A-Z]{2}(?=[\s,]+[^\W\d_]{2})"  # the Netherlands
    r"|(?:[A-Z]{1,2}[ -]{1,2})?\d{3} \d{2}\s+[^\W\d_]{2}"  # Sweden, Czechia, Slovakia, Greece
    r"|(?:[A-Z]{1,2}[ -]{1,2})?\d{4,5}\s?[^\W\d_a-zà-ÿ][^\d,]+"  # most of Europe
    r")"
    r"|[^\W\d_]{2},?\s+[A-Z]{2},?\s+\d{5}(?:-\d{4})?(?!\d)"  # United States
    r"|[^\W\d_]{2},\s+(?:(?:New|North|South|West|Rhode)\s)?[A-Z][a-z]{3,12}\s+\d{5}(?:-\d{4})?(?!\d)"  # a state in full
    r"|(?<![^\W_])[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?![^\W_])"  # United Kingdom
    r"|(?<![^\W_])[A-Z]\d[A-Z] \d[A-Z]\d(?![^\W_])"  # Canada
    r"|[^\W\d_]{3}\s?[-–,]\s?\d{6}(?!\d)"  # India
    r"|[^\W\d_]{3},\s(?:[A-Z]\.?){2,3},\s\d{4,6}"  # a district before the postcode
)
_PARTS = re.compile(r"\s+[·•●▪|*–—-]\s+|\s*[·•●▪|]\s*|,\s+|\s/\s")
_LONGEST = 60
"""Characters; a line of an address is no longer."""
_NUMBER = 3
"""Digits; a name without a legal form has fewer."""
_LOUD = 4
"""Letters of a legal form that may be set in capitals; shorter ones are other words then."""
_CONNECTS = frozenset({"&", "+", "und", "and", "et", "e", "y", "i", "en", "mit", "of", "de", "des", "du", "van", "von"})


class Party(NamedTuple):
    """Who, and where they are."""

    name: Span
    address: Span | None


def has_town(text: str) -> bool:
    """Whether a line has a postcode with a town."""
    return len(text) <= 3 * _LONGEST and _TOWN.search(text) is not None


def is_name(text: str) -> bool:
    """Whether a line may be a name: letters more than anything else, and not a sentence."""
    letters = sum(char.isalpha() for char in text)
    digits = sum(char.isdigit() for char in text)
    if digits >= _NUMBER and not has_form(text):
        return False
    return (
        letters >= 2 and letters > 2 * digits and len(text) <= _LONGEST and not set(text) & set("@:;?!=€$") and "www." not in text
    )


def has_form(text: str) -> bool:
    """Whether a line has the legal form of a company in it."""
    return form_end(text) > 0


def form_end(text: str) -> int:
    """Where the last legal form of a line ends; 0 where it has none."""
    ends = [found.end() for found in _forms().finditer(text) if found.start() > 1]
    return ends[-1] if ends else 0


def whole_name(text: str) -> str:
    """A line up to the end of the company's name: behind the legal form nothing but words with capitals belongs to it."""
    end = form_end(text)
    if not end:
        return text.strip(" ,;-–")
    kept = text[: end + text[end:].startswith(".")]
    for word in text[len(kept) :].split():
        if not (word[0].isupper() or word in _CONNECTS):
            break
        kept = text[: text.index(word, len(kept)) + len(word)]
    return kept.strip(" ,;-–")


def parts_of(piece: Piece) -> list[Span]:
    """A line's parts between dots, dashes and commas: “Muster GmbH · Weg 1 · 12345 Stadt”."""
    spans: list[Span] = []
    at = 0
    for found in _PARTS.finditer(piece.text):
        if piece.text[at : found.start()].strip():
            spans.append(piece.cut(at, found.start()))
        at = found.end()
    return [*spans, piece.cut(at, len(piece.text))] if piece.text[at:].strip() else spans


def party_of(lines: Sequence[Span]) -> Party | None:
    """Who some lines name: what stands before the street, and the address up to the town and the country."""
    town = next((at for at, line in enumerate(lines) if at and has_town(line.text)), None)
    if town is not None and town + 1 < len(lines) and has_town(lines[town + 1].text):
        town += 1
    street = _street(lines, len(lines) if town is None else town)
    names = [line for line in lines[:street] if is_name(line.text) or is_attention(line.text)]
    name = _name(names)
    if name is None:
        return None
    if town is None:
        return Party(name, None)
    end = town + 2 if town + 1 < len(lines) and is_country(lines[town + 1].text) else town + 1
    return Party(name, joined(lines[street:end], ", "))


def _street(lines: Sequence[Span], town: int) -> int:
    """The first line of the address: the first with a number in it behind the name, at the latest the town's."""
    for at, line in enumerate(lines[1:town], start=1):
        if any(char.isdigit() for char in line.text) and any(char.isalpha() for char in line.text):
            return at
    return max(town - 1, 1) if town > 2 and not has_form(lines[town - 1].text) else town


def _name(lines: Sequence[Span]) -> Span | None:
    """Up to the line with the legal form; without one a salutation and the line behind it."""
    lines = [line for line in lines if fold(line.text) not in _directions()]
    lines = [line for line in lines if not is_attention(line.text)] or [_unattended(line) for line in lines]
    if not lines:
        return None
    formed = [at for at, line in enumerate(lines) if has_form(line.text)]
    if formed:
        return joined(lines[: formed[-1] + 1])
    count = next((at for at, line in enumerate(lines) if not is_salutation(line.text)), len(lines) - 1)
    return joined(lines[: count + 1])


def is_country(text: str) -> bool:
    """Whether a line is the name of a country."""
    return fold(text.split("/")[0]) in _countries()


def is_salutation(text: str) -> bool:
    """Whether a line is no more than “Herrn” or “Monsieur”."""
    return fold(text) in _salutations()


def is_addressed(text: str) -> bool:
    """Whether a line begins with “Herrn” or “Mme”, as only one to whom it is written is called."""
    first = text.split(" ")[0]
    return fold(first) in _salutations() and (len(first) > 2 or "." in first)


def is_attention(text: str) -> bool:
    """Whether a line names who is to open the letter, or whose the company is."""
    return _attention().match(text) is not None


def _unattended(line: Span) -> Span:
    found = _attention().match(line.text)
    text = line.text[found.end() :].lstrip(" .:") if found else line.text
    return replace(line, text=text)


@cache
def _forms() -> re.Pattern[str]:
    forms = {form for some in word_table("sellers")["form"].values() for form in some}
    loud = {form.upper() for form in forms if len(form) >= _LOUD}
    words = "|".join(_loose(form) for form in sorted(forms | loud, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])")


def _loose(form: str) -> str:
    """A form with or without its full stops and spaces."""
    return (
        re.escape(form)
        .replace(r"\.\ ", r"\.?\s?")
        .replace(r"\.", r"\.?\s?" if form.count(".") > 1 else r"\.?")
        .replace(r"\ ", r"\s")
    )


@cache
def _attention() -> re.Pattern[str]:
    table = word_table("addressees")
    words = {word for name in ("attention", "owners") for some in table[name].values() for word in some}
    return re.compile("|".join(rf"{re.escape(word)}(?![^\W_])" for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)


@cache
def _salutations() -> frozenset[str]:
    return frozenset(fold(word) for some in word_table("addressees")["salutations"].values() for word in some)


@cache
def _directions() -> frozenset[str]:
    return frozenset(fold(word) for some in word_table("addressees")["directions"].values() for word in some)


@cache
def _countries() -> frozenset[str]:
    return frozenset(fold(name) for told in word_table("countries").values() for name in told["names"])
