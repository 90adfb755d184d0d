"""What is drawn by lot: one of several things, as often as each is said to come."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SETS = {"#": "0123456789", "&": "123456789", "@": CAPITALS, "~": CAPITALS.lower(), "^": "0123456789abcdef"}
"""What stands for which characters in a pattern."""


@dataclass(frozen=True, slots=True)
class Lot(Generic[T]):
    """Things of which each comes as often as its weight says."""

    things: tuple[T, ...]
    sums: tuple[float, ...]
    """The sums of the weights up to each thing."""

    @staticmethod
    def of(*weighted: tuple[float, T]) -> Lot[T]:
        """The lot of these things, each behind its weight, in parts of their sum."""
        return Lot(tuple(thing for _, thing in weighted), tuple(accumulate(weight for weight, _ in weighted)))

    def draw(self, rng: Random) -> T:
        """One of the things."""
        return self.things[bisect(self.sums, rng.random() * self.sums[-1], hi=len(self.sums) - 1)]


def pick(rng: Random, things: Sequence[T]) -> T:
    """One of the things, each as often; three times as quick as `Random.choice`."""
    return things[int(rng.random() * len(things))]


def number(rng: Random, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(rng.random() * (high - low + 1))


def chance(rng: Random, probability: float) -> bool:
    """Whether it happens this time."""
    return rng.random() < probability


def filled(rng: Random, pattern: str) -> str:
    """The pattern with figures for #, figures but 0 for &, letters for @ and ~ (small), hexadecimal figures for ^."""
    return "".join(pick(rng, _SETS[each]) if each in _SETS else each for each in pattern)
