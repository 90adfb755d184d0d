"""Parts the rows of a region where one paragraph, heading or item of a list ends and the next begins.

White says it, or another size, or the mark of an item. Where paragraphs follow each other without white, their first lines are
set in and their last lines are short; this counts only where the words agree, for a wrong cut is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from uncial.geometry import Box
from uncial.layout.parts import CAPTION, PAGE_NUMBER, Part, Row
from uncial.lists import BULLETS, Marker, split_marker

_AROUND = 6
"""So many rows above and below tell how rows are set here."""
_USUAL = 0.35
"""So many of the steps around are no longer than the one from line to line."""
_FEW = 4
"""Fewer steps do not tell what is usual."""
_REGULAR = 1.08
"""Where the shorter steps differ by no more than this, even a little white is meant."""
_WHITE = {True: 1.24, False: 1.45}
"""Times the step from line to line: more is white between paragraphs, where the steps are regular and where they are not."""
_OTHER_SIZE = {True: 1.15, False: 1.35}
"""Times the size of the line before: one so much larger or smaller begins something new, in a PDF's own text and elsewhere."""
_LINE = 0.4
"""Lines that begin so near to each other begin at the same place."""
_INSET = (0.7, 6.0)
"""How far the first line of a paragraph is set in, where paragraphs are told by that."""
_FAR_IN = 5.0
"""A number that stands so far in below the text is no part of it."""
_SIGNS = "►➤▶▸→⇒➔★☆✘✗·"
"""Bullets that are signs of other things too, and are believed only where there are several."""
_ROOM = 2.0
"""White at the end of a line, beside the room for the next word, that says that the paragraph ends there."""
_ENDS = tuple(".!?:;…。！？：")
_CLOSERS = "”\"'’»)]）」』"
_RUNS_ON = (",", "-", " and", " &")
_ENOUGH = 3
"""So many first lines that are set in, or out, are a habit."""


def usual_step(runs: Iterable[Sequence[Row]]) -> float:
    """From one line to the next on the whole page; 0 where no two lines follow each other."""
    steps = sorted(b.box.center.y - a.box.center.y for rows in runs for a, b in pairwise(rows))
    return steps[int(_USUAL * (len(steps) - 1))] if steps else 0.0


def parted(rows: Sequence[Row], column: int, unit: float, step: float) -> list[Part]:
    """The parts of a run of rows, from the top down; `step` is the page's usual one, for runs too short to tell theirs."""
    setting = _Setting(rows, unit, step, marks_of(rows, unit))
    parts: list[Part] = []
    start = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or setting.begins(i, start):
            own = tuple(rows[start:i])
            parts.append(Part(own, Box.around(row.box for row in own), column, marker=setting.marks[start]))
            start = i
    return parts


class _Setting:
    """How the rows of a region are set."""

    def __init__(self, rows: Sequence[Row], unit: float, step: float, marks: Sequence[Marker | None]) -> None:
        self.rows, self.unit, self.step, self.marks = rows, unit, step, marks
        self.steps = [b.box.center.y - a.box.center.y for a, b in pairwise(rows)]
        near = [rows[max(i - _AROUND, 0) : i + _AROUND + 1] for i in range(len(rows))]
        self.insets = [row.box.left - _margin(around, unit) for row, around in zip(rows, near, strict=True)]
        self.rooms = [max(other.box.right for other in around) - row.box.right for row, around in zip(rows, near, strict=True)]
        self.set_in = sum(self._is_set_in(i) for i in range(1, len(rows))) >= _ENOUGH
        self.set_out = sum(self._is_set_out(i) for i in range(1, len(rows))) >= _ENOUGH

    def begins(self, i: int, start: int) -> bool:
        """Whether row `i` begins something new, where the part before it began with row `start`."""
        if (
            self.marks[i]
            or self._is_number_below(i)
            or self._begins_caption(i)
            or self._white_above(i)
            or self._other_size(i)
            or self._other_weight(i)
        ):
            return True
        if self.marks[start]:
            return self._left_item(i, start)
        return self._first_line(i) or self._after_last_line(i)

    def _white_above(self, i: int) -> bool:
        around = sorted(self.steps[max(i - 1 - _AROUND, 0) : i + _AROUND])
        if len(around) < _FEW:
            around = sorted([*around, *[self.step] * _FEW])
        usual = around[int(_USUAL * (len(around) - 1))]
        regular = usual <= _REGULAR * around[int(_USUAL / 2 * len(around))]
        grown = max(min(self.rows[i].size, self.rows[i - 1].size) / self.unit, 1.0)
        return self.steps[i - 1] > _WHITE[regular and len(around) >= _AROUND] * usual * grown

    def _is_number_below(self, i: int) -> bool:
        """Whether it is the page's number, which may stand close below the text."""
        low = self.rows[i].box.left - self.rows[i - 1].box.left > _FAR_IN * self.unit
        return i + 1 == len(self.rows) and low and PAGE_NUMBER.fullmatch(self.rows[i].line.text) is not None

    def _begins_caption(self, i: int) -> bool:
        """Whether a caption begins here: it is no sentence that goes on about one."""
        found = CAPTION.match(self.rows[i].line.text)
        return found is not None and bool(found["mark"]) and (self._has_room(i) or _ended(self.rows[i - 1].line.text))

    def _other_size(self, i: int) -> bool:
        low, high = sorted((self.rows[i - 1].size, self.rows[i].size))
        return high > _OTHER_SIZE[self.rows[i].native] * low

    def _other_weight(self, i: int) -> bool:
        """Whether bold lines end or begin here, and not only in the middle of a sentence."""
        above, below = self.rows[i - 1].line, self.rows[i].line
        if above.bold == below.bold or _small(below.text) or above.text.endswith(_RUNS_ON):
            return False
        return self._has_room(i) or _ended(above.text)

    def _left_item(self, i: int, start: int) -> bool:
        """Whether row `i` stands further left than the further lines of an item do, or begins a paragraph as any other does."""
        first, row = self.rows[start].box.left, self.rows[i].box.left
        if i == start + 1:
            return row < first - _LINE * self.unit and (self._has_room(i) or _ended(self.rows[start].line.text))
        further = min(each.box.left for each in self.rows[start + 1 : i])
        if further > first + _INSET[0] * self.unit:
            return row < first + _LINE * self.unit
        return row < further - _LINE * self.unit or self._first_line(i) or self._after_last_line(i)

    def _first_line(self, i: int) -> bool:
        above = self.rows[i - 1].line
        if _small(self.rows[i].line.text) or (above.bold and self.rows[i].line.bold):
            return False
        finished = _ended(above.text) or (self._has_room(i) and (self.set_in or self.set_out))
        return finished and (self._is_set_in(i) or (self.set_out and self._is_set_out(i)))

    def _is_set_in(self, i: int) -> bool:
        """Whether row `i` begins behind the margin, but not those around it; a line in the middle is none."""
        low, high = (side * self.unit for side in _INSET)
        if not low <= self.insets[i] <= high or abs(self.insets[i] - self.rooms[i]) < low:
            return False
        around = [self.insets[k] for k in (i - 1, i + 1) if k < len(self.rows)]
        return all(inset < _LINE * self.unit for inset in around) and (len(around) == 2 or self.rooms[i - 1] > 0)

    def _is_set_out(self, i: int) -> bool:
        """Whether row `i` begins at the margin, and those around it begin behind that."""
        low = _INSET[0] * self.unit
        if i + 1 == len(self.rows) or self.insets[i] > _LINE * self.unit:
            return False
        return all(low <= self.insets[k] - self.insets[i] <= _INSET[1] * self.unit for k in (i - 1, i + 1))

    def _after_last_line(self, i: int) -> bool:
        """Whether the line above ends a sentence, although the next word would have found room behind it."""
        above, below = self.rows[i - 1].line.text, self.rows[i].line.text
        return _ended(above) and not _small(below) and self._has_room(i)

    def _has_room(self, i: int) -> bool:
        line = self.rows[i].line
        word = line.words[0].quad.width if line.words else 0.0
        return self.rooms[i - 1] > word + _ROOM * self.unit


def _margin(rows: Sequence[Row], unit: float) -> float:
    """Where most of these rows begin; the leftmost of such places."""
    lefts = [row.box.left for row in rows]
    return max(lefts, key=lambda left: (sum(abs(left - other) < _LINE * unit for other in lefts), -left))


def _ended(text: str) -> bool:
    """Whether a sentence ends with it."""
    return text.rstrip(_CLOSERS).endswith(_ENDS)


def _small(text: str) -> bool:
    """Whether it begins with a small letter, as a line in the middle of a sentence does."""
    return text[:1].islower()


# Marks of items


def marks_of(rows: Sequence[Row], unit: float) -> list[Marker | None]:
    """What each row begins with, if it is an item of a list: a bullet, or a mark that another one follows."""
    marks = [split_marker(row.line.text) for row in rows]
    return [mark if mark and _is_item(i, mark, marks, rows, unit) else None for i, mark in enumerate(marks)]


def _is_item(i: int, own: Marker, marks: Sequence[Marker | None], rows: Sequence[Row], unit: float) -> bool:
    if own.marker in BULLETS and own.marker not in _SIGNS:
        return True
    fellows = ((other, row) for k, (other, row) in enumerate(zip(marks, rows, strict=True)) if other and k != i)
    return any(_fellows(own, other) and abs(row.box.left - rows[i].box.left) < unit for other, row in fellows)


def _fellows(own: Marker, other: Marker) -> bool:
    """Whether one mark follows the other in a list."""
    if own.number is None or other.number is None:
        return own.marker == other.marker
    same = (own.marker[0], own.marker[-1], own.marker.count(".")) == (other.marker[0], other.marker[-1], other.marker.count("."))
    bare = own.marker[0].isalnum() and other.marker[0].isalnum() and own.marker[-1] == other.marker[-1]
    return abs(own.number - other.number) == 1 and (same or bare)
