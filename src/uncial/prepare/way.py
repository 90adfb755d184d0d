"""The way from the pixels that an engine sees back to those of the page as it came in."""

from __future__ import annotations

from dataclasses import dataclass

from uncial.geometry import Quad, Transform, Way


@dataclass(frozen=True, slots=True)
class Chain:
    """Several ways, one after the other."""

    ways: tuple[Way, ...]

    def quad(self, quad: Quad) -> Quad:
        """Where the quad comes to lie when it has gone all of them."""
        for way in self.ways:
            quad = way.quad(quad)
        return quad


def joined(first: Way, then: Way) -> Way:
    """First the one, then the other: a `Transform` where both are."""
    if isinstance(first, Transform) and isinstance(then, Transform):
        return first.then(then)
    return Chain((first, then))
