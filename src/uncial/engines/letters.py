"""Which letters follow which in words: a language model of letters for what can hardly be read.

It knows words of English, French, German, Italian and Spanish, all at once, for nobody knows the language of a note beforehand.
Up to five letters of a word tell how probable the next one is: n-grams with interpolated Witten-Bell smoothing (Witten and Bell,
"The Zero-Frequency Problem", 1991), of the word lists of Tesseract's language packs (Apache-2.0). `scripts/letters.py` counts
them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from uncial.options import AUTO

LANGUAGES = frozenset({"de", "en", "es", "fr", "it"})
"""Whose words it knows, as BCP 47 names."""

ORDER = 6
"""The letter itself and the most that are looked at before it."""
EDGE = 1
"""The code of the beginning and of the end of a word."""
BITS = 8
"""Of a letter's code; the codes of an n-gram side by side are its key."""
STEP = 0.05
"""In nats, of the tables: what they hold is that many times as surprising."""
_FILE = Path(__file__).with_name("letters.npz")

_UNKNOWN = 4.5
"""How surprising a letter is that the model does not know, in nats."""
_MOST = 12.0
_CAPITAL = 1.5
"""What a word's capital costs beyond its letter, one in the middle of a word, and one after another."""
_CAPITAL_WITHIN = 2.0
_CAPITAL_ON = 0.3
_DIGIT = 3.5
_DIGIT_ON = 2.3
"""A digit after another."""
_SPACE_ALONE = 1.0
"""A space that ends no word, as after a comma."""
_APOSTROPHE = 3.5
_MARK = 2.0
"""A mark at the end of a word, beyond the end itself."""
_MARK_ALONE = 4.5


@dataclass(frozen=True, slots=True)
class LetterModel:
    """How surprising each letter is after those before it."""

    codes: dict[str, int]
    """Of each letter that it knows, in lower case."""
    keys: array[int]
    """Of the n-grams that it knows, rising."""
    surprises: bytes
    """Of the last letter of each, in `STEP`s."""
    histories: array[int]
    """Keys of the letters before such n-grams, rising."""
    falls: bytes
    """What it costs after those letters when the next one is none of theirs, in `STEP`s."""

    def surprise(self, before: str, character: str) -> float:
        """How surprising it is that `character` comes after the text `before`, in nats; a guess for what is no letter."""
        last = before[-1:]
        if character.isalpha():
            return self._letter(before, self.codes.get(character.lower(), 0)) + _case(last, character)
        if character.isdigit():
            return _DIGIT_ON if last.isdigit() else _DIGIT
        if character == " ":
            return self._letter(before, EDGE) if last.isalpha() else _SPACE_ALONE
        if character in "'’":
            return _APOSTROPHE
        return self._letter(before, EDGE) + _MARK if last.isalpha() else _MARK_ALONE

    def _letter(self, before: str, code: int) -> float:
        """How surprising that letter is: by the longest n-gram that is known, and less what was fallen back from."""
        history = self._history(before)
        cost = 0.0
        while True:
            known = _find(self.keys, _key([*history, code]))
            if known is not None:
                return min(cost + self.surprises[known] * STEP, _MOST)
            if not history:
                return min(cost + _UNKNOWN, _MOST)
            fallen = _find(self.histories, _key(history))
            cost += self.falls[fallen] * STEP if fallen is not None else 0.0
            history = history[1:]

    def _history(self, before: str) -> list[int]:
        """The codes of the last letters of the word so far, its beginning included."""
        start = len(before)
        while start > max(len(before) - ORDER + 1, 0) and before[start - 1].isalpha():
            start -= 1
        codes = [self.codes.get(letter, 0) for letter in before[start:].lower()]
        begins = start == 0 or not before[start - 1].isalpha()
        return ([EDGE, *codes] if begins else codes)[-(ORDER - 1) :]


def spells(languages: Sequence[str]) -> bool:
    """Whether it knows the words of these languages; where none is named, it may as well."""
    return LANGUAGES.issuperset(languages) or list(languages) == [AUTO]


@cache
def load_letters(path: Path = _FILE) -> LetterModel:
    """The model that comes with Uncial, or the one that `scripts/letters.py` wrote there."""
    import numpy as np

    with np.load(path) as tables:
        return LetterModel(
            {letter: code for code, letter in enumerate(str(tables["letters"]), EDGE + 1)},
            array("Q", np.cumsum(tables["keys"], dtype=np.uint64).tobytes()),
            tables["surprises"].tobytes(),
            array("Q", np.cumsum(tables["histories"], dtype=np.uint64).tobytes()),
            tables["falls"].tobytes(),
        )


def _case(last: str, character: str) -> float:
    if not character.isupper():
        return 0.0
    if last.isupper():
        return _CAPITAL_ON
    return _CAPITAL_WITHIN if last.isalpha() else _CAPITAL


def _key(codes: Sequence[int]) -> int:
    key = 0
    for code in codes:
        key = key << BITS | code
    return key


def _find(keys: array[int], key: int) -> int | None:
    place = bisect_left(keys, key)
    return place if place < len(keys) and keys[place] == key else None
