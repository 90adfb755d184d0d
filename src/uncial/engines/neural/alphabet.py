"""Which characters can occur in a language, as far as the neural recogniser has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uncial.errors import LanguageMissing

_THREE_LETTERS = {
    "afr": "af", "cat": "ca", "ces": "cs", "cze": "cs", "cym": "cy", "wel": "cy", "dan": "da", "deu": "de", "ger": "de",
    "eng": "en", "epo": "eo", "spa": "es", "est": "et", "eus": "eu", "baq": "eu", "fin": "fi", "fra": "fr", "fre": "fr",
    "gle": "ga", "glg": "gl", "hrv": "hr", "hun": "hu", "isl": "is", "ice": "is", "ita": "it", "jpn": "ja", "lat": "la",
    "lit": "lt", "lav": "lv", "msa": "ms", "may": "ms", "mlt": "mt", "nld": "nl", "dut": "nl", "nor": "no", "nob": "nb",
    "nno": "nn", "oci": "oc", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "slk": "sk", "slo": "sk", "slv": "sl",
    "sqi": "sq", "alb": "sq", "swe": "sv", "swa": "sw", "tgl": "tl", "tur": "tr", "zho": "zh", "chi": "zh", "ind": "id",
}  # fmt: skip
"""ISO 639-2 (both its codes, where it has two) to ISO 639-1."""

_LETTERS = {
    "af": "áäéèêëíîïóôöúûüý", "ca": "àçéèíïóòúü", "cs": "áčďéěíňóřšťúůýž", "cy": "âêîôûŵŷäëïöü", "da": "æøåé", "de": "äöüß",
    "en": "", "eo": "ĉĝĥĵŝŭ", "es": "áéíñóúüªº", "et": "äõöüšž", "eu": "ñç", "fi": "äöåšž", "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóú", "gl": "áéíñóúü", "hr": "čćđšž", "hu": "áéíóöőúüű", "id": "", "is": "áðéíóúýþæö", "it": "àèéìíîòóùúªº",
    "la": "āēīōūæœ", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "ms": "", "mt": "ċġħżàèìòù", "nb": "æøåéèêóòô", "nl": "áéëíïóöúüèêĳ",
    "nn": "æøåéèêóòô", "no": "æøåéèêóòô", "oc": "àáçèéíïòóúü", "pl": "ąćęłńóśźż", "pt": "áâãàçéêíóôõúüªº", "ro": "ăâîșțşţ",
    "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšž", "sq": "çë", "sv": "åäöé", "sw": "", "tl": "ñ", "tr": "çğıöşüâîûİ",
}  # fmt: skip
"""What each language has besides A to Z (the exemplar letters of the Unicode CLDR)."""
_SCRIPTS = {**dict.fromkeys(_LETTERS, "Latin"), "ja": "Japanese", "zh": "Han"}

LANGUAGES = tuple(sorted(_SCRIPTS))
"""What the recogniser reads, as BCP 47 names."""

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
    """English alone is the default, so it is asked for where nobody thought of a language: no letter is foreign to it."""

    @staticmethod
    def of(languages: Sequence[str]) -> Alphabet:
        """The alphabet of these languages together. Raises `LanguageMissing` for one that the recogniser does not know."""
        names = [_primary(language) for language in languages]
        letters = "".join(_LETTERS.get(name, "") for name in names)
        return Alphabet(
            frozenset(_SCRIPTS[name] for name in names), frozenset(letters + letters.upper()), anything=set(names) == {"en"}
        )

    def allows(self, character: str) -> bool:
        """Whether such a text can hold that character at all; Latin letters and common punctuation are part of each."""
        if character in _PUNCTUATION or _is_latin(character):
            return True
        code = ord(character)
        if "Japanese" in self.scripts and 0x3040 <= code <= 0x30FF:
            return True
        return self.scripts != {"Latin"} and any(low <= code <= high for low, high in _HAN)

    def handicap(self, character: str) -> float:
        """How much evidence is taken from that character, in nats: something for a letter of other languages, nothing else."""
        own = self.anything or character.isascii() or character in self.letters or not _is_latin(character)
        return 0.0 if own else FOREIGN


_HAN = ((0x3000, 0x303F), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))
"""The ideographs, and the punctuation and full-width forms that go with them."""


def _is_latin(character: str) -> bool:
    """Letters of the European languages: Latin-1, Extended-A, Romanian's commas, capital ß and the ordinals."""
    return character.isalpha() and (ord(character) < 0x0180 or character in "ȘșȚțẞƒ")


def _primary(language: str) -> str:
    """The ISO 639-1 code of a language that the recogniser knows."""
    primary = language.replace("_", "-").split("-")[0].lower()
    name = _THREE_LETTERS.get(primary, primary)
    if name not in _SCRIPTS:
        raise LanguageMissing(
            f"The neural engine does not read the language “{language}”.", hint=f"It reads {', '.join(LANGUAGES)}."
        )
    return name
