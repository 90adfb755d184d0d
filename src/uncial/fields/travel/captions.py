"""Captions of a ticket: its labels, in one language or two, and the places where the value of each may stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from uncial.fields.labels import Label, Near, beside, find_labels
from uncial.fields.lexicon import Entry, Hit, Lexicon
from uncial.fields.sheet import Piece, Sheet, Span, View
from uncial.fields.tokens import fold
from uncial.fields.travel.caption_rules import COLON, JOIN, MARKS, SHORT, is_caption
from uncial.geometry import Box

_GAP = 0.6
"""Times the height of the text; words that are closer stand in one column."""
_LONGEST = 200
"""Characters of a value that are looked at."""


class Slot(NamedTuple):
    """Text that may be the value of a caption."""

    piece: Piece
    start: int
    end: int
    row: int
    """Which of the sheet's rows it stands in."""

    @property
    def text(self) -> str:
        """The text itself."""
        return self.piece.text[self.start : self.end]

    def cut(self, start: int, end: int) -> Span:
        """Some characters of its text."""
        return self.piece.cut(self.start + start, self.start + end)


@dataclass(frozen=True)
class Caption:
    """A label, with what it is called in a second language beside it; or two labels in one, as “Wagen/Platz”."""

    label: Label
    parts: tuple[frozenset[str], ...]
    """What it may name; several where it names several."""

    def is_(self, *names: str) -> bool:
        """Whether it may name one of these, and nothing besides."""
        return len(self.parts) == 1 and any(name in self.parts[0] for name in names)

    @property
    def place(self) -> tuple[int, int, int]:
        """Its page, row and piece."""
        return self.label.sheet.page, self.label.row, self.label.column

    @cached_property
    def languages(self) -> frozenset[str]:
        """Those in which it is a label."""
        return frozenset(entry.language for entry in self.label.hit.entries)

    @property
    def whole(self) -> bool:
        """Whether nothing else stands in its piece."""
        return self.label.leads and not any(char.isalnum() for char in self.label.piece.text[self.label.hit.end :])


@dataclass(frozen=True)
class Captions:
    """All captions of a document, from the top down."""

    all: tuple[Caption, ...]

    @staticmethod
    def of(view: View, lexicon: Lexicon) -> Captions:
        """The captions of these tables in a document."""
        made: list[Caption] = []
        by_piece: dict[tuple[int, int, int], list[Label]] = {}
        for label in find_labels(view, lexicon):
            by_piece.setdefault((label.sheet.page, label.row, label.column), []).append(label)
        for labels in by_piece.values():
            made += _of_piece(labels)
        return Captions(tuple(_in_known_languages(made)))

    @cached_property
    def by_piece(self) -> dict[tuple[int, int, int], list[Caption]]:
        """The captions of each piece, by page, row and piece."""
        found: dict[tuple[int, int, int], list[Caption]] = {}
        for caption in self.all:
            found.setdefault(caption.place, []).append(caption)
        return found

    def named(self, *names: str) -> Iterator[Caption]:
        """The captions that name one of these."""
        return (caption for caption in self.all if caption.is_(*names))

    def leads(self, sheet: Sheet, row: int, column: int) -> bool:
        """Whether a piece begins with a caption."""
        found = self.by_piece.get((sheet.page, row, column))
        return bool(found and found[0].label.leads)

    def is_free(self, sheet: Sheet, row: int, column: int) -> bool:
        """Whether a piece has no caption at all."""
        return (sheet.page, row, column) not in self.by_piece

    def slots(self, caption: Caption) -> Iterator[Slot]:
        """Where the value of a caption may stand, the likeliest place first."""
        yield from self._same(caption)
        if not self.is_heading(caption):
            yield from self._right(caption)
        yield from self.below(caption)

    def is_heading(self, caption: Caption) -> bool:
        """Whether it stands above a column: it and the piece beside it are captions and nothing else."""
        page, row, column = caption.place
        beside_it = [self.by_piece.get((page, row, near)) for near in (column - 1, column + 1)]
        colon = COLON.match(caption.label.piece.text, caption.label.hit.end)
        after = beside_it[1]
        if after and after[0].label.leads:
            return True
        return not colon and any(found and found[0].whole for found in beside_it)

    def below(self, caption: Caption) -> Iterator[Slot]:
        """What stands below it in its column, down to the next caption."""
        if caption.label.leads or len(self.by_piece[caption.place]) > 1:
            for near in beside(caption.label, ("below",)):
                row, column = _find(caption.label.sheet, near, caption.label.row)
                if self.leads(caption.label.sheet, row, column):
                    return
                yield from self._in_column(caption, near, row)

    def _same(self, caption: Caption) -> Iterator[Slot]:
        text, start = caption.label.piece.text, caption.label.hit.end
        later = [each.label.hit.start for each in self.by_piece[caption.place] if each.label.hit.start > caption.label.hit.start]
        end = min(later, default=len(text))
        yield from _slot(caption.label.piece, start, end, caption.label.row)

    def _right(self, caption: Caption) -> Iterator[Slot]:
        label = caption.label
        if any(each.label.hit.start > label.hit.start for each in self.by_piece[caption.place]):
            return
        pieces = label.sheet.rows[label.row].pieces
        for column in range(label.column + 1, min(label.column + 4, len(pieces))):
            found = self.by_piece.get((label.sheet.page, label.row, column))
            if found and found[0].label.leads:
                return
            piece = pieces[column]
            yield from _slot(piece, 0, found[0].label.hit.start if found else len(piece.text), label.row)

    def _in_column(self, caption: Caption, near: Near, row: int) -> Iterator[Slot]:
        """A piece below, of which only the words below this caption and not below its neighbours."""
        lefts = [each.label.span.box.left for each in self._beside(caption) if not _has_own(each, near, row)]
        left, slack = caption.label.span.box.left, caption.label.sheet.height
        after = min((each for each in lefts if each > left), default=None)
        before = any(each < left for each in lefts)
        kept = [
            (start, end)
            for start, end, box in _groups(near.piece, _GAP * slack)
            if (after is None or box.left < after - slack / 2) and (not before or box.left >= left - 2 * slack)
        ]
        if kept:
            yield from _slot(near.piece, kept[0][0], kept[-1][1], row)

    def _beside(self, caption: Caption) -> Iterator[Caption]:
        page, row, _ = caption.place
        for column in range(len(caption.label.sheet.rows[row].pieces)):
            yield from (each for each in self.by_piece.get((page, row, column), ()) if each is not caption)


def _groups(piece: Piece, gap: float) -> Iterator[tuple[int, int, Box]]:
    """The words of a piece that stand close together: where each group begins and ends in its text, and its box."""
    at, start, box = 0, 0, piece.boxes[0]
    for word, here in zip(piece.words, piece.boxes, strict=True):
        if here.left - box.right > gap:
            yield start, at - 1, box
            start, box = at, here
        box = box.union(here)
        at += len(word.text) + 1
    yield start, at - 1, box


def _has_own(caption: Caption, near: Near, row: int) -> bool:
    """Whether another piece of that row begins below it."""
    left, slack = caption.label.span.box.left, 1.5 * caption.label.sheet.height
    others = (piece for piece in caption.label.sheet.rows[row].pieces if piece is not near.piece)
    return any(abs(piece.box.left - left) <= slack for piece in others)


def _slot(piece: Piece, start: int, end: int, row: int) -> Iterator[Slot]:
    text = piece.text
    end = min(end, start + _LONGEST)
    while start < end and text[start] in MARKS and not (text[start] in "-/" and text[start + 1 : start + 2].isdigit()):
        start += 1
    while end > start and text[end - 1] in MARKS.replace(".", ""):
        end -= 1
    if any(char.isalnum() for char in text[start:end]):
        yield Slot(piece, start, end, row)


def _find(sheet: Sheet, near: Near, above: int) -> tuple[int, int]:
    for row in range(above + 1, len(sheet.rows)):
        for column, piece in enumerate(sheet.rows[row].pieces):
            if piece is near.piece:
                return row, column
    return above, 0


def _of_piece(labels: Sequence[Label]) -> Iterator[Caption]:
    """The captions of one piece: what is a label there, two of one name joined."""
    text = labels[0].piece.text
    taken: list[Label] = []
    for label in labels:
        if is_caption(label, taken, text):
            taken.append(label)
    groups: list[list[Label]] = []
    for label in taken:
        if groups and _belong(groups[-1][-1], label, text):
            groups[-1].append(label)
        else:
            groups.append([label])
    return (_caption(group, text) for group in groups)


def _belong(one: Label, other: Label, text: str) -> bool:
    """Whether two labels are one caption: the same in two languages, or two with a stroke between them."""
    if not JOIN.fullmatch(text, one.hit.end, other.hit.start):
        return False
    between = text[one.hit.end : other.hit.start]
    return bool(one.hit.names & other.hit.names) or any(mark in between for mark in "/&+|")


def _caption(group: Sequence[Label], text: str) -> Caption:
    names = frozenset.intersection(*(label.hit.names for label in group))
    entries: Iterable[Entry] = (entry for label in group for entry in label.hit.entries)
    parts: tuple[frozenset[str], ...]
    if names:
        entries = (entry for entry in entries if entry.name in names)
        parts = (names,)
    else:
        parts = tuple(label.hit.names for label in group)
        parts = tuple(part for at, part in enumerate(parts) if not any(part & earlier for earlier in parts[:at]))
    first, last = group[0].hit, group[-1].hit
    close = re.compile(r"\s?[)\]]").match(text, last.end)
    hit = Hit(tuple(entries), first.start, close.end() if close else last.end, first.exact)
    return Caption(group[0]._replace(hit=hit), parts)


def _in_known_languages(captions: Sequence[Caption]) -> Iterator[Caption]:
    """Captions without the short ones that are in no language that the long ones are in."""
    long = [caption for caption in captions if len(fold(_text(caption))) > SHORT]
    votes = Counter(language for caption in long for language in caption.languages)
    least = max(votes.values(), default=0) / 4
    known = {language for language, count in votes.items() if count >= least}
    for caption in captions:
        if not known or len(fold(_text(caption))) > SHORT or caption.languages & known:
            yield caption


def _text(caption: Caption) -> str:
    hit = caption.label.hit
    return caption.label.piece.text[hit.start : hit.end]
