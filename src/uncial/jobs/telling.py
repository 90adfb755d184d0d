"""Which job, and which trace, the present task is about: what it logs meanwhile says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

JOB: ContextVar[str] = ContextVar("job", default="")
"""The id of the job that is being done or asked for; empty outside of any."""
TRACEPARENT: ContextVar[str] = ContextVar("traceparent", default="")
"""The span that is open just now, as W3C Trace Context writes it (https://www.w3.org/TR/trace-context/); empty outside of any."""


@contextmanager
def telling(job: str, traceparent: str = "") -> Iterator[None]:
    """Whatever is logged in here is about that job."""
    job_before, trace_before = JOB.set(job), TRACEPARENT.set(traceparent)
    try:
        yield
    finally:
        JOB.reset(job_before)
        TRACEPARENT.reset(trace_before)


def trace_id(traceparent: str) -> str:
    """The id of the trace; empty where there is none."""
    return traceparent.split("-")[1] if traceparent else ""
