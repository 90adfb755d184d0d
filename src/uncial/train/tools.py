"""What makes lines, learns them and writes weights: one seam, behind which lie the packages that reading does not need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uncial.errors import TrainingMissing

if TYPE_CHECKING:
    from uncial.train.fit import Look, Outcome
    from uncial.train.recipe import Recipe, Synth
    from uncial.train.run import MakeLines, RunFolder

EXTRA = {"torch": "torch", "faker": "faker", "babel": "babel", "wordfreq": "wordfreq", "fontTools": "fonttools"}
"""The modules that training needs besides, and what they are called when they are installed."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The steps of training that take time."""

    make_lines: MakeLines
    fit: Callable[[Recipe, RunFolder, Callable[[Look], None], Callable[[float], None]], Outcome]
    export: Callable[[RunFolder, Recipe, Path], object]


def load_tools() -> Tools:
    """The tools themselves, each imported when it is used first. Raises `TrainingMissing`."""
    check_extra()
    return Tools(_make_lines, _fit, _export)


def _make_lines(
    synth: Synth, seed: int, first: int, count: int, folder: Path, processes: int, told: Callable[[int], None]
) -> None:
    from uncial.train.synth.make import make_lines

    make_lines(synth, seed, first, count, folder, processes, told)


def _fit(recipe: Recipe, run: RunFolder, told: Callable[[Look], None], taught: Callable[[float], None]) -> Outcome:
    from uncial.train.fit import fit  # brings torch along, which takes seconds

    return fit(recipe, run, told, taught)


def _export(run: RunFolder, recipe: Recipe, path: Path) -> object:
    from uncial.train.export import export

    return export(run, recipe, path)


def check_extra(found: Callable[[str], Any] = find_spec) -> None:
    """Raise `TrainingMissing` where a package of the extra `train` is not installed."""
    missing = [package for module, package in EXTRA.items() if not found(module)]
    if missing:
        are = "are" if len(missing) > 1 else "is"
        raise TrainingMissing(f"Training needs {', '.join(missing)}, which {are} not installed.")
