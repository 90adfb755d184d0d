"""Runs the lines of paragraphs together: words that were divided at the end of a line become whole again.

Uncial ships no dictionary, so the text itself has to tell whether the hyphen at the end of a line belongs to the word: what
stands whole in the middle of another line is how its author writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

_HYPHENS = "-‐¬⸗\u00ad"
_ONLY_DIVIDE = "¬⸗\u00ad"
"""What stands for nothing but a division: the marks of transcribers, of broken type, and the soft hyphen."""
_SUSPENDED = frozenset({"and", "und", "oder", "sowie", "bis"})
"""After these a hyphen stands for the rest of a word that comes later: “Vor- und Nachteile”."""
_HALF = 4
"""Letters that both halves of a compound have to have: “for” and “ward” stand alone in every text."""
_NO_SPACES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x312F), (0x31A0, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F), (0xFF00, 0xFF9F), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Scripts without spaces between words, with their punctuation: Thai, Lao, Burmese, Khmer, Han, kana (blocks of Unicode)."""


def running_text(blocks: Sequence[Sequence[str]], known: frozenset[str] | None = None) -> str:
    """The text of blocks of lines as one writes it without lines: a paragraph for each block, an empty line between each two.

    A word that goes on in the next block takes the block with it. `known` are the whole words of the document around, if there
    is more of it than these blocks.
    """
    known = whole_words(line for block in blocks for line in block) if known is None else known
    text = ""
    for separator, line in _with_separators(blocks):
        text = _joined(text, line, separator, known)
    return text


def whole_words(lines: Iterable[str]) -> frozenset[str]:
    """The words that stand whole in these lines, in small letters: none that a line's end may have divided."""
    return frozenset(word for line, after in _marked(lines) for word in _whole(line.split(), after) if word)


def _marked(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each line with any text, and whether the one before it ends with a hyphen."""
    texts = [line for line in lines if line.strip()]
    yield from ((line, before.rstrip().endswith(tuple(_HYPHENS))) for before, line in pairwise(["", *texts]))


def _whole(words: list[str], after_hyphen: bool) -> Iterator[str]:
    end = len(words) - words[-1].endswith(tuple(_HYPHENS))
    return (_bare(word) for word in words[after_hyphen:end])


def _with_separators(blocks: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        separator = "\n\n"
        for line in block:
            if line.strip():
                yield separator, line.strip()
                separator = " "


def _joined(text: str, line: str, separator: str, known: frozenset[str]) -> str:
    """Both, with a space or an empty line between them, or nothing where a word goes on."""
    if not text:
        return line
    if text[-1] in _HYPHENS and text[-2:-1].isalnum():
        return _over_a_hyphen(text, line, separator, known)
    if separator == " " and _is_spaceless(text[-1]) and _is_spaceless(line[0]):
        return text + line
    return text + separator + line


def _over_a_hyphen(text: str, line: str, separator: str, known: frozenset[str]) -> str:
    """Both, where the first ends with a hyphen after a letter or a digit."""
    head, tail = _bare(text.rsplit(None, 1)[-1]), _bare(line.split(None, 1)[0])
    if text[-2].isalpha() and line[0].islower():
        if text[-1] not in _ONLY_DIVIDE and head + tail not in known:
            if tail in _SUSPENDED:
                return f"{text} {line}"
            if _is_compound(head, tail, known):
                return text + line
        return text[:-1] + line
    return text + line if separator == " " and line[0].isalnum() else text + separator + line


def _is_compound(head: str, tail: str, known: frozenset[str]) -> bool:
    """Whether the document writes that word with a hyphen, or both its halves alone."""
    return f"{head}-{tail}" in known or (min(len(head), len(tail)) >= _HALF and head in known and tail in known)


def _bare(word: str) -> str:
    """The word in small letters, without the marks around it."""
    start = next((i for i, letter in enumerate(word) if letter.isalnum()), len(word))
    end = next((i for i in range(len(word), start, -1) if word[i - 1].isalnum()), start)
    return word[start:end].casefold().replace("‐", "-")


def _is_spaceless(letter: str) -> bool:
    return any(low <= ord(letter) <= high for low, high in _NO_SPACES)
