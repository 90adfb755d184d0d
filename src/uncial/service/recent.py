"""What was found out a moment ago need not be found out again: for answers that anybody may ask for as often as they like."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Recent(Generic[Found]):
    """Finds something out once in so many seconds, however many ask for it at the same time."""

    def __init__(self, find: Callable[[], Awaitable[Found]], seconds: float = 1.0) -> None:
        self._find, self._seconds = find, seconds
        self._finding: asyncio.Task[Found] | None = None
        self._until = 0.0

    async def get(self) -> Found:
        """What was found out last, or what is being found out now. Raises whatever finding it out raises."""
        finding, now = self._finding, asyncio.get_running_loop().time()
        if finding is None or finding.cancelled() or (finding.done() and now >= self._until):
            finding = self._finding = asyncio.create_task(self._found())
        return await asyncio.shield(finding)

    async def _found(self) -> Found:
        try:
            return await self._find()
        finally:
            self._until = asyncio.get_running_loop().time() + self._seconds
