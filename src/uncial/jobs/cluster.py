"""Workers on many machines, behind a broker: Celery carries ids of jobs to whoever is free, and knows nothing else of them.

What a broker loses, or brings twice, does no harm: the table of jobs says who has a job, and jobs of which nobody hears are sent
again. So there is no result backend, and no message holds more than an id.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import ceil
from queue import Empty, SimpleQueue
from secrets import token_hex
from threading import Event, Thread, Timer
from time import monotonic
from typing import Any, Self

from uncial.errors import MissingDependency, OptionInvalid, ServiceUnavailable, UncialError
from uncial.jobs.blobs import Blobs
from uncial.jobs.executor import Standing, worker_name
from uncial.jobs.job import Job, Queue
from uncial.jobs.runner import Runner
from uncial.jobs.seat import Seat
from uncial.jobs.store import JobStore

try:
    from celery import Celery, signals
    from celery.apps.worker import Worker as CeleryWorker
    from celery.exceptions import Reject, SoftTimeLimitExceeded
    from celery.worker import state
    from celery.worker.consumer import Consumer
    from kombu import Exchange
    from kombu import Queue as Route
except ImportError as error:
    raise MissingDependency(f"Brokers need another package: {error.name}.", hint="pip install 'uncial[cluster]'") from error

log = logging.getLogger(__name__)

TASK = "uncial.run"
PR_SET_PDEATHSIG = 1
"""prctl(2), Linux."""
SCHEMES = ("amqp", "amqps", "redis", "rediss")
CONNECT, CONFIRM = 4, 5
"""Seconds until a broker answers, and until it says that it has a message."""
SPARE = 900
"""Seconds beyond a job's own time limit, which its runner keeps, until Celery takes the runner for stuck."""
LAST_WORD = 60
"""Seconds between asking a stuck runner to stop and killing it."""
LOOK_EVERY, FAULT_AFTER = 10.0, 30.0
"""Seconds between two looks at the broker and its workers; and for which it may be away before that is a fault."""
BACKLOG = 60.0
"""Seconds after which a job that nobody has begun is one of many that wait, and is sent again only where messages were lost."""


class WorkConsumer(Consumer):
    """Celery's consumer without the 28 queues for messages that are to come later: ours are for now."""

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc,valid-type]  # celery-types takes it for a variable
        """Its steps."""

        default_steps = tuple(step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in step)


def make_app(broker: str, *, max_tasks: int = 500) -> Celery:
    """The Celery application of that broker, as the service sends through it and workers listen. Raises `OptionInvalid`."""
    scheme = broker.partition("://")[0]
    if scheme not in SCHEMES:
        raise OptionInvalid(
            f"“{scheme}” is no kind of broker.", hint="Set UNCIAL_BROKER to amqp://user:password@host// or redis://host/0."
        )
    app = Celery("uncial", broker=broker, set_as_current=False, changes=_about_broker(scheme))
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_acks_on_failure_or_timeout=True,
        task_reject_on_worker_lost=True,
        task_queues=[_route(queue) for queue in Queue],
        task_default_queue=_name(Queue.INTERACTIVE),
        task_create_missing_queues=False,
        task_send_sent_event=False,
        worker_send_task_events=False,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=max_tasks,
        worker_max_memory_per_child=1 << 20,  # KiB of a runner, which holds no document; its worker process has its own bound
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_consumer=f"{__name__}:{WorkConsumer.__name__}",
        broker_connection_timeout=CONNECT,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0.2},
    )
    return app


def _about_broker(scheme: str) -> dict[str, Any]:
    if scheme.startswith("amqp"):
        return {"broker_heartbeat": 30, "broker_transport_options": {"confirm_publish": True}}
    # The visibility timeout is when a message that nobody has acknowledged comes again: a duplicate, which does no harm.
    options = {"visibility_timeout": 6 * 3600, "socket_connect_timeout": CONNECT, "socket_timeout": 30, "socket_keepalive": True}
    return {"broker_transport_options": options | {"queue_order_strategy": "priority"}}


def _route(queue: Queue) -> Route:
    """A quorum queue, which outlives a node of RabbitMQ; Redis has only one kind. Long jobs may stay unacknowledged for a day."""
    arguments = {"x-queue-type": "quorum", "x-consumer-timeout": 24 * 3600 * 1000}
    name = _name(queue)
    return Route(name, Exchange("uncial", type="direct"), routing_key=name, durable=True, queue_arguments=arguments)


def _name(queue: Queue) -> str:
    return f"uncial.{queue}"


def check_shared(store: JobStore, blobs: Blobs) -> None:
    """Make sure that this process has the key and the blob store that all others of its database have.

    Raises `OptionInvalid` where it has not, for then each document that it takes would fail.
    """
    offered = token_hex(16)
    blobs.write(_shared(offered), b"uncial")
    word = store.shared_word(offered)
    if word == offered:
        return
    blobs.delete(_shared(offered))
    try:
        blobs.size(_shared(word))
    except FileNotFoundError:
        raise OptionInvalid(
            "This blob store is not the one that the others of this database use.",
            hint="Give all processes of one service the same UNCIAL_BLOBS.",
        ) from None


def _shared(word: str) -> str:
    return f".shared-{word}"


def publish(app: Celery, store: JobStore, jobs: Sequence[Job]) -> None:
    """Tell workers of jobs that wait. Raises `ServiceUnavailable` where the broker does not answer; then some may not know."""
    try:
        with app.producer_pool.acquire(block=True, timeout=CONNECT) as producer:
            for job in jobs:
                soft = ceil(job.order.seconds) + SPARE
                app.send_task(
                    TASK,
                    (job.id,),
                    queue=_name(job.queue),
                    producer=producer,
                    soft_time_limit=soft,
                    time_limit=soft + LAST_WORD,
                    confirm_timeout=CONFIRM,
                )
    except _broken(app) as error:
        raise ServiceUnavailable("The broker does not answer.") from error
    store.note_sent([job.id for job in jobs])


def _broken(app: Celery) -> tuple[type[Exception], ...]:
    """What brokers and their clients raise when they are not there."""
    from kombu.exceptions import KombuError

    with app.connection_for_write() as connection:
        return (*connection.connection_errors, *connection.channel_errors, KombuError, OSError)


class CeleryExecutor:
    """Has jobs done by `uncial worker` wherever it runs."""

    def __init__(self, broker: str, store: JobStore) -> None:
        """Raises `OptionInvalid` for what is no broker."""
        self._app, self._store = make_app(broker), store
        self._outbox: SimpleQueue[Job | None] = SimpleQueue()
        self._leaving = Event()
        self._workers: dict[str, int] = {"ready": 0, "busy": 0}
        self._seen = monotonic()
        self._threads: list[Thread] = []

    async def __aenter__(self) -> Self:
        # Threads that end with the process: a broker that hangs must not keep it from ending.
        self._threads = [Thread(target=each, daemon=True) for each in (self._send, self._watch)]
        for thread in self._threads:
            thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leaving.set()
        self._outbox.put(None)
        await asyncio.to_thread(self._threads[0].join, CONNECT)

    async def sent(self, jobs: Sequence[Job]) -> None:
        """Tell workers of these jobs, soon. Where that fails they are sent again later."""
        for job in jobs:
            self._outbox.put(job)

    async def cancelled(self, job: Job) -> None:
        """Nothing: whoever has the job sees it in the table within a second."""

    async def drain(self, seconds: float) -> None:
        """Nothing: what workers elsewhere do goes on without us."""

    def standing(self) -> Standing:
        """How many jobs can be done at once, and how many are, as the workers last said."""
        fault = None
        if monotonic() - self._seen > FAULT_AFTER:
            fault = ServiceUnavailable("The broker does not answer.", hint="Start it, or mend UNCIAL_BROKER.")
        return Standing(dict(self._workers), (), fault)

    def _send(self) -> None:
        """Send what is in the outbox until we leave; whatever goes wrong, the table still has the jobs."""
        while (first := self._outbox.get()) is not None:
            jobs = [first]
            with suppress(Empty):
                while len(jobs) < 1000 and (job := self._outbox.get_nowait()) is not None:
                    jobs.append(job)
            try:
                publish(self._app, self._store, self._wanted(jobs))
            except UncialError as error:
                log.warning(error.message, extra={"code": error.code, "jobs": len(jobs)}, exc_info=error)
            if self._leaving.is_set():
                return

    def _wanted(self, jobs: list[Job]) -> list[Job]:
        """Those that the broker may not know of: as long as it holds a message for each that waits, nothing was lost."""
        now = self._store.now()
        old = {job.queue for job in jobs if _is_old(job, now)}
        waiting = self._store.waiting() if old else {}
        known = {queue for queue in old if self._depth(queue) >= waiting[queue][0]}
        return [job for job in jobs if job.queue not in known or not _is_old(job, now)]

    def _depth(self, queue: Queue) -> int:
        """How many messages the broker holds."""
        try:
            with self._app.connection_for_read() as connection:
                connection.ensure_connection(max_retries=1, timeout=CONNECT)
                channel: Any = connection.default_channel
                return int(channel.queue_declare(_name(queue), passive=True).message_count)
        except _broken(self._app):
            return 0  # it has none, or it is away, which whoever sends will find out

    def _watch(self) -> None:
        while True:
            try:
                self._look()
            except Exception:  # whatever a client of a broker raises: that it is away is known by when it was last seen
                log.warning("The broker does not answer.", exc_info=True)
            if self._leaving.wait(LOOK_EVERY):
                return

    def _look(self) -> None:
        with self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=CONNECT)
            inspect = self._app.control.inspect(timeout=1.0, connection=connection)
            stats, active = inspect.stats() or {}, inspect.active() or {}
        self._seen = monotonic()
        places = sum(int(told["pool"]["max-concurrency"]) for told in stats.values())
        busy = sum(map(len, active.values()))
        self._workers = {"ready": max(0, places - busy), "busy": busy}


def _is_old(job: Job, now: float) -> bool:
    return not job.attempt and now - job.created > BACKLOG


class _Worker(CeleryWorker):
    """Celery's worker, which stops as the service does: what is being done gets its time, and then it is given back."""

    def __init__(self, *, grace: float, **given: Any) -> None:
        self._grace = grace
        super().__init__(**given)

    def install_platform_tweaks(self, worker: Any) -> None:
        """Hear SIGTERM and SIGINT; Celery's own way of it writes into the log what is no JSON."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        if state.should_stop is not None:
            self._give_back()
            return
        log.info("It stops: no more jobs are taken.", extra={"seconds": self._grace})
        state.should_stop = 0  # type: ignore[assignment]  # celery-types knows only its first value
        timer = Timer(self._grace, self._give_back)
        timer.daemon = True
        timer.start()

    def _give_back(self) -> None:
        """Interrupt the processes of the pool that still do a job, as a soft time limit does."""
        pool: Any = self.pool
        for pid in pool.info["processes"]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGUSR1)


def work(
    app: Celery, make_runner: Callable[[], Runner], *, workers: int, queues: Sequence[Queue] = tuple(Queue), grace: float = 30.0
) -> int:
    """Do jobs with so many runners at a time until the process is told to stop; its exit status.

    `make_runner` is called in each of the processes that run jobs, after they were forked, so that it may open connections. On
    SIGTERM what is being done has `grace` seconds to come to its end; then it is given back for others.
    """
    seats: list[Seat] = []
    _add_task(app, seats)

    def begin(**_: object) -> None:
        _die_with_parent()
        seats.append(Seat(make_runner))

    signals.worker_process_init.connect(begin, weak=False)
    signals.setup_logging.connect(_leave_log, weak=False)
    for chatty in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    worker = _Worker(
        app=app,
        grace=grace,
        pool_cls="prefork",
        concurrency=workers,
        queues=[_name(queue) for queue in queues],
        optimization="fair",
        without_gossip=True,
        without_mingle=True,
        quiet=True,
        hostname=f"uncial@{worker_name(0)}",
    )
    worker.start()
    return int(worker.exitcode or 0)


def _add_task(app: Celery, seats: list[Seat]) -> None:
    @app.task(name=TASK)
    def run(id: str) -> None:
        try:
            jobs = seats[0].run(id)
        except SoftTimeLimitExceeded:
            log.warning("A job was given back.", extra={"job": id})
        except UncialError as error:  # nothing can be read on this machine just now
            raise Reject(error.message, requeue=True) from error
        else:
            if jobs:
                with suppress(ServiceUnavailable):  # then they are sent once more, a while later
                    publish(app, seats[0].store, jobs)


def _leave_log(**_: object) -> None:
    """The log is set up already; without this Celery would do it again."""


def _die_with_parent() -> None:
    """Have the system ask this process to stop when its parent is gone, so that what it does is given back."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
