"""Finds out in which language and which script lines are written that nobody has named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from uncial.document import Line
from uncial.errors import LanguageMissing
from uncial.languages import find_language, script_of

if TYPE_CHECKING:
    from uncial.geometry import Quad

ReadLines = Callable[[Sequence["Quad"], Sequence[str]], Sequence[Line | None]]
"""Reads the lines at some quads in some languages."""

TRIALS = {
    "Cyrl": ("ru", "uk", "bg", "sr", "be", "mk"), "Grek": ("el", "grc"), "Arab": ("ar", "fa", "ur"), "Hebr": ("he", "yi"),
    "Deva": ("hi", "mr", "ne", "sa"), "Thai": ("th",), "Hang": ("ko",), "Armn": ("hy",), "Geor": ("ka",), "Beng": ("bn",),
    "Taml": ("ta",), "Telu": ("te",), "Knda": ("kn",), "Mlym": ("ml",), "Gujr": ("gu",), "Guru": ("pa",), "Sinh": ("si",),
    "Khmr": ("km",), "Laoo": ("lo",), "Mymr": ("my",), "Ethi": ("am",), "Hani": ("zh", "ja"),
}  # fmt: skip
"""Each script that is not Latin, with languages to try it in: the first of them that can be read here speaks for it."""

_SAMPLE = 2
_SAMPLE_LENGTH = 12.0
"""So many lines are tried, and no more than so much of each, in times of its height."""
_CREDIBLE = 0.6
"""A script whose lines are read less surely than this is not the one."""
_BETTER = 0.15
"""So much surer than in Latin script they have to be."""
_WRITTEN = 0.8
"""The part of the letters that must be of that script."""
_FEW_LETTERS = 20
"""Of fewer letters nobody can tell the language."""
_LOOKALIKES = frozenset("ABCEHIJKMNOPSTXYZabceghijkmnopqstuvxyz" + "0123456789" + ".,:;!?-–—()/\"'%&+*= ")
"""What Latin script shares with Cyrillic or Greek by its looks."""


def language_of(text: str) -> str | None:
    """The BCP 47 name of the language that most of a text is in, None where nobody can tell."""
    if sum(map(str.isalpha, text)) < _FEW_LETTERS:
        return None
    import pycld2

    letters = "".join(letter for letter in text if letter.isprintable())
    try:
        reliable, _, found = pycld2.detect(letters.encode("utf-8", "ignore"), bestEffort=False)
    except pycld2.error:  # it refuses some letters that are valid text
        return None
    code = found[0][1]
    return _known(code) if reliable and code != "un" else None


def _known(code: str) -> str | None:
    try:
        return find_language(code).code
    except LanguageMissing:
        return None


def script_in(quads: Sequence[Quad], read: ReadLines, readable: Sequence[str], known: Sequence[Line | None]) -> str | None:
    """The language that speaks for the script of these lines, None where they are in none that can be told.

    `known` are their readings in Latin script, and `readable` the languages that `read` can be asked for.
    """
    order = sorted(range(len(quads)), key=lambda i: quads[i].width, reverse=True)[:_SAMPLE]
    sample = [quads[i].span(0.0, min(1.0, _SAMPLE_LENGTH * quads[i].height / max(quads[i].width, 1.0))) for i in order]
    so_far = sum(line.confidence or 0.0 for i in order if (line := known[i])) / max(len(order), 1)
    best: tuple[float, str] | None = None
    for script, languages in TRIALS.items():
        language = next((code for code in languages if code in readable), None)
        if language:
            lines = [line for line in read(sample, [language]) if line]
            sure = sum(map(credibility, lines)) / len(sample)
            if sure >= max(_CREDIBLE, so_far + _BETTER, best[0] if best else 0.0) and written_in(script, lines):
                best = sure, language
    return best[1] if best else None


def written_in(script: str, lines: Sequence[Line]) -> bool:
    """Whether most letters of the lines are of that script."""
    letters = [letter for line in lines for letter in line.text if letter.isalpha()]
    share = sum(_same_script(script_of(letter), script) for letter in letters) / len(letters) if letters else 0.0
    return share >= _WRITTEN


_IDEOGRAPHIC = frozenset({"Hani", "Hans", "Hant", "Jpan"})
"""Names of scripts that share their characters."""


def _same_script(found: str, script: str) -> bool:
    return found == script or (script in _IDEOGRAPHIC and found in _IDEOGRAPHIC)


def looks_like_any(text: str) -> bool:
    """Whether a text that was read in Latin script could as well be Cyrillic or Greek."""
    return _LOOKALIKES.issuperset(text)


def credibility(line: Line) -> float:
    """How much a reading in another script speaks for it, 0..1.

    The confidence of words is calibrated on words of letters. A whole line of ideographs is one word, and would hardly ever be
    right to the last of them, so there the mean of the characters counts.
    """
    letters = [value for word in line.words for value in word.character_confidences]
    return sum(letters) / len(letters) if letters and script_of(line.text) in _IDEOGRAPHIC else line.confidence or 0.0
