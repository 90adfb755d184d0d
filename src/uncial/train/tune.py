"""Weights for somebody's own pages, the short way: the recipe that it takes, and whether it was worth it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uncial.train.lines import GIVEN
from uncial.train.recipe import Fit, Recipe, Synth

FEWEST = 15
"""Lines that were given of which some can be kept apart: of fewer, all are learned, and nobody can say what it was worth."""
FORGIVEN = 0.002
"""By so much the character error rate of other lines may rise."""
_KINDS = {"printed": 4.0, "receipt": 2.0, "typewritten": 1.0, "table": 1.0}
_LANGUAGES = ("en", "de", "fr", "es", "it")


def recipe_for(given: Sequence[Path], name: str, base: str, minutes: float) -> Recipe:
    """The recipe for learning these lines in so many minutes, and forgetting nothing over them: recipes/finetune.yaml."""
    synth = Synth(lines=2500, kinds=_KINDS, languages=_LANGUAGES)
    fit = Fit(rate=2e-4, blend=0.4, text=0.0, given=0.5, every=50, patience=24, minutes=minutes, watched=60)
    return Recipe(_name(name), base=base, teacher="base", synth=synth, fit=fit, given=tuple(path.absolute() for path in given))


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text, flags=re.ASCII).lstrip("-._")[:80] or "mine"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it helped."""

    helped: bool
    why: str
    """A sentence or two."""


def verdict(before: Mapping[str, float], after: Mapping[str, float], lines: int) -> Verdict:
    """Whether the weights read the given lines better than those that they were made from, and all else no worse.

    `before` and `after` are character error rates by kind of line, `lines` how many were given.
    """
    worse = {kind: rate - before[kind] for kind, rate in after.items() if kind != GIVEN and kind in before}
    forgotten = sum(worse.values()) / len(worse) if worse else 0.0
    told = f"the error rate of your lines went from {before.get(GIVEN, 0):.1%} to {after.get(GIVEN, 0):.1%}"
    if lines < FEWEST:
        return Verdict(False, f"Nobody can say: {lines} lines are too few to keep some apart. Give {FEWEST} or more.")
    if not before.get(GIVEN, 0.0):
        return Verdict(
            False, "There is nothing to mend: those of your lines that were kept apart are read without an error already."
        )
    if after.get(GIVEN, 0.0) >= before.get(GIVEN, 0.0):
        return Verdict(False, f"It did not help: {told}. More lines help most.")
    if forgotten > FORGIVEN:
        return Verdict(False, f"It did not help: {told}, and that of all others rose by {forgotten:.1%}. More lines help most.")
    return Verdict(True, f"It helped: {told}, and that of others stayed ({forgotten:+.1%}).")
