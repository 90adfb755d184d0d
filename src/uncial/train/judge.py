"""Judges recognisers on lines whose text is known.

They take turns line by line, so that whatever else the machine does is as hard on each of them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from uncial.engines.crop import line_image
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.recognise import STRETCH, Recogniser
from uncial.engines.neural.weights import OwnWeights
from uncial.evaluate.metrics import Edits, edits
from uncial.evaluate.normalise import graphemes, normalise
from uncial.evaluate.profiles import Profile
from uncial.evaluate.report import markdown
from uncial.geometry import Box, Quad
from uncial.models import LATIN, MODELS, find_model
from uncial.options import Options

if TYPE_CHECKING:
    from uncial.engines.neural.ctc import Reading
    from uncial.raster import Image
    from uncial.train.lines import LabelledLine

ALL = "all"
"""What the lines of all kinds together are called."""
KNOWN = {"ppocr-v6-tiny": "tiny", "ppocr-v6-small": "small"}
"""The recognisers of PP-OCRv6, and their sizes."""
_NONE = Edits(0, 0)


class Reads(Protocol):
    """Whatever reads line images as a `Recogniser` does."""

    def read(self, image: Image, stretch: float) -> Reading:
        """What stands on a line image (48 x W x 3, uint8, RGB) of that horizontal resolution."""
        ...


@dataclass(frozen=True, slots=True)
class Score:
    """How well and how fast one recogniser read some lines."""

    lines: int = 0
    right: int = 0
    """Lines without an error."""
    edits: Edits = _NONE
    seconds: float = 0.0
    """Of recognising alone: cutting the lines out is not counted."""

    @property
    def cer(self) -> float:
        """Character error rate, micro: the sum of all lines' errors over the sum of their lengths."""
        return self.edits.rate

    def __add__(self, other: Score) -> Score:
        total = Edits(self.edits.errors + other.edits.errors, self.edits.length + other.edits.length)
        return Score(self.lines + other.lines, self.right + other.right, total, self.seconds + other.seconds)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The scores of some recognisers on the same lines, by kind of line and then by recogniser."""

    kinds: Mapping[str, Mapping[str, Score]]

    @property
    def all(self) -> dict[str, Score]:
        """Each recogniser's score on the lines of all kinds together."""
        names = [name for scores in self.kinds.values() for name in scores]
        return {name: sum((scores[name] for scores in self.kinds.values()), Score()) for name in names}

    def cer(self, name: str) -> dict[str, float]:
        """One recogniser's character error rate by kind."""
        return {kind: scores[name].cer for kind, scores in self.kinds.items()}

    def rows(self) -> Iterator[tuple[str, Mapping[str, Score]]]:
        """The kinds with their scores and, where there are several, all of them together."""
        yield from self.kinds.items()
        if len(self.kinds) > 1:
            yield ALL, self.all

    def table(self) -> str:
        """A Markdown table: a row for each kind, and three columns for each recogniser."""
        columns = ["kind", "lines", *(f"{name} {what}" for name in self.all for what in ("CER", "right", "ms/line"))]
        rows = [
            [kind, str(max(each.lines for each in scores.values())), *(cell for each in scores.values() for cell in _cells(each))]
            for kind, scores in self.rows()
        ]
        return markdown(columns, rows)

    def to_json(self) -> bytes:
        """Every figure as UTF-8 JSON: by kind, then by recogniser."""
        told = {kind: {name: figures(score) for name, score in scores.items()} for kind, scores in self.rows()}
        return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _cells(score: Score) -> tuple[str, str, str]:
    each = max(score.lines, 1)
    return f"{score.cer:.4f}", f"{score.right / each:.0%}", f"{1000 * score.seconds / each:.1f}"


def figures(score: Score) -> dict[str, float]:
    """A score as JSON has it."""
    return {
        "lines": score.lines,
        "right": score.right,
        "errors": score.edits.errors,
        "characters": score.edits.length,
        "cer": round(score.cer, 5),
        "seconds": round(score.seconds, 4),
    }


def judged(recognisers: Mapping[str, Reads], lines: Iterable[LabelledLine], profile: Profile | None = None) -> Judgement:
    """Let each of the recognisers read each line, and compare what they read with what stands there.

    The lines are taken one by one and not kept. `profile` says what counts as the same text, as for `uncial evaluate`.
    """
    kinds: dict[str, dict[str, Score]] = {}
    for turn, line in enumerate(lines):
        scores = kinds.setdefault(line.kind, dict.fromkeys(recognisers, Score()))
        flat = flat_line(line)
        for name in in_turn(list(recognisers), turn):
            reading, seconds = timed(recognisers[name], flat)
            scores[name] += compared(line.text, reading.text, seconds, profile or Profile())
    return Judgement(kinds)


def in_turn(names: list[str], turn: int) -> list[str]:
    """The names, another one of them first each time."""
    first = turn % len(names) if names else 0
    return names[first:] + names[:first]


def timed(recogniser: Reads, flat: Image) -> tuple[Reading, float]:
    """What stands on a line image as the engine cuts it (48 x W x 3, uint8, RGB), and the seconds that reading it took."""
    began = time.perf_counter()
    reading = recogniser.read(flat, STRETCH)
    return reading, time.perf_counter() - began


def compared(text: str, read: str, seconds: float, profile: Profile) -> Score:
    """The score of one line."""
    true = graphemes(normalise(text, profile))
    found = edits(true, graphemes(normalise(read, profile)), profile.wildcard)
    return Score(1, int(not found.errors), found, seconds)


def read_with(recogniser: Reads, line: LabelledLine) -> str:
    """What the engine reads on that line with that recogniser."""
    return recogniser.read(flat_line(line), STRETCH).text


def flat_line(line: LabelledLine) -> Image:
    """The line as the engine would cut it out of its page: 48 x W x 3, uint8, RGB, with the resolution `STRETCH`."""
    height, width = line.image.shape[:2]
    return line_image(line.image, Quad.of_box(Box(0, 0, width, height)), STRETCH / line.stretch)


def recogniser_for(weights: str | Path, models: Path | None = None) -> Recogniser:
    """The recogniser of that name, `uncial-latin`, `ppocr-v6-tiny` or `ppocr-v6-small`, or that of a file which was exported.

    It is cut to the alphabet that pages are read with where nobody says a language. Raises `ModelMissing` or `WeightsInvalid`.
    """
    languages = Options().languages
    if size := KNOWN.get(str(weights)):
        return Recogniser.load(size, Alphabet.of(languages), models)
    own = OwnWeights.load(find_model(MODELS[LATIN], models) if weights == LATIN else Path(weights))
    return Recogniser.of_weights(own, own.alphabet(languages))
