"""The table of jobs, looked at: what is there, how it stands, and what comes next. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from uncial.errors import JobNotFound
from uncial.jobs.database import Database
from uncial.jobs.job import Job, PageRecord, Queue, State, Submission
from uncial.jobs.rows import job_of
from uncial.jobs.schema import deliveries, jobs, pages

WHOLE = jobs.c.parent == ""
"""What was submitted, and not the parts that it was split into."""


class Lookups:
    """What may be asked of the jobs in one database. Each method may raise `ServiceUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, id: str, owner: str | None = None) -> Job:
        """The job of that id; with an owner, only if it is theirs. Raises `JobNotFound`."""
        with self._database.reading() as connection:
            return self._get(connection, id, owner)

    def find_alike(self, submission: Submission) -> Job | None:
        """A job of the same owner that read the same document in the same way, wholly."""
        if not submission.likeness:
            return None
        like = and_(jobs.c.likeness == submission.likeness, jobs.c.owner == submission.owner, jobs.c.state == State.SUCCEEDED)
        with self._database.reading() as connection:
            row = connection.execute(
                select(jobs).where(like, jobs.c.expires > self._database.now).order_by(jobs.c.ended.desc()).limit(1)
            ).first()
        return job_of(row) if row else None

    def ahead_of(self, job: Job) -> int:
        """How many jobs wait that come before it."""
        older = tuple_(jobs.c.created, jobs.c.id) < tuple_(job.created, job.id)
        earlier = or_(jobs.c.queue > job.queue, and_(jobs.c.queue == job.queue, older))
        with self._database.reading() as connection:
            counted = select(func.count()).select_from(jobs).where(jobs.c.state == State.QUEUED, earlier)
            return int(connection.execute(counted).scalar_one())

    def find(
        self,
        owner: str | None = None,
        *,
        states: Sequence[State] = (),
        batch: str = "",
        before: Job | None = None,
        limit: int = 100,
    ) -> list[Job]:
        """Jobs, the latest first; `before` goes on after the last one of the page before."""
        wanted: list[ColumnElement[bool]] = [WHOLE]
        if owner is not None:
            wanted.append(jobs.c.owner == owner)
        if states:
            wanted.append(jobs.c.state.in_(states))
        if batch:
            wanted.append(jobs.c.batch == batch)
        if before:
            wanted.append(tuple_(jobs.c.created, jobs.c.id) < tuple_(before.created, before.id))
        query = select(jobs).where(*wanted).order_by(jobs.c.created.desc(), jobs.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [job_of(row) for row in connection.execute(query)]

    def pages(self, id: str) -> list[PageRecord]:
        """The pages of a job that are done with, in their order."""
        columns = [pages.c[entry.name] for entry in fields(PageRecord)]
        with self._database.reading() as connection:
            query = select(*columns).where(pages.c.job == id).order_by(pages.c.number)
            return [PageRecord(*row) for row in connection.execute(query)]

    def has_parts(self, id: str) -> bool:
        """Whether the job was split."""
        with self._database.reading() as connection:
            return connection.execute(select(jobs.c.id).where(jobs.c.parent == id).limit(1)).first() is not None

    def expired(self, limit: int = 100) -> list[str]:
        """Jobs that are to be forgotten; `forget` them when their blobs are gone."""
        with self._database.reading() as connection:
            over = select(jobs.c.id).where(jobs.c.expires < self._database.now, WHOLE).order_by(jobs.c.expires).limit(limit)
            return list(connection.execute(over).scalars())

    def known_ids(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that are jobs: what else lies in the blob store belongs to nobody."""
        with self._database.reading() as connection:
            return set(connection.execute(select(jobs.c.id).where(jobs.c.id.in_(list(ids)))).scalars())

    def waiting(self) -> dict[Queue, tuple[int, float]]:
        """For each queue, how many jobs wait, and for how many seconds the oldest does."""
        oldest = self._database.now - func.min(jobs.c.created)
        counted = select(jobs.c.queue, func.count(), oldest).where(jobs.c.state == State.QUEUED).group_by(jobs.c.queue)
        with self._database.reading() as connection:
            found = {Queue(queue): (count, float(age)) for queue, count, age in connection.execute(counted)}
        return {queue: found.get(queue, (0, 0.0)) for queue in Queue}

    def now(self) -> float:
        """The time by the clock that all who share this store go by, in seconds since 1970."""
        with self._database.reading() as connection:
            return self._database.told_time(connection)

    def ended_since(self, moment: float, limit: int = 1000) -> list[Job]:
        """Jobs that ended at that moment or later, the first first, without their parts."""
        query = select(jobs).where(jobs.c.ended >= moment, WHOLE).order_by(jobs.c.ended, jobs.c.id).limit(limit)
        with self._database.reading() as connection:
            return [job_of(row) for row in connection.execute(query)]

    def delivery_counts(self) -> dict[str, int]:
        """How many messages to webhooks there are in each state."""
        counted = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        with self._database.reading() as connection:
            return {str(state): int(count) for state, count in connection.execute(counted)}

    def counts(self) -> dict[State, int]:
        """How many jobs there are in each state."""
        with self._database.reading() as connection:
            rows = connection.execute(select(jobs.c.state, func.count()).where(WHOLE).group_by(jobs.c.state)).all()
        found = {State(state): int(count) for state, count in rows}
        return {state: found.get(state, 0) for state in State}

    def _get(self, connection: Connection, id: str, owner: str | None = None) -> Job:
        wanted: Select[Any] = select(jobs).where(jobs.c.id == id)
        row = connection.execute(wanted if owner is None else wanted.where(jobs.c.owner == owner)).first()
        if row is None:
            raise JobNotFound(f"There is no job “{id}”.")
        return job_of(row)
