"""Splits a line's reading into words with quads of their own."""

from __future__ import annotations

import unicodedata
from itertools import groupby

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
    words = tuple(_word(reading, span, quad) for span in spans)
    lengths = [len(word.text) for word in words]
    sure = sum((word.confidence or 0.0) * length for word, length in zip(words, lengths, strict=True)) / sum(lengths)
    return Line(words, quad, direction, sure, engine=NAME)


def _word_spans(reading: Reading) -> list[range]:
    """The places of each word's characters within the reading."""
    groups = groupby(range(len(reading.characters)), key=lambda i: reading.characters[i].isspace())
    return [range(members[0], members[-1] + 1) for space, group in groups if not space and (members := list(group))]


def _word(reading: Reading, span: range, quad: Quad) -> Word:
    raw = "".join(reading.characters[i] for i in span)
    text = unicodedata.normalize("NFC", raw)
    confidences = tuple(round(reading.confidences[i], 4) for i in span)
    return Word(
        text=text,
        quad=quad.span(reading.extents[span[0]][0], reading.extents[span[-1]][1]),
        confidence=calibrated(sum(confidences) / len(confidences), CURVES[f"neural-{reading.network or 'small'}"]),
        character_confidences=confidences if text == raw else (),
    )
