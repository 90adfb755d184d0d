"""A job as HTTP tells of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from uncial.jobs.job import Failure, Job, State
from uncial.jobs.webhooks import Standing
from uncial.service.desk import Desk

Told = dict[str, Any]


async def job_json(desk: Desk, job: Job) -> Told:
    """The job, with its place in the queue where it waits, and how it stands with the message about its end."""
    position = await asyncio.to_thread(desk.jobs.ahead_of, job) if job.state is State.QUEUED else None
    standing = await asyncio.to_thread(desk.outbox.standing, job.id) if job.order.webhook and job.state.ended else None
    return plain_json(job, position) | ({"webhook": _told_standing(standing)} if standing else {})


def plain_json(job: Job, position: int | None = None) -> Told:
    """The job without a look at the others."""
    here = f"/v1/jobs/{job.id}"
    error = job.error
    return {
        "id": job.id,
        "state": job.state,
        "name": job.order.name,
        "queue": job.queue,
        "batch": job.batch or None,
        "created": told_time(job.created),
        "started": told_time(job.started),
        "ended": told_time(job.ended),
        "expires": told_time(job.expires),
        "position": position,
        "pages": {"total": job.pages_total or None, "done": job.pages_done, "failed": job.pages_failed},
        "timings": {step: round(seconds, 4) for step, seconds in job.timings.items()},
        "notices": dict(job.notices),
        "error": error and _told_error(error),
        "links": {"self": here, "result": f"{here}/result", "events": f"{here}/events"},
    }


def _told_standing(standing: Standing) -> Told:
    due, error = told_time(standing.due), standing.error or None
    return {"state": standing.state, "tries": standing.tries, "due": due, "error": error}


def _told_error(error: Failure) -> Told:
    return {"code": error.code, "detail": error.message, "hint": error.hint, "stage": error.stage, "page": error.page}


def told_time(seconds: float | None) -> str | None:
    """A time as RFC 3339 writes it, in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
