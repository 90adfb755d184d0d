"""Server-sent events, as the HTML standard has them (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Message(NamedTuple):
    """One event of a stream."""

    kind: str
    data: str
    id: str
    """The last one that was told, of this event or of one before."""


def lines_of(pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines in pieces of UTF-8. Only a line feed ends one: what Python takes for an end besides may stand in a text."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line.removesuffix(b"\r").decode("utf-8", "replace") for line in whole)


def messages(lines: Iterable[str], id: str = "") -> Iterator[Message]:
    """The events in the lines of a stream. One that is not ended by an empty line is lost, as the standard says (9.2.6)."""
    kind, data = "message", list[str]()
    for line in lines:
        if not line:
            if data:
                yield Message(kind, "\n".join(data), id)
            kind, data = "message", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data.append(value)
        elif name == "event":
            kind = value
        elif name == "id" and "\0" not in value:
            id = value
