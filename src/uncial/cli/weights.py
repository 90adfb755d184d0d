"""What the command says of a file of weights."""

from __future__ import annotations

from pathlib import Path

from uncial.engines.neural.weights import OwnWeights
from uncial.train.card import card_of, markdown


def shown(file: Path) -> str:
    """The card of the weights, and what only the network itself can tell. Raises `WeightsInvalid`."""
    weights = OwnWeights.load(file)
    card = card_of(weights)
    told = markdown(card) if card else f"# {weights.name}\n\nThis file has no card: nobody says what it was made from.\n"
    return f"{told}\n## What it reads\n\n{len(weights.characters) - 2:,} characters.\nLanguages: {_listed(weights)}.\n"


def summary(file: Path) -> str:
    """The same in one line. Raises `WeightsInvalid`."""
    weights = OwnWeights.load(file)
    card = card_of(weights)
    made = f", made on {card.made.isoformat()} from {card.base}" if card else ", without a card"
    return f"{weights.name}: {len(weights.characters) - 2:,} characters{made}, {file}"


def _listed(weights: OwnWeights) -> str:
    return ", ".join(weights.languages) or "it lacks letters of every language that is known here"
