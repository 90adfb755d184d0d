"""What the settings mean: the database, the blob store, the workers, put together for a process that serves or works."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from uncial.engines import EngineConfig
from uncial.errors import OutputError
from uncial.jobs.blobs import Blobs
from uncial.jobs.database import Database
from uncial.jobs.runner import Runner, Terms
from uncial.jobs.seal import Seal
from uncial.jobs.store import JobStore
from uncial.jobs.wire import Plan
from uncial.service.settings import Settings


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
    url = settings.database.get_secret_value() or f"sqlite:///{_made(folder) / 'jobs.db'}"
    database = Database.open(url)
    blobs = Blobs.open(settings.blobs or str(_made(folder) / "blobs"), settings.blobs_endpoint)
    return Stores(database, JobStore(database, seal, settings.lease_seconds), blobs, seal)


def plan_of(settings: Settings) -> Plan:
    """What the settings mean for a worker process."""
    config = EngineConfig(threads=settings.workers_and_threads[1], models=settings.models)
    return Plan(settings.engine, config, sys_path=tuple(sys.path))


def writing_plan(plan: Plan) -> Plan:
    """The plan for a worker process that reads nothing, and so needs no engine."""
    return replace(plan, engine="")


def runner_maker(
    settings: Settings, stores: Stores, plan: Plan, told: Callable[[str], None] = lambda id: None
) -> Callable[[], Runner]:
    """What makes runners for these settings."""
    terms = Terms(
        max_jobs=settings.worker_max_jobs,
        max_memory=settings.worker_max_memory,
        part_pages=settings.part_pages if settings.workers_and_threads[0] > 1 or settings.broker.get_secret_value() else 0,
    )
    return lambda: Runner(stores.jobs, stores.blobs, plan, work_folder(settings), terms, told=told)


def work_folder(settings: Settings) -> Path:
    """Where runners put the documents that they work at."""
    return _made(settings.data_dir / "work")


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
