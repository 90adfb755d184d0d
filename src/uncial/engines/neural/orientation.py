"""Tells which way up a page lies: a classifier says it, and where it says a turn or is unsure, some lines are read to see.

The classifier is PP-LCNet for four orientations (Cui et al. 2021, arXiv:2109.15099). It looks at the page at 224 pixels, where a
page of slanted lines may seem to stand on its head.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from uncial.engines.crop import line_image, turned
from uncial.engines.neural.recognise import STRETCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from uncial.engines.neural.detect import Detector, Spread
    from uncial.engines.neural.recognise import Recogniser
    from uncial.geometry import Quad
    from uncial.network import Network
    from uncial.raster import Image

_SHORT_SIDE = 256
_SIDE = 224
_STRIP = 8
"""Times its shorter side; what is longer is a line and no page: of that the network would see some letters, and guess."""
_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_SURE = 0.8
"""Below this probability a page stays as it lies, if its lines do not tell more: a wrong turn costs the whole page."""
_SAMPLE = 8
"""So many lines are read, the longest."""
_LINE = 3.0
"""Times its height; what is shorter does not tell which way it runs."""
_THICK = 2.0
"""Times the usual height; what is higher is a picture, or several lines."""
_READ = 12.0
"""Times its height; of a longer line the middle is read."""
_LEGIBLE = 0.7
"""Lines that are read with less confidence tell nothing: upside down they make about 0.6."""
_CLEARLY = 4.0
"""So much more has to speak for one way round than for any other: eight characters that are read for certain."""


class Guess(NamedTuple):
    """What the classifier says."""

    quarters: int
    """By how many quarters the page must be turned clockwise to be upright: 0, 1, 2 or 3."""
    sure: float


@dataclass(frozen=True, slots=True)
class PageOrientation:
    """The classifier with what it wants of an image."""

    network: Network

    def guess(self, image: Image) -> Guess:
        """Which way up the page (H x W x 3, uint8, RGB) seems to lie."""
        import cv2
        import numpy as np

        height, width = image.shape[:2]
        scale = _SHORT_SIDE / min(height, width)
        size = max(round(width * scale), _SIDE), max(round(height * scale), _SIDE)
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        top, left = (size[1] - _SIDE) // 2, (size[0] - _SIDE) // 2
        crop = small[top : top + _SIDE, left : left + _SIDE].astype(np.float32) / 255
        batch = ((crop - np.array(_MEAN)) / np.array(_DEVIATION)).transpose(2, 0, 1)[None]
        scores = self.network.run(np.ascontiguousarray(batch, dtype=np.float32))[0]
        # The classes say by how many quarters the picture was turned clockwise.
        label = int(scores.argmax())
        return Guess((4 - label) % 4, float(scores[label]))


@dataclass(frozen=True, slots=True)
class VerifiedOrientation:
    """The classifier, and what it takes to read some lines where its word is not enough."""

    classifier: PageOrientation
    detector: Detector
    fast: Recogniser

    def quarter_turns(self, image: Image, spread: Spread = map) -> int:
        """By how many quarters the page (H x W x 3, uint8, RGB) must be turned clockwise to be upright: 0, 1, 2 or 3."""
        height, width = image.shape[:2]
        if max(height, width) > _STRIP * min(height, width):
            return 0
        guess = self.classifier.guess(image)
        if guess.sure < _SURE:
            guess = Guess(0, guess.sure)
        elif guess.quarters == 0:
            return 0
        read = self._as_read(image, spread)
        return guess.quarters if read is None else read

    def _as_read(self, image: Image, spread: Spread) -> int | None:
        """The way round in which the lines make clearly the most sense, or None where they do not tell."""
        lines = _sample(self.detector.glance(image, spread))
        ways = [(quad, turn) for quad in lines for turn in ((1, 3) if quad.height > quad.width else (0, 2))]
        weights, sure = [0.0] * 4, [list[float]() for _ in range(4)]
        for quad, turn in ways:
            confidences = self.fast.read(line_image(image, _middle(turned(quad, turn)), STRETCH), STRETCH).confidences
            weights[turn] += sum(value - 0.5 for value in confidences)
            sure[turn].append(sum(confidences) / max(len(confidences), 1))
        second, best = sorted(range(4), key=weights.__getitem__)[-2:]
        clear = weights[best] - weights[second] >= _CLEARLY
        return best if clear and sum(sure[best]) >= _LEGIBLE * len(sure[best]) else None


def _sample(quads: Sequence[Quad]) -> list[Quad]:
    """The longest of the lines that tell which way they run."""
    usual = median(map(_breadth, quads)) if quads else 0.0
    fit = [quad for quad in quads if _length(quad) >= _LINE * _breadth(quad) and _breadth(quad) <= _THICK * usual]
    return sorted(fit, key=_length, reverse=True)[:_SAMPLE]


def _breadth(quad: Quad) -> float:
    return min(quad.width, quad.height)


def _length(quad: Quad) -> float:
    return max(quad.width, quad.height)


def _middle(quad: Quad) -> Quad:
    """The quad, or its middle where it is very long."""
    part = min(_READ * quad.height / max(quad.width, 1.0), 1.0)
    return quad.span((1 - part) / 2, (1 + part) / 2)
