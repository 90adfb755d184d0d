"""Letters: who writes to whom, when and about what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from uncial.fields.labels import Label, beside, find_labels
from uncial.fields.lexicon import lexicon
from uncial.fields.model import Field, Fields
from uncial.fields.sheet import Piece, Row, Sheet, Span, View, joined
from uncial.fields.values.dates import find_dates, is_day_first

_BOTH, _ONE, _MEMO = 0.75, 0.55, 0.7
"""Evidence of a salutation with its closing, of one of them with a date, of a memorandum's head."""
_SHORT = 60
"""Letters; a line of a salutation, a closing or a date is no longer."""
_SIGNATURE = 8.0
"""Times the height of the text: how far below the closing a name stands at most."""
_NAME_WORDS = range(2, 5)
_LINES = range(2, 8)
"""Of the address of whom it is written to."""
_JUST_BELOW = range(1, 3)
_MORE_LINES = 2
"""Of a subject, below its first."""
_GAP = 1.1
"""Times the height of the text; lines that are further apart are not of one address or subject."""


class _Place(NamedTuple):
    """A piece that stands for something, and in which row of which sheet."""

    sheet: Sheet
    row: int
    piece: Piece


@dataclass(frozen=True)
class _Letter:
    """What tells that a document is a letter."""

    view: View
    labels: tuple[Label, ...]
    salutation: _Place | None
    closing: _Place | None

    @property
    def is_memo(self) -> bool:
        """Whether its head has the labels of a memorandum: from, to, and a subject."""
        return all(self.labelled(name) for name in ("from", "to", "subject"))

    def labelled(self, name: str) -> list[Label]:
        """The labels of that name, at the beginning of their pieces and with a colon behind."""
        return [label for label in self.labels if label.is_(name) and label.leads and _has_colon(label)]

    @property
    def head(self) -> tuple[Sheet, Sequence[Row]] | None:
        """The rows above the salutation, or of the first third of a page that has none; of a memorandum all."""
        if self.is_memo:
            return self.view.sheets[0], self.view.sheets[0].rows
        if self.salutation:
            return self.salutation.sheet, self.salutation.sheet.rows[: self.salutation.row]
        first = self.view.sheets[0] if self.view.sheets else None
        return (first, [row for row in first.rows if row.box.bottom < first.box.bottom / 3]) if first else None


def evidence(view: View) -> float:
    """How much speaks for this kind: a salutation, a closing, a date above; or the head of a memorandum."""
    letter = view.once(_letter)
    if letter.salutation and letter.closing:
        return _BOTH
    if letter.is_memo:
        return _MEMO
    return _ONE if (letter.salutation or letter.closing) and _date(letter) else 0.0


def find(view: View) -> Fields:
    """What it says."""
    letter = view.once(_letter)
    found = {
        "sender": _labelled(letter, "from") or _signed(letter),
        "recipient": _labelled(letter, "to") or _addressed(letter) or _saluted(letter),
        "date": _date(letter),
        "subject": _subject(letter),
        "reference": _labelled(letter, "reference"),
    }
    return {name: field for name, field in found.items() if field}


def _letter(view: View) -> _Letter:
    labels = tuple(label for label in find_labels(view, lexicon("letters")) if label.leads)
    salutations = (label for label in labels if label.is_("salutation") and _is_salutation(label))
    closings = [label for label in labels if label.is_("closing") and len(label.piece.text) <= _SHORT and label.column == 0]
    first = next(map(_place, salutations), None)
    return _Letter(view, labels, first, _place(closings[-1]) if closings else None)


def _place(label: Label) -> _Place:
    return _Place(label.sheet, label.row, label.piece)


def _is_salutation(label: Label) -> bool:
    """Whether the line is one: it ends with a mark, or with the phrase itself, and stands alone in its row."""
    text = label.piece.text.rstrip()
    alone = label.column == 0 and len(label.sheet.rows[label.row].pieces) == 1
    return alone and len(text) <= _SHORT and text.endswith((",", ":", "!", "."))


def _has_colon(label: Label) -> bool:
    return label.piece.text[label.hit.end :].lstrip(" .").startswith((":", "："))


# ---- fields


def _labelled(letter: _Letter, name: str) -> Field | None:
    """What stands beside a label of that name in the head."""
    if name in ("from", "to") and not letter.is_memo:
        return None
    for label in letter.labelled(name):
        if not _is_above(letter, label):
            continue
        near = next((near for near in beside(label, ("same", "right")) if any(map(str.isalnum, near.text))), None)
        if near and len(near.text) <= _SHORT:
            return near.span.says(near.text.strip(), "label", 0.85)
    return None


def _is_above(letter: _Letter, label: Label) -> bool:
    """Whether it stands in the head, or just below the salutation, where some put the subject."""
    head = letter.head
    below = label.row - letter.salutation.row if letter.salutation else 0
    return head is not None and label.sheet is head[0] and (label.row < len(head[1]) or below in _JUST_BELOW)


def _date(letter: _Letter) -> Field | None:
    """The first date above the salutation that has a line, or a piece of one, to itself."""
    head = letter.head
    if head is None:
        return None
    dates = partial(find_dates, day_first=is_day_first(letter.view.text) is not False)
    for piece in (piece for row in head[1] for piece in row.pieces if len(piece.text) <= _SHORT):
        for found in dates(piece.text):
            others = len(piece.text) - (found.end - found.start)
            if others <= found.end - found.start + 12:
                return piece.cut(found.start, found.end).says(found.value, "place", 0.85 if found.sure else 0.6)
    return None


def _subject(letter: _Letter) -> Field | None:
    """What stands behind its label, as far as it goes on below."""
    for label in letter.labelled("subject"):
        near = next((near for near in beside(label, ("same", "right")) if any(map(str.isalnum, near.text))), None)
        if near and _is_above(letter, label):
            lines = [near.span, *_going_on(letter, label, near.span)]
            whole = joined(lines)
            return whole.says(whole.text.strip(), "label", 0.85)
    return None


def _going_on(letter: _Letter, label: Label, first: Span) -> Iterator[Span]:
    """The lines below that begin where the first one does, or its label."""
    last, height = first, label.sheet.height
    for row in label.sheet.rows[label.row + 1 : label.row + 1 + _MORE_LINES]:
        piece = row.pieces[0]
        begins = min(abs(piece.box.left - box.left) for box in (first.box, label.span.box)) <= height
        near = begins and piece.box.top - last.box.bottom <= _GAP * height
        named = any(other.piece is piece for other in letter.labels)
        if len(row.pieces) > 1 or not near or named or len(piece.text) > 2 * _SHORT:
            return
        last = piece.whole
        yield last


def _signed(letter: _Letter) -> Field | None:
    """The name below the closing."""
    if not letter.closing:
        return None
    sheet, row, closing = letter.closing
    for below in sheet.rows[row + 1 :]:
        if below.box.top - closing.box.bottom > _SIGNATURE * sheet.height:
            return None
        for piece in below.pieces:
            if abs(piece.box.left - closing.box.left) <= 4 * sheet.height and _is_name(piece.text):
                return piece.whole.says(piece.text.rstrip(","), "place", 0.75)
    return None


def _is_name(text: str) -> bool:
    """Whether it is a few words that all begin with a capital, or are in capitals, and has no figures."""
    words = text.replace(",", " ").split()
    plain = all(char.isalpha() or char in " .,'’-" for char in text)
    return plain and len(words) in _NAME_WORDS and all(word[0].isupper() for word in words)


def _addressed(letter: _Letter) -> Field | None:
    """The first line of the address above the salutation: lines below each other, of which one has a postcode."""
    if not letter.salutation:
        return None
    sheet, row, salutation = letter.salutation
    lines: list[Piece] = []
    for above in reversed(sheet.rows[:row]):
        piece = above.pieces[0]
        if abs(piece.box.left - salutation.box.left) > 1.5 * sheet.height or len(piece.text) > _SHORT:
            continue
        if lines and lines[-1].box.top - piece.box.bottom > _GAP * sheet.height:
            if _is_address(lines):
                break
            lines = []
        lines.append(piece)
    if not _is_address(lines):
        return None
    name = lines[-2] if _is_title(lines[-1].text) else lines[-1]
    return name.whole.says(name.text.rstrip(","), "place", 0.65)


def _is_title(text: str) -> bool:
    """Whether a line says only how somebody is addressed, and the name comes below."""
    hit = lexicon("letters").named(text, "title")
    return hit is not None and hit.start == 0 and not any(map(str.isalnum, text[hit.end :]))


def _is_address(lines: Sequence[Piece]) -> bool:
    """Whether they are an address, from its last line up: not all of words, and the first line one of a name."""
    if len(lines) not in _LINES or any(next(find_dates(piece.text), None) for piece in lines):
        return False
    postcode = any(sum(char.isdigit() for char in piece.text) in range(4, 10) for piece in lines[:3])
    name = lines[-1].text
    return postcode and not any(char.isdigit() for char in name) and name[:1].isupper() and ":" not in name


def _saluted(letter: _Letter) -> Field | None:
    """Whom the salutation names."""
    if not letter.salutation:
        return None
    piece = letter.salutation.piece
    hit = next(lexicon("letters").find(piece.text), None)
    start = hit.end if hit else 0
    named = piece.text[start:].strip(" .,:;!")
    if hit is None or not named or not named[:1].isupper() or lexicon("letters").named(named, "nobody"):
        return None
    titles = [entry.phrase.split()[-1] for entry in hit.entries if " " in entry.phrase]
    begin = piece.text.find(named, start)
    if titles and (title := piece.text[: hit.end].split()[-1])[:1].isupper():
        begin = piece.text.rfind(title, 0, hit.end)
    span = piece.cut(begin, piece.text.find(named, start) + len(named))
    return span.says(span.text, "pattern", 0.7)
