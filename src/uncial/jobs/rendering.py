"""Results in formats that nobody asked for before: written by worker processes of their own, once, and kept as blobs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

from uncial.errors import JobNotFound, ServiceUnavailable, TimeLimitExceeded, UncialError, WorkerCrashed
from uncial.jobs.blobs import Blobs
from uncial.jobs.job import Job, rendition
from uncial.jobs.process import NotTaken, WorkerKilled, WorkerProcess
from uncial.jobs.tray import Tray
from uncial.jobs.wire import DOCUMENT, RESULT, Plan, Render
from uncial.options import Output

log = logging.getLogger(__name__)

MAX_STRAYS = 3
"""How many workers may be gone before they had a task, or be killed from outside, before the result fails after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a renderer works."""

    workers: int = 2
    """Results that are written at the same time; others wait."""
    seconds: float = 120.0
    """How long writing one may take."""
    idle_seconds: float = 180.0
    """How long a worker process is kept that nobody needs."""
    max_memory: int = 1 << 30
    """Bytes that it may hold after a result before it is ended."""


@dataclass(eq=False, slots=True)
class _Making:
    """A result that is being written, for those who wait for it."""

    task: asyncio.Task[None]
    waiting: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class _Seat:
    """A worker process with the tray that it works at."""

    worker: WorkerProcess
    tray: Tray

    async def end(self) -> None:
        try:
            await self.worker.end()
        finally:
            await asyncio.to_thread(self.tray.remove)


class Renderer:
    """Writes results in other formats while it is entered."""

    def __init__(self, blobs: Blobs, plan: Plan, folder: Path, terms: Terms = Terms()) -> None:
        self._blobs, self._plan, self._folder, self._terms = blobs, plan, folder, terms
        self._places = asyncio.Semaphore(terms.workers)
        self._making: dict[tuple[str, str], _Making] = {}
        self._idle: dict[_Seat, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Break off what is being written, and end every process."""
        making = [each.task for each in self._making.values()]
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)
        for seat in list(self._idle):
            self._end_idle(seat)
        await asyncio.gather(*self._ending)

    async def render(self, job: Job, format: str, output: Output, password: str = "") -> str:
        """The name of the blob with the result of a job in that format, which is written where it is not there yet.

        Raises `JobNotFound` where the result is gone, `TimeLimitExceeded`, `WorkerCrashed`, and what the format raises.
        """
        if format == "json":
            return f"{job.result}/{DOCUMENT}"
        name = rendition(job.result, format, output)
        if not await asyncio.to_thread(self._is_there, name):
            await self._wait(name, job, Render(self._folder, None, job.order.name, format, output, job.order.limits, password))
        return name

    async def _wait(self, name: str, job: Job, task: Render) -> None:
        """Wait for a result that is being written; who is the first to ask has it begun, who is the last to go breaks it off."""
        key = name, task.password
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = _Making(asyncio.create_task(self._make(name, job, task)))
            making.task.add_done_callback(lambda _: self._forget(key, making))
        making.waiting += 1
        try:
            await asyncio.shield(making.task)
        except asyncio.CancelledError:
            if making.task.cancelled():  # it was we who are ended, and not whoever waits
                raise ServiceUnavailable("The service is stopping.") from None
            raise
        finally:
            making.waiting -= 1
            if not making.waiting and not making.task.done():
                self._forget(key, making)
                making.task.cancel()

    def _forget(self, key: tuple[str, str], making: _Making) -> None:
        if self._making.get(key) is making:
            del self._making[key]

    def _is_there(self, name: str) -> bool:
        try:
            self._blobs.size(name)
        except FileNotFoundError:
            return False
        return True

    async def _make(self, name: str, job: Job, task: Render) -> None:
        strays = 0
        while True:
            try:
                await self._try(name, job, task)
                return
            except TimeoutError:
                raise TimeLimitExceeded(
                    f"Writing the result took longer than {self._terms.seconds:g} seconds and was stopped.", stage="format"
                ) from None
            except (NotTaken, WorkerCrashed) as end:
                strays += 1
                stray = isinstance(end, NotTaken) or (isinstance(end, WorkerKilled) and end.from_outside)
                log.warning("A worker died while it wrote a result.", extra={"job": job.id, "stray": stray}, exc_info=end)
                if stray and strays < MAX_STRAYS:
                    continue
                message = end.message if isinstance(end, WorkerCrashed) else "The workers that should write it are killed."
                raise WorkerCrashed(message, stage="format") from end

    async def _try(self, name: str, job: Job, task: Render) -> None:
        """Have one worker write it. Raises TimeoutError, `WorkerCrashed`, `NotTaken`, or what the format raises."""
        async with self._places, self._seat() as seat:
            brought = await asyncio.to_thread(self._bring, job, task, seat.tray)
            async with asyncio.timeout(self._terms.seconds):
                await seat.worker.write(brought)
            await asyncio.to_thread(self._keep, name, seat.tray)

    def _bring(self, job: Job, task: Render, tray: Tray) -> Render:
        """Put all that the task needs on the tray; the task as the worker is told."""
        try:
            tray.give(DOCUMENT, partial(self._blobs.fetch, f"{job.result}/{DOCUMENT}"))
        except FileNotFoundError:
            raise JobNotFound("The result is no longer there.") from None
        try:
            source = tray.give("source", partial(self._blobs.fetch, f"{job.id}/source"))
        except FileNotFoundError:  # most formats do without, and the others say what they need
            source = None
        return replace(task, folder=tray.folder, source=source)

    def _keep(self, name: str, tray: Tray) -> None:
        ours = tray.take(RESULT)
        try:
            self._blobs.put(name, ours)
        finally:
            ours.unlink(missing_ok=True)

    @asynccontextmanager
    async def _seat(self) -> AsyncIterator[_Seat]:
        """A worker process for one task; it is killed where it does not come to the end of it."""
        seat = await self._take()
        try:
            yield seat
        except BaseException as error:
            if isinstance(error, UncialError) and not isinstance(error, WorkerCrashed):
                await self._put_back(seat)
            else:
                await seat.end()
            raise
        await self._put_back(seat)

    async def _take(self) -> _Seat:
        while self._idle:
            seat, timer = self._idle.popitem()
            timer.cancel()
            if not seat.worker.ended.done():
                return seat
            await seat.end()
        tray = Tray(self._folder)
        await asyncio.to_thread(tray.make)
        try:
            return _Seat(await WorkerProcess.start(self._plan, tray.folder), tray)
        except BaseException:
            await asyncio.to_thread(tray.remove)
            raise

    async def _put_back(self, seat: _Seat) -> None:
        await asyncio.to_thread(seat.tray.clear)
        pause = 0.0 if seat.worker.memory > self._terms.max_memory else self._terms.idle_seconds
        self._idle[seat] = asyncio.get_running_loop().call_later(pause, self._end_idle, seat)

    def _end_idle(self, seat: _Seat) -> None:
        if timer := self._idle.pop(seat, None):
            timer.cancel()
            ending = asyncio.create_task(seat.end())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
