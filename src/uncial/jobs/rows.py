"""The rows of the tables of jobs: what is written into them, and the jobs that are read out of them."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from uncial.jobs.job import Ending, Failure, Job, Order, Queue, State, Submission, order_adapter

WAITING = "waiting"
"""The state of a message to a webhook that is still to be delivered."""


def new_row(submission: Submission, now: float) -> dict[str, Any]:
    """The row of a job that is submitted at that time, without the columns that are null."""
    return {
        "id": submission.id,
        "state": State.QUEUED,
        "queue": submission.queue,
        "owner": submission.owner,
        "batch": submission.batch,
        "parent": "",
        "order": order_json(submission.order),
        "created": now,
        "keep": submission.keep,
        "sha256": submission.sha256,
        "size": submission.size,
        "pages_total": 0,
        "pages_done": 0,
        "pages_failed": 0,
        "attempt": 0,
        "tries": 0,
        "kills": "{}",
        "parts_left": 0,
        "worker": "",
        "cancel": False,
        "sent": 0.0,
        "idempotency": submission.idempotency or None,
        "fingerprint": submission.fingerprint,
        "likeness": submission.likeness,
        "result": "",
        "timings": "{}",
        "notices": "{}",
    }


def ended_row(job: Job, ending: Ending, now: float) -> dict[str, Any]:
    """What changes in the row of a job when it ends at that time. Its secrets are not needed any more."""
    webhook = job.order.webhook and replace(job.order.webhook, secret="")
    return {
        "state": ending.state,
        "order": order_json(replace(job.order, password="", webhook=webhook)),
        "ended": now,
        "expires": now + job.keep,
        "lease_until": None,
        "worker": "",
        "result": ending.result,
        "error": json.dumps(asdict(ending.error)) if ending.error else None,
        "timings": json.dumps(dict(ending.timings or {})),
        "notices": json.dumps(dict(ending.notices or {})),
    }


def job_of(row: Row[Any]) -> Job:
    """The job that a row is."""
    known = dict(row._mapping)
    error, kills = known["error"], known["kills"]
    plain = {entry.name: known[entry.name] for entry in fields(Job) if entry.name in known}
    return Job(
        **plain
        | {
            "state": State(known["state"]),
            "queue": Queue(known["queue"]),
            "order": order_adapter().validate_json(known["order"]),
            "error": Failure(**json.loads(error)) if error else None,
            "kills": kills_of(kills),
            "timings": json.loads(known["timings"]),
            "notices": json.loads(known["notices"]),
            "idempotency": known["idempotency"] or "",
            "cancel": bool(known["cancel"]),
        }
    )


def order_json(order: Order) -> str:
    """The order as JSON. What is no text in names that clients give (half of a surrogate pair) becomes a question mark."""
    texts = {entry.name: value for entry in fields(order) if isinstance(value := getattr(order, entry.name), str)}
    cleaned: dict[str, Any] = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    return order_adapter().dump_json(replace(order, **cleaned)).decode()


def kills_of(told: str) -> dict[int, int]:
    """How many workers each page has killed, from its column."""
    return {int(page): int(count) for page, count in json.loads(told).items()}


def delivery_row(job: Job, ending: Ending, now: float) -> dict[str, Any]:
    """The message that a job has ended, as it waits to be delivered (the shape of https://www.standardwebhooks.com)."""
    assert job.order.webhook
    told = {
        "id": job.id,
        "state": ending.state,
        "name": job.order.name,
        "batch": job.batch or None,
        "pages_total": job.pages_total,
        "pages_failed": job.pages_failed,
        "error": asdict(ending.error) if ending.error else None,
    }
    body = {"type": f"job.{ending.state}", "timestamp": datetime.fromtimestamp(now, UTC).isoformat(), "data": told}
    return {
        "id": f"msg_{job.id}",
        "job": job.id,
        "owner": job.owner,
        "state": WAITING,
        "url": job.order.webhook.url,
        "secret": job.order.webhook.secret,
        "body": json.dumps(body),
        "created": now,
        "tries": 0,
        "due": now,
        "error": "",
    }
