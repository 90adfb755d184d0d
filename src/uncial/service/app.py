"""The application: routes, problems and documentation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.types import ASGIApp

import uncial
from uncial.engines.survey import survey
from uncial.service import (
    batch_routes,
    corrections_routes,
    discovery,
    job_routes,
    openapi,
    page_routes,
    probes,
    routes,
    web_page,
)
from uncial.service.assembly import Service
from uncial.service.connections import Patient
from uncial.service.dress import dressed
from uncial.service.observed import Observed
from uncial.service.problems import tell_problems

ROUTES = (routes, job_routes, page_routes, corrections_routes, batch_routes, discovery, probes, web_page)


def build_app(service: Service) -> ASGIApp:
    """The service as an ASGI application; all that it consists of runs as long as its lifespan lasts."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title="Uncial",
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        version=uncial.__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings, app.state.spool = service.settings, service.spool
    app.state.desk, app.state.door = service.desk, service.door
    app.state.probes, app.state.metrics = service.probes, service.metrics
    app.state.survey = cache(partial(survey, service.settings.models, service.settings.weights))  # once: it may load every engine
    for module in ROUTES:
        app.include_router(module.router)
    tell_problems(app)
    _describe(app)
    patient = Patient(dressed(app, service.settings), service.settings.receive_seconds)
    return Observed(patient, service.metrics, service.tracing)


def _describe(app: FastAPI) -> None:
    """Give the app its own OpenAPI description; FastAPI keeps what it once made."""

    def describe() -> dict[str, Any]:
        if not app.openapi_schema:
            made = get_openapi(
                title=app.title, version=app.version, summary=app.summary, description=app.description, routes=app.routes
            )
            app.openapi_schema = openapi.complete(made)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # this is how FastAPI wants to be told
