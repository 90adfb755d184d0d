"""What can be asked for here: options, formats, languages, engines, limits and kinds, for programs that show or check them."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from starlette.requests import Request

from uncial.engines.survey import Survey
from uncial.service.access import Access, require
from uncial.service.described import ENGINE_LIST, FORMAT_LIST, KIND_LIST, LANGUAGE_LIST, LIMIT_LIST, OPTION_LIST
from uncial.service.field_schemas import kind_rows
from uncial.service.rows import engine_rows, format_rows, language_rows, limit_rows, option_rows
from uncial.service.settings import Settings

router = APIRouter()
Reader = Annotated[Access, Depends(require("read"))]


@router.head("/v1/options", include_in_schema=False)
@router.get("/v1/options", openapi_extra=OPTION_LIST)
async def options(request: Request, _: Reader) -> JSONResponse:
    """What can be asked for: how to read, and how to write."""
    settings: Settings = request.app.state.settings
    return JSONResponse({"options": option_rows(settings.engine)})


@router.head("/v1/formats", include_in_schema=False)
@router.get("/v1/formats", openapi_extra=FORMAT_LIST)
async def formats(_: Reader) -> JSONResponse:
    """The formats that documents are written in."""
    return JSONResponse({"formats": format_rows()})


@router.head("/v1/languages", include_in_schema=False)
@router.get("/v1/languages", openapi_extra=LANGUAGE_LIST)
async def languages(request: Request, _: Reader) -> JSONResponse:
    """The languages that can be read here, and by which engines."""
    return JSONResponse({"languages": language_rows(await _surveyed(request))})


@router.head("/v1/engines", include_in_schema=False)
@router.get("/v1/engines", openapi_extra=ENGINE_LIST)
async def engines(request: Request, _: Reader) -> JSONResponse:
    """The engines, and what is missing where one cannot be used."""
    known = await _surveyed(request)
    return JSONResponse({"engines": await asyncio.to_thread(engine_rows, known)})


@router.head("/v1/limits", include_in_schema=False)
@router.get("/v1/limits", openapi_extra=LIMIT_LIST)
async def limits(request: Request, _: Reader) -> JSONResponse:
    """How large, how many, how long."""
    return JSONResponse({"limits": limit_rows(request.app.state.settings)})


@router.head("/v1/kinds", include_in_schema=False)
@router.get("/v1/kinds", openapi_extra=KIND_LIST)
async def kinds(_: Reader) -> JSONResponse:
    """The kinds of documents whose fields are known, and the fields of each."""
    return JSONResponse({"kinds": kind_rows()})


async def _surveyed(request: Request) -> Survey:
    """What the engines say of themselves; the service asks once, away from the other requests, for it may take a second."""
    known: Survey = await asyncio.to_thread(request.app.state.survey)
    return known
