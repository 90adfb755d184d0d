"""PDF/A-2b: a searchable PDF that archives accept (ISO 19005-2:2011).

Images and scans fit as they are. A page of a PDF that breaks a rule, and cannot be mended, is drawn as an image under its text; a
document that breaks one is refused. docs/pdf-output.md lists every rule that is kept, and which are taken on trust.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, StreamDecodeLevel, String

import uncial
from uncial.errors import OutputError
from uncial.formats.embedding import Embedded, as_jpeg, embed, packed
from uncial.formats.pdf import add_text, image_of, is_signed, of_images, opened, stored
from uncial.formats.pdfa_rules import (
    HIDDEN,
    PRINT,
    annotations_of,
    everything,
    faults_of,
    filters,
    is_forbidden,
    is_plain_jpx,
    page_faults,
)
from uncial.formats.sheets import inherited, way_to
from uncial.formats.srgb import srgb_profile
from uncial.formats.xmp import packet

if TYPE_CHECKING:
    from uncial.document import Document, Page
    from uncial.options import Output
    from uncial.original import Original
    from uncial.raster import Image
    from uncial.sources import Source

_TOLD = "/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer"


def write(document: Document, original: Original, output: Output) -> bytes:
    """The PDF or the images that were read, with their text, as PDF/A-2b. Raises `OutputError` where that cannot be had."""
    name = original.source.name
    if original.source.media_type != "application/pdf":
        with of_images(document, original, embed=_fitting) as pdf:
            return _checked(_saved(pdf, PurePath(name).stem), name)
    with opened(original.source) as pdf:
        if is_signed(pdf):
            raise _refused(name, "it is signed, and any change would break its signatures")
        if any("/EF" in entry for entry in everything(pdf)):
            raise _refused(name, "it breaks the rule 6.8: files are attached to it")
        _mend(pdf)
        add_text(pdf, _drawn_where_needed(pdf, document, original), original)
        return _checked(_saved(pdf, str(pdf.docinfo.get("/Title", "")) or PurePath(name).stem), name)


def _refused(name: str, why: str) -> OutputError:
    return OutputError(f"“{name}” cannot become PDF/A-2b: {why}.", hint="Write it as pdf, which leaves all of that as it is.")


def _fitting(source: Source, page: int, size: tuple[int, int], pixels: Callable[[], Image]) -> Embedded:
    """The image as PDF/A takes it: CMYK would need a profile of its own (6.2.4.3), and not every JPEG 2000 will do (6.2.8.3)."""
    embedded = embed(source, page, size, pixels)
    fits = "/DeviceCMYK" not in embedded.entries and ("/JPX" not in embedded.entries or is_plain_jpx(embedded.data))
    return embedded if fits else as_jpeg(pixels())


# The whole


def _saved(pdf: pikepdf.Pdf, title: str) -> bytes:
    told = {key: str(pdf.docinfo[key]) for key in _TOLD if key in pdf.docinfo}
    told = {"/Producer": f"Uncial {uncial.__version__}", **told, "/Title": title}
    xmp, entries = packet(told)
    _drop(pdf.trailer, "/Info")  # what it says, and more, stands in the XMP
    for key, value in entries.items():
        pdf.docinfo[key] = String(value)
    pdf.Root.Metadata = pdf.make_stream(xmp, Type=Name.Metadata, Subtype=Name.XML)
    profile = pdf.make_stream(zlib.compress(srgb_profile(), 9), N=3, Filter=Name.FlateDecode)
    intent = Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
        Info=String("sRGB IEC61966-2.1"), DestOutputProfile=profile,
    )  # fmt: skip
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    how = {"encryption": False, "stream_decode_level": StreamDecodeLevel.none, "deterministic_id": True}
    return stored(pdf, force_version="1.7", fix_metadata_version=False, **how)


def _checked(data: bytes, name: str) -> bytes:
    """The same file, now that every rule was looked at once more. Raises `OutputError` where one is broken."""
    try:
        faults = list(faults_of(data))
    except pikepdf.PdfError as error:
        raise _refused(name, "its objects are damaged beyond repair") from error
    if faults:
        raise _refused(name, f"it breaks the rule {faults[0]}")
    return data


def _mend(pdf: pikepdf.Pdf) -> None:
    """Change what PDF/A does not take and nobody sees: programs, other packings, hints to readers."""
    root = pdf.Root
    for key in ("/AA", "/Requirements", "/Perms", "/Version", "/Extensions"):
        _drop(root, key)
    for key in ("/JavaScript", "/AlternatePresentations"):
        _drop(root.get("/Names"), key)
    for key in ("/XFA", "/NeedAppearances"):
        _drop(root.get("/AcroForm"), key)
    if isinstance(root.get("/OCProperties"), Dictionary):
        _mend_layers(root.OCProperties)
    for entry in everything(pdf):
        for key in ("/A", "/OpenAction", "/Next"):
            if key in entry and is_forbidden(entry[key]):
                del entry[key]
        if entry.get("/Interpolate") is True:
            entry.Interpolate = False
        for key in ("/AA", "/CIDSet", "/PresSteps", "/Thumb", "/Metadata"):
            _drop(entry, key)
        if isinstance(entry, Stream) and {"/LZWDecode", "/LZW"} & set(filters(entry)):
            entry.write(entry.read_bytes())
    for sheet in pdf.pages:
        if "/Resources" not in sheet.obj and (resources := inherited(sheet, "/Resources")) is not None:
            sheet.obj.Resources = resources
        _mend_annotations(sheet)


def _drop(owner: Any, key: str) -> None:
    if isinstance(owner, (Dictionary, Stream)) and key in owner:
        del owner[key]


def _mend_layers(layers: Any) -> None:
    """Optional content has one configuration, with a name, without automation and with no order of its own (6.9)."""
    _drop(layers, "/Configs")
    if not isinstance(layers.get("/D"), Dictionary):
        layers.D = Dictionary()
    layers.D.Name = String("Default")
    for key in ("/AS", "/Order"):
        _drop(layers.D, key)


def _mend_annotations(sheet: pikepdf.Page) -> None:
    for annotation in annotations_of(sheet):
        if annotation.get("/Subtype") != Name.Popup:
            annotation.F = (int(annotation.get("/F", 0)) | PRINT) & ~(HIDDEN if annotation.get("/Subtype") == Name.Link else 0)


# Pages


def _drawn_where_needed(pdf: pikepdf.Pdf, document: Document, original: Original) -> Document:
    """Draw each page that breaks a rule as an image; the document as it is then to be written on them."""
    read = {page.number: page for page in document.pages if not page.problem}
    for number, sheet in enumerate(pdf.pages, start=1):
        fault = next(page_faults(sheet), None)
        if fault and number not in read:
            raise _refused(original.source.name, f"page {number}, which was not read, breaks the rule {fault}")
        if fault:
            _draw(pdf, sheet, read[number], original)
            read[number] = replace(read[number], text_source="image")
    return replace(document, pages=tuple(read.get(page.number, page) for page in document.pages))


def _draw(pdf: pikepdf.Pdf, sheet: pikepdf.Page, page: Page, original: Original) -> None:
    """Put an image of the page in the place of its content; of its annotations only the links stay."""
    image = original.image(page)
    exact, close = packed(image), as_jpeg(image)
    scan = image_of(pdf, close if len(close.data) < len(exact.data) / 2 else exact)
    way = way_to(sheet, page)
    matrix = way.a * page.width, way.d * page.width, -way.b * page.height, -way.e * page.height
    corner = way.b * page.height + way.c, way.e * page.height + way.f
    told = " ".join(f"{value:.3f}" for value in (*matrix, *corner))
    sheet.obj.Resources = Dictionary(XObject=Dictionary(Scan=scan))
    sheet.obj.Contents = pdf.make_stream(f"q {told} cm /Scan Do Q\n".encode("ascii"))
    _drop(sheet.obj, "/Group")
    links = [each for each in annotations_of(sheet) if each.get("/Subtype") == Name.Link]
    for link in links:
        _drop(link, "/AP")
    sheet.obj.Annots = Array(links)
