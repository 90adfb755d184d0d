"""The characters of a head: those of a language family, and where each of them starts from."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from uncial.engines.neural.alphabet import Alphabet
from uncial.train.graph import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

SPACE = " "

_LOOKS_LIKE: Mapping[str, str] = {
    "ẞ": "ß", "ß": "B", "„": '"', "“": '"', "”": '"', "‚": ",", "‘": "'", "’": "'", "‹": "<", "›": ">", "«": "<", "»": ">",
    "¡": "i", "¿": "?", "ș": "ş", "ț": "ţ", "Ș": "Ş", "Ț": "Ţ", "ſ": "f", "ı": "i", "ĸ": "k", "ŋ": "n", "Ŋ": "N", "þ": "p",
    "Þ": "P", "ð": "d", "Ð": "D", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ŧ": "t",
    "Ŧ": "T", "œ": "o", "Œ": "O", "æ": "a", "Æ": "A", "ƒ": "f", "–": "-", "—": "-", "−": "-", "·": ".", "•": "·", "…": ".",
    "†": "t", "‡": "†", "₤": "£", "₺": "t", "₽": "P", "₱": "P", "₹": "R", "′": "'", "″": '"', "¦": "|", "¬": "-", "№": "N",
}  # fmt: skip
"""What a character that a network does not know is most like, where its base letter does not say it."""


def latin() -> tuple[str, ...]:
    """All characters that a text in a European language of the Latin script is made of, without the space."""
    allowed = Alphabet.of(["en"]).allows
    return tuple(chr(code) for code in range(0x21, 0x10000) if allowed(chr(code)))


def classes_of(characters: Sequence[str]) -> tuple[str, ...]:
    """A head's classes for these characters: the blank first, each once, the space last."""
    return ("", *dict.fromkeys(each for each in characters if each not in ("", SPACE)), SPACE)


def moved(head: Layer, known: Sequence[str], classes: Sequence[str]) -> Layer:
    """The head with other classes: each starts as it was, or as what it looks like most, or as something that is never said."""
    import numpy as np

    place = {character: i for i, character in enumerate(known)}
    sources = [_source(character, place) for character in classes]
    weight = np.stack([head.weight[i] if i is not None else np.zeros_like(head.weight[0]) for i in sources])
    never = float(head.bias.min())
    bias = [head.bias[i] if i is not None else never for i in sources]
    # What starts as its likeness must not be said in its place before it has learned the difference.
    later = [0.0 if character in place else -2.0 for character in classes]
    return Layer(weight.astype(np.float32), (np.array(bias) + later).astype(np.float32))


def _source(character: str, place: Mapping[str, int]) -> int | None:
    likeness = character
    while likeness not in place:
        base = unicodedata.normalize("NFD", likeness)[:1]
        following = _LOOKS_LIKE.get(likeness) or (base if base != likeness else None)
        if following is None:
            return None
        likeness = following
    return place[likeness]
