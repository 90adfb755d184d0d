"""Clients that leave: who waits for an answer is watched, so that nothing is done for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

Found = TypeVar("Found")


async def unless_client_leaves(request: Request, work: Coroutine[None, None, Found]) -> Found:
    """What the work brings; it is cancelled as soon as nobody waits for it any more. Raises `ClientDisconnect` then."""
    async with _running(work) as working, _running(_left(request)) as leaving:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()


@asynccontextmanager
async def _running(work: Coroutine[None, None, Found]) -> AsyncIterator[asyncio.Task[Found]]:
    """A task that does not outlive the block."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _left(request: Request) -> None:
    """Return when the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
