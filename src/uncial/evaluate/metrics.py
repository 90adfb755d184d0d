"""How far one text is from another: edits, and words found in whatever order. Both texts are normalised already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from uncial.evaluate.normalise import wildcard_pattern


class Edits(NamedTuple):
    """How many letters (or words) must be put in, taken out or changed, of how many that the reference has."""

    errors: int
    length: int

    @property
    def rate(self) -> float:
        """The share of errors. Above 1 where far too much was read; 1 where anything was read of an empty reference."""
        return self.errors / self.length if self.length else float(bool(self.errors))


class Hits(NamedTuple):
    """How many words of the reference were read, wherever they stand."""

    hits: int
    expected: int
    given: int

    @property
    def recall(self) -> float:
        """The share of the reference's words that were read; 1 where it has none."""
        return self.hits / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        """The share of the words read that the reference has; 1 where none was read."""
        return self.hits / self.given if self.given else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 1 where there is nothing to read and nothing was read."""
        total = self.expected + self.given
        return 2 * self.hits / total if total else 1.0


def edits(reference: Sequence[str], hypothesis: Sequence[str], wildcard: str = "") -> Edits:
    """The Levenshtein distance of two sequences of letters or words.

    A wildcard in the reference is any one letter. Hyyrö's bit-vector algorithm ("A bit-vector algorithm for computing Levenshtein
    and Damerau edit distances", 2003, figure 4) on integers as long as the reference: it takes wildcards, which rapidfuzz does
    not, and needs milliseconds for a page, where a table of costs needs seconds.
    """
    length = len(reference)
    if not length:
        return Edits(len(hypothesis), 0)
    full, last, distance = (1 << length) - 1, 1 << (length - 1), length
    plus, minus = full, 0
    matches = _Matches(reference, wildcard)
    for symbol in hypothesis:
        equal = matches.of(symbol)
        vertical = equal | minus
        horizontal = ((((equal & plus) + plus) ^ plus) | equal) & full
        up, down = minus | (full & ~(horizontal | plus)), plus & horizontal
        distance += bool(up & last) - bool(down & last)
        up, down = (up << 1 | 1) & full, (down << 1) & full
        plus, minus = down | (full & ~(vertical | up)), up & vertical
    return Edits(distance, length)


class _Matches:
    """Where in the reference a symbol stands, as a bit for each place."""

    def __init__(self, reference: Sequence[str], wildcard: str) -> None:
        self.places: dict[str, int] = {}
        self.wild: dict[str, int] = {}
        self.wildcard = wildcard
        for index, symbol in enumerate(reference):
            table = self.wild if wildcard and wildcard in symbol else self.places
            table[symbol] = table.get(symbol, 0) | 1 << index
        self.seen: dict[str, int] = {}

    def of(self, symbol: str) -> int:
        """All places that the symbol fits."""
        if symbol not in self.seen:
            found = self.places.get(symbol, 0)
            for pattern, places in self.wild.items():
                if wildcard_pattern(pattern, self.wildcard).fullmatch(symbol):
                    found |= places
            self.seen[symbol] = found
        return self.seen[symbol]


def hits(reference: Sequence[str], hypothesis: Sequence[str]) -> Hits:
    """How many words of the reference are in the hypothesis, each as often as it is in both."""
    common = Counter(reference) & Counter(hypothesis)
    return Hits(common.total(), len(reference), len(hypothesis))


def without(text: str, ignored: Sequence[str], *, likeness: float = 75.0, shortest: int = 8) -> str:
    """The text without what is really on the page but not in the label: lines, or parts of lines, that are like a part of it.

    `likeness` is a percentage (rapidfuzz's partial ratio); a piece of fewer than `shortest` letters is too short to tell apart.
    """
    for phrase in ignored:
        text = "\n".join(_line_without(line, phrase, likeness, shortest) for line in text.split("\n"))
    return text


def _line_without(line: str, phrase: str, likeness: float, shortest: int) -> str:
    if min(len(line.strip()), len(phrase)) < shortest:
        return line
    found = fuzz.partial_ratio_alignment(phrase, line, score_cutoff=likeness)
    return line[: found.dest_start] + line[found.dest_end :] if found else line


def reordered(lines: Sequence[str], reference: str, *, shortest: int = 4) -> list[int]:
    """The numbers of the lines in the order in which the reference (without line breaks) has them.

    Each line, the longest first, goes to the place that it is most like and that no other has taken; a line of fewer than
    `shortest` letters, or one that is like nothing, stays behind the line that it followed.
    """
    taken: dict[int, int] = {}
    free = reference
    for index in sorted(range(len(lines)), key=lambda i: -len(lines[i])):
        found = _place(lines[index], free) if len(lines[index]) >= shortest else None
        if found:
            start, end = found
            taken[index] = start
            free = free[:start] + "\0" * (end - start) + free[end:]
    places, place = [], -1
    for index in range(len(lines)):
        place = taken.get(index, place)
        places.append(place)
    return sorted(range(len(lines)), key=places.__getitem__)


def _place(line: str, reference: str) -> tuple[int, int] | None:
    if len(line) > len(reference):
        return None
    found = fuzz.partial_ratio_alignment(line, reference, score_cutoff=50)
    return (found.dest_start, found.dest_end) if found else None
