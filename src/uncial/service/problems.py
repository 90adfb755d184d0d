"""Failures as HTTP tells them: RFC 9457 problem details with our code, stage, page and hint, and the tutorial's `error`."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from uncial.errors import KeyMissing, LimitExceeded, ServiceBusy, ServiceUnavailable, UncialError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
DID_YOU_MEAN = "Did you mean to send: {'image_url': 'some_jpeg_url'}"
"""What the tutorial's server answers to a body that it does not understand, word for word."""
HINTS = {
    404: "Documents are sent to POST /v1/ocr; GET /docs shows all routes.",
    405: "The header Allow says what there is; GET /docs shows all routes.",
}
"""What to do where nothing of ours was asked for."""
RETRY_AFTER = "5"
CLIENT_LEFT = 499
"""The status that is logged, never sent, for a client that did not wait (nginx's number)."""


class BodyNotUnderstood(HTTPException):
    """The body is none of those that the route takes."""

    def __init__(self, detail: str, hint: str = "", *, error: str = "") -> None:
        super().__init__(400, detail)
        self.hint = hint
        self.error = error


def tell_problems(app: FastAPI) -> None:
    """Have the app answer every failure as a problem."""
    app.add_exception_handler(UncialError, _uncial_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _client_left)
    app.add_exception_handler(Exception, _unforeseen)


async def _uncial_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, UncialError)
    if error.http_status >= 500:
        # Only what is our own fault: the other messages have file names and URLs in them, and their codes are logged anyway.
        log.error(error.message, extra={"code": error.code, "stage": error.stage})
    headers = {}
    if isinstance(error, ServiceBusy):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, ServiceUnavailable):
        headers["Retry-After"] = RETRY_AFTER
    if isinstance(error, KeyMissing):
        headers["WWW-Authenticate"] = 'Bearer realm="uncial"'  # RFC 6750
    if isinstance(error, LimitExceeded):
        headers["Connection"] = "close"  # The rest of a body that is too large must not be sent.
    return _problem(
        request,
        error.http_status,
        error.code,
        error.message,
        title=error.title,
        hint=error.hint,
        stage=error.stage,
        page=error.page,
        headers=headers,
    )


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    hint, text = (error.hint, error.error) if isinstance(error, BodyNotUnderstood) else (HINTS.get(error.status_code, ""), "")
    return _problem(request, error.status_code, code, error.detail, hint=hint, error=text, headers=dict(error.headers or {}))


async def _unforeseen(request: Request, error: Exception) -> Response:
    detail = "The service met something that nobody foresaw; its log says more under this request_id."
    return _problem(request, 500, UncialError.code, detail, hint="Please report it.")


async def _client_left(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_LEFT)


class _ProblemResponse(JSONResponse):
    """JSON in which halves of letters, as a client’s JSON may have them and its own words are told back, do no harm."""

    def render(self, content: object) -> bytes:
        """The same JSON; what UTF-8 cannot say is a question mark."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    title: str = "",
    hint: str = "",
    stage: str = "",
    page: int | None = None,
    error: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    fields = {
        "error": error or f"{detail} {hint}".strip(),
        "type": f"/docs#{code}",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "stage": stage,
        "page": page,
        "hint": hint,
        "request_id": request.state.request_id,
    }
    request.state.code = code
    return _ProblemResponse(fields, status, headers, MEDIA_TYPE)
