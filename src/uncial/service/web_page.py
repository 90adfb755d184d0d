"""The pages for people: `/` where documents are dropped, read and corrected, and `/docs` for those who write programs.

They are files of ours, served as they are; nothing is loaded from another host, and nothing is run that is not such a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Media types of what is served, by the suffixes of the files; what has another one stays here."""
POLICY = "; ".join(
    [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' blob:",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
    ]
)  # fmt: skip
"""Content-Security-Policy: what a document says is only ever shown, never run. Pictures that need a key come as blobs."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # asked for each time, answered with 304 as long as it is the same
}

router = APIRouter(include_in_schema=False)


class Asset(NamedTuple):
    """A file of the pages as it is sent."""

    content: bytes
    media_type: str
    tag: str


@router.head("/")
@router.get("/")
async def home(request: Request) -> Response:
    """The page: drop a scan, watch it being read, correct it, take it away."""
    return _served(request, "index.html")


@router.head("/docs")
@router.get("/docs")
async def docs(request: Request) -> Response:
    """The description of the service, which shows /openapi.json."""
    return _served(request, "docs.html")


@router.head("/static/{name:path}")
@router.get("/static/{name:path}")
async def static(request: Request, name: str) -> Response:
    """What the pages consist of."""
    return _served(request, name)


def _served(request: Request, name: str) -> Response:
    """The file, or that it is still the one that the browser has (RFC 9110, 13.1.2)."""
    asset = _assets().get(name)
    if asset is None:
        raise HTTPException(404)
    told = {**HEADERS, "ETag": asset.tag}
    # gzip on the way out makes the tag a weak one.
    if asset.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=told)
    return Response(asset.content, media_type=asset.media_type, headers=told)


@cache
def _assets() -> dict[str, Asset]:
    """All files that are served, by their paths, read once."""
    return {name: _asset(name, content) for name, content in _walk(files("uncial.service").joinpath("static"))}


def _walk(folder: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{above}{entry.name}/")
        elif PurePosixPath(entry.name).suffix in TYPES:
            yield above + entry.name, entry.read_bytes()


def _asset(name: str, content: bytes) -> Asset:
    return Asset(content, TYPES[PurePosixPath(name).suffix], f'"{sha256(content).hexdigest()[:16]}"')
