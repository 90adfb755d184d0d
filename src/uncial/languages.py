"""Languages: what users call them, in which script each is written, and which Tesseract pack reads it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import NamedTuple

from uncial.errors import LanguageMissing


class Language(NamedTuple):
    """One language in one script."""

    code: str
    """Its BCP 47 name, the shortest that is clear: de, zh-Hant, de-Latf."""
    name: str
    """In English."""
    script: str
    """ISO 15924."""
    codes: tuple[str, ...]
    """Its ISO 639-2 codes, the terminological one first."""
    packs: tuple[str, ...]
    """The Tesseract packs that read it, the best first."""
    letters: str = ""
    """What a Latin script has besides A to Z, in small letters (the exemplar letters of the Unicode CLDR)."""
