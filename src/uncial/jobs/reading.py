"""What a worker does with a document: it opens it, reads its pages, puts them together and writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import BinaryIO

from uncial import reader
from uncial.document import Document
from uncial.engines import Engine
from uncial.formats import find_format
from uncial.formats.json import read as read_json
from uncial.jobs.checkpoints import load_page, page_file
from uncial.jobs.shapes import SHAPES
from uncial.jobs.wire import DOCUMENT, RESULT, Open, Render, Write, Written
from uncial.options import Limits, Output
from uncial.sources import Source, open_source


@contextmanager
def open_document(file: BinaryIO, task: Open, engine: Engine) -> Iterator[reader.OpenDocument]:
    """The document, open for reading some of its pages. Raises `UncialError`."""
    source = open_source(file, task.limits, task.password)
    with reader.open_document(source, engine, task.options, task.limits) as opened:
        yield opened


def write_document(opened: reader.OpenDocument, task: Write, limits: Limits) -> Written:
    """Put the pages together, into `DOCUMENT`, and into `RESULT` in the format of the task. Raises `UncialError`."""
    begun = perf_counter()
    document = opened.whole([load_page(page_file(task.folder, number).read_bytes()) for number in task.numbers])
    (task.folder / DOCUMENT).write_bytes(find_format("json").write(document, None, task.output))
    if task.format:
        (task.folder / RESULT).write_bytes(_written(document, opened.source, task.format, task.output, limits))
    failed = tuple(page.number for page in document.pages if page.problem)
    codes = Counter(code for page in document.pages for code in {notice.code for notice in page.notices})
    return Written(perf_counter() - begun, failed, dict(sorted(codes.items())))


def render(file: BinaryIO, task: Render) -> Written:
    """Write a document that was read before in another format, into `RESULT`. Raises `UncialError`."""
    begun = perf_counter()
    document = read_json((task.folder / DOCUMENT).read_bytes())
    source = open_source(file, task.limits, task.password)
    (task.folder / RESULT).write_bytes(_written(document, source, task.format, task.output, task.limits))
    return Written(perf_counter() - begun)


def _written(document: Document, source: Source, format: str, output: Output, limits: Limits) -> bytes:
    from uncial.pages import open_original

    with open_original(source, limits) as original:
        if format in SHAPES:
            return SHAPES[format](document, original)
        return find_format(format).write(document, original, output)
