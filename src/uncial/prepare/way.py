"""Ways between the pixels that an engine sees and those of the page as it came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from uncial.geometry import Quad, Transform, Way

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Chain:
    """Several ways, one after the other."""

    ways: tuple[Way, ...]

    def quad(self, quad: Quad) -> Quad:
        """Where the quad comes to lie when it has gone all of them."""
        for way in self.ways:
            quad = way.quad(quad)
        return quad


def matrix_of(way: Transform) -> NDArray[np.float64]:
    """The way as OpenCV takes it (3 x 3), which counts pixels by their middles; our frame counts from their corners."""
    import numpy as np

    half = Transform.translation(0.5, 0.5)
    return np.array(half.then(way).then(half.inverse())).reshape(3, 3)


def joined(first: Way, then: Way) -> Way:
    """First the one, then the other: a `Transform` where both are."""
    if isinstance(first, Transform) and isinstance(then, Transform):
        return first.then(then)
    return Chain((first, then))
