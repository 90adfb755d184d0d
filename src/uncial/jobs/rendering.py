"""Results in formats that nobody asked for before: written by worker processes of their own, once, and kept as blobs."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Self

from uncial.errors import JobNotFound, TimeLimitExceeded, WorkerCrashed
from uncial.jobs.blobs import Blobs
from uncial.jobs.job import Job, rendition
from uncial.jobs.process import NotTaken, WorkerKilled, WorkerProcess
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


class Renderer:
    """Writes results in other formats while it is entered."""

    def __init__(self, blobs: Blobs, plan: Plan, folder: Path, terms: Terms = Terms()) -> None:
        self._blobs, self._plan, self._folder, self._terms = blobs, plan, folder, terms
        self._places = asyncio.Semaphore(terms.workers)
        self._making: dict[tuple[str, str], _Making] = {}
        self._idle: dict[WorkerProcess, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Break off what is being written, and end every process."""
        making = [each.task for each in self._making.values()]
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)
        for worker in list(self._idle):
            self._end_idle(worker)
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
        async with self._places:
            folder = self._folder / f"result-{token_hex(8)}"
            try:
                await self._write(await asyncio.to_thread(self._brought, job, task, folder))
                await asyncio.to_thread(self._blobs.put, name, folder / RESULT)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _brought(self, job: Job, task: Render, folder: Path) -> Render:
        """The task with all that it needs in its folder."""
        folder.mkdir(mode=0o700, parents=True)
        try:
            self._blobs.fetch(f"{job.result}/{DOCUMENT}", folder / DOCUMENT)
        except FileNotFoundError:
            raise JobNotFound("The result is no longer there.") from None
        source: Path | None = folder / "source"
        try:
            self._blobs.fetch(f"{job.id}/source", folder / "source")
        except FileNotFoundError:  # most formats do without, and the others say what they need
            source = None
        return Render(folder, source, task.name, task.format, task.output, task.limits, task.password)

    async def _write(self, task: Render) -> None:
        strays = 0
        while True:
            try:
                async with self._worker() as worker, asyncio.timeout(self._terms.seconds):
                    await worker.write(task)
                    return
            except TimeoutError:
                raise TimeLimitExceeded(
                    f"Writing the result took longer than {self._terms.seconds:g} seconds and was stopped.", stage="format"
                ) from None
            except (NotTaken, WorkerCrashed) as end:
                strays += 1
                stray = isinstance(end, NotTaken) or (isinstance(end, WorkerKilled) and end.from_outside)
                log.warning("A worker died while it wrote a result.", extra={"stray": stray}, exc_info=end)
                if stray and strays < MAX_STRAYS:
                    continue
                message = end.message if isinstance(end, WorkerCrashed) else "The workers that should write it are killed."
                raise WorkerCrashed(message, stage="format") from end

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[WorkerProcess]:
        """A worker process for one task; it is killed where it does not come to the end of it."""
        worker = await self._take()
        try:
            yield worker
        except (NotTaken, WorkerCrashed, TimeoutError, asyncio.CancelledError):
            await worker.end()
            raise
        except BaseException:
            self._put_back(worker)
            raise
        self._put_back(worker)

    async def _take(self) -> WorkerProcess:
        while self._idle:
            worker, timer = self._idle.popitem()
            timer.cancel()
            if not worker.ended.done():
                return worker
            await worker.end()
        return await WorkerProcess.start(self._plan)

    def _put_back(self, worker: WorkerProcess) -> None:
        pause = 0.0 if worker.memory > self._terms.max_memory else self._terms.idle_seconds
        self._idle[worker] = asyncio.get_running_loop().call_later(pause, self._end_idle, worker)

    def _end_idle(self, worker: WorkerProcess) -> None:
        with suppress(KeyError):
            self._idle.pop(worker).cancel()
            ending = asyncio.create_task(worker.end())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
