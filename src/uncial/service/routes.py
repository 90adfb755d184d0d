"""Reading while the client waits: a body becomes a job, and what became of the job is the answer."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request

from uncial.errors import JobNotFound, UncialError
from uncial.formats import FORMATS, Format
from uncial.jobs.job import Job
from uncial.options import Output, PageRanges
from uncial.service.access import Access, require
from uncial.service.asked import terms_of
from uncial.service.blob_response import blob_response
from uncial.service.bodies import Wish, receive
from uncial.service.choices import EXTRACTING, READING, Usual
from uncial.service.described import EXTRACT, OCR
from uncial.service.desk import Desk, Result
from uncial.service.job_json import job_json
from uncial.service.leaving import unless_client_leaves
from uncial.service.settings import Settings
from uncial.service.spool import Spool
from uncial.service.upload import UNNAMED

router = APIRouter()

JSON = "application/json"
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Content-Security-Policy of answers: a page that a stranger's document became may look like something, and do nothing."""
FAILED_PAGES, NOTICES, JOB = "Uncial-Failed-Pages", "Uncial-Notices", "Uncial-Job"
MAGIC = 8
"""Bytes that tell an archive from what it holds."""


@router.post("/v1/ocr", openapi_extra=OCR, response_class=Response)
async def ocr(request: Request, access: Annotated[Access, Depends(require("read"))]) -> Response:
    """Read the text of an image or a PDF.

    Where that takes longer than the service lets requests wait, the answer is 202 and the job that goes on.
    """
    return await _answered(request, access, READING)


@router.post("/v1/extract", openapi_extra=EXTRACT, response_class=Response)
async def extract(request: Request, access: Annotated[Access, Depends(require("read"))]) -> Response:
    """Say what an image or a PDF says, as data: the fields of a receipt, an invoice, a ticket, with their places.

    Where that takes longer than the service lets requests wait, the answer is 202 and the job that goes on.
    """
    return await _answered(request, access, EXTRACTING)


async def _answered(request: Request, access: Access, usual: Usual) -> Response:
    """The result of the job that the body becomes, or where to ask for it."""
    settings: Settings = request.app.state.settings
    desk: Desk = request.app.state.desk
    async with received(request, usual=usual) as wish:
        job, _ = await desk.submit(wish, terms_of(request, access, waited=True))
    request.state.job = job.id
    job = await _waited_for(request, desk, job, settings.wait_limit)
    if not job.state.ended:
        return await accepted(desk, await desk.keep(job))
    request.state.timings |= job.timings
    if settings.keep_waited_seconds:
        return await result_response(request, job, wish.format, wish.shape)
    return await _only_answer(request, job, wish)


async def _only_answer(request: Request, job: Job, wish: Wish) -> Response:
    """The result of a job of which nothing is kept when it is sent."""
    desk: Desk = request.app.state.desk
    try:
        response = await result_response(request, job, wish.format, wish.shape)
    except UncialError:
        await desk.forget(job)
        raise
    response.background = BackgroundTask(desk.forget, job)
    return response


@asynccontextmanager
async def received(request: Request, own: Collection[str] = (), usual: Usual = READING) -> AsyncIterator[Wish]:
    """The body, taken in, whichever of the kinds it is; its file is gone afterwards. `own` are the names that are the route's."""
    settings: Settings = request.app.state.settings
    spool: Spool = request.app.state.spool
    with spool.file() as path:
        with timed(request, "receive"):
            wish = await receive(request, path, settings, own, usual)
        yield wish


async def result_response(
    request: Request, job: Job, format: Format | None, shape: str = "", output: Output | None = None, password: str = ""
) -> Response:
    """The result of a job, with what its format may have no place for: failed pages, what was noticed, a name for the file."""
    desk: Desk = request.app.state.desk
    while True:
        try:
            return await _result_response(request, job, format, shape, output or job.order.output, password)
        except JobNotFound:  # as where it was corrected meanwhile, up to the moment when it is opened
            job = await desk.moved(job)


async def _result_response(
    request: Request, job: Job, format: Format | None, shape: str, output: Output, password: str
) -> Response:
    desk: Desk = request.app.state.desk
    name = shape or (format or FORMATS["json"]).name
    result = await desk.result(job, name, output, password)
    failed = await desk.failed_pages(job)
    made = None if shape else await _made(desk, result, format or FORMATS["json"])
    headers = {
        JOB: job.id,
        FAILED_PAGES: str(PageRanges.of(failed)),
        NOTICES: ", ".join(f"{code}={pages}" for code, pages in job.notices.items()),
        "Content-Disposition": attachment(job.order.name, made) if made and not made.is_text else "",
    }
    told = {"Content-Security-Policy": POLICY, **{name: value for name, value in headers.items() if value}}
    return await blob_response(request, desk.blobs, result, made.media_type if made else JSON, told)


async def accepted(desk: Desk, job: Job) -> JSONResponse:
    """The answer to who need not wait: where to ask for the job, and when it makes sense to."""
    links = {"Location": f"/v1/jobs/{job.id}", "Retry-After": "1", JOB: job.id}
    return JSONResponse(await job_json(desk, job), 202, links)


async def _made(desk: Desk, result: Result, format: Format) -> Format:
    """The format of what was written, which may be an archive of several files."""
    if not format.bundles:
        return format
    return format.made(await desk.beginning(result, MAGIC))


async def _waited_for(request: Request, desk: Desk, job: Job, seconds: float) -> Job:
    """The job when it has ended, or the time is over. It is cancelled when nobody waits for it, and when nothing can read it."""
    try:
        return await unless_client_leaves(request, desk.wait(job, seconds, fails_fast=True))
    except (ClientDisconnect, UncialError, asyncio.CancelledError):
        await asyncio.shield(desk.cancel(job.id))
        raise


def attachment(name: str, format: Format) -> str:
    """The name under which a browser keeps the answer: that of the input, with the format's suffix (RFC 6266)."""
    file = (PurePath(name).stem or UNNAMED) + format.suffix
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", file)
    return f'attachment; filename="{plain}"' + (f"; filename*=UTF-8''{quote(file, errors='replace')}" if plain != file else "")


@contextmanager
def timed(request: Request, step: str) -> Iterator[None]:
    """Note how long a step takes, for the Server-Timing header."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        request.state.timings[step] = time.perf_counter() - begun
