"""Tells of each font whether its letters are those that its codes say: a PDF may draw an A and call it a B.

Shapes tell without reading. In every font x is low, l is high and p hangs below the line; where a font's codes were mixed up, by
a broken writer or by somebody who does not want to be searched, letters of these three kinds have the wrong outlines. A font
whose text has too few such letters is told by its capitals, which are narrow and wide, or left to be read from the pixels, a line
of it: figures alone and other scripts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from uncial.glyphs import Glyphs, Indices, Numbers

Verdict = Literal["true", "garbled", "lying", "unknown"]

_LOW, _HIGH, _HANGING = "acemnorsuvwxzаесоипрлмнтвгкшця", "bdfhklABCDEFGHIKLMNOPRSTUVWXYZ", "gpqy"
_NARROW, _WIDE, _SLIM = "IJ", "DGHMNOQUW", 0.75
"""Capitals that are narrow and wide in every font whose letters are not all of one width, and how much narrower."""
_ENOUGH = 12
"""Letters of at least two kinds, so many in all, tell the one from the other."""
_AGREE = 0.75
"""The part of its letters whose outlines are of their kind in a font that tells the truth; it is nearly all, or about half."""
_FLAT = 0.03
"""Em. Outlines that differ no more are not the letters' own: all that is known of such a font is how high its lines are."""
_GARBLED = 0.1
"""The part of a font's characters that nobody can name, from which nothing of it is believed."""
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFD))
"""Private use areas of Unicode: a code there means what its font likes."""
_BULLETS = range(0xF000, 0xF100)
"""Where symbol fonts have their bullets; these are not mistakes."""


def judged(glyphs: Glyphs, chosen: Indices) -> dict[str, tuple[Verdict, Indices]]:
    """What there is to say of each font of the page, by its name, with the chosen characters (their indices) that it draws."""
    names = np.array([kind.font for kind in glyphs.kinds], object)
    of = names[glyphs.runs[chosen]]
    found: dict[str, tuple[Verdict, Indices]] = {}
    for name in sorted(set(of.tolist())):
        characters = chosen[of == name]
        embedded = any(glyphs.kinds[run].embedded for run in set(glyphs.runs[characters].tolist()))
        found[name] = _verdict(glyphs, characters, embedded=embedded), characters
    return found


def nameless(letter: str) -> bool:
    """Whether this is no character that anybody could read."""
    code = ord(letter)
    return letter == "\ufffd" or (any(low <= code <= high for low, high in _PRIVATE) and code not in _BULLETS)


def _verdict(glyphs: Glyphs, characters: Indices, *, embedded: bool) -> Verdict:
    text = [glyphs.text[i] for i in characters.tolist()]
    if sum(count for letter, count in Counter(text).items() if nameless(letter)) > _GARBLED * len(text):
        return "garbled"
    if not embedded:
        return "true"
    verdict = _by_outlines(text, _outlines(glyphs, characters))
    return verdict if verdict != "unknown" else _by_widths(text, _widths(glyphs, characters))


def _outlines(glyphs: Glyphs, characters: Indices) -> Numbers:
    """N x 2: how far each letter reaches above and below the foot of its font's letters, in em; only level text is asked."""
    sizes = _sizes(glyphs, characters)
    line, ink = glyphs.boxes[characters], glyphs.ink[characters]
    return np.stack([(line[:, 3] - ink[:, 1]) / sizes, (line[:, 3] - ink[:, 3]) / sizes], axis=1)


def _widths(glyphs: Glyphs, characters: Indices) -> Numbers:
    """How wide each letter is drawn, in em; nan where that is not known."""
    ink = glyphs.ink[characters]
    widths: Numbers = np.where(ink[:, 2] > ink[:, 0], ink[:, 2] - ink[:, 0], np.nan) / _sizes(glyphs, characters)
    return widths


def _sizes(glyphs: Glyphs, characters: Indices) -> Numbers:
    """The em of each character's run; nan where that is not level."""
    kinds = (glyphs.kinds[run] for run in glyphs.runs[characters].tolist())
    return np.array([kind.size if abs(kind.angle) < 1 else np.nan for kind in kinds])


def _by_widths(text: list[str], widths: Numbers) -> Verdict:
    """Of a font that sets capitals alone: I is narrow and M is wide, or else it is not known."""
    narrow = widths[[i for i, letter in enumerate(text) if letter in _NARROW]]
    wide = widths[[i for i, letter in enumerate(text) if letter in _WIDE]]
    narrow, wide = narrow[np.isfinite(narrow)], wide[np.isfinite(wide)]
    if len(narrow) < _ENOUGH / 4 or len(wide) < _ENOUGH / 2:
        return "unknown"
    least = _SLIM * float(np.median(wide))
    agree = int((narrow < least).sum() + (wide > least).sum())
    return "true" if agree >= _AGREE * (len(narrow) + len(wide)) else "unknown"


def _by_outlines(text: list[str], reach: Numbers) -> Verdict:
    kinds = np.array([0 if c in _LOW else 1 if c in _HIGH else 2 if c in _HANGING else -1 for c in text])
    known = (kinds >= 0) & np.isfinite(reach).all(axis=1) & (reach[:, 0] > reach[:, 1])
    if known.sum() < _ENOUGH or (kinds[known] == 0).sum() < _ENOUGH / 2 or (kinds[known] > 0).sum() < _ENOUGH / 4:
        return "unknown"
    tops, feet, kinds = reach[known, 0], reach[known, 1], kinds[known]
    if tops.std() < _FLAT and feet.std() < _FLAT:
        return "unknown"
    top = float(np.median(tops[kinds == 0]))
    foot = float(np.median(feet[kinds == 0]))
    low = (abs(tops - top) < 0.08) & (abs(feet - foot) < 0.08)
    agrees = np.where(kinds == 0, low, np.where(kinds == 1, tops > top + 0.08, feet < foot - 0.08))
    return "true" if agrees.mean() >= _AGREE else "lying"
