"""A table of jobs, a blob store and runners with scripted workers, in one folder."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import fake_worker
from uncial.document import Document
from uncial.errors import ServiceUnavailable
from uncial.formats.json import read as read_json
from uncial.jobs.blobs import Blobs
from uncial.jobs.database import Database
from uncial.jobs.job import Job, Lease, Order, State, Submission
from uncial.jobs.runner import Runner, Terms
from uncial.jobs.seal import Seal
from uncial.jobs.store import JobStore
from uncial.jobs.wire import DOCUMENT, Plan


def run(test: Callable[[], Awaitable[None]], seconds: float = 60) -> None:
    async def limited() -> None:
        async with asyncio.timeout(seconds):
            await test()

    asyncio.run(limited())


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.01)


def written(path: Path) -> bool:
    """Whether a worker has written something to that path."""
    return path.exists() and bool(path.read_text())


@dataclass
class Away:
    """A switch: while it is on, what it is given to does not answer."""

    on: bool = False
    asked: int = 0

    def check(self) -> None:
        if self.on:
            self.asked += 1
            raise ServiceUnavailable("It does not answer.")


class MoodyDatabase(Database):
    """A database that does not answer while its switch is on."""

    away = Away()

    def reading(self) -> Any:
        self.away.check()
        return super().reading()

    def writing(self) -> Any:
        self.away.check()
        return super().writing()


class MoodyBlobs(Blobs):
    """A blob store that does not answer while its switch is on."""

    away = Away()

    def put(self, name: str, path: Path) -> None:
        self.away.check()
        super().put(name, path)

    def fetch(self, name: str, path: Path) -> None:
        self.away.check()
        super().fetch(name, path)


@dataclass
class Rig:
    folder: Path
    ahead: float = 0.0
    """How many seconds the clock of the database is ahead of the true one."""
    runners: list[Runner] = field(default_factory=list)
    lease_seconds: float = 15.0

    def __post_init__(self) -> None:
        url = f"sqlite:///{self.folder / 'jobs.db'}"
        self.database = MoodyDatabase.open(url, lambda: time.time() + self.ahead)
        self.database.away = Away()
        self.store = JobStore(self.database, Seal.open(self.folder), self.lease_seconds)
        self.blobs = MoodyBlobs.open(str(self.folder / "blobs"))
        self.blobs.away = Away()
        self.work = self.folder / "work"

    async def __aenter__(self) -> Rig:
        return self

    async def __aexit__(self, *_: object) -> None:
        for runner in self.runners:
            await runner.end_worker()
        self.database.close()

    def runner(self, plan: Plan | None = None, terms: Terms | None = None, **more: Any) -> Runner:
        made = Runner(self.store, self.blobs, plan or fake_worker.plan(), self.work, terms or Terms(), **more)
        self.runners.append(made)
        return made

    def submit(self, script: str | bytes, **order: Any) -> Job:
        id = uuid4().hex
        if "url" not in order:
            self.blobs.write(f"{id}/source", script if isinstance(script, bytes) else script.encode("utf-8", "surrogateescape"))
        asked = Order(**{"name": "page.png", "seconds": 40.0, "page_seconds": 20.0, **order})
        return self.store.submit(Submission(order=asked, id=id))[0]

    def lease(self, worker: str = "here") -> Lease:
        lease = self.store.lease_next(worker)
        assert lease
        return lease

    async def done(self, script: str | bytes, runner: Runner | None = None, **order: Any) -> Job:
        """The job when it has ended, read by one runner."""
        job = self.submit(script, **order)
        await (runner or self.runner()).run(self.lease())
        ended = self.store.get(job.id)
        assert ended.state.ended
        assert not self.files(), "nothing stays in the work folder"
        return ended

    def json(self, job: Job) -> bytes:
        return self.blobs.read(f"{job.result}/{DOCUMENT}")

    def document(self, job: Job) -> Document:
        return read_json(self.json(job))

    def texts(self, job: Job) -> list[str]:
        """What each page says; the code of its problem where it has one."""
        return [page.problem.code if page.problem else page.text for page in self.document(job).pages]

    def files(self) -> list[str]:
        """What lies in the work folder, but for what the libraries of a living worker keep."""
        return [str(path) for path in self.work.rglob("*") if not path.is_dir() and "tmp-" not in str(path)]

    def state(self, job: Job) -> State:
        return self.store.get(job.id).state
