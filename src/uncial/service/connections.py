"""Connections of clients that take their time: nobody holds one for long who asks for nothing, or does not take the answer.

Uvicorn waits for ever for the headers of a request, for its body, and until an answer is taken. A few hundred clients that send a
byte a minute (“slow loris”) would then be all that the service has room for.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import h11
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

SLOWEST = 16 * 1024
"""Bytes a second, below which a body comes too slowly."""
SLOWEST_READER = 1024
"""Bytes a second, below which an answer is taken too slowly."""
LINGER = 2.0
"""Seconds for which the rest of a body is thrown away that was answered before its end, so that the client sees the answer."""


class Connection(H11Protocol):
    """One connection, which is ended where nothing comes of it."""

    patience: ClassVar[float] = 20.0
    """Seconds that the headers of a request may take."""
    most: ClassVar[int] = 512
    """How many there may be."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.idle_since: float | None = None
        """Since when it has asked for nothing, by the clock of the event loop; None while it waits for an answer."""
        self._watched: object = None
        self._end: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a connection in, for which the oldest that asks for nothing may have to go."""
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > self.most:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop(self._end)
        self._stop(self._stalled)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what the client sends."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Be ready for the next request."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """The client does not take its answer as fast as we have it."""
        super().pause_writing()
        self._expect_taking()

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        self._stop(self._stalled)
        super().resume_writing()

    def _watch(self) -> None:
        """Set a time for headers that have to come, and for the rest of a body that nobody wants; else there is none."""
        theirs = self.conn.their_state
        unwanted = theirs is h11.SEND_BODY and self.conn.our_state is h11.DONE
        watched = theirs if theirs is h11.IDLE or unwanted else None
        if watched is self._watched:
            return
        self._stop(self._end)
        self._watched = watched
        self.idle_since = self.loop.time() if watched else None
        if watched:
            self._end = self.loop.call_later(LINGER if unwanted else self.patience, self.transport.abort)

    def _make_room(self) -> None:
        alive = [each for each in self.connections if isinstance(each, Connection) and not each.transport.is_closing()]
        if len(alive) > self.most:
            min(alive, key=lambda each: self.loop.time() if each.idle_since is None else each.idle_since).transport.abort()

    def _expect_taking(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(self.patience, self._check_taken, left)

    def _check_taken(self, before: int) -> None:
        if before - self.transport.get_write_buffer_size() < self.patience * SLOWEST_READER:
            self.transport.abort()
        else:
            self._expect_taking()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer:
            timer.cancel()


def connections(seconds: float, most: int) -> type[Connection]:
    """What uvicorn makes of each connection, where headers may take so many seconds and there may be so many connections."""
    return type("Connection", (Connection,), {"patience": seconds, "most": most})


class Patient:
    """An application whose clients have to send their bodies within so many seconds, and a second more for each 16 KiB."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on (ASGI)."""
        if scope["type"] == "http":
            receive = _Body(receive, self._seconds).receive
        await self._app(scope, receive, send)


class _Body:
    """A body on its way in. What came faster than it must is no credit for more than the first seconds."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive, self._seconds = receive, seconds
        self._left = seconds
        self._complete = False

    async def receive(self) -> Message:
        """The next piece. Raises an HTTP 408 where it does not come."""
        if self._complete:
            return await self._receive()
        begun = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._left):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The body comes too slowly.", {"Connection": "close"}) from None
        took = asyncio.get_running_loop().time() - begun
        self._left = min(self._seconds, self._left - took + len(message.get("body", b"")) / SLOWEST)
        self._complete = message["type"] != "http.request" or not message.get("more_body", False)
        return message
