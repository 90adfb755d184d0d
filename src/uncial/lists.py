"""The marks that items of a list begin with: bullets, numbers and letters."""

from __future__ import annotations

import re
from typing import NamedTuple

BULLETS = "•◦▪▫■□●○◘◙‣⁃∙·◆◇❖❑❒➢➤►▶▸✓✔✗✘☐☑☒→⇒➔★☆\uf0b7\uf0a7\uf0a8\uf0d8\uf0fc\uf076\uf0e0"
"""Characters that stand for nothing but a bullet at the start of a line; the last ones are those of Symbol and Wingdings."""
_DASHES = "-–*+o"
"""Characters that stand for a bullet where a space follows, and for many other things elsewhere."""
_ROMANS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN = re.compile("(?=[ivxlc])c{0,3}(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = "一二三四五六七八九十"
_KEY = rf"\d{{1,3}}(?:\.\d{{1,2}}){{0,4}}|[A-Za-z]|[IVXLC]{{2,7}}|[ivxlc]{{2,7}}|[{_CHINESE}]"
_MARKER = re.compile(
    rf"""(?:
      (?P<bullet>[{BULLETS}])\s*
    | (?P<dash>[{re.escape(_DASHES)}])\s+
    | (?P<circled>[{_CIRCLED}])\s*
    | [(（\[](?P<around>{_KEY})[)）\]]\s*
    | (?P<bracket>{_KEY})[)）、]\s*
    | (?P<dotted>\d{{1,3}}(?:\.\d{{1,2}}){{1,4}})\s+(?=[^\W\d_a-z]|["“„«(])
    | (?P<stop>{_KEY})\.(?:\s+|(?=[^\W\d_a-z][^\W\d_]))
    )(?=\S)""",
    re.VERBOSE,
)


class Marker(NamedTuple):
    """What an item of a list begins with, and what it says."""

    marker: str
    """As it is written: “•”, “2.”, “(b)”."""
    ordered: bool
    """Whether it counts: a number or a letter, not a bullet."""
    number: int | None
    """What it counts to: 2 of “2.”, “(b)”, “ii)” and “1.2”; None of a bullet."""
    rest: str
    """The text behind it."""


def split_marker(text: str) -> Marker | None:
    """The mark that a text begins with and what follows it; None where it begins with none, or nothing follows.

    What looks like a mark need not be one: “A. Miller”, “– he said”. Only the lines around tell whether they are a list.
    """
    found = _MARKER.match(text)
    if not found:
        return None
    marker, rest = found[0].strip(), text[found.end() :]
    key = next((found[name] for name in ("around", "bracket", "dotted", "stop") if found[name]), "")
    if found["circled"]:
        return Marker(marker, True, _CIRCLED.index(found["circled"]) + 1, rest)
    number = _counted(key) if key else None
    return None if key and number is None else Marker(marker, bool(key), number, rest)


def _counted(key: str) -> int | None:
    """The number that a key stands for: digits, a Roman numeral, or a letter's place in the alphabet."""
    if key[-1].isdecimal():
        return int(key.rpartition(".")[2])
    if key in _CHINESE:
        return _CHINESE.index(key) + 1
    small = key.lower()
    if small in "ivx" or len(small) > 1:
        return _roman(small)
    return ord(small) - ord("a") + 1


def _roman(numeral: str) -> int | None:
    """The value of a Roman numeral; None where it is none, as “civil”."""
    if not _ROMAN.fullmatch(numeral):
        return None
    values = [_ROMANS[letter] for letter in numeral]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))
