"""The pages of a source, decoded one at a time: images by Pillow, TIFF directory by directory, PDF by PDFium.

Decoders are third-party code that is fed with strangers' files. Sizes are therefore checked in the header before anything is
decoded, and whatever a decoder raises becomes one of our errors at one boundary, `checks.decoding`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from uncial.options import Limits, Options
from uncial.pages.checks import PageImage
from uncial.pages.images import DECODERS, image_page, image_view
from uncial.pages.originals import open_original
from uncial.pages.tiffs import tiff_pages

if TYPE_CHECKING:
    from uncial.sources import Source

__all__ = ["DECODERS", "PageImage", "open_original", "open_pages"]


@contextmanager
def open_pages(source: Source, options: Options, limits: Limits) -> Iterator[Sequence[PageImage]]:
    """The pages of a source that the options ask for, in their order; none of them is decoded before it is loaded.

    Raises `SourceDamaged`, `SourceEncrypted`, `SourceEmpty` where the document cannot even be opened, `LimitExceeded` for too
    many pages.
    """
    match source.media_type:
        case "application/pdf":
            from uncial.pages.pdf import pdf_pages  # loads a library of 7 MB, which nobody needs for an image

            with pdf_pages(source, options, limits) as pages:
                yield pages
        case "image/tiff":
            yield tiff_pages(source, options, limits)
        case _:
            image = PageImage(1, partial(image_page, source, limits), view=partial(image_view, source, limits))
            yield [image] if 1 in options.pages else []
