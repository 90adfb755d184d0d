"""Results on their way out: streamed from the blob store, in parts where a client asks for a part."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping

from fastapi.responses import Response, StreamingResponse
from starlette.requests import Request

from uncial.jobs.blobs import Blobs
from uncial.service.desk import Result

WHOLE = 1 << 20
"""Bytes up to which a result is sent as one piece, with its length known to all that stand between."""


async def blob_response(request: Request, blobs: Blobs, result: Result, media_type: str, headers: Mapping[str, str]) -> Response:
    """The result, or the range of bytes that is asked for (RFC 9110, 14); 304 where the client has it already (13.1.2)."""
    tag = f'"{result.blob.replace("/", "-")}"'
    told = {**headers, "ETag": tag, "Accept-Ranges": "bytes"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=told)
    span = _span(request, result.size, tag)
    if span is None:
        return Response(status_code=416, headers={**told, "Content-Range": f"bytes */{result.size}"})
    start, end = span
    status = 200
    if end - start < result.size:
        status, told["Content-Range"] = 206, f"bytes {start}-{end - 1}/{result.size}"
    if end - start <= WHOLE:
        content = await asyncio.to_thread(lambda: b"".join(blobs.stream(result.blob, start, end)))
        return Response(content, status, told, media_type)
    told["Content-Length"] = str(end - start)
    return StreamingResponse(_streamed(blobs, result.blob, start, end), status, told, media_type)


async def _streamed(blobs: Blobs, name: str, start: int, end: int) -> AsyncIterator[bytes]:
    pieces = blobs.stream(name, start, end)
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def _span(request: Request, size: int, tag: str) -> tuple[int, int] | None:
    """The bytes that are asked for, from and before which; None where there are none such.

    Several ranges at once, and what is no range of bytes, are answered with all of it, as a server may.
    """
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("range", ""))
    if not match or not (match[1] or match[2]) or request.headers.get("if-range", tag) != tag:
        return 0, size
    if not match[1]:
        start, end = max(0, size - int(match[2])), size
    else:
        start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
    return (start, end) if start < end else None
