"""`uncial read`: many inputs, each to its results; a failure of one does not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

from uncial.cli.inputs import Found, find_inputs, names_many
from uncial.cli.outputs import Stdout, Target, choose_formats, deliver, plan_targets
from uncial.cli.talk import Progress, tell, tell_page_matters
from uncial.engines import Engine, EngineConfig, load_engine
from uncial.options import Limits, Options, Output

if TYPE_CHECKING:
    from uncial.document import Document, Page
    from uncial.sources import Source

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


def read_all(texts: Sequence[str], asked: Asked) -> int:
    """Read every input and write its results; the exit status. Raises `UncialError` where nothing could begin."""
    formats = choose_formats(asked.out, asked.formats, also=("png",) if asked.overlay else ())
    found = find_inputs(texts)
    many = len(texts) > 1 or any(names_many(text) for text in texts)
    planned = plan_targets(found, asked.out, formats, many=many)
    engine = None if all(item.error for item in found) else load_engine(asked.options.engine, asked.config)
    run = _Run(asked, engine, Stdout(), Progress(len(found), quiet=asked.quiet))
    return status_of([_attempt(run, item, targets) for item, targets in zip(found, planned, strict=True)])


def status_of(statuses: Sequence[int]) -> int:
    """The exit status of several: that of the first where all failed, `SOME_FAILED` where only some did."""
    failures = [status for status in statuses if status not in (0, SOME_FAILED)]
    if failures and len(failures) == len(statuses):
        return failures[0]
    return SOME_FAILED if any(statuses) else 0


@dataclass(frozen=True, slots=True)
class _Run:
    asked: Asked
    engine: Engine | None
    stdout: Stdout
    progress: Progress


def _attempt(run: _Run, item: Found, targets: Sequence[Target]) -> int:
    """Read one input and write its results; 0, `SOME_FAILED` where pages or formats failed, or the status of its failure."""
    begun = perf_counter()
    run.progress.start(item.name)
    try:
        source, document = _read(run, item)
        run.progress.clear()
        statuses = _written(run, item, source, document, targets)
    except BrokenPipeError:
        raise
    except Exception as error:  # whatever it is, the other inputs are to be read
        run.progress.clear()
        return tell(error, item.name)
    count = f"{len(document.pages)} page{'s' * (len(document.pages) != 1)}"
    where = [str(target.file or "standard output") for target, status in zip(targets, statuses, strict=True) if not status]
    if where:
        _log.info("%s: %s in %.1f s, to %s", item.name, count, perf_counter() - begun, ", ".join(where))
    tell_page_matters(document.pages, item.name)
    status = status_of(statuses)
    return SOME_FAILED if document.partial and not status else status


def _read(run: _Run, item: Found) -> tuple[Source, Document]:
    """The bytes are fetched once, to be read and to be shown; a URL or standard input would not give them twice."""
    if item.error:
        raise item.error
    from uncial.reader import read_document
    from uncial.sources import open_source

    assert run.engine
    asked = run.asked
    source = open_source(item.source, asked.limits, asked.password)
    return source, read_document(source, run.engine, asked.options, asked.limits, _counted(run.progress))


def _written(run: _Run, item: Found, source: Source, document: Document, targets: Sequence[Target]) -> list[int]:
    """What became of each format; the file is there for those that show it or cut pictures out of it."""
    from uncial.pages import open_original

    with open_original(source, run.asked.limits) as original:
        return deliver(document, original, targets, run.asked.output, run.stdout, item.name)


def _counted(progress: Progress) -> Callable[[Page, int], None]:
    done = 0

    def told(page: Page, pages: int) -> None:
        nonlocal done
        done += 1
        progress.page(page, pages, done)

    return told
