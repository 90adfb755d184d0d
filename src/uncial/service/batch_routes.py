"""Many documents with one request: each becomes a job of its own, and one that cannot be read fails by itself."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from starlette.requests import Request

from uncial.errors import JobNotFound, LimitExceeded, UncialError
from uncial.jobs.job import Job, Queue, State
from uncial.options import Options, Output
from uncial.service.access import Access, require
from uncial.service.bodies import FORM, JSON, Wish, item_wish
from uncial.service.choices import Choices, parse_choices
from uncial.service.desk import Desk, Terms
from uncial.service.job_json import Told, plain_json
from uncial.service.job_routes import OWN, QUEUE, job_terms
from uncial.service.openapi import BATCH, BATCH_CANCEL, BATCH_STATE
from uncial.service.problems import BodyNotUnderstood
from uncial.service.settings import Settings
from uncial.service.spool import Spool
from uncial.service.upload import Sink, chunks, receive_files

router = APIRouter()
Reader = Annotated[Access, Depends(require("read"))]

MAX_ITEMS = 1000
MAX_JSON = 1 << 20
"""Bytes of a batch of URLs."""
HOW = 'Send {"items": [{"url": "…"}, …]} as JSON, or a form with many files: curl -F file=@1.jpg -F file=@2.jpg'
NOTHING = Choices(Options(), Output(), None)


@dataclass(frozen=True, slots=True)
class Items:
    """What a batch asks for: a wish for each document, or the reason why there is none."""

    each: tuple[Wish | UncialError, ...]
    own: Mapping[str, str]
    """What the request says to its route: the queue, the webhook."""


@router.post("/v1/batch", openapi_extra=BATCH, status_code=202)
async def submit(request: Request, access: Reader) -> JSONResponse:
    """Have many documents read: files of a form, or URLs. Those that cannot be taken in fail, and the others go on."""
    desk: Desk = request.app.state.desk
    async with _received(request) as items:
        terms = job_terms(request, access, {QUEUE: Queue.BULK, **items.own})
        terms = replace(terms, batch=_batch_id(terms))
        jobs = [await _submit(desk, item, _item_terms(terms, number)) for number, item in enumerate(items.each)]
    batch = jobs[0].batch
    return JSONResponse(_batch_json(batch, jobs), 202, {"Location": f"/v1/batch/{batch}", "Retry-After": "1"})


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
    desk: Desk = request.app.state.desk
    found = await asyncio.to_thread(lambda: desk.jobs.find(access.sees, batch=id, limit=MAX_ITEMS)) if id else []
    if not found:
        raise JobNotFound("There is no such batch.")
    return found[::-1]


async def _submit(desk: Desk, item: Wish | UncialError, terms: Terms) -> Job:
    """The job of one item; where it cannot be taken in, one that has failed."""
    if isinstance(item, Wish):
        try:
            return (await desk.submit(item, terms))[0]
        except UncialError as error:
            if error.http_status >= 500 or not terms.batch:
                raise
            return await desk.submit_failed(replace(item, path=None), terms, error)
    return await desk.submit_failed(Wish(None, "", "", "", 0, NOTHING, None), terms, item)


def _batch_id(terms: Terms) -> str:
    """The id of a batch; the same again for the same idempotency key."""
    if not terms.idempotency:
        return uuid4().hex
    return hashlib.sha256(f"{terms.owner}\0{terms.idempotency}".encode()).hexdigest()[:32]


def _item_terms(terms: Terms, number: int) -> Terms:
    return replace(terms, idempotency=f"{terms.idempotency}/{number}") if terms.idempotency else terms


def _batch_json(id: str, jobs: list[Job]) -> Told:
    counts = {state: sum(job.state is state for job in jobs) for state in State}
    return {
        "id": id,
        "done": all(job.state.ended for job in jobs),
        "counts": counts,
        "items": [plain_json(job) for job in jobs],
        "links": {"self": f"/v1/batch/{id}"},
    }


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[Items]:
    """The items of the body; their files are gone afterwards."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == JSON:
        yield await _urls(request)
    elif media == FORM:
        with ExitStack() as files:
            yield await _files(request, files)
    else:
        raise BodyNotUnderstood("The body is no batch.", HOW)


async def _urls(request: Request) -> Items:
    settings: Settings = request.app.state.settings
    refusal = LimitExceeded("The JSON body is larger than 1 MiB.", hint="Send several batches.")
    try:
        told = json.loads(b"".join([chunk async for chunk in chunks(request, MAX_JSON, refusal)]))
    except (ValueError, RecursionError) as error:
        raise BodyNotUnderstood("The body is not JSON.", HOW) from error
    match told:
        case {"items": [_, *_] as items, **others} if len(items) <= MAX_ITEMS:
            own = {name: str(others.pop(name)) for name in OWN if others.get(name) is not None}
            common = {**request.query_params, **{str(name): value for name, value in others.items()}}
            return Items(tuple(_item(item, common, settings) for item in items), own)
    raise BodyNotUnderstood(f"The body has no “items”, or more than {MAX_ITEMS}.", HOW)


def _item(item: Any, common: Mapping[str, Any], settings: Settings) -> Wish | UncialError:
    try:
        return item_wish(item, common, settings)
    except UncialError as error:
        return error


async def _files(request: Request, files: ExitStack) -> Items:
    settings: Settings = request.app.state.settings
    spool: Spool = request.app.state.spool
    paths: list[Path] = []
    sinks: list[Sink] = []
    with ExitStack() as written:

        def new_sink() -> Sink:
            written.close()  # the one before is complete
            paths.append(files.enter_context(spool.file()))
            sinks.append(Sink(written.enter_context(paths[-1].open("wb")), settings.max_bytes))
            return sinks[-1]

        names, fields = await receive_files(request, new_sink, settings.batch_max_bytes, MAX_ITEMS)
    pairs = [*request.query_params.multi_items(), *fields]
    own = {name: value for name, value in pairs if name in OWN}
    choices = parse_choices([pair for pair in pairs if pair[0] not in OWN], settings.engine)
    return Items(
        tuple(
            Wish(path, "", name, sink.sha256, sink.size, choices, choices.format)
            for path, name, sink in zip(paths, names, sinks, strict=True)
        ),
        own,
    )
