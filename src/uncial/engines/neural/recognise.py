"""Reads line images: a fast network first, a careful one where the first is unsure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from uncial.engines.calibration import UNSECONDED
from uncial.engines.crop import line_image, turned
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.ctc import BLANK, Reading, decode
from uncial.engines.neural.graph import keep_classes
from uncial.engines.neural.spaces import white_columns
from uncial.engines.neural.weights import OwnAlphabet, OwnWeights, is_readable
from uncial.geometry import Quad
from uncial.median import weighted_median
from uncial.models import LATIN, load_alphabet, load_model
from uncial.network import Network, as_batch

if TYPE_CHECKING:
    from pathlib import Path

    from uncial.raster import Image


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One recogniser network and the characters of its classes."""

    size: str
    """What its readings call it."""
    network: Network
    characters: tuple[str, ...]

    @staticmethod
    def load(size: str, alphabet: Alphabet, models: Path | None) -> Recogniser:
        """The PP-OCRv6 recogniser of that size ("tiny" or "small"), cut to the alphabet."""
        name, known = f"ppocr-v6-{size}-rec", load_alphabet(f"ppocr-v6-{size}-alphabet", models)
        return _cut(size, load_model(name, models), name, known, alphabet.allows, alphabet.handicap)

    @staticmethod
    def first(alphabet: Alphabet, models: Path | None) -> Recogniser:
        """The one that reads each line first: our own for Latin script alone, else the tiny one."""
        if alphabet.scripts != {"Latn"}:
            return Recogniser.load("tiny", alphabet, models)
        weights = OwnWeights.of(load_model(LATIN, models), LATIN)
        return _cut("latin", weights.model, LATIN, weights.characters, is_readable, alphabet.handicap)

    @staticmethod
    def of_weights(weights: OwnWeights, alphabet: OwnAlphabet) -> Recogniser:
        """The recogniser of those weights, cut to what `OwnWeights.alphabet` says of the languages."""

        def allows(character: str) -> bool:
            return is_readable(character) and alphabet.allows(character)

        return _cut(weights.network, weights.model, weights.name, weights.characters, allows, alphabet.handicap)

    def read(self, image: Image, stretch: float) -> Reading:
        """What stands on a line image (48 x W x 3, uint8, RGB) of that horizontal resolution."""
        reading = decode(self.network.run(as_batch(image))[0], self.characters, white_columns(image), stretch)
        return replace(reading, network=self.size)


def _cut(
    size: str,
    model: bytes,
    name: str,
    known: Sequence[str],
    allows: Callable[[str], bool],
    handicap: Callable[[str], float],
) -> Recogniser:
    """The recogniser with the characters that are allowed; the blank comes first and the space last."""
    inner = [i for i, character in enumerate(known[:-1]) if character and allows(character)]
    kept = [BLANK, *inner, len(known) - 1]
    handicaps = [handicap(known[i]) if known[i] else 0.0 for i in kept]
    return Recogniser(size, Network(keep_classes(model, kept, handicaps), name), tuple(known[i] for i in kept))


STRETCH = 0.85
"""Horizontal resolution of the line images: less costs accuracy, more costs time and on print gains nothing."""
_SURE = {"fast": 0.0, "balanced": 0.84, "best": 1.01}
"""A line whose least sure character is below this is read by the careful network too, by effort."""
_NO_SPACE = 0.1
"""So is a line with a gap that holds no space and in which one is likelier than this."""
_NO_SPACE_ALONE = 0.02
"""And a short line already above this: in a cell like “14 A” the fast network has nothing to compare the gap with."""
_SHORT = 8
"""Characters of a line that is not short."""
_LOOKS = (1.0, 1.2)
"""Horizontal resolutions of further looks at a line that is hard to read: cursive stands denser than print."""
_HARD = 0.93
"""A line that the careful network is less sure of than this is hard to read."""
_UNREAD = 0.85
"""A line less sure than this may lie another way round: the networks make some sense even of lines that are upside down."""
_CLEARLY = 0.5
"""So much more has to speak for another way round: more than one character can say, for a 1 or an O reads the same both ways."""
_SENSIBLE = 0.75
"""And so sure it has to be: of scrawls the networks make as little sense one way round as another."""
_STANDING = 1.6
"""A line so many times higher than wide may be one that runs up or down."""


class Found(NamedTuple):
    """What was read, and the quad with its corners where the text begins."""

    reading: Reading
    quad: Quad


@dataclass(frozen=True, slots=True)
class LineReader:
    """Both recognisers, or one that is both, and the ways in which a line can lie."""

    fast: Recogniser
    careful: Recogniser

    @staticmethod
    def load(alphabet: Alphabet, models: Path | None) -> LineReader:
        """The recognisers for that alphabet. Raises `ModelMissing`."""
        return LineReader(Recogniser.first(alphabet, models), Recogniser.load("small", alphabet, models))

    @staticmethod
    def of_weights(weights: OwnWeights, alphabet: OwnAlphabet) -> LineReader:
        """Those weights alone, for that alphabet of theirs."""
        one = Recogniser.of_weights(weights, alphabet)
        return LineReader(one, one)

    def read(self, image: Image, quad: Quad, effort: str) -> Found:
        """What stands at `quad` on the page (H x W x 3, uint8, RGB), sure or not.

        A line that makes little sense is also read upside down, one that stands is also read lying on either side; another way
        round wins where it is clearly the surer one.
        """
        best = Found(self._read(image, quad, effort), quad)
        if best.reading.confidence < _UNREAD or quad.height > _STANDING * quad.width:
            best = self._other_way_round(image, best, effort)
        return best if effort == "fast" else self._looked_again(image, best)

    def _other_way_round(self, image: Image, best: Found, effort: str) -> Found:
        """The line as it is read from another side where that is clearly surer.

        Whether a line that lies is upside down, the fast network knows; few are, and scrawls are many. One that stands is
        read with care from each side.
        """
        quad = best.quad
        if quad.height <= quad.width:
            over = turned(quad, 2)
            if not _clearly_better(Found(self.fast.read(line_image(image, over, STRETCH), STRETCH), over), best):
                return best
            others = [over]
        else:
            others = [turned(quad, turn) for turn in (1, 2, 3)]
        found = max((Found(self._read(image, other, effort), other) for other in others), key=_weight)
        return found if _clearly_better(found, best) else best

    def _read(self, image: Image, quad: Quad, effort: str) -> Reading:
        flat = line_image(image, quad, STRETCH)
        reading = self.fast.read(flat, STRETCH)
        if self.careful is self.fast or _is_sure(reading, effort):
            return reading
        second = self.careful.read(flat, STRETCH)
        if second.confidences or not reading.confidences:
            return second
        return replace(reading, network=UNSECONDED)

    def _looked_again(self, image: Image, found: Found) -> Found:
        """The surest of several looks at the line, where the first was not sure."""
        if not found.reading.confidences or found.reading.confidence >= _HARD:
            return found
        best = found.reading
        for stretch in _LOOKS:
            if best.confidence < _HARD:
                best = max(best, self.careful.read(line_image(image, found.quad, stretch), stretch), key=_confidence)
        return Found(best, found.quad)


def _confidence(reading: Reading) -> float:
    return reading.confidence


def _is_sure(reading: Reading, effort: str) -> bool:
    if effort == "fast":
        return True
    no_space = _NO_SPACE_ALONE if len(reading.characters) < _SHORT else _NO_SPACE
    return bool(reading.confidences) and min(reading.confidences) >= _SURE[effort] and reading.lost_space < no_space


def _clearly_better(found: Found, best: Found) -> bool:
    return found.reading.confidence >= _SENSIBLE and _weight(found) > _weight(best) + _CLEARLY


def _weight(found: Found) -> float:
    """How much speaks for a reading: each character that is more likely right than wrong counts for it."""
    return sum(value - 0.5 for value in found.reading.confidences)


_NOISE = 0.5
"""What is not surer than this is no text, however long it is."""
_NOISE_ALONE = 0.4
"""So much surer a single character has to be; it shrinks with the square root of the length."""
_NOISE_HARD = 0.6
"""Of a page that is hard to read, less sure lines are kept: those above this part of its median."""


def without_noise(found: Sequence[Found]) -> list[Found | None]:
    """The same, with None for each that is not sure enough to be text and no stain, picture or rule, as sure as the page is."""
    usual = weighted_median((each.reading.confidence, len(each.reading.characters)) for each in found)
    limit = min(_NOISE, _NOISE_HARD * usual)
    return [each if _is_text(each.reading, limit) else None for each in found]


def _is_text(reading: Reading, limit: float) -> bool:
    """Whether the reading is surer than the limit; a single character has to be surer than a whole line."""
    length = sum(not character.isspace() for character in reading.characters)
    return length > 0 and reading.confidence >= limit + _NOISE_ALONE / sqrt(length)
