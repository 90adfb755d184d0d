"""What Tesseract found, as lines of words with quads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from math import radians

from uncial.document import Direction, Line, Word, mean_confidence
from uncial.engines.boxes import direction, quad_around, slant
from uncial.engines.calibration import CURVES, calibrated
from uncial.engines.tesseract.recognise import Found, FoundLine
from uncial.geometry import Box, Quad, Transform
from uncial.languages import script_of

NAME = "tesseract"

_WRONG = radians(1.5)
"""So far the characters and the baseline may be apart and the baseline is believed: descenders pull at the characters."""


def page_line(found: FoundLine, back: Transform, width: int, height: int) -> Line | None:
    """The line with quads along its direction, taken `back` to the page of that size; None where nothing was read."""
    kept = _kept(found)
    if not kept:
        return None
    lying = abs(found.end.y - found.start.y) > abs(found.end.x - found.start.x)
    # Of lines that lie on their side Tesseract gives the boxes of words, but not those of characters, as they are on the page.
    boxes = [[word.box] if lying else [symbol.box for symbol in word.symbols] for word in kept]
    angle = _angle(found, kept, lying)

    def quad(members: Sequence[Box]) -> Quad:
        return back.quad(quad_around(members, angle, lying=lying)).clamped(width, height)

    words = tuple(_word(word, quad(members)) for word, members in zip(kept, boxes, strict=True))
    return _line(words, quad([box for members in boxes for box in members]))


def strip_line(found: Iterable[FoundLine], quad: Quad, width: int, pad: int) -> Line | None:
    """What was read on the flat image of a line that lies at `quad`: `width` pixels wide, with `pad` more on each side."""
    words = tuple(_word(word, quad.span(*_part(word.box, width, pad))) for line in found for word in _kept(line))
    return _line(words, quad) if words else None


def _angle(found: FoundLine, kept: Sequence[Found], lying: bool) -> float:
    """The direction of the line: Tesseract's baseline, but on short pages that can be level beneath a slanted line."""
    baseline = direction(found.start, found.end)
    told = baseline if lying else slant([symbol.box for word in kept for symbol in word.symbols], baseline)
    return told if abs(told - baseline) > _WRONG else baseline


def _kept(line: FoundLine) -> list[Found]:
    """The words of the line that hold a character; what Tesseract cuts in scripts that have no spaces is one again."""
    kept: list[Found] = []
    for word in line.words:
        if not _clean(word.text):
            continue
        if kept and not word.spaced and _run_on(kept[-1].text[-1], word.text[0]):
            word = _joined(kept.pop(), word)
        kept.append(word)
    return kept


def _run_on(last: str, first: str) -> bool:
    """Whether the characters may be of one word: one is of a script without case, such as Thai or Hangul.

    Tesseract is sure of the spaces of other scripts, and tells of them the other way round in Arabic and Hebrew.
    """
    backwards = any(unicodedata.bidirectional(each) in ("R", "AL") for each in (last, first))
    return not backwards and any(unicodedata.category(each) in ("Lo", "Mn", "Mc") for each in (last, first))


def _joined(left: Found, right: Found) -> Found:
    lengths = len(left.text), len(right.text)
    confidence = (left.confidence * lengths[0] + right.confidence * lengths[1]) / sum(lengths)
    return Found(confidence, left.box.union(right.box), left.spaced, left.symbols + right.symbols)


def _line(words: tuple[Word, ...], quad: Quad) -> Line:
    return Line(words, quad, _direction(words), mean_confidence(words), engine=NAME)


def _word(found: Found, quad: Quad) -> Word:
    text = _clean(found.text)
    letters = tuple(_share(symbol.confidence) for symbol in found.symbols for _ in _clean(symbol.text))
    sure = calibrated(_share(found.confidence), CURVES[NAME])
    return Word(text, quad, sure, letters if len(letters) == len(text) else ())


def _share(percent: float) -> float:
    return round(min(max(percent / 100, 0.0), 1.0), 4)


def _clean(text: str) -> str:
    """The text in NFC, without white space, control characters and the marks of direction that Tesseract adds."""
    clean = "".join(letter for letter in unicodedata.normalize("NFC", text) if not _is_foreign(letter))
    # Tesseract's Greek pack writes the sign for a millionth where the letter stands.
    return clean.replace("µ", "μ") if script_of(clean) == "Grek" else clean


def _is_foreign(letter: str) -> bool:
    joins = letter in "\u200c\u200d"  # zero-width, but part of how Persian and the scripts of India are spelled
    return unicodedata.category(letter)[0] in "CZ" and not joins


def _direction(words: Sequence[Word]) -> Direction:
    kinds = [unicodedata.bidirectional(letter) for word in words for letter in word.text]
    right_to_left = sum(kind in ("R", "AL") for kind in kinds)
    return "right-to-left" if right_to_left > sum(kind == "L" for kind in kinds) else "left-to-right"


def _part(box: Box, width: int, pad: int) -> tuple[float, float]:
    start, end = ((x - pad) / width for x in (box.left, box.right))
    return min(max(start, 0.0), 1.0), min(max(end, 0.0), 1.0)
