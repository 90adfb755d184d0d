"""One place where jobs are done: `Runner.run(lease)` takes a job from its bytes to its result, whatever happens on the way.

The runner holds the keys to the database and to the blob store and touches no document; its worker process reads documents and
holds no key. Every page that is done is put away at once. A worker that dies, or takes too long, costs the page that it was at
and nothing else: the page is tried again by a fresh worker, and counts as failed when it has killed two.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import ParamSpec, TypeVar

from uncial.errors import ServiceUnavailable, UncialError
from uncial.jobs.blobs import Blobs
from uncial.jobs.checkpoints import failure_of
from uncial.jobs.course import Course
from uncial.jobs.job import Ending, Lease, State
from uncial.jobs.process import WorkerProcess
from uncial.jobs.store import JobStore, LeaseLost, Pulse
from uncial.jobs.telling import telling
from uncial.jobs.tray import Tray
from uncial.jobs.wire import Plan
from uncial.options import Limits
from uncial.sources import read_bytes

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Found = TypeVar("Found")
Fetch = Callable[[str, Limits], tuple[bytes, str]]
"""From a URL to the bytes behind it and their name. Raises `UncialError`."""

PULSE = 1.0
"""Seconds between two heartbeats, and so the longest that it takes until a cancelled job stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a runner works."""

    max_jobs: int = 500
    """Documents that a worker process reads before a fresh one takes its place."""
    max_memory: int = 2 << 30
    """Bytes that it may hold after a document before a fresh one takes its place."""
    part_pages: int = 0
    """Documents of more than twice as many pages are split into parts of so many, for several runners; 0 for never."""
    max_strays: int = 8
    """How many workers may be killed from outside, one after the other, before the page that they were at is blamed after all."""
    patience: float = 600.0
    """Seconds to wait for a database or a blob store that does not answer, before the work is given up to another."""


class Runner:
    """Does one job at a time with a worker process of its own."""

    def __init__(
        self,
        store: JobStore,
        blobs: Blobs,
        plan: Plan,
        folder: Path,
        terms: Terms = Terms(),
        *,
        told: Callable[[str], None] = lambda id: None,
        ended: Callable[[Lease, Ending], None] = lambda lease, ending: None,
        fetch: Fetch = read_bytes,
    ) -> None:
        self.store, self.blobs, self.terms, self.fetch = store, blobs, terms, fetch
        self._plan, self._told, self._ended = plan, told, ended
        self.tray = Tray(folder)
        self._worker: WorkerProcess | None = None
        self._pulse = asyncio.Event()
        self.lease: Lease | None = None
        """The job that it has just now."""

    @property
    def worker(self) -> WorkerProcess | None:
        """Its process, where it has one that lives."""
        return self._worker

    async def start(self) -> WorkerProcess:
        """The worker process, which is there and ready now. Raises the error that kept it from starting."""
        if self._worker and self._worker.ended.done():
            await self.end_worker()
        if self._worker is None:
            await asyncio.to_thread(self.tray.make)
            self._worker = await WorkerProcess.start(self._plan, self.tray.folder)
            log.info("A worker is ready.", extra={"pid": self._worker.pid})
        return self._worker

    async def end_worker(self) -> None:
        """Kill the worker process, if there is one, with all that it has started."""
        worker, self._worker = self._worker, None
        if worker:
            await worker.end()

    def nudge(self, id: str) -> None:
        """Look at once whether that job is to be broken off."""
        if self.lease and id in (self.lease.job.id, self.lease.job.parent):
            self._pulse.set()

    async def run(self, lease: Lease) -> None:
        """Do a job to its end, unless it is broken off or lost. When cancelled, the job is given back for others."""
        with telling(lease.job.parent or lease.job.id, lease.job.order.traceparent):
            await self._run(lease)

    async def _run(self, lease: Lease) -> None:
        self.lease = lease
        extra = {"job": lease.job.parent or lease.job.id, "attempt": lease.job.attempt}
        doing = asyncio.create_task(self._do(lease))
        beating = asyncio.create_task(self._beat(lease))
        try:
            await asyncio.wait({doing, beating}, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
            else:
                await self._break_off(doing)
                log.info("A job was broken off.", extra=extra)
                if beating.result() is Pulse.CANCELLED:
                    with suppress(LeaseLost):
                        await self._finish(lease, Ending(state=State.CANCELLED))
                        if not lease.job.parent:  # nobody can have anything of it any more
                            await self.persist(self.blobs.delete, lease.job.id)
        except LeaseLost:
            log.warning("A job was lost to another worker.", extra=extra)
            await self.end_worker()
        except asyncio.CancelledError:
            await self._break_off(doing)
            with suppress(ServiceUnavailable):
                await asyncio.to_thread(self.store.release, lease)
            raise
        finally:
            beating.cancel()
            self.lease = None
            await asyncio.to_thread(self.tray.clear)
            self._told(lease.job.parent or lease.job.id)
        await self._recycle()

    def tell(self, id: str) -> None:
        """Tell those in this process who wait for that job that something happened."""
        self._told(id)

    async def persist(self, call: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
        """What the store or the blobs answer; where they do not, it is tried again for as long as the terms say."""
        end, pause = perf_counter() + self.terms.patience, 0.1
        while True:
            try:
                return await asyncio.to_thread(call, *given, **named)
            except ServiceUnavailable:
                if perf_counter() > end:
                    raise
                log.warning("The database or the blob store does not answer.", exc_info=True)
            await asyncio.sleep(pause)
            pause = min(2 * pause, 2.0)

    async def _do(self, lease: Lease) -> None:
        try:
            await asyncio.to_thread(self.tray.make)
            ending = await Course(self, lease).result()
        except UncialError as error:
            if isinstance(error, ServiceUnavailable):  # not the document's fault: another worker will try again
                log.warning("A job is given back: %s", error.message, extra={"job": lease.job.id})
                await asyncio.to_thread(self.store.release, lease)
                return
            ending = Ending(state=State.FAILED, error=failure_of(error))
            level = logging.ERROR if error.http_status >= 500 else logging.INFO
            log.log(level, "A job failed.", extra={"job": lease.job.id, "code": error.code}, exc_info=error.http_status >= 500)
        if ending:
            await self._finish(lease, ending)

    async def _finish(self, lease: Lease, ending: Ending) -> None:
        await self.persist(self.store.finish, lease, ending)
        self._ended(lease, ending)

    async def _beat(self, lease: Lease) -> Pulse:
        """Say again and again that we live; what ended that."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(PULSE):
                    await self._pulse.wait()
            self._pulse.clear()
            pulse = await self.persist(self.store.heartbeat, lease)
            if pulse is not Pulse.GOING:
                return pulse

    async def _break_off(self, doing: asyncio.Task[None]) -> None:
        doing.cancel()
        await asyncio.wait({doing})
        await self.end_worker()

    async def _recycle(self) -> None:
        worker = self._worker
        if worker and (worker.jobs >= self.terms.max_jobs or worker.memory > self.terms.max_memory):
            log.info("A worker has done its share.", extra={"pid": worker.pid, "jobs": worker.jobs, "memory": worker.memory})
            await self.end_worker()
