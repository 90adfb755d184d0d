"""What a runner and its worker process say to each other.

Down the worker's standard input go pickles, each after its length; the first is the `Plan`, the rest are tasks: `Open`, `Read`,
`Write`, `Made`. Up its standard output come replies: a header of kind, resident memory and length, then JSON. Documents and
pages travel as files in the folder of the job. Replies are never pickles, for a worker decodes what strangers send, and what it
says is not trusted to run code in the process that holds the keys to the database.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from struct import Struct

from uncial.engines import EngineConfig
from uncial.errors import UncialError, error_classes
from uncial.options import Limits, Options, Output

LENGTH = Struct(">Q")
"""Before each task."""
HEADER = Struct(">cQQ")
LONGEST = 1e9
"""Seconds that anything may be said to have taken; a NaN is none either."""
CODE = re.compile("[a-z0-9-]{0,64}")
"""Of a problem or a notice. It ends up in the headers of answers, and the table of pages has room for so many characters."""


class Kind(Enum):
    """What a worker's reply is."""

    READY = b"R"
    """Its engine is loaded; nothing follows."""
    TAKEN = b"T"
    """It has a task and begins; nothing follows."""
    OPENED = b"O"
    """The numbers of the pages that are to be read."""
    BEGUN = b"B"
    """The number of the page that it begins."""
    PAGE = b"P"
    """A `PageDone`; the page itself is in the file `page_file` of its number."""
    READ = b"D"
    """All pages of the task are done; nothing follows."""
    WRITTEN = b"W"
    """A `Written`; the document is in `DOCUMENT`, and in the other format in `RESULT`."""
    ERROR = b"E"
    """An `UncialError`; the worker goes on."""
    CRASH = b"C"
    """The traceback of something unforeseen, as a text; the worker ends."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is told once, when it starts."""

    engine: str
    """The engine that it loads at once; empty for none, as a worker that only writes needs none."""
    config: EngineConfig
    engine_factory: str = "uncial.engines:load_engine"
    """`module:function`, called with an engine's name and the config."""
    opener: str = "uncial.jobs.reading:open_document"
    """`module:function`, called with an open file, its task and an engine; it opens the document within a `with` block."""
    renderer: str = "uncial.jobs.reading:render"
    """`module:function`, called with the task; it writes a document that was read before in another format."""
    sys_path: tuple[str, ...] = ()
    """Where the worker looks for modules, so that it finds the same as the service; its own path where there is none."""
    address_space: int = 0
    """Bytes of address space that it may have, or 0 for no limit."""
    file_size: int = 4 << 30
    """Bytes that one file may have that it writes, or 0 for no limit."""
    isolated: bool = True
    """Whether it is kept from the network and from our files, where the system can do that."""
    hidden: tuple[Path, ...] = ()
    """Folders and files that it may not read: the database, the blobs, the keys."""
    open: tuple[Path, ...] = ()
    """Folders that it may write to, besides the one that its runner lends it; they may lie in hidden ones."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open a document and say which pages there are to be read."""

    source: Path
    name: str
    """What the client calls it."""
    options: Options
    limits: Limits
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """Read these pages of the open document, each into its file."""

    numbers: tuple[int, ...]
    folder: Path
    ahead: bool = True
    """Whether the next page is loaded while one is read; without it, what breaks, breaks because of the page that was begun."""


@dataclass(frozen=True, slots=True)
class Write:
    """Put the open document together from its pages, wherever they were read, and write it."""

    numbers: tuple[int, ...]
    folder: Path
    format: str = ""
    """The name of a format or a shape, besides JSON; or empty."""
    output: Output = Output()  # noqa: RUF009 (frozen)


@dataclass(frozen=True, slots=True)
class Render:
    """Write a document that is there as JSON in another format, into `RESULT`."""

    folder: Path
    """Where `DOCUMENT` is."""
    source: Path | None
    """The file that was read, which some formats show; none where it is gone."""
    name: str
    """What the client calls it."""
    format: str
    output: Output
    limits: Limits
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Draw:
    """Draw a page of a document as JPEG, into `RESULT`, for somebody to look at."""

    folder: Path
    source: Path
    """The document, which is the same file for all tasks of one job."""
    job: str
    """Its job. The document of the last one stays open."""
    name: str
    """What the client calls it."""
    number: int
    width: int
    """Pixels that it may be wide, where it was not read smaller; 0 for as wide as it was read."""
    pdf_dpi: int
    """The option that it was read with."""
    limits: Limits
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Index:
    """Say what pages there are in `DOCUMENT`, and where each stands, into `RESULT`."""

    folder: Path


@dataclass(frozen=True, slots=True)
class Fold:
    """Correct `DOCUMENT`, into `RESULT`, and write the corrections as they are kept into `CORRECTIONS`."""

    folder: Path
    said: Path
    """The corrections as they came in."""


Made = Render | Draw | Index | Fold
"""What is made of a document that was read before."""
Task = Open | Read | Write | Made

DOCUMENT, RESULT, CORRECTIONS = "document.json", "result", "corrections.json"
"""Files in the folder of a job."""


@dataclass(frozen=True, slots=True)
class PageDone:
    """What a worker says of a page that is done with."""

    number: int
    seconds: float
    code: str = ""
    """Of its problem, where it has one."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a worker says of a document that it wrote."""

    seconds: float
    failed: tuple[int, ...] = ()
    """The pages that could not be read."""
    notices: Mapping[str, int] = field(default_factory=dict)
    """The codes of what was noticed, each with how many pages it is true of."""


def pack(message: Plan | Task) -> bytes:
    """The message as it goes down to a worker."""
    data = pickle.dumps(message)
    return LENGTH.pack(len(data)) + data


def pack_told(told: PageDone | Written) -> bytes:
    """What a worker says, as JSON."""
    return json.dumps(asdict(told)).encode()


def unpack_page(data: bytes) -> PageDone:
    """What a worker says of a page. Raises ValueError, KeyError or TypeError for anything else."""
    told = json.loads(data)
    return PageDone(int(told["number"]), _seconds(told["seconds"]), _code(told["code"]))


def unpack_written(data: bytes) -> Written:
    """What a worker says of a document. Raises ValueError, KeyError, TypeError or AttributeError for anything else."""
    told = json.loads(data)
    notices = {_code(code): int(pages) for code, pages in told["notices"].items()}
    return Written(_seconds(told["seconds"]), tuple(int(number) for number in told["failed"]), notices)


def unpack_numbers(data: bytes) -> tuple[int, ...]:
    """The numbers of pages, each once. Raises ValueError or TypeError for anything else."""
    numbers = tuple(int(number) for number in json.loads(data))
    if not numbers or len(set(numbers)) < len(numbers) or min(numbers) < 1:
        raise ValueError(numbers[:10])
    return numbers


def _seconds(told: object) -> float:
    if not (isinstance(told, float | int) and 0 <= told < LONGEST):
        raise ValueError(told)
    return float(told)


def _code(told: object) -> str:
    if not (isinstance(told, str) and CODE.fullmatch(told)):
        raise ValueError(told)
    return told


def pack_error(error: UncialError) -> bytes:
    """The error as JSON; one of another package's classes becomes the nearest one that everybody knows."""
    known = error_classes()
    code = next(kind.code for kind in type(error).__mro__ if known.get(getattr(kind, "code", "")) is kind)
    fields = {"code": code, "message": error.message, "hint": error.hint, "stage": error.stage, "page": error.page}
    return json.dumps(fields).encode()


def unpack_error(data: bytes) -> UncialError:
    """The error that `pack_error` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    told = json.loads(data)
    return error_classes()[told["code"]](told["message"], hint=told["hint"], stage=told["stage"], page=told["page"])
