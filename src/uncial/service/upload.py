"""Bodies on their way in: streamed to a file, counted as they come, never held in memory as a whole."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import Request

from uncial.errors import LimitExceeded
from uncial.options import told_bytes
from uncial.service.problems import BodyNotUnderstood

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

Fields = tuple[tuple[str, str], ...]

FILE = "file"
TEXT_FILES = ("templates",)
"""Fields whose text may come as a file: -F templates=@forms.yaml."""
UNNAMED = "upload"
LONGEST_NAME = 255
MAX_FORM_EXTRA = 64 * 1024
"""Bytes of a form besides its file: the other fields, the headers of its parts, the boundaries."""
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
HOW = "Send one file as the field “file”: curl -F file=@page.jpg"


class Sink:
    """Where a document goes while it comes in: the file gets every byte, which is counted and hashed on its way."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file, self._limit = file, limit
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take some more of the document. Raises `LimitExceeded`."""
        self.size += len(data)
        if self.size > self._limit:
            raise too_large(self._limit)
        self._hash.update(data)
        self._file.write(data)

    @property
    def limit(self) -> int:
        """How many bytes it takes."""
        return self._limit

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hexadecimal digits."""
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart form whose file was written away: the name that the client gave the file, and the other fields."""

    name: str
    fields: Fields


async def receive_raw(request: Request, sink: Sink) -> None:
    """Write the body away. Raises `LimitExceeded`, before any of it is read where its length is told."""
    async for chunk in chunks(request, sink.limit, too_large(sink.limit)):
        await asyncio.to_thread(sink.write, chunk)


async def receive_form(request: Request, sink: Sink) -> Form:
    """Write the form's `file` away. Raises `LimitExceeded`, or `BodyNotUnderstood` for any form but one with one file."""
    reader = _FormReader(lambda: sink, at_most=1)
    await _parse_form(request, reader, sink.limit)
    names, fields = reader.result()
    return Form(names[0], fields)


async def receive_files(request: Request, new_sink: Callable[[], Sink], limit: int, at_most: int) -> tuple[list[str], Fields]:
    """Write every `file` of a form away, each to a new sink; their names, and the other fields.

    Raises `LimitExceeded` for more than `limit` bytes in all, or `BodyNotUnderstood`.
    """
    reader = _FormReader(new_sink, at_most)
    await _parse_form(request, reader, limit)
    return reader.result()


async def _parse_form(request: Request, reader: _FormReader, limit: int) -> None:
    _, parameters = parse_options_header(request.headers["content-type"])
    if not parameters.get(b"boundary"):
        raise BodyNotUnderstood("The form's Content-Type names no boundary.", HOW)
    try:
        parser = MultipartParser(parameters[b"boundary"], reader.callbacks())
        async for chunk in chunks(request, limit + MAX_FORM_EXTRA, too_large(limit)):
            await asyncio.to_thread(parser.write, chunk)
    except FormParserError as error:
        raise BodyNotUnderstood(f"The form is broken: {error}.", HOW) from error


async def chunks(request: Request, limit: int, refusal: LimitExceeded) -> AsyncIterator[bytes]:
    """The body piece by piece; the refusal is raised where it is longer than the limit, or says that it will be."""
    told = request.headers.get("content-length", "")
    size = int(told) if told.isdigit() else 0
    if size > limit:
        raise refusal
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise refusal
        yield chunk


def too_large(limit: int) -> LimitExceeded:
    """What is said of a document of more bytes than that."""
    hint = "Send less at once, or raise the service's UNCIAL_MAX_BYTES."
    return LimitExceeded(f"The input is larger than {told_bytes(limit)}.", hint=hint)


class _FormReader:
    """What the streaming parser has seen of the form (RFC 7578): it writes the files away and keeps the other fields."""

    def __init__(self, new_sink: Callable[[], Sink], at_most: int) -> None:
        self._new_sink, self._at_most = new_sink, at_most
        self._sink: Sink | None = None
        self._names: list[str] = []
        self._fields: list[tuple[str, str]] = []
        self._complete = False
        self._begin()

    def callbacks(self) -> MultipartCallbacks:
        """Ourselves as the parser wants us."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def result(self) -> tuple[list[str], Fields]:
        """The names of the files, and the other fields. Raises `BodyNotUnderstood` where it breaks off or has no file."""
        if not self._complete:
            raise BodyNotUnderstood("The form breaks off before its end.", HOW)
        if not self._names:
            raise BodyNotUnderstood("The form has no file.", HOW)
        return self._names, tuple(self._fields)

    def _begin(self) -> None:
        self._header, self._value, self._disposition = bytearray(), bytearray(), b""
        self._field = ""
        self._text = bytearray()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _headers_end(self) -> None:
        _, parameters = parse_options_header(self._disposition)
        self._field = parameters.get(b"name", b"").decode("utf-8", "replace")
        if self._field == FILE:
            if len(self._names) == self._at_most:
                many = "one file" if self._at_most == 1 else f"{self._at_most} files"
                raise BodyNotUnderstood(f"The form has more than {many}.", "Send one request for each file, or use /v1/batch.")
            self._names.append(plain_name(parameters.get(b"filename", b"").decode("utf-8", "replace")))
            self._sink = self._new_sink()
        elif b"filename" in parameters and self._field not in TEXT_FILES:
            raise BodyNotUnderstood(f"The form has a file in the field “{self._field}”.", HOW)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._field != FILE:
            self._text += data[start:end]
        elif self._sink:
            self._sink.write(data[start:end])

    def _part_end(self) -> None:
        if self._field != FILE:
            self._fields.append((self._field, self._text.decode("utf-8", "replace")))

    def _end(self) -> None:
        self._complete = True


def plain_name(name: str) -> str:
    """The last part of the client's name for the file, on one line: it is shown again, and never used as a path."""
    return UNPRINTABLE.sub("", PurePath(name.replace("\\", "/")).name)[-LONGEST_NAME:] or UNNAMED
