"""Results on their way out: streamed from the blob store, in parts where a client asks for a part."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping

from fastapi.responses import Response, StreamingResponse
from starlette.requests import Request

from uncial.errors import JobNotFound
from uncial.jobs.blobs import Blobs
from uncial.service.desk import Result

Span = tuple[int, int]
"""Bytes from which and before which."""


async def blob_response(request: Request, blobs: Blobs, result: Result, media_type: str, headers: Mapping[str, str]) -> Response:
    """The result, or the range of bytes that is asked for (RFC 9110, 14); 304 where the client has it already (13.1.2).

    Raises `JobNotFound` where it is there no longer. What is on its way when it goes is sent to its end, as far as the store can.
    """
    tag = f'"{result.blob.replace("/", "-")}"'
    told = {**headers, "ETag": tag, "Accept-Ranges": "bytes"}
    if request.method != "POST" and _is_known(request, tag):
        return Response(status_code=304, headers=told)
    span = _asked_span(request, result.size, tag)
    start, end = span or (0, result.size)
    if start >= end and span:
        return Response(status_code=416, headers={**told, "Content-Range": f"bytes */{result.size}"})
    if span:
        told["Content-Range"] = f"bytes {start}-{end - 1}/{result.size}"
    told["Content-Length"] = str(end - start)
    status = 206 if span else 200
    if request.method == "HEAD":
        return Response(None, status, told, media_type)
    try:
        pieces = await asyncio.to_thread(blobs.stream, result.blob, start, end)
        first = await asyncio.to_thread(next, pieces, b"")
    except FileNotFoundError:
        raise JobNotFound("The result is no longer there.") from None
    if len(first) == end - start:
        return Response(first, status, told, media_type)
    return StreamingResponse(_streamed(first, pieces), status, told, media_type)


async def _streamed(piece: bytes, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece:
        yield piece
        piece = await asyncio.to_thread(next, pieces, b"")


def _is_known(request: Request, tag: str) -> bool:
    """Whether the client has this very result, or what gzip made of it."""
    told = request.headers.get("if-none-match", "")
    return told.strip() == "*" or tag in told


def _asked_span(request: Request, size: int, tag: str) -> Span | None:
    """The bytes that are asked for, which may be none that there are; None where all of it is.

    Several ranges at once, and what is no range of bytes, are answered with all of it, as a server may.
    """
    match = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", request.headers.get("range", ""))
    if request.method != "GET" or not match or request.headers.get("if-range", tag) != tag:
        return None
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1) if last else size
