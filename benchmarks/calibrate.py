"""Find the curve that turns what a recogniser says of its words into how often such words are right.

`python benchmarks/calibrate.py DATA --weights mine.onnx` reads the printed and typed lines of DATA and prints eight corners for
`uncial.engines.calibration.CURVES`: isotonic regression by pool-adjacent-violators, each set counting the same. With
`--check` the curve is made of every other word and judged on the rest: the expected calibration error before and after.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from line_sets import cuts_of, evenly, labelled

from uncial.engines.calibration import Curve, calibrated
from uncial.engines.neural.ctc import Reading
from uncial.evaluate.normalise import normalise
from uncial.evaluate.profiles import profile_for
from uncial.train.judge import Reads, flat_line, recogniser_for, timed

SETS = (
    "a_fondue_en_print", "a_uw3_lines", "a_scribe_modern_pages", "b_sroie_receipts", "e_fondue_es_print", "e_fondue_it_print",
    "e_ehri_typewritten", "e_tapuscorpus_fr_typewritten",
)  # fmt: skip
CORNERS = 8
_SURE, _UNSURE = 0.995, 0.02
"""No curve promises more, and none less."""


class Judged(NamedTuple):
    """A word: the raw figure, whether it is right, and what it counts."""

    raw: float
    right: bool
    weight: float


def words_of(recogniser: Reads, folder: Path, limit: int | None) -> list[tuple[float, bool]]:
    """Each word that is read on the lines of a set: its raw figure, and whether the label has it."""
    profile, found = profile_for(folder), []
    for line in labelled(evenly(list(cuts_of(folder)), limit), folder.name):
        reading, _ = timed(recogniser, flat_line(line))
        there = Counter(normalise(line.text, profile).split())
        for text, raw in raw_words(reading):
            word = normalise(text, profile)
            found.append((raw, there[word] > 0))
            there[word] -= 1
    return found


def raw_words(reading: Reading) -> Iterator[tuple[str, float]]:
    """The words of a reading with the means of their characters' probabilities."""
    pairs = zip(reading.characters, reading.confidences, strict=True)
    for space, group in groupby(pairs, key=lambda pair: pair[0].isspace()):
        members = list(group)
        if not space:
            yield "".join(text for text, _ in members), sum(value for _, value in members) / len(members)


def isotonic(words: Iterable[Judged]) -> list[tuple[float, float, float]]:
    """The best rising steps: each a mean raw figure, the share of right words, and the weight of the step."""
    steps: list[tuple[float, float, float]] = []
    for word in sorted(words):
        step = (word.raw, float(word.right), word.weight)
        while steps and steps[-1][1] >= step[1]:
            before = steps.pop()
            weight = before[2] + step[2]
            raw, share = ((a * before[2] + b * step[2]) / weight for a, b in zip(before[:2], step[:2], strict=True))
            step = (raw, share, weight)
        steps.append(step)
    return steps


def corners(steps: Sequence[tuple[float, float, float]]) -> Curve:
    """Eight points of the steps: those between which straight lines are nearest to all of them (Douglas and Peucker 1973)."""
    points = [(raw, min(max(share, _UNSURE), _SURE)) for raw, share, _ in steps]
    kept = {0, len(points) - 1}
    while len(kept) < min(CORNERS - 1, len(points)):
        line = tuple(points[i] for i in sorted(kept))
        kept.add(max(range(len(points)), key=lambda i: abs(calibrated(points[i][0], line) - points[i][1]) * steps[i][2] ** 0.5))
    curve = [points[i] for i in sorted(kept)]
    return (*curve, (1.0, _SURE)) if curve[-1][0] < 1 else tuple(curve)


def error(words: Sequence[Judged], curve: Curve | None) -> float:
    """The expected calibration error, ten bins of equal width."""
    bins: dict[int, list[tuple[float, float, float]]] = {}
    for word in words:
        said = calibrated(word.raw, curve) if curve else word.raw
        bins.setdefault(min(int(said * 10), 9), []).append((said * word.weight, word.right * word.weight, word.weight))
    total = sum(word.weight for word in words)
    return sum(abs(sum(a for a, _, _ in each) - sum(b for _, b, _ in each)) for each in bins.values()) / total


def main() -> None:
    """Print the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--weights", default="ppocr-v6-tiny")
    parser.add_argument("--limit", type=int, default=250)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    recogniser = recogniser_for(given.weights)
    sets = [found for name in SETS if (found := words_of(recogniser, given.data / name, given.limit))]
    words = [Judged(raw, right, 1 / len(found)) for found in sets for raw, right in found]
    if given.check:
        curve = corners(isotonic(words[::2]))
        print(f"ECE {error(words[1::2], None):.3f} raw, {error(words[1::2], curve):.3f} calibrated by the other half")
    print(", ".join(f"({raw:.4f}, {share:.3f})" for raw, share in corners(isotonic(words))))


if __name__ == "__main__":
    main()
