"""The median of values of which some count for more than others."""

from __future__ import annotations

from collections.abc import Iterable


def weighted_median(values: Iterable[tuple[float, float]]) -> float:
    """The least value that has, with all below it, half of the weight of all; each comes with its weight. 0 of nothing."""
    known = sorted(values)
    half, passed = sum(weight for _, weight in known) / 2, 0.0
    for value, weight in known:
        passed += weight
        if passed >= half:
            return value
    return 0.0
