"""Reads what is hard to read: of all texts that the recogniser's probabilities allow, the one that also looks most like words.

    read_handwriting, respell: line image → network → likeliest_text (the network and the letter model) → where each character is

A prefix beam search (Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition using Bi-Directional Recurrent
DNNs", 2014) with a language model of letters instead of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp
from statistics import median
from typing import TYPE_CHECKING

from uncial.document import mean_confidence
from uncial.engines.crop import line_image
from uncial.engines.neural.ctc import BLANK, Reading
from uncial.engines.neural.recognise import STRETCH
from uncial.engines.neural.words import line_of, written_by_hand
from uncial.network import as_batch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.document import Line
    from uncial.engines.letters import LetterModel
    from uncial.engines.neural.recognise import Recogniser
    from uncial.geometry import Quad
    from uncial.raster import Image

    Probabilities = NDArray[np.float32]
    """T x C, each row sums to 1."""

_CURSIVE = 1.0
"""Horizontal resolution of the line images: cursive stands denser than print."""
_WIDTH = 8
"""Texts that are followed at once."""
_BRANCHES = 8
"""Characters that may come next, of each."""
_UNLIKELY = 1e-3
"""None that is less probable than this."""
_CERTAIN = 0.999
"""Nor any where the blank is more probable than this."""
_LEAST = 1e-6
_TRUST = 0.4
"""How much the letter model counts beside the network."""
_LENGTH = 1.4
"""What each character is given in return, in nats, or the shortest text would always win."""


def read_handwriting(recogniser: Recogniser, letters: LetterModel, image: Image, quad: Quad) -> Line | None:
    """What is written at `quad` on the page (H x W x 3, uint8, RGB); None where that is nothing."""
    probabilities = recogniser.network.run(as_batch(line_image(image, quad, _CURSIVE)))[0]
    line = line_of(decode_words(probabilities, recogniser.characters, letters), quad)
    return written_by_hand(line) if line else None


def respell(recogniser: Recogniser, letters: LetterModel, image: Image, line: Line) -> Line:
    """A printed line of the page (H x W x 3, uint8, RGB) with its words as they also look most like words.

    Where the letter model would part the line into words otherwise, it stays as it is: there the ink knows better.
    """
    probabilities = recogniser.network.run(as_batch(line_image(image, line.quad, STRETCH)))[0]
    again = line_of(decode_words(probabilities, recogniser.characters, letters), line.quad)
    if again is None or len(again.words) != len(line.words):
        return line
    pairs = zip(line.words, again.words, strict=True)
    words = tuple(replace(new, quad=old.quad) if new.text != old.text else old for old, new in pairs)
    return replace(line, words=words, confidence=mean_confidence(words))


def decode_words(probabilities: Probabilities, characters: Sequence[str], letters: LetterModel) -> Reading:
    """The likeliest text, how sure the network is of each character of it, and where each is."""
    text = likeliest_text(probabilities, characters, letters)
    classes = {character: i for i, character in enumerate(characters)}
    path = [classes[character] for character in text]
    if not path:
        return Reading()
    spans = _aligned(probabilities, path)
    peaks = (probabilities[first:last, i].max() for (first, last), i in zip(spans, path, strict=True))
    return Reading(tuple(text), tuple(map(float, peaks)), _extents(spans, len(probabilities)))


@dataclass(slots=True)
class _Prefix:
    """How a text may begin."""

    rank: float
    """What the letter model says of it."""
    last: int = BLANK
    """The class of its last character."""
    blank: float = 0.0
    """The probability of all paths to it that end in a blank."""
    letter: float = 0.0
    """And of those that end in its last character."""

    @property
    def chance(self) -> float:
        """The probability of all paths to it."""
        return self.blank + self.letter

    def scaled(self, best: _Prefix) -> _Prefix:
        """The same beside the best one: products of hundreds of chances would leave the range of numbers."""
        return _Prefix(self.rank / best.rank, self.last, self.blank / best.chance, self.letter / best.chance)


def likeliest_text(probabilities: Probabilities, characters: Sequence[str], letters: LetterModel) -> str:
    """The text that the network and the letter model together find the likeliest."""
    beam = {"": _Prefix(1.0, blank=1.0)}
    for row in probabilities:
        if row[BLANK] > _CERTAIN:
            beam = {text: replace(each, blank=each.chance, letter=0.0) for text, each in beam.items()}
        else:
            beam = _followed(beam, row, characters, letters)
    return min(beam, key=lambda text: (-beam[text].chance * beam[text].rank, text))


def _followed(
    beam: dict[str, _Prefix], row: Probabilities, characters: Sequence[str], letters: LetterModel
) -> dict[str, _Prefix]:
    """The likeliest beginnings one time step later."""
    import numpy as np

    likely = np.argsort(-row, kind="stable")[:_BRANCHES].tolist()
    chances = [(i, characters[i], float(row[i])) for i in likely if i != BLANK and row[i] > _UNLIKELY]
    longer: dict[str, _Prefix] = {}
    for text, each in beam.items():
        same = longer.setdefault(text, _Prefix(each.rank, each.last))
        same.blank += each.chance * max(float(row[BLANK]), _LEAST)
        same.letter += each.letter * max(float(row[each.last]), _LEAST) if each.last != BLANK else 0.0
        for i, character, chance in chances:
            more = longer.get(text + character)
            if more is None:
                gain = exp(_LENGTH - _TRUST * letters.surprise(text, character))
                more = longer[text + character] = _Prefix(each.rank * gain, i)
            more.letter += (each.blank if i == each.last else each.chance) * chance
    best = sorted(longer.items(), key=lambda item: (-item[1].chance * item[1].rank, item[0]))[:_WIDTH]
    return {text: each.scaled(best[0][1]) for text, each in best}


def _aligned(probabilities: Probabilities, path: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the past-the-last time step of each character: the likeliest way through blanks and characters (Viterbi)."""
    import numpy as np

    states = np.full(2 * len(path) + 1, BLANK)
    states[1::2] = path
    chances = np.log(np.maximum(probabilities[:, states], _LEAST)).astype(np.float64)
    skips = np.zeros(len(states), bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    now = np.full(len(states), -np.inf)
    now[:2] = chances[0, :2]
    backs = []
    for step in chances[1:]:
        ways = np.stack((now, _moved(now, 1), np.where(skips, _moved(now, 2), -np.inf)))
        back = ways.argmax(axis=0)
        now = ways[back, np.arange(len(states))] + step
        backs.append(back)
    return _spans(backs, len(states) - 2 + int(now[-1] > now[-2]), len(path))


def _moved(chances: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    import numpy as np

    return np.concatenate((np.full(places, -np.inf), chances[:-places]))


def _spans(backs: Sequence[NDArray[np.int64]], state: int, characters: int) -> list[tuple[int, int]]:
    """The time steps of each character on the way that ends in `state`."""
    first, last = [0] * characters, [0] * characters
    for step in range(len(backs), -1, -1):
        if state % 2:
            first[state // 2] = step
            last[state // 2] = max(last[state // 2], step + 1)
        state -= int(backs[step - 1][state]) if step else 0
    return list(zip(first, last, strict=True))


def _extents(spans: Sequence[tuple[int, int]], steps: int) -> tuple[tuple[float, float], ...]:
    """Where each character begins and ends, 0..1: half the usual distance to each side, but not into its neighbour."""
    middles = [(first + last) / 2 for first, last in spans]
    usual = median([right - left for left, right in pairwise(middles)] or [steps])
    halves = [(left + right) / 2 for left, right in pairwise(middles)]
    begins = [max(middle - usual / 2, half) for middle, half in zip(middles, [0.0, *halves], strict=True)]
    ends = [min(middle + usual / 2, half) for middle, half in zip(middles, [*halves, float(steps)], strict=True)]
    return tuple((begin / steps, end / steps) for begin, end in zip(begins, ends, strict=True))
