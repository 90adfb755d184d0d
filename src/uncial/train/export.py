"""Weights to read with: the best ones of a run in the graph that they came from, and the card that says what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import uncial
from uncial.cores import lent_cores
from uncial.engines.neural.weights import CARD, CHARACTERS
from uncial.train.base import base_of
from uncial.train.card import Card, Figure, markdown, to_json
from uncial.train.curve import Look, read_log
from uncial.train.fit import best_layers
from uncial.train.graph import write_layers
from uncial.train.lines import GIVEN
from uncial.train.recipe import Recipe, as_json, without_places
from uncial.train.shelf import shelved
from uncial.train.sources import sources_of

if TYPE_CHECKING:
    from uncial.train.run import RunFolder


def export(run: RunFolder, recipe: Recipe, path: Path) -> Card:
    """Write the best weights of the run as ONNX, its card in it and as Markdown beside it.

    Raises `TrainingDataEmpty` where nothing was learned yet.
    """
    base = base_of(recipe)
    layers = best_layers(recipe, run)
    card = _card(run, recipe, base.sha256)
    notes = {CHARACTERS: "\n".join(base.classes[1:-1]), CARD: to_json(card)}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_bytes(write_layers(base.model, layers, notes))
    partial.replace(path)
    path.with_suffix(".md").write_text(markdown(card), encoding="utf-8")
    return card


def _card(run: RunFolder, recipe: Recipe, base_sha256: str) -> Card:
    made, given = shelved(run.lines), shelved(run.given)
    looks = read_log(run.log)
    return Card(
        name=recipe.name,
        made=datetime.now(UTC).date(),
        uncial=uncial.__version__,
        base=Path(recipe.base).name,
        base_sha256=base_sha256,
        teacher=recipe.teacher,
        recipe=as_json(without_places(recipe)),
        lines={**Counter(sample.kind for sample in made), **({GIVEN: len(given)} if given else {})},
        minutes=round(looks[-1]["seconds"] / 60, 1),
        threads=lent_cores(),
        sources=sources_of(made, given, run.fonts),
        figures=_figures(looks),
    )


def _figures(looks: Sequence[Look]) -> tuple[Figure, ...]:
    start, best = looks[0], [look for look in looks if look["best"]][-1]
    return tuple(Figure(kind, start["watched"][kind], start["cer"][kind], after) for kind, after in sorted(best["cer"].items()))
