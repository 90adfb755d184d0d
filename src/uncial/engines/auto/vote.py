"""Lets two readers of one line agree on its words.

Both readings are aligned by words. Where they differ, a formula says which one to believe: a logistic regression over how sure
each reader is of its words, and how they differ. It was fitted on the disputed words of all development sets, each set counting
the same; with each set left out in turn, it takes four or more true corrections for each false one on books, typescript and
office print, and three for two on receipts. docs/accuracy.md has the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from math import log
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from uncial.document import Line, Word, mean_confidence
from uncial.engines.calibration import agreed, disputed

_START = -3.9
_OWN_SURE = -0.54
"""For each unit of log odds of the least sure character of the first reader's words."""
_OTHER_SURE = 0.77
"""For each unit of log odds of the least sure word of the other reader."""
_MARKS_ONLY = -0.73
"""Where they differ in punctuation alone: the other reader takes stops for commas."""
_SPACES_ONLY = 1.77
"""Where they differ in spaces alone: the first reader loses them."""
_ALIKE = 4.2
"""Times how much of the whole line is read alike: where little is, the other reader is lost."""
_SHORT = -0.7
"""Where one of the two has no more than three characters."""
_CLEARLY = 0.2
"""So much has to speak for the other reader."""

_SAME = str.maketrans({**dict.fromkeys("‘’‚‛`´", "'"), **dict.fromkeys("“”„‟", '"'), **dict.fromkeys("‐‑‒–—―−", "-"), "ſ": "s"})
"""Different ways of writing the same, about which there is no dispute."""


class _Dispute(NamedTuple):
    """Words of both lines at one place: equally many, or some that stand for each other in all."""

    own: slice
    other: slice
    same: bool


def vote(line: Line, other: Line) -> Line:
    """The line with each word as the more credible of two readers has it, and with a confidence that knows of the other reader.

    `line` is the neural engine's, `other` Tesseract's reading of the same place.
    """
    own_words, other_words = _keys(line.words), _keys(other.words)
    alike = similarity(line, other)
    words: list[Word] = []
    for own, others, same in _places(own_words, other_words):
        mine, theirs = line.words[own], other.words[others]
        if same:
            words += [_agreed(a, b) for a, b in zip(mine, theirs, strict=True)]
        elif mine and not (theirs and _believed(mine, theirs, alike)):
            words += [_disputed(word) for word in mine]
        elif mine:
            words += _taken(theirs, mine)
    return replace(line, words=tuple(words), confidence=mean_confidence(words), engine=f"{line.engine}+{other.engine}")


def similarity(line: Line, other: Line) -> float:
    """How much of two readings is the same, 0..1."""
    return Levenshtein.normalized_similarity(" ".join(_keys(line.words)), " ".join(_keys(other.words)))


def least_sure(line: Line) -> float:
    """How sure the reader is of the character of which it is least sure, as it says itself."""
    return min(map(_least, line.words))


def _least(word: Word) -> float:
    return min(word.character_confidences, default=word.confidence or 0.0)


def _keys(words: Sequence[Word]) -> list[str]:
    return [word.text.translate(_SAME) for word in words]


def _places(own: Sequence[str], other: Sequence[str]) -> Iterator[_Dispute]:
    """Where the readings agree and where they do not, from left to right, in pieces as small as can be."""
    for kind, a, b, c, d in SequenceMatcher(None, own, other, autojunk=False).get_opcodes():
        if b - a == d - c:
            yield from (_Dispute(slice(a + i, a + i + 1), slice(c + i, c + i + 1), kind == "equal") for i in range(b - a))
        else:
            yield _Dispute(slice(a, b), slice(c, d), same=False)


def _believed(own: Sequence[Word], other: Sequence[Word], alike: float) -> bool:
    """Whether the other reader is to be believed."""
    mine, theirs = " ".join(_keys(own)), " ".join(_keys(other))
    spaces = mine.replace(" ", "") == theirs.replace(" ", "")
    evidence = (
        _START
        + _OWN_SURE * _log_odds(min(map(_least, own)), 0.9999)
        + _OTHER_SURE * _log_odds(min(word.confidence or 0.0 for word in other), 0.995)
        + _MARKS_ONLY * (not spaces and _letters(mine) == _letters(theirs))
        + _SPACES_ONLY * spaces
        + _ALIKE * alike
        + _SHORT * (min(len(mine), len(theirs)) <= 3)
    )
    return evidence > _CLEARLY


def _log_odds(probability: float, most: float) -> float:
    sure = min(max(probability, 0.02), most)
    return log(sure / (1 - sure))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _taken(theirs: Sequence[Word], mine: Sequence[Word]) -> list[Word]:
    """The other reader's words, in the first one's places where they are as many."""
    quads = [word.quad for word in (mine if len(mine) == len(theirs) else theirs)]
    return [
        _disputed(replace(word, text=word.text.replace("ſ", "s"), quad=quad, character_confidences=()))
        for word, quad in zip(theirs, quads, strict=True)
    ]


def _agreed(mine: Word, theirs: Word) -> Word:
    if mine.confidence is None or theirs.confidence is None:
        return mine
    return replace(mine, confidence=agreed(mine.confidence, theirs.confidence))


def _disputed(word: Word) -> Word:
    return word if word.confidence is None else replace(word, confidence=disputed(word.confidence))
