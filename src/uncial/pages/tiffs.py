"""The pages of a TIFF, directory by directory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PIL import Image as Pillow

from uncial.options import Limits, Options
from uncial.pages.checks import PageImage, check_pixels, decoding, wanted_pages
from uncial.pages.images import decoder_of, dpi_of, orientation_of, quietly
from uncial.pixels import to_rgb
from uncial.raster import Raster
from uncial.tiff import beginning_at, page_directories

if TYPE_CHECKING:
    from uncial.sources import Source

_WIDTH, _LENGTH, _BITS, _PHOTOMETRIC, _SAMPLE_FORMAT = 256, 257, 258, 262, 339  # TIFF 6.0, section 8; SampleFormat: section 19
_WHITE_IS_ZERO, _UNSIGNED = 0, 1


def tiff_pages(source: Source, options: Options, limits: Limits) -> list[PageImage]:
    """The pages of a TIFF that the options ask for."""
    with decoding(source.name):
        directories = page_directories(source.data)
    wanted = wanted_pages(len(directories), source.name, options, limits)
    return [PageImage(number, partial(_tiff_page, source, limits, number, directories[number - 1])) for number in wanted]


def _tiff_page(source: Source, limits: Limits, number: int, directory: int) -> Raster:
    with decoding(source.name):
        decoder = decoder_of(source.media_type)
        with quietly():
            image = decoder(beginning_at(directory, source.data))
            tags: Mapping[int, Any] = dict(image.tag_v2)  # type: ignore[attr-defined]
            size = tags[_WIDTH], tags[_LENGTH]
            check_pixels(*size, source.name, limits)
            # Where it has no memory yet, Pillow's loader asks for it by way of its own limit of pixels.
            image.im = Pillow.new(image.mode, size).im
            image.load()
            orientation, dpi = orientation_of(image), dpi_of(image)
        unsigned = tags.get(_BITS) == (32,) and tags.get(_SAMPLE_FORMAT, (_UNSIGNED,))[0] == _UNSIGNED
        inverted = tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
        return Raster(to_rgb(image, orientation, unsigned=unsigned, inverted=inverted), number, dpi)
