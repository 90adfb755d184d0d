"""The pages of a file that was read, drawn once more for the formats that show them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from uncial.errors import OriginalMissing
from uncial.options import Limits, Options
from uncial.pages.checks import PageImage

if TYPE_CHECKING:
    from uncial.document import Page
    from uncial.raster import Image
    from uncial.sources import Source


@dataclass(frozen=True, slots=True)
class OpenOriginal:
    """An `Original` while its file is open."""

    source: Source
    pages: dict[int, PageImage]

    def image(self, page: Page) -> Image:
        """The page as it looks (H x W x 3, RGB, uint8), `page.height` by `page.width` pixels. Raises `UncialError`."""
        found = self.pages.get(page.number)
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


@contextmanager
def open_original(source: Source, limits: Limits) -> Iterator[OpenOriginal]:
    """The file that a document was read from; it is open only within the block. Raises `UncialError`."""
    from uncial.pages import open_pages

    with open_pages(source, Options(), limits) as pages:
        yield OpenOriginal(source, {page.number: page for page in pages})
