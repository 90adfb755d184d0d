"""The pages of a file that was read, drawn once more for the formats that show them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from uncial.errors import OriginalMissing
from uncial.options import Limits, Options
from uncial.pages.checks import PageImage

if TYPE_CHECKING:
    from uncial.document import Page
    from uncial.raster import Image
    from uncial.sources import Source

_ANY = 1_000_000_000
"""Any number of pages may be there, few of which were read: what it costs is one page at a time."""


class OpenOriginal:
    """An `Original` while its block lasts; the file is opened when its first page is asked for."""

    def __init__(self, source: Source, limits: Limits, opened: ExitStack) -> None:
        self.source = source
        self._limits = replace(limits, max_pages=_ANY)
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

    def _images(self) -> dict[int, PageImage]:
        from uncial.pages import open_pages

        if self._pages is None:
            images = self._opened.enter_context(open_pages(self.source, Options(), self._limits))
            self._pages = {image.number: image for image in images}
        return self._pages


@contextmanager
def open_original(source: Source, limits: Limits) -> Iterator[OpenOriginal]:
    """The file that a document was read from; it is open only within the block."""
    with ExitStack() as opened:
        yield OpenOriginal(source, limits, opened)
