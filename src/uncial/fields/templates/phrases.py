"""Phrases of a form on a page, as OCR gives them: with letters wrong, and spaces lost or added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio

from uncial.errors import TemplateInvalid
from uncial.fields.sheet import Sheet, Span, View
from uncial.fields.templates.model import Pattern, Phrase
from uncial.fields.templates.places import Stretch, row_of
from uncial.fields.tokens import fold, tokens

_LETTERS_AN_ERROR = 6
"""One letter may be wrong for so many of a phrase; shorter phrases have to be read right but for what OCR confuses."""
_MOST_ERRORS = 4
_SECONDS = 0.2
"""For one pattern in one text."""
_LONGEST = 20_000
"""Characters of a text that a pattern is looked for in."""


class Key(NamedTuple):
    """A word, folded, and where it stands in a text."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """A row of a page, in which phrases are looked for."""

    sheet: Sheet
    number: int
    """Of the row, from 0."""

    @cached_property
    def stretch(self) -> Stretch:
        """All of it."""
        return row_of(self.sheet.rows[self.number])

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Its words."""
        return tuple(_keys(self.stretch.text))

    @cached_property
    def folded(self) -> str:
        """Its words without spaces between them."""
        return "".join(key for key, _, _ in self.keys)


@dataclass(frozen=True)
class Place:
    """Where a phrase stands."""

    line: Line
    start: int
    end: int
    likeness: float
    """0..1: how much of it was read right."""

    @property
    def sheet(self) -> Sheet:
        """The page that it stands on."""
        return self.line.sheet

    @property
    def span(self) -> Span | None:
        """Its text."""
        return self.line.stretch.cut(self.start, self.end)


@dataclass(frozen=True)
class Pages:
    """A document as those who look for phrases see it; what was looked for is not looked for again."""

    view: View

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All rows of all pages."""
        return tuple(Line(sheet, number) for sheet in self.view.sheets for number in range(len(sheet.rows)))

    @cached_property
    def _known(self) -> dict[str, tuple[Place, ...]]:
        return {}

    def places(self, phrase: str) -> tuple[Place, ...]:
        """Everywhere that the phrase stands, from the top down."""
        needle = folded(phrase)
        if needle not in self._known:
            self._known[needle] = tuple(place for line in self.lines for place in _in_line(line, needle)) if needle else ()
        return self._known[needle]

    def mark(self, phrase: Phrase) -> Place | None:
        """Where the phrase stands that is read best, of equals the first; of a pattern the first place."""
        if phrase.pattern:
            return next(self._matching(phrase.pattern), None)
        return max(self.places(phrase.text), key=lambda place: place.likeness, default=None)

    def _matching(self, pattern: Pattern) -> Iterator[Place]:
        for line in self.lines:
            found = search(pattern, line.stretch.text)
            if found:
                yield Place(line, *found, 1.0)


@lru_cache(maxsize=4096)
def folded(phrase: str) -> str:
    """A phrase as it is looked for."""
    return "".join(key for key, _, _ in _keys(phrase))


def search(pattern: Pattern, text: str) -> tuple[int, int] | None:
    """Where the pattern's group, or all of it, first stands in a text that is not empty there.

    Raises `TemplateInvalid` where that takes too long.
    """
    group = min(pattern.compiled.groups, 1)
    try:
        for found in pattern.compiled.finditer(text[:_LONGEST], timeout=_SECONDS):
            if found[group] and found[group].strip():
                return found.start(group), found.end(group)
    except TimeoutError:
        message = f"{pattern.told}: the pattern takes too long on this page."
        raise TemplateInvalid(message, hint="Repeat nothing that is repeated itself: (a+)+ takes for ever.") from None
    return None


def _keys(text: str) -> Iterator[Key]:
    """The words of a text, folded; where a capital follows a small letter a space was lost."""
    for token in tokens(text):
        start = token.start
        for at in _joints(text, token.start, token.end):
            yield Key(fold(text[start:at]), start, at)
            start = at
        yield Key(token.key if start == token.start else fold(text[start : token.end]), start, token.end)


def _joints(text: str, start: int, end: int) -> Iterable[int]:
    return (at for at in range(start + 1, end) if text[at].isupper() and text[at - 1].islower())


def _in_line(line: Line, needle: str) -> Iterator[Place]:
    errors = min(len(needle) // _LETTERS_AN_ERROR, _MOST_ERRORS)
    if needle not in line.folded and not (errors and _may_hold(line.folded, needle, errors)):
        return
    at = 0
    while at < len(line.keys):
        found = _at(line.keys, at, needle, errors)
        if found is None:
            at += 1
            continue
        start, stop, wrong = _better(line.keys, (at, *found), needle)
        yield Place(line, line.keys[start].start, line.keys[stop - 1].end, 1 - wrong / len(needle))
        at = stop


def _better(keys: tuple[Key, ...], found: tuple[int, int, int], needle: str) -> tuple[int, int, int]:
    """Of all that begin within what was found what is most like the phrase: “1 Total” is “Total” with a letter too much."""
    best = found
    for start in range(found[0] + 1, found[1]):
        if best[2] and (other := _at(keys, start, needle, best[2] - 1)):
            best = (start, *other)
    return best


def _may_hold(line: str, needle: str, errors: int) -> bool:
    # An error costs at most two of the letters that both have (Indel distance), of twice the length.
    return len(line) >= len(needle) - errors and partial_ratio(needle, line) >= 100 * (1 - 2 * errors / len(needle))


def _at(keys: tuple[Key, ...], start: int, needle: str, errors: int) -> tuple[int, int] | None:
    """Where the phrase ends that begins at a word, and how many letters of it are wrong; the best of all ends."""
    best, joined = None, ""
    for stop in range(start, len(keys)):
        joined += keys[stop].key
        if len(joined) > len(needle) + errors:
            break
        if len(joined) >= len(needle) - errors:
            wrong = Levenshtein.distance(joined, needle, score_cutoff=errors)
            if wrong <= errors and (best is None or wrong < best[1]):
                best = stop + 1, wrong
    return best
