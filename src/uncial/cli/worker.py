"""`uncial worker`: reads what comes over a broker, on any number of machines."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from uncial.errors import OptionInvalid
from uncial.jobs.cluster import check_shared, make_app, work
from uncial.jobs.job import Queue
from uncial.jobs.runner import Runner
from uncial.jobs.wire import Plan
from uncial.service.assembly import open_stores, plan_of, runner_maker
from uncial.service.logs import log_settings, start_log
from uncial.service.settings import Settings
from uncial.service.spool import Spool
from uncial.service.tracing import start_tracing

log = logging.getLogger(__name__)


def chosen_queues(names: str) -> list[Queue]:
    """The queues of these names, which commas part. Raises `OptionInvalid`."""
    try:
        return [Queue(name) for name in names.split(",")]
    except ValueError:
        raise OptionInvalid(f"“{names}” names no queues.", hint=f"There are: {', '.join(Queue)}.") from None


def run_worker(settings: Settings, queues: Sequence[Queue], *, same_machine: bool = False, plan: Plan | None = None) -> int:
    """Do jobs until the process is told to stop; its exit status. `plan` follows from the settings, and only tests give another.

    Raises `OptionInvalid`, `MissingDependency`, `OutputError` or `ServiceUnavailable` where it cannot begin.
    """
    start_log(settings.log_level, settings.log_file)
    log_settings(settings)
    logging.captureWarnings(True)
    broker = settings.broker.get_secret_value()
    if not broker:
        raise OptionInvalid("There is no broker to take jobs from.", hint="Set UNCIAL_BROKER, as for the service.")
    app = make_app(broker, max_tasks=settings.worker_max_jobs)
    _check(settings, same_machine)
    workers, threads = settings.workers_and_threads
    with Spool.open(settings.data_dir) as spool:
        said = {"workers": workers, "threads": threads, "queues": [str(queue) for queue in queues]}
        log.info("A machine takes jobs from the broker.", extra=said)
        make_runner = _runners(settings, plan or plan_of(settings), spool)
        return work(app, make_runner, workers=workers, queues=queues, grace=settings.shutdown_seconds)


def _check(settings: Settings, same_machine: bool) -> None:
    """Make sure that what this process writes is where the others look. Nothing stays open, for it is about to fork."""
    stores = open_stores(settings)
    try:
        if stores.database.is_sqlite and not same_machine:
            raise OptionInvalid(
                "SQLite cannot be shared with other machines.",
                hint="Set UNCIAL_DATABASE to a PostgreSQL, or say --same-machine where the service runs here too.",
            )
        stores.blobs.check()
        check_shared(stores.jobs, stores.blobs)
    finally:
        stores.database.close()


def _runners(settings: Settings, plan: Plan, spool: Spool) -> Callable[[], Runner]:
    """What makes a runner in a process of the pool, with connections and traces of its own."""
    return lambda: runner_maker(settings, open_stores(settings), plan, spool.folder, ended=start_tracing().job_ended)()
