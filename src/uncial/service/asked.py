"""What a request asks of jobs besides what is to be read: in its query, in its headers, among the fields of its body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from uncial.errors import OptionInvalid
from uncial.jobs.job import Job, Queue, State, Webhook
from uncial.jobs.telling import TRACEPARENT
from uncial.jobs.webhooks import checked_webhook
from uncial.options import PageRanges
from uncial.service.access import Access, require
from uncial.service.bodies import Pairs
from uncial.service.choices import PASSWORD_HEADER, password_of
from uncial.service.desk import Desk, Terms
from uncial.service.settings import Settings

KEY_HEADER = "Idempotency-Key"
OWN = QUEUE, WEBHOOK, SECRET = "queue", "webhook", "webhook_secret"
"""What a request may say besides how to read: in the query, or as fields."""
LONGEST_KEY = 255
LONGEST_WAIT = 60.0
"""Seconds that a client may wait for news with one request; proxies cut off what takes longer."""
LONGEST_LIST = 500
Reader = Annotated[Access, Depends(require("read"))]
"""Who asks, and may read."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which jobs are to be listed."""

    states: tuple[State, ...]
    batch: str
    limit: int
    after: str
    """The id of the job after which the list begins; empty for the latest one."""


async def named_job(request: Request, id: str, access: Access) -> Job:
    """The job of that id, if whoever asks may see it; the request counts as one about it. Raises `JobNotFound`."""
    desk: Desk = request.app.state.desk
    job = await desk.get(id, access.sees)
    request.state.job = job.id
    return job


def terms_of(request: Request, access: Access, *, waited: bool = False) -> Terms:
    """Who asks, and what the headers say of the job."""
    return Terms(
        owner=access.owner,
        at_once=access.at_once,
        waited=waited,
        fresh=_wants_fresh(request),
        password=password_of(request.headers.getlist(PASSWORD_HEADER)),
        request_id=request.state.request_id,
        traceparent=TRACEPARENT.get(),
    )


def job_terms(request: Request, access: Access, own: Mapping[str, str]) -> Terms:
    """Who asks, and what the request says of the job besides how to read: its queue, its webhook, its idempotency key."""
    return replace(
        terms_of(request, access),
        queue=_queue(own.get(QUEUE, Queue.INTERACTIVE)),
        webhook=_webhook(request, own.get(WEBHOOK, ""), own.get(SECRET, "")),
        idempotency=_idempotency(request),
    )


def seconds_to_wait(request: Request) -> float:
    """How long the client wants to wait for news."""
    told = only(request, "wait").get("wait", "0")
    try:
        seconds = float(told)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_WAIT:
        raise OptionInvalid(f"wait is “{told}”.", hint=f"It may be from 0 to {LONGEST_WAIT:g} seconds.")
    return seconds


def flag(request: Request, name: str, default: bool) -> bool:
    """The one thing that the query may say, which is yes or no."""
    return _yes(name, only(request, name).get(name, "yes" if default else "no"))


def taken(pairs: Pairs, name: str, default: bool) -> tuple[bool, Pairs]:
    """What is said under that name, which is yes or no, and what else is said."""
    told = [value for each, value in pairs if each == name]
    if len(told) > 1:
        raise OptionInvalid(f"{name} is given twice.", hint="Give it once.")
    rest = tuple(pair for pair in pairs if pair[0] != name)
    return (_yes(name, told[0]) if told else default), rest


def nothing_more(request: Request) -> None:
    """Raise `OptionInvalid` where the query says anything."""
    only(request)


def list_filter(request: Request) -> Filter:
    """Which jobs the query asks for."""
    told = only(request, "state", "batch", "limit", "after")
    names = [name for name in told.get("state", "").split(",") if name]
    try:
        states = tuple(State(name) for name in names)
    except ValueError as error:
        raise OptionInvalid(f"state is “{','.join(names)}”.", hint=f"States are: {', '.join(State)}.") from error
    limit = told.get("limit", "100")
    if not re.fullmatch("[0-9]{1,4}", limit) or not 1 <= int(limit) <= LONGEST_LIST:
        raise OptionInvalid(f"limit is “{limit}”.", hint=f"It may be from 1 to {LONGEST_LIST}.")
    return Filter(states, told.get("batch", ""), int(limit), told.get("after", ""))


def pages_seen(request: Request) -> PageRanges | None:
    """The pages that a client has seen already, which comes back: the id of the last event that reached it. None for none."""
    told = request.headers.get("last-event-id", "").strip()
    try:
        return PageRanges.parse(told) if told else None
    except OptionInvalid:
        return None


def only(request: Request, *names: str) -> dict[str, str]:
    """What the query says. Raises `OptionInvalid` for a name that is none of these, or that comes twice."""
    told: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in names:
            hint = f"There may be: {', '.join(sorted(names))}." if names else "There may be nothing."
            raise OptionInvalid(f"The query has “{name}”.", hint=hint)
        if name in told:
            raise OptionInvalid(f"{name} is given twice.", hint="Give it once.")
        told[name] = value
    return told


def _yes(name: str, told: str) -> bool:
    if told not in ("yes", "no"):
        raise OptionInvalid(f"{name} is “{told}”.", hint="It may be yes or no.")
    return told == "yes"


def _wants_fresh(request: Request) -> bool:
    """Whether the client wants nothing that was there before (RFC 9111, 5.2.1.4)."""
    told = ",".join(request.headers.getlist("cache-control"))
    return any(directive.strip().lower() == "no-cache" for directive in told.split(","))


def _idempotency(request: Request) -> str:
    key = request.headers.get(KEY_HEADER, "")
    if len(key) > LONGEST_KEY or not key.isascii() or not (key.isprintable() or not key):
        raise OptionInvalid(f"The header {KEY_HEADER} is not a key.", hint=f"Send up to {LONGEST_KEY} letters and digits.")
    return key


def _queue(told: str) -> Queue:
    if told not in tuple(Queue):
        raise OptionInvalid(f"There is no queue “{told}”.", hint=f"{QUEUE} may be {' or '.join(Queue)}.")
    return Queue(told)


def _webhook(request: Request, url: str, secret: str) -> Webhook | None:
    """Where the client wants to be told of the end.

    Raises `UrlRefused` for what nobody would post to, `OptionInvalid` where nothing is there to sign with.
    """
    if secret and SECRET in request.query_params:
        raise OptionInvalid("A secret does not belong into the query.", hint="Send it as a field, which nobody writes into logs.")
    if not url:
        return None
    settings: Settings = request.app.state.settings
    return checked_webhook(url, secret or settings.webhook_secret.get_secret_value(), settings.limits)
