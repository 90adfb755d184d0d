"""Stand-ins for the networks that read lines: they read what they are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from uncial.engines.neural.ctc import Reading

CLASSES = ("", *"abcdefghijklmnopqrstuvwxyz", " ")


def with_each(text: str, confidences: Sequence[float], lost_space: float = 0.0) -> Reading:
    """A reading that is so sure of each of its characters, which share the line evenly."""
    extents = tuple((i / len(text), (i + 1) / len(text)) for i in range(len(text)))
    return Reading(tuple(text), tuple(confidences), extents, lost_space)


def sure(text: str, confidence: float = 0.99, lost_space: float = 0.0) -> Reading:
    """A reading that is so sure of all its characters."""
    return with_each(text, (confidence,) * len(text), lost_space)


def spelled(*steps: dict[str, float]) -> np.ndarray:
    """Probabilities (T x C): at each time step those that are told, and for the blank what is left."""
    rows = np.zeros((len(steps), len(CLASSES)), np.float32)
    for row, chances in zip(rows, steps, strict=True):
        for character, chance in chances.items():
            row[CLASSES.index(character)] = chance
        row[0] = 1 - row.sum()
    return rows


def clearly(text: str) -> list[dict[str, float]]:
    """The time steps of a text that cannot be mistaken."""
    return [step for letter in text for step in ({letter: 0.95}, {})]


class Says:
    """A recogniser that says what it is told, one reading after the other, and remembers what it was shown.

    Whoever wants more than its readings is given `probabilities`, through what it calls its network: itself.
    """

    characters = CLASSES

    def __init__(self, *readings: Reading | Callable[[np.ndarray], Reading], probabilities: np.ndarray | None = None) -> None:
        self.readings, self.probabilities = readings, probabilities
        self.shown: list[np.ndarray] = []
        self.stretches: list[float] = []

    @property
    def asked(self) -> int:
        return len(self.shown)

    def read(self, image: np.ndarray, stretch: float) -> Reading:
        said = self.readings[min(self.asked, len(self.readings) - 1)]
        self.shown.append(image)
        self.stretches.append(stretch)
        return said(image) if callable(said) else said

    @property
    def network(self) -> Says:
        return self

    def run(self, batch: np.ndarray) -> np.ndarray:
        assert self.probabilities is not None, "nobody said what it sees"
        self.shown.append(batch)
        return self.probabilities[None]
