"""What a worker does with a document: it opens it, reads its pages, puts them together, and makes of it what is wanted later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from io import BufferedReader, FileIO
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO

from uncial import reader
from uncial.corrections import corrected
from uncial.document import Document, Page
from uncial.engines import Engine
from uncial.formats import find_format
from uncial.formats.json import read as read_json
from uncial.jobs import correction_list
from uncial.jobs.checkpoints import load_page, page_file
from uncial.jobs.index import page_index
from uncial.jobs.shapes import find_shape
from uncial.jobs.wire import CORRECTIONS, DOCUMENT, RESULT, Fold, Index, Open, Render, Write, Written
from uncial.options import Limits, Output
from uncial.pages import open_original
from uncial.sources import Source, open_source

if TYPE_CHECKING:
    from uncial.original import Original
    from uncial.raster import Image


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
    data = find_format("json").write(document, None, task.output)
    (task.folder / DOCUMENT).write_bytes(data)
    if task.format:
        with open_original(opened.source, limits) as original:
            # From what was kept, with its rounded numbers, so that a result is the same whenever it is written.
            (task.folder / RESULT).write_bytes(_written(read_json(data), original, task.format, task.output))
    failed = tuple(page.number for page in document.pages if page.problem)
    codes = Counter(code for page in document.pages for code in {notice.code for notice in page.notices})
    return Written(perf_counter() - begun, failed, dict(sorted(codes.items())))


def render(task: Render) -> None:
    """Write a document that was read before in another format, into `RESULT`. Raises `UncialError`."""
    document = read_json((task.folder / DOCUMENT).read_bytes())
    with ExitStack() as stack:
        original = _Original(task, stack) if task.source else None
        (task.folder / RESULT).write_bytes(_written(document, original, task.format, task.output))


def index(task: Index) -> None:
    """Say what pages the document has, and which bytes of its JSON each of them is, into `RESULT`."""
    (task.folder / RESULT).write_bytes(page_index((task.folder / DOCUMENT).read_bytes()))


def fold(task: Fold) -> None:
    """Correct the document as it was read, into `RESULT`; what is kept of the corrections goes into `CORRECTIONS`.

    Raises `CorrectionInvalid`.
    """
    corrections = correction_list.read(task.said.read_bytes())
    made = corrected(read_json((task.folder / DOCUMENT).read_bytes()), corrections)
    (task.folder / CORRECTIONS).write_bytes(correction_list.write(corrections))
    (task.folder / RESULT).write_bytes(find_format("json").write(made, None, Output()))


@contextmanager
def named(path: Path, name: str) -> Iterator[BinaryIO]:
    """The file, open under the client's name for it, so that no message names ours."""
    with FileIO(path) as file, BufferedReader(file) as source:
        file.name = name
        yield source


class _Original:
    """The file that was read, opened when a format looks at it: most never do, and an encrypted one needs its password."""

    def __init__(self, task: Render, stack: ExitStack) -> None:
        self._task, self._stack = task, stack

    @cached_property
    def _opened(self) -> Original:
        task = self._task
        assert task.source
        with named(task.source, task.name) as file:
            source = open_source(file, task.limits, task.password)
        return self._stack.enter_context(open_original(source, task.limits))

    @property
    def source(self) -> Source:
        return self._opened.source

    def image(self, page: Page) -> Image:
        return self._opened.image(page)


def _written(document: Document, original: Original | None, format: str, output: Output) -> bytes:
    if shape := find_shape(format):
        return shape(document, original)
    return find_format(format).write(document, original, output)
