"""The path of a page, from input to document. Read this file first.

read → open_source → read_document → open_document → open_pages → read_page → prepare → engine.read → arrange → settled

A page of a PDF whose own text can be believed takes the other way, `native.read_native`: its text is arranged as it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from uncial.barcodes import find_barcodes
from uncial.document import Document, EngineUsed, Notice, Page, Problem
from uncial.drawing import find_graphics
from uncial.engines import Engine, load_engine
from uncial.errors import SourceEmpty, UncialError, error_again
from uncial.geometry import Box
from uncial.layout import arrange, settled
from uncial.native import Fonts, Native, read_native, take
from uncial.options import Limits, Options
from uncial.pages import PageImage, open_pages
from uncial.prepare import Prepared, box_on_page, lines_within, part_of, prepare, read_part, with_margin
from uncial.sources import Input, Source, open_source

if TYPE_CHECKING:
    from uncial.raster import Image, Raster

Progress = Callable[[Page, int], None]
"""Told after each page: the page, and how many there will be in all."""

Begun = Callable[[int], None]
"""Told the number of each page before anything is done for it, or, where pages are loaded ahead, before it is read."""


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
    with open_document(source, engine, options, limits) as opened:
        for page in opened.read():
            pages.append(page)
            if progress:
                progress(page, len(opened.numbers))
        return opened.whole(pages)


@contextmanager
def open_document(source: Source, engine: Engine, options: Options, limits: Limits) -> Iterator[OpenDocument]:
    """Open a document whose pages are read in several goes. Raises `SourceEmpty` where none of the pages asked for is there."""
    with open_pages(source, options, limits) as images:
        if not images:
            raise SourceEmpty(
                "The document has none of the pages that were asked for.",
                hint="Ask for none in particular, and all of them are read.",
                stage="pages",
            )
        yield OpenDocument(source, engine, options, images)


class OpenDocument:
    """The pages of an open document, to be read all at once or some by some."""

    def __init__(self, source: Source, engine: Engine, options: Options, images: Sequence[PageImage]) -> None:
        self.source = source
        self.numbers = tuple(image.number for image in images)
        """The pages that the options ask for."""
        self._engine, self._options, self._images = engine, options, images
        self._failures: dict[int, UncialError] = {}

    def read(self, numbers: Container[int] | None = None, ahead: bool = True, begun: Begun | None = None) -> Iterator[Page]:
        """Read these pages, or all; one that fails comes with its `problem`.

        With `ahead` the next page is loaded while one is read. Without it one page alone is touched at any time, and `begun` has
        been told its number: whatever breaks then, breaks because of that page.
        """
        images = [image for image in self._images if numbers is None or image.number in numbers]
        for page, failure in _read_each(images, self._engine, self._options, ahead, begun or _nobody):
            if failure:
                self._failures[page.number] = failure
            yield page

    def whole(self, pages: Sequence[Page]) -> Document:
        """The document of its pages, wherever they were read. Raises the first page's error where all of them failed."""
        if all(page.problem for page in pages):
            raise self._failures.get(pages[0].number) or told_again(pages[0])
        used = EngineUsed(self._engine.info.name, self._engine.info.version)
        return Document(pages=settled(pages), source=self.source.info, engine=used)


def told_again(page: Page) -> UncialError:
    """The error that a page's problem tells of, for pages that were read elsewhere."""
    assert page.problem
    told = page.problem
    return error_again(told.code, told.message, hint=told.hint, stage=told.stage, page=page.number)


def _nobody(number: int) -> None:
    """Whom nobody listens to is told nothing."""


def read_page(raster: Raster, engine: Engine, options: Options) -> Page:
    """Read one page image: make it fit to be read, find and read its lines, put them in reading order; barcodes meanwhile.

    Of a region alone the lines are read, on a page that is made fit as a whole. Raises `OptionInvalid` where it lies outside.
    """
    region = box_on_page(options.region, raster.width, raster.height)
    with ThreadPoolExecutor(1, thread_name_prefix="uncial-barcodes") as beside:
        barcodes = beside.submit(find_barcodes, raster.image) if options.barcodes else None
        (image, turned, back, steps, levelled), part = _prepared(raster.image, engine, options, region)
        graphics = find_graphics(image)
        if part:
            lines, graphics = lines_within(read_part(image, part, engine, options), region, back), graphics.within(part)
        else:
            lines = engine.read(image, options.languages, options.effort)
        doubted = [line.doubted(options.min_confidence) for line in lines]
        arranged = arrange(doubted, width=image.shape[1], height=image.shape[0], graphics=graphics)
    return Page(
        number=raster.number,
        width=raster.width,
        height=raster.height,
        dpi=raster.dpi,
        turned=turned,
        skew=levelled + arranged.skew,
        prepared=steps,
        blocks=tuple(block.moved(back) for block in arranged.blocks),
        barcodes=tuple(each for each in barcodes.result() if region.holds(each.quad.box.center)) if barcodes else (),
    )


def _prepared(image: Image, engine: Engine, options: Options, region: Box) -> tuple[Prepared, Box | None]:
    """The page fit to be read, and the part of it that is to be read, None for all of it."""
    page = prepare(image, engine, options)
    if options.region.box is None:
        return page, None
    height, width = page.image.shape[:2]
    part = part_of(page.back, width, height, region)
    if part is None and options.dewarp:  # the region lies on what stands around a sheet, and is gone where that was laid flat
        return _prepared(image, engine, replace(options, dewarp=False), region)
    return page, with_margin(part or Box(0, 0, width, height), width, height)


class _Sheet(NamedTuple):
    """A page that is about to be read: the text that its file holds, and its pixels where there is none to believe."""

    page: PageImage
    native: Native | None
    raster: Raster | None


def _sheet(page: PageImage, options: Options) -> _Sheet:
    native = take(page, options)
    believed = native is not None and (native.layer.lines or options.pdf_text == "only")
    return _Sheet(page, native, None if believed else page.load())


def _read_each(
    images: Iterable[PageImage], engine: Engine, options: Options, ahead: bool = True, begun: Begun = _nobody
) -> Iterator[tuple[Page, UncialError | None]]:
    """The pages one after the other, each with the error that kept it from being read."""
    fonts: Fonts = {}
    for number, sheet in (_loaded_ahead if ahead else _loaded)(images, options):
        begun(number)
        try:
            yield _read_sheet(sheet(), engine, options, fonts), None
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


def _loaded(images: Iterable[PageImage], options: Options) -> Iterator[tuple[int, Callable[[], _Sheet]]]:
    """The page numbers with what makes their sheets, when it is called."""
    for image in images:
        yield image.number, partial(_sheet, image, options)


def _loaded_ahead(images: Iterable[PageImage], options: Options) -> Iterator[tuple[int, Callable[[], _Sheet]]]:
    """The same, each sheet being made ready while the page before it is read."""
    with ThreadPoolExecutor(1, thread_name_prefix="uncial-pages") as loader:
        waiting: deque[tuple[int, Callable[[], _Sheet]]] = deque()
        for image in images:
            waiting.append((image.number, loader.submit(_sheet, image, options).result))
            if len(waiting) == 2:
                yield waiting.popleft()
        yield from waiting
