"""What the settings mean: the database, the blob store, the workers, put together for a process that serves or works."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from uncial.engines import EngineConfig
from uncial.errors import OutputError
from uncial.fields.templates import parse_templates
from uncial.jobs.bell import Bell
from uncial.jobs.blobs import Blobs
from uncial.jobs.database import Database
from uncial.jobs.executor import Executor, LocalExecutor
from uncial.jobs.housekeeping import Housekeeper
from uncial.jobs.job import Ending, Lease
from uncial.jobs.keys import KeyStore
from uncial.jobs.rendering import Renderer
from uncial.jobs.runner import Runner, Terms
from uncial.jobs.seal import Seal
from uncial.jobs.store import JobStore
from uncial.jobs.webhooks import Outbox, Postman
from uncial.jobs.wire import Plan
from uncial.service.access import Door
from uncial.service.desk import Desk
from uncial.service.metrics import Metrics
from uncial.service.probes import Probes
from uncial.service.settings import Settings
from uncial.service.spool import Spool
from uncial.service.tracing import Tracing, start_tracing
from uncial.template_files import read_templates


class Stores(NamedTuple):
    """Where everything is that outlives a process."""

    database: Database
    jobs: JobStore
    blobs: Blobs
    seal: Seal


def open_stores(settings: Settings) -> Stores:
    """The database and the blob store of the settings. Raises `UncialError` where one of them cannot be opened."""
    folder = settings.data_dir
    sealed = settings.seal_key.get_secret_value()
    seal = Seal(sealed) if sealed else Seal.open(folder)
    database = open_database(settings)
    blobs = Blobs.open(settings.blobs or str(_made(folder) / "blobs"), settings.blobs_endpoint)
    return Stores(database, JobStore(database, seal, settings.lease_seconds), blobs, seal)


def open_database(settings: Settings) -> Database:
    """The database of the settings. Raises `UncialError` where it cannot be opened."""
    return Database.open(settings.database.get_secret_value() or f"sqlite:///{_made(settings.data_dir) / 'jobs.db'}")


def plan_of(settings: Settings) -> Plan:
    """What the settings mean for a worker process."""
    config = EngineConfig(settings.workers_and_threads[1], settings.models, settings.weights)
    return Plan(
        settings.engine,
        config,
        sys_path=tuple(sys.path),
        address_space=settings.worker_address_space,
        hidden=_hidden_from_workers(settings),
    )


def _hidden_from_workers(settings: Settings) -> tuple[Path, ...]:
    """Everybody's documents, and what opens them; the weights may lie in the same folder, and are for workers to read."""
    ours = ("jobs.db", "jobs.db-wal", "jobs.db-shm", "seal.key", "blobs", "spool")
    elsewhere = (settings.blobs, settings.database.get_secret_value().removeprefix("sqlite:///"))
    paths = [settings.data_dir / name for name in ours] + [Path(each) for each in elsewhere if each and "://" not in each]
    return (*paths, *((settings.log_file,) if settings.log_file else ()))


def runner_maker(
    settings: Settings,
    stores: Stores,
    plan: Plan,
    folder: Path,
    *,
    told: Callable[[str], None] = lambda id: None,
    ended: Callable[[Lease, Ending], None] = lambda lease, ending: None,
) -> Callable[[], Runner]:
    """What makes runners for these settings; the folder, a spool's, is where they put the documents that they work at.

    `told` hears of every step of a job, by its id, and `ended` of its end.
    """
    terms = Terms(
        max_jobs=settings.worker_max_jobs,
        max_memory=settings.worker_max_memory,
        part_pages=settings.part_pages if settings.workers_and_threads[0] > 1 or settings.broker.get_secret_value() else 0,
    )
    return lambda: Runner(stores.jobs, stores.blobs, plan, folder, terms, told=told, ended=ended)


@dataclass(slots=True)
class Service:
    """All parts of a process that serves; those that run do so while `running` is entered."""

    settings: Settings
    stores: Stores
    spool: Spool
    keys: KeyStore
    door: Door
    executor: Executor
    desk: Desk
    probes: Probes
    metrics: Metrics
    tracing: Tracing
    companions: tuple[AbstractAsyncContextManager[object], ...]
    """What runs beside the executor, in the order in which it starts."""
    _draining: asyncio.Task[None] | None = field(default=None, init=False)
    _hurried: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start everything; at the end what is being done gets the time that the settings give it."""
        async with AsyncExitStack() as stack:
            stack.enter_context(self.spool)
            stack.callback(self.stores.database.close)
            stack.callback(self.tracing.close)
            await stack.enter_async_context(self.executor)
            for companion in self.companions:
                await stack.enter_async_context(companion)
            try:
                yield
            finally:
                await self.stop()

    def stop(self) -> asyncio.Task[None]:
        """Take in nothing more, begin nothing more, and say so to whoever asks; done when what is being done has come to its end.

        The time that this may take counts from the first time that it is asked for.
        """
        self.desk.stop()
        self.probes.drain()
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        return self._draining

    def hurry(self) -> None:
        """Wait no longer for what is being done: it goes back to the queue with the pages that are done."""
        self._hurried.set()

    async def _drain(self) -> None:
        either = {
            asyncio.create_task(self.executor.drain(self.settings.shutdown_seconds)),
            asyncio.create_task(self._hurried.wait()),
        }
        _, left = await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        for task in left:
            task.cancel()


def assemble(settings: Settings, spool: Spool, plan: Plan, make_executor: Callable[[Stores], Executor] | None = None) -> Service:
    """Put a service together. Raises `UncialError` where a part of it cannot be had.

    Who does the jobs follows from the settings; only tests say otherwise.
    """
    templates = own_templates(settings)
    stores, bell, tracing = open_stores(settings), Bell(), start_tracing()
    executor = make_executor(stores) if make_executor else _executor(settings, stores, spool, plan, bell, tracing)
    renderer = Renderer(stores.blobs, replace(plan, engine=""), spool.folder)
    outbox = Outbox(stores.database)
    postman = Postman(outbox, stores.seal, settings.limits)
    housekeeper = Housekeeper(stores.jobs, stores.blobs, executor, told=bell.ring)
    keys = KeyStore(stores.database)
    return Service(
        settings,
        stores,
        spool,
        keys,
        Door(keys, required=settings.require_keys, open=settings.open, origins=settings.cors_origins),
        executor,
        Desk(settings, stores.jobs, outbox, stores.blobs, executor, renderer, bell, templates),
        Probes(stores.jobs, stores.blobs, executor),
        Metrics(stores.jobs, executor.standing),
        tracing,
        (renderer, postman, housekeeper),
    )


def own_templates(settings: Settings) -> str:
    """The templates that the service knows of itself. Raises `TemplateInvalid`, and where they cannot be read a `SourceError`."""
    parse_templates(read_templates(settings.templates))
    return read_templates(settings.templates, whole_paths=False)


def _executor(settings: Settings, stores: Stores, spool: Spool, plan: Plan, bell: Bell, tracing: Tracing) -> Executor:
    """Workers behind a broker where there is one, else in processes of this machine."""
    if broker := settings.broker.get_secret_value():
        from uncial.jobs.cluster import CeleryExecutor

        return CeleryExecutor(broker, stores.jobs)
    make_runner = runner_maker(settings, stores, plan, spool.folder, told=bell.ring, ended=tracing.job_ended)
    return LocalExecutor(stores.jobs, make_runner, settings.workers_and_threads[0])


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputError(
            f"The data folder {folder} cannot be written: {error.strerror or error}.",
            hint="Set UNCIAL_DATA_DIR to a folder that can.",
            stage="source",
        ) from error
    return folder
