"""What a service says of its jobs, as frozen data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from uncial.client.errors import error_of
from uncial.document import Page
from uncial.errors import CorrectionInvalid, UncialError
from uncial.jobs.checkpoints import load_page
from uncial.jobs.job import State

if TYPE_CHECKING:
    from uncial.corrections import Correction
    from uncial.fields import Extraction

PAGE = "page"
_OTHER_VERSION = "Check that this is the address of Uncial, and that both are of about the same version."


@dataclass(frozen=True, slots=True)
class PageCount:
    """How far the pages of a job are."""

    total: int = 0
    """Pages that are to be read; 0 until the document was opened."""
    done: int = 0
    """Pages that are done with, read or failed."""
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobInfo:
    """A job as the service tells it."""

    id: str
    state: State
    name: str = ""
    """What the document is called."""
    queue: str = ""
    batch: str = ""
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    expires: datetime | None = None
    """When it is forgotten, with its result; known when it has ended."""
    position: int | None = None
    """How many jobs come before it, while it waits."""
    pages: PageCount = PageCount()
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds by step: queue, fetch, open, read, write."""
    notices: Mapping[str, int] = field(default_factory=dict)
    """The codes of what was noticed, each with how many pages it is true of."""
    error: UncialError | None = field(default=None, compare=False)
    """Why it failed."""
    told: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """All of it as it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInfo:
    """A page of a job's document, as the service tells of it; of one that is being read most is None."""

    number: int
    """From 1."""
    width: int | None = None
    """In pixels of the page image."""
    height: int | None = None
    dpi: float | None = None
    turned: int | None = None
    """By how many degrees clockwise it had to be turned to be upright."""
    confidence: float | None = None
    words: int | None = None
    """How many it has."""
    doubtful: int | None = None
    """How many of them are less sure than 0.8."""
    problem: str | None = None
    """The code of what kept it from being read."""
    bytes: tuple[int, int] | None = None
    """The first and the last byte of its JSON in the document as it was read."""


@dataclass(frozen=True, slots=True)
class CorrectionsInfo:
    """What a person has corrected of a job's document."""

    revision: str
    """What tells it from what else may have been corrected."""
    corrections: tuple[Correction, ...]
    """In the order in which they are done."""


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """Many jobs that were sent with one request, as the service tells them."""

    id: str
    done: bool
    """Whether all of them have ended."""
    jobs: tuple[JobInfo, ...]
    """In the order of what was sent. What could not be taken in is a job that failed."""


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news of a job."""

    kind: str
    """`page` when a page is done, `progress` when the job has come further, `end` when it has ended."""
    id: str
    """Where to go on after it."""
    told: Mapping[str, Any] = field(repr=False)
    """As it came."""
    job: JobInfo | None = None
    """How far it is; of `page` there is none."""
    number: int = 0
    """Of the page that is done."""
    page: Page | None = None
    """The page that is done, as it stands by itself: what only the whole document tells is in the result alone."""


def job_of(told: Any) -> JobInfo:
    """The job that JSON tells of. Raises `UncialError` where it tells of none."""
    try:
        error = told.get("error")
        return JobInfo(
            id=told["id"],
            state=State(told["state"]),
            name=told.get("name") or "",
            queue=told.get("queue") or "",
            batch=told.get("batch") or "",
            **{name: _time(told.get(name)) for name in ("created", "started", "ended", "expires")},
            position=told.get("position"),
            pages=PageCount(**{name: (told.get("pages") or {}).get(name) or 0 for name in ("total", "done", "failed")}),
            timings=told.get("timings") or {},
            notices=told.get("notices") or {},
            error=error_of(error) if error else None,
            told=told,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UncialError("The service tells of a job in a way that is not understood.", hint=_OTHER_VERSION) from error


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def batch_of(told: Any) -> BatchInfo:
    """The batch that JSON tells of. Raises `UncialError` where it tells of none."""
    try:
        return BatchInfo(told["id"], told["done"], tuple(map(job_of, told["items"])))
    except (KeyError, TypeError) as error:
        raise UncialError("The service tells of a batch in a way that is not understood.", hint=_OTHER_VERSION) from error


def pages_of(told: Any) -> tuple[PageInfo, ...]:
    """The pages that JSON tells of. Raises `UncialError` where it tells of none."""
    names = [each.name for each in fields(PageInfo) if each.name != "bytes"]
    try:
        return tuple(PageInfo(**{name: page[name] for name in names}, bytes=_span(page["bytes"])) for page in told["pages"])
    except (KeyError, TypeError, ValueError) as error:
        raise UncialError("The service tells of pages in a way that is not understood.", hint=_OTHER_VERSION) from error


def _span(told: Any) -> tuple[int, int] | None:
    if told is None:
        return None
    first, last = told
    return int(first), int(last)


def extraction_of(told: bytes) -> Extraction:
    """The fields that JSON tells of. Raises `UncialError` where it tells of none."""
    from uncial.fields.telling import from_json

    try:
        return from_json(told)
    except ValueError as error:
        raise UncialError("The service tells of fields in a way that is not understood.", hint=_OTHER_VERSION) from error


def corrections_of(told: bytes) -> CorrectionsInfo:
    """The corrections that JSON tells of. Raises `UncialError` where it tells of none."""
    from uncial.jobs.correction_list import read

    try:
        return CorrectionsInfo(revision_of(json.loads(told)), read(told))
    except (ValueError, CorrectionInvalid) as error:
        raise UncialError("The service tells of corrections in a way that is not understood.", hint=_OTHER_VERSION) from error


def revision_of(told: Any) -> str:
    """The revision that JSON tells of. Raises `UncialError` where it tells of none."""
    try:
        return str(told["revision"])
    except (KeyError, TypeError) as error:
        raise UncialError("The service tells of corrections in a way that is not understood.", hint=_OTHER_VERSION) from error


def event_of(kind: str, told: Any, id: str) -> Event:
    """The event that JSON tells of. Raises `UncialError` where it tells of none."""
    if kind != PAGE:
        return Event(kind, id, told, job=job_of(told))
    try:
        content = told.get("page")
        page = load_page(json.dumps(content).encode()) if content else None
        return Event(kind, id, told, number=told["number"], page=page)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UncialError("The service tells of a page in a way that is not understood.", hint=_OTHER_VERSION) from error
