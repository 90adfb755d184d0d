"""One job on its way through one runner: fetched, opened, read page by page, put together and written."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from uncial.errors import ServiceUnavailable, SourceNotFound, TimeLimitExceeded, UncialError, WorkerCrashed
from uncial.jobs.checkpoints import dump_page, failed_page, page_file
from uncial.jobs.job import Ending, Job, Lease, Order, PageRecord, State, rendition
from uncial.jobs.process import NotTaken, WorkerKilled, WorkerProcess
from uncial.jobs.wire import DOCUMENT, RESULT, Open, PageDone, Read, Write, Written

if TYPE_CHECKING:
    from uncial.jobs.runner import Runner

log = logging.getLogger(__name__)

Given = ParamSpec("Given")
Found = TypeVar("Found")

MAX_KILLS = 2
"""How many workers one page may kill."""
SOURCE = "source"
"""The document's file, as the worker sees it."""
OPENING = 0
"""Stands for the page to blame where the document was being opened, or written."""


class Course:
    """What a runner does for one lease."""

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
        for attempt in range(1, self._job.attempt):  # as long as the job is ours, nobody refers to what others have left
            await self._persist(self._runner.blobs.delete, f"{self._job.id}/result-{attempt}")
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
