"""The path of a page, from input to document. Read this file first.

read → open_source → read_document → open_pages → read_page → prepare → engine.read → arrange → settled

A page of a PDF whose own text can be believed takes the other way, `native.read_native`: its text is arranged as it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from uncial.document import Document, EngineUsed, Notice, Page, Problem
from uncial.drawing import find_graphics
from uncial.engines import Engine, load_engine
from uncial.errors import SourceEmpty, UncialError
from uncial.layout import arrange, settled
from uncial.native import Fonts, Native, read_native, take
from uncial.options import Limits, Options
from uncial.pages import PageImage, open_pages
from uncial.prepare import prepare
from uncial.sources import Input, Source, open_source

if TYPE_CHECKING:
    from uncial.raster import Raster

Progress = Callable[[Page, int], None]
"""Told after each page: the page, and how many there will be in all."""


def read(
    source: Input,
    options: Options | None = None,
    *,
    limits: Limits | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
    password: str = "",
) -> Document:
    """Read the text of an image or a PDF.

    `source` is a path, a URL, the bytes themselves or an open binary file; `password` opens it where it is encrypted. Load an
    engine once with `load_engine` and pass it, where many documents are read: otherwise its models are loaded again for each.
    Raises `UncialError`; a page that fails among others that do not is in the document with its `problem`.
    """
    options, limits = options or Options(), limits or Limits()
    opened = open_source(source, limits, password)
    return read_document(opened, engine or load_engine(options.engine), options, limits, progress)


def read_pages(
    source: Input,
    options: Options | None = None,
    *,
    limits: Limits | None = None,
    engine: Engine | None = None,
    password: str = "",
) -> Iterator[Page]:
    """Read page by page, for documents too long to be held: each page comes as soon as it is read, and is then forgotten.

    Pages are as they stand by themselves: what only the whole document tells, its running heads and the ranks of its headings, is
    for `read` to find. A page that fails comes with its `problem`. Raises `UncialError` where the source cannot be opened.
    """
    options, limits = options or Options(), limits or Limits()
    opened = open_source(source, limits, password)
    with open_pages(opened, options, limits) as images:
        for page, _ in _read_each(images, engine or load_engine(options.engine), options):
            yield page


def read_document(source: Source, engine: Engine, options: Options, limits: Limits, progress: Progress | None = None) -> Document:
    """Read every page that the options ask for; two page images are in memory, the one that is read and the next."""
    pages: list[Page] = []
    failures: list[UncialError] = []
    with open_pages(source, options, limits) as images:
        for page, failure in _read_each(images, engine, options):
            pages.append(page)
            if failure:
                failures.append(failure)
            if progress:
                progress(page, len(images))
    if not pages:
        raise SourceEmpty("The document has none of the pages that were asked for.", hint="Pages count from 1.", stage="pages")
    if len(failures) == len(pages):
        raise failures[0]
    used = EngineUsed(engine.info.name, engine.info.version)
    return Document(pages=settled(pages), source=source.info, engine=used)


def read_page(raster: Raster, engine: Engine, options: Options) -> Page:
    """Read one page image: make it fit to be read, find and read its lines, put them in reading order."""
    image, turned, back, steps, levelled = prepare(raster.image, engine, options)
    lines = [line.doubted(options.min_confidence) for line in engine.read(image, options.languages, options.effort)]
    arranged = arrange(lines, width=image.shape[1], height=image.shape[0], graphics=find_graphics(image))
    return Page(
        number=raster.number,
        width=raster.width,
        height=raster.height,
        dpi=raster.dpi,
        turned=turned,
        skew=levelled + arranged.skew,
        prepared=steps,
        blocks=tuple(block.moved(back) for block in arranged.blocks),
    )


class _Sheet(NamedTuple):
    """A page that is about to be read: the text that its file holds, and its pixels where there is none to believe."""

    page: PageImage
    native: Native | None
    raster: Raster | None


def _sheet(page: PageImage, options: Options) -> _Sheet:
    native = take(page, options)
    believed = native is not None and (native.layer.lines or options.pdf_text == "only")
    return _Sheet(page, native, None if believed else page.load())


def _read_each(images: Iterable[PageImage], engine: Engine, options: Options) -> Iterator[tuple[Page, UncialError | None]]:
    """The pages one after the other, each with the error that kept it from being read."""
    fonts: Fonts = {}
    for number, sheet in _loaded_ahead(images, options):
        try:
            yield _read_sheet(sheet.result(), engine, options, fonts), None
        except UncialError as error:
            error.page = number
            problem = Problem(error.code, error.message, error.hint, error.stage)
            yield Page(number=number, width=0, height=0, problem=problem), error


def _read_sheet(sheet: _Sheet, engine: Engine, options: Options, fonts: Fonts) -> Page:
    """The page, from its own text where it has some that can be believed, else from its pixels."""
    page, native, raster = sheet
    if raster is None and native is not None:
        return _noted(read_native(native, page, engine, options, fonts), page.notices)
    read = read_page(raster or page.load(), engine, options)
    return _noted(read, (*page.notices, *(native.layer.notices if native else ())))


def _noted(page: Page, notices: tuple[Notice, ...]) -> Page:
    return replace(page, notices=(*notices, *page.notices)) if notices else page


def _loaded_ahead(images: Iterable[PageImage], options: Options) -> Iterator[tuple[int, Future[_Sheet]]]:
    """The page numbers with their sheets, each of which is made ready while the page before it is read."""
    with ThreadPoolExecutor(1, thread_name_prefix="uncial-pages") as loader:
        waiting: deque[tuple[int, Future[_Sheet]]] = deque()
        for image in images:
            waiting.append((image.number, loader.submit(_sheet, image, options)))
            if len(waiting) == 2:
                yield waiting.popleft()
        yield from waiting
