"""Images with one page, decoded by Pillow."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from math import isfinite
from threading import Lock
from typing import TYPE_CHECKING

from uncial.errors import DecoderMissing
from uncial.options import Limits
from uncial.pages.checks import check_pixels, decoding, log_quietly
from uncial.pages.views import shrunk, view_size
from uncial.pixels import to_rgb
from uncial.raster import Raster

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from uncial.raster import Image
    from uncial.sources import Source

_DPI = (36.0, 4800.0)
"""What a file may say of its resolution and be believed, in pixels an inch."""
_ORIENTATION = 0x0112  # Exif 2.32; TIFF 6.0 has the same tag
_SIDEWAYS = 5
"""From this orientation on what is shown is as wide as what is stored is high."""

DECODERS = {
    "image/jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "image/png": ("PIL.PngImagePlugin", "PngImageFile"),
    "image/webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "image/gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "image/bmp": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "image/x-portable-anymap": ("PIL.PpmImagePlugin", "PpmImageFile"),
    "image/tiff": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "image/jp2": ("PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "image/avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "image/heic": ("pillow_heif", "HeifImageFile"),
}
"""The class that decodes each kind, used as it is and not through `PIL.Image.open`.

That function would try other formats, take a JPEG for an MPO, and check the size against `PIL.Image.MAX_IMAGE_PIXELS`, a limit
of the whole process that is not ours to set: another thread, or the program that uses us, may rely on it. It would also need
pillow-heif to be registered for the whole process.
"""

_PACKAGES = {"image/heic": ("HEIC images need pillow-heif.", 'pip install "uncial[heif]"')}
_OLD_PILLOW = ("This kind of image needs a newer Pillow.", "pip install --upgrade pillow")


def decoder_of(media_type: str) -> Callable[[BytesIO], ImageFile]:
    """The class that decodes this kind of image. Raises `DecoderMissing`."""
    module, name = DECODERS[media_type]
    log_quietly("PIL")
    try:
        decoder: Callable[[BytesIO], ImageFile] = getattr(import_module(module), name)
    except ImportError as error:
        message, command = _PACKAGES.get(media_type, _OLD_PILLOW)
        raise DecoderMissing(message, hint=f"Install it: {command}") from error
    return decoder


_WARNINGS = Lock()


@contextmanager
def quietly() -> Iterator[None]:
    """Keep Pillow's warnings of odd tags from users, and from programs that turn warnings into errors.

    Until Python 3.14 the filters of warnings belong to the whole process, so threads of ours go through here one by one. It is
    held only where Pillow reads tags: while it reads headers and EXIF, and for TIFF, which reads tags again at the end, while
    it decodes.
    """
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def image_page(source: Source, limits: Limits) -> Raster:
    """The only page of an image. Raises `SourceDamaged`, `LimitExceeded`, `DecoderMissing`."""
    with decoding(source.name):
        decoder = decoder_of(source.media_type)
        with quietly():
            image = decoder(BytesIO(source.data))
        check_pixels(*image.size, source.name, limits)
        image.load()
        check_pixels(*image.size, source.name, limits)  # the frame of a GIF may be larger than its header says
        with quietly():
            orientation, dpi = orientation_of(image), dpi_of(image)
        return Raster(to_rgb(image, orientation), 1, dpi)


def image_view(source: Source, limits: Limits, wanted: int) -> Image:
    """The only page of an image, `wanted` pixels wide at most or, for 0, as it is; a JPEG is decoded to no more than that takes.

    Raises as `image_page` does.
    """
    if not wanted or source.media_type != "image/jpeg":
        image = image_page(source, limits).image
        return shrunk(image, view_size(image.shape[1], image.shape[0], wanted))
    with decoding(source.name):
        with quietly():
            jpeg = decoder_of(source.media_type)(BytesIO(source.data))
            orientation = orientation_of(jpeg)
        check_pixels(*jpeg.size, source.name, limits)
        width, height = reversed(jpeg.size) if orientation >= _SIDEWAYS else jpeg.size
        size = view_size(width, height, wanted)
        # By two, four or eight while it is decoded (ITU-T T.81 has blocks of 8 x 8), to no less than this.
        jpeg.draft(jpeg.mode, size[::-1] if orientation >= _SIDEWAYS else size)
        jpeg.load()
        return shrunk(to_rgb(jpeg, orientation), size)


def orientation_of(image: ImageFile) -> int:
    """EXIF's orientation, 1 to 8, where it is still to be applied; 1 (upright) where there is none, or none that makes sense."""
    try:
        value = image.getexif().get(_ORIENTATION)
    except Exception:  # EXIF is a TIFF inside the image, as often broken and with as many exceptions; the pixels are fine
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def dpi_of(image: ImageFile) -> float | None:
    """The resolution that the file states, in pixels an inch, where it is the same both ways and can be true."""
    try:
        across, down = (float(value) for value in image.info.get("dpi", ()))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    plausible = isfinite(across) and _DPI[0] <= across <= _DPI[1] and abs(across - down) <= 0.05 * across
    return round(across, 2) if plausible else None
