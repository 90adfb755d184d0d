"""The service in this process, with its own event loop in a thread and somebody who does its jobs as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Any, Self

import httpx

import fake_worker
from asgi_client import AsgiTransport
from fakes import block, document, page
from uncial.document import Document
from uncial.errors import UncialError
from uncial.formats import find_format
from uncial.jobs.blobs import Blobs
from uncial.jobs.checkpoints import dump_page, failure_of
from uncial.jobs.executor import Standing
from uncial.jobs.job import Ending, Job, Lease, PageRecord, State, rendition
from uncial.jobs.shapes import find_shape
from uncial.jobs.store import JobStore
from uncial.jobs.wire import DOCUMENT
from uncial.options import Output
from uncial.service import Settings
from uncial.service.app import build_app
from uncial.service.assembly import Service, assemble
from uncial.service.spool import Spool
from uncial.writer import write

TWO_PAGES = document(page(block("Über Café", "second line")), page(block("page two"), number=2), name="a.pdf")
WRITTEN = ("txt", "json", "tsv", "md", "fields", "fields-csv")
"""Formats that a clerk really writes; what stands for the others is cheap."""


def in_format(name: str, document: Document = TWO_PAGES, output: Output | None = None) -> bytes:
    """What a clerk makes of a document in that format, or in that shape."""
    if shape := find_shape(name):
        return shape(document, None)
    return find_format(name).write(document, None, output or Output()) if name in WRITTEN else f"as {name}".encode()


@dataclass(eq=False)
class Clerk:
    """An executor without workers: it does each job at once, with the same answer, and remembers what it saw."""

    store: JobStore
    blobs: Blobs
    answer: Document | Exception | Callable[[Lease], Document] = TWO_PAGES
    held: bool = False
    """Whether jobs are left to wait."""
    fault: UncialError | None = None
    leases: list[Lease] = field(default_factory=list)
    bytes: list[bytes] = field(default_factory=list)
    cancelled_ids: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    async def sent(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if not self.held:
                await asyncio.to_thread(self.do, job.id)

    async def cancelled(self, job: Job) -> None:
        self.cancelled_ids.append(job.id)

    async def drain(self, seconds: float) -> None:
        return

    def standing(self) -> Standing:
        ready = 0 if self.fault else 1
        return Standing({"starting": 0, "ready": ready, "busy": 0, "failed": 1 - ready}, fault=self.fault)

    def take(self, id: str) -> Lease:
        """Begin a job."""
        lease = self.store.lease(id, "clerk")
        assert lease
        self.leases.append(lease)
        if lease.job.order.url:
            name = self.answer.source.name if isinstance(self.answer, Document) else "a.pdf"
            self.store.arrived(lease, "", 0, lease.job.order.name or name)
        else:
            self.bytes.append(self.blobs.read(f"{id}/source"))
        return lease

    def do(self, id: str) -> None:
        """Do a job from its beginning to its end."""
        self.finish(self.take(id))

    def finish(self, lease: Lease) -> None:
        """End a job that was begun."""
        answer = self.answer(lease) if callable(self.answer) else self.answer
        if isinstance(answer, UncialError):
            self.store.finish(lease, Ending(state=State.FAILED, error=failure_of(answer)))
        elif isinstance(answer, Exception):
            raise answer
        else:
            self.store.finish(lease, self._written(lease, answer))

    def _written(self, lease: Lease, answer: Document) -> Ending:
        order, result = lease.job.order, f"{lease.job.id}/result-{lease.job.attempt}"
        named = replace(answer, source=replace(answer.source, name=order.name or answer.source.name))
        self.store.opened(lease, len(answer.pages))
        for each in answer.pages:
            blob = f"{lease.job.id}/pages/{each.number}"
            self.blobs.write(blob, dump_page(each))
            self.store.page_done(lease, PageRecord(each.number, blob, 0.5, each.problem.code if each.problem else ""))
        self.blobs.write(f"{result}/{DOCUMENT}", write(named, "json"))
        if order.format:
            self.blobs.write(rendition(result, order.format, order.output), in_format(order.format, named, order.output))
        codes = sorted({notice.code for each in answer.pages for notice in each.notices})
        notices = {code: sum(code in {notice.code for notice in each.notices} for each in answer.pages) for code in codes}
        state = State.PARTIAL if any(each.problem for each in answer.pages) else State.SUCCEEDED
        return Ending(state=state, result=result, timings={"queue": 0.1, "read": 0.5, "write": 0.2}, notices=notices)


@dataclass(frozen=True, eq=False)
class Rig:
    """A service that runs, and who does its jobs."""

    service: Service
    clerk: Clerk
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something in the service's own event loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def client(self, **headers: str) -> httpx.Client:
        transport = AsgiTransport(build_app(self.service), self.run)
        return httpx.Client(transport=transport, base_url="http://127.0.0.1:5000", headers=headers)

    def clean(self) -> None:
        """Leave nothing for the next test but what has ended; nothing may lie in the spool."""
        assert [path.name for path in self.service.spool.folder.iterdir() if path.is_file()] == ["lock"]
        for job in self.store.find(states=(State.QUEUED, State.RUNNING), limit=10_000):
            self.store.cancel(job.id)
        clerk = self.clerk
        clerk.answer, clerk.held, clerk.fault = TWO_PAGES, False, None
        for seen in (clerk.leases, clerk.bytes, clerk.cancelled_ids):
            seen.clear()

    @property
    def store(self) -> JobStore:
        return self.service.stores.jobs

    @property
    def blobs(self) -> Blobs:
        return self.service.stores.blobs


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Rig]:
    """A service with a clerk instead of workers."""
    made = Settings(data_dir=folder, **settings)
    service = assemble(made, Spool.open(folder), fake_worker.plan(), lambda stores: Clerk(stores.jobs, stores.blobs))
    loop = asyncio.new_event_loop()
    ready, done = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        async with service.running():
            ready.set()
            await done.wait()

    def work() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(run())

    thread = Thread(target=work)
    thread.start()
    assert isinstance(service.executor, Clerk)
    rig = Rig(service, service.executor, loop)
    try:
        asyncio.run_coroutine_threadsafe(ready.wait(), loop).result(30)
        yield rig
        rig.clean()
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(30)
