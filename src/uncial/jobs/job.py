"""What a job is: what was asked for (`Order`), and how far it has come (`Job`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from uncial.document import Problem
from uncial.options import Limits, Options, Output

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class State(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    """It waits for a worker, or for a worker to go on with it."""
    RUNNING = "running"
    """A worker has it, or other jobs read its pages."""
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    """Some pages could not be read, and the document says which."""
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether it stays so."""
        return self not in (State.QUEUED, State.RUNNING)


ENDED = tuple(state for state in State if state.ended)


class Queue(StrEnum):
    """Who goes before whom."""

    INTERACTIVE = "interactive"
    """Somebody waits for it."""
    BULK = "bulk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Who is told when a job has ended."""

    url: str
    secret: str = field(default="", repr=False)
    """What the message is signed with; sealed as long as it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for. It is kept as it is, and never changes."""

    name: str
    """What the client calls the document; empty for a URL, which names itself."""
    url: str = ""
    """Where the document is to be fetched; empty where it was sent."""
    options: Options = Options()  # noqa: RUF009 (frozen)
    output: Output = Output()  # noqa: RUF009 (frozen)
    format: str = ""
    """What the document is written in at once, besides JSON: the name of a format or of a `Shape`, or empty."""
    limits: Limits = Limits()  # noqa: RUF009 (frozen)
    page_seconds: float = 60.0
    """How long one page may take; then it has failed, and the others go on."""
    seconds: float = 600.0
    """How long all of it may take from when a worker begins; what is read by then stays."""
    password: str = field(default="", repr=False)
    """What opens the document, sealed; it is erased when the job ends."""
    webhook: Webhook | None = None
    request_id: str = ""
    """The request that brought it, for the log."""
    traceparent: str = ""
    """The trace that it belongs to (W3C Trace Context)."""
    part: tuple[int, ...] = ()
    """The pages of its parent that it reads, where it is a part of a large job."""


@dataclass(frozen=True, slots=True)
class Failure(Problem):
    """Why a job failed."""

    page: int | None = None
    """The page that is to blame, where one is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as its row in the table says it."""

    id: str
    state: State
    order: Order
    queue: Queue = Queue.INTERACTIVE
    owner: str = ""
    """The id of the API key that it was sent with; empty where there are no keys."""
    batch: str = ""
    parent: str = ""
    created: float = 0.0
    """Seconds since 1970, as are all times."""
    started: float | None = None
    ended: float | None = None
    expires: float | None = None
    """When it is forgotten; known when it has ended."""
    keep: float = 0.0
    """Seconds for which it is kept after its end."""
    sha256: str = ""
    """Of the document's bytes; empty until they are here."""
    size: int = 0
    """Bytes of the document."""
    pages_total: int = 0
    """Pages that are to be read; 0 until the document was opened."""
    pages_done: int = 0
    """Pages that are done with, read or failed."""
    pages_failed: int = 0
    attempt: int = 0
    """How many times a worker has begun it: the token without which nothing is written (a fencing token)."""
    tries: int = 0
    """How many times a worker has begun it since the last page was done."""
    kills: Mapping[int, int] = field(default_factory=dict)
    """How many workers each page has killed; page 0 stands for opening the document and writing the result."""
    parts_left: int = 0
    """How many of its parts have not ended."""
    worker: str = ""
    """Who has it."""
    lease_until: float | None = None
    cancel: bool = False
    """Whether it is to be broken off."""
    idempotency: str = ""
    result: str = ""
    """Where its result lies: the prefix of its blobs. Empty where there is none."""
    error: Failure | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds by step: queue, fetch, open, read, write."""
    notices: Mapping[str, int] = field(default_factory=dict)
    """The codes of what was noticed, each with how many pages it is true of."""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One page that is done with."""

    number: int
    blob: str
    """Where it lies as JSON."""
    seconds: float
    code: str = ""
    """Of its problem, where it has one."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A job that is ours until the lease ends; `job.attempt` is the token that proves it."""

    job: Job
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An order as it comes in, with whose it is and what is known of its document."""

    order: Order
    id: str
    """Under which its document lies in the blob store already."""
    owner: str = ""
    queue: Queue = Queue.INTERACTIVE
    batch: str = ""
    keep: float = 86400.0
    sha256: str = ""
    size: int = 0
    idempotency: str = ""
    fingerprint: str = ""
    """What the request was, for telling whether an idempotency key comes with the same one again."""
    likeness: str = ""
    """What makes two jobs the same: their document and all that tells how to read it. Empty for one that is like no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a job ends."""

    state: State
    result: str = ""
    error: Problem | None = None
    timings: Mapping[str, float] | None = None
    notices: Mapping[str, int] | None = None


def rendition(result: str, format: str, output: Output) -> str:
    """The name of the blob of a result in some format."""
    kind = f"-{output.kind}" if output.kind != Output().kind else ""
    templates = f"-{sha256(output.templates.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}" if output.templates else ""
    return f"{result}/{format}{'-layout' if output.layout else ''}{kind}{templates}"


CORRECTED = "-corrected-"
"""What stands between the name of a result as it was read and what tells its corrections."""
UNCORRECTED = "0"
"""The revision of a result that nobody has corrected."""


def as_read(result: str) -> str:
    """Where the result lies that this one was corrected from, or is."""
    return result.partition(CORRECTED)[0]


def corrected_result(result: str, revision: str, token: str) -> str:
    """Where a result lies that was corrected; with the token nobody else has it, so that who deletes theirs deletes not ours."""
    return f"{as_read(result)}{CORRECTED}{revision}-{token}"


def revision_of(result: str) -> str:
    """What tells the corrections of a result from others; `UNCORRECTED` where there are none."""
    return result.partition(CORRECTED)[2].partition("-")[0] or UNCORRECTED


IMAGE_WIDTHS = (160, 320, 640, 1000, 1600, 2400, 4000)
"""Pixels that images of pages are wide. There are few of them, so that each image is kept and serves many."""


def page_image(id: str, number: int, width: int) -> str:
    """The name of the blob with the image of a page of that job, so many pixels wide at most; 0 is as wide as it was read."""
    return f"{id}/images/{number}-{width}.jpg"


@cache
def order_adapter() -> TypeAdapter[Order]:
    """What makes JSON of an order and an order of JSON."""
    from pydantic import TypeAdapter

    return TypeAdapter(Order)
