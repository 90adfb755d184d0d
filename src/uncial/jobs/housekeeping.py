"""What has to be done now and then, so that no job is lost and nothing stays for ever; in any number of processes at once."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from uncial.errors import UncialError
from uncial.jobs.blobs import Blobs
from uncial.jobs.executor import Executor
from uncial.jobs.store import JobStore

log = logging.getLogger(__name__)

OURS = re.compile("[0-9a-f]{32}")
"""What ids of jobs look like; whatever else lies in the blob store is somebody else's, and stays."""
AT_ONCE = 500
"""Ids that the database is asked about in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How often it is done, in seconds."""

    mend: float = 5.0
    """Between two looks for jobs whose worker is gone, or of which no worker was told."""
    sweep: float = 60.0
    """Between two looks for jobs that are to be forgotten."""
    search: float = 3600.0
    """Between two looks for blobs that belong to no job."""
    silence: float = 60.0
    """After which a broker is told once more of a job that waits, for it may have lost it."""
    orphan: float = 3600.0
    """The age at which a blob without a job is nobody's: until then, its job may still be coming."""
    tidy: float = 7 * 86400.0
    """For which messages that were delivered, and those that never could be, are kept."""


class Housekeeper:
    """Mends, sends again, forgets and clears away as long as it is entered. What goes wrong is logged, and tried again later."""

    def __init__(
        self,
        store: JobStore,
        blobs: Blobs,
        executor: Executor,
        times: Times = Times(),
        *,
        told: Callable[[str], None] = lambda id: None,
    ) -> None:
        """`told` hears of jobs that have changed."""
        self._store, self._blobs, self._executor, self._times, self._told = store, blobs, executor, times, told
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        times = self._times
        # With short leases more often: what the dead have left shall not wait longer than it takes to know that they are.
        chores = (
            (self.mend, min(times.mend, self._store.lease_seconds / 2)),
            (self.sweep, times.sweep),
            (self.search, times.search),
        )
        self._tasks = [asyncio.create_task(_again_and_again(chore, pause)) for chore, pause in chores]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def mend(self) -> None:
        """Have jobs whose worker is gone wait again, and send what waits and was not sent."""
        found = await asyncio.to_thread(self._store.reconcile)
        if found:
            log.warning("Workers were gone; their jobs go on.", extra={"jobs": found})
        unsent = await asyncio.to_thread(self._store.to_send, self._times.silence)
        if unsent:
            await self._executor.sent(unsent)
        for id in found:
            self._told(id)

    async def sweep(self) -> None:
        """Forget what has been kept for long enough: the blobs first, so that what is left after a crash is found again."""
        while ids := await asyncio.to_thread(self._store.expired):
            for id in ids:
                await asyncio.to_thread(self._blobs.delete, id)
            await asyncio.to_thread(self._store.forget, ids)
            log.info("Jobs were forgotten.", extra={"count": len(ids)})
        await asyncio.to_thread(self._store.tidy, self._times.tidy)

    async def search(self) -> None:
        """Delete blobs that belong to no job: their request was broken off, or somebody crashed, before there was one."""
        names = [name for name in await asyncio.to_thread(self._blobs.prefixes) if OURS.fullmatch(name)]
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            known = await asyncio.to_thread(self._store.known_ids, some)
            for name in some:
                if name not in known:
                    await asyncio.to_thread(self._clear_away, name)

    def _clear_away(self, name: str) -> None:
        try:
            age = self._blobs.age(name)
        except FileNotFoundError:  # somebody else was faster
            return
        # Once more, for the job may have come while we looked.
        if age > self._times.orphan and not self._store.known_ids([name]):
            self._blobs.delete(name)
            log.info("Blobs without a job were deleted.", extra={"job": name, "age": round(age)})


async def _again_and_again(chore: Callable[[], Awaitable[None]], pause: float) -> None:
    while True:
        try:
            await chore()
        except UncialError as error:
            log.warning(error.message, extra={"code": error.code}, exc_info=error)
        except Exception:
            # The edge of a task that nobody waits for: a chore that has ended for good is missed only when it is too late.
            log.exception("A chore failed.")
        await asyncio.sleep(pause)
