"""Splits a line's reading into words with quads of their own."""

from __future__ import annotations

import unicodedata
from itertools import groupby, pairwise
from statistics import median

from uncial.document import Direction, Line, Word
from uncial.engines.calibration import CURVES, calibrated
from uncial.engines.neural.ctc import Reading
from uncial.geometry import Quad

NAME = "neural"


def line_of(reading: Reading, quad: Quad, direction: Direction = "left-to-right") -> Line | None:
    """The line that was read at `quad`, or None where nothing but spaces was read."""
    spans = _word_spans(reading)
    if not spans:
        return None
    pitch = _pitch(reading)
    edges = _edges(reading, spans, pitch)
    words = tuple(_word(reading, span, quad, edge) for span, edge in zip(spans, edges, strict=True))
    lengths = [len(word.text) for word in words]
    sure = sum((word.confidence or 0.0) * length for word, length in zip(words, lengths, strict=True)) / sum(lengths)
    return Line(words, quad, direction, sure, engine=NAME)


def _word_spans(reading: Reading) -> list[range]:
    """The places of each word's characters within the reading."""
    groups = groupby(range(len(reading.characters)), key=lambda i: reading.characters[i].isspace())
    return [range(members[0], members[-1] + 1) for space, group in groups if not space and (members := list(group))]


def _pitch(reading: Reading) -> float:
    """The usual distance of two neighbouring characters, as a part of the line's length."""
    gaps = [b - a for a, b in pairwise(reading.places)]
    return median(gaps) if gaps else 1.0


def _edges(reading: Reading, spans: list[range], pitch: float) -> list[tuple[float, float]]:
    """Where each word begins and ends on the line: half a character beyond its outer ones, but not into its neighbour."""
    outer = [(reading.places[span[0]] - pitch / 2, reading.places[span[-1]] + pitch / 2) for span in spans]
    middles = [(left[1] + right[0]) / 2 for left, right in pairwise(outer)]
    starts = [max(start, limit) for (start, _), limit in zip(outer, [0.0, *middles], strict=True)]
    ends = [min(end, limit) for (_, end), limit in zip(outer, [*middles, 1.0], strict=True)]
    return list(zip(starts, ends, strict=True))


def _word(reading: Reading, span: range, quad: Quad, edge: tuple[float, float]) -> Word:
    raw = "".join(reading.characters[i] for i in span)
    text = unicodedata.normalize("NFC", raw)
    confidences = tuple(round(reading.confidences[i], 4) for i in span)
    return Word(
        text=text,
        quad=quad.span(*edge),
        confidence=calibrated(sum(confidences) / len(confidences), CURVES[f"neural-{reading.network or 'small'}"]),
        character_confidences=confidences if text == raw else (),
    )
