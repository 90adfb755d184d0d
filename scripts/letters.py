"""Count the letter model's n-grams: `letters.py FOLDER` writes src/uncial/engines/letters.npz.

FOLDER holds the word lists of Tesseract's packs (deu.txt, eng.txt, fra.txt, ita.txt, spa.txt), one word a line, as its own tools
take them out of a pack: `combine_tessdata -u eng.traineddata eng.` and
`dawg2wordlist eng.lstm-unicharset eng.lstm-word-dawg eng.txt`.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from uncial.engines.letters import BITS, EDGE, ORDER, STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]
    Values = NDArray[np.float64]

PACKS = ("deu", "eng", "fra", "ita", "spa")
TARGET = Path(__file__).parent.parent / "src/uncial/engines/letters.npz"
RARE_LETTER = 20
"""Letters that all lists together have less often are strays."""
NOVELTY = 5.0
"""The weight that Witten-Bell smoothing gives to each different letter that followed."""
RARE = 3
"""N-grams of three letters and more that were counted less often are left out."""
EXPECTED = 0.2
"""So are those whose last letter is, within so many nats, as surprising as after fewer letters."""


class Grams(NamedTuple):
    """N-grams of one length."""

    keys: Keys
    """Rising."""
    counts: Values
    """Each language's in all the same."""


class Level(NamedTuple):
    """What is known of the n-grams of one length."""

    keys: Keys
    chances: Values
    kept: NDArray[np.bool_]
    histories: Keys
    left: Values
    """What the letters that did not follow a history share."""


def main(folder: Path, target: Path = TARGET) -> None:
    """Count, smooth and write."""
    lists = [words(folder / f"{pack}.txt") for pack in PACKS]
    seen = Counter(letter for each in lists for word in each for letter in word)
    letters = "".join(sorted(letter for letter, count in seen.items() if count >= RARE_LETTER))
    codes = {letter: code for code, letter in enumerate(letters, EDGE + 1)}
    tables = [encoded(each, codes) for each in lists]
    levels: list[Level] = []
    for length in range(1, ORDER + 1):
        levels.append(smoothed(counted(tables, length), length, levels[-1] if levels else None, len(letters) + 1))
    write(target, letters, levels)


def words(path: Path) -> list[str]:
    """The words of a list that are letters and nothing else, in lower case."""
    lines = path.read_text("utf-8", "replace").splitlines()
    return sorted({word for line in lines if (word := unicodedata.normalize("NFC", line.strip().lower())).isalpha()})


def encoded(each: list[str], codes: dict[str, int]) -> Keys:
    """The codes of each word's letters with an edge at either end (words x longest), and 0 after it."""
    rows = [[EDGE, *(codes[letter] for letter in word), EDGE] for word in each if all(letter in codes for letter in word)]
    table = np.zeros((len(rows), max(map(len, rows))), np.uint64)
    for row, word in zip(table, rows, strict=True):
        row[: len(word)] = word
    return table


def counted(tables: list[Keys], length: int) -> Grams:
    """All n-grams of that length in the words, but the edge that begins each word as a letter to be foretold."""
    keys, weights = [], []
    for table in tables:
        for last in range(max(1, length - 1), table.shape[1]):
            window = table[table[:, last] > 0, last - length + 1 : last + 1]
            keys.append(sum(window[:, i] << np.uint64(BITS * (length - 1 - i)) for i in range(length)))
            weights.append(np.full(len(window), 1 / len(table)))
    found, places = np.unique(np.concatenate(keys), return_inverse=True)
    return Grams(found, np.bincount(places, np.concatenate(weights)) * np.mean([len(table) for table in tables]))


def smoothed(grams: Grams, length: int, shorter: Level | None, letters: int) -> Level:
    """Interpolated Witten-Bell: the more different letters followed a history, the more is left for others."""
    histories, places = np.unique(grams.keys >> np.uint64(BITS), return_inverse=True)
    totals, kinds = np.bincount(places, grams.counts), np.bincount(places)
    left = NOVELTY * kinds / (totals + NOVELTY * kinds)
    if shorter:
        ends = grams.keys & np.uint64((1 << BITS * (length - 1)) - 1)
        before = shorter.chances[np.searchsorted(shorter.keys, ends)]
    else:
        before = np.full(len(grams.keys), 1 / letters)
    chances = (1 - left[places]) * grams.counts / totals[places] + left[places] * before
    news = np.abs(np.log(chances / (left[places] * before))) > EXPECTED
    return Level(grams.keys, chances, news & (grams.counts >= RARE) if length > 2 else news | True, histories, left)


def write(target: Path, letters: str, levels: list[Level]) -> None:
    """The tables, as `uncial.engines.letters` reads them."""
    keys = np.concatenate([level.keys[level.kept] for level in levels])
    chances = np.concatenate([level.chances[level.kept] for level in levels])
    used = np.unique(keys >> np.uint64(BITS))
    histories = np.concatenate([level.histories for level in levels])
    kept = np.isin(histories, used)
    left = np.concatenate([level.left for level in levels])[kept]
    np.savez_compressed(
        target,
        letters=np.array(letters),
        keys=np.diff(keys, prepend=np.uint64(0)),
        surprises=in_steps(chances),
        histories=np.diff(histories[kept], prepend=np.uint64(0)),
        falls=in_steps(left),
    )


def in_steps(chances: Values) -> NDArray[np.uint8]:
    """How surprising that is, in the steps of the tables."""
    return np.clip(np.round(-np.log(chances) / STEP), 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
