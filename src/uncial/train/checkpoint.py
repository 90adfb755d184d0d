"""What a fit has come to, on disk, so that it goes on where it was however it was stopped."""

from __future__ import annotations

import os
import pickle
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from uncial.errors import RecipeInvalid, SourceDamaged

Weights = dict[str, torch.Tensor]


@dataclass(slots=True)
class Progress:
    """How far a fit has come; the one thing in a run that changes."""

    step: int = 0
    seconds: float = 0.0
    """Spent on learning, over all starts."""
    lines: int = 0
    heaps: dict[str, int] = field(default_factory=dict)
    """The first heap that was not learned yet, of made and of given lines."""
    looks: list[dict[str, Any]] = field(default_factory=list)
    """What each look at the watched lines saw, as `log.jsonl` has it."""
    best: int = 0
    """Which of them saw the best weights; the first look is at those that it started from."""
    bfloat16: bool = False
    """Whether it reckons in bfloat16, which is quicker on some machines only."""


@dataclass(slots=True)
class Checkpoint:
    """All that a fit needs to go on."""

    progress: Progress
    network: Weights
    average: Weights
    best: Weights
    optimiser: dict[str, Any]
    base: str
    """The mark of the base that it started from."""

    def save(self, path: Path) -> None:
        """Put it in the place of the one before, at once: whoever is killed meanwhile has the old one whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        told = {name: getattr(self, name) for name in ("network", "average", "best", "optimiser", "base")}
        with partial.open("wb") as file:
            torch.save({**told, "progress": asdict(self.progress)}, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    @staticmethod
    def load(path: Path, base: str) -> Checkpoint | None:
        """The one that is there, None where there is none. Raises `SourceDamaged` and `RecipeInvalid`."""
        if not path.is_file():
            return None
        try:
            told = torch.load(path, weights_only=True)
            saved = Checkpoint(Progress(**told.pop("progress")), **told)
        except (pickle.UnpicklingError, RuntimeError, KeyError, TypeError, EOFError) as error:
            raise SourceDamaged(
                f"The state of the run in {path} cannot be read: {error}", hint="Begin afresh: uncial train fit --afresh"
            ) from error
        if saved.base != base:
            raise RecipeInvalid(
                "The run was begun from other weights, or with another alphabet.",
                hint="Put the recipe's base, alphabet and more back, or begin afresh: uncial train fit --afresh",
            )
        return saved
