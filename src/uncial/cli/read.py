"""`uncial read`: many inputs, each to its result; a failure of one does not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uncial.cli.inputs import Found, find_inputs, names_many
from uncial.cli.outputs import Stdout, choose_format, plan_files, write_file
from uncial.cli.talk import Progress, tell, tell_problem
from uncial.engines import Engine, EngineConfig, load_engine
from uncial.formats import Format
from uncial.options import Limits, Options, Output

if TYPE_CHECKING:
    from uncial.document import Document, Page

SOME_FAILED = 14
"""Some inputs or pages failed and the rest was written. OCRmyPDF leaves this number free."""

_log = logging.getLogger("uncial.cli")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the flags of `uncial read` ask for."""

    out: str | None
    format: str | None
    options: Options
    limits: Limits
    config: EngineConfig
    quiet: bool


def read_all(texts: Sequence[str], asked: Asked) -> int:
    """Read every input and write its result; the exit status. Raises `UncialError` where nothing could begin."""
    format = choose_format(asked.out, asked.format)
    found = find_inputs(texts)
    many = len(texts) > 1 or any(names_many(text) for text in texts)
    files = plan_files(found, asked.out, format, many=many)
    engine = None if all(item.error for item in found) else load_engine(asked.options.engine, asked.config)
    run = _Run(asked, format, engine, Stdout(format), Progress(len(found), quiet=asked.quiet))
    return _status([_attempt(run, item, file) for item, file in zip(found, files, strict=True)])


@dataclass(frozen=True, slots=True)
class _Run:
    asked: Asked
    format: Format
    engine: Engine | None
    stdout: Stdout
    progress: Progress


def _attempt(run: _Run, item: Found, file: Path | None) -> int:
    """Read one input and write its result; 0, `SOME_FAILED` where pages failed, or the exit status of its failure."""
    begun = perf_counter()
    run.progress.start(item.name)
    try:
        document = _read(run, item)
        run.progress.clear()
        _deliver(run, document, file)
    except BrokenPipeError:
        raise
    except Exception as error:  # whatever it is, the other inputs are to be read
        run.progress.clear()
        return tell(error, item.name)
    count = f"{len(document.pages)} page{'s' * (len(document.pages) != 1)}"
    _log.info("%s: %s in %.1f s, to %s", item.name, count, perf_counter() - begun, file or "standard output")
    for page in document.pages:
        if page.problem:
            tell_problem(page.number, page.problem, item.name)
    return SOME_FAILED if document.partial else 0


def _read(run: _Run, item: Found) -> Document:
    if item.error:
        raise item.error
    from uncial.reader import read

    done = _counted(run.progress)
    return read(item.source, run.asked.options, limits=run.asked.limits, engine=run.engine, progress=done)


def _counted(progress: Progress) -> Callable[[Page, int], None]:
    done = 0

    def told(page: Page, pages: int) -> None:
        nonlocal done
        done += 1
        progress.page(page, pages, done)

    return told


def _deliver(run: _Run, document: Document, file: Path | None) -> None:
    data = run.format.write(document, None, Output())
    if file:
        write_file(file, data)
    else:
        run.stdout.write(data)


def _status(statuses: Sequence[int]) -> int:
    failures = [status for status in statuses if status not in (0, SOME_FAILED)]
    if failures and len(failures) == len(statuses):
        return failures[0]
    return SOME_FAILED if any(statuses) else 0
