"""The desk: what a request asks for becomes a job, and what became of the job becomes an answer.

Every route goes through here, so that there is one path: a synchronous request is a job that somebody waits for.
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import NamedTuple
from uuid import uuid4

import uncial
from uncial.errors import IdempotencyClash, JobCancelled, JobNotDone, ServiceBusy, ServiceUnavailable, UncialError, error_classes
from uncial.fetch import check_url
from uncial.jobs.bell import Bell
from uncial.jobs.blobs import Blobs
from uncial.jobs.checkpoints import problem_of
from uncial.jobs.executor import Executor
from uncial.jobs.job import Job, Order, Queue, State, Webhook, rendition
from uncial.jobs.rendering import Renderer
from uncial.jobs.store import Bounds, JobStore, Submission
from uncial.jobs.wire import DOCUMENT
from uncial.options import Output
from uncial.service.bodies import Wish
from uncial.service.settings import Settings

FIRST_LOOK, LAST_LOOK = 0.05, 1.0
"""Seconds until the table is looked at again where no bell rings, because the work is done elsewhere: longer each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who asks, and what goes for the job besides what is to be read."""

    owner: str = ""
    at_once: int = 0
    """Jobs that the owner may have at a time; 0 for as many as they like."""
    queue: Queue = Queue.INTERACTIVE
    waited: bool = False
    """Whether somebody waits for it, so that it need not be kept for long."""
    password: str = field(default="", repr=False)
    webhook: Webhook | None = None
    idempotency: str = ""
    batch: str = ""
    request_id: str = ""
    traceparent: str = ""


class Result(NamedTuple):
    """A result as it lies in the blob store."""

    blob: str
    size: int


class Desk:
    """Takes jobs in and gives their results out. Its methods raise `UncialError`, and `ServiceUnavailable` among them."""

    def __init__(
        self, settings: Settings, jobs: JobStore, blobs: Blobs, executor: Executor, renderer: Renderer, bell: Bell
    ) -> None:
        self.jobs, self.blobs, self.executor = jobs, blobs, executor
        self._settings, self._renderer, self._bell = settings, renderer, bell
        self._stopping = False

    async def submit(self, wish: Wish, terms: Terms) -> tuple[Job, bool]:
        """The job that is made of a wish, and whether it is new: an idempotency key brings back the one that it made before.

        The file of the wish is gone afterwards. Raises `ServiceBusy` where too much is waiting, `IdempotencyClash`, and, where
        nothing can be read here, the reason for that.
        """
        self._check_fit()
        if wish.url:
            check_url(wish.url, self._settings.limits)  # what can be refused unasked needs no job
        submission = self._submission(wish, terms)
        bounds = Bounds(waiting=self._settings.queue_size, at_once=terms.at_once)
        try:
            job, new = await self._submit(wish, submission, bounds)
        except (ServiceBusy, IdempotencyClash):
            # Only where it is sure that there is no job: a database that did not answer may have made one all the same.
            await asyncio.to_thread(self.blobs.delete, submission.id)
            raise
        if not new:
            await asyncio.to_thread(self.blobs.delete, submission.id)
        elif not job.state.ended:
            await self.executor.sent([job])
        return job, new

    async def submit_failed(self, wish: Wish, terms: Terms, error: UncialError) -> Job:
        """The job that stands for an item of a batch that could not even be taken in."""
        return await asyncio.to_thread(self.jobs.submit_failed, self._submission(wish, terms), problem_of(error))

    async def wait(self, job: Job, seconds: float, fails_fast: bool = False) -> Job:
        """The job when it has ended, or as it is after so many seconds.

        With `fails_fast` the reason is raised why it will not be read soon, where that turns out meanwhile.
        """
        end = asyncio.get_running_loop().time() + seconds
        pause = FIRST_LOOK
        while not job.state.ended and (left := end - asyncio.get_running_loop().time()) > 0:
            if fails_fast and job.state is State.QUEUED:
                self._check_fit()
            elif self._stopping and not fails_fast:
                break
            await self._bell.wait(job.id, min(left, pause))
            pause = min(2 * pause, LAST_LOOK)
            job = await self.get(job.id)
        return job

    async def changes(self, job: Job, every: float) -> AsyncIterator[Job]:
        """The job now, and again whenever there is news of it, or after so many seconds; the last time when it has ended."""
        while True:
            yield job
            if job.state.ended or self._stopping:
                return
            before, end, pause = _progress(job), asyncio.get_running_loop().time() + every, FIRST_LOOK
            while not self._stopping and _progress(job) == before and (left := end - asyncio.get_running_loop().time()) > 0:
                await self._bell.wait(job.id, min(left, pause))
                pause = min(2 * pause, LAST_LOOK)
                job = await self.get(job.id)

    async def get(self, id: str, owner: str | None = None) -> Job:
        """The job of that id; with an owner, only if it is theirs."""
        return await asyncio.to_thread(self.jobs.get, id, owner)

    async def cancel(self, id: str, owner: str | None = None) -> Job:
        """Break a job off."""
        job = await asyncio.to_thread(self.jobs.cancel, id, owner)
        self._bell.ring(id)
        await self.executor.cancelled(job)
        return job

    async def forget(self, job: Job) -> Job:
        """Delete all that is kept of a job that has ended, as it was. Raises `JobNotDone`."""
        if not job.state.ended:
            raise JobNotDone(f"The job is {job.state}.", hint="Cancel it, or wait for it.")
        await asyncio.to_thread(self.blobs.delete, job.id)
        await asyncio.to_thread(self.jobs.forget, [job.id])
        return job

    async def result(self, job: Job, format: str, output: Output, password: str = "") -> Result:
        """The result of a job in a format, which is made of the document where it is not there yet.

        Raises the error that the job met where it failed, `JobNotDone` or `JobCancelled`.
        """
        _check_done(job)
        name = f"{job.result}/{DOCUMENT}"
        if format != "json":
            name = rendition(job.result, format, output)
            if not await self._is_there(name):
                name = await self._renderer.render(job, format, output, password)
        return Result(name, await asyncio.to_thread(self.blobs.size, name))

    async def failed_pages(self, job: Job) -> tuple[int, ...]:
        """The numbers of the pages that could not be read."""
        if not job.pages_failed:
            return ()
        records = await asyncio.to_thread(self.jobs.pages, job.id)
        return tuple(record.number for record in records if record.code)

    @property
    def stopping(self) -> bool:
        """Whether the service takes in nothing more."""
        return self._stopping

    def stop(self) -> None:
        """Take in nothing more, and let go of those who wait for what is not begun."""
        self._stopping = True
        self._bell.ring_all()

    def _check_fit(self) -> None:
        """Raise why nothing can be read here, where nothing can."""
        if self._stopping:
            raise ServiceUnavailable("The service is stopping.", hint="Send it again when the service is back.")
        if fault := self.executor.standing().fault:
            raise copy.copy(fault)

    async def _submit(self, wish: Wish, submission: Submission, bounds: Bounds) -> tuple[Job, bool]:
        if wish.path:
            await asyncio.to_thread(self.blobs.put, f"{submission.id}/source", wish.path)
        like = await asyncio.to_thread(self.jobs.find_alike, submission)
        if like and await self._copied(like, submission.id):
            return await asyncio.to_thread(self.jobs.submit_alike, submission, like)
        return await asyncio.to_thread(self.jobs.submit, submission, bounds)

    async def _copied(self, like: Job, id: str) -> bool:
        """Whether the result of a job like this one could be taken over; it may be forgotten at this very moment."""
        try:
            await asyncio.to_thread(self.blobs.copy, like.result, f"{id}/result")
        except FileNotFoundError:
            return False
        return True

    async def _is_there(self, name: str) -> bool:
        try:
            await asyncio.to_thread(self.blobs.size, name)
        except FileNotFoundError:
            return False
        return True

    def _submission(self, wish: Wish, terms: Terms) -> Submission:
        settings, choices = self._settings, wish.choices
        order = Order(
            name=wish.name,
            url=wish.url,
            options=choices.options,
            output=choices.output,
            format=_written_at_once(wish),
            limits=settings.limits,
            page_seconds=settings.page_time_limit,
            seconds=settings.time_limit,
            password=terms.password,
            webhook=terms.webhook,
            request_id=terms.request_id,
            traceparent=terms.traceparent,
        )
        return Submission(
            order=order,
            id=uuid4().hex,
            owner=terms.owner,
            queue=terms.queue,
            batch=terms.batch,
            keep=settings.keep_waited_seconds if terms.waited else settings.keep_seconds,
            sha256=wish.sha256,
            size=wish.size,
            idempotency=terms.idempotency,
            fingerprint=_fingerprint(order, wish.sha256),
            likeness=_likeness(order, wish.sha256),
        )


def _written_at_once(wish: Wish) -> str:
    """What the worker writes besides JSON while it has the document open."""
    if wish.shape:
        return wish.shape
    return wish.format.name if wish.format and wish.format.name != "json" else ""


def _likeness(order: Order, sha256: str) -> str:
    """What two jobs have in common that read the same bytes in the same way; empty where that cannot be known.

    What a URL leads to may change, and who has no password must not be given what it opens.
    """
    if not sha256 or order.password:
        return ""
    return _digest([uncial.__version__, sha256, order.name, order.options, order.limits])


def _fingerprint(order: Order, sha256: str) -> str:
    """What two requests have in common that ask for the same."""
    hook = order.webhook.url if order.webhook else ""
    return _digest([sha256, order.url, order.name, order.options, order.output, order.format, hook])


def _digest(parts: list[object]) -> str:
    plain = [asdict(part) if is_dataclass(part) and not isinstance(part, type) else part for part in parts]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def _check_done(job: Job) -> None:
    """Raise what keeps a job from having a result."""
    if not job.state.ended:
        raise JobNotDone(f"The job is {job.state}, with {job.pages_done} of {job.pages_total or '?'} pages done.")
    if job.state is State.CANCELLED:
        raise JobCancelled("The job was cancelled.")
    if told := job.error:
        kind = error_classes().get(told.code, UncialError)
        raise kind(told.message, hint=told.hint, stage=told.stage)


def _progress(job: Job) -> tuple[object, ...]:
    return job.state, job.pages_total, job.pages_done
