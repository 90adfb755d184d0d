"""Stops of a journey: places on a page, each with the time that stands in it, above it or below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import NamedTuple

from uncial.fields.model import FoundBy
from uncial.fields.sheet import Piece, Sheet, Span
from uncial.fields.travel.captions import Captions, Slot
from uncial.fields.travel.places import find_place
from uncial.fields.values.dates import FoundTime, find_times

_MIDNIGHT = time(0, 0)


class Moment(NamedTuple):
    """A time of day, and where it stands."""

    found: FoundTime
    span: Span


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the way, and when."""

    place: Span
    row: int
    time: Moment | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """A way from one place to another."""

    origin: Stop
    destination: Stop
    found_by: FoundBy
    sure: float
    """0..1: of the rule by which it was found."""

    @property
    def page(self) -> int:
        """The page that it stands on."""
        return self.origin.place.page

    @property
    def rows(self) -> tuple[int, int]:
        """The first and the last row of its page that it takes."""
        return min(self.origin.row, self.destination.row), max(self.origin.row, self.destination.row)


def stop_in(sheet: Sheet, captions: Captions, slot: Slot) -> Stop | None:
    """The place that a slot names, with the time in it or near it."""
    place = next(find_place(slot.text), None)
    if place is None:
        return None
    span = slot.cut(place.start, place.end)
    return Stop(span, slot.row, _moment_in(slot) or moment_near(sheet, captions, slot.row, slot.piece))


def _moment_in(slot: Slot) -> Moment | None:
    found = next((each for each in find_times(slot.text) if each.sure), None)
    return Moment(found, slot.cut(found.start, found.end)) if found else None


def moment_near(sheet: Sheet, captions: Captions, row: int, piece: Piece) -> Moment | None:
    """The time that stands in the rows around a place, in its column, without another caption than its own."""
    for near in (row + 1, row - 1, row + 2):
        if 0 <= near < len(sheet.rows):
            for column, other in enumerate(sheet.rows[near].pieces):
                if is_open(captions, sheet, near, column) and is_aligned(other, piece, sheet.height):
                    moment = moment_of(other)
                    if moment and not next(find_place(other.text), None):
                        return moment
    return None


def moment_of(piece: Piece) -> Moment | None:
    """The time in a piece; midnight is a limit of what is valid more often than a departure."""
    found = next((each for each in find_times(piece.text) if each.sure and each.value != _MIDNIGHT), None)
    return Moment(found, piece.cut(found.start, found.end)) if found else None


def is_aligned(one: Piece, other: Piece, height: float) -> bool:
    """Whether two pieces stand in one column: they begin or end together, or lie above each other by half."""
    shared = min(one.box.right, other.box.right) - max(one.box.left, other.box.left)
    return shared > 0 and (
        abs(one.box.left - other.box.left) <= 2 * height
        or abs(one.box.right - other.box.right) <= 2 * height
        or 2 * shared >= min(one.box.width, other.box.width)
    )


def is_open(captions: Captions, sheet: Sheet, row: int, column: int) -> bool:
    """Whether a piece has no caption, or none but those of a journey."""
    found = captions.by_piece.get((sheet.page, row, column), ())
    return all(each.is_("departure", "arrival", "origin", "destination", "time", "date") for each in found)
