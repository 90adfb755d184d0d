"""What a person corrects of a job's document."""

from __future__ import annotations

import asyncio
import re

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request

from uncial.errors import LimitExceeded
from uncial.jobs.job import revision_of
from uncial.service.asked import Reader, named_job, nothing_more
from uncial.service.described import CORRECT, CORRECTIONS
from uncial.service.desk import Desk
from uncial.service.leaving import unless_client_leaves
from uncial.service.proofs import Said
from uncial.service.routes import JOB, JSON, POLICY, timed
from uncial.service.spool import Spool
from uncial.service.upload import Sink, chunks

router = APIRouter()

MOST_BYTES = 16 << 20
"""Of a list of corrections."""
REVISION_LETTERS = 32


@router.head("/v1/jobs/{id}/corrections", include_in_schema=False)
@router.get("/v1/jobs/{id}/corrections", openapi_extra=CORRECTIONS, response_class=JSONResponse)
async def corrections(request: Request, id: str, access: Reader) -> Response:
    """What a person has corrected of a job's document, as it was sent."""
    desk: Desk = request.app.state.desk
    nothing_more(request)
    job = await named_job(request, id, access)
    revision, told = await desk.corrections(job)
    body = b'{"revision":"' + revision.encode() + b'","corrections":' + told + b"}"
    return Response(body, headers={**_headers(job.id, revision), "Content-Security-Policy": POLICY}, media_type=JSON)


@router.put("/v1/jobs/{id}/corrections", openapi_extra=CORRECT)
async def correct(request: Request, id: str, access: Reader) -> JSONResponse:
    """Have a job's document corrected so, all that was corrected before being in the list; every format is made of it then."""
    desk: Desk = request.app.state.desk
    spool: Spool = request.app.state.spool
    nothing_more(request)
    job = await named_job(request, id, access)
    with spool.file() as path:
        with timed(request, "receive"), path.open("wb") as file:
            sink = Sink(file, MOST_BYTES)
            async for chunk in chunks(request, MOST_BYTES, _too_large()):
                await asyncio.to_thread(sink.write, chunk)
        said = Said(path, sink.sha256[:REVISION_LETTERS], _instead(request))
        job = await unless_client_leaves(request, desk.correct(job, said))
    revision = revision_of(job.result)
    return JSONResponse({"revision": revision}, headers=_headers(job.id, revision))


def _headers(id: str, revision: str) -> dict[str, str]:
    return {JOB: id, "ETag": f'"{revision}"', "Cache-Control": "no-store"}


def _instead(request: Request) -> list[str] | None:
    """The revisions of which one has to be there (RFC 9110, 13.1.1), None for any. What gzip made of one is as good."""
    told = ",".join(request.headers.getlist("if-match")).strip()
    return None if told in ("", "*") else re.findall(r'(?:W/)?"([^"]*)"', told) or [told]


def _too_large() -> LimitExceeded:
    return LimitExceeded("The corrections are larger than 16 MiB.", hint="Replace whole blocks instead of many words.")
