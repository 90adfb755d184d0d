"""Turns a recogniser's probabilities into characters: connectionist temporal classification (Graves et al. 2006), best path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLANK = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one line image: characters, how sure each is (0..1), and where each is (0..1 of the line's length)."""

    characters: tuple[str, ...] = ()
    confidences: tuple[float, ...] = ()
    places: tuple[float, ...] = ()
    lost_space: float = 0.0
    """How probable a space is in the likeliest place where the best path has none."""
    network: str = ""
    """Which recogniser read it: "tiny" or "small"."""

    @property
    def text(self) -> str:
        """The characters in a row."""
        return "".join(self.characters)

    @property
    def confidence(self) -> float:
        """How sure the line is on the whole: the mean of its characters; 0 where nothing was read."""
        return sum(self.confidences) / len(self.confidences) if self.confidences else 0.0


def decode(probabilities: NDArray[np.float32], characters: Sequence[str], space: int, stretch: float = 1.0) -> Reading:
    """The best path through `probabilities` (T x C, each row sums to 1), whose class `i` is `characters[i]` and 0 is the blank.

    A space that the best path only just misses between two characters that stand well apart is put back: recognisers that were
    trained on Chinese lose spaces more than anything else. `stretch` is the horizontal resolution of the line image.
    """
    import numpy as np

    best = probabilities.argmax(axis=1)
    starts = np.flatnonzero((best != BLANK) & (best != np.concatenate(([BLANK], best[:-1]))))
    if not len(starts):
        return Reading()
    # A run of the same class is one character: it ends where the path changes, and lies in the middle of the run.
    changes = np.flatnonzero(np.concatenate((best[1:] != best[:-1], [True])))
    ends = changes[np.searchsorted(changes, starts)]
    peaks = np.maximum.reduceat(probabilities[np.arange(len(best)), best] * (best != BLANK), starts)
    path = _Path(best[starts], peaks, (starts + ends + 1) / 2)
    wide, chances = _wide_gaps(path, probabilities[:, space], space, stretch)
    lost = chances > _LOST_SPACE
    path = _with_spaces(path, wide[lost], chances[lost], space)
    return Reading(
        tuple(characters[i] for i in path.classes),
        tuple(map(float, path.peaks)),
        tuple(((path.centers - _LATE) / len(best)).tolist()),
        float(chances.max(initial=0.0)),
    )


_LATE = 0.3
"""Characters are told so much of a time step after their middles: measured on print, of both networks and at every size."""
_LOST_SPACE = 0.07
"""A space this probable is put back, if its neighbours stand apart."""
_APART = 1.25
"""Times the usual distance of neighbours."""
_PITCH = 3.0
"""Time steps between the middles of two characters of usual width, where a line is too short to tell."""


class _Path(NamedTuple):
    """The characters of a path: their classes, their probabilities, and the time steps of their middles."""

    classes: NDArray[np.int64]
    peaks: NDArray[np.float32]
    centers: NDArray[np.float64]


def _wide_gaps(
    path: _Path, spaces: NDArray[np.float32], space: int, stretch: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The characters after which there is a wide gap and no space, and how probable a space in each gap is."""
    import numpy as np

    gaps = np.diff(path.centers)
    inner = (path.classes[:-1] != space) & (path.classes[1:] != space)
    usual = min(float(np.median(gaps[inner])), _PITCH * stretch) if inner.any() else 0.0
    wide = np.flatnonzero(inner & (gaps > _APART * usual))
    steps = path.centers.astype(np.int64)
    return wide, np.array([spaces[steps[i] : steps[i + 1] + 1].max() for i in wide], np.float32)


def _with_spaces(path: _Path, after: NDArray[np.int64], chances: NDArray[np.float32], space: int) -> _Path:
    """The same path with spaces after those characters."""
    import numpy as np

    middles = (path.centers[after] + path.centers[after + 1]) / 2 if len(after) else path.centers[:0]
    return _Path(
        np.insert(path.classes, after + 1, space),
        np.insert(path.peaks, after + 1, chances),
        np.insert(path.centers, after + 1, middles),
    )
