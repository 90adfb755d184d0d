"""Reads line images: a fast network first, a careful one where the first is unsure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from uncial.engines.crop import line_image, turned
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.ctc import Reading, decode
from uncial.engines.neural.graph import keep_classes
from uncial.engines.neural.words import line_of
from uncial.geometry import Quad
from uncial.models import load_alphabet, load_model
from uncial.network import Network, as_batch

if TYPE_CHECKING:
    from pathlib import Path

    from uncial.document import Line
    from uncial.raster import Image


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One recogniser network and the characters of its classes."""

    network: Network
    characters: tuple[str, ...]

    @staticmethod
    def load(size: str, alphabet: Alphabet, models: Path | None) -> Recogniser:
        """The PP-OCRv6 recogniser of that size ("tiny" or "small"), cut to the alphabet."""
        known = load_alphabet(f"ppocr-v6-{size}-alphabet", models)
        kept = [i for i, character in enumerate(known) if not character or alphabet.allows(character)]
        characters = tuple(known[i] for i in kept)
        handicaps = [alphabet.handicap(character) if character else 0.0 for character in characters]
        model = keep_classes(load_model(f"ppocr-v6-{size}-rec", models), kept, handicaps)
        return Recogniser(Network(model, f"ppocr-v6-{size}-rec"), characters)

    def read(self, image: Image, stretch: float) -> Reading:
        """What stands on a line image (48 x W x 3, uint8, RGB) of that horizontal resolution."""
        return decode(self.network.run(as_batch(image))[0], self.characters, len(self.characters) - 1, stretch)


_STRETCH = 0.85
"""Horizontal resolution of the line images: less costs accuracy, more costs time and gains nothing."""
_SURE = 0.8
"""A line whose least sure character is below this gets the second look."""
_NO_SPACE = 0.01
"""So does a line with a wide gap in which a space is likelier than this."""
_UNREAD = 0.85
"""A line less sure than this may lie another way round: the networks make some sense even of lines that are upside down."""
_CLEARLY = 0.5
"""So much more has to speak for another way round: more than one character can say, for a 1 or an O reads the same both ways."""
_STANDING = 1.6
"""A line so many times higher than wide may be one that runs up or down."""
_NOISE = 0.5
"""What is not surer than this is no text, however long it is."""
_NOISE_ALONE = 0.4
"""So much surer a single character has to be; it shrinks with the square root of the length."""


@dataclass(frozen=True, slots=True)
class LineReader:
    """Both recognisers, and the ways in which a line can lie."""

    fast: Recogniser
    careful: Recogniser

    @staticmethod
    def load(alphabet: Alphabet, models: Path | None) -> LineReader:
        """The recognisers for that alphabet. Raises `ModelMissing`."""
        return LineReader(Recogniser.load("tiny", alphabet, models), Recogniser.load("small", alphabet, models))

    def read(self, image: Image, quad: Quad) -> Line | None:
        """What stands at `quad` on the page (H x W x 3, uint8, RGB); None where that is nothing.

        A line that makes little sense is also read upside down, one that stands is also read lying on either side; another way
        round wins where it is clearly the surer one.
        """
        best, where = self._read(image, quad), quad
        if best.confidence < _UNREAD or quad.height > _STANDING * quad.width:
            others = [turned(quad, turn) for turn in ((1, 2, 3) if quad.height > quad.width else (2,))]
            reading, other = max(((self._read(image, other), other) for other in others), key=lambda pair: _weight(pair[0]))
            if _weight(reading) > _weight(best) + _CLEARLY:
                best, where = reading, other
        return line_of(best, where) if _is_text(best) else None

    def _read(self, image: Image, quad: Quad) -> Reading:
        flat = line_image(image, quad, _STRETCH)
        reading = self.fast.read(flat, _STRETCH)
        if reading.confidences and min(reading.confidences) >= _SURE and reading.lost_space < _NO_SPACE:
            return reading
        second = self.careful.read(flat, _STRETCH)
        return second if second.confidences or not reading.confidences else reading


def _is_text(reading: Reading) -> bool:
    """Whether it is sure enough to be no stain, picture or rule: a single character has to be surer than a whole line."""
    length = sum(not character.isspace() for character in reading.characters)
    return length > 0 and reading.confidence >= _NOISE + _NOISE_ALONE / sqrt(length)


def _weight(reading: Reading) -> float:
    """How much speaks for a reading: each character that is more likely right than wrong counts for it."""
    return sum(value - 0.5 for value in reading.confidences)
