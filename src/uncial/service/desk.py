"""The desk: what a request asks for becomes a job, and what became of the job becomes an answer.

Every route goes through here, so that there is one path: a synchronous request is a job that somebody waits for.
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from typing import NamedTuple
from uuid import uuid4

import uncial
from uncial.errors import (
    IdempotencyClash,
    JobCancelled,
    JobNotDone,
    JobNotFound,
    ServiceBusy,
    ServiceUnavailable,
    UncialError,
    error_again,
)
from uncial.fetch import check_url
from uncial.fields.templates import parse_templates
from uncial.formats import FORMATS
from uncial.jobs.bell import Bell, Ear
from uncial.jobs.blobs import Blobs
from uncial.jobs.checkpoints import failure_of
from uncial.jobs.executor import Executor
from uncial.jobs.job import Job, Order, Queue, State, Submission, Webhook, as_read
from uncial.jobs.rendering import Renderer
from uncial.jobs.store import Bounds, JobStore
from uncial.jobs.webhooks import Outbox
from uncial.options import Output
from uncial.service.bodies import Wish
from uncial.service.choices import Choices
from uncial.service.proofs import Proofs, Said
from uncial.service.recent import Recent
from uncial.service.room import seconds_until_room
from uncial.service.settings import Settings

FIRST_LOOK, LAST_LOOK = 0.05, 1.0
"""Seconds until the table is looked at again where no bell rings, because the work is done elsewhere: longer each time."""
LEAST_KEPT = 60.0
"""Seconds that a result is kept at least which a request waits for, so that there is time to send it."""
ID = re.compile("[0-9a-f]{32}")
"""What ids of jobs and of batches look like."""


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
    fresh: bool = False
    """Whether it is read once more even where the same was read before."""
    batch: str = ""
    place: str = ""
    """Which one of how many it is in its batch."""
    request_id: str = ""
    traceparent: str = ""


class Result(NamedTuple):
    """A result as it lies in the blob store."""

    blob: str
    size: int


class Desk:
    """Takes jobs in and gives their results out. Its methods raise `UncialError`, and `ServiceUnavailable` among them."""

    def __init__(
        self,
        settings: Settings,
        jobs: JobStore,
        outbox: Outbox,
        blobs: Blobs,
        executor: Executor,
        renderer: Renderer,
        bell: Bell,
        templates: str = "",
    ) -> None:
        self.jobs, self.outbox, self.blobs, self.executor = jobs, outbox, blobs, executor
        self._settings, self._renderer, self.bell = settings, renderer, bell
        self._templates = templates
        self._proofs = Proofs(jobs, blobs, renderer)
        self._until_room = Recent(lambda: asyncio.to_thread(seconds_until_room, jobs))
        self._stopping = False

    async def submit(self, wish: Wish, terms: Terms) -> tuple[Job, bool]:
        """The job that is made of a wish, and whether it is new: an idempotency key brings back the one that it made before.

        The file of the wish is gone afterwards. Raises `ServiceBusy` where too much is waiting, `IdempotencyClash`, and, where
        nothing can be read here, the reason for that; and `TemplateInvalid`.
        """
        self._check_fit()
        await self._check_templates(wish.choices.output)
        if wish.url:
            check_url(wish.url, self._settings.limits)  # what can be refused unasked needs no job
        submission = self._submission(wish, terms)
        return await self._admitted(submission, terms, self._submit(wish, submission, self._bounds(terms), terms.fresh))

    async def again(self, job: Job, choices: Choices, terms: Terms) -> tuple[Job, bool]:
        """A new job over the document of another one, read as `choices` says; one that is behind a URL is fetched only once.

        Raises as `submit` does, and `JobCancelled` or `JobNotFound` where the document is not here any more.
        """
        self._check_fit()
        await self._check_templates(choices.output)
        if job.state is State.CANCELLED:
            _check_done(job)
        terms = replace(terms, owner=job.owner)
        submission = self._submission(_wish_again(job, choices, is_here=True), terms)
        if not await self._copied(f"{job.id}/source", f"{submission.id}/source"):
            if not job.order.url:
                raise JobNotFound("The document is no longer there.")
            check_url(job.order.url, self._settings.limits)
            submission = self._submission(_wish_again(job, choices, is_here=False), terms)
        return await self._admitted(submission, terms, asyncio.to_thread(self.jobs.submit, submission, self._bounds(terms)))

    async def _admitted(self, submission: Submission, terms: Terms, submitting: Awaitable[tuple[Job, bool]]) -> tuple[Job, bool]:
        """What becomes of a submission whose document, if it has one, is here; where it becomes no job, that is deleted."""
        try:
            job, new = await submitting
        except (ServiceBusy, IdempotencyClash) as error:
            # Only where it is sure that there is no job: a database that did not answer may have made one all the same.
            await asyncio.to_thread(self.blobs.delete, submission.id)
            if isinstance(error, ServiceBusy):
                error.retry_after = await self._until_room.get()
            raise
        if not new:
            await asyncio.to_thread(self.blobs.delete, submission.id)
        elif not job.state.ended:
            await self.executor.sent([job])
        return job, new

    async def check_room(self, count: int, terms: Terms) -> None:
        """Raise `ServiceBusy` where so many jobs have no room. Others may still take it before they come."""
        try:
            await asyncio.to_thread(self.jobs.check_room, terms.owner, self._bounds(terms), count)
        except ServiceBusy as error:
            error.retry_after = await self._until_room.get()
            raise

    async def submit_failed(self, wish: Wish, terms: Terms, error: UncialError) -> Job:
        """The job that stands for an item of a batch that could not even be taken in."""
        return await asyncio.to_thread(self.jobs.submit_failed, self._submission(wish, terms), failure_of(error))

    async def wait(self, job: Job, seconds: float, fails_fast: bool = False) -> Job:
        """The job when it has ended, or as it is after so many seconds.

        With `fails_fast` the reason is raised why it will not be read soon, where that turns out meanwhile.
        """
        end = asyncio.get_running_loop().time() + seconds
        pause = FIRST_LOOK
        with self.bell.listening(job.id) as ear:
            while not job.state.ended and (left := end - asyncio.get_running_loop().time()) > 0:
                if fails_fast and job.state is State.QUEUED:
                    self._check_fit()
                elif self._stopping and not fails_fast:
                    break
                job = await self._look(job, ear, min(left, pause))
                pause = min(2 * pause, LAST_LOOK)
        return job

    async def changes(self, job: Job, every: float) -> AsyncIterator[Job]:
        """The job now, and again whenever there is news of it, or after so many seconds; the last time when it has ended."""
        with self.bell.listening(job.id) as ear:
            while True:
                yield job
                if job.state.ended or self._stopping:
                    return
                before, end, pause = _progress(job), asyncio.get_running_loop().time() + every, FIRST_LOOK
                while not self._stopping and _progress(job) == before and (left := end - asyncio.get_running_loop().time()) > 0:
                    job = await self._look(job, ear, min(left, pause))
                    pause = min(2 * pause, LAST_LOOK)

    async def get(self, id: str, owner: str | None = None) -> Job:
        """The job of that id; with an owner, only if it is theirs. Raises `JobNotFound`."""
        if not ID.fullmatch(id):
            raise JobNotFound("This is no id of a job.")
        return await asyncio.to_thread(self.jobs.get, id, owner)

    async def batch(self, id: str, owner: str | None = None, limit: int = 1) -> list[Job]:
        """So many jobs of a batch, in the order in which they were sent; none where there is no such batch."""
        if not ID.fullmatch(id):
            return []
        found = await asyncio.to_thread(lambda: self.jobs.find(owner, batch=id, limit=limit))
        return found[::-1]

    async def keep(self, job: Job) -> Job:
        """Keep a job as long as others, which nobody waits for any more."""
        return await asyncio.to_thread(self.jobs.keep, job.id, self._settings.keep_seconds)

    async def cancel(self, id: str, owner: str | None = None) -> Job:
        """Break a job off."""
        await self.get(id, owner)
        job = await asyncio.to_thread(self.jobs.cancel, id, owner)
        self.bell.ring(id)
        if not job.state.ended:
            await self.executor.cancelled(job)
        elif job.state is State.CANCELLED:  # nobody can have anything of it any more
            await asyncio.to_thread(self.blobs.delete, id)
            await self._renderer.forget(id)
        return job

    async def forget(self, job: Job) -> Job:
        """Delete all that is kept of a job that has ended, as it was. Raises `JobNotDone`."""
        if not job.state.ended:
            raise JobNotDone(f"The job is {job.state}.", hint="Cancel it, or wait for it.")
        await self._renderer.forget(job.id)
        await asyncio.to_thread(self.blobs.delete, job.id)
        await asyncio.to_thread(self.jobs.forget, [job.id])
        return job

    async def result(self, job: Job, format: str, output: Output, password: str = "") -> Result:
        """The result of a job in a format, which is made of the document where it is not there yet.

        Raises the error that the job met where it failed, `JobNotDone`, `JobCancelled`, `JobNotFound` where it is forgotten, and
        `TemplateInvalid`.
        """
        _check_done(job)
        name = await self._renderer.render(job, format, output.with_templates(self._own_templates(format)), password)
        return await self._result(name)

    async def moved(self, job: Job) -> Job:
        """The job with its result where it is now, which is no longer where it was. Raises `JobNotFound` where it is nowhere."""
        return await self._proofs.moved(job)

    async def corrections(self, job: Job) -> tuple[str, bytes]:
        """The revision of a job's corrections, and they themselves as a JSON array. Raises as `result` does."""
        _check_done(job)
        return await self._proofs.read(job)

    async def correct(self, job: Job, said: Said) -> Job:
        """The job with its document corrected so. Raises `CorrectionInvalid`, `CorrectionsClash`, and as `result` does."""
        _check_done(job)
        return await self._proofs.write(job, said)

    async def page_index(self, job: Job) -> Result:
        """What pages a job's document has, and where each stands in its JSON, as it was read. Raises as `result` does."""
        _check_done(job)
        return await self._result(await self._renderer.index(job))

    async def page_image(self, job: Job, number: int, width: int, password: str = "") -> Result:
        """The image of a page of a job's document, `width` pixels wide at most; 0 is as wide as it was read.

        It is there as soon as the document is. Raises `PageNotFound`, and where the document is not there, what is told of a
        result then.
        """
        try:
            return await self._result(await self._renderer.draw(job, number, width, password))
        except JobNotFound:
            _check_done(await self.get(job.id))
            raise JobNotFound("The document is no longer there.") from None

    async def _result(self, name: str) -> Result:
        """The result that lies there. Raises `JobNotFound`."""
        try:
            return Result(name, await asyncio.to_thread(self.blobs.size, name))
        except FileNotFoundError:
            raise JobNotFound("The result is no longer there.") from None

    async def beginning(self, result: Result, count: int) -> bytes:
        """The first so many bytes of a result. Raises `JobNotFound` where it is forgotten."""
        try:
            return await asyncio.to_thread(lambda: b"".join(self.blobs.stream(result.blob, 0, count)))
        except FileNotFoundError:
            raise JobNotFound("The result is no longer there.") from None

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
        self.bell.ring_all()

    async def _check_templates(self, output: Output) -> None:
        """Raise `TemplateInvalid` for what a client brings along that is no template, or is named as another one is."""
        if output.templates:
            await asyncio.to_thread(parse_templates, output.with_templates(self._templates).templates)

    def _written_at_once(self, wish: Wish) -> str:
        """What the worker writes besides JSON while it has the document open.

        Not what takes our own templates: they would lie in the row of every job.
        """
        if wish.shape or not wish.format:
            return wish.shape
        return "" if wish.format.name == "json" or self._own_templates(wish.format.name) else wish.format.name

    def _own_templates(self, format: str) -> str:
        """The templates that go for whatever is written in that format."""
        return self._templates if format in FORMATS and FORMATS[format].extracts else ""

    def _check_fit(self) -> None:
        """Raise why nothing can be read here, where nothing can."""
        if self._stopping:
            raise ServiceUnavailable("The service is stopping.", hint="Send it again when the service is back.")
        if fault := self.executor.standing().fault:
            raise copy.copy(fault)

    async def _look(self, job: Job, ear: Ear, seconds: float) -> Job:
        """The job when there is news of it, or after so many seconds; as it was, while the database does not answer."""
        await ear.hear(seconds)
        try:
            return await self.get(job.id)
        except ServiceUnavailable:
            return job

    def _bounds(self, terms: Terms) -> Bounds:
        return Bounds(waiting=self._settings.queue_size, at_once=terms.at_once)

    async def _submit(self, wish: Wish, submission: Submission, bounds: Bounds, fresh: bool) -> tuple[Job, bool]:
        if wish.path:
            await asyncio.to_thread(self.blobs.take, f"{submission.id}/source", wish.path)
        like = None if fresh else await asyncio.to_thread(self.jobs.find_alike, submission)
        if like and await self._copied(as_read(like.result), f"{submission.id}/result"):
            return await asyncio.to_thread(self.jobs.submit_alike, submission, like)
        return await asyncio.to_thread(self.jobs.submit, submission, bounds)

    async def _copied(self, old: str, new: str) -> bool:
        """Whether what belongs to another job could be taken over; it may be forgotten at this very moment."""
        try:
            await asyncio.to_thread(self.blobs.copy, old, new)
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
            format=self._written_at_once(wish),
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
            keep=max(LEAST_KEPT, settings.keep_waited_seconds) if terms.waited else settings.keep_seconds,
            sha256=wish.sha256,
            size=wish.size,
            idempotency=terms.idempotency,
            fingerprint=_fingerprint(order, wish.sha256, terms.place),
            likeness=_likeness(order, wish.sha256),
        )


def _wish_again(job: Job, choices: Choices, *, is_here: bool) -> Wish:
    """To have the document of a job read once more, which is here, or has to be fetched; in another format if one is named."""
    order = job.order
    url, sha256, size = ("", job.sha256, job.size) if is_here else (order.url, "", 0)
    return Wish(None, url, order.name, sha256, size, choices, choices.format, "" if choices.format else order.format)


def _likeness(order: Order, sha256: str) -> str:
    """What two jobs have in common that read the same bytes in the same way; empty where that cannot be known.

    What a URL leads to may change, and who has no password must not be given what it opens.
    """
    if not sha256 or order.password:
        return ""
    return _digest([uncial.__version__, sha256, order.name, order.options, order.limits])


def _fingerprint(order: Order, sha256: str, place: str) -> str:
    """What two requests have in common that ask for the same."""
    hook = order.webhook.url if order.webhook else ""
    return _digest([sha256, order.url, order.name, order.options, order.output, order.format, hook, place])


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
        raise error_again(told.code, told.message, hint=told.hint, stage=told.stage, page=told.page)


def _progress(job: Job) -> tuple[object, ...]:
    return job.state, job.pages_total, job.pages_done
