"""Who does the jobs: runners in this process (`LocalExecutor`), or workers elsewhere behind a broker (`uncial.jobs.cluster`).

Either way the table of jobs is what counts; an executor only hears of jobs sooner than it would find them there.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, Self

from uncial.errors import ServiceUnavailable, UncialError
from uncial.jobs.job import Job, Lease
from uncial.jobs.runner import Runner
from uncial.jobs.store import JobStore

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a worker that would not start is tried again: doubled each time."""
LOOK_AGAIN = 1.0
"""Seconds after which an idle place looks for jobs that nobody told it of."""


class PlaceState(Enum):
    """What one place for a worker is doing."""

    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an executor is doing, for whoever asks after its health."""

    workers: dict[str, int]
    """How many there are in each state."""
    memory: tuple[int, ...] = ()
    """Bytes that each worker process held when it last replied."""
    fault: UncialError | None = None
    """Why nothing can be read, where nothing can."""


class Executor(AbstractAsyncContextManager["Executor"], Protocol):
    """Has jobs done while it is entered."""

    async def sent(self, jobs: Sequence[Job]) -> None:
        """Hear that these jobs wait to be done. Not to hear of it delays them, and no more."""
        ...

    async def cancelled(self, job: Job) -> None:
        """Hear that this job is to be broken off. Not to hear of it delays that by a second, and no more."""
        ...

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and give what is being done so many seconds to come to its end."""
        ...

    def standing(self) -> Standing:
        """How it is doing just now."""
        ...


@dataclass(eq=False, slots=True)
class _Place:
    """A place for one worker, whichever process fills it just now."""

    name: str
    runner: Runner
    state: PlaceState = PlaceState.STARTING
    fault: UncialError | None = None
    minding: asyncio.Task[None] | None = field(default=None)


class LocalExecutor:
    """Worker processes on this machine, one task minding each; the table of jobs is the queue before them."""

    def __init__(self, store: JobStore, make_runner: Callable[[], Runner], workers: int, *, pause: float = FIRST_PAUSE) -> None:
        self._store, self._pause = store, pause
        self._places = [_Place(worker_name(number), make_runner()) for number in range(workers)]
        self._news = asyncio.Event()
        self._draining = False

    async def __aenter__(self) -> Self:
        for place in self._places:
            place.minding = asyncio.create_task(self._mind(place))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Break off what still runs; those jobs wait again, for whoever comes next."""
        tasks = [place.minding for place in self._places if place.minding]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def sent(self, jobs: Sequence[Job]) -> None:
        """Wake the places that are idle."""
        self._news.set()

    async def cancelled(self, job: Job) -> None:
        """Have the place that has the job look at once."""
        for place in self._places:
            place.runner.nudge(job.id)

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and give what is being done so many seconds to come to its end."""
        self._draining = True
        self._news.set()
        end = asyncio.get_running_loop().time() + seconds
        while any(place.state is PlaceState.BUSY for place in self._places) and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)

    def standing(self) -> Standing:
        """How many workers are starting, ready, busy and failed, and what they hold."""
        workers = {state.value: sum(place.state is state for place in self._places) for state in PlaceState}
        held = tuple(place.runner.worker.memory for place in self._places if place.runner.worker)
        fault = self._places[0].fault if all(place.fault for place in self._places) else None
        return Standing(workers, held, fault)

    async def _mind(self, place: _Place) -> None:
        """Keep a worker in this place: a new one as soon as the old one is gone, slower and slower where it does no good."""
        pause = self._pause
        try:
            while True:
                if not await self._start(place):
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                    continue
                lease = await self._next(place)
                if lease:
                    pause = self._pause
                    await self._do(place, lease)
        finally:
            await place.runner.end_worker()

    async def _start(self, place: _Place) -> bool:
        """Whether the place has a worker that is ready; where it cannot be started, the place says why, and so does the log."""
        place.state = PlaceState.READY if place.runner.worker else PlaceState.STARTING
        try:
            await place.runner.start()
        except UncialError as error:
            place.state, place.fault = PlaceState.FAILED, error
            log.error(error.message, extra={"code": error.code}, exc_info=error)
            return False
        place.state, place.fault = PlaceState.READY, None
        return True

    async def _next(self, place: _Place) -> Lease | None:
        """A job for this place, as soon as there is one; None where its worker dies first, or after a while."""
        self._news.clear()
        if not self._draining:
            try:
                lease = await asyncio.to_thread(self._store.lease_next, place.name)
            except ServiceUnavailable as error:
                log.warning(error.message, extra={"code": error.code}, exc_info=error)
                lease = None
            if lease:
                self._news.set()  # there may be more, for others
                return lease
        worker = place.runner.worker
        assert worker
        news = asyncio.create_task(self._news.wait())
        either: set[asyncio.Future[Any]] = {news, worker.ended}
        try:
            await asyncio.wait(either, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        if worker.ended.done():
            log.warning("A worker died while it was idle.", extra={"pid": worker.pid})
        return None

    async def _do(self, place: _Place, lease: Lease) -> None:
        place.state = PlaceState.BUSY
        try:
            await place.runner.run(lease)
        except asyncio.CancelledError:
            raise
        except Exception:
            # The edge of a place: whatever it is, the job is taken over by another, or ends when that has happened too often.
            log.exception("A job was dropped.", extra={"job": lease.job.id})
            await place.runner.end_worker()


def worker_name(number: int) -> str:
    """Who has a job, for whoever looks into the table: the machine, the process and the place in it."""
    return f"{socket.gethostname()}:{os.getpid()}:{number}"[-128:]
