"""Turns what a reader says of a word into how often such words are right.

A recogniser's figures are too high where it errs and too low where it does not. For each reader the words of labelled pages
were put in order of the raw figure, and the share of right ones was made to rise with it (isotonic regression by
pool-adjacent-violators: Ayer et al., "An Empirical Distribution Function for Sampling with Incomplete Information", 1955; of
classifiers: Zadrozny and Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates", 2002), each set
of pages counting the same. Of the steps that come out, eight corners are kept and joined by straight lines.

The raw figure of a neural word is the mean of its characters' probabilities, and of a Tesseract word a hundredth of what
Tesseract says of it. Least, product and geometric mean of the characters tell right from wrong words no better.
"""

from __future__ import annotations

from bisect import bisect_right
from types import MappingProxyType

Curve = tuple[tuple[float, float], ...]
"""Corners (raw figure, share of right words), both 0..1 and rising."""

CURVES = MappingProxyType[str, Curve](
    {
        "neural-tiny": (
            (0.2276, 0.02), (0.6252, 0.161), (0.8075, 0.283), (0.9096, 0.493),
            (0.9377, 0.503), (0.9969, 0.933), (0.9997, 0.982), (1.0, 0.995),
        ),
        "neural-small": (
            (0.1192, 0.02), (0.6228, 0.084), (0.7814, 0.283), (0.9382, 0.577),
            (0.9786, 0.708), (0.9881, 0.862), (0.9972, 0.918), (1.0, 0.995),
        ),
        "tesseract": (
            (0.0384, 0.207), (0.2861, 0.26), (0.8258, 0.697), (0.8989, 0.782),
            (0.9163, 0.836), (0.9264, 0.944), (0.9454, 0.973), (0.9702, 0.995),
        ),
        "agreed": (
            (0.2348, 0.02), (0.2909, 0.5), (0.4242, 0.567), (0.479, 0.722),
            (0.6486, 0.902), (0.8315, 0.962), (0.9425, 0.977), (0.9949, 0.995),
        ),
        "disputed": (
            (0.0387, 0.02), (0.3654, 0.127), (0.6025, 0.393), (0.7814, 0.672),
            (0.8809, 0.699), (0.9869, 0.881), (0.9942, 0.919), (0.995, 0.995),
        ),
    }
)  # fmt: skip
"""By reader. Two of them take what other curves have made: see `agreed` and `disputed`."""


def calibrated(raw: float, curve: Curve) -> float:
    """How sure a word is: the share of right ones among words of that raw figure (0..1)."""
    above = bisect_right(curve, raw, key=lambda corner: corner[0])
    if not above:
        return curve[0][1]
    if above == len(curve):
        return curve[-1][1]
    (left, low), (right, high) = curve[above - 1 : above + 1]
    return low + (high - low) * (raw - left) / (right - left)


def agreed(one: float, other: float) -> float:
    """How sure a word is that two readers read alike, from the calibrated confidence that each has in it."""
    return calibrated((one + other) / 2, CURVES["agreed"])


def disputed(chosen: float) -> float:
    """How sure a word is that another reader read otherwise, from the calibrated confidence of the reader that was believed."""
    return calibrated(chosen, CURVES["disputed"])
