"""One place where jobs are done: `Runner.run(lease)` takes a job from its bytes to its result, whatever happens on the way.

The runner holds the keys to the database and to the blob store and touches no document; its worker process reads documents and
holds no key. Every page that is done is put away at once. A worker that dies, or takes too long, costs the page that it was at
and nothing else: the page is tried again by a fresh worker, and counts as failed when it has killed two.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import ParamSpec, TypeVar

from uncial.errors import ServiceUnavailable, SourceNotFound, TimeLimitExceeded, UncialError, WorkerCrashed
from uncial.jobs.blobs import Blobs
from uncial.jobs.checkpoints import dump_page, failed_page, failure_of, page_file
from uncial.jobs.job import Job, Lease, Order, PageRecord, State, rendition
from uncial.jobs.process import NotTaken, WorkerKilled, WorkerProcess
from uncial.jobs.store import Ending, JobStore, LeaseLost, Pulse
from uncial.jobs.telling import telling
from uncial.jobs.tray import Tray
from uncial.jobs.wire import DOCUMENT, RESULT, Open, PageDone, Plan, Read, Write, Written
from uncial.options import Limits
from uncial.sources import read_bytes

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Found = TypeVar("Found")
Fetch = Callable[[str, Limits], tuple[bytes, str]]
"""From a URL to the bytes behind it and their name. Raises `UncialError`."""

MAX_KILLS = 2
"""How many workers one page may kill."""
PULSE = 1.0
"""Seconds between two heartbeats, and so the longest that it takes until a cancelled job stops."""
SOURCE = "source"
"""The document's file, as the worker sees it."""
OPENING = 0
"""Stands for the page to blame where the document was being opened, or written."""


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
            ending = await _Run(self, lease).result()
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


class _Run:
    """One job on its way through one runner."""

    def __init__(self, runner: Runner, lease: Lease) -> None:
        self._runner, self._lease, self._tray = runner, lease, runner.tray
        self._whole = lease.job.parent or lease.job.id
        self._timings: dict[str, float] = {"queue": max(0.0, (lease.job.started or 0.0) - lease.job.created)}
        self._deadline = perf_counter() + lease.job.order.seconds
        self._strays = 0

    @property
    def _job(self) -> Job:
        return self._lease.job

    @property
    def _order(self) -> Order:
        return self._lease.job.order

    async def result(self) -> Ending | None:
        """How the job ends; None where others do its parts first. Raises `UncialError` where it fails."""
        with _Timed(self._timings, "fetch"):
            await self._bring_document()
            done = await self._bring_pages()
        with _Timed(self._timings, "open"):
            numbers = self._order.part or await self._open()
        if not self._job.parent:
            await self._persist(self._runner.store.opened, self._lease, len(numbers))
            self._runner.tell(self._whole)
        missing = [number for number in numbers if number not in done]
        if await self._split(missing):
            return None
        with _Timed(self._timings, "read"):
            await self._read(missing)
        if self._job.parent:
            return Ending(state=State.SUCCEEDED, timings=self._timings)
        return await self._write(numbers)

    async def _bring_document(self) -> None:
        name = f"{self._whole}/source"
        if self._order.url and not self._job.sha256:
            await self._fetch(name)
        try:
            await self._persist(self._tray.give, SOURCE, partial(self._runner.blobs.fetch, name))
        except FileNotFoundError:
            raise SourceNotFound("The document is no longer in the blob store.", hint="Send it again.") from None

    async def _fetch(self, name: str) -> None:
        """Fetch what a URL leads to, once: whoever takes the job over finds it in the blob store."""
        data, found = await asyncio.to_thread(self._runner.fetch, self._order.url, self._order.limits)
        await self._persist(self._runner.blobs.write, name, data)
        order = replace(self._order, name=self._order.name or found)
        job = replace(self._job, order=order, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        await self._persist(self._runner.store.arrived, self._lease, job.sha256, job.size, order.name)
        self._lease = replace(self._lease, job=job)

    async def _bring_pages(self) -> set[int]:
        """Fetch the pages that were done before; which they are."""
        records = await self._persist(self._runner.store.pages, self._whole)
        if self._order.part:
            return {record.number for record in records}
        return {record.number for record in records if await self._bring_page(record)}

    async def _bring_page(self, record: PageRecord) -> bool:
        """Whether the page is here now; one whose blob is gone has to be read again."""
        name = page_file(self._tray.folder, record.number).name
        try:
            await self._persist(self._tray.give, name, partial(self._runner.blobs.fetch, record.blob))
        except FileNotFoundError:
            return False
        return True

    async def _worker(self) -> WorkerProcess:
        """A worker that is ready. Raises `ServiceUnavailable` where none can be started, which is not the document's fault."""
        try:
            return await self._runner.start()
        except UncialError as error:
            raise ServiceUnavailable(error.message, hint=error.hint) from error

    async def _open(self, at_least: float = 0.0) -> tuple[int, ...]:
        """Open the document, in so many seconds at least even where the whole has taken too long already."""
        source = self._tray.folder / SOURCE
        task = Open(source, self._order.name, self._order.options, self._order.limits, self._lease.password)
        while True:
            worker = await self._worker()
            try:
                async with asyncio.timeout(max(self._left(), at_least)):
                    numbers = await worker.open(task)
                    if len(numbers) > self._order.limits.max_pages:
                        raise WorkerCrashed("The worker says that the document has more pages than it may have.")
                    return numbers
            except TimeoutError:
                await self._runner.end_worker()
                raise TimeLimitExceeded("Opening the document took too long and was stopped.") from None
            except (NotTaken, WorkerCrashed) as end:
                await self._died(end, OPENING)

    async def _split(self, missing: Sequence[int]) -> bool:
        """Whether the pages are for others to read, which they then are."""
        size = self._runner.terms.part_pages
        if self._job.parent or not size or len(missing) <= 2 * size:
            return False
        if await self._persist(self._runner.store.has_parts, self._job.id):
            return False
        parts = [tuple(missing[start : start + size]) for start in range(0, len(missing), size)]
        await self._persist(self._runner.store.split, self._lease, parts)
        return True

    async def _read(self, missing: list[int]) -> None:
        """Read all these pages, each until it is done or has failed."""
        # Who has killed before is read with nothing beside it, so that no other page is blamed.
        ahead = not self._job.kills
        opened = not self._order.part
        while missing:
            at = _At()
            try:
                if not opened:
                    await self._open(self._order.page_seconds)
                opened = False  # until we know that it goes well
                await self._read_on(missing, ahead, at)
            except TimeoutError:
                await self._runner.end_worker()
                await self._too_slow(missing, at.page)
            except (NotTaken, WorkerCrashed) as end:
                error = await self._died(end, at.page if at.page or not ahead else None)
                if error:
                    await self._page_failed(at.page, error)
                    missing.remove(at.page)
                ahead = False

    async def _read_on(self, missing: list[int], ahead: bool, at: _At) -> None:
        """Read these pages with one worker, as far as it comes: which page it is at, and which are missing, is told all the time.

        Raises TimeoutError where a page, or all of it, takes too long, and `WorkerCrashed` or `NotTaken`.
        """
        worker = await self._worker()
        told = worker.read(Read(tuple(missing), self._tray.folder, ahead))
        while missing:
            async with asyncio.timeout(min(self._order.page_seconds, self._left())):
                news = await anext(told, None)
            number = news.number if isinstance(news, PageDone) else news
            if number not in missing:
                raise WorkerCrashed("The worker read a page that it was not asked for, or left one out.")
            at.page = number
            if isinstance(news, PageDone):
                await self._page_done(news)
                missing.remove(number)
                self._strays, at.page = 0, OPENING
        async with asyncio.timeout(self._order.page_seconds):
            if await anext(told, None) is not None:
                raise WorkerCrashed("The worker read more pages than it was asked for.")

    async def _too_slow(self, missing: list[int], at: int) -> None:
        """Have the page fail that took too long, or all that are left where the whole did."""
        over = not self._left()
        limit = self._order.seconds if over else self._order.page_seconds
        what = "the document" if over else "the page"
        error = TimeLimitExceeded(f"Reading {what} took longer than {limit:g} seconds and was stopped.")
        for number in list(missing) if over or at == OPENING else [at]:
            await self._page_failed(number, error)
            missing.remove(number)

    async def _died(self, end: Exception, at: int | None) -> UncialError | None:
        """A worker died at a page: the error that it fails with, where it has killed enough.

        Where `at` is none, nothing is to blame yet; where it is `OPENING`, the error is raised, for then all of the job fails.
        Who is killed from outside, by an operator or with the machine, is no page's victim; who is killed for want of memory is.
        """
        await self._runner.end_worker()
        self._strays += 1
        stray = isinstance(end, NotTaken) or (isinstance(end, WorkerKilled) and end.from_outside)
        excused = at is None or (stray and self._strays <= self._runner.terms.max_strays)
        told_of = {"job": self._whole, "page": at, "stray": stray, "code": WorkerCrashed.code}
        log.warning("A worker died.", extra=told_of, exc_info=end)
        if excused or await self._persist(self._runner.store.blame, self._lease, at or OPENING) < MAX_KILLS:
            return None
        told = end if isinstance(end, WorkerCrashed) else WorkerCrashed("The workers that should read it are killed.")
        error = WorkerCrashed(told.message, hint=told.hint, page=at or None)
        if at == OPENING:
            raise error
        return error

    async def _page_done(self, done: PageDone) -> None:
        name = f"{self._whole}/pages/{done.number}-{self._job.id[:8]}-{self._job.attempt}"
        await self._keep(page_file(self._tray.folder, done.number).name, name)
        record = PageRecord(done.number, name, round(done.seconds, 4), done.code)
        await self._persist(self._runner.store.page_done, self._lease, record)
        self._runner.tell(self._whole)

    async def _page_failed(self, number: int, error: UncialError) -> None:
        page = failed_page(number, error)
        name = page_file(self._tray.folder, number).name
        await self._persist(self._tray.give, name, lambda path: path.write_bytes(dump_page(page)))
        await self._page_done(PageDone(number, 0.0, error.code))

    async def _write(self, numbers: tuple[int, ...]) -> Ending:
        result = f"{self._job.id}/result-{self._job.attempt}"
        with _Timed(self._timings, "write"):
            written = await self._written(Write(numbers, self._tray.folder, self._order.format, self._order.output))
            await self._keep(DOCUMENT, f"{result}/{DOCUMENT}")
            if self._order.format:
                await self._keep(RESULT, rendition(result, self._order.format, self._order.output))
        state = State.PARTIAL if written.failed else State.SUCCEEDED
        return Ending(state=state, result=result, timings=self._timings, notices=written.notices)

    async def _written(self, task: Write) -> Written:
        limit = max(self._left(), self._order.page_seconds)
        while True:
            worker = self._runner.worker
            try:
                if worker is None or worker.ended.done():
                    await self._open(limit)
                    worker = await self._worker()
                async with asyncio.timeout(limit):
                    return await worker.write(task)
            except TimeoutError:
                await self._runner.end_worker()
                raise TimeLimitExceeded("Writing the document took too long and was stopped.") from None
            except (NotTaken, WorkerCrashed) as end:
                await self._died(end, OPENING)

    async def _keep(self, file: str, name: str) -> None:
        """Put a file that the worker made into the blob store. Raises `WorkerCrashed` where it did not."""
        ours = await self._persist(self._tray.take, file)
        await self._persist(self._runner.blobs.put, name, ours)
        await asyncio.to_thread(ours.unlink, missing_ok=True)

    async def _persist(self, call: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
        """As `Runner.persist`; the time that it takes is not the document's."""
        begun = perf_counter()
        try:
            return await self._runner.persist(call, *given, **named)
        finally:
            self._deadline += perf_counter() - begun

    def _left(self) -> float:
        return max(0.0, self._deadline - perf_counter())


@dataclass(slots=True)
class _At:
    """The page that a worker is at."""

    page: int = OPENING


class _Timed:
    """Adds up how long a step takes."""

    def __init__(self, timings: dict[str, float], step: str) -> None:
        self._timings, self._step = timings, step

    def __enter__(self) -> None:
        self._begun = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._timings[self._step] = round(perf_counter() - self._begun, 4)
