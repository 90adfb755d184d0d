"""Word within this process that something happened to a job, for those who wait for it; others find out by looking."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Ear:
    """Hears the bell for one job."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    async def hear(self, seconds: float) -> None:
        """Wait until it has rung since the last time, or for so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.rung.wait()
        self.rung.clear()


class Bell:
    """Rings for jobs, in one event loop."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, list[Ear]] = defaultdict(list)

    def ring(self, id: str) -> None:
        """Wake all who wait for that job."""
        for ear in self._waiting.get(id, ()):
            ear.rung.set()

    def ring_all(self) -> None:
        """Wake all who wait for any job."""
        for id in list(self._waiting):
            self.ring(id)

    @property
    def listeners(self) -> int:
        """How many listen just now."""
        return sum(len(ears) for ears in self._waiting.values())

    @contextmanager
    def listening(self, id: str) -> Iterator[Ear]:
        """Listen for that job: it is not missed when it rings while whoever listens looks at the job."""
        ear = Ear()
        self._waiting[id].append(ear)
        try:
            yield ear
        finally:
            self._waiting[id].remove(ear)
            if not self._waiting[id]:
                del self._waiting[id]
