"""A runner in a process whose main thread belongs to somebody else, who brings it the ids of jobs and may interrupt it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from uncial.errors import UncialError
from uncial.jobs.executor import FIRST_PAUSE, LONGEST_PAUSE, worker_name
from uncial.jobs.job import Job, Lease
from uncial.jobs.runner import Runner
from uncial.jobs.store import JobStore

log = logging.getLogger(__name__)

GIVE_BACK = 10.0
"""Seconds that an interrupted job has for being given back."""
LONG_AGO = 1e9
"""Seconds: longer than any broker was silent, so that only jobs are found of which none was ever told."""


class Seat:
    """Does jobs by their ids, one at a time, on an event loop in a thread of its own; its worker process is started at once."""

    def __init__(self, make_runner: Callable[[], Runner]) -> None:
        self._make_runner, self._pause = make_runner, FIRST_PAUSE
        self._runner: Runner | None = None
        self._starting = asyncio.Lock()
        self._idle = Event()
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._prepare(), self._loop)

    @property
    def store(self) -> JobStore:
        """The jobs. There is none before the first one was run."""
        assert self._runner
        return self._runner.store

    def run(self, id: str) -> list[Job]:
        """Do that job, if it is still to be done; which jobs can be begun now that it is.

        Whatever interrupts the waiting thread, a signal's handler for one, has the job given back for others, and goes on.
        Raises the error that keeps a worker process from starting here, after a while: then it is to be done elsewhere.
        """
        self._idle.clear()
        doing = asyncio.run_coroutine_threadsafe(self._run(id), self._loop)
        try:
            return doing.result()
        except BaseException:
            doing.cancel()
            if not self._idle.wait(GIVE_BACK):
                log.error("A job could not be given back.", extra={"job": id})
            raise

    async def _run(self, id: str) -> list[Job]:
        try:
            runner = await self._ready()
            lease = await runner.persist(runner.store.lease, id, worker_name(0))
            if lease is None:
                log.info("A job is done already, or somebody else has it.", extra={"job": id})
                return []
            return await self._do(runner, lease)
        finally:
            self._idle.set()

    async def _do(self, runner: Runner, lease: Lease) -> list[Job]:
        id = lease.job.id
        try:
            await runner.run(lease)
            return await asyncio.to_thread(_ready_now, runner.store, lease.job)
        except asyncio.CancelledError:
            raise
        except Exception:
            # The edge of a place: whatever it is, the job is taken over by another, or ends when that has happened too often.
            log.exception("A job was dropped.", extra={"job": id})
            await runner.end_worker()
        return []

    async def _prepare(self) -> None:
        with suppress(UncialError):  # it is told when a job comes
            await self._ready()

    async def _ready(self) -> Runner:
        """The runner, its worker process ready."""
        async with self._starting:
            try:
                if self._runner is None:
                    self._runner = await asyncio.to_thread(self._make_runner)
                await self._runner.start()
            except UncialError as error:
                log.error(error.message, extra={"code": error.code}, exc_info=error)
                await asyncio.sleep(self._pause)
                self._pause = min(2 * self._pause, LONGEST_PAUSE)
                raise
            self._pause = FIRST_PAUSE
            return self._runner


def _ready_now(store: JobStore, job: Job) -> list[Job]:
    """The parts of the job, where it was just split, or the whole that it was the last part of; others wait for word already."""
    return store.to_send(LONG_AGO) if job.parent or store.has_parts(job.id) else []
