"""Results in formats that nobody asked for before, and images of pages: made by worker processes of their own, once, and kept."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Self

from uncial.errors import JobNotFound, ServiceUnavailable, TimeLimitExceeded, UncialError, WorkerCrashed
from uncial.jobs.blobs import Blobs
from uncial.jobs.job import Job, as_read, page_image, rendition
from uncial.jobs.process import NotTaken, WorkerKilled, WorkerProcess
from uncial.jobs.tray import Tray
from uncial.jobs.wire import CORRECTIONS, DOCUMENT, RESULT, Draw, Fold, Index, Made, Plan, Render
from uncial.options import Output

log = logging.getLogger(__name__)

MAX_STRAYS = 3
"""How many workers may be gone before they had a task, or be killed from outside, before the result fails after all."""
SOURCE = "source"
"""The document's file, as the worker sees it."""


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
    grace_seconds: float = 10.0
    """How long a page may still be drawn when nobody waits for it any more.

    Who turns pages quickly leaves many before they are there. To draw one takes less than to start the next worker.
    """


@dataclass(eq=False, slots=True)
class _Making:
    """A result that is being written, for those who wait for it."""

    task: asyncio.Task[None] = field(init=False)
    waiting: int = 0
    begun: bool = False
    """Whether it has come to its turn."""

    @property
    def left(self) -> bool:
        """Whether it is for nobody any more."""
        return not self.waiting and not self.task.done()


@dataclass(eq=False, slots=True)
class _Seat:
    """A worker process with the tray that it works at."""

    worker: WorkerProcess
    tray: Tray
    holds: str = ""
    """The id of the job whose document lies on the tray, for the next page that is drawn of it."""

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
            await asyncio.to_thread(self._check_still_there, job)
        return name

    async def draw(self, job: Job, number: int, width: int, password: str = "") -> str:
        """The name of the blob with the image of a page, which is drawn where it is not there yet; `width` is as in `Draw`.

        Raises `JobNotFound` where the document is not there, `PageNotFound`, `TimeLimitExceeded`, `WorkerCrashed`, and what keeps
        the page from being drawn.
        """
        name, order = page_image(job.id, number, width), job.order
        if not await asyncio.to_thread(self._is_there, name):
            place, dpi = self._folder, order.options.pdf_dpi
            await self._wait(name, job, Draw(place, place, job.id, order.name, number, width, dpi, order.limits, password))
        return name

    async def index(self, job: Job) -> str:
        """The name of the blob that says what pages the document has as it was read, and where each stands in its JSON.

        Raises as `render` does.
        """
        read = replace(job, result=as_read(job.result))
        name = f"{read.result}/pages.json"
        if not await asyncio.to_thread(self._is_there, name):
            await self._wait(name, read, Index(self._folder))
        return name

    async def correct(self, job: Job, said: Path, result: str) -> None:
        """Make a result of that name: the document as it was read with the corrections that the file says, and these.

        Raises `CorrectionInvalid`, and as `render` does.
        """
        await self._wait(result, replace(job, result=as_read(job.result)), Fold(self._folder, said))

    async def forget(self, id: str) -> None:
        """Keep nothing of a job: not its document on a tray, and not open in a worker."""
        for seat in [seat for seat in self._idle if seat.holds == id]:
            self._end_idle(seat)
        if self._ending:
            await asyncio.wait(self._ending)  # whoever stops waiting does not stop it

    async def _wait(self, name: str, job: Job, task: Made) -> None:
        """Wait for a result that is being made; who is the first to ask has it begun, who is the last to go breaks it off."""
        key = name, task.password if isinstance(task, Render | Draw) else ""
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = _Making()
            making.task = asyncio.create_task(self._make(name, job, task, making))
            making.task.add_done_callback(lambda done: self._done(key, making))
        making.waiting += 1
        try:
            await asyncio.shield(making.task)
        except asyncio.CancelledError:
            if making.task.cancelled():  # it was we who are ended, and not whoever waits
                raise ServiceUnavailable("The service is stopping.") from None
            raise
        finally:
            making.waiting -= 1
            if making.left and making.begun and isinstance(task, Draw):
                asyncio.get_running_loop().call_later(self._terms.grace_seconds, self._break_off, key, making)
            else:
                self._break_off(key, making)

    def _break_off(self, key: tuple[str, str], making: _Making) -> None:
        """Break it off where it is for nobody."""
        if making.left:
            self._forget(key, making)
            making.task.cancel()

    def _done(self, key: tuple[str, str], making: _Making) -> None:
        if not making.task.cancelled():
            making.task.exception()  # where nobody waits any more, nobody else looks at it
        self._forget(key, making)

    def _forget(self, key: tuple[str, str], making: _Making) -> None:
        if self._making.get(key) is making:
            del self._making[key]

    def _check_still_there(self, job: Job) -> None:
        """Where the result went while something was made of it, leave nothing of that behind. Raises `JobNotFound`."""
        if not self._is_there(f"{job.result}/{DOCUMENT}"):
            self._blobs.delete(job.result)
            raise JobNotFound("The result is no longer there.")

    def _is_there(self, name: str) -> bool:
        try:
            self._blobs.size(name)
        except FileNotFoundError:
            return False
        return True

    async def _make(self, name: str, job: Job, task: Made, making: _Making) -> None:
        strays = 0
        while True:
            try:
                async with self._places:
                    making.begun = True
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

    async def _try(self, name: str, job: Job, task: Made) -> None:
        """Have one worker write it. Raises TimeoutError, `WorkerCrashed`, `NotTaken`, or what the format raises."""
        async with self._seat(job.id) as seat:
            brought = await asyncio.to_thread(self._brought, job, task, seat)
            async with asyncio.timeout(self._terms.seconds):
                await seat.worker.write(brought)
            await asyncio.to_thread(self._keep, _files(name, task), seat.tray)

    def _brought(self, job: Job, task: Made, seat: _Seat) -> Made:
        """The task as the worker is told, with all that it needs on the tray."""
        if seat.holds not in ("", job.id):
            seat.tray.clear()
            seat.holds = ""
        match task:
            case Draw():
                return self._to_draw(job, task, seat)
            case Render():
                return self._to_render(job, task, seat)
            case Index():
                self._give_document(job, seat)
                return replace(task, folder=seat.tray.folder)
            case Fold():
                self._give_document(job, seat)
                said = seat.tray.give("said", partial(shutil.copyfile, task.said))
                return replace(task, folder=seat.tray.folder, said=said)

    def _to_draw(self, job: Job, task: Draw, seat: _Seat) -> Draw:
        if not seat.holds:
            self._give(seat.tray, SOURCE, f"{job.id}/source", "The document is not there.")
            seat.holds = job.id
        return replace(task, folder=seat.tray.folder, source=seat.tray.folder / SOURCE)

    def _to_render(self, job: Job, task: Render, seat: _Seat) -> Render:
        self._give_document(job, seat)
        source: Path | None = seat.tray.folder / SOURCE
        if not seat.holds:
            try:
                self._give(seat.tray, SOURCE, f"{job.id}/source")
            except JobNotFound:  # most formats do without, and the others say what they need
                source = None
        return replace(task, folder=seat.tray.folder, source=source)

    def _give_document(self, job: Job, seat: _Seat) -> None:
        self._give(seat.tray, DOCUMENT, f"{job.result}/{DOCUMENT}", "The result is no longer there.")

    def _give(self, tray: Tray, name: str, blob: str, otherwise: str = "") -> None:
        """Put a copy of a blob on the tray. Raises `JobNotFound` where there is none."""
        try:
            tray.give(name, partial(self._blobs.fetch, blob))
        except FileNotFoundError:
            raise JobNotFound(otherwise) from None

    def _keep(self, made: Mapping[str, str], tray: Tray) -> None:
        """Keep what the worker made: each blob with the name of its file."""
        for name, file in made.items():
            ours = tray.take(file)
            try:
                self._blobs.put(name, ours)
            finally:
                ours.unlink(missing_ok=True)

    @asynccontextmanager
    async def _seat(self, id: str) -> AsyncIterator[_Seat]:
        """A worker process for one task of a job; it is killed where it does not come to the end of it."""
        seat = await self._take(id)
        try:
            yield seat
        except BaseException as error:
            if isinstance(error, UncialError) and not isinstance(error, WorkerCrashed):
                await self._put_back(seat)
            else:
                await seat.end()
            raise
        await self._put_back(seat)

    async def _take(self, id: str) -> _Seat:
        while self._idle:
            seat = max(reversed(self._idle), key=lambda seat: (seat.holds == id, not seat.holds))
            self._idle.pop(seat).cancel()
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
        try:
            await asyncio.to_thread(seat.tray.clear, SOURCE if seat.holds else "")
        except BaseException:
            await seat.end()
            raise
        pause = 0.0 if seat.worker.memory > self._terms.max_memory else self._terms.idle_seconds
        self._idle[seat] = asyncio.get_running_loop().call_later(pause, self._end_idle, seat)

    def _end_idle(self, seat: _Seat) -> None:
        if timer := self._idle.pop(seat, None):
            timer.cancel()
            ending = asyncio.create_task(seat.end())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


def _files(name: str, task: Made) -> dict[str, str]:
    """The blobs that a task makes, each with the name of its file on the tray."""
    return {f"{name}/{CORRECTIONS}": CORRECTIONS, f"{name}/{DOCUMENT}": RESULT} if isinstance(task, Fold) else {name: RESULT}
