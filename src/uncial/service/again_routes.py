"""What was sent once, read once more: as it was, or in another way."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from starlette.requests import Request

from uncial.service.access import Access, require
from uncial.service.asked import job_terms, nothing_more
from uncial.service.bodies import fields_of
from uncial.service.choices import Choices, parse_changes
from uncial.service.described import AGAIN
from uncial.service.desk import Desk
from uncial.service.json_body import receive_object
from uncial.service.routes import accepted

router = APIRouter()


@router.post("/v1/jobs/{id}/again", openapi_extra=AGAIN, status_code=202)
async def again(request: Request, id: str, access: Annotated[Access, Depends(require("read"))]) -> JSONResponse:
    """Read the document of a job once more, by a new job; what the body does not name is as it was."""
    desk: Desk = request.app.state.desk
    nothing_more(request)
    before = await desk.get(id, access.sees)
    order = before.order
    asked = fields_of(await receive_object(request, otherwise=b"{}"))
    choices = parse_changes(asked, Choices(order.options, order.output, None))
    job, _ = await desk.again(before, choices, job_terms(request, access, {}))
    request.state.job = job.id
    return await accepted(desk, job)
