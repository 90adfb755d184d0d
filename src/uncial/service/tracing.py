"""OpenTelemetry traces, where `OTEL_EXPORTER_OTLP_ENDPOINT` says who takes them and the extra `otel` is installed.

A request is a span, and so is the job that it brought, with its stages below it, on whichever machine it was done: the job keeps
the `traceparent` of its request (https://www.w3.org/TR/trace-context/). Without an endpoint nothing of OpenTelemetry is imported,
and a client's `traceparent` is kept for the log alone.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import Scope

import uncial
from uncial.jobs.job import Ending, Lease
from uncial.jobs.telling import TRACEPARENT
from uncial.service.metrics import route_of

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

log = logging.getLogger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""Which variables say so (https://opentelemetry.io/docs/specs/otel/protocol/exporter/); OTLP's others count too."""
WELL_FORMED = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
IN_ORDER = ("fetch", "open", "read", "write")
NANO = 1_000_000_000


@dataclass(slots=True)
class Answered:
    """How a request was answered, as far as that is known; whoever answers it writes it here."""

    status: int = 0
    code: str = ""
    """Of its problem, where it has one."""


class Tracing:
    """Tells of requests and jobs, or of nothing where there is no tracer."""

    def __init__(self, tracer: Tracer | None = None, close: Callable[[], object] = lambda: None) -> None:
        self._tracer, self._close = tracer, close

    @contextmanager
    def request(self, scope: Scope) -> Iterator[Answered]:
        """A request while it is being answered; `TRACEPARENT` is its own meanwhile, and that of the jobs that it brings."""
        given = traceparent_of(Headers(scope=scope))
        answered = Answered()
        if self._tracer is None:
            with _present(given):
                yield answered
            return
        from opentelemetry.trace import SpanKind

        span = self._tracer.start_span(scope["method"], _context_of(given), SpanKind.SERVER)
        try:
            with _present(_traceparent(span)):
                yield answered
        finally:
            _tell_request(span, scope, answered)
            span.end()

    def job_ended(self, lease: Lease, ending: Ending) -> None:
        """Tell of a job that a runner brought to its end: from when it was submitted, a span for each stage below it."""
        if self._tracer is None:
            return
        from opentelemetry.trace import SpanKind

        job, end = lease.job, time.time()
        name = "part of a job" if job.parent else "job"
        span = self._tracer.start_span(
            name, _context_of(job.order.traceparent), SpanKind.CONSUMER, start_time=_nanos(job.created)
        )
        span.set_attributes(
            {
                "uncial.job.id": job.parent or job.id,
                "uncial.job.state": ending.state.value,
                "uncial.job.queue": job.queue.value,
                "uncial.job.attempt": job.attempt,
            }
        )
        if ending.error:
            _fail(span, ending.error.code)
        for stage, begun, over in stages(lease, ending, end):
            self._tracer.start_span(stage, _context_of(_traceparent(span)), start_time=_nanos(begun)).end(_nanos(over))
        span.end(_nanos(end))

    def close(self) -> None:
        """Send what was not sent yet. It takes a few seconds where nobody takes it."""
        self._close()


def start_tracing(environment: Mapping[str, str] = os.environ) -> Tracing:
    """Tracing as the environment asks for it; none where it does not, or where the extra is not installed, which is logged."""
    if not any(environment.get(name) for name in ENDPOINTS) or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return Tracing()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("Traces are asked for, and OpenTelemetry is not installed: pip install 'uncial[otel]'")
        return Tracing()
    ours = Resource.create({"service.name": "uncial", "service.version": uncial.__version__})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider.get_tracer("uncial", uncial.__version__), provider.shutdown)


def traceparent_of(headers: Headers) -> str:
    """The client's `traceparent` where it is well-formed, else an empty one, as the recommendation asks for (section 4.3)."""
    given = headers.get("traceparent", "")
    return given if WELL_FORMED.fullmatch(given) else ""


def stages(lease: Lease, ending: Ending, end: float) -> list[tuple[str, float, float]]:
    """Each stage with when it began and when it was over: they followed one another up to the end."""
    timings = dict(ending.timings or {})
    found: list[tuple[str, float, float]] = []
    for stage in reversed([stage for stage in IN_ORDER if stage in timings]):
        begun = end - timings[stage]
        found.insert(0, (stage, begun, end))
        end = begun
    if lease.job.started is not None:
        found.insert(0, ("queue", lease.job.created, lease.job.started))
    return found


@contextmanager
def _present(traceparent: str) -> Iterator[None]:
    before = TRACEPARENT.set(traceparent)
    try:
        yield
    finally:
        TRACEPARENT.reset(before)


def _tell_request(span: Span, scope: Scope, answered: Answered) -> None:
    """What the request was, by the names of https://opentelemetry.io/docs/specs/semconv/http/http-spans/."""
    route = route_of(scope)
    span.update_name(f"{scope['method']} {route}")
    told = {"http.request.method": scope["method"], "http.route": route, "url.scheme": scope.get("scheme", "http")}
    span.set_attributes({**told, "http.response.status_code": answered.status} if answered.status else told)
    if answered.status >= 500:
        _fail(span, answered.code or str(answered.status))
    elif answered.code:
        span.set_attribute("uncial.code", answered.code)


def _fail(span: Span, code: str) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("error.type", code)
    span.set_status(Status(StatusCode.ERROR))


def _context_of(traceparent: str) -> Context:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": traceparent})


def _traceparent(span: Span) -> str:
    told = span.get_span_context()
    return f"00-{told.trace_id:032x}-{told.span_id:016x}-{told.trace_flags:02x}"


def _nanos(seconds: float) -> int:
    return int(seconds * NANO)
