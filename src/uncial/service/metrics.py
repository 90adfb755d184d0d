"""What Prometheus is told at `/metrics` (https://prometheus.io/docs/instrumenting/exposition_formats/).

Jobs, queues and webhooks are those of the whole service, looked up in the table that all of its processes share: each API
process tells the same, so that one takes the largest and not the sum. Requests, workers and memory are those of the process
that is asked.
"""

from __future__ import annotations

import asyncio
import logging
import platform
from collections.abc import Callable, Iterable, Iterator
from threading import Lock

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

import uncial
from uncial.errors import ServiceUnavailable, error_classes
from uncial.jobs.executor import Standing
from uncial.jobs.job import ENDED, Job
from uncial.jobs.store import JobStore
from uncial.service.recent import Recent

log = logging.getLogger(__name__)

STAGES = ("queue", "fetch", "open", "read", "write")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"
"""Stands for all paths, methods and codes that are none of ours, so that strangers cannot make metrics without end."""
REQUEST_SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
STAGE_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
OVERLAP = 30.0
"""Seconds that are looked at again: the time of an end is told before its transaction is done, and another may be done sooner."""
LOOK = 1000
"""Jobs that are looked at at once."""


class Metrics:
    """Counts what happens, and tells it together with how things stand.

    `standing` says how the workers of this process are doing. The table is looked at when the metrics are asked for, at most once
    a second; where it does not answer, the rest is told all the same, and `uncial_database_up` is 0.
    """

    def __init__(self, jobs: JobStore, standing: Callable[[], Standing]) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "uncial_http_requests", "Requests answered.", ["route", "method", "status"], registry=self.registry
        )
        self._request_seconds = Histogram(
            "uncial_http_request_seconds",
            "Seconds from a request to the end of its answer.",
            ["route", "method"],
            buckets=REQUEST_SECONDS,
            registry=self.registry,
        )
        self._table = _Table(jobs, self.registry)
        self.registry.register(_Workers(standing))
        ProcessCollector(registry=self.registry)
        about = Gauge("uncial_build_info", "What runs here; always 1.", ["version", "python"], registry=self.registry)
        about.labels(uncial.__version__, platform.python_version()).set(1)
        self._looked = Recent(lambda: asyncio.to_thread(self._table.look))

    def answered(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request that is over, with the status that was sent or logged."""
        route, method = route_of(scope), scope["method"] if scope["method"] in METHODS else OTHER
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route, method).observe(seconds)

    async def answer(self, request: Request) -> Response:
        """The answer to `GET /metrics`, in the form of Prometheus or OpenMetrics that is asked for."""
        await self._looked.get()
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(await asyncio.to_thread(encode, self.registry), headers={"Content-Type": media_type})


def route_of(scope: Scope) -> str:
    """The template of the route that a request went to, such as /v1/jobs/{id}: as many as there are routes, and no more."""
    return str(getattr(scope.get("route"), "path", OTHER))


class _Table:
    """What the table of jobs tells: how many there are and, of those that ended since this process began, how."""

    def __init__(self, jobs: JobStore, registry: CollectorRegistry) -> None:
        self._jobs, self._lock = jobs, Lock()
        self._since = _told_time(jobs)
        self._counted: dict[str, float] = {}
        """The jobs that were counted and may be seen again, with when they ended."""
        self._up = Gauge("uncial_database_up", "Whether the database answers.", registry=registry)
        self._ended = Counter(
            "uncial_jobs_ended",
            "Jobs that ended, by state and by the code of their error.",
            ["state", "code"],
            registry=registry,
        )
        self._pages = Counter(
            "uncial_pages",
            "Pages of jobs that ended, read or failed; results that were there already are not counted.",
            ["result"],
            registry=registry,
        )
        self._seconds = Histogram(
            "uncial_job_stage_seconds",
            "Seconds that a job spent in each stage.",
            ["stage"],
            buckets=STAGE_SECONDS,
            registry=registry,
        )
        self._now = _Counts()
        registry.register(self._now)
        for result in ("read", "failed"):
            self._pages.labels(result)
        for state in ENDED:
            self._ended.labels(state.value, "")

    def look(self) -> None:
        """Look at the table; it blocks. Where the database does not answer, what is counted is counted the next time."""
        with self._lock:
            try:
                self._count_ended()
                self._now.found = _families(self._jobs)
                self._up.set(1)
            except ServiceUnavailable as error:
                log.warning(error.message, extra={"code": error.code})
                self._now.found = ()
                self._up.set(0)

    def _count_ended(self) -> None:
        now = self._jobs.now()
        at = self._since = now if self._since is None else self._since
        while True:
            found = self._jobs.ended_since(at, LOOK)
            for job in found:
                if job.id not in self._counted:
                    self._count(job)
            last = found[-1].ended if len(found) == LOOK else None
            if last is None or last == at:
                break
            at = last
        self._since = max(self._since, now - OVERLAP)
        self._counted = {id: ended for id, ended in self._counted.items() if ended >= self._since}

    def _count(self, job: Job) -> None:
        self._counted[job.id] = job.ended or 0.0
        self._ended.labels(job.state.value, _bounded(job.error.code) if job.error else "").inc()
        if job.started is None:  # it was cancelled before it began, or its result was there already
            return
        self._pages.labels("failed").inc(job.pages_failed)
        self._pages.labels("read").inc(max(0, job.pages_done - job.pages_failed))
        for stage in STAGES:
            if stage in job.timings:
                self._seconds.labels(stage).observe(job.timings[stage])


def _told_time(jobs: JobStore) -> float | None:
    """The time from which on ends are counted; where the database does not answer, that is when it does for the first time."""
    try:
        return jobs.now()
    except ServiceUnavailable:
        return None


def _bounded(code: str) -> str:
    return code if code in error_classes() else OTHER


class _Counts(Collector):
    """What was last found in the table."""

    def __init__(self) -> None:
        self.found: tuple[Metric, ...] = ()

    def collect(self) -> Iterable[Metric]:
        return self.found


def _families(jobs: JobStore) -> tuple[Metric, ...]:
    waiting = jobs.waiting()
    return (
        _family(
            "uncial_queue_jobs",
            "Jobs that wait for a worker, parts of large ones among them.",
            "queue",
            {queue.value: count for queue, (count, _) in waiting.items()},
        ),
        _family(
            "uncial_queue_oldest_seconds",
            "Seconds for which the oldest of them waits.",
            "queue",
            {queue.value: age for queue, (_, age) in waiting.items()},
        ),
        _family(
            "uncial_jobs",
            "Jobs in the table, until they are forgotten.",
            "state",
            {state.value: count for state, count in jobs.counts().items()},
        ),
        _family("uncial_webhook_deliveries", "Messages to webhooks, until they are forgotten.", "state", jobs.delivery_counts()),
    )


def _family(name: str, help: str, label: str, values: dict[str, int] | dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, help, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family


class _Workers(Collector):
    """How the workers of this process are doing, asked when it is told."""

    def __init__(self, standing: Callable[[], Standing]) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        standing = self._standing()
        yield _family("uncial_workers", "Workers of this process.", "state", standing.workers)
        together, largest = sum(standing.memory), max(standing.memory, default=0)
        yield GaugeMetricFamily("uncial_workers_memory_bytes", "Memory that they hold together.", together)
        yield GaugeMetricFamily("uncial_worker_memory_largest_bytes", "Memory that the largest of them holds.", largest)
