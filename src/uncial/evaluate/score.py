"""One image's score: what was read beside what is written there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from uncial.document import Document
from uncial.evaluate.datasets import Record
from uncial.evaluate.metrics import Edits, Hits, edits, hits, reordered, without
from uncial.evaluate.normalise import SPACELESS, bare_words, graphemes, normalise, words
from uncial.evaluate.profiles import Profile
from uncial.evaluate.reliability import Reliability, Said, judged
from uncial.geometry import Box, Point


class Piece(NamedTuple):
    """A word, or a line where a system gives no words, and where it stands if that is known."""

    text: str
    center: Point | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a system made of one image: pieces in lines, in its reading order, or the failure that it told."""

    lines: tuple[tuple[Piece, ...], ...] = ()
    code: str = ""
    message: str = ""

    @staticmethod
    def of_text(text: str) -> Reading:
        """A plain text."""
        return Reading(tuple((Piece(line),) for line in text.splitlines()))

    @staticmethod
    def of_document(document: Document) -> Reading:
        """A document; where a page of it could not be read, the first such page's problem is told beside the others' text."""
        lines = (line for page in document.pages for line in page.lines)
        pieces = tuple(tuple(Piece(word.text, word.quad.box.center, word.confidence) for word in line.words) for line in lines)
        problem = next((page.problem for page in document.pages if page.problem), None)
        return Reading(pieces, problem.code, problem.message) if problem else Reading(pieces)

    def text(self, ignored: tuple[Box, ...] = ()) -> str:
        """Its text, without the pieces that stand in a place that does not count."""
        return "\n".join(" ".join(piece.text for piece in line) for line in self.kept(ignored))

    def kept(self, ignored: tuple[Box, ...] = ()) -> Iterator[list[Piece]]:
        """Its lines, without the pieces that stand in a place that does not count."""
        return ([piece for piece in line if not _inside(piece, ignored)] for line in self.lines)


def _inside(piece: Piece, boxes: tuple[Box, ...]) -> bool:
    if piece.center is None:
        return False
    x, y = piece.center
    return any(box.left <= x <= box.right and box.top <= y <= box.bottom for box in boxes)


@dataclass(frozen=True, slots=True)
class PageScore:
    """How well and how fast one image was read. A measure that says nothing in its set is None."""

    file: str
    seconds: float
    characters: Edits | None
    in_order: Edits | None
    """The characters once more, with the lines read put into the label's order: the rest of `characters` is reading order."""
    words: Edits | None
    found: Hits | None
    """The words without marks, wherever they stand."""
    code: str = ""
    message: str = ""
    reliability: Reliability | None = None
    """What the words' confidence is worth; None where none has one, or where not all words are labelled."""


def score(record: Record, reading: Reading, seconds: float, profile: Profile) -> PageScore:
    """Compare what was read with the label. A failure is an empty reading: every letter is missing."""
    spaces = SPACELESS.isdisjoint(record.languages)
    true = normalise(record.text, profile, spaces=spaces)
    text = without(reading.text(record.ignored_boxes), record.ignored)
    read = normalise(text, profile, spaces=spaces)
    characters = edits(graphemes(true), graphemes(read), profile.wildcard) if profile.order else None
    return PageScore(
        file=record.file,
        seconds=seconds,
        characters=characters,
        in_order=_in_order(text, true, profile, characters, spaces),
        words=edits(words(true), words(read), profile.wildcard) if profile.order and spaces else None,
        found=hits(bare_words(true), bare_words(read)) if spaces else None,
        reliability=_reliability(record, reading, profile) if spaces and profile.precision else None,
        code=reading.code,
        message=reading.message,
    )


def _reliability(record: Record, reading: Reading, profile: Profile) -> Reliability | None:
    lines = [line for line in reading.kept(record.ignored_boxes) if _counts(line, record.ignored)]
    if all(piece.confidence is None for line in lines for piece in line):
        return None
    said = [[Said(piece.text, piece.confidence) for piece in line] for line in lines]
    return Reliability.of(judged(said, record.text, profile))


def _counts(line: Sequence[Piece], ignored: Sequence[str]) -> bool:
    text = " ".join(piece.text for piece in line)
    return without(text, ignored) == text


def _in_order(text: str, true: str, profile: Profile, best: Edits | None, spaces: bool) -> Edits | None:
    """The fewest edits of the text as it is and of its lines in the label's order."""
    if not best or not best.errors:
        return best
    lines = [line for line in text.split("\n") if line.strip()]
    keys = [normalise(line, profile, spaces=spaces) for line in lines]
    moved = normalise("\n".join(lines[index] for index in reordered(keys, true)), profile, spaces=spaces)
    return min(best, edits(graphemes(true), graphemes(moved), profile.wildcard))
