"""How a line is set and printed: its size, its spaces, the machine that wrote it, by the kind of document that it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from uncial.train.synth.fonts import Font

_WIDEST = 2_000
"""Pixels. Long lines are drawn small enough to stay under it, more or less: time goes with the area."""
_SMALLEST, _LARGEST = 13, 96
"""The em in pixels: 6-point print at 150 dots an inch, and a heading at 300."""
_SIZES = {"receipt": 30.0, "table": 30.0, "fraktur": 44.0, "handwriting": 46.0, "typewritten": 36.0}
"""The em in pixels that is usual where it is not that of print at 300 dots an inch."""
_PRINT = 38.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is set and printed."""

    em: int
    """Pixels."""
    spacing: float = 0.0
    """Ems between two letters beyond what the font has."""
    gap: float = 1.0
    """How wide a space between words is, times the font's."""
    last_gap: float = 0.0
    """Ems before the last word beyond that: the way to a price at the right edge."""
    features: tuple[str, ...] = ()
    """OpenType features, as HarfBuzz takes them."""
    stroke: float = 0.0
    """Ems by which strokes are bolder on each side."""
    device: str = "smooth"
    """`smooth`, `bitmap` (pixels of a printer's own size) or `dots` (the pins of a dot-matrix printer)."""
    typed: float = 0.0
    """How uneven the keys of a typewriter strike, 0 to 1."""
    unsteady: float = 0.0
    """How much a hand that writes leaves the line, 0 to 1."""
    wide: float = 1.0
    """How wide letters are, times their own width."""


def look_of(text: str, font: Font, kind: str, rng: Generator) -> Look:
    """A look that lines of that kind may have."""
    mono = font.mono or kind == "typewritten"
    return Look(
        em=_em(text, kind, rng),
        spacing=_spacing(kind, rng),
        gap=1.0 if mono else float(np.clip(rng.normal(1.0, 0.3), 0.6, 2.5)),
        last_gap=_last_gap(text, kind, rng),
        features=_features(font, kind, rng),
        stroke=float(rng.uniform(0.005, 0.025)) if rng.random() < 0.06 else 0.0,
        device=_device(font, kind, rng),
        typed=float(rng.uniform(0.1, 1.0)) if kind == "typewritten" and rng.random() < 0.85 else 0.0,
        unsteady=float(rng.uniform(0.2, 1.0)) if kind == "handwriting" else 0.0,
        wide=_wide(kind, rng),
    )


def _em(text: str, kind: str, rng: Generator) -> int:
    usual = _SIZES.get(kind, _PRINT)
    em = usual * float(np.exp(rng.normal(0.0, 0.4)))
    return round(min(max(min(em, _WIDEST / (0.5 * max(len(text), 1))), _SMALLEST), _LARGEST))


def _spacing(kind: str, rng: Generator) -> float:
    chance = rng.random()
    if chance < (0.06 if kind in {"printed", "fraktur"} else 0.02):
        return float(rng.uniform(0.05, 0.28))
    return float(rng.normal(0.0, 0.012)) if chance < 0.2 else 0.0


def _last_gap(text: str, kind: str, rng: Generator) -> float:
    is_price = text[-1:].isdigit() and " " in text
    likely = {"receipt": 0.4, "table": 0.2}.get(kind, 0.02)
    return float(rng.uniform(0.3, 4.0)) if is_price and rng.random() < likely else 0.0


def _features(font: Font, kind: str, rng: Generator) -> tuple[str, ...]:
    offered = [("onum", 0.15), ("dlig", 0.03), ("smcp", 0.012), ("-kern", 0.08), ("-liga", 0.15), ("zero", 0.1), ("lnum", 0.1)]
    drawn = [name for name, likely in offered if rng.random() < likely]
    # arrows and not-equal signs that fonts for programs make of several characters are no longer those characters
    return (*drawn, "-calt", "-liga", "-clig") if font.mono and kind != "handwriting" else tuple(drawn)


def _device(font: Font, kind: str, rng: Generator) -> str:
    chance = rng.random()
    if font.dots:
        return "dots" if chance < 0.5 else "bitmap"
    if kind == "receipt":
        return "dots" if font.mono and chance < 0.25 else "bitmap" if chance < 0.6 else "smooth"
    return "bitmap" if chance < 0.06 else "smooth"


def _wide(kind: str, rng: Generator) -> float:
    chance = rng.random()
    if kind == "receipt" and chance < 0.12:
        return float(rng.choice([0.5, 2.0])) if chance < 0.06 else float(rng.uniform(0.7, 1.4))
    return float(rng.uniform(0.8, 1.25)) if chance < 0.15 else 1.0
