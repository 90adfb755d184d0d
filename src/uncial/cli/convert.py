"""`uncial convert`: files that were written before, corrected perhaps, and written again in other formats."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from uncial.cli.inputs import Found, find_inputs, names_many
from uncial.cli.outputs import Stdout, Target, choose_formats, deliver, plan_targets
from uncial.cli.read import SOME_FAILED, status_of
from uncial.cli.talk import tell, tell_page_matters
from uncial.errors import OptionInvalid
from uncial.formats import Format
from uncial.options import Limits, Output

if TYPE_CHECKING:
    from uncial.document import Document
    from uncial.original import Original

READ_BACK = (".json", ".hocr", ".html", ".xml", ".zip")
"""How the files of a folder are called that may be read back; what they are is told by what is in them."""

_log = logging.getLogger("uncial.cli")


@dataclass(frozen=True, slots=True)
class AskedToConvert:
    """What the flags of `uncial convert` ask for."""

    out: str | None
    formats: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)
    output: Output = field(default_factory=Output)
    original: Path | None = None
    """The image or PDF that was read, for formats that show it or cut pictures out of it."""
    password: str = field(default="", repr=False)
    """What opens the original, where it is encrypted."""


def convert_all(texts: Sequence[str], asked: AskedToConvert) -> int:
    """Read every input back and write its results; the exit status. Raises `UncialError` where nothing could begin."""
    formats = choose_formats(asked.out, asked.formats)
    found = find_inputs(texts, READ_BACK)
    many = len(texts) > 1 or any(names_many(text) for text in texts)
    if asked.original and len(found) > 1:
        raise OptionInvalid("There is one original, but there are several inputs.", hint="Convert them one by one.")
    keep = [asked.original] if asked.original else []
    planned = plan_targets(found, asked.out, formats, many=many, keep=keep)
    stdout = Stdout()
    return status_of([_attempt(asked, item, targets, stdout) for item, targets in zip(found, planned, strict=True)])


def _attempt(asked: AskedToConvert, item: Found, targets: Sequence[Target], stdout: Stdout) -> int:
    """Convert one input; 0, `SOME_FAILED` where pages or formats failed, or the exit status of its failure."""
    try:
        document = _read_back(item, asked.limits)
        with _original(asked) as original:
            written = partial(_written, document, original, asked.output)
            statuses = deliver(written, targets, stdout, item.name)
    except BrokenPipeError:
        raise
    except Exception as error:  # whatever it is, the other inputs are to be converted
        return tell(error, item.name)
    for status, (_, file) in zip(statuses, targets, strict=True):
        if not status:
            _log.info("%s: converted, to %s", item.name, file or "standard output")
    tell_page_matters(document.pages, item.name)
    status = status_of(statuses)
    return SOME_FAILED if document.partial and not status else status


def _written(document: Document, original: Original | None, output: Output, format: Format) -> bytes:
    return format.write(document, original, output)


def _read_back(item: Found, limits: Limits) -> Document:
    if item.error:
        raise item.error
    from uncial.formats.reading import read_back
    from uncial.sources import read_bytes

    data, _ = read_bytes(item.source, limits)
    return read_back(data)


@contextmanager
def _original(asked: AskedToConvert) -> Iterator[Original | None]:
    if asked.original is None:
        yield None
        return
    from uncial.pages import open_original
    from uncial.sources import open_source

    with open_original(open_source(asked.original, asked.limits, asked.password), asked.limits) as original:
        yield original
