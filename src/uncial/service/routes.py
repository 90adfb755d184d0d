"""The routes: a body becomes a job, the executor has it read and written, and what comes back goes to the client."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar
from urllib.parse import quote, urlsplit
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect, Request

import uncial
from uncial.engines.survey import Survey
from uncial.errors import MediaTypeUnsupported, UrlRefused
from uncial.formats import FORMATS, Format
from uncial.service.choices import PASSWORD_HEADER, Choices, accepted_format, parse_choices, password_of
from uncial.service.executor import Executor, State
from uncial.service.openapi import FORMAT_LIST, HEALTH, LANGUAGES, OCR, format_rows
from uncial.service.problems import DID_YOU_MEAN, BodyNotUnderstood
from uncial.service.settings import Settings
from uncial.service.spool import Spool
from uncial.service.upload import UNNAMED, receive_form, receive_json, receive_raw
from uncial.service.work import Answer, Job
from uncial.sources import FORMAT_NAMES

router = APIRouter()
Result = TypeVar("Result")

JSON = "application/json"
FORM = "multipart/form-data"
WEB_FORM = "application/x-www-form-urlencoded"
"""What curl calls a body that it was told nothing about."""
RAW = ("", "application/pdf", "application/octet-stream")
SEND = "Send JSON with -H 'Content-Type: application/json', or a file with -F file=@page.jpg."
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Content-Security-Policy of answers: a page that a stranger's document became may look like something, and do nothing."""
FAILED_PAGES, NOTICES = "Uncial-Failed-Pages", "Uncial-Notices"


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
            password = password_of(request.headers.getlist(PASSWORD_HEADER))
            wish = await _receive(request, path, settings)
        job = _job(wish, settings, password)
        request.state.job = job.id
        with _timed(request, "read"):
            answer = await _unless_client_leaves(request, executor.run(job))
    timings = request.state.timings
    timings |= {"read": timings["read"] - answer.seconds, "write": answer.seconds}
    return _response(answer, wish.format)


@router.head("/v1/formats", include_in_schema=False)
@router.get("/v1/formats", openapi_extra=FORMAT_LIST)
async def formats() -> JSONResponse:
    """The formats that documents are written in."""
    return JSONResponse({"formats": format_rows()})


@router.head("/v1/languages", include_in_schema=False)
@router.get("/v1/languages", openapi_extra=LANGUAGES)
async def languages(request: Request) -> JSONResponse:
    """The languages that can be read here, and by which engines."""
    known: Survey = await asyncio.to_thread(request.app.state.survey)
    return JSONResponse({"languages": [each.row() for each in known.readable]})


@router.head("/health", include_in_schema=False)
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


async def _unless_client_leaves(request: Request, work: Coroutine[None, None, Result]) -> Result:
    """What the work brings; it is cancelled as soon as nobody waits for it any more."""
    async with _running(work) as reading, _running(_left(request)) as leaving:
        await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            raise ClientDisconnect
        return reading.result()


@asynccontextmanager
async def _running(work: Coroutine[None, None, Result]) -> AsyncIterator[asyncio.Task[Result]]:
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


def _job(wish: Wish, settings: Settings, password: str) -> Job:
    return Job(
        uuid4().hex,
        wish.source,
        wish.name,
        wish.choices.options,
        settings.limits,
        settings.time_limit,
        wish.format.name if wish.format else None,
        wish.choices.output,
        password,
    )


def _response(answer: Answer, format: Format | None) -> Response:
    """The answer with what its own format may have no place for: pages that failed, what was noticed, a name for the file."""
    format = format and format.made(answer.content)
    headers = {
        FAILED_PAGES: ",".join(map(str, answer.failed)),
        NOTICES: ", ".join(f"{code}={pages}" for code, pages in answer.notices),
        "Content-Disposition": attachment(answer.name, format) if format and not format.is_text else "",
    }
    told = {"Content-Security-Policy": POLICY, **{name: value for name, value in headers.items() if value}}
    return Response(answer.content, media_type=format.media_type if format else JSON, headers=told)


def attachment(name: str, format: Format) -> str:
    """The name under which a browser keeps the answer: that of the input, with the format's suffix (RFC 6266)."""
    file = (PurePath(name).stem or UNNAMED) + format.suffix
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", file)
    return f'attachment; filename="{plain}"' + (f"; filename*=UTF-8''{quote(file, errors='replace')}" if plain != file else "")


@contextmanager
def _timed(request: Request, step: str) -> Iterator[None]:
    start = time.perf_counter()
    try:
        yield
    finally:
        request.state.timings[step] = time.perf_counter() - start
