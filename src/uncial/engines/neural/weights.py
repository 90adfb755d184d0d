"""Weights of one's own: the file of a recogniser that tells its characters itself, and perhaps how it was made.

`uncial train export` writes such files. Those of RapidOCR are read too: they have no card.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import ascii_letters, ascii_lowercase
from types import MappingProxyType
from typing import NoReturn

from uncial.engines.crop import HEIGHT
from uncial.engines.neural.alphabet import FOREIGN, is_ideographic
from uncial.engines.neural.graph import look_into
from uncial.errors import EngineFailed, LanguageMissing, WeightsInvalid
from uncial.languages import LANGUAGES as KNOWN
from uncial.languages import Language, find_language, script_of
from uncial.models import LATIN
from uncial.network import Network
from uncial.options import AUTO
from uncial.printable import fit

LARGEST = 200_000_000
"""Bytes of a file of weights; the largest recognisers that are about have some 90 million."""
CHARACTERS, CARD = "character", "uncial.card"
"""The names of what is noted in the file: its characters, as RapidOCR writes them, and how it was made, as JSON."""
_TINY = 80
"""The width of what goes into the last layer of PP-OCRv6 tiny, which no fit changes."""
_ENOUGH = 26
"""So many letters of a script that is not Latin make a recogniser of that script; networks know a few Greek ones as symbols."""
_JOINERS = "\u200c\u200d"
"""They belong to the spelling of some languages, though nobody sees them."""
_LONG_S = "ſ"
"""No language's own: old print in any of them has it."""
_PROBE = 96
"""The width in pixels of the line that is read to see whether the network can be used."""


@dataclass(frozen=True, slots=True)
class OwnAlphabet:
    """The characters that texts in some languages are made of, as weights see it that somebody chose for these pages.

    What they have they were made for, so that nothing is cut away but ideographs where no language has any.
    """

    ideographs: bool
    letters: frozenset[str]
    anything: bool
    """Whether no letter is foreign: nobody said what languages these are."""

    def allows(self, character: str) -> bool:
        """Whether such a text can hold that character at all."""
        return self.ideographs or not any(map(is_ideographic, character))

    def handicap(self, character: str) -> float:
        """How much evidence is taken from that character, in nats: something for a letter that only other languages claim."""
        return FOREIGN if not self.anything and character in _claimed() and character not in self.letters else 0.0


@dataclass(frozen=True, slots=True)
class OwnWeights:
    """A recogniser, the characters of its classes, and how it was made."""

    name: str
    """As its card calls it; without one, as its file is called."""
    model: bytes = field(repr=False)
    """ONNX: 1 x 3 x 48 x W, as `uncial.network.as_batch` makes it, to 1 x T x classes."""
    characters: tuple[str, ...] = field(repr=False)
    """Of each class: the blank as "" first, the space last."""
    network: str
    """What readings call it: the network that it is or was made from, whose confidence it has."""
    card: Mapping[str, object] | None = None
    """How it was made, as its file tells it; `uncial.train.card` understands it."""
    languages: tuple[str, ...] = ()
    """Those whose letters it has, as BCP 47 names, sorted."""

    @staticmethod
    def load(path: Path) -> OwnWeights:
        """The weights in that file. Raises `WeightsInvalid` where they cannot be read with."""
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            _refuse(str(path), f"The file cannot be read: {error.strerror or error}.", "Look at its name, and who may read it.")
        return OwnWeights.of(data, str(path))

    @staticmethod
    def of(data: bytes, source: str) -> OwnWeights:
        """The same of the bytes of a file; `source` is what messages call it."""
        if len(data) > LARGEST:
            _refuse(source, f"The file has more than {LARGEST:,} bytes.")
        try:
            width, classes, notes = look_into(data)
            _try_out(data, source, classes)
        except EngineFailed as error:
            _refuse(source, error.message)
        characters = _characters(notes, classes, source)
        card = _card(notes, source)
        name = fit(str((card or {}).get("name") or Path(source).stem))
        return OwnWeights(name, data, characters, _network(width, card or {}), card, _languages(characters))

    def alphabet(self, languages: Sequence[str]) -> OwnAlphabet:
        """What it reads of these languages. Raises `LanguageMissing` for one whose letters it lacks."""
        named = [find_language(name) for name in languages if name != AUTO]
        if missing := next((language for language in named if language.code not in self.languages), None):
            raise LanguageMissing(
                f"The weights “{self.name}” do not have the letters of {missing.name}.",
                hint="Read without --weights, or train weights that have them: `more` in the recipe.",
            )
        letters = "".join(language.letters for language in named)
        return OwnAlphabet(
            ideographs=not named or any(language.script in ("Hans", "Hant", "Jpan") for language in named),
            letters=frozenset(letters + letters.upper()),
            anything=len(named) < len(languages) or {language.code for language in named} <= {"en"},
        )


def _refuse(source: str, why: str, hint: str = "") -> NoReturn:
    raise WeightsInvalid(f"{source} cannot be read with. {why}", hint=hint) from None


def _try_out(data: bytes, source: str, classes: int) -> None:
    """Read an empty line. Raises `EngineFailed` for a network that takes or gives something else than a recogniser's."""
    import numpy as np

    output = Network(data, source).run(np.zeros((1, 3, HEIGHT, _PROBE), np.float32))
    if output.ndim != 3 or output.shape[0] != 1 or output.shape[1] < 1 or output.shape[2] != classes:
        raise EngineFailed(f"It gives an array of {output.shape} where 1 x time steps x {classes} was expected.")
    if not np.allclose(output.sum(axis=2), 1.0, atol=0.01):
        raise EngineFailed("What it gives are no probabilities.")


def _characters(notes: Mapping[str, str], classes: int, source: str) -> tuple[str, ...]:
    if CHARACTERS not in notes:
        hint = "Take a file that uncial train export wrote, or one of RapidOCR's."
        _refuse(source, f"It does not say which characters it knows (metadata “{CHARACTERS}”).", hint)
    # Not splitlines: it would also split at characters that are in the alphabet.
    told = notes[CHARACTERS].replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(told) + 2 != classes:
        _refuse(source, f"It names {len(told):,} characters, and has {classes:,} classes where {len(told) + 2:,} belong to them.")
    return ("", *told, " ")


def _card(notes: Mapping[str, str], source: str) -> Mapping[str, object] | None:
    if CARD not in notes:
        return None
    try:
        card = json.loads(notes[CARD])
    except (ValueError, RecursionError):
        card = None
    if not isinstance(card, dict):
        _refuse(source, f"Its card (metadata “{CARD}”) is no JSON object.")
    return MappingProxyType(card)


def _network(width: int, card: Mapping[str, object]) -> str:
    if LATIN in (card.get("name"), card.get("base")):
        return "latin"
    return "tiny" if width == _TINY else "small"


def is_readable(character: str) -> bool:
    """Whether a class can be part of a text: it is not empty, and nothing of it is a control character."""
    return bool(character) and all(part.isprintable() or part.isspace() or part in _JOINERS for part in character)


def _languages(characters: Sequence[str]) -> tuple[str, ...]:
    """The languages whose letters are all there; where there are no small ones, as tills print, the capitals are enough."""
    there = set(characters)
    if there.isdisjoint(ascii_lowercase):
        there |= {character.lower() for character in characters}
    scripts = Counter(script_of(character) for character in {character.lower() for character in characters} if character)
    return tuple(sorted(code for code, language in KNOWN.items() if _has_letters(language, there, scripts)))


def _has_letters(language: Language, there: set[str], scripts: Counter[str]) -> bool:
    if language.script in ("Latn", "Latf"):
        return there.issuperset(ascii_lowercase + language.letters)
    script = {"Hans": "Hani", "Hant": "Hani"}.get(language.script, language.script)
    return scripts[script] >= _ENOUGH


@cache
def _claimed() -> frozenset[str]:
    """The letters that some language has besides A to Z."""
    letters = "".join(language.letters for language in KNOWN.values() if language.script == "Latn")
    return frozenset(letters + letters.upper()) - frozenset(ascii_letters + _LONG_S)
