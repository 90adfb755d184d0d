"""Word within this process that something happened to a job, for those who wait for it; others find out by looking."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress


class Bell:
    """Rings for jobs, in one event loop."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, list[asyncio.Event]] = defaultdict(list)

    def ring(self, id: str) -> None:
        """Wake all who wait for that job."""
        for event in self._waiting.get(id, ()):
            event.set()

    def ring_all(self) -> None:
        """Wake all who wait for any job."""
        for id in list(self._waiting):
            self.ring(id)

    async def wait(self, id: str, seconds: float) -> None:
        """Wait until it rings for that job, or for so many seconds."""
        event = asyncio.Event()
        self._waiting[id].append(event)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await event.wait()
        finally:
            self._waiting[id].remove(event)
            if not self._waiting[id]:
                del self._waiting[id]
