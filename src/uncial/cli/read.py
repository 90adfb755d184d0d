"""`uncial read`: many inputs, each to its results; a failure of one does not stop the others.

Who reads them is one seam, `Reads`: this process (`Here`), or a service (`uncial.cli.remote.There`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from uncial.cli.inputs import Found, find_inputs, names_many
from uncial.cli.outputs import Sink, Stdout, Target, Written, choose_formats, deliver, plan_targets
from uncial.cli.talk import Progress, tell, tell_page_matters
from uncial.engines import EngineConfig, load_engine
from uncial.options import Limits, Options, Output

if TYPE_CHECKING:
    from uncial.document import Document, Page
    from uncial.formats import Format

SOME_FAILED = 14
"""Some inputs, pages or formats failed and the rest was written. OCRmyPDF leaves this number free."""

_log = logging.getLogger("uncial.cli")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the flags of `uncial read` ask for."""

    out: str | None
    formats: tuple[str, ...]
    options: Options
    limits: Limits
    output: Output
    config: EngineConfig
    overlay: bool = False
    quiet: bool = False
    password: str = field(default="", repr=False)
    server: str = ""
    """The service that reads, where it is not this process."""
    key: str = field(default="", repr=False)
    """What opens the service."""


Told = Callable[[int, int], None]
"""Told how many of the pages are done, and how many there are."""


class Reading(NamedTuple):
    """An input that was read."""

    document: Document
    written: Written


class Reads(Protocol):
    """Whoever reads the inputs, one after the other."""

    def read(self, item: Found, told: Told) -> AbstractContextManager[Reading]:
        """An input, read; it can be written within the block. Raises `UncialError`."""
        ...


def read_all(texts: Sequence[str], asked: Asked) -> int:
    """Read every input and write its results; the exit status. Raises `UncialError` where nothing could begin."""
    formats = choose_formats(asked.out, asked.formats, also=("png",) if asked.overlay else ())
    found = find_inputs(texts)
    many = len(texts) > 1 or any(names_many(text) for text in texts)
    planned = plan_targets(found, asked.out, formats, many=many)
    return read_found(found, planned, asked, Stdout())


def read_found(
    found: Sequence[Found], planned: Sequence[Sequence[Target]], asked: Asked, sink: Sink, reading: MakesReads | None = None
) -> int:
    """Read what was found and write it as planned; the exit status. `reading` makes whoever reads, if not the usual one."""
    progress = Progress(len(found), quiet=asked.quiet)
    formats = [target.format for targets in planned[:1] for target in targets]
    with (reading or reading_as)(asked, [item for item in found if not item.error], formats, watched=progress.shown) as reads:
        run = _Run(reads, sink, progress)
        return status_of([_attempt(run, item, targets) for item, targets in zip(found, planned, strict=True)])


def status_of(statuses: Sequence[int]) -> int:
    """The exit status of several: that of the first where all failed, `SOME_FAILED` where only some did."""
    failures = [status for status in statuses if status not in (0, SOME_FAILED)]
    if failures and len(failures) == len(statuses):
        return failures[0]
    return SOME_FAILED if any(statuses) else 0


class Here:
    """Reads in this process, with an engine that is loaded once."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._engine = load_engine(asked.options.engine, asked.config)

    @contextmanager
    def read(self, item: Found, told: Told) -> Iterator[Reading]:
        """The bytes are fetched once, to be read and to be shown; a URL or standard input would not give them twice."""
        from uncial.pages import open_original
        from uncial.reader import read_document
        from uncial.sources import open_source

        asked = self._asked
        source = open_source(item.source, asked.limits, asked.password)
        document = read_document(source, self._engine, asked.options, asked.limits, _counted(told))
        with open_original(source, asked.limits) as original:

            def written(format: Format) -> bytes:
                return format.write(document, original, asked.output)

            yield Reading(document, written)


def _counted(told: Told) -> Callable[[Page, int], None]:
    done = 0

    def count(page: Page, pages: int) -> None:
        nonlocal done
        done += 1
        told(done, pages)

    return count


class MakesReads(Protocol):
    """Makes whoever reads what was found, in a process or over a line that is there as long as the block."""

    def __call__(
        self, asked: Asked, found: Sequence[Found], formats: Sequence[Format], *, watched: bool
    ) -> AbstractContextManager[Reads | None]:
        """Whoever reads; nobody where there is nothing. The first of the formats is wanted at once."""
        ...


def reading_as(
    asked: Asked, found: Sequence[Found], formats: Sequence[Format], *, watched: bool
) -> AbstractContextManager[Reads | None]:
    """Whoever reads what was found, as the flags say; nobody where there is nothing."""
    if not found:
        return nullcontext()
    if not asked.server:
        return nullcontext(Here(asked))
    from uncial.cli.remote import reading_there

    return reading_there(asked, found, formats, watched=watched)


@dataclass(frozen=True, slots=True)
class _Run:
    reads: Reads | None
    sink: Sink
    progress: Progress


def _attempt(run: _Run, item: Found, targets: Sequence[Target]) -> int:
    """Read one input and write its results; 0, `SOME_FAILED` where pages or formats failed, or the status of its failure."""
    begun = perf_counter()
    run.progress.start(item.name)
    try:
        if item.error:
            raise item.error
        assert run.reads
        with run.reads.read(item, run.progress.pages) as (document, written):
            run.progress.clear()
            statuses = deliver(written, targets, run.sink, item.name)
    except BrokenPipeError:
        raise
    except Exception as error:  # whatever it is, the other inputs are to be read
        run.progress.clear()
        return tell(error, item.name)
    count = f"{len(document.pages)} page{'s' * (len(document.pages) != 1)}"
    where = [str(target.file or run.sink.place) for target, status in zip(targets, statuses, strict=True) if not status]
    if where:
        _log.info("%s: %s in %.1f s, to %s", item.name, count, perf_counter() - begun, ", ".join(where))
    tell_page_matters(document.pages, item.name)
    status = status_of(statuses)
    return SOME_FAILED if document.partial and not status else status
