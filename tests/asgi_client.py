"""An HTTP client for an ASGI application in the same process: the application gets the body piece by piece, as it asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import httpx
from starlette.types import ASGIApp, Message

Run = Callable[[Coroutine[Any, Any, None]], object]


class AsgiTransport(httpx.BaseTransport):
    def __init__(self, app: ASGIApp, run: Run = asyncio.run) -> None:
        self.app, self._run_to_end = app, run
        self.pieces_read = 0
        """How many pieces of the last body were asked for."""
        self.sent: list[Message] = []
        """What came of the last answer so far."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        pieces = iter(request.stream)
        sent = self.sent = []
        self.pieces_read = 0
        self._run_to_end(self._run(request, pieces, sent))
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=body)

    async def _run(self, request: httpx.Request, pieces: Iterator[bytes], sent: list[Message]) -> None:
        async def receive() -> Message:
            for piece in pieces:
                self.pieces_read += 1
                return {"type": "http.request", "body": piece, "more_body": True}
            if not finished.is_set():
                finished.set()
                return {"type": "http.request", "body": b"", "more_body": False}
            await asyncio.Event().wait()  # a client that stays
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        finished = asyncio.Event()
        async with asyncio.timeout(30):
            await self.app(scope_of(request), receive, send)


def scope_of(request: httpx.Request) -> dict[str, Any]:
    """The request as an ASGI application gets it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 5000),
    }
