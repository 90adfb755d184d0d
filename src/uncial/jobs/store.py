"""The table of jobs, changed: everything that happens to a job happens here, in one transaction each.

A job that runs is leased: its worker has to say again and again that it lives, and another takes the job over where it does not.
Whoever writes names the attempt that it writes for, so that a worker which was taken for dead changes nothing any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement

from uncial.document import Problem
from uncial.errors import IdempotencyClash, OptionInvalid, ServiceBusy, WorkerCrashed
from uncial.jobs.checkpoints import failure_of
from uncial.jobs.database import Database
from uncial.jobs.job import ENDED, Ending, Failure, Job, Lease, PageRecord, Queue, State, Submission
from uncial.jobs.lookups import WHOLE, Lookups
from uncial.jobs.rows import WAITING, delivery_row, ended_row, job_of, kills_of, new_row, order_json
from uncial.jobs.schema import about, deliveries, jobs, pages, uses
from uncial.jobs.seal import Seal

MAX_TRIES = 5
"""How many workers may begin a job in vain, one after the other, without one page being done."""
SMALLER = "Send fewer at a time, or have that number raised: so many have no room even where nothing waits."
UNFINISHED = (State.QUEUED, State.RUNNING)


class Pulse(Enum):
    """What a worker learns when it says that it lives."""

    GOING = "going"
    CANCELLED = "cancelled"
    LOST = "lost"
    """The job is not ours any more: nothing that we do for it counts."""


class LeaseLost(Exception):
    """Another worker has the job, or it has ended: whoever hears this stops and writes nothing."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be asked for at once; 0 is as much as one likes."""

    waiting: int = 0
    """Jobs of everybody that wait."""
    at_once: int = 0
    """Jobs of one owner that have not ended."""


class JobStore(Lookups):
    """The jobs in one database, to look at and to change. Each method is one transaction, and may raise `ServiceUnavailable`."""

    def __init__(self, database: Database, seal: Seal, lease_seconds: float = 15.0) -> None:
        super().__init__(database)
        self._seal = seal
        self.lease_seconds = lease_seconds

    def submit(self, submission: Submission, bounds: Bounds = Bounds()) -> tuple[Job, bool]:
        """The job that is made of it and True, or the job that its idempotency key made before and False.

        Raises `IdempotencyClash` where that was for another request, and `ServiceBusy` where too much is waiting.
        """

        def admit(connection: Connection) -> None:
            self._keep_bounds(connection, submission.owner, bounds)
            self._insert(connection, submission)

        return self._admit(submission, admit)

    def check_room(self, owner: str, bounds: Bounds, count: int) -> None:
        """Raise `ServiceBusy` where so many more jobs of the owner are too many."""
        with self._database.reading() as connection:
            _check_room(connection, owner, bounds, count)

    def submit_failed(self, submission: Submission, error: Problem) -> Job:
        """A job that failed before it began, as an item of a batch may: it is there, and says why."""

        def admit(connection: Connection) -> None:
            self._insert(connection, submission)
            self._end(connection, self._get(connection, submission.id), Ending(state=State.FAILED, error=error))

        return self._admit(submission, admit)[0]

    def submit_alike(self, submission: Submission, like: Job) -> tuple[Job, bool]:
        """As `submit`, for a job that has its result already: that of the other job, copied to `submission.id`/result."""
        ending = Ending(state=like.state, result=f"{submission.id}/result", notices=like.notices)
        counted = {"pages_total": like.pages_total, "pages_done": like.pages_done, "pages_failed": like.pages_failed}

        def admit(connection: Connection) -> None:
            self._insert(connection, submission)
            _update(connection, jobs.c.id == submission.id, **counted)
            self._end(connection, self._get(connection, submission.id), ending)

        return self._admit(submission, admit)

    def lease_next(self, worker: str, queues: Sequence[Queue] = tuple(Queue)) -> Lease | None:
        """The next job for a worker: what somebody waits for before all else, then the oldest; None where none waits."""
        with self._database.writing() as connection:
            while id := _first_waiting(connection, queues):
                if lease := self._lease(connection, id, worker):
                    return lease
        return None

    def lease(self, id: str, worker: str) -> Lease | None:
        """That job for a worker; None where another has it, or where nothing is left to be done."""
        # Whoever holds the row just now may only be noting that it was sent: to skip it would be to lose the message.
        one = select(jobs.c.id).where(jobs.c.id == id, jobs.c.state == State.QUEUED).with_for_update()
        with self._database.writing() as connection:
            return self._lease(connection, id, worker) if connection.execute(one).scalar() else None

    def heartbeat(self, lease: Lease) -> Pulse:
        """Say that the worker lives, and hear whether it should go on."""
        with self._database.writing() as connection:
            if not _update(connection, _held(lease), lease_until=self._database.now + self.lease_seconds):
                return Pulse.LOST
            cancelled = connection.execute(select(jobs.c.cancel).where(jobs.c.id == lease.job.id)).scalar_one()
            return Pulse.CANCELLED if cancelled else Pulse.GOING

    def arrived(self, lease: Lease, sha256: str, size: int, name: str) -> None:
        """Note that the document behind a URL is in the blob store now. Raises `LeaseLost`."""
        order = replace(lease.job.order, name=name)
        self._write(lease, sha256=sha256, size=size, order=order_json(order))

    def opened(self, lease: Lease, pages_total: int) -> None:
        """Note how many pages are to be read. Raises `LeaseLost`."""
        self._write(lease, pages_total=pages_total)

    def page_done(self, lease: Lease, record: PageRecord) -> None:
        """Note that a page is done with; it counts once, however often it is told. Raises `LeaseLost`."""
        job = lease.job
        with self._database.writing() as connection:
            if not _update(connection, _held(lease), tries=0, lease_until=self._database.now + self.lease_seconds):
                raise LeaseLost(job.id)
            done, failed = _note_page(connection, job.parent or job.id, record)
            counted = {"pages_done": jobs.c.pages_done + done, "pages_failed": jobs.c.pages_failed + failed}
            # The part, which is locked already, before its parent: whoever takes both takes them in this order.
            for id in filter(None, (job.id, job.parent)):
                _update(connection, jobs.c.id == id, **counted)

    def blame(self, lease: Lease, page: int) -> int:
        """Note that a page has killed its worker; how many it has killed by now. Raises `LeaseLost`."""
        with self._database.writing() as connection:
            row = connection.execute(select(jobs.c.kills).where(_held(lease))).first()
            if row is None:
                raise LeaseLost(lease.job.id)
            kills = kills_of(row.kills)
            kills[page] = kills.get(page, 0) + 1
            _update(connection, _held(lease), kills=json.dumps(kills))
            return kills[page]

    def split(self, lease: Lease, parts: Sequence[tuple[int, ...]]) -> list[str]:
        """Give the pages of a job to others: a job for each part. It waits to be leased again when all of them have ended.

        Raises `LeaseLost`, also where the job was cancelled meanwhile.
        """
        job = lease.job
        ids = [uuid4().hex for _ in parts]
        with self._database.writing() as connection:
            going = and_(_held(lease), jobs.c.cancel.is_(False))
            if not _update(connection, going, parts_left=len(parts), lease_until=None, worker=""):
                raise LeaseLost(job.id)
            for id, part in zip(ids, parts, strict=True):
                order = replace(job.order, part=part, webhook=None, format="")
                row = new_row(Submission(order=order, id=id, owner=job.owner, queue=job.queue, keep=job.keep), job.created)
                # Their secrets are sealed already, for the order comes from the table.
                connection.execute(insert(jobs).values(row | {"parent": job.id, "sha256": job.sha256, "size": job.size}))
        return ids

    def finish(self, lease: Lease, ending: Ending) -> None:
        """End a job. Raises `LeaseLost`."""
        with self._database.writing() as connection:
            row = connection.execute(select(jobs).where(_held(lease)).with_for_update()).first()
            if row is None:
                raise LeaseLost(lease.job.id)
            self._end(connection, job_of(row), ending)

    def release(self, lease: Lease) -> None:
        """Give a job back, unread, so that the next worker goes on with it at once; nobody is to blame."""
        with self._database.writing() as connection:
            row = connection.execute(select(jobs).where(_held(lease)).with_for_update()).first()
            if row is None:
                return
            if row.cancel:
                self._end(connection, job_of(row), Ending(state=State.CANCELLED))
            else:
                _queue_again(connection, lease.job.id, tries=max(0, row.tries - 1))

    def cancel(self, id: str, owner: str | None = None) -> Job:
        """Break a job off: at once where nobody has it, else its worker hears of it. Raises `JobNotFound`."""
        with self._database.writing() as connection:
            job = self._get(connection, id, owner)
            family = select(jobs).where(or_(jobs.c.id == id, jobs.c.parent == id), jobs.c.state.in_(UNFINISHED))
            parts_first = family.order_by(jobs.c.parent.desc(), jobs.c.id).with_for_update()
            for row in connection.execute(parts_first).all():
                self._cancel(connection, job_of(row))
            return self._get(connection, job.id)

    def reconcile(self) -> list[str]:
        """Set right what the dead have left: jobs whose worker is gone wait again, or end where that happened too often."""
        gone = and_(jobs.c.state == State.RUNNING, jobs.c.lease_until < self._database.now)
        # In one order everywhere, for two that each hold a part and wait for the other's parent would wait for ever.
        taken = select(jobs).where(gone).order_by(jobs.c.parent, jobs.c.id).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            found = [job_of(row) for row in connection.execute(taken)]
            for job in found:
                if job.cancel:
                    self._end(connection, job, Ending(state=State.CANCELLED))
                elif job.tries >= MAX_TRIES:
                    self._end(connection, job, Ending(state=State.FAILED, error=_given_up(job)))
                else:
                    _queue_again(connection, job.id)
            return [job.id for job in found]

    def to_send(self, silent_for: float) -> list[Job]:
        """Jobs that are ready and of which no broker was told for so many seconds; they count as told now."""
        now = self._database.now
        with self._database.writing() as connection:
            silent = and_(jobs.c.state == State.QUEUED, jobs.c.sent < now - silent_for)
            unsent = select(jobs).where(silent).order_by(jobs.c.queue.desc(), jobs.c.created).limit(1000)
            found = [job_of(row) for row in connection.execute(unsent.with_for_update(skip_locked=True))]
            if found:
                _update(connection, jobs.c.id.in_([job.id for job in found]), sent=now)
            return found

    def move_result(self, id: str, old: str, new: str) -> Job | None:
        """Have the result of a job lie elsewhere, and keep the job as long as if it had ended now; the job as it is then.

        None where the result did not lie where it was thought to. Raises `JobNotFound`.
        """
        with self._database.writing() as connection:
            there = and_(jobs.c.id == id, jobs.c.result == old, jobs.c.state.in_(ENDED))
            moved = _update(connection, there, result=new, expires=self._database.now + jobs.c.keep)
            job = self._get(connection, id)
            return job if moved else None

    def keep(self, id: str, seconds: float) -> Job:
        """Keep a job for so many seconds after its end, whenever that is or was. Raises `JobNotFound`."""
        with self._database.writing() as connection:
            _update(connection, jobs.c.id == id, keep=seconds, expires=jobs.c.ended + seconds)
            return self._get(connection, id)

    def note_sent(self, ids: Sequence[str]) -> None:
        """Note that a broker was told of these jobs."""
        with self._database.writing() as connection:
            _update(connection, jobs.c.id.in_(ids), sent=self._database.now)

    def shared_word(self, offered: str) -> str:
        """A word that all who share this database and its seal know: the one that was offered first.

        Raises `OptionInvalid` where it was sealed with another key than ours.
        """
        with self._database.writing() as connection:
            connection.execute(update(about).where(about.c.word == "").values(word=self._seal.close(offered)))
            return self._seal.open_text(connection.execute(select(about.c.word)).scalar_one())

    def forget(self, ids: Iterable[str]) -> None:
        """Delete jobs, their parts and all that is known of them, but for messages that nobody has got yet.

        Those that have not ended stay.
        """
        ended = select(jobs.c.id).where(jobs.c.id.in_(list(ids)), jobs.c.state.in_(ENDED)).with_for_update(skip_locked=True)
        with self._database.writing() as connection:
            gone = list(connection.execute(ended).scalars())
            connection.execute(delete(pages).where(pages.c.job.in_(gone)))
            connection.execute(delete(deliveries).where(deliveries.c.job.in_(gone), deliveries.c.state != WAITING))
            connection.execute(delete(jobs).where(or_(jobs.c.id.in_(gone), jobs.c.parent.in_(gone))))

    def tidy(self, older_than: float) -> None:
        """Delete what serves for so many seconds: messages that were delivered or given up, and counts of requests."""
        with self._database.writing() as connection:
            then = self._database.told_time(connection) - older_than
            connection.execute(delete(deliveries).where(deliveries.c.state != WAITING, deliveries.c.created < then))
            connection.execute(delete(uses).where(uses.c.minute < int(then // 60)))

    def _known(self, connection: Connection, submission: Submission) -> Job | None:
        """The job that was made with the same idempotency key. Raises `IdempotencyClash` where it came with another request."""
        if not submission.idempotency:
            return None
        same = and_(jobs.c.owner == submission.owner, jobs.c.idempotency == submission.idempotency)
        row = connection.execute(select(jobs).where(same)).first()
        if row is None:
            return None
        if row.fingerprint != submission.fingerprint:
            raise IdempotencyClash("This idempotency key came with another request before.")
        return job_of(row)

    def _admit(self, submission: Submission, admit: Callable[[Connection], None]) -> tuple[Job, bool]:
        try:
            with self._database.writing() as connection:
                if before := self._known(connection, submission):
                    return before, False
                admit(connection)
                return self._get(connection, submission.id), True
        except IntegrityError:  # the same key came twice at the same moment, and the other one was faster
            with self._database.reading() as connection:
                if before := self._known(connection, submission):
                    return before, False
            raise

    def _keep_bounds(self, connection: Connection, owner: str, bounds: Bounds) -> None:
        if bounds == Bounds():
            return
        self._database.take_turns(connection)  # for two that count at the same moment would both find room
        _check_room(connection, owner, bounds, 1)

    def _insert(self, connection: Connection, submission: Submission) -> None:
        order = submission.order
        webhook = order.webhook and replace(order.webhook, secret=self._seal.close(order.webhook.secret))
        sealed = replace(order, password=self._seal.close(order.password), webhook=webhook)
        row = new_row(replace(submission, order=sealed), self._database.told_time(connection))
        connection.execute(insert(jobs).values(row))

    def _lease(self, connection: Connection, id: str, worker: str) -> Lease | None:
        """The job, leased; None where its secret cannot be opened any more, which ends it."""
        now = self._database.now
        begun = {"attempt": jobs.c.attempt + 1, "tries": jobs.c.tries + 1, "started": func.coalesce(jobs.c.started, now)}
        leased = {"state": State.RUNNING, "worker": worker, "lease_until": now + self.lease_seconds}
        _update(connection, jobs.c.id == id, **begun, **leased)
        job = self._get(connection, id)
        try:
            return Lease(job, self._seal.open_text(job.order.password))
        except OptionInvalid as error:
            self._end(connection, job, Ending(state=State.FAILED, error=failure_of(error)))
            return None

    def _write(self, lease: Lease, **values: Any) -> None:
        with self._database.writing() as connection:
            if not _update(connection, _held(lease), **values):
                raise LeaseLost(lease.job.id)

    def _cancel(self, connection: Connection, job: Job) -> None:
        if job.lease_until is None:
            self._end(connection, job, Ending(state=State.CANCELLED))
        else:
            _update(connection, jobs.c.id == job.id, cancel=True)

    def _end(self, connection: Connection, job: Job, ending: Ending) -> None:
        """All that an end brings: the secret goes, whoever asked for it is told, and the job that this was a part of goes on."""
        now = self._database.told_time(connection)
        _update(connection, jobs.c.id == job.id, **ended_row(job, ending, now))
        if job.order.webhook:
            connection.execute(insert(deliveries).values(delivery_row(job, ending, now)))
        if job.parent:
            last = and_(jobs.c.parts_left <= 1, jobs.c.state == State.RUNNING, jobs.c.lease_until.is_(None))
            left = {"parts_left": jobs.c.parts_left - 1, "state": case((last, State.QUEUED), else_=jobs.c.state)}
            _update(connection, jobs.c.id == job.parent, sent=0.0, **left)


def _check_room(connection: Connection, owner: str, bounds: Bounds, count: int) -> None:
    """Raise `ServiceBusy` where so many more jobs are too many."""
    counted = select(func.count()).select_from(jobs).where(WHOLE)
    if bounds.waiting:
        waiting = connection.execute(counted.where(jobs.c.state == State.QUEUED)).scalar_one()
        if waiting + count > bounds.waiting:
            raise ServiceBusy(
                f"Of {bounds.waiting} documents that may wait, {waiting} do already; {_more(count)}.",
                hint=SMALLER if count > bounds.waiting else "",
            )
    if bounds.at_once:
        own = connection.execute(counted.where(jobs.c.owner == owner, jobs.c.state.in_(UNFINISHED))).scalar_one()
        if own + count > bounds.at_once:
            raise ServiceBusy(
                f"Of {bounds.at_once} unfinished jobs that this key may have, it has {own}; {_more(count)}.",
                hint=SMALLER if count > bounds.at_once else "Wait until one of them is done.",
            )


def _more(count: int) -> str:
    return "one more is too many" if count == 1 else f"{count} more are too many"


def _first_waiting(connection: Connection, queues: Sequence[Queue]) -> str | None:
    for queue in sorted(queues, reverse=True):  # “interactive” comes after “bulk”
        waiting = select(jobs.c.id).where(jobs.c.state == State.QUEUED, jobs.c.queue == queue)
        # The parts of a job are as old as it is, so that they do not wait behind what came after it.
        first = waiting.order_by(jobs.c.created, jobs.c.id).limit(1).with_for_update(skip_locked=True)
        if id := connection.execute(first).scalar():
            return str(id)
    return None


def _queue_again(connection: Connection, id: str, **values: Any) -> None:
    _update(connection, jobs.c.id == id, state=State.QUEUED, lease_until=None, worker="", sent=0.0, **values)


def _note_page(connection: Connection, job: str, record: PageRecord) -> tuple[int, int]:
    """Keep the record of a page; by how many that makes the pages more that are done, and those that failed."""
    this = and_(pages.c.job == job, pages.c.number == record.number)
    before = connection.execute(select(pages.c.code).where(this)).scalar()
    failed = int(bool(record.code))
    if before is None:
        connection.execute(insert(pages).values(job=job, **asdict(record)))
        return 1, failed
    # Its blob was lost, and it was read once more.
    connection.execute(update(pages).where(this).values(asdict(record)))
    return 0, failed - int(bool(before))


def _held(lease: Lease) -> ColumnElement[bool]:
    """The job, as long as it is ours; one that was split is nobody's."""
    ours = and_(jobs.c.id == lease.job.id, jobs.c.attempt == lease.job.attempt)
    return and_(ours, jobs.c.state == State.RUNNING, jobs.c.lease_until.is_not(None))


def _update(connection: Connection, where: ColumnElement[bool], **values: Any) -> int:
    """How many rows were changed."""
    return connection.execute(update(jobs).where(where).values(values)).rowcount


def _given_up(job: Job) -> Failure:
    error = WorkerCrashed(f"It was begun {job.tries} times, and each time the process that read it was gone.")
    return failure_of(error)
