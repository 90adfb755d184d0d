"""Every request seen from outside: it gets an id, is timed, counted, traced and logged; what nobody foresaw ends here."""

from __future__ import annotations

import logging
import re
import time
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uncial.service.logs import REQUEST_ID
from uncial.service.metrics import Metrics
from uncial.service.problems import CLIENT_LEFT
from uncial.service.tracing import Answered, Tracing

log = logging.getLogger("uncial.service.requests")

WARY = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every answer says to browsers, and to whoever keeps copies, unless it says something else itself."""
ASKED_ALWAYS = ("/livez", "/readyz", "/metrics")
"""What machines ask for every few seconds: no news where all is well."""
PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Observed:
    """Gives every request an id, times it, logs it, and answers for what nobody foresaw."""

    def __init__(self, app: ASGIApp, metrics: Metrics, tracing: Tracing) -> None:
        self._app, self._metrics, self._tracing = app, metrics, tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and see it through (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        token = REQUEST_ID.set(request_id)
        try:
            with self._tracing.request(scope) as answered:
                exchange = _Exchange(self._app, request_id, answered)
                await exchange.run(scope, receive, send)
            self._metrics.answered(scope, answered.status, exchange.seconds)
        finally:
            REQUEST_ID.reset(token)


class _Exchange:
    """One request and its answer."""

    def __init__(self, app: ASGIApp, request_id: str, answered: Answered) -> None:
        self._app, self._request_id, self._answered = app, request_id, answered
        self._answered.status = CLIENT_LEFT
        self._start = time.perf_counter()
        self._state: dict[str, Any] = {}

    @property
    def seconds(self) -> float:
        """How long it has taken by now."""
        return time.perf_counter() - self._start

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The routes write the time of each step, the id of their job and the code of their problem here.
        self._state = scope["state"] = {
            **scope.get("state", {}),
            "request_id": self._request_id,
            "timings": {},
            "key": "",
            "job": "",
            "code": "",
        }

        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answered.status = message["status"]
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, observed_send)
        except Exception:
            # The outermost edge: the client has its problem by now, which says no more than an id, and the log gets all of it.
            log.exception("A request broke.")
        finally:
            self._answered.code = self._state["code"]
            self._log(scope)

    def _add_headers(self, headers: MutableHeaders) -> None:
        seconds = {**self._state["timings"], "total": self.seconds}
        headers["X-Request-ID"] = self._request_id
        headers["Server-Timing"] = ", ".join(f"{step};dur={1000 * taken:.1f}" for step, taken in seconds.items())
        for name, value in WARY.items():
            headers.setdefault(name, value)

    def _log(self, scope: Scope) -> None:
        status = self._answered.status
        milliseconds = round(1000 * self.seconds, 1)
        fields = {"method": scope["method"], "path": scope["path"], "status": status, "milliseconds": milliseconds}
        known = {name: self._state[name] for name in ("job", "key", "code") if self._state.get(name)}
        level = logging.DEBUG if scope["path"] in ASKED_ALWAYS and status < 400 else logging.INFO
        log.log(level, "The client left." if status == CLIENT_LEFT else "Answered.", extra={**fields, **known})


def _request_id(headers: Headers) -> str:
    """The client's own id for the request where it is a plain one, else a new one."""
    given = headers.get("x-request-id", "")
    return given if PLAIN_ID.fullmatch(given) else uuid4().hex
