"""The page at /docs: it shows /openapi.json with a script of our own, and nothing is loaded from another host."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

FILES = {
    "/docs": ("docs.html", "text/html; charset=utf-8"),
    "/docs/docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "/docs/docs.css": ("docs.css", "text/css; charset=utf-8"),
}
POLICY = "; ".join(
    [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ]
)  # fmt: skip
"""Content-Security-Policy: what an answer says is only ever shown, never run."""

router = APIRouter(include_in_schema=False)


def _serve(name: str, media_type: str) -> Response:
    content = files("uncial.service").joinpath("static", name).read_bytes()
    return Response(content, media_type=media_type, headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"})


@router.head("/")
@router.get("/")
async def home() -> Response:
    """The way to the page, for whoever has opened the address of the service itself."""
    return RedirectResponse("/docs")


@router.head("/docs")
@router.get("/docs")
async def page() -> Response:
    """The page."""
    return _serve(*FILES["/docs"])


@router.head("/docs/docs.js")
@router.get("/docs/docs.js")
async def script() -> Response:
    """Its script."""
    return _serve(*FILES["/docs/docs.js"])


@router.head("/docs/docs.css")
@router.get("/docs/docs.css")
async def style() -> Response:
    """Its looks."""
    return _serve(*FILES["/docs/docs.css"])
