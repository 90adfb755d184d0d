"""What is the same text: the small differences of writing that no score counts, taken away on both sides."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

import regex

from uncial.evaluate.profiles import Profile

SPACELESS = frozenset({"ja", "ko", "th", "zh"})
"""Languages without spaces between words: their spaces are dropped, and words are not counted."""

_SAME = {
    **dict.fromkeys("‘’‚‛ʼ´`′", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff"),
}
_TRANSLATION = str.maketrans(_SAME)
_HYPHEN_AT_LINE_END = regex.compile(r"(?<=\p{L})[-‐¬\u00ad][^\S\n]*\n\s*(?=\p{L})")
_BARE_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_WHITE_SPACE = regex.compile(r"\s+")


def normalise(text: str, profile: Profile, *, spaces: bool = True) -> str:
    """The text as it is compared: NFC of NFKC, quotes and dashes as ASCII, white space as single spaces or, on demand, none."""
    for written, meant in profile.mapping.items():
        text = text.replace(written, meant)
    if profile.join_hyphens:
        text = _HYPHEN_AT_LINE_END.sub("", text)
    # Quotes first: NFKC makes a space and a combining accent of an acute accent that stands alone.
    text = normalize("NFKC", text.translate(_TRANSLATION)).translate(_TRANSLATION)
    if profile.fold_case:
        text = normalize("NFKC", text.casefold())
    return normalize("NFC", _WHITE_SPACE.sub(" " if spaces else "", text).strip())


def graphemes(text: str) -> list[str]:
    """What a reader calls its letters: extended grapheme clusters (Unicode Standard Annex 29)."""
    return list(text) if text.isascii() else regex.findall(r"\X", text)


def words(text: str) -> list[str]:
    """Its words with the marks beside and within them: what stands between white space."""
    return text.split()


def bare_words(text: str) -> list[str]:
    """Its words without any marks: runs of letters and digits, so that `don't` is two of them and `TOTAL:14.90` three."""
    return list(_BARE_WORD.findall(text))


def is_divided(last: str, first: str) -> bool:
    """Whether the last word of a line and the first of the next are the two parts of one."""
    return bool(_HYPHEN_AT_LINE_END.search(f"{last}\n{first}"))


def without_outer_marks(word: str, wildcard: str = "") -> str:
    """The word without the marks at its ends; a wildcard is no mark."""
    return str(_outer_marks(wildcard).sub("", word))


@lru_cache
def _outer_marks(wildcard: str) -> regex.Pattern[str]:
    mark = rf"[^\p{{L}}\p{{M}}\p{{N}}{regex.escape(wildcard)}]+"
    return regex.compile(rf"^{mark}|{mark}$")


@lru_cache(maxsize=4096)
def wildcard_pattern(symbol: str, wildcard: str) -> regex.Pattern[str]:
    """What a letter or word with wildcards in it stands for: each is any one letter, and not a space."""
    return regex.compile(r"(?!\s)\X".join(regex.escape(part, literal_spaces=True) for part in symbol.split(wildcard)))
