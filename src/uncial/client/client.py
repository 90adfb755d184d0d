"""The client: a service as an object, whose methods are what the service can do."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Self, overload
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

from uncial.client.answers import (
    BatchInfo,
    CorrectionsInfo,
    Event,
    JobInfo,
    PageInfo,
    batch_of,
    corrections_of,
    event_of,
    extraction_of,
    job_of,
    pages_of,
    revision_of,
)
from uncial.client.connection import Connection, Request, as_json
from uncial.client.stream import lines_of, messages
from uncial.client.uploads import long_fields, parameters, password_header, upload, upload_many
from uncial.errors import OutputError, ServiceUnavailable
from uncial.formats import find_format
from uncial.jobs.job import Queue, State
from uncial.options import Limits, Options, Output
from uncial.sources import Input

if TYPE_CHECKING:
    import httpx

    from uncial.corrections import Correction
    from uncial.document import Document
    from uncial.fields import Extraction

DEFAULT_URL = "http://127.0.0.1:5000"
POLL_SECONDS = 20.0
"""How long one request waits for a job, which is less than what proxies allow a request."""
BROKEN_STREAMS = 3
"""How many streams of events may break one after the other without any news."""
RENDER_SECONDS = 600.0
"""How long a result in another format may take, which is made of the document when it is asked for."""


class Client:
    """A service that reads documents. Its methods raise `UncialError`, of the class that the service names.

    `timeout` is how many seconds an answer may take that does not wait for a document, `patience` for how many seconds a busy
    service is asked again. Several threads may use one client; close it, or use it in a `with`.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        key: str | None = None,
        *,
        timeout: float = 60.0,
        patience: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._line = Connection(url, key, timeout, patience, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End its connections."""
        self._line.close()

    @overload
    def read(  # type: ignore[overload-overlap]  # any other format is bytes
        self,
        source: Input,
        options: Options | None = ...,
        *,
        format: Literal["json"] = ...,
        output: Output | None = ...,
        password: str = ...,
        name: str = ...,
    ) -> Document: ...

    @overload
    def read(
        self,
        source: Input,
        options: Options | None = ...,
        *,
        format: str,
        output: Output | None = ...,
        password: str = ...,
        name: str = ...,
    ) -> bytes: ...

    def read(
        self,
        source: Input,
        options: Options | None = None,
        *,
        format: str = "json",
        output: Output | None = None,
        password: str = "",
        name: str = "",
    ) -> Document | bytes:
        """Read the text of an image or a PDF: the document, or what it is in a format, as soon as it is there.

        The job is cancelled where the wait is broken off. Raises what the job failed with.
        """
        find_format(format)
        job = self._ended(self.submit(source, options, format=format, output=output, password=password, name=name))
        if format == "json":
            return self.document(job.id)
        return self.result(job.id, format, output=output, password=password)

    def extract(
        self,
        source: Input,
        kind: str = "auto",
        *,
        templates: str = "",
        options: Options | None = None,
        password: str = "",
        name: str = "",
    ) -> Extraction:
        """Say what a ticket, a receipt, an invoice says, as data, as `uncial.extract` does here; its barcodes are read too.

        The job is cancelled where the wait is broken off. Raises what the job failed with, `OptionInvalid` for another kind, and
        `TemplateInvalid`.
        """
        output, wanted = Output(kind=kind, templates=templates), replace(options or Options(), barcodes=True)
        job = self._ended(self.submit(source, wanted, format="fields", output=output, password=password, name=name))
        return self.extraction(job.id, kind, templates=templates)

    def submit(
        self,
        source: Input,
        options: Options | None = None,
        *,
        format: str = "json",
        output: Output | None = None,
        password: str = "",
        name: str = "",
        queue: Queue | str = Queue.INTERACTIVE,
        webhook: str = "",
        webhook_secret: str = "",
        idempotency_key: str = "",
        limits: Limits | None = None,
    ) -> JobInfo:
        """Have a document read, and go on: the job that does it.

        What is `bulk` goes behind what somebody waits for. A result in `format` is made at once, in others when it is asked for.
        The same `idempotency_key` brings back the same job, so that nothing is read twice where the answer of the service was
        lost; without one each call has its own.
        """
        extra = _given(queue="" if queue == Queue.INTERACTIVE else queue, webhook=webhook, webhook_secret=webhook_secret)
        extra |= long_fields(output)
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex, **password_header(password)}
        params = parameters(options, output) | _given(format="" if format == "json" else format)
        with upload(source, limits or Limits(), name, extra) as body:
            return job_of(self._line.json(Request(method="POST", path="/v1/jobs", params=params, headers=headers, body=body)))

    def batch(
        self,
        sources: Sequence[Input],
        options: Options | None = None,
        *,
        format: str = "json",
        output: Output | None = None,
        password: str = "",
        webhook: str = "",
        webhook_secret: str = "",
        idempotency_key: str = "",
        limits: Limits | None = None,
    ) -> BatchInfo:
        """Have many documents read, which are sent with one request: all of them files, or all of them URLs.

        One that cannot be read is a job that fails, and the others go on.
        """
        extra = _given(webhook=webhook, webhook_secret=webhook_secret) | long_fields(output)
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex, **password_header(password)}
        params = parameters(options, output) | _given(format="" if format == "json" else format)
        with upload_many(sources, limits or Limits(), extra) as body:
            return batch_of(self._line.json(Request(method="POST", path="/v1/batch", params=params, headers=headers, body=body)))

    def batch_state(self, id: str) -> BatchInfo:
        """How far a batch has come."""
        return batch_of(self._line.json(Request(method="GET", path=_batch_path(id))))

    def cancel_batch(self, id: str) -> BatchInfo:
        """Break off all jobs of a batch that have not ended."""
        return batch_of(self._line.json(Request(method="DELETE", path=_batch_path(id))))

    def job(self, id: str) -> JobInfo:
        """The job of that id, as it is now."""
        return job_of(self._line.json(Request(method="GET", path=_path(id))))

    def wait(self, id: str, seconds: float | None = None) -> JobInfo:
        """The job when it has ended, or as it is after so many seconds; without any it is waited for as long as it takes."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            left = POLL_SECONDS if end is None else max(0.0, min(POLL_SECONDS, end - time.monotonic()))
            begun = time.monotonic()
            job = self._poll(id, left)
            if job.state.ended or (end is not None and time.monotonic() >= end):
                return job
            if time.monotonic() - begun < min(left, 1.0):  # a service that does not let us wait is not to be pestered
                time.sleep(min(left, 1.0))

    def events(self, id: str, after: str = "", *, pages: bool = True) -> Iterator[Event]:
        """The news of a job as they come, until it has ended; `after` is the id of an event to go on after.

        Pages that are done come with what stands on them, unless `pages` is false. A stream that breaks is taken up again where
        it broke.
        """
        fruitless = 0
        while fruitless < BROKEN_STREAMS:
            fruitless += 1
            with suppress(ServiceUnavailable):
                for event in self._stream(id, after, pages=pages):
                    fruitless, after = 0, event.id
                    yield event
                    if event.job and event.job.state.ended:
                        return
        raise ServiceUnavailable("The stream of news breaks again and again, and the job has not ended.")

    def document(self, id: str, *, corrected: bool = True) -> Document:
        """The document that a job has read, with what a person has corrected or without. Raises what it failed with."""
        from uncial.formats.json import read as read_json

        asked = _result(id, "json", None, "")
        return read_json(self._line.read(asked if corrected else replace(asked, params={**asked.params, "corrected": "no"})))

    def corrections(self, id: str) -> CorrectionsInfo:
        """What a person has corrected of a job's document. Raises what the job failed with."""
        return corrections_of(self._line.read(Request(method="GET", path=f"{_path(id)}/corrections")))

    def correct(self, id: str, corrections: Iterable[Correction], revision: str = "") -> str:
        """Have a job's document corrected so, from as it was read; the revision that the corrections have from then on.

        Raises `CorrectionInvalid`, and `CorrectionsClash` where a revision is named and another one is there by now.
        """
        from uncial.jobs.correction_list import write as write_corrections

        body = b'{"corrections":' + write_corrections(corrections) + b"}"
        headers = {"Content-Type": "application/json", **({"If-Match": f'"{revision}"'} if revision else {})}
        path = f"{_path(id)}/corrections"
        asked = Request(method="PUT", path=path, headers=headers, body=lambda: {"content": body}, seconds=RENDER_SECONDS)
        return revision_of(self._line.json(asked))

    def extraction(self, id: str, kind: str = "auto", *, templates: str = "") -> Extraction:
        """The fields of a document that a job has read; its barcodes are there if they were read. Raises what it failed with."""
        return extraction_of(self.result(id, "fields", output=Output(kind=kind, templates=templates)))

    def result(self, id: str, format: str = "json", *, output: Output | None = None, password: str = "") -> bytes:
        """What a job has read, in a format. A format that shows the pages of a locked PDF wants the password once more.

        Raises what the job failed with, `JobNotDone` or `JobCancelled`.
        """
        return self._line.read(_result(id, format, output, password))

    def save(self, id: str, path: str | Path, format: str = "json", *, output: Output | None = None, password: str = "") -> Path:
        """The same into a file, as the bytes come; where that breaks off there is no file. Raises `OutputError`."""
        place = Path(path)
        with self._line.answer(_result(id, format, output, password)) as response, _file_for(place) as file:
            for piece in self._line.pieces(response):
                file.write(piece)
        return place

    def cancel(self, id: str) -> JobInfo:
        """Break a job off: the job as it is then, which is still running for a moment where a worker has it."""
        return job_of(self._line.json(Request(method="DELETE", path=_path(id))))

    def again(
        self,
        id: str,
        changes: Mapping[str, str | int | bool | Sequence[str]] | None = None,
        *,
        password: str = "",
        idempotency_key: str = "",
    ) -> JobInfo:
        """Read the document of a job once more: the new job that does it, as the other one but for what `changes` names.

        Raises `JobCancelled` or `JobNotFound` where the service has the document no more.
        """
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex, **password_header(password)}
        told = {name: value if isinstance(value, str | int) else list(value) for name, value in (changes or {}).items()}
        path = f"{_path(id)}/again"
        return job_of(self._line.json(Request(method="POST", path=path, headers=headers, body=lambda: {"json": told})))

    def pages(self, id: str) -> tuple[PageInfo, ...]:
        """The pages of a job's document; while it is read those that are done. Raises what the job failed with."""
        return pages_of(self._line.json(Request(method="GET", path=f"{_path(id)}/pages", seconds=RENDER_SECONDS)))

    def page_image(self, id: str, number: int, width: int = 0, *, password: str = "") -> bytes:
        """A page of a job's document as it looks, as JPEG: the next width that the service has, or 0 for all that was read.

        Raises `PageNotFound`, `JobNotDone` before the document is fetched, `JobCancelled`.
        """
        path, headers = f"{_path(id)}/pages/{number}/image", password_header(password)
        asked = Request(method="GET", path=path, params={"width": str(width)}, headers=headers, seconds=RENDER_SECONDS)
        return self._line.read(asked)

    def jobs(self, states: Iterable[State | str] = (), *, batch: str = "") -> Iterator[JobInfo]:
        """All jobs, the latest first, page by page as they are asked for."""
        wanted, after = _given(state=",".join(states), batch=batch), ""
        while True:
            told = self._line.json(Request(method="GET", path="/v1/jobs", params=wanted | _given(after=after)))
            yield from map(job_of, told["jobs"])
            if not told.get("next"):
                return
            (after,) = parse_qs(urlsplit(told["next"]).query)["after"]

    def options(self) -> list[dict[str, Any]]:
        """Every option: its name, type, default, bounds and help."""
        return self._list("options")

    def languages(self) -> list[dict[str, Any]]:
        """The languages that the service can read, and by which engines."""
        return self._list("languages")

    def engines(self) -> list[dict[str, Any]]:
        """The engines that the service has."""
        return self._list("engines")

    def formats(self) -> list[dict[str, Any]]:
        """The formats that the service writes."""
        return self._list("formats")

    def limits(self) -> list[dict[str, Any]]:
        """What the service allows: how large, how many, how long."""
        return self._list("limits")

    def version(self) -> str:
        """The version of the service."""
        return str(self._line.json(Request(method="GET", path="/version"))["version"])

    def alive(self) -> None:
        """Nothing, where the service answers at all. Raises `UncialError`."""
        self._line.json(Request(method="GET", path="/livez", again=False))

    def ready(self) -> dict[str, Any]:
        """What the service needs and has. Raises `ServiceUnavailable`, which says what is missing, where it takes nothing in."""
        return dict(self._line.json(Request(method="GET", path="/readyz", again=False)))

    def kinds(self) -> list[dict[str, Any]]:
        """The kinds of documents whose fields the service knows, and the fields of each."""
        return self._list("kinds")

    def _ended(self, job: JobInfo) -> JobInfo:
        """The job when it has ended; where the wait is broken off it is cancelled."""
        try:
            return self.wait(job.id)
        except KeyboardInterrupt:
            self.cancel(job.id)
            raise

    def _list(self, name: str) -> list[dict[str, Any]]:
        return list(self._line.json(Request(method="GET", path=f"/v1/{name}"))[name])

    def _poll(self, id: str, seconds: float) -> JobInfo:
        params = {"wait": f"{seconds:g}"} if seconds else {}
        asked = Request(method="GET", path=_path(id), params=params, seconds=seconds + self._timeout)
        return job_of(self._line.json(asked))

    def _stream(self, id: str, after: str, *, pages: bool) -> Iterator[Event]:
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": after} if after else {})}
        params = {} if pages else {"pages": "no"}
        asked = Request(method="GET", path=f"{_path(id)}/events", params=params, headers=headers)
        with self._line.answer(asked) as response:
            for message in messages(lines_of(self._line.pieces(response)), after):
                yield event_of(message.kind, as_json(message.data.encode()), message.id)


@contextmanager
def _file_for(place: Path) -> Iterator[BinaryIO]:
    """A file beside its place, which goes there when it is whole."""
    beside = place.with_name(f".{place.name}.{uuid4().hex[:8]}.part")
    try:
        try:
            with beside.open("wb") as file:
                yield file
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{place} cannot be written: {error.strerror}.", hint="Choose another place.") from error


def _given(**values: str) -> dict[str, str]:
    """Those that are not empty."""
    return {name: value for name, value in values.items() if value}


def _path(id: str) -> str:
    return f"/v1/jobs/{quote(id, safe='')}"


def _batch_path(id: str) -> str:
    return f"/v1/batch/{quote(id, safe='')}"


def _result(id: str, format: str, output: Output | None, password: str) -> Request:
    params = {"format": format, **parameters(None, output)}
    headers, path, beside = password_header(password), f"{_path(id)}/result", long_fields(output)
    if beside:
        return Request(
            method="POST", path=path, params=params, headers=headers, body=lambda: {"json": beside}, seconds=RENDER_SECONDS
        )
    return Request(method="GET", path=path, params=params, headers=headers, seconds=RENDER_SECONDS)
