"""When a ticket was issued or bought."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from uncial.fields.model import Field
from uncial.fields.tickets.ticket import Ticket
from uncial.fields.values.dates import find_times

_BETWEEN = re.compile(r"\W*(?:(?:um|at|à|alle|a las|ore|ora|às|om|godz|klo|kl)\b\W*)?")
"""What stands between the day and the time of an issue."""


def find_issue(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    """The day with a caption of issue or purchase, and the time behind it."""
    day = next((each for each in ticket.days if each.caption == "issued" and each.value), None)
    if day is None or day.value is None:
        return
    text = day.piece.text
    for found in find_times(text):
        if found.sure and found.start >= day.end and _BETWEEN.fullmatch(text, day.end, found.start):
            yield "issued", day.piece.cut(day.start, found.end).says(datetime.combine(day.value, found.value), "label", 0.9)
            return
    yield "issued", day.span.says(day.value, "label", 0.9)
