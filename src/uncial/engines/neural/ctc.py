"""Turns a recogniser's probabilities into characters: connectionist temporal classification (Graves et al. 2006), best path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from uncial.engines.crop import HEIGHT
from uncial.engines.neural.spaces import chances_of_space, extents, whites_around

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLANK = 0
_SPACE = " "


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one line image: characters, how sure each is (0..1), and where each is (0..1 of the line's length)."""

    characters: tuple[str, ...] = ()
    confidences: tuple[float, ...] = ()
    extents: tuple[tuple[float, float], ...] = ()
    """Where each character begins and ends; of a space, the white that it stands for."""
    lost_space: float = 0.0
    """How probable a space is in the likeliest place where none was put."""
    network: str = ""
    """Which recogniser read it: "tiny", "small" or "latin"; of weights of one's own, the one that they were made from;
    "unseconded" where the fast one did and the careful one found nothing."""

    @property
    def text(self) -> str:
        """The characters in a row."""
        return "".join(self.characters)

    @property
    def confidence(self) -> float:
        """How sure the line is on the whole: the mean of its characters; 0 where nothing was read."""
        return sum(self.confidences) / len(self.confidences) if self.confidences else 0.0


_LATE = 0.3
"""Characters are told so much of a time step after their middles: measured on print, of both networks and at every size."""


def decode(
    probabilities: NDArray[np.float32], characters: Sequence[str], white: NDArray[np.bool_], stretch: float = 1.0
) -> Reading:
    """The best path through `probabilities` (T x C, each row sums to 1), whose class `i` is `characters[i]`.

    The first class is the blank and the last one the space. Spaces stand where the path and the white of the line image together
    say so; `white` tells which of its columns have no ink, and `stretch` is its horizontal resolution.
    """
    import numpy as np

    space = len(characters) - 1
    path = _best_path(probabilities, space)
    if not len(path.classes):
        return Reading()
    columns, height = len(white), HEIGHT * stretch
    middles = (((path.starts + path.ends) / 2 - _LATE) * columns) / len(probabilities)
    whites = whites_around(white, middles)
    inner = whites.starts[1:-1], whites.ends[1:-1]
    chances = chances_of_space(_space_between(path, probabilities[:, space]), (inner[1] - inner[0]) / height)
    after = np.flatnonzero(chances > 0.5) + 1
    spans = np.insert(extents(whites, middles, columns, height), after, np.column_stack(inner)[after - 1], axis=0) / columns
    return Reading(
        tuple(_SPACE if i == space else characters[i] for i in np.insert(path.classes, after, space).tolist()),
        tuple(np.insert(path.peaks.astype(np.float64), after, chances[after - 1]).tolist()),
        tuple((begin, end) for begin, end in spans.tolist()),
        float(chances[chances <= 0.5].max(initial=0.0)),
    )


class _Path(NamedTuple):
    """The characters of a path but its spaces: their classes, their probabilities, their first and past-the-last time steps."""

    classes: NDArray[np.int64]
    peaks: NDArray[np.float32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def _best_path(probabilities: NDArray[np.float32], space: int) -> _Path:
    import numpy as np

    best = probabilities.argmax(axis=1)
    # A run of the same class is one character: it ends where the path changes.
    starts = np.flatnonzero(np.concatenate(([True], best[1:] != best[:-1])))
    ends = np.append(starts[1:], len(best))
    peaks = np.maximum.reduceat(probabilities[np.arange(len(best)), best], starts)
    kept = (best[starts] != BLANK) & (best[starts] != space)
    return _Path(best[starts][kept], peaks[kept], starts[kept], ends[kept])


def _space_between(path: _Path, spaces: NDArray[np.float32]) -> NDArray[np.float32]:
    """How probable a space is at its likeliest time step between each two characters, their own included."""
    import numpy as np

    bounds = np.column_stack((path.starts[:-1], path.ends[1:])).ravel()
    between: NDArray[np.float32] = (
        np.maximum.reduceat(np.append(spaces, np.float32(0)), bounds)[::2] if len(bounds) else spaces[:0]
    )
    return between
