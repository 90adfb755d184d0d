"""A ticket with what is found first, and all else hangs on."""

from __future__ import annotations

from dataclasses import dataclass

from uncial.fields.lexicon import lexicon
from uncial.fields.sheet import View
from uncial.fields.tickets.words import Words
from uncial.fields.travel.captions import Captions
from uncial.fields.travel.days import Day, find_all_days
from uncial.fields.travel.journeys import find_journey
from uncial.fields.travel.stops import Leg
from uncial.fields.values.dates import find_times

_TIMES = 6
"""A ticket has no more of them, if it does not say whose it is."""


@dataclass(frozen=True)
class Ticket:
    """A ticket with what is found first, and all else hangs on."""

    view: View
    captions: Captions
    words: Words
    journey: Leg | None
    days: tuple[Day, ...]

    @staticmethod
    def of(view: View) -> Ticket:
        """What a document has of a ticket."""
        captions = view.once(captions_of)
        return Ticket(view, captions, view.once(Words.of), find_journey(view, captions), find_all_days(view, captions))

    @property
    def is_timetable(self) -> bool:
        """Whether it has many times, and nothing that a ticket alone has."""
        owned = any(
            next(self.captions.named(name), None) for name in ("passenger", "booking_reference", "number", "price", "total")
        )
        return not owned and sum(found.sure for piece in self.view.pieces for found in find_times(piece.text)) > _TIMES


def captions_of(view: View) -> Captions:
    """The captions of a ticket."""
    return Captions.of(view, lexicon("tickets"))
