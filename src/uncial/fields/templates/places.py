"""Text of a page that runs over pieces and rows, with the places of all its characters; and what stands on which side of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from uncial.fields.sheet import Piece, Row, Sheet, Span, joined
from uncial.fields.templates.model import Where
from uncial.geometry import Box

Part = tuple[Piece, int, int]
"""Of a piece the characters from the second up to but not including the third."""
REACH: dict[Where, float] = {"right": 80.0, "left": 80.0, "below": 3.0, "above": 3.0, "same": 0.0}
"""Times the height of the text."""
_LEVEL = 0.7
"""Times the height of the text; what is at one's side has its middle no further up or down."""
_LINE_GAP = 1.0
"""Times the height of the text; lines of one value are no further apart."""
_MARKS = " \t.:：;=#-–—…·_*>|"
"""What stands between a label and its value."""


@dataclass(frozen=True)
class Stretch:
    """Some text of a page, in rows."""

    rows: tuple[tuple[Part, ...], ...]

    @cached_property
    def text(self) -> str:
        """Its parts with two spaces between each two of a row, and its rows one below the other."""
        return "\n".join("  ".join(piece.text[start:end] for piece, start, end in row) for row in self.rows)

    def cut(self, start: int, end: int) -> Span | None:
        """The characters of its text from `start` up to but not including `end`; None where they are only spaces."""
        spans = [
            piece.cut(low, high)
            for piece, low, high in self.parts(start, end)
            if piece.text[low:high].strip()
        ]  # fmt: skip
        return joined(spans) if spans else None

    def parts(self, start: int, end: int) -> Iterator[Part]:
        """The parts of pieces that these characters of its text are."""
        at = 0
        for row in self.rows:
            for piece, low, high in row:
                begin, stop = max(start - at, 0), min(end - at, high - low)
                if begin < stop:
                    yield piece, low + begin, low + stop
                at += high - low + 2
            at -= 1

    def between(self, start: int, end: int) -> Stretch:
        """These characters alone, in one row."""
        return Stretch((tuple(self.parts(start, end)),))

    def without_marks(self) -> Stretch:
        """Without the marks at its beginning that lead from a label to its value; a minus that leads a number stays."""
        at, text = 0, self.text
        while at < len(text) and text[at] in _MARKS and not (text[at] in "-–" and text[at + 1 : at + 2].isdigit()):
            at += 1
        return self.between(at, len(text)) if at and len(self.rows) == 1 else self


def whole(pieces: Iterable[Piece]) -> Stretch:
    """Pieces side by side."""
    return Stretch((tuple((piece, 0, len(piece.text)) for piece in pieces),))


def below_each_other(stretches: Sequence[Stretch]) -> Stretch:
    """Several as one."""
    return Stretch(tuple(row for each in stretches for row in each.rows))


def row_of(row: Row) -> Stretch:
    """All of a row."""
    return whole(row.pieces)


def looked_at(sheet: Sheet, row: Stretch, start: int, end: int, where: Where, reach: float | None) -> Iterator[Stretch]:
    """Where the value of an anchor may stand, the nearest first; the anchor goes from `start` to `end` in its row."""
    far = (REACH[where] if reach is None else reach) * sheet.height
    span = row.cut(start, end)
    if span is None:
        return
    match where:
        case "same":
            yield row
        case "right":
            yield from _right(sheet, row, end, span.box, far)
        case "left":
            yield from _left(sheet, row, start, span.box, far)
        case "below":
            yield from _columns(sheet, sheet.rows, span.box, far)
        case "above":
            yield from _columns(sheet, sheet.rows[::-1], span.box, -far)


def _right(sheet: Sheet, row: Stretch, end: int, box: Box, far: float) -> Iterator[Stretch]:
    """What follows in the same row, as far as one may look; where nothing does, what stands a little higher or lower."""
    rest = [part for part in _said(row.parts(end, len(row.text))) if _box(part).left - box.right <= far]
    beside = (piece for piece in _level_with(sheet, box) if 0 <= piece.box.left - box.right + sheet.height / 2 <= far)
    yield from _side(rest, beside)


def _left(sheet: Sheet, row: Stretch, start: int, box: Box, far: float) -> Iterator[Stretch]:
    rest = [part for part in _said(row.parts(0, start)) if box.left - _box(part).right <= far]
    beside = (piece for piece in _level_with(sheet, box) if 0 <= box.left - piece.box.right + sheet.height / 2 <= far)
    yield from _side(rest, beside)


def _side(rest: Sequence[Part], beside: Iterable[Piece]) -> Iterator[Stretch]:
    if rest:
        yield Stretch((tuple(rest),)).without_marks()
    elif others := sorted(beside, key=lambda piece: piece.box.left):
        yield whole(others).without_marks()


def _said(parts: Iterable[Part]) -> Iterator[Part]:
    """Those that are more than marks."""
    return ((piece, start, end) for piece, start, end in parts if piece.text[start:end].strip(_MARKS))


def _box(part: Part) -> Box:
    piece, start, end = part
    return piece.cut(start, end).box


def _level_with(sheet: Sheet, box: Box) -> Iterator[Piece]:
    near = _LEVEL * sheet.height
    return (piece for piece in sheet.pieces if abs(piece.box.center.y - box.center.y) <= near)


def _columns(sheet: Sheet, rows: Sequence[Row], box: Box, far: float) -> Iterator[Stretch]:
    """In each row below, or above where `far` is negative, the pieces that stand under or over the box."""
    for row in rows:
        away = row.box.top - box.bottom if far > 0 else box.top - row.box.bottom
        if away > abs(far):
            return
        near = [piece for piece in row.pieces if _is_off(piece.box, box, far) and _is_under(piece.box, box, sheet.height)]
        if near:
            yield whole([max(near, key=lambda piece: _shared(piece.box, box))])


def _is_off(one: Box, box: Box, far: float) -> bool:
    return one.center.y > box.bottom if far > 0 else one.center.y < box.top


def _is_under(one: Box, box: Box, height: float) -> bool:
    """Whether it shares some of the width, or begins or ends there."""
    aligned = abs(one.left - box.left) <= height or abs(one.right - box.right) <= height
    return aligned or _shared(one, box) > 0.3 * min(one.width, box.width)


def _shared(one: Box, other: Box) -> float:
    return min(one.right, other.right) - max(one.left, other.left)


def under(sheet: Sheet, above: Stretch) -> Iterator[Stretch]:
    """The lines that go on below some text: close to each other, and beginning where it begins."""
    span = above.cut(0, len(above.text))
    while span is not None:
        box = span.box
        below = (piece for row in sheet.rows for piece in row.pieces if piece.box.center.y - box.center.y > 0)
        following = [piece for piece in below if _goes_on(box, piece.box, sheet.height)]
        if not following:
            return
        line = whole([min(following, key=lambda piece: piece.box.top)])
        yield line
        span = line.cut(0, len(line.text))


def _goes_on(above: Box, below: Box, height: float) -> bool:
    near = below.top - above.bottom <= _LINE_GAP * height and below.center.y > above.bottom
    return near and abs(below.left - above.left) <= height


def within(sheet: Sheet, zone: Box) -> Stretch:
    """The words whose middles lie in a rectangle of the level page, row by row."""
    return Stretch(tuple(parts for row in sheet.rows if (parts := tuple(_inside(row, zone)))))


def _inside(row: Row, zone: Box) -> Iterator[Part]:
    for piece in row.pieces:
        at, start, end = 0, -1, -1
        for word, box in zip(piece.words, piece.boxes, strict=True):
            if _holds(zone, box):
                start, end = (at if start < 0 else start), at + len(word.text)
            at += len(word.text) + 1
        if start >= 0:
            yield piece, start, end


def _holds(zone: Box, box: Box) -> bool:
    x, y = box.center
    return zone.left <= x <= zone.right and zone.top <= y <= zone.bottom
