"""Text cut into words of letters and of digits, folded so that what OCR confuses is the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"\d+|[^\W\d_]+|[|!]")
_UNMARKED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "$": "s", "8": "b", "2": "z", "6": "g"})
_DIGITS = str.maketrans("OoDQIl|!iZzSs§GB", "0000111112255568")
_LIKELY = frozenset("OoIl|!")
"""Letters that are taken for digits first of all."""
_DIGIT = re.compile(r"\d")
_GOES_ON = re.compile(r"\d[./,:-]$|[./,:-]\d")
_CONFUSED = re.compile(r"(?<![^\W\d])(?=[A-Za-z|!§.,]*\d)[\dODQoIl|!iZzSsGB§]+(?![^\W\d])")
"""A run of digits and letters that look like digits, one true digit at least, and no other letter at its sides."""


class Token(NamedTuple):
    """A run of letters or of digits."""

    key: str
    """Folded: what OCR confuses is the same."""
    start: int
    end: int
    is_number: bool
    glued: bool
    """Whether nothing stands between it and the token before."""


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Letters and digits alone, without case and accents, and with one letter for all that OCR confuses: “T0TAL:” is “total”."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UNMARKED))
    return _merged("".join(char for char in plain.translate(_ALIKE) if char.isalnum()))


def longer(key: str, more: str) -> str:
    """Two folded texts as one: what is the same within a word is so where two words meet."""
    return _merged(key + more)


def _merged(key: str) -> str:
    return key.replace("rn", "m").replace("vv", "w")


def tokens(text: str) -> tuple[Token, ...]:
    """The words and numbers of a text, from its beginning."""
    found: list[Token] = []
    for each in _TOKEN.finditer(text):
        glued = bool(found) and found[-1].end == each.start()
        found.append(Token(fold(each[0]), each.start(), each.end(), each[0].isdigit(), glued))
    return tuple(found)


def as_digits(text: str) -> str:
    """The text with letters among digits read as digits, “l2.5O” as “12.50”; it stays as long as it was."""
    return _CONFUSED.sub(_meant, text) if has_digits(text) else text


def has_digits(text: str) -> bool:
    """Whether a digit stands in it: without one no number, no date and no time does."""
    return _DIGIT.search(text) is not None


def _meant(run: re.Match[str]) -> str:
    """The run in digits where most of it are, or a number goes on beside it; a paper's “B4” and a seat's “S1” stay."""
    letters = [char for char in run[0] if not char.isdigit()]
    spare = len(run[0]) - 2 * len(letters)
    beside = _GOES_ON.search(run.string[max(run.start() - 2, 0) : run.start()]) or _GOES_ON.match(run.string, run.end())
    likely = spare >= 0 if beside or _LIKELY.issuperset(letters) else spare > 0
    return run[0].translate(_DIGITS) if likely else run[0]
