"""The pages of a job's document as somebody looks at them."""

from __future__ import annotations

import asyncio
import re

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request

from uncial.errors import OptionInvalid, PageNotFound
from uncial.jobs.index import plain_page
from uncial.jobs.job import IMAGE_WIDTHS
from uncial.service.asked import Reader, named_job, nothing_more, only
from uncial.service.blob_response import blob_response
from uncial.service.choices import PASSWORD_HEADER, password_of
from uncial.service.described import PAGE_IMAGE, PAGES
from uncial.service.desk import Desk
from uncial.service.leaving import unless_client_leaves
from uncial.service.routes import JOB, JSON, POLICY

router = APIRouter()

WHOLE = 0
"""The width that stands for as wide as it was read."""
UNFINISHED = {"Cache-Control": "no-store", "Retry-After": "1"}
IMAGE = {"Content-Security-Policy": POLICY, "Cache-Control": "private, max-age=3600"}


@router.head("/v1/jobs/{id}/pages", include_in_schema=False)
@router.get("/v1/jobs/{id}/pages", openapi_extra=PAGES, response_class=JSONResponse)
async def pages(request: Request, id: str, access: Reader) -> Response:
    """What pages a job's document has, and which bytes of it each is; of one that is being read those that are done."""
    desk: Desk = request.app.state.desk
    nothing_more(request)
    job = await named_job(request, id, access)
    if not job.state.ended:
        records = await asyncio.to_thread(desk.jobs.pages, job.id)
        return JSONResponse({"pages": [plain_page(each.number, each.code) for each in records]}, headers=UNFINISHED)
    index = await unless_client_leaves(request, desk.page_index(job))
    return await blob_response(request, desk.blobs, index, JSON, {JOB: job.id, "Content-Security-Policy": POLICY})


@router.head("/v1/jobs/{id}/pages/{number}/image", include_in_schema=False)
@router.get("/v1/jobs/{id}/pages/{number}/image", openapi_extra=PAGE_IMAGE, response_class=Response)
async def page_image(request: Request, id: str, number: str, access: Reader) -> Response:
    """A page of a job's document as a viewer shows it, as JPEG, in the frame of the coordinates of the document."""
    desk: Desk = request.app.state.desk
    width = _width(request)
    job = await named_job(request, id, access)
    if not re.fullmatch("[1-9][0-9]{0,8}", number):
        raise PageNotFound("This is no number of a page.")
    password = password_of(request.headers.getlist(PASSWORD_HEADER))
    image = await unless_client_leaves(request, desk.page_image(job, int(number), width, password))
    return await blob_response(request, desk.blobs, image, "image/jpeg", {JOB: job.id, **IMAGE})


def _width(request: Request) -> int:
    """The step of the ladder that is at least as wide as asked for."""
    asked = only(request, "width").get("width", "0")
    if not re.fullmatch("[0-9]{1,6}", asked):
        raise OptionInvalid(f"width is “{asked}”.", hint="It may be a number of pixels, or 0 for as wide as it was read.")
    wanted = int(asked) or IMAGE_WIDTHS[-1] + 1
    return next((width for width in IMAGE_WIDTHS if width >= wanted), WHOLE)
