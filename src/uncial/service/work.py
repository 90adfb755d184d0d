"""What the service and its worker processes say to each other.

Down a worker's standard input go pickles, each after its length; the first is the `Plan`, the rest are `Job`s. Up its standard
output come replies: a header of kind, resident memory and length, then the bytes. An `Answer` begins with JSON, after its length;
the rest is the document as it goes to the client. Replies are never pickles, for a worker decodes what strangers send, and what
it says is not trusted to run code in the process that speaks HTTP.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from struct import Struct

from uncial import errors
from uncial.engines import EngineConfig
from uncial.errors import UncialError
from uncial.options import Limits, Options, Output

LENGTH = Struct(">Q")
"""Before each message, and before the JSON of an answer."""
HEADER = Struct(">cQQ")


class Kind(Enum):
    """What a worker's reply is."""

    READY = b"R"
    """Its engine is loaded; no bytes follow."""
    TAKEN = b"T"
    """It has a job and begins; no bytes follow."""
    ANSWER = b"A"
    """An `Answer`."""
    ERROR = b"E"
    """An `UncialError` as JSON; the worker goes on."""
    CRASH = b"C"
    """The traceback of something unforeseen, as text; the worker ends."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is told once, when it starts."""

    engine: str
    config: EngineConfig
    engine_factory: str = "uncial.engines:load_engine"
    """`module:function`, called with an engine's name and the config."""
    reader: str = "uncial.service.answering:read"
    """`module:function`, called with an input, its job and an engine; it gives the document and the source of it."""
    sys_path: tuple[str, ...] = ()
    """Where the worker looks for modules, so that it finds the same as the service; its own path where there is none."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to be read and written, with all that a worker needs for it.

    Once jobs are durable, only `id` travels: the worker then gets the rest from the job table and the bytes from the blob store.
    """

    id: str
    source: Path | str
    """A spool file, or a URL."""
    name: str
    """What the client calls it; a URL names itself."""
    options: Options
    limits: Limits
    time_limit: float
    """Seconds from when a worker takes it."""
    format: str | None = None
    """The name of a format, or None for the tutorial's answer."""
    output: Output = Output()  # noqa: RUF009 (frozen)
    password: str = field(default="", repr=False)
    """What opens it where it is encrypted; it goes to the worker and nowhere else."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker made of a job."""

    content: bytes
    """The document in the format that was asked for."""
    name: str
    """What was read: a URL's name is known only when it has been fetched."""
    failed: tuple[int, ...] = ()
    """The numbers of the pages that could not be read."""
    notices: tuple[tuple[str, int], ...] = ()
    """The codes of what was noticed, each with how many pages it is true of."""
    seconds: float = 0.0
    """How long it took to write."""


def pack(message: Plan | Job) -> bytes:
    """The message as it goes down to a worker."""
    data = pickle.dumps(message)
    return LENGTH.pack(len(data)) + data


def pack_answer(answer: Answer) -> bytes:
    """The answer as it goes up from a worker."""
    fields = {"name": answer.name, "failed": answer.failed, "notices": answer.notices, "seconds": answer.seconds}
    head = json.dumps(fields).encode()
    return b"".join((LENGTH.pack(len(head)), head, answer.content))


def unpack_answer(data: bytes) -> Answer:
    """The answer that `pack_answer` wrote. Raises ValueError, KeyError, TypeError or struct.error for anything else."""
    (length,) = LENGTH.unpack(data[: LENGTH.size])
    end = LENGTH.size + length
    fields = json.loads(data[LENGTH.size : end])
    failed = tuple(int(number) for number in fields["failed"])
    notices = tuple((str(code), int(pages)) for code, pages in fields["notices"])
    return Answer(data[end:], str(fields["name"]), failed, notices, float(fields["seconds"]))


def pack_error(error: UncialError) -> bytes:
    """The error as JSON; one of another package's classes becomes the nearest one that everybody knows."""
    known = next(kind for kind in type(error).__mro__ if kind.__module__ == errors.__name__)
    fields = {"kind": known.__name__, "message": error.message, "hint": error.hint, "stage": error.stage, "page": error.page}
    return json.dumps(fields).encode()


def unpack_error(data: bytes) -> UncialError:
    """The error that `pack_error` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    fields = json.loads(data)
    kind = vars(errors)[fields["kind"]]
    if not (isinstance(kind, type) and issubclass(kind, UncialError)):
        raise ValueError(f"{fields['kind']} is not an error")
    return kind(fields["message"], hint=fields["hint"], stage=fields["stage"], page=fields["page"])
