"""The routes: a body becomes a job, the executor reads it, and the document goes back in the format that was asked for."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect, Request

import uncial
from uncial.document import Document
from uncial.engines.survey import Survey
from uncial.errors import MediaTypeUnsupported, UrlRefused
from uncial.formats import FORMATS, Format
from uncial.formats.json import read as read_json
from uncial.options import Output
from uncial.service.choices import Choices, accepted_format, parse_choices
from uncial.service.executor import Executor, State
from uncial.service.openapi import HEALTH, LANGUAGES, OCR
from uncial.service.problems import DID_YOU_MEAN, BodyNotUnderstood
from uncial.service.settings import Settings
from uncial.service.spool import Spool
from uncial.service.upload import UNNAMED, receive_form, receive_json, receive_raw
from uncial.service.work import Job
from uncial.sources import FORMAT_NAMES

router = APIRouter()
Answer = TypeVar("Answer")

JSON = "application/json"
FORM = "multipart/form-data"
WEB_FORM = "application/x-www-form-urlencoded"
"""What curl calls a body that it was told nothing about."""
RAW = ("", "application/pdf", "application/octet-stream")
SEND = "Send JSON with -H 'Content-Type: application/json', or a file with -F file=@page.jpg."
FAILED_PAGES = "Uncial-Failed-Pages"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client wants read, how, and in which format; `format` is None for the tutorial's `{"output": …}`."""

    source: Path | str
    name: str
    choices: Choices
    format: Format | None


@router.post("/v1/ocr", openapi_extra=OCR, response_class=Response)
async def ocr(request: Request) -> Response:
    """Read the text of an image or a PDF."""
    settings: Settings = request.app.state.settings
    executor: Executor = request.app.state.executor
    spool: Spool = request.app.state.spool
    with spool.file() as path:
        with _timed(request, "receive"):
            wish = await _receive(request, path, settings)
        job = Job(uuid4().hex, wish.source, wish.name, wish.choices.options, settings.limits, settings.time_limit)
        request.state.job = job.id
        with _timed(request, "read"):
            document = await _unless_client_leaves(request, executor.run(job))
    with _timed(request, "write"):
        return await asyncio.to_thread(_render, document, wish.format)


@router.get("/v1/languages", openapi_extra=LANGUAGES)
async def languages(request: Request) -> JSONResponse:
    """The languages that can be read here, and by which engines."""
    known: Survey = await asyncio.to_thread(request.app.state.survey)
    return JSONResponse({"languages": [each.row() for each in known.readable]})


@router.get("/health", openapi_extra=HEALTH)
async def health(request: Request) -> JSONResponse:
    """Whether documents can be read here: 200 while a worker is there or starting, 503 where none can be started."""
    executor: Executor = request.app.state.executor
    standing = executor.standing()
    working = standing.workers[State.READY.value] + standing.workers[State.BUSY.value]
    status = "failing" if standing.fault else "ok" if working else "starting"
    answer = {"status": status, "version": uncial.__version__, "workers": {**standing.workers, "waiting": standing.waiting}}
    if fault := standing.fault:
        answer["problem"] = {"code": fault.code, "detail": fault.message, "hint": fault.hint}
    return JSONResponse(answer, 503 if standing.fault else 200)


async def _receive(request: Request, path: Path, settings: Settings) -> Wish:
    """Take the body in, whichever of the three kinds it is."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == JSON or media.endswith("+json"):
        return await _receive_link(request, settings)
    if media == FORM:
        return await _receive_form(request, path, settings)
    if media == WEB_FORM:
        raise BodyNotUnderstood("The body comes as a web form.", SEND, error=DID_YOU_MEAN)
    if not (media.startswith("image/") or media in RAW):
        hint = f"What can be read is {FORMAT_NAMES}."
        raise MediaTypeUnsupported(f"The body comes as {media}, not as an image or a PDF.", hint=hint)
    choices = parse_choices(request.query_params.multi_items(), settings.engine)
    format = choices.format or _accepted(request)
    if not await receive_raw(request, path, settings.max_bytes) and not media:
        raise BodyNotUnderstood("There is no body.", SEND, error=DID_YOU_MEAN)
    return Wish(path, UNNAMED, choices, format)


async def _receive_link(request: Request, settings: Settings) -> Wish:
    """The tutorial's body; its answer is the tutorial's too where no other format is chosen, for json is what it had."""
    choices = parse_choices(request.query_params.multi_items(), settings.engine)
    url = _image_url(await receive_json(request))
    accepted = None if choices.format else _accepted(request)
    return Wish(url, "", choices, None if accepted is FORMATS["json"] else choices.format or accepted)


async def _receive_form(request: Request, path: Path, settings: Settings) -> Wish:
    form = await receive_form(request, path, settings.max_bytes)
    choices = parse_choices([*request.query_params.multi_items(), *form.fields], settings.engine)
    return Wish(path, form.name, choices, choices.format or _accepted(request))


def _accepted(request: Request) -> Format:
    return accepted_format(",".join(request.headers.getlist("accept")))


def _image_url(body: bytes) -> str:
    """The URL in the tutorial's body. Raises `BodyNotUnderstood` for any other, `UrlRefused` for what is no web address."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    match fields:
        case {"image_url": str(url), **others} if not others:
            pass
        case _:
            raise BodyNotUnderstood(
                "The body is not a JSON object with “image_url” and nothing else.",
                "Options go into the query: /v1/ocr?languages=de",
                error=DID_YOU_MEAN,
            )
    # Here, before any code that also reads paths: a client must never name a file of this machine.
    if not _is_web_address(url):
        raise UrlRefused(
            "The image_url is not an address that begins with http:// or https://.", hint="Send a file with -F file=@…"
        )
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url == url.strip() and url.isprintable()


async def _unless_client_leaves(request: Request, work: Coroutine[None, None, bytes]) -> bytes:
    """What the work brings; it is cancelled as soon as nobody waits for it any more."""
    async with _running(work) as reading, _running(_left(request)) as leaving:
        await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            raise ClientDisconnect
        return reading.result()


@asynccontextmanager
async def _running(work: Coroutine[None, None, Answer]) -> AsyncIterator[asyncio.Task[Answer]]:
    """A task that does not outlive the block."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _left(request: Request) -> None:
    """Return when the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _render(data: bytes, format: Format | None) -> Response:
    """The document, which is JSON by now, as the client wants it. A page that failed is named in a header whatever the format."""
    document = read_json(data)
    failed = [page for page in document.pages if page.problem]
    headers = {FAILED_PAGES: ",".join(str(page.number) for page in failed)} if failed else {}
    if format is None:
        return JSONResponse(_tutorial(document), headers=headers)
    content = data if format is FORMATS["json"] else format.write(document, None, Output())
    return Response(content, media_type=format.media_type, headers=headers)


def _tutorial(document: Document) -> dict[str, object]:
    """`{"output": text}`, and beside it the problems where pages have any: the text alone would hide them."""
    problems = [
        {"page": page.number, "code": page.problem.code, "detail": page.problem.message, "hint": page.problem.hint}
        for page in document.pages
        if page.problem
    ]
    return {"output": document.text} | ({"problems": problems} if problems else {})


@contextmanager
def _timed(request: Request, step: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        request.state.timings[step] = time.perf_counter() - start
