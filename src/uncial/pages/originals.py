"""The pages of a file that was read, drawn once more for the formats that show them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from uncial.errors import OriginalMissing, PageNotFound
from uncial.options import Limits, Options
from uncial.pages.checks import PageImage
from uncial.pages.views import shrunk, view_size

if TYPE_CHECKING:
    from uncial.document import Page
    from uncial.raster import Image
    from uncial.sources import Source

_ANY = 1_000_000_000
"""Any number of pages may be there, few of which were read: what it costs is one page at a time."""


class OpenOriginal:
    """An `Original` while its block lasts; the file is opened when its first page is asked for."""

    def __init__(self, source: Source, limits: Limits, opened: ExitStack, options: Options) -> None:
        self.source = source
        self._limits, self._options = replace(limits, max_pages=_ANY), options
        self._opened = opened
        self._pages: dict[int, PageImage] | None = None

    def image(self, page: Page) -> Image:
        """The page as it looks (H x W x 3, RGB, uint8), `page.height` by `page.width` pixels. Raises `UncialError`."""
        found = self._images().get(page.number)
        if found is None:
            raise OriginalMissing(f"“{self.source.name}” has no page {page.number}.", hint="Give the file that was read.")
        image = found.load().image if found.drawn is None or page.dpi is None else found.drawn(page.dpi)
        height, width = image.shape[:2]
        if abs(width - page.width) > 1 or abs(height - page.height) > 1:
            raise OriginalMissing(
                f"Page {page.number} of “{self.source.name}” is {width} x {height} pixels, not {page.width} x {page.height}.",
                hint="Give the file that was read.",
            )
        return image

    def view(self, number: int, width: int) -> Image:
        """A page as a viewer shows it (H x W x 3, RGB, uint8), `width` pixels wide at most; 0 is as wide as it was read.

        Raises `PageNotFound` and other `UncialError`.
        """
        found = self._images().get(number)
        if found is None:
            raise PageNotFound(f"“{self.source.name}” has no page {number}.")
        if found.view:
            return found.view(width)
        image = found.load().image
        return shrunk(image, view_size(image.shape[1], image.shape[0], width))

    def _images(self) -> dict[int, PageImage]:
        from uncial.pages import open_pages

        if self._pages is None:
            images = self._opened.enter_context(open_pages(self.source, self._options, self._limits))
            self._pages = {image.number: image for image in images}
        return self._pages


@contextmanager
def open_original(source: Source, limits: Limits, pdf_dpi: int = 0) -> Iterator[OpenOriginal]:
    """The file that a document was read from; it is open only within the block. `pdf_dpi` is that of the options of reading."""
    with ExitStack() as opened:
        yield OpenOriginal(source, limits, opened, Options(pdf_dpi=pdf_dpi))
