"""The pages of a PDF, drawn by PDFium, and the text that they hold."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from math import atan2, ceil, degrees, hypot, inf, isfinite, sqrt
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from uncial.document import Notice
from uncial.errors import LimitExceeded, SourceDamaged, SourceEncrypted
from uncial.geometry import Box, Quad, Transform
from uncial.glyphs import Glyphs, PlacedImage, Run
from uncial.options import Limits, Options
from uncial.pages.checks import PageImage, decoding, log_quietly, wanted_pages
from uncial.pages.repair import damaged, repaired
from uncial.raster import Raster

if TYPE_CHECKING:
    from uncial.glyphs import Indices, Numbers
    from uncial.raster import Image
    from uncial.sources import Source

_PDFIUM = Lock()
"""Held during every call into PDFium. It keeps state of the whole process and must not be entered by two threads at once, not
even for two documents: that corrupts its memory, or silently draws the wrong thing. Many pages at once are a matter of many
processes."""

_POINTS = 72.0
_NOT_QUITE = 1 - 1e-6
"""Keeps a float's last bit from being rounded up to a whole row of pixels."""
_LEAST_DPI = 36.0
"""Below this nothing could be read, and an empty page would be a lie."""
_USUAL_DPI = 300.0
"""For pages without images: print of the usual size is then read best."""
_SCAN_DPI = (100.0, 400.0)
"""A scan is drawn as it was scanned, within these bounds: more pixels than it has say nothing more."""
_DEPTH = 4
"""Forms within forms that are looked through for images."""
_SCAN = 0.4
"""An image that covers this part of the page is a scan of it."""


@contextmanager
def pdf_pages(source: Source, options: Options, limits: Limits) -> Iterator[list[PageImage]]:
    """The pages of a PDF that the options ask for; it is open only within the block."""
    with _PDFIUM:
        document, notices = _opened(source)
    try:
        wanted = wanted_pages(len(document), source.name, options, limits)
        yield [_Page(document, source, number, options, limits).image(notices) for number in wanted]
    finally:
        with _PDFIUM:
            document.close()


def _opened(source: Source) -> tuple[Any, tuple[Notice, ...]]:
    """PDFium's document, and what is to be told about it."""
    log_quietly("pypdfium2")
    notices: tuple[Notice, ...] = ()
    try:
        document = _loaded(source.data, source)
    except pypdfium2.PdfiumError as error:
        mended = repaired(source)
        if mended is None:
            raise SourceDamaged(f"“{source.name}” cannot be opened as a PDF.") from error
        document = _loaded(mended, source)
        notices = (Notice("repaired", "The PDF is damaged; it was repaired before it was read, and something may be lost."),)
    with suppress(pypdfium2.PdfiumError):  # without its form the page is still there to be read
        document.init_forms()
    return document, notices


def _loaded(data: bytes, source: Source) -> Any:
    try:
        return pypdfium2.PdfDocument(data, password=source.password or None)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise _locked(source) from error
        raise


def _locked(source: Source) -> SourceEncrypted:
    if source.password:
        hint = "Check the password: capital and small letters differ."
        return SourceEncrypted(f"The password does not open “{source.name}”.", hint=hint)
    return SourceEncrypted(f"“{source.name}” asks for a password.")


class _Page:
    """One page of an open PDF."""

    def __init__(self, document: Any, source: Source, number: int, options: Options, limits: Limits) -> None:
        self._document, self._source, self._number = document, source, number
        self._options, self._limits = options, limits

    def image(self, notices: tuple[Notice, ...]) -> PageImage:
        """The page, with each of its uses."""
        glyphs = None if self._options.pdf_text == "ignore" else self._glyphs
        return PageImage(self._number, self._load, self._drawn, glyphs, notices, self._view)

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with _PDFIUM, decoding(self._source.name):
            page = self._document[self._number - 1]
            try:
                yield page
            finally:
                page.close()

    def _load(self) -> Raster:
        with self._open() as page:
            dpi = self._dpi(page, _images(page))
            image = _draw(page, dpi / _POINTS * _NOT_QUITE)
        if image.min() == image.max() and damaged(self._source):
            # Where a page's content is lost, PDFium draws white paper. An empty page must not mean that.
            raise SourceDamaged(f"“{self._source.name}” is damaged, and nothing of this page can be drawn.", stage="pages")
        return Raster(image, self._number, round(dpi, 2))

    def _drawn(self, dpi: float) -> Image:
        with self._open() as page:
            width, height = page.get_size()
            most = sqrt(self._limits.max_pixels / max(width * height, 1.0))
            return _draw(page, min(dpi / _POINTS, most) * _NOT_QUITE)

    def _view(self, wanted: int) -> Image:
        with self._open() as page:
            scale, width = self._dpi(page, _images(page)) / _POINTS, page.get_width()
            return _draw(page, min(scale, (wanted or inf) / width) * _NOT_QUITE)

    def _glyphs(self) -> Glyphs:
        with self._open() as page:
            images = tuple(_images(page))
            return _glyphs(page, self._dpi(page, images), images)

    def _dpi(self, page: Any, images: Iterable[PlacedImage]) -> float:
        wanted = float(self._options.pdf_dpi) or _own_dpi(page, images)
        return _allowed_dpi(page.get_size(), wanted, self._source.name, self._limits)


def _draw(page: Any, scale: float) -> Image:
    bitmap = page.render(scale=scale, rev_byteorder=True)
    image: Image = bitmap.to_numpy()  # the bitmap's own bytes, which outlive it
    bitmap.close()
    return image


def _own_dpi(page: Any, shown: Iterable[PlacedImage]) -> float:
    """The resolution of the scan that the page shows, where it shows one."""
    width, height = page.get_size()
    images = [image for image in shown if _area(image.quad) >= _SCAN * width * height]
    if not images:
        return _USUAL_DPI
    return min(max(image.dpi for image in images), _SCAN_DPI[1]) if images[0].dpi >= _SCAN_DPI[0] else _SCAN_DPI[0]


def _area(quad: Quad) -> float:
    return quad.width * quad.height


def _allowed_dpi(size: tuple[float, float], wanted: float, name: str, limits: Limits) -> float:
    """The resolution for a page of that size in points: what is wanted, or as much of it as the limit of pixels lets pass."""
    width, height = size
    if not (isfinite(width) and isfinite(height) and width > 0 and height > 0):
        raise SourceDamaged(f"“{name}” has a page without a size: {width:g} x {height:g} points.", stage="pages")
    scale = wanted / _POINTS * _NOT_QUITE
    if ceil(width * scale) * ceil(height * scale) <= limits.max_pixels:
        return wanted
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


# Text

_INVISIBLE = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP
_BOLD = 600
"""The weight from which a font is bold (CSS Fonts 4, 2.2)."""
_FORCE_BOLD = 1 << 18  # ISO 32000-1, table 123
_OUTLINES = 150
"""So many characters of a font are asked for their outlines: enough to judge it."""
_HYPHEN = 0xFFFE
"""How FPDFText_GetText writes the hyphen at a line's end that FPDFText_GetUnicode calls 2."""


def _glyphs(page: Any, dpi: float, images: Iterable[PlacedImage]) -> Glyphs:
    to_frame = _to_frame(page, dpi)
    width, height = (ceil(side * dpi / _POINTS * _NOT_QUITE) for side in page.get_size())
    text_page = page.get_textpage()
    try:
        text, boxes, ink, runs, kinds = _characters(text_page.raw, to_frame)
    finally:
        text_page.close()
    placed = tuple(image._replace(quad=Quad.of_box(to_frame.quad(image.quad).box)) for image in images)
    return Glyphs(text, boxes, ink, runs, kinds, placed, _is_bare(page), width, height, round(dpi, 2))


def _to_frame(page: Any, dpi: float) -> Transform:
    """From the page's own points, y up, to pixels as a viewer shows it: turned by /Rotate, cut by /CropBox."""
    width, height = page.get_size()
    x, y = ctypes.c_double(), ctypes.c_double()
    corners = []
    for across, down in ((0, 0), (1000, 0), (0, 1000)):
        pdfium.FPDF_DeviceToPage(page.raw, 0, 0, 1000, 1000, 0, across, down, x, y)
        corners.append((x.value, y.value))
    (x0, y0), (x1, y1), (x2, y2) = corners
    back = Transform((x1 - x0) / 1000, (x2 - x0) / 1000, x0, (y1 - y0) / 1000, (y2 - y0) / 1000, y0)
    return back.inverse().then(Transform.scaling(width * dpi / _POINTS / 1000, height * dpi / _POINTS / 1000))


def _characters(raw: Any, to_frame: Transform) -> tuple[str, Numbers, Numbers, Indices, tuple[Run, ...]]:
    """What `Glyphs` says of each character."""
    count = max(pdfium.FPDFText_CountChars(raw), 0)
    runs, kinds = _runs(raw, count, to_frame)
    boxes, ink = np.zeros((count, 4), np.float32), np.zeros((count, 4))
    drawn = np.flatnonzero(runs >= 0)
    page, box_at, ink_at = _address(raw), _plain("FPDFText_GetLooseCharBox", 1), _plain("FPDFText_GetCharBox", 4)
    first_box, first_ink = boxes.ctypes.data, ink.ctypes.data
    for i in drawn.tolist():
        box_at(page, i, first_box + 16 * i)
    for i in _asked_for_outlines(drawn, runs, kinds):
        first = first_ink + 32 * i
        ink_at(page, i, first, first + 16, first + 24, first + 8)
    return _text(raw, count), _upright(boxes.astype(np.float64), to_frame), _upright(ink, to_frame), runs, kinds


def _runs(raw: Any, count: int, to_frame: Transform) -> tuple[Indices, tuple[Run, ...]]:
    """To which run each character belongs, and the runs; text objects that are set alike are one."""
    page, object_at = _address(raw), _plain("FPDFText_GetTextObject", 0)
    objects = [object_at(page, i) for i in range(count)]
    kinds: dict[Run, int] = {}
    fonts: dict[int | None, tuple[str, bool, bool]] = {}
    known: dict[int | None, int] = {None: -1}
    for i, address in enumerate(objects):
        if address not in known:
            known[address] = kinds.setdefault(_run(raw, i, to_frame, fonts), len(kinds))
    return np.array([known[address] for address in objects], np.int64), tuple(kinds)


def _asked_for_outlines(drawn: Indices, runs: Indices, kinds: tuple[Run, ...]) -> list[int]:
    """The first characters of each font."""
    fonts = np.array([kind.font for kind in kinds], object)[runs[drawn]]
    return [i for font in {kind.font for kind in kinds} for i in drawn[fonts == font][:_OUTLINES].tolist()]


def _address(pointer: Any) -> int | None:
    return ctypes.cast(pointer, ctypes.c_void_p).value


@cache
def _plain(name: str, results: int) -> Callable[..., int | None]:
    """A function of PDFium that is asked about each character and writes so many results to addresses.

    Addresses are plain numbers here, for wrapping them costs more than the call, and no other thread is let in between: it would
    keep the interpreter for milliseconds, each time.
    """
    arguments = [ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * results]
    entry = _address(getattr(pdfium, name))
    assert entry
    return ctypes.PYFUNCTYPE(ctypes.c_void_p, *arguments)(entry)


def _text(raw: Any, count: int) -> str:
    """One character for each; what is no character of Unicode becomes U+FFFD."""
    units = (ctypes.c_ushort * (count + 1))()
    told = pdfium.FPDFText_GetText(raw, 0, count, units)
    codes = np.array(units[:count], np.int64)
    surrogates = (codes >= 0xD800) & (codes < 0xE000)
    if told != count + 1 or surrogates.any():  # some have two units or none, so that it is not known which is whose
        codes = np.array([pdfium.FPDFText_GetUnicode(raw, i) for i in range(count)], np.int64)
        surrogates = (codes >= 0xD800) & (codes < 0xE000)
    codes[codes == _HYPHEN] = 2
    codes[(codes <= 0) | (codes >= 0x110000) | surrogates] = 0xFFFD
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def _upright(boxes: Numbers, way: Transform) -> Numbers:
    """The boxes in the page's frame; the way between turns by quarters at most, so that boxes stay boxes."""
    (x0, y0, x1, y1) = boxes.T
    (left, top), (right, bottom) = (
        (way.a * x + way.b * y + way.c, way.d * x + way.e * y + way.f) for x, y in ((x0, y0), (x1, y1))
    )
    sides = np.minimum(left, right), np.minimum(top, bottom), np.maximum(left, right), np.maximum(top, bottom)
    return np.stack(sides, axis=1)


def _run(raw: Any, index: int, to_frame: Transform, fonts: dict[int | None, tuple[str, bool, bool]]) -> Run:
    handle = pdfium.FPDFText_GetTextObject(raw, index)
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(raw, index, matrix)
    across = to_frame.a * matrix.a + to_frame.b * matrix.b, to_frame.d * matrix.a + to_frame.e * matrix.b
    upwards = to_frame.a * matrix.c + to_frame.b * matrix.d, to_frame.d * matrix.c + to_frame.e * matrix.d
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(handle, size)
    font = pdfium.FPDFTextObj_GetFont(handle)
    address = _address(font)
    if address not in fonts:
        fonts[address] = _font(font)
    return Run(*fonts[address], _is_visible(handle), hypot(*upwards) * size.value, degrees(atan2(across[1], across[0])))


def _font(font: Any) -> tuple[str, bool, bool]:
    """Its name, whether it is bold, and whether the PDF brings it along."""
    name = _font_name(font)
    bold = "bold" in name.lower() or "black" in name.lower() or _weight(font) >= _BOLD
    return name, bold, bool(font) and pdfium.FPDFFont_GetIsEmbedded(font) == 1


def _font_name(font: Any) -> str:
    if not font:
        return ""
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    name = ctypes.create_string_buffer(max(length, 1))
    pdfium.FPDFFont_GetBaseFontName(font, name, length)
    return name.value.decode("utf-8", "replace")


def _weight(font: Any) -> int:
    if not font:
        return 0
    return 700 if pdfium.FPDFFont_GetFlags(font) & _FORCE_BOLD else int(pdfium.FPDFFont_GetWeight(font))


def _is_visible(handle: Any) -> bool:
    if pdfium.FPDFTextObj_GetTextRenderMode(handle) in _INVISIBLE:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    return not pdfium.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha) or alpha.value > 0


def _images(page: Any) -> Iterator[PlacedImage]:
    """The images that the page shows, those within forms too, in the page's own points, y up."""
    for raw in _image_objects(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, _DEPTH):
        with suppress(pypdfium2.PdfiumError):
            image = pypdfium2.PdfImage(raw, page=page)
            box = Box.around(Box(x, y, x, y) for x, y in image.get_quad_points())
            across, down = image.get_px_size()
            if box.width > 0 and box.height > 0:
                yield PlacedImage(Quad.of_box(box), _POINTS * max(across / box.width, down / box.height))


def _is_bare(page: Any) -> bool:
    """Whether nothing but text stands on the page."""
    objects = (pdfium.FPDFPage_GetObject(page.raw, i) for i in range(pdfium.FPDFPage_CountObjects(page.raw)))
    text = pdfium.FPDF_PAGEOBJ_TEXT
    return not pdfium.FPDFPage_GetAnnotCount(page.raw) and all(pdfium.FPDFPageObj_GetType(each) == text for each in objects)


def _image_objects(parent: Any, count: Callable[[Any], int], at: Callable[[Any, int], Any], depth: int) -> Iterator[Any]:
    """PDFium's own handles of them: pages have thousands of other objects, for which pypdfium2 would make as many of its own."""
    for i in range(count(parent)):
        handle = at(parent, i)
        kind = pdfium.FPDFPageObj_GetType(handle) if handle else pdfium.FPDF_PAGEOBJ_UNKNOWN
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield handle
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth > 1:
            yield from _image_objects(handle, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth - 1)
