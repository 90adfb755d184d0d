"""Many documents with one request: each becomes a job of its own, and one that cannot be read fails by itself."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from starlette.requests import Request

from uncial.errors import JobNotFound, UncialError
from uncial.jobs.job import Job, Queue, State
from uncial.options import Options, Output
from uncial.service.access import Access, require
from uncial.service.asked import QUEUE, job_terms, nothing_more
from uncial.service.batch_body import MAX_ITEMS, Items, received_batch
from uncial.service.bodies import Wish
from uncial.service.choices import Choices
from uncial.service.described import BATCH, BATCH_CANCEL, BATCH_STATE
from uncial.service.desk import Desk, Terms
from uncial.service.job_json import Told, plain_json

router = APIRouter()
Reader = Annotated[Access, Depends(require("read"))]

NO_WISH = Wish(None, "", "", "", 0, Choices(Options(), Output(), None), None)


@router.post("/v1/batch", openapi_extra=BATCH, status_code=202)
async def submit(request: Request, access: Reader) -> JSONResponse:
    """Have many documents read: files of a form, or URLs. Those that cannot be taken in fail, and the others go on."""
    desk: Desk = request.app.state.desk
    async with received_batch(request) as items:
        terms = job_terms(request, access, {QUEUE: Queue.BULK, **items.own})
        jobs = await _submit(desk, items, replace(terms, batch=_batch_id(terms)))
    batch = jobs[0].batch
    return JSONResponse(_batch_json(batch, jobs), 202, {"Location": f"/v1/batch/{batch}", "Retry-After": "1"})


@router.head("/v1/batch/{id}", include_in_schema=False)
@router.get("/v1/batch/{id}", openapi_extra=BATCH_STATE)
async def batch_state(request: Request, id: str, access: Reader) -> JSONResponse:
    """How far a batch has come, and each of its jobs."""
    return JSONResponse(_batch_json(id, await _jobs(request, id, access)))


@router.delete("/v1/batch/{id}", openapi_extra=BATCH_CANCEL)
async def cancel(request: Request, id: str, access: Reader) -> JSONResponse:
    """Break off all jobs of a batch that have not ended."""
    desk: Desk = request.app.state.desk
    for job in await _jobs(request, id, access):
        if not job.state.ended:
            await desk.cancel(job.id)
    return JSONResponse(_batch_json(id, await _jobs(request, id, access)))


async def _jobs(request: Request, id: str, access: Access) -> list[Job]:
    """The jobs of a batch, in the order in which they were sent. Raises `JobNotFound` where there are none."""
    nothing_more(request)
    desk: Desk = request.app.state.desk
    found = await desk.batch(id, access.sees, MAX_ITEMS)
    if not found:
        raise JobNotFound("There is no such batch.")
    return found


async def _submit(desk: Desk, items: Items, terms: Terms) -> list[Job]:
    """The jobs of all items. Raises `ServiceBusy` where there is no room for all, unless they are there already."""
    count = len(items.each)
    if not await desk.batch(terms.batch, terms.owner):
        await desk.check_room(count, terms)
    return [await _submit_one(desk, item, _item_terms(terms, number, count)) for number, item in enumerate(items.each)]


async def _submit_one(desk: Desk, item: Wish | UncialError, terms: Terms) -> Job:
    """The job of one item; where it cannot be taken in, one that has failed."""
    if isinstance(item, UncialError):
        return await desk.submit_failed(NO_WISH, terms, item)
    try:
        return (await desk.submit(item, terms))[0]
    except UncialError as error:
        if error.http_status >= 500:
            raise
        return await desk.submit_failed(replace(item, path=None), terms, error)


def _batch_id(terms: Terms) -> str:
    """The id of a batch; the same again for the same idempotency key."""
    if not terms.idempotency:
        return uuid4().hex
    return hashlib.sha256(f"{terms.owner}\0{terms.idempotency}".encode()).hexdigest()[:32]


def _item_terms(terms: Terms, number: int, count: int) -> Terms:
    """What goes for one item. The same key with more items, or fewer, is another request for each of them."""
    key = f"{terms.batch}/{number}" if terms.idempotency else ""
    return replace(terms, idempotency=key, place=f"{number}/{count}")


def _batch_json(id: str, jobs: list[Job]) -> Told:
    counts = {state: sum(job.state is state for job in jobs) for state in State}
    return {
        "id": id,
        "done": all(job.state.ended for job in jobs),
        "counts": counts,
        "items": [plain_json(job) for job in jobs],
        "links": {"self": f"/v1/batch/{id}"},
    }
