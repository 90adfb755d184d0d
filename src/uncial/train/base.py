"""The weights that a fit starts from, with the head that it is to have."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from uncial.engines.neural.weights import OwnWeights
from uncial.models import LATIN, load_alphabet, load_model
from uncial.train.alphabet import classes_of, latin, moved
from uncial.train.graph import Layer, read_layers
from uncial.train.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Base:
    """Weights to start from."""

    model: bytes
    """The ONNX graph that the weights came from, and into which they are written when they are done."""
    layers: tuple[Layer, ...]
    """With the head that the recipe asks for."""
    classes: tuple[str, ...]
    """Of that head: the blank, the characters, the space."""

    @property
    def sha256(self) -> str:
        """Of the file."""
        return hashlib.sha256(self.model).hexdigest()

    @property
    def mark(self) -> str:
        """What tells it from others with which a fit cannot go on."""
        return hashlib.sha256("\n".join((self.sha256, *self.classes)).encode()).hexdigest()


def base_of(recipe: Recipe) -> Base:
    """What the recipe starts from. Raises `ModelMissing`, `WeightsInvalid` and `EngineFailed`."""
    model, known = _known(recipe.base)
    *body, head = read_layers(model)
    own = latin() if recipe.alphabet == "latin" else known
    classes = classes_of((*own, *recipe.more))
    return Base(model, (*body, moved(head, known, classes)), classes)


def _known(name: str) -> tuple[bytes, tuple[str, ...]]:
    """The graph of that name or in that file, and the characters of its classes."""
    if name.endswith(".onnx"):
        own = OwnWeights.load(Path(name))
        return own.model, own.characters
    if name == LATIN:
        own = OwnWeights.of(load_model(LATIN), LATIN)
        return own.model, own.characters
    return load_model(f"{name}-rec"), load_alphabet(f"{name}-alphabet")
