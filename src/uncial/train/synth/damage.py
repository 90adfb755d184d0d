"""Damages a line as real pages are damaged: ink, paper, lens and device in turn, and never beyond what people can read.

`worn` has what ink and paper suffer, `scanned` what lenses, scanners and files do; here stands how often each comes on what kind
of line, and in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from uncial.engines.crop import flat_image
from uncial.geometry import Transform
from uncial.train.lines import KINDS, Drawing
from uncial.train.synth import scanned, worn

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from uncial.raster import Image

Change = Callable[[Drawing, float, "Generator"], Drawing]
"""What a damage does to a drawing, at a strength (0..1), with a source of chance."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One row of the table."""

    name: str
    change: Change
    group: str
    """At most one of each group comes on a line."""
    chances: Mapping[str, float]
    """How often it comes on each kind of line, against the others."""


def _drawn(group: str, change: Change, chances: str) -> Damage:
    """A row of the table; `chances` has one number for each of KINDS."""
    table = dict(zip(KINDS, map(float, chances.split()), strict=True))
    return Damage(change.__name__, change, group, MappingProxyType(table))


def _painted(group: str, paint: Callable[[Image, float, float, Generator], Image], chances: str) -> Damage:
    """The row of a damage that leaves each point where it is."""

    @wraps(paint)
    def change(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
        return replace(drawing, image=paint(drawing.image, drawing.quad.height, strength, rng))

    return _drawn(group, change, chances)


DAMAGES: tuple[Damage, ...] = (
    #                                             printed receipt typewritten table code handwriting fraktur
    _painted("ink", worn.faint,                   "2 4 5 2 2 3 2"),
    _painted("ink", worn.thermal,                 "0 8 0 1 0 0 0"),
    _painted("ink", worn.carbon,                  "0 1 5 0 0 1 0"),
    _painted("ink", worn.coloured_ink,            "1 2 3 1 1 6 1"),
    _painted("stroke", worn.uneven,               "2 3 5 2 1 3 4"),
    _painted("stroke", worn.half_struck,          "0 0 3 0 0 0 1"),
    _painted("stroke", worn.broken,               "3 2 4 3 2 2 4"),
    _painted("stroke", worn.scratched,            "1 1 1 1 0 0 1"),
    _painted("stroke", worn.dead_dots,            "0 4 0 1 1 0 0"),
    _painted("stroke", worn.dotted,               "0 4 0 1 1 0 0"),
    _painted("edge", worn.spread,                 "3 2 4 2 1 2 5"),
    _painted("edge", worn.thinned,                "3 2 1 3 1 1 3"),
    _painted("edge", worn.filled,                 "2 1 4 2 1 0 4"),
    _painted("edge", worn.squeezed,               "2 0 1 0 0 0 6"),
    _painted("paper", worn.textured,              "3 2 4 2 1 4 5"),
    _painted("paper", worn.yellowed,              "3 2 5 2 1 4 6"),
    _painted("mark", worn.stained,                "2 1 2 1 0 2 3"),
    _painted("mark", worn.folded,                 "2 4 3 2 1 3 2"),
    _painted("mark", worn.shadowed,               "2 3 2 2 2 3 2"),
    _painted("mark", worn.speckled_paper,         "3 2 3 3 1 1 4"),
    _painted("screen", scanned.screened,          "2 1 0 2 1 0 1"),
    _painted("other side", worn.shown_through,    "4 1 5 2 1 4 5"),
    _drawn("pen", scanned.ruled,                  "1 0 0 3 1 6 0"),
    _drawn("pen", scanned.underlined,             "2 1 2 2 1 1 1"),
    _drawn("pen", scanned.highlighted,            "1 1 1 1 1 0 0"),
    _drawn("place", scanned.tilted,               "4 4 4 4 2 4 4"),
    _drawn("place", scanned.in_perspective,       "2 3 2 2 2 2 1"),
    _drawn("place", scanned.curled,               "2 4 2 1 1 1 3"),
    _painted("blur", scanned.defocused,           "4 5 5 4 3 4 4"),
    _painted("blur", scanned.shaken,              "1 3 1 1 1 2 1"),
    _painted("light", scanned.lit_unevenly,       "2 3 3 2 2 3 2"),
    _painted("light", scanned.flat,               "2 3 4 2 2 3 3"),
    _painted("light", scanned.overexposed,        "2 3 1 2 1 1 1"),
    _painted("light", scanned.underexposed,       "1 2 1 1 1 1 1"),
    _painted("lamp", scanned.tinged,              "2 3 2 2 2 3 2"),
    _drawn("size", scanned.resampled,             "9 12 7 9 9 6 7"),
    _painted("noise", scanned.grained,            "3 4 4 3 2 3 3"),
    _painted("noise", scanned.counted,            "2 3 2 2 2 2 2"),
    _painted("noise", scanned.peppered,           "2 1 1 2 1 1 2"),
    _painted("noise", scanned.blotchy,            "2 2 2 1 1 1 2"),
    _painted("glass", scanned.streaked,           "2 3 2 2 1 1 2"),
    _painted("sharp", scanned.sharpened,          "3 4 3 3 2 3 3"),
    _painted("sharp", scanned.contrasty,          "3 6 2 3 2 2 3"),
    _painted("grey", scanned.grey,                "4 3 4 3 2 3 5"),
    _drawn("bits", scanned.black_and_white,       "9 5 3 6 3 3 5"),
    _drawn("bits", scanned.locally_black,         "4 2 2 3 1 2 3"),
    _drawn("bits", scanned.faxed,                 "4 1 2 3 1 1 0"),
    _drawn("bits", scanned.dithered,              "2 2 1 1 1 1 1"),
    _painted("file", scanned.compressed,          "6 10 6 6 5 6 6"),
)  # fmt: skip
"""All damages, in the order in which they happen to a page."""

_HOW_MANY = (0.08, 0.2, 0.27, 0.23, 0.14, 0.08)
"""How often a line has none, one, two ... of them."""
_WORN = ("receipt", "typewritten", "fraktur")
"""Kinds that seldom come to us in good shape."""
_HOW_MANY_THEN = (0.05, 0.14, 0.24, 0.26, 0.19, 0.12)
"""How often these have none, one, two ... of them."""
_PAPER = 0.6
"""Times the height of the line: the paper around it that is damaged with it."""
_TRIES = (1.0, 0.6, 0.3)
"""Parts of its strength to which damage is taken back where it was too much."""
_LOOK = 32
"""Pixels of text height at which it is judged whether a person can read a line."""
_COARSE = 4.0
"""Pixels there (standard deviation): what is coarser, as shadows and stains are, hides no letter."""
_ALIKE = 0.8
"""How alike (correlation, 1 for the same) the damaged and the clean line are at least, in each part of it that has text."""
_CONTRAST = 22
"""Levels of brightness (of 255) by which ink and paper differ at least."""


def damaged(drawing: Drawing, kind: str, rng: Generator) -> Drawing:
    """The line as a real page of that kind might show it, with none to five damages; the same chance gives the same line.

    A person can still read it: what is too much is taken back. Lines of other kinds than `KINDS` are damaged as printed ones.
    """
    drawing = _trimmed(drawing)
    for most in _TRIES:
        worse, clean = _worn(drawing, kind if kind in KINDS else KINDS[0], most, rng)
        if is_legible(worse, clean):
            return worse
    return drawing


def _trimmed(drawing: Drawing) -> Drawing:
    """With only the paper near the line: what is further away would only cost time."""
    box, (rows, columns) = drawing.quad.box.grown(_PAPER * drawing.quad.height), drawing.image.shape[:2]
    left, top = max(int(box.left), 0), max(int(box.top), 0)
    image = np.ascontiguousarray(drawing.image[top : min(int(box.bottom), rows), left : min(int(box.right), columns)])
    return Drawing(image, Transform.translation(-left, -top).quad(drawing.quad))


def _worn(drawing: Drawing, kind: str, most: float, rng: Generator) -> tuple[Drawing, Drawing]:
    """The damaged line, and the clean one moved as that was."""
    clean, chosen = drawing, _chosen(kind, rng)
    for damage in chosen:
        strength = most * _strength(len(chosen), rng)
        if damage.group == "place":
            clean = damage.change(clean, strength, deepcopy(rng))
        drawing = damage.change(drawing, strength, rng)
    return drawing, clean


def _chosen(kind: str, rng: Generator) -> list[Damage]:
    """Some damages by their chances for that kind, in the order in which they happen, at most one of a group."""
    parts = _HOW_MANY_THEN if kind in _WORN else _HOW_MANY
    count = int(rng.choice(len(parts), p=parts))
    order = rng.choice(len(DAMAGES), min(4 * count, 12), replace=False, p=_chances(kind))
    by_group: dict[str, int] = {}
    for index in order.tolist():
        by_group.setdefault(DAMAGES[index].group, index)
    return [DAMAGES[index] for index in sorted(list(by_group.values())[:count])]


@lru_cache(maxsize=len(KINDS))
def _chances(kind: str) -> NDArray[np.float64]:
    chances = np.array([damage.chances[kind] for damage in DAMAGES])
    return np.asarray(chances / chances.sum())


def _strength(count: int, rng: Generator) -> float:
    """Mostly mild, sometimes hard, and milder where there are many."""
    return float(rng.beta(1.0, 1.6)) * (1.0 if count < 3 else 0.85)


def is_legible(worse: Drawing, clean: Drawing) -> bool:
    """Whether a person can read a line that a damage changed: as well as a look at contrast and likeness can tell."""
    width = max(round(clean.quad.width / clean.quad.height * _LOOK), _LOOK)
    before, after = _seen(clean, width), _seen(worse, width)
    if np.ptp(before) < _CONTRAST:  # nothing that could be told apart: a blank line
        return True
    window = min(3 * _LOOK // 2, before.shape[1]), _LOOK
    mean = [cv2.boxFilter(each, -1, window, borderType=cv2.BORDER_REPLICATE)[_LOOK // 2] for each in (before, after)]
    pairs = ((before, before, 0, 0), (after, after, 1, 1), (before, after, 0, 1))
    own, other, common = (
        cv2.boxFilter(p * q, -1, window, borderType=cv2.BORDER_REPLICATE)[_LOOK // 2] - mean[i] * mean[j] for p, q, i, j in pairs
    )
    text = own > 0.3 * own.max()
    alike = common[text] / np.sqrt(np.maximum(own[text] * other[text], 1e-3))
    kept = common[text] / own[text] * float(np.ptp(before))
    return bool(alike.min() >= _ALIKE and kept.min() >= _CONTRAST)


def _seen(drawing: Drawing, width: int) -> NDArray[np.float32]:
    """The fine parts of the line cut out, small and grey (32 x `width`)."""
    gray = cv2.cvtColor(flat_image(drawing.image, drawing.quad, width, _LOOK), cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(gray.astype(np.float32), (0, 0), 1.2)
    return cast("NDArray[np.float32]", soft - cv2.GaussianBlur(soft, (0, 0), _COARSE))
