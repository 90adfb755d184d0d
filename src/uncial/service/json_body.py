"""JSON bodies on their way in, also those that hold a whole document in base64.

The one long string of such a body is decoded into a file as it comes, and the rest is parsed as usual. So a body takes no more
memory than 64 KiB for what is not the document, and a few times the piece of it that came last, however large the document is.
"""

from __future__ import annotations

import asyncio
import binascii
import json
import re
from secrets import token_hex
from typing import Any

from starlette.requests import Request

from uncial.errors import LimitExceeded
from uncial.service.problems import BodyNotUnderstood
from uncial.service.upload import Sink, chunks, too_large

MAX_JSON = 64 * 1024
"""Bytes of a JSON body besides its document."""
LONG = 16 * 1024
"""Bytes of a string that is taken for a document; no URL is as long, and no option."""
_TEXT = re.compile(rb'"templates"\s*+:\s*+"\Z')
"""Before a string that is no document, however long it is."""
_INSIDE = re.compile(rb'(?:[^"\\]++|\\u[0-9A-Fa-f]{4}|\\[^u])*+', re.DOTALL)
"""What stands in a string (RFC 8259, 7), up to its end or up to an escape that is not all there yet."""
_LONGEST_ESCAPE = len(rb"\u0000")
_WHITE = b" \t\r\n"


class NoBase64(ValueError):
    """What should be a document in base64 is none."""


async def receive_json(request: Request, sink: Sink) -> JsonBody:
    """The body, with its document written to the sink where it has one. Raises `LimitExceeded`, or ValueError for no JSON."""
    body = JsonBody(sink)
    async for chunk in chunks(request, encoded_limit(sink.limit), too_large(sink.limit)):
        await asyncio.to_thread(body.feed, chunk)
    body.finish()
    return body


async def receive_object(request: Request, otherwise: bytes = b"") -> dict[str, Any]:
    """A body that is a JSON object without any document; none stands for `otherwise`.

    Raises `LimitExceeded` or `BodyNotUnderstood`.
    """
    refusal = LimitExceeded("The JSON body is larger than 128 KiB.", hint="Send fewer templates.")
    try:
        told = json.loads(b"".join([chunk async for chunk in chunks(request, 2 * MAX_JSON, refusal)]) or otherwise)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise BodyNotUnderstood("The body is not a JSON object.", 'Send options as {"format": "fields", "kind": "invoice"}.')
    return told


def encoded_limit(limit: int) -> int:
    """How many bytes a JSON body may have whose document may have `limit`: base64 has 4 for 3, and a line feed after 76."""
    return -(-limit // 3) * 4 * 79 // 76 + MAX_JSON


class JsonBody:
    """A JSON value whose one long string went to the sink."""

    def __init__(self, sink: Sink) -> None:
        self.value: Any = None
        """The value, when all of it was fed; in the place of the long string stands one of our own that nobody can guess."""
        self._document = Base64Document(sink)
        self._stands_for = token_hex(16)
        self._rest = bytearray()
        self._text = bytearray()
        self._tail = b""
        self._in_string = self._is_long = self._had_long = self._is_text = False

    def feed(self, chunk: bytes) -> None:
        """Take some more of the body. Raises `LimitExceeded` or ValueError."""
        data, place = self._tail + chunk, 0
        self._tail = b""
        while place < len(data):
            place = self._string(data, place) if self._in_string else self._between(data, place)

    def finish(self) -> None:
        """Parse what was fed. Raises ValueError for what is no JSON."""
        if self._in_string:
            raise ValueError("the body breaks off within a string")
        try:
            self.value = json.loads(bytes(self._rest), strict=False)
        except RecursionError as error:
            raise ValueError("the body is nested too deeply") from error

    def take_document(self, text: str, *, is_url: bool = False) -> bool:
        """Whether the text was a document in base64, which is in the sink now; it may be a data URL (RFC 2397) or has to be one.

        Raises `NoBase64` for what looks like one and is not, and `LimitExceeded`.
        """
        if text != self._stands_for:
            if self._had_long:
                raise _too_much()  # it stands somewhere else
            if is_url and not text.lower().startswith("data:"):
                return False
            self._document.feed(text.encode("ascii", "replace"))
            self._document.finish()
        return not is_url or self._document.is_url

    def _between(self, data: bytes, place: int) -> int:
        """Take in what stands outside of strings, up to the next one; where it begins."""
        quote = data.find(b'"', place)
        self._in_string = quote >= 0
        end = quote + 1 if self._in_string else len(data)
        self._keep(data[place:end])
        self._is_text = self._in_string and _TEXT.search(self._rest, max(0, len(self._rest) - 100)) is not None
        return end

    def _string(self, data: bytes, place: int) -> int:
        found = _INSIDE.match(data, place)
        assert found  # it may match nothing, and always matches
        end = found.end()
        self._add(data[place:end])
        if data[end : end + 1] == b'"':
            self._close()
            return end + 1
        if len(data) - end >= _LONGEST_ESCAPE:
            raise ValueError("a string has an escape that is none")
        self._tail = data[end:]
        return len(data)

    def _add(self, piece: bytes) -> None:
        self._text += piece
        if self._is_text:
            self._keep(self._text)
            self._text.clear()
        elif self._is_long or len(self._text) > LONG:
            if not self._is_long and self._had_long:
                raise _too_much()
            self._is_long = self._had_long = True
            self._document.feed(_unescaped(bytes(self._text)))
            self._text.clear()

    def _close(self) -> None:
        if self._is_long:
            self._document.finish()
            self._text += self._stands_for.encode()
        self._keep(self._text + b'"')
        self._text.clear()
        self._in_string = self._is_long = False

    def _keep(self, piece: bytes | bytearray) -> None:
        self._rest += piece
        if len(self._rest) > MAX_JSON:
            raise _too_much()


class Base64Document:
    """A document in base64 (RFC 4648, 4), with or without line ends and a data URL's beginning, decoded as it comes."""

    def __init__(self, sink: Sink) -> None:
        self.is_url = False
        self._sink = sink
        self._begun = self._padded = False
        self._left = b""

    def feed(self, text: bytes) -> None:
        """Decode some more; the beginning of a data URL has to come in one piece. Raises `NoBase64` or `LimitExceeded`."""
        if not self._begun:
            text, self._begun = self._without_beginning(text), True
        text = self._left + text.translate(None, _WHITE)
        whole = len(text) - len(text) % 4
        self._left = text[whole:]
        if whole and self._padded:
            raise NoBase64
        self._padded = text[:whole].endswith(b"=")
        try:
            self._sink.write(binascii.a2b_base64(text[:whole], strict_mode=True))
        except binascii.Error as error:
            raise NoBase64 from error

    def finish(self) -> None:
        """Say that there is no more. Raises `NoBase64` where something is missing."""
        if self._left:
            raise NoBase64

    def _without_beginning(self, text: bytes) -> bytes:
        if text[:5].lower() != b"data:":
            return text
        beginning, comma, rest = text.partition(b",")
        if not comma or not beginning.lower().endswith(b";base64"):
            raise NoBase64
        self.is_url = True
        return rest


def _unescaped(text: bytes) -> bytes:
    r"""The text that a piece of a JSON string stands for: some encoders write every / of base64 as \/."""
    return json.loads(b'"' + text + b'"', strict=False).encode("ascii", "replace") if b"\\" in text else text


def _too_much() -> LimitExceeded:
    hint = "Send one document at a time, better as the body itself than inside of JSON."
    return LimitExceeded("The JSON body is larger than 64 KiB, its document not counted.", hint=hint)


def no_base64(field: str, *, error: str = "") -> BodyNotUnderstood:
    """What is said of a document that is not in base64."""
    return BodyNotUnderstood(f"What stands in {field} is not base64.", "Write it as base64 -w0 page.jpg does.", error=error)
