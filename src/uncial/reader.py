"""The path of a page, from input to document. Read this file first.

read → open_source → read_document → open_pages → read_page → prepare → engine.read → arrange
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from uncial.document import Document, EngineUsed, Page, Problem
from uncial.drawing import find_graphics
from uncial.engines import Engine, load_engine
from uncial.errors import SourceEmpty, UncialError
from uncial.layout import arrange, settled
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


def read_document(source: Source, engine: Engine, options: Options, limits: Limits, progress: Progress | None = None) -> Document:
    """Read every page that the options ask for; two page images are in memory, the one that is read and the next."""
    pages: list[Page] = []
    failures: list[UncialError] = []
    with open_pages(source, options, limits) as images:
        for number, raster in _loaded_ahead(images):
            page, failure = _read_or_tell(number, raster, engine, options)
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


def _loaded_ahead(images: Iterable[PageImage]) -> Iterator[tuple[int, Future[Raster]]]:
    """The page numbers with their rasters, each of which is loaded while the page before it is read."""
    with ThreadPoolExecutor(1, thread_name_prefix="uncial-pages") as loader:
        waiting: deque[tuple[int, Future[Raster]]] = deque()
        for image in images:
            waiting.append((image.number, loader.submit(image.load)))
            if len(waiting) == 2:
                yield waiting.popleft()
        yield from waiting


def _read_or_tell(number: int, raster: Future[Raster], engine: Engine, options: Options) -> tuple[Page, UncialError | None]:
    """The page, or an empty one that says why it could not be read, with the error itself."""
    try:
        return read_page(raster.result(), engine, options), None
    except UncialError as error:
        error.page = number
        problem = Problem(error.code, error.message, error.hint, error.stage)
        return Page(number=number, width=0, height=0, problem=problem), error
