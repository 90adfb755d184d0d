"""Tables of words: the phrases by which documents name their fields, in many languages, found as OCR gives them.

Each table is a TOML file of `words/`: a section a name, in it a list of phrases a language. Phrases of five letters and more are
found with one letter wrong, missing or too much, too: every phrase is kept with each of its letters left out once, and so is what
is looked up (the symmetric deletions of Garbe's SymSpell).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from rapidfuzz.distance import Levenshtein

from uncial.fields.tokens import Token, fold, longer, tokens

_FUZZY = 6
"""Letters; shorter phrases have to be read right but for what OCR confuses."""
_MOST_TOKENS = 14
"""Of one phrase; set with wide spacing, each letter is one."""
_END = 6
"""Letters at the beginning and at the end of a text by which is told whether it may be a phrase."""


class Entry(NamedTuple):
    """A phrase of a table."""

    name: str
    """The section that it stands in."""
    language: str
    phrase: str


class Hit(NamedTuple):
    """A phrase that was found in a text, from `start` up to but not including `end`."""

    entries: tuple[Entry, ...]
    start: int
    end: int
    exact: bool
    """Whether it was found as it is, but for what OCR confuses."""

    @property
    def names(self) -> frozenset[str]:
        """The sections that it stands in."""
        return frozenset(entry.name for entry in self.entries)

    def is_(self, *names: str) -> bool:
        """Whether it stands in one of these sections."""
        return any(entry.name in names for entry in self.entries)


@dataclass(frozen=True)
class Lexicon:
    """The phrases of one or several tables, to be looked up."""

    entries: Mapping[str, tuple[Entry, ...]]
    """By folded phrase."""
    shortened: Mapping[str, tuple[str, ...]]
    """The folded phrases by themselves with one letter left out."""
    longest: int
    """Letters of the longest phrase."""
    heads: frozenset[str]
    """How the phrases begin; those that are found with a letter wrong with each of these letters left out, too."""
    tails: frozenset[str]
    """How those end that are found with a letter wrong, in the same manner."""

    @staticmethod
    def of(entries: Iterable[Entry]) -> Lexicon:
        """The lexicon of these phrases."""
        known: dict[str, tuple[Entry, ...]] = {}
        for entry in entries:
            key = fold(entry.phrase)
            known[key] = (*known.get(key, ()), entry)
        shortened: dict[str, tuple[str, ...]] = {}
        for key in known:
            if len(key) >= _FUZZY:
                for short in {key[:i] + key[i + 1 :] for i in range(len(key))}:
                    shortened[short] = (*shortened.get(short, ()), key)
        heads = frozenset(head for key in known for head in (_nearly(key[:_END]) if len(key) >= _FUZZY else (key,)))
        tails = frozenset(tail for key in known if len(key) >= _FUZZY for tail in _nearly(key[-_END:]))
        return Lexicon(known, shortened, max(map(len, known), default=0), heads, tails)

    def find(self, text: str) -> Iterator[Hit]:
        """Every phrase in the text, from its beginning; of those that overlap the longest, and the first of equals."""
        parts, heads = _opened(text)
        at = 0
        while at < len(parts):
            if self.heads.isdisjoint(heads[at]):
                at += 1
                continue
            hit, used = self._longest(parts, at)
            if hit:
                yield hit
            at += used

    def named(self, text: str, *names: str) -> Hit | None:
        """The first phrase of these sections in the text; of any section where none is named."""
        return next((hit for hit in self.find(text) if not names or hit.is_(*names)), None)

    def _longest(self, parts: tuple[Token, ...], at: int) -> tuple[Hit | None, int]:
        """The longest phrase that begins at that token, and how many tokens it takes; exact ones go before others."""
        best: tuple[bool, int, tuple[Entry, ...]] | None = None
        key = ""
        worded = False
        for count, part in enumerate(parts[at : at + _MOST_TOKENS], start=1):
            if count > 1 and (part.is_number or parts[at + count - 2].is_number) and not part.glued:
                break
            key = longer(key, part.key)
            worded = worded or not part.is_number
            if len(key) > self.longest + 1:
                break
            if not worded and not _has_digits(self.entries.get(key, ())):
                continue  # 815 is no “bis”
            if key in self.entries:
                best = (True, count, self.entries[key])
            elif (best is None or not best[0]) and (near := self._near(key)):
                best = (False, count, near)
        if best is None:
            return None, 1
        exact, count, entries = best
        rest = "".join(part.key for part in parts[at + 1 : at + count])
        if not exact and rest in self.entries and len(fold(entries[0].phrase)) <= len(rest) + 1:
            return None, 1  # what comes next is right without this: “2e classe”
        return Hit(entries, parts[at].start, parts[at + count - 1].end, exact), count

    def _near(self, key: str) -> tuple[Entry, ...]:
        """The phrases that are one letter away."""
        if len(key) < _FUZZY - 1 or self.tails.isdisjoint(_nearly(key[-_END:])) or self.heads.isdisjoint(_nearly(key[:_END])):
            return ()
        shorter = [key[:i] + key[i + 1 :] for i in range(len(key))]
        whole = next((short for short in shorter if len(short) >= _FUZZY and short in self.entries), None)
        if whole:
            return self.entries[whole]
        for short in (key, *shorter):
            for phrase in self.shortened.get(short, ()):
                if Levenshtein.distance(key, phrase, score_cutoff=1) <= 1:
                    return self.entries[phrase]
        return ()


@lru_cache(maxsize=1 << 10)
def _opened(text: str) -> tuple[tuple[Token, ...], tuple[tuple[str, ...], ...]]:
    """The tokens of a text and how it goes on from each of them; many tables are looked up in one text."""
    parts = tokens(text)
    return parts, tuple(_goes_on(parts, at) for at in range(len(parts)))


def _goes_on(parts: tuple[Token, ...], at: int) -> tuple[str, ...]:
    """The beginnings that a phrase at this token may have: one of them is in `Lexicon.heads` where one is found there."""
    key = parts[at].key
    found: tuple[str, ...] = ()
    for part in parts[at + 1 : at + _MOST_TOKENS]:
        if len(key) > _END:  # its last letter alone can change with what comes next
            break
        found += _nearly(key)
        key = longer(key, part.key)
    return found + _nearly(key[:_END])


@lru_cache(maxsize=1 << 14)
def _nearly(end: str) -> tuple[str, ...]:
    """Some letters, and they with each of them left out where so many can be a phrase with a letter wrong."""
    return (end, *(end[:i] + end[i + 1 :] for i in range(len(end)))) if len(end) >= _FUZZY - 1 else (end,)


def _has_digits(entries: Iterable[Entry]) -> bool:
    return any(char.isdigit() for entry in entries for char in entry.phrase)


@cache
def lexicon(*tables: str) -> Lexicon:
    """The lexicon of these tables of `words/`, by their names: `lexicon("receipts")`."""
    return Lexicon.of(entry for table in tables for entry in _entries(table))


@cache
def word_table(name: str) -> Mapping[str, Any]:
    """A table of `words/` as it stands there."""
    return tomllib.loads(files("uncial.fields").joinpath("words", f"{name}.toml").read_text("utf-8"))


def _entries(table: str) -> Iterator[Entry]:
    for name, languages in word_table(table).items():
        for language, phrases in languages.items():
            yield from (Entry(name, language, phrase) for phrase in phrases)
