"""Which characters can occur in a language, as far as the neural recogniser has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uncial.errors import LanguageMissing
from uncial.languages import LANGUAGES as KNOWN
from uncial.languages import Language, find_language, how_to_add
from uncial.options import AUTO

_SCRIPTS = {"Latn": "Latn", "Hans": "Hani", "Hant": "Hani", "Jpan": "Jpan"}
"""The scripts that the recogniser knows; simplified and traditional characters are one alphabet to it."""

FOREIGN = 2.0
"""The handicap in nats of a letter that the languages do not have.

Enough to keep stray accents out, too little to lose a sure one.
"""

_PUNCTUATION = (
    "!\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~ ¡¢£¤¥§©«®°±²³´µ¶·¹»¼½¾¿×÷–—‘’“”„†‡•…‰′″€₤₱₹₺₽№™℃℉"
    "←↑→↓−√∞∆∑≈≠≤≥□■▪●○◆▲▶▼★☆☎☐☑☒✓✔✗"
)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters that texts in some languages are made of."""

    scripts: frozenset[str]
    letters: frozenset[str]
    """The letters besides A to Z, in both cases."""
    anything: bool
    """English alone is asked for where nobody thought of a language, and auto says as much: no letter is foreign to them."""

    @staticmethod
    def of(languages: Sequence[str]) -> Alphabet:
        """The alphabet of these languages together. Raises `LanguageMissing` for one that the recogniser does not know."""
        known = [_known(name) for name in languages]
        letters = "".join(language.letters for language in known)
        scripts = frozenset(_SCRIPTS[language.script] for language in known)
        return Alphabet(scripts, frozenset(letters + letters.upper()), anything={language.code for language in known} == {"en"})

    def allows(self, character: str) -> bool:
        """Whether such a text can hold that character at all; Latin letters and common punctuation are part of each."""
        if character in _PUNCTUATION or _is_latin(character):
            return True
        if "Jpan" in self.scripts and _is_kana(character):
            return True
        return self.scripts != {"Latn"} and _is_han(character)

    def handicap(self, character: str) -> float:
        """How much evidence is taken from that character, in nats: something for a letter of other languages, nothing else."""
        own = self.anything or character.isascii() or character in self.letters or not _is_latin(character)
        return 0.0 if own else FOREIGN


_HAN = ((0x3000, 0x303F), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))
"""The ideographs, and the punctuation and full-width forms that go with them."""


def is_ideographic(character: str) -> bool:
    """Whether it is of Chinese or Japanese alone."""
    return _is_han(character) or _is_kana(character)


def _is_han(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in _HAN)


def _is_kana(character: str) -> bool:
    return 0x3040 <= ord(character) <= 0x30FF


def _is_latin(character: str) -> bool:
    """Letters of the European languages: Latin-1, Extended-A, Romanian's commas, capital ß and the ordinals."""
    return character.isalpha() and (ord(character) < 0x0180 or character in "ȘșȚțẞƒ")


def _is_written(language: Language) -> bool:
    """Whether the recogniser has the script and all letters of that language; of Vietnamese, for one, it lacks most."""
    return language.script in _SCRIPTS and all(map(_is_latin, language.letters))


def _known(name: str) -> Language:
    language = find_language("en" if name == AUTO else name)
    if not _is_written(language):
        raise LanguageMissing(
            f"The neural engine does not read “{name}” ({language.name}).",
            hint=f"The engine tesseract reads it where its pack is installed. {how_to_add(language)}",
        )
    return language


LANGUAGES = tuple(sorted(code for code, language in KNOWN.items() if _is_written(language)))
"""What the recogniser reads, as BCP 47 names."""
