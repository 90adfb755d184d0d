"""Turns what a reader says of a word into how often such words are right.

A recogniser's figures are too high where it errs and too low where it does not. For each reader the words of labelled pages
were put in order of the raw figure, and the share of right ones was made to rise with it (isotonic regression by
pool-adjacent-violators: Ayer et al., "An Empirical Distribution Function for Sampling with Incomplete Information", 1955; of
classifiers: Zadrozny and Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates", 2002), each set
of pages counting the same. Of the steps that come out, eight corners are kept and joined by straight lines.

The raw figure of a neural word is the mean of its characters' probabilities, and of a Tesseract word a hundredth of what
Tesseract says of it. Least, product and geometric mean of the characters tell right from wrong words hardly better.
"""

from __future__ import annotations

from bisect import bisect_right
from types import MappingProxyType

Curve = tuple[tuple[float, float], ...]
"""Corners (raw figure, share of right words), both 0..1 and rising."""

CURVES = MappingProxyType[str, Curve](
    {
        "neural-tiny": (
            (0.2276, 0.02), (0.8074, 0.28), (0.9357, 0.509), (0.9488, 0.525),
            (0.9552, 0.636), (0.9969, 0.939), (0.9997, 0.984), (1.0, 0.995),
        ),
        "neural-small": (
            (0.1192, 0.02), (0.7818, 0.276), (0.9383, 0.59), (0.9787, 0.703),
            (0.9885, 0.862), (0.997, 0.916), (0.9998, 0.979), (1.0, 0.995),
        ),
        "neural-latin": (
            (0.2329, 0.02), (0.553, 0.363), (0.8728, 0.529), (0.9374, 0.669),
            (0.9787, 0.892), (0.9967, 0.952), (0.99999, 0.995), (1.0, 0.995),
        ),
        "neural-unseconded": ((0.2, 0.02), (0.95, 0.15), (1.0, 0.55)),
        "tesseract": (
            (0.0252, 0.196), (0.2849, 0.252), (0.6385, 0.527), (0.8988, 0.792),
            (0.9163, 0.848), (0.9264, 0.948), (0.9451, 0.974), (0.9702, 0.995),
        ),
        "handwritten": (
            (0.18, 0.05), (0.69, 0.1), (0.75, 0.24), (0.85, 0.34), (0.93, 0.39), (0.98, 0.48), (0.99, 0.58), (1.0, 0.67),
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
"""By reader, of printed and typed pages. "neural-unseconded" is for what the fast network reads where the careful one finds no
letter of the alphabet: of 202 such words on the development pages 8 were right, for they are stains or in another script.
"handwritten" is for lines that are, whichever network read them, and "agreed" and "disputed" take what the other curves have
made: see the functions of those names."""


UNSECONDED = "unseconded"
"""What a fast network's reading is called where the careful one found nothing to read."""


def network_curve(network: str) -> Curve:
    """The curve of a recogniser of the neural engine; one that nobody measured is believed as the small one is."""
    return CURVES.get(f"neural-{network}", CURVES["neural-small"])


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
