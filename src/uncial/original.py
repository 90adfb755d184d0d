"""The file that a document was read from, for formats that show its pages or take the file along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from uncial.document import Page
    from uncial.raster import Image
    from uncial.sources import Source


class Original(Protocol):
    """What was read, still open: its bytes, and the images of its pages."""

    @property
    def source(self) -> Source:
        """The bytes as they came in, what they are, and what opens them."""
        ...

    def image(self, page: Page) -> Image:
        """The page as it looks (H x W x 3, RGB, uint8), in the document's own frame: `page.height` by `page.width` pixels.

        Decoded or drawn anew each time, so that only one page's pixels are held. Raises `UncialError`.
        """
        ...
