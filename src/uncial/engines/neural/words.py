"""Splits a line's reading into words with quads of their own."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import groupby

from uncial.document import Line, Word, mean_confidence
from uncial.engines.calibration import CURVES, calibrated, network_curve
from uncial.engines.neural.ctc import Reading
from uncial.geometry import Quad

NAME = "neural"


def line_of(reading: Reading, quad: Quad) -> Line | None:
    """The line that was read at `quad`, or None where nothing but spaces was read."""
    spans = _word_spans(reading)
    if not spans:
        return None
    words = tuple(_word(reading, span, quad) for span in spans)
    return Line(words, quad, confidence=mean_confidence(words), engine=NAME)


def written_by_hand(line: Line) -> Line:
    """The same line marked as handwritten, its words as sure as handwriting is of which the network says as much."""
    words = tuple(_handwritten(word) for word in line.words)
    return replace(line, words=words, confidence=mean_confidence(words), handwritten=True)


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
        confidence=calibrated(sum(confidences) / len(confidences), network_curve(reading.network)),
        character_confidences=confidences if text == raw and len(text) == len(span) else (),
    )


def _handwritten(word: Word) -> Word:
    letters = word.character_confidences
    return replace(word, confidence=calibrated(sum(letters) / len(letters), CURVES["handwritten"])) if letters else word
