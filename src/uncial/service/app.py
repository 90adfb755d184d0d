"""The application: routes, problems and documentation, with every request observed from outside."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import uncial
from uncial.engines.survey import survey
from uncial.service import batch_routes, discovery, docs_page, job_routes, openapi, routes
from uncial.service.assembly import Service
from uncial.service.dress import dressed
from uncial.service.logs import REQUEST_ID
from uncial.service.problems import CLIENT_LEFT, tell_problems

log = logging.getLogger("uncial.service.requests")

ROUTES = (routes, job_routes, batch_routes, discovery, docs_page)
PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


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
    app.state.survey = cache(partial(survey, service.settings.models))  # once: with a folder of models it loads every engine
    for module in ROUTES:
        app.include_router(module.router)
    tell_problems(app)
    _describe(app)
    return Observed(dressed(app, service.settings))


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


class Observed:
    """Gives every request an id, times it, logs it, and answers for what nobody foresaw."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and see it through (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        token = REQUEST_ID.set(request_id)
        try:
            await _Exchange(self._app, request_id).run(scope, receive, send)
        finally:
            REQUEST_ID.reset(token)


class _Exchange:
    """One request and its answer."""

    def __init__(self, app: ASGIApp, request_id: str) -> None:
        self._app = app
        self._start = time.perf_counter()
        self._status = CLIENT_LEFT
        self._request_id = request_id
        self._state: dict[str, Any] = {}

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The routes write the time of each step, the id of their job and the code of their problem here.
        self._state = scope["state"] = {
            **scope.get("state", {}),
            "request_id": self._request_id,
            "timings": {},
            "job": "",
            "code": "",
        }

        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, observed_send)
        except Exception:
            # The outermost edge: the client has its problem by now, which says no more than an id, and the log gets all of it.
            log.exception("A request broke.")
        finally:
            self._log(scope)

    def _add_headers(self, headers: MutableHeaders) -> None:
        seconds = {**self._state["timings"], "total": time.perf_counter() - self._start}
        headers["X-Request-ID"] = self._request_id
        headers["Server-Timing"] = ", ".join(f"{step};dur={1000 * taken:.1f}" for step, taken in seconds.items())
        headers["X-Content-Type-Options"] = "nosniff"

    def _log(self, scope: Scope) -> None:
        milliseconds = round(1000 * (time.perf_counter() - self._start), 1)
        fields = {"method": scope["method"], "path": scope["path"], "status": self._status, "milliseconds": milliseconds}
        known = {name: self._state[name] for name in ("job", "code") if self._state[name]}
        log.info("The client left." if self._status == CLIENT_LEFT else "Answered.", extra={**fields, **known})


def _request_id(headers: Headers) -> str:
    """The client's own id for the request where it is a plain one, else a new one."""
    given = headers.get("x-request-id", "")
    return given if PLAIN_ID.fullmatch(given) else uuid4().hex
