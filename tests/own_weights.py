"""Weights of one's own without a fit: PP-OCRv6 tiny, its last layer cut to some characters or moved to others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache

import onnx
from onnx import helper

from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.graph import keep_classes
from uncial.models import load_alphabet, load_model

CARD: dict[str, object] = {
    "name": "typewriter",
    "made": "2026-02-03",
    "uncial": "0.9.0",
    "base": "ppocr-v6-tiny",
    "base_sha256": "ab" * 32,
    "teacher": "ppocr-v6-small",
    "recipe": {"name": "typewriter", "seed": 4, "fit": {"rate": 4e-5}},
    "lines": {"typewritten": 1200, "given": 40},
    "minutes": 17.5,
    "threads": 2,
    "sources": [{"name": "Courier Prime", "what": "a font", "licence": "OFL-1.1"}],
    "figures": [
        {"kind": "typewritten", "lines": 200, "before": 0.08, "after": 0.031},
        {"kind": "receipt", "lines": 150, "before": 0.04, "after": 0.055},
    ],
}
"""A card as JSON has it."""


@cache
def latin() -> tuple[str, ...]:
    """The characters of the tiny recogniser for Latin script, without blank and space."""
    allows = Alphabet.of(["en"]).allows
    return tuple(character for character in load_alphabet("ppocr-v6-tiny-alphabet")[1:-1] if allows(character))


@cache
def cut(characters: tuple[str, ...]) -> bytes:
    """The tiny recogniser with these of its characters."""
    known = load_alphabet("ppocr-v6-tiny-alphabet")
    kept = [0, *(known.index(character) for character in characters), len(known) - 1]
    return keep_classes(load_model("ppocr-v6-tiny-rec"), kept, [0.0] * len(kept))


def noted(model: bytes, notes: Mapping[str, str]) -> bytes:
    """The same network with these notes."""
    proto = onnx.load_from_string(model)
    helper.set_model_props(proto, dict(notes))
    made: bytes = proto.SerializeToString()
    return made


def own_weights(
    called: Callable[[str], str] = str, card: Mapping[str, object] | None = CARD, characters: tuple[str, ...] | None = None
) -> bytes:
    """A file as `uncial train export` writes it; what it has learned to see as a character, it calls as it is told."""
    known = characters or latin()
    notes = {"character": "\n".join(map(called, known))}
    return noted(cut(known), notes | ({"uncial.card": json.dumps(card)} if card is not None else {}))
