"""Searchable PDF: the pages as they are, with invisible text on the print.

Of a PDF nothing is drawn anew: the pages that were read get one content stream more, and a font. Images become a page each, with
the bytes of their file where PDF can hold them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property, partial
from io import BytesIO
from itertools import count
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, StreamDecodeLevel, String

import uncial
from uncial.errors import OriginalMissing, OutputError, SourceDamaged, SourceEncrypted
from uncial.formats.embedding import Embedded, embed
from uncial.formats.glyphless import ADVANCE, ASCENT, DESCENT, NAME, Glyphless, true_type
from uncial.formats.invisible import text_layer
from uncial.formats.redo import Cleaned, remove_old_text
from uncial.formats.sheets import inherited, own_resources, turns, way_to
from uncial.formats.snap import snapped
from uncial.geometry import Transform

if TYPE_CHECKING:
    from uncial.document import Block, Document, Page
    from uncial.options import Output
    from uncial.original import Original
    from uncial.raster import Image
    from uncial.sources import Source

    Embed = Callable[[Source, int, tuple[int, int], Callable[[], Image]], Embedded]

POINTS = 72.0
_NATIVE = "pdf"
"""What lines say of their engine that are the PDF's own text."""
_LONG_SIDE = 11.69
"""Inches: that of A4, which an image is taken for that does not say how large it is."""
_SCREEN_DPI = 96.0
"""Up to here, a resolution was rather assumed than measured, and a page of more than `_POSTER` inches is none."""
_POSTER = 17.0
_LARGEST, _LEAST = 14400.0, 3.0
"""Points that a side of a page may have (ISO 32000-1, annex C.2)."""
_A4 = 595.28, 841.89
_GIVE_IT = "Give the file that was read."


def write(document: Document, original: Original, output: Output) -> bytes:
    """The PDF or the images that were read, with their text. Raises `OutputError` where that would break a signature.

    A PDF to whose pages nothing is added comes back byte by byte, signatures and all. One that is encrypted stays so.
    """
    if original.source.media_type != "application/pdf":
        return saved(of_images(document, original))
    with opened(original.source) as pdf:
        if not add_text(pdf, document, original) and not pdf.get_warnings():
            return original.source.data
        if is_signed(pdf):
            raise OutputError(
                f"“{original.source.name}” is signed, and adding text would break its signatures.",
                hint="Write another format, or take the signatures off first: qpdf --remove-restrictions signed.pdf plain.pdf.",
            )
        return saved(pdf)


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The file. Streams that are compressed stay as they are, byte by byte; the same input always gives the same file."""
    if pdf.is_encrypted:
        return stored(pdf, encryption=True)  # with the same passwords and permissions
    return stored(pdf, stream_decode_level=StreamDecodeLevel.none, deterministic_id=True)


def stored(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    """The file as QPDF writes it that way, small objects packed together. Raises `OutputError`."""
    for mode in (ObjectStreamMode.generate, ObjectStreamMode.disable):
        file = BytesIO()
        with suppress(pikepdf.PdfError, RuntimeError):
            pdf.save(file, object_stream_mode=mode, **how)
            if how.get("encryption") is True or _is_sound(file):
                return file.getvalue()
    raise OutputError("The PDF cannot be written.", hint="Its objects are damaged; print it into a new PDF first.")


def _is_sound(file: BytesIO) -> bool:
    """Whether it opens without repair: what QPDF writes of objects that it had to guess is not always a PDF."""
    with pikepdf.open(file) as pdf:
        return not pdf.get_warnings()


# Images


def of_images(document: Document, original: Original, embed: Embed = embed) -> pikepdf.Pdf:
    """A PDF with a page for each page of the document, `embed` deciding how the images are held."""
    pdf = pikepdf.new()
    name = PurePath(original.source.name).stem
    pdf.docinfo["/Title"] = String(name)
    pdf.docinfo["/Producer"] = String(f"Uncial {uncial.__version__}")
    font = _Font(pdf, (page.blocks for page in document.pages))
    for page in document.pages:
        if page.problem:
            pdf.add_blank_page(page_size=_A4)  # so that the others keep their numbers
            continue
        pixels = cache(partial(original.image, page))  # asked for at most once
        embedded = embed(original.source, page.number, (page.width, page.height), pixels)
        _add_page(pdf, page, embedded, font, snapped(page.blocks, pixels()) if page.blocks else ())
    return pdf


def _add_page(pdf: pikepdf.Pdf, page: Page, embedded: Embedded, font: _Font, blocks: Iterable[Block]) -> None:
    scale = POINTS / resolution(page)
    width, height = page.width * scale, page.height * scale
    sheet = pdf.add_blank_page(page_size=(round(width, 3), round(height, 3)))
    sheet.obj.Resources = Dictionary(XObject=Dictionary(Scan=image_of(pdf, embedded)))
    if page.turned:
        sheet.obj.Rotate = page.turned
    matrix = " ".join(f"{value:.3f}" for value in _seen(embedded.orientation, width, height))
    sheet.obj.Contents = pdf.make_stream(f"q {matrix} cm /Scan Do Q\n".encode("ascii"))
    _add_layer(pdf, sheet, blocks, Transform(scale, 0, 0, 0, -scale, height), font)


def image_of(pdf: pikepdf.Pdf, embedded: Embedded) -> pikepdf.Object:
    """The image as an object of the PDF."""
    stream = pdf.make_stream(embedded.data, pikepdf.Object.parse(f"<< {embedded.entries} >>".encode("ascii")))
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height = embedded.width, embedded.height
    return stream


def resolution(page: Page) -> float:
    """Pixels an inch, such that the page has a size that a page can have."""
    long, short = max(page.width, page.height), min(page.width, page.height)
    dpi = page.dpi or 0.0
    if dpi <= 0 or (dpi <= _SCREEN_DPI and long / dpi > _POSTER):
        dpi = max(long / _LONG_SIDE, _SCREEN_DPI)
    return min(max(dpi, long * POINTS / _LARGEST), max(short * POINTS / _LEAST, long * POINTS / _LARGEST))


def _seen(orientation: int, width: float, height: float) -> tuple[float, ...]:
    """The matrix that lays an image on a page of that size as EXIF's orientation has it (Exif 2.32, tag 0x0112)."""
    return {
        2: (-width, 0, 0, height, width, 0),
        3: (-width, 0, 0, -height, width, height),
        4: (width, 0, 0, -height, 0, height),
        5: (0, -height, -width, 0, width, height),
        6: (0, -height, width, 0, 0, height),
        7: (0, height, width, 0, 0, 0),
        8: (0, height, -width, 0, width, 0),
    }.get(orientation, (width, 0, 0, height, 0, 0))


# PDFs


def opened(source: Source) -> pikepdf.Pdf:
    """The PDF that was read, mended where it is damaged. Raises `SourceDamaged`, `SourceEncrypted`."""
    try:
        return pikepdf.open(BytesIO(source.data), password=source.password)
    except pikepdf.PasswordError as error:
        raise SourceEncrypted(f"“{source.name}” asks for a password.", stage="format") from error
    except (
        pikepdf.PdfError,
        ValueError,
        RuntimeError,
        OSError,
        TypeError,
    ) as error:  # QPDF's, and its binding's
        raise SourceDamaged(f"“{source.name}” cannot be opened as a PDF.", stage="format") from error


def add_text(pdf: pikepdf.Pdf, document: Document, original: Original) -> bool:
    """Lay the text on the pages that do not have it yet; whether anything was changed."""
    done: set[tuple[int, int]] = set()
    found = []
    for page in document.pages:
        if page.problem or page.text_source == "pdf":
            continue
        sheet = _sheet(pdf, page)
        if sheet.obj.objgen not in done:  # a PDF may show one page twice
            done.add(sheet.obj.objgen)
            found.append((page, sheet, remove_old_text(pdf, sheet, page)))
    wanted = [(page, sheet, _missing(page, stripped)) for page, sheet, stripped in found]
    font = _Font(pdf, (blocks for _, _, blocks in wanted))
    changed = any(stripped.taken for _, _, stripped in found)
    for page, sheet, blocks in wanted:
        if blocks:
            changed |= _add_layer(pdf, sheet, snapped(blocks, original.image(page)), way_to(sheet, page), font)
        if page.turned:
            sheet.obj.Rotate = (turns(sheet) * 90 + page.turned) % 360
            changed = True
    return changed


def _sheet(pdf: pikepdf.Pdf, page: Page) -> pikepdf.Page:
    if not 1 <= page.number <= len(pdf.pages):
        raise OriginalMissing(f"The PDF has no page {page.number}.", hint=_GIVE_IT)
    return pdf.pages[page.number - 1]


def _missing(page: Page, stripped: Cleaned) -> tuple[Block, ...]:
    """What the page has to be given: all that was read, but not what its own visible text says already."""
    if page.text_source == "image" or (stripped.taken and not stripped.visible):
        return page.blocks
    blocks = (
        replace(block, lines=tuple(line for line in block.lines if line.engine != _NATIVE), cells=()) for block in page.blocks
    )
    return tuple(block for block in blocks if block.lines)


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether somebody signed it: there is a signature field with a value, or a signature that certifies the whole."""
    form = pdf.Root.get("/AcroForm", Dictionary())
    fields = list(form.get("/Fields", Array())) if isinstance(form, Dictionary) else []
    seen = 0
    while fields and seen < 100_000:
        entry, seen = fields.pop(), seen + 1
        if isinstance(entry, Dictionary):
            if entry.get("/FT") == Name.Sig and "/V" in entry:
                return True
            fields.extend(entry.get("/Kids", Array()))
    return "/DocMDP" in pdf.Root.get("/Perms", Dictionary())


# The text


class _Font:
    """The font of one PDF; it is added when a page needs it."""

    def __init__(self, pdf: pikepdf.Pdf, pages: Iterable[Iterable[Block]]) -> None:
        words = (word.text for blocks in pages for block in blocks for line in block.lines for word in line.words)
        self._pdf, self.letters = pdf, Glyphless.of(words)

    @cached_property
    def object(self) -> pikepdf.Object:
        """A composite font whose letters are numbered as the document needs them (ISO 32000-1, 9.7)."""
        file, name = true_type(), Name("/" + NAME)
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=[0, DESCENT, ADVANCE, ASCENT], ItalicAngle=0,
            Ascent=ASCENT, Descent=DESCENT, CapHeight=ASCENT, StemV=80, FontFile2=self._stream(file, Length1=len(file)),
        )  # fmt: skip
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, DW=ADVANCE, FontDescriptor=self._indirect(descriptor),
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            CIDToGIDMap=self._stream(self.letters.to_glyphs()),
        )  # fmt: skip
        font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"))
        font.DescendantFonts = Array([self._indirect(descendant)])
        font.ToUnicode = self._stream(self.letters.to_unicode())
        return self._indirect(font)

    def _stream(self, data: bytes, **entries: Any) -> pikepdf.Object:
        return self._pdf.make_stream(zlib.compress(data, 9), Filter=Name.FlateDecode, **entries)

    def _indirect(self, dictionary: Dictionary) -> pikepdf.Object:
        return self._pdf.make_indirect(dictionary)


def _add_layer(pdf: pikepdf.Pdf, sheet: pikepdf.Page, blocks: Iterable[Block], way: Transform, font: _Font) -> bool:
    """Write the blocks under what the page shows; whether there was anything to write.

    Under it, since a stream that comes first finds the graphics state as it should be, whatever the page's own do to it.
    """
    resources = own_resources(inherited(sheet, "/Resources"))
    fonts = resources.get("/Font", Dictionary())
    name = next(name for number in count() if f"/{(name := f'Uncial{number or str()}')}" not in fonts)
    content = text_layer(tuple(blocks), way, font.letters, name)
    if not content:
        return False
    fonts["/" + name] = font.object
    resources.Font = fonts
    sheet.obj.Resources = resources
    layer = pdf.make_stream(zlib.compress(content, 9), Filter=Name.FlateDecode)
    sheet.contents_add(layer, prepend=True)
    return True
