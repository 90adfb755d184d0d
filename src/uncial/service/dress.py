"""What answers wear on their way out: gzip where it pays, and what lets web pages of other sites read them."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uncial.formats import FORMATS
from uncial.service.settings import Settings

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
SENT = (
    "Authorization", "X-API-Key", "X-Request-ID", "Idempotency-Key", "Uncial-Password", "Last-Event-ID", "Range", "If-Range",
    "If-Match", "If-None-Match", "Cache-Control", "traceparent",
)  # fmt: skip
"""Headers that a page may send."""
SHOWN = (
    "X-Request-ID", "Server-Timing", "Uncial-Job", "Uncial-Failed-Pages", "Uncial-Notices", "Content-Disposition",
    "Content-Range", "Accept-Ranges", "ETag", "Location", "Retry-After", "WWW-Authenticate",
)  # fmt: skip
"""Headers of an answer that a page may look at."""
LEVEL = 4
"""Of gzip’s 1 to 9: what comes after it takes much longer and saves little."""
LEAST = 1024
"""Bytes; what is shorter fits into one packet anyway."""
PACKED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *(format.media_type for format in FORMATS.values() if not format.is_text))
"""Media types that are compressed as they are, or that have to arrive at once."""


def dressed(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application with answers in gzip, and open to the pages of the origins that the settings name."""
    app = _Tagged(GZipMiddleware(app, LEAST, LEVEL, exclude_content_types=PACKED))
    if not settings.cors_origins:
        return app
    return CORSMiddleware(app, settings.cors_origins, METHODS, SENT, expose_headers=SHOWN)


class _Tagged:
    """Says of what was compressed on its way that it is not the result byte by byte, so that no two halves are put together.

    Its ETag is a weak one (RFC 9110, 8.8.3), which fits no If-Range, and no ranges of it are offered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def tagged_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                _weaken(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, tagged_send)


def _weaken(headers: MutableHeaders) -> None:
    if headers.get("content-encoding") != "gzip":
        return
    del headers["Accept-Ranges"]
    tag = headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        headers["ETag"] = f"W/{tag}"
