"""Where one sits at an event, and when its doors open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from uncial.fields.model import Field
from uncial.fields.sheet import Span
from uncial.fields.tickets.ticket import Ticket
from uncial.fields.tickets.times import captioned_time
from uncial.fields.travel.captions import Caption
from uncial.fields.travel.particulars import Told

_ROW = re.compile(r"(?:\d{1,3}|[A-Z]{1,2})(?![^\W_]|[.:/]\d)")
_SECTION = re.compile(
    r"\d{1,3}\s?[A-Z]?(?![^\W_]|[.:/]\d)|[A-Z]\d{0,3}(?![^\W_])"
    r"|[^\W\d_a-z][\w'’-]*(?:\s(?:[^\W\d_]\w*|\d{1,3}))?"
)
_BEFORE = re.compile(r"[^\W\d_a-z][\w'’-]*(?:\s[\w'’-]+){0,2}[\s,.;:–-]*$")
"""A part of the hall before the row, as “Parkett links, ”."""


def find_row(text: str) -> Iterator[Told]:
    """The row that a text begins with."""
    if found := _ROW.match(text):
        yield Told(found[0], *found.span())


def find_section(text: str) -> Iterator[Told]:
    """The block or the part of a hall that a text begins with: a letter, a number, a word or two."""
    if found := _SECTION.match(text):
        yield Told(found[0], *found.span())


def find_place_in_hall(ticket: Ticket) -> Iterator[tuple[str, Field]]:
    """The section and the row, and when the doors open; nothing where a journey is."""
    if ticket.journey:
        return
    row = _row(ticket)
    if row:
        yield "row", row.says(row.text, "label", 0.95)
    section = _section(ticket, row) or _named_part(ticket)
    if section:
        yield "section", section.says(section.text, "label", 0.85)
    if doors := captioned_time(ticket, "doors"):
        yield "doors", doors


def _row(ticket: Ticket) -> Span | None:
    """The first row; a caption that may as well be one of a section comes last."""
    captions = sorted(ticket.captions.named("row"), key=lambda each: each.is_("section"))
    return next(_values(ticket, captions, find_row), None)


def _section(ticket: Ticket, row: Span | None) -> Span | None:
    spans = _values(ticket, ticket.captions.named("section"), find_section)
    return next((span for span in spans if row is None or span.quad != row.quad), None)


def _named_part(ticket: Ticket) -> Span | None:
    """What stands before the row on its line, where it is the name of a part of a hall."""
    for caption in ticket.captions.named("row"):
        text = caption.label.piece.text[: caption.label.hit.start]
        if (found := _BEFORE.fullmatch(text)) and len(ticket.captions.by_piece[caption.place]) <= 2:
            return caption.label.piece.cut(found.start(), len(text.rstrip(" ,.;:–-")))
    return None


def _values(ticket: Ticket, captions: Iterable[Caption], parse: Callable[[str], Iterator[Told]]) -> Iterator[Span]:
    for caption in captions:
        for slot in ticket.captions.slots(caption):
            if slot.row > caption.label.row + 2:
                break
            if found := next(parse(slot.text), None):
                yield slot.cut(found.start, found.end)
                break
