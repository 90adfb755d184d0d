"""Whether the confidence of words means what it says: of those said to be 0.9 sure, nine of ten should be right.

Words are put into ten bins by their confidence. The expected calibration error is the mean distance between what a bin's words
say and how many of them are right, each bin counted by its words (Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated
Probabilities Using Bayesian Binning", 2015; bins of equal width as in Guo et al., "On Calibration of Modern Neural Networks",
2017).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from uncial.evaluate.normalise import is_divided, normalise, wildcard_pattern, without_outer_marks, words
from uncial.evaluate.profiles import Profile

BINS = 10
UNLABELLED = 10
"""So many words in a row that the label has nothing for stand in a part of the page that was not labelled."""


class Said(NamedTuple):
    """A word that was read, and how sure it is said to be."""

    text: str
    confidence: float | None


class Bin(NamedTuple):
    """The words whose confidence lies in one tenth."""

    words: int = 0
    confidence: float = 0.0
    """The sum of what they say."""
    right: int = 0

    def __add__(self, other: object) -> Bin:
        """The words of both."""
        assert isinstance(other, Bin)
        return Bin(self.words + other.words, self.confidence + other.confidence, self.right + other.right)

    @property
    def said(self) -> float:
        """How sure they are said to be, on average."""
        return self.confidence / self.words if self.words else 0.0

    @property
    def found(self) -> float:
        """The share of them that are right."""
        return self.right / self.words if self.words else 0.0


@dataclass(frozen=True, slots=True)
class Reliability:
    """How many words say how much, and how many of those are right."""

    bins: tuple[Bin, ...] = (Bin(),) * BINS

    @staticmethod
    def of(judged: Iterable[tuple[float, bool]]) -> Reliability:
        """That of these words: their confidence, and whether they are right."""
        bins = [Bin()] * BINS
        for confidence, right in judged:
            place = min(int(confidence * BINS), BINS - 1)
            bins[place] += Bin(1, confidence, int(right))
        return Reliability(tuple(bins))

    @staticmethod
    def together(parts: Iterable[Reliability | None]) -> Reliability:
        """That of all words of several pages or sets."""
        bins = [Bin()] * BINS
        for part in parts:
            bins = [one + other for one, other in zip(bins, part.bins, strict=True)] if part else bins
        return Reliability(tuple(bins))

    @property
    def words(self) -> int:
        """How many words were judged."""
        return sum(each.words for each in self.bins)

    @property
    def error(self) -> float | None:
        """The expected calibration error; None without words."""
        distance = sum(abs(each.right - each.confidence) for each in self.bins)
        return distance / self.words if self.words else None


def judged(lines: Sequence[Sequence[Said]], reference: str, profile: Profile) -> list[tuple[float, bool]]:
    """Each word's confidence, and whether it is right.

    A word is right that equals a word of the reference, but for marks at its ends and what `normalise` takes away. Words are
    matched in order, by the fewest edits; those left over on both sides are matched wherever they stand, for the order of reading
    is not what a word's confidence is about. Words without a confidence are matched and not judged, nor are words of which the
    label lacks `UNLABELLED` in a row.
    """
    told = [(bare, word.confidence) for word in _running(lines, profile) if (bare := _bare(word.text, profile))]
    read = [bare for bare, _ in told]
    true = _resolved((_bare(word, profile) for word in words(normalise(reference, profile))), read, profile.wildcard)
    verdicts = zip(told, _verdicts(true, read), strict=True)
    return [(sure, right) for (_, sure), right in verdicts if sure is not None and right is not None]


def _running(lines: Sequence[Sequence[Said]], profile: Profile) -> list[Said]:
    """All words, those that are divided at the end of a line joined and without a confidence: no one figure is theirs."""
    running: list[Said] = []
    for first, *others in (line for line in lines if line):
        if running and profile.join_hyphens and is_divided(running[-1].text, first.text):
            first = Said(running.pop().text[:-1] + first.text, None)
        running += [first, *others]
    return running


def _bare(word: str, profile: Profile) -> str:
    return without_outer_marks(normalise(word, profile), profile.wildcard)


def _resolved(true: Iterable[str], read: Sequence[str], wildcard: str) -> list[str]:
    """The reference's words, those with wildcards replaced by a word that was read and that they allow, if there is one."""
    whole = [word for word in true if word.strip(wildcard or None)]
    if not wildcard:
        return whole
    known = dict.fromkeys(read)
    return [_allowed(word, known, wildcard) if wildcard in word else word for word in whole]


def _allowed(word: str, known: Iterable[str], wildcard: str) -> str:
    bare, pattern = word.strip(wildcard), wildcard_pattern(word, wildcard)  # a wildcard at an end may have been a mark
    return next((each for each in known if each == bare or pattern.fullmatch(each)), word)


def _verdicts(true: Sequence[str], read: Sequence[str]) -> list[bool | None]:
    """Whether each word that was read is right; None where the label seems to lack a part of the page."""
    verdicts: list[bool | None] = [False] * len(read)
    left, unlabelled = Counter[str](), []
    for step in Levenshtein.opcodes(true, read):
        here = range(step.dest_start, step.dest_end)
        if step.tag == "equal":
            verdicts[here.start : here.stop] = [True] * len(here)
        left.update(true[step.src_start : step.src_end] if step.tag != "equal" else ())
        unlabelled += [here] if step.tag == "insert" else []
    for place in [place for place, right in enumerate(verdicts) if not right]:
        if left[read[place]]:
            left[read[place]] -= 1
            verdicts[place] = True
    for here in unlabelled:
        wrong = [place for place in here if not verdicts[place]]
        if len(wrong) >= UNLABELLED:
            verdicts[here.start : here.stop] = [verdicts[place] or None for place in here]
    return verdicts
