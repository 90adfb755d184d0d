"""The pages of a source as rasters, decoded one at a time: images by Pillow, TIFF directory by directory, PDF drawn by PDFium.

Decoders are third-party code that is fed with strangers' files. Sizes are therefore checked in the header before anything is
decoded, and whatever a decoder raises becomes one of our errors here, at this one boundary.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from io import BytesIO
from itertools import islice
from logging import NullHandler, getLogger
from math import ceil, isfinite, sqrt
from threading import Lock
from typing import TYPE_CHECKING, Any

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from uncial.errors import DecoderMissing, LimitExceeded, SourceDamaged, SourceEmpty, SourceEncrypted, UncialError
from uncial.options import Limits, Options
from uncial.pixels import to_rgb
from uncial.raster import Raster
from uncial.tiff import beginning_at, page_directories

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from uncial.sources import Source

_DPI = (36.0, 4800.0)
"""What a file may say of its resolution and be believed, in pixels an inch."""

_SMALLER = "Make the image smaller."
_ORIENTATION = 0x0112  # Exif 2.32; TIFF 6.0 has the same tag


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page that can be drawn, as often as it is asked for; nothing of it is held between."""

    number: int
    """From 1."""
    load: Callable[[], Raster]
    """Draw it. Raises `UncialError`; other pages of the document may be fine all the same."""


@contextmanager
def open_pages(source: Source, options: Options, limits: Limits) -> Iterator[Sequence[PageImage]]:
    """The pages of a source that the options ask for, in their order; none of them is decoded before it is loaded.

    Raises `SourceDamaged`, `SourceEncrypted`, `SourceEmpty` where the document cannot even be opened, `LimitExceeded` for too
    many pages.
    """
    match source.media_type:
        case "application/pdf":
            with _pdf_pages(source, options, limits) as pages:
                yield pages
        case "image/tiff":
            yield _tiff_pages(source, options, limits)
        case _:
            yield [PageImage(1, partial(_image_page, source, limits))] if 1 in options.pages else []


@contextmanager
def _decoding(name: str) -> Iterator[None]:
    """The boundary to the decoders: for damaged files they raise anything, struct.error and KeyError as well as their own."""
    try:
        yield
    except (UncialError, MemoryError):
        raise
    except Pillow.DecompressionBombError as error:
        raise LimitExceeded(f"“{name}” has more pixels than Pillow decodes.", hint=_SMALLER, stage="pages") from error
    except Exception as error:
        raise SourceDamaged(f"“{name}” cannot be decoded: {_reason(error)}.", stage="pages") from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "its header makes no sense"
    return str(error).strip().rstrip(".") or type(error).__name__


def _check_pixels(width: int, height: int, name: str, limits: Limits) -> None:
    if width < 1 or height < 1:
        raise SourceDamaged(f"“{name}” has no pixels: {width} x {height}.", stage="pages")
    if width * height > limits.max_pixels:
        raise LimitExceeded(
            f"“{name}” has {width} x {height} pixels, more than {limits.max_pixels:,}.",
            hint=f"{_SMALLER[:-1]}, or raise max_pixels.",
            stage="pages",
        )


def _wanted(count: int, name: str, options: Options, limits: Limits) -> list[int]:
    """The numbers of the pages to read, of a document that has so many."""
    if count == 0:
        raise SourceEmpty(f"“{name}” has no pages.", hint="Open it in a viewer; if it shows pages, save it again.", stage="pages")
    wanted = list(islice((number for number in range(1, count + 1) if number in options.pages), limits.max_pages + 1))
    if len(wanted) > limits.max_pages:
        raise LimitExceeded(
            f"“{name}” has more than {limits.max_pages} pages to read.",
            hint="Read fewer pages at once: --pages 1-100.",
            stage="pages",
        )
    return wanted


# Images

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


def _decoder(media_type: str) -> Callable[[BytesIO], ImageFile]:
    module, name = DECODERS[media_type]
    _log_quietly("PIL")
    try:
        decoder: Callable[[BytesIO], ImageFile] = getattr(import_module(module), name)
    except ImportError as error:
        message, command = _PACKAGES.get(media_type, _OLD_PILLOW)
        raise DecoderMissing(message, hint=f"Install it: {command}") from error
    return decoder


def _log_quietly(library: str) -> None:
    """Keep what a library logs for those who set up logging: to all others Python would print it."""
    logger = getLogger(library)
    if not logger.handlers:
        logger.addHandler(NullHandler())


_WARNINGS = Lock()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep Pillow's warnings of odd tags from users, and from programs that turn warnings into errors.

    Until Python 3.14 the filters of warnings belong to the whole process, so threads of ours go through here one by one. It is
    held only where Pillow reads tags: while it reads headers and EXIF, and for TIFF, which reads tags again at the end, while
    it decodes.
    """
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _image_page(source: Source, limits: Limits) -> Raster:
    with _decoding(source.name):
        decoder = _decoder(source.media_type)
        with _quietly():
            image = decoder(BytesIO(source.data))
        _check_pixels(*image.size, source.name, limits)
        image.load()
        _check_pixels(*image.size, source.name, limits)  # the frame of a GIF may be larger than its header says
        with _quietly():
            orientation, dpi = _orientation(image), _dpi(image)
        return Raster(to_rgb(image, orientation), 1, dpi)


def _orientation(image: ImageFile) -> int:
    """EXIF's orientation, 1 to 8, where it is still to be applied; 1 (upright) where there is none, or none that makes sense."""
    try:
        value = image.getexif().get(_ORIENTATION)
    except Exception:  # EXIF is a TIFF inside the image, as often broken and with as many exceptions; the pixels are fine
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _dpi(image: ImageFile) -> float | None:
    """The resolution that the file states, in pixels an inch, where it is the same both ways and can be true."""
    try:
        across, down = (float(value) for value in image.info.get("dpi", ()))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    plausible = isfinite(across) and _DPI[0] <= across <= _DPI[1] and abs(across - down) <= 0.05 * across
    return round(across, 2) if plausible else None


# TIFF

_WIDTH, _LENGTH, _BITS, _PHOTOMETRIC, _SAMPLE_FORMAT = 256, 257, 258, 262, 339  # TIFF 6.0, section 8; SampleFormat: section 19
_WHITE_IS_ZERO, _UNSIGNED = 0, 1


def _tiff_pages(source: Source, options: Options, limits: Limits) -> list[PageImage]:
    with _decoding(source.name):
        directories = page_directories(source.data)
    wanted = _wanted(len(directories), source.name, options, limits)
    return [PageImage(number, partial(_tiff_page, source, limits, number, directories[number - 1])) for number in wanted]


def _tiff_page(source: Source, limits: Limits, number: int, directory: int) -> Raster:
    with _decoding(source.name):
        decoder = _decoder(source.media_type)
        with _quietly():
            image = decoder(beginning_at(directory, source.data))
            tags: Mapping[int, Any] = dict(image.tag_v2)  # type: ignore[attr-defined]
            size = tags[_WIDTH], tags[_LENGTH]
            _check_pixels(*size, source.name, limits)
            # Where it has no memory yet, Pillow's loader asks for it by way of its own limit of pixels.
            image.im = Pillow.new(image.mode, size).im
            image.load()
            orientation, dpi = _orientation(image), _dpi(image)
        unsigned = tags.get(_BITS) == (32,) and tags.get(_SAMPLE_FORMAT, (_UNSIGNED,))[0] == _UNSIGNED
        inverted = tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
        return Raster(to_rgb(image, orientation, unsigned=unsigned, inverted=inverted), number, dpi)


# PDF

_PDFIUM = Lock()
"""Held during every call into PDFium. It keeps state of the whole process and must not be entered by two threads at once, not
even for two documents: that corrupts its memory, or silently draws the wrong thing. Many pages at once are a matter of many
processes."""

_POINTS = 72.0
_NOT_QUITE = 1 - 1e-6
"""Keeps a float's last bit from being rounded up to a whole row of pixels."""
_LEAST_DPI = 36.0
"""Below this nothing could be read, and an empty page would be a lie."""


@contextmanager
def _pdf_pages(source: Source, options: Options, limits: Limits) -> Iterator[list[PageImage]]:
    with _PDFIUM:
        document = _open_pdf(source)
        count = len(document)
    try:
        wanted = _wanted(count, source.name, options, limits)
        yield [PageImage(number, partial(_pdf_page, document, source.name, number, options, limits)) for number in wanted]
    finally:
        with _PDFIUM:
            document.close()


def _open_pdf(source: Source) -> Any:
    import pypdfium2  # loads a library of 7 MB, which nobody needs for an image

    _log_quietly("pypdfium2")
    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY):
            raise SourceEncrypted(f"“{source.name}” asks for a password.") from error
        raise SourceDamaged(f"“{source.name}” cannot be opened as a PDF.") from error
    with suppress(pypdfium2.PdfiumError):  # without its form the page is still there to be read
        document.init_forms()
    return document


def _pdf_page(document: Any, name: str, number: int, options: Options, limits: Limits) -> Raster:
    with _PDFIUM, _decoding(name):
        page = document[number - 1]
        try:
            dpi = _pdf_dpi(page.get_size(), name, options, limits)
            bitmap = page.render(scale=dpi / _POINTS * _NOT_QUITE, rev_byteorder=True)
            image = bitmap.to_numpy()  # the bitmap's own bytes, which outlive it
            bitmap.close()
        finally:
            page.close()
    return Raster(image, number, round(dpi, 2))


def _pdf_dpi(size: tuple[float, float], name: str, options: Options, limits: Limits) -> float:
    """The resolution for a page of that size in points: what is asked for, or as much of it as the limit of pixels lets pass."""
    width, height = size
    if not (isfinite(width) and isfinite(height) and width > 0 and height > 0):
        raise SourceDamaged(f"“{name}” has a page without a size: {width:g} x {height:g} points.", stage="pages")
    scale = options.pdf_dpi / _POINTS * _NOT_QUITE
    if ceil(width * scale) * ceil(height * scale) <= limits.max_pixels:
        return float(options.pdf_dpi)
    # Sides are rounded up to whole pixels, so the scale is the one where (width * scale + 1) * (height * scale + 1) is the limit.
    sides, area = width + height, width * height
    dpi = _POINTS * (sqrt(sides * sides + 4 * area * (limits.max_pixels - 1)) - sides) / (2 * area)
    if dpi < _LEAST_DPI:
        raise LimitExceeded(
            f"“{name}” has a page of {width / _POINTS:.0f} x {height / _POINTS:.0f} inches, too large to be drawn legibly.",
            hint=f"Raise max_pixels; now it is {limits.max_pixels:,}.",
            stage="pages",
        )
    return dpi
