"""Asks the ink of a line image where the white between its characters is, and whether a space stands in it.

The recognisers lose spaces in short cells, where they have no context, and see some in print that is set wide. The white itself
knows better: half of all gaps without a space are narrower than .07 of the line's height, and 99 of 100 narrower than .2; half of
those with one are wider than .39, and 98 of 100 wider than .2. Neither is sure alone, both together nearly are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uncial.engines.crop import inked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image

_EDGE = 6
"""Rows at the top and at the bottom of a line image that may show ink of the neighbouring lines."""
_RULE = 0.8
"""A row with so much ink is a rule or an underline, and no white is looked for in it."""
_SPECK = 2
"""Pixels of ink that make a column a part of a character."""

_NETWORK, _INK, _NO_INK = 1.1, 8.0, 0.1
"""The log odds of a space: 1.1 times those of the network, and 8 for each line's height of white above a tenth.

A logistic regression over 76,000 gaps of ten sets of print and typescript, each set counting the same; of either network alone
it gives nearly the same figures. Spaces lost or too many, on the same gaps: the small network alone 41, with the ink 25.
"""
_WIDEST = 0.6
"""More white than this says no more: it may be the gap between two columns, or wide-set print."""
_SUREST = 1e-4
"""The networks are never surer than this: their probabilities of what they do not expect are too small to mean anything."""
_REACH = 0.7
"""Times the line's height: no character reaches farther from its middle."""


class Whites(NamedTuple):
    """The widest white before the first character, after each, and so one more than characters: in columns of the line image."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]


def white_columns(image: Image) -> NDArray[np.bool_]:
    """Which columns of a line image (48 x W x 3, uint8, RGB) have no ink."""
    ink = inked(image[_EDGE:-_EDGE])
    columns: NDArray[np.bool_] = ink[ink.mean(axis=1) < _RULE].sum(axis=0) < _SPECK
    return columns


def whites_around(white: NDArray[np.bool_], middles: NDArray[np.float64]) -> Whites:
    """The widest run of white columns in each gap that the middles of the characters (in columns) leave.

    Where there is no white, it is an empty run halfway between them.
    """
    import numpy as np

    marked = np.concatenate(([False], white, [False]))
    # A run never passes the middle of a character, were it the white between the two strokes of a quotation mark.
    marked[np.clip(middles.astype(np.int64), 0, len(white) - 1) + 1] = False
    edges = np.flatnonzero(marked[1:] != marked[:-1])
    starts, ends = edges[::2], edges[1::2]
    gaps = np.searchsorted(middles, starts)
    narrow_first = np.argsort(ends - starts, kind="stable")
    outer = np.concatenate(([0.0], middles, [float(len(white))]))
    found = Whites((outer[:-1] + outer[1:]) / 2, (outer[:-1] + outer[1:]) / 2)
    # Where several runs lie in one gap, the last one that is written is the widest.
    found.starts[gaps[narrow_first]] = starts[narrow_first]
    found.ends[gaps[narrow_first]] = ends[narrow_first]
    return found


def chances_of_space(network: NDArray[np.float32], widths: NDArray[np.float64]) -> NDArray[np.float64]:
    """How probable a space is in each gap: by the network's own probabilities (0..1) and the widths of the white.

    Widths are parts of the line's height. Where there is no white at all, the line lies on a pattern or is crossed out, and the
    ink says nothing.
    """
    import numpy as np

    sure = np.clip(network.astype(np.float64), _SUREST, 1 - _SUREST)
    told = np.minimum(widths, _WIDEST) if widths.any() else np.full(len(widths), _NO_INK)
    odds = _NETWORK * np.log(sure / (1 - sure)) + _INK * (told - _NO_INK)
    chances: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return chances


def extents(whites: Whites, middles: NDArray[np.float64], columns: int, height: float) -> NDArray[np.float64]:
    """Where each character begins and ends, in columns (N x 2, float64): as far as its ink goes, and a pixel of white.

    `height` is the line's, in columns. White at the ends of the line is its margin; ink that is farther from a character than
    any character is wide belongs to something else.
    """
    import numpy as np

    rim = np.minimum((whites.ends - whites.starts) / 2, 1.0)
    begins, ends = (whites.ends - rim)[:-1], (whites.starts + rim)[1:]
    if whites.starts[0] > 0:
        begins[0] = 0
    if whites.ends[-1] < columns:
        ends[-1] = columns
    reach = _REACH * height
    return np.column_stack((np.maximum(begins, middles - reach), np.minimum(ends, middles + reach)))
