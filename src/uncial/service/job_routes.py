"""Jobs over HTTP: sent, watched, cancelled, listed, and their results fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.requests import Request

from uncial.errors import OptionInvalid
from uncial.jobs.job import Queue, State, Webhook
from uncial.jobs.webhooks import checked_webhook
from uncial.options import PageRanges
from uncial.service.access import Access, require
from uncial.service.choices import PASSWORD_HEADER, accepted_format, parse_output, password_of
from uncial.service.desk import Desk, Terms
from uncial.service.job_events import event_stream
from uncial.service.job_json import job_json, plain_json
from uncial.service.openapi import CANCEL, EVENTS, JOB_LIST, JOB_STATE, JOBS, RESULT
from uncial.service.routes import accepted, received, result_response, terms_of
from uncial.service.settings import Settings

router = APIRouter()
Reader = Annotated[Access, Depends(require("read"))]

KEY_HEADER = "Idempotency-Key"
OWN = QUEUE, WEBHOOK, SECRET = "queue", "webhook", "webhook_secret"
"""What a request may say besides how to read: in the query, or as fields."""
LONGEST_KEY = 255
LONGEST_WAIT = 60.0
"""Seconds that a client may wait for news with one request; proxies cut off what takes longer."""
LONGEST_LIST = 500


@router.post("/v1/jobs", openapi_extra=JOBS, status_code=202)
async def submit(request: Request, access: Reader) -> JSONResponse:
    """Have a document read, and ask for the result later. The body is the same as for /v1/ocr."""
    desk: Desk = request.app.state.desk
    async with received(request, OWN) as wish:
        job, _ = await desk.submit(wish, job_terms(request, access, wish.own))
    request.state.job = job.id
    return await accepted(desk, job)


@router.get("/v1/jobs", openapi_extra=JOB_LIST)
async def jobs(request: Request, access: Reader) -> JSONResponse:
    """Your jobs, the latest first."""
    desk: Desk = request.app.state.desk
    states, batch, limit, after = _filters(request)
    last = await desk.get(after, access.sees) if after else None
    found = await asyncio.to_thread(lambda: desk.jobs.find(access.sees, states=states, batch=batch, before=last, limit=limit + 1))
    more = found[limit - 1].id if len(found) > limit else None
    return JSONResponse({"jobs": [plain_json(job) for job in found[:limit]], "next": more and f"/v1/jobs?after={more}"})


@router.get("/v1/jobs/{id}", openapi_extra=JOB_STATE)
async def job_state(request: Request, id: str, access: Reader) -> JSONResponse:
    """How far a job has come; with `wait`, when it has ended or so many seconds are over."""
    desk: Desk = request.app.state.desk
    job = await desk.wait(await desk.get(id, access.sees), _seconds(request))
    request.state.job = job.id
    return JSONResponse(await job_json(desk, job), headers={} if job.state.ended else {"Retry-After": "1"})


@router.get("/v1/jobs/{id}/result", openapi_extra=RESULT, response_class=Response)
async def result(request: Request, id: str, access: Reader) -> Response:
    """The document that a job has read, in any format."""
    desk: Desk = request.app.state.desk
    job = await desk.get(id, access.sees)
    request.state.job = job.id
    format, output = parse_output(request.query_params.multi_items(), job.order.output)
    accepted_one = format or accepted_format(",".join(request.headers.getlist("accept")))
    password = password_of(request.headers.getlist(PASSWORD_HEADER))
    return await result_response(request, job, accepted_one, output=output, password=password)


@router.get("/v1/jobs/{id}/events", openapi_extra=EVENTS, response_class=StreamingResponse)
async def events(request: Request, id: str, access: Reader) -> StreamingResponse:
    """What happens to a job, as it happens: its pages as they are read, and its end (server-sent events)."""
    desk: Desk = request.app.state.desk
    job = await desk.get(id, access.sees)
    request.state.job = job.id
    seen = _seen(request)
    with_pages = _flag(request, "pages", True)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = event_stream(desk, job, seen, with_pages)
    return StreamingResponse(stream, headers=headers, media_type="text/event-stream")


@router.delete("/v1/jobs/{id}", openapi_extra=CANCEL)
async def cancel(request: Request, id: str, access: Reader) -> JSONResponse:
    """Break a job off; with `forget`, delete what is kept of one that has ended."""
    desk: Desk = request.app.state.desk
    forget = _flag(request, "forget", False)
    job = await desk.cancel(id, access.sees)
    request.state.job = id
    if forget:
        job = await desk.forget(await desk.wait(job, LONGEST_WAIT))
    return JSONResponse(await job_json(desk, job))


def job_terms(request: Request, access: Access, own: Mapping[str, str]) -> Terms:
    """Who asks, and what the request says of the job besides how to read: its queue, its webhook, its idempotency key."""
    return replace(
        terms_of(request, access),
        queue=_queue(own.get(QUEUE, Queue.INTERACTIVE)),
        webhook=_webhook(request, own.get(WEBHOOK, ""), own.get(SECRET, "")),
        idempotency=_idempotency(request),
    )


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


def _seconds(request: Request) -> float:
    """How long the client wants to wait for news."""
    told = request.query_params.get("wait", "0")
    try:
        seconds = float(told)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_WAIT:
        raise OptionInvalid(f"wait is “{told}”.", hint=f"It may be from 0 to {LONGEST_WAIT:g} seconds.")
    return seconds


def _flag(request: Request, name: str, default: bool) -> bool:
    told = request.query_params.get(name, "yes" if default else "no")
    if told not in ("yes", "no"):
        raise OptionInvalid(f"{name} is “{told}”.", hint="It may be yes or no.")
    return told == "yes"


def _filters(request: Request) -> tuple[list[State], str, int, str]:
    """The states, the batch, how many, and after which job."""
    known = {"state", "batch", "limit", "after"}
    if unknown := set(request.query_params) - known:
        raise OptionInvalid(f"There is no filter “{min(unknown)}”.", hint=f"Filters are: {', '.join(sorted(known))}.")
    told = [name for value in request.query_params.getlist("state") for name in value.split(",") if name]
    try:
        states = [State(name) for name in told]
    except ValueError as error:
        raise OptionInvalid(f"state is “{','.join(told)}”.", hint=f"States are: {', '.join(State)}.") from error
    limit = request.query_params.get("limit", "100")
    if not limit.isdigit() or not 1 <= int(limit) <= LONGEST_LIST:
        raise OptionInvalid(f"limit is “{limit}”.", hint=f"It may be from 1 to {LONGEST_LIST}.")
    return states, request.query_params.get("batch", ""), int(limit), request.query_params.get("after", "")


def _seen(request: Request) -> PageRanges:
    """The pages that a client has seen already, which comes back: the id of the last event that reached it."""
    told = request.headers.get("last-event-id", "")
    try:
        return PageRanges.parse(told)
    except OptionInvalid:
        return PageRanges()
