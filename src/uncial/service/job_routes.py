"""Jobs over HTTP: sent, sent once more, watched, cancelled, listed, and their results fetched."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.requests import Request

from uncial.jobs.job import as_read
from uncial.service.access import Access
from uncial.service.asked import (
    LONGEST_WAIT,
    OWN,
    Filter,
    Reader,
    flag,
    job_terms,
    list_filter,
    named_job,
    nothing_more,
    pages_seen,
    seconds_to_wait,
    taken,
)
from uncial.service.bodies import Pairs, fields_of
from uncial.service.choices import PASSWORD_HEADER, Choices, accepted_format, parse_changes, parse_output, password_of
from uncial.service.described import AGAIN, CANCEL, EVENTS, JOB_LIST, JOB_STATE, JOBS, RESULT, RESULT_ASKED
from uncial.service.desk import Desk
from uncial.service.job_events import event_stream
from uncial.service.job_json import job_json, plain_json
from uncial.service.json_body import receive_object
from uncial.service.leaving import unless_client_leaves
from uncial.service.routes import accepted, received, result_response

router = APIRouter()

UNTIL_STOPPED = 2.0
"""Seconds that a cancelled job gets to stop before its state is told; it hears of it within one."""
CORRECTED = "corrected"
"""Whether a result is wanted with what a person has corrected."""
EVENT_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
EVENT_STREAM = "text/event-stream"


@router.post("/v1/jobs", openapi_extra=JOBS, status_code=202)
async def submit(request: Request, access: Reader) -> JSONResponse:
    """Have a document read, and ask for the result later. The body is the same as for /v1/ocr."""
    desk: Desk = request.app.state.desk
    async with received(request, OWN) as wish:
        job, _ = await desk.submit(wish, job_terms(request, access, wish.own))
    request.state.job = job.id
    return await accepted(desk, job)


@router.post("/v1/jobs/{id}/again", openapi_extra=AGAIN, status_code=202)
async def again(request: Request, id: str, access: Reader) -> JSONResponse:
    """Read the document of a job once more, by a new job; what the body does not name is as it was."""
    desk: Desk = request.app.state.desk
    nothing_more(request)
    before = await named_job(request, id, access)
    asked = fields_of(await receive_object(request, otherwise=b"{}"))
    choices = parse_changes(asked, Choices(before.order.options, before.order.output, None))
    job, _ = await desk.again(before, choices, job_terms(request, access, {}))
    request.state.job = job.id
    return await accepted(desk, job)


@router.head("/v1/jobs", include_in_schema=False)
@router.get("/v1/jobs", openapi_extra=JOB_LIST)
async def jobs(request: Request, access: Reader) -> JSONResponse:
    """Your jobs, the latest first."""
    desk: Desk = request.app.state.desk
    asked = list_filter(request)
    last = await desk.get(asked.after, access.sees) if asked.after else None
    found = await asyncio.to_thread(
        lambda: desk.jobs.find(access.sees, states=asked.states, batch=asked.batch, before=last, limit=asked.limit + 1)
    )
    shown = found[: asked.limit]
    return JSONResponse(
        {"jobs": [plain_json(job) for job in shown], "next": _next(asked, shown[-1].id) if len(found) > len(shown) else None}
    )


@router.head("/v1/jobs/{id}", include_in_schema=False)
@router.get("/v1/jobs/{id}", openapi_extra=JOB_STATE)
async def job_state(request: Request, id: str, access: Reader) -> JSONResponse:
    """How far a job has come; with `wait`, when it has ended or so many seconds are over."""
    desk: Desk = request.app.state.desk
    seconds = seconds_to_wait(request)
    job = await named_job(request, id, access)
    if seconds:
        job = await unless_client_leaves(request, desk.wait(job, seconds))
    return JSONResponse(await job_json(desk, job), headers={} if job.state.ended else {"Retry-After": "1"})


@router.head("/v1/jobs/{id}/result", include_in_schema=False)
@router.get("/v1/jobs/{id}/result", openapi_extra=RESULT, response_class=Response)
async def result(request: Request, id: str, access: Reader) -> Response:
    """The document that a job has read, in any format."""
    return await _result(request, id, access, ())


@router.post("/v1/jobs/{id}/result", openapi_extra=RESULT_ASKED, response_class=Response)
async def result_asked(request: Request, id: str, access: Reader) -> Response:
    """The same, with what is too long for a query in a JSON body: templates."""
    return await _result(request, id, access, fields_of(await receive_object(request)))


async def _result(request: Request, id: str, access: Access, asked: Pairs) -> Response:
    job = await named_job(request, id, access)
    with_corrections, pairs = taken((*request.query_params.multi_items(), *asked), CORRECTED, True)
    if not with_corrections:
        job = replace(job, result=as_read(job.result))
    format, output = parse_output(pairs, job.order.output)
    wanted = format or accepted_format(",".join(request.headers.getlist("accept")))
    password = password_of(request.headers.getlist(PASSWORD_HEADER))
    return await unless_client_leaves(request, result_response(request, job, wanted, output=output, password=password))


@router.head("/v1/jobs/{id}/events", include_in_schema=False)
@router.get("/v1/jobs/{id}/events", openapi_extra=EVENTS, response_class=StreamingResponse)
async def events(request: Request, id: str, access: Reader) -> Response:
    """What happens to a job, as it happens: its pages as they are read, and its end (server-sent events)."""
    desk: Desk = request.app.state.desk
    with_pages = flag(request, "pages", True)
    job = await named_job(request, id, access)
    if request.method == "HEAD":
        return Response(headers=EVENT_HEADERS, media_type=EVENT_STREAM)
    stream = event_stream(desk, job, pages_seen(request), with_pages)
    return StreamingResponse(stream, headers=EVENT_HEADERS, media_type=EVENT_STREAM)


@router.delete("/v1/jobs/{id}", openapi_extra=CANCEL)
async def cancel(request: Request, id: str, access: Reader) -> JSONResponse:
    """Break a job off; with `forget`, delete what is kept of one that has ended."""
    desk: Desk = request.app.state.desk
    forget = flag(request, "forget", False)
    job = await desk.cancel(id, access.sees)
    request.state.job = id
    job = await desk.wait(job, LONGEST_WAIT if forget else UNTIL_STOPPED)
    if forget:
        job = await desk.forget(job)
    return JSONResponse(await job_json(desk, job))


def _next(asked: Filter, last: str) -> str:
    """Where the list goes on after that job."""
    told = {"state": ",".join(asked.states), "batch": asked.batch, "limit": str(asked.limit), "after": last}
    return f"/v1/jobs?{urlencode({name: value for name, value in told.items() if value}, safe=',')}"
