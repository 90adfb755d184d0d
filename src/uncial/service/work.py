"""What the service and its worker processes say to each other.

Down a worker's standard input go pickles, each after its length; the first is the `Plan`, the rest are `Job`s. Up its standard
output come replies: a header of kind, resident memory and length, then the bytes. Replies are never pickles, for a worker decodes
what strangers send, and what it says is not trusted to run code in the process that speaks HTTP.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from struct import Struct

from uncial import errors
from uncial.engines import EngineConfig
from uncial.errors import UncialError
from uncial.options import Limits, Options

LENGTH = Struct(">Q")
HEADER = Struct(">cQQ")


class Kind(Enum):
    """What a worker's reply is."""

    READY = b"R"
    """Its engine is loaded; no bytes follow."""
    TAKEN = b"T"
    """It has a job and begins; no bytes follow."""
    DOCUMENT = b"D"
    """The document as JSON."""
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
    reader: str = "uncial.reader:read"
    """`module:function`, called as `uncial.read` is."""
    sys_path: tuple[str, ...] = ()
    """Where the worker looks for modules, so that it finds the same as the service; its own path where there is none."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to be read, with all that a worker needs for it.

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


def pack(message: Plan | Job) -> bytes:
    """The message as it goes down to a worker."""
    data = pickle.dumps(message)
    return LENGTH.pack(len(data)) + data


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
