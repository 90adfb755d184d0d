"""The rules of PDF/A-2b that objects of a PDF can break, each told with its clause of ISO 19005-2:2011.

docs/pdf-output.md lists them all, and which are taken on trust. What content streams can break is in `pdfa_content`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from uncial.formats.pdfa_content import INTENTS, survey
from uncial.formats.sheets import inherited, visible_box

PRINT = 4
HIDDEN = 1 | 2 | 32 | 256  # Invisible, Hidden, NoView, ToggleNoView
_ACTIONS = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView",
    "/JavaScript", "/SetState", "/NOP", "/SubmitForm",
}  # fmt: skip
_NAMED = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
_ANNOTATIONS = {
    "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline",
    "/Squiggly", "/StrikeOut",
    "/Stamp", "/Caret", "/Ink", "/Popup", "/Widget", "/PrinterMark", "/TrapNet", "/Watermark", "/Redact",
}  # fmt: skip
_BLENDS = set(
    "/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight /SoftLight /Difference"
    " /Exclusion /Hue /Saturation /Color /Luminosity".split()
)
_SYMBOLIC = 4
_LONGEST_STRING, _LONGEST_NAME, _LARGEST_SIDE, _LEAST_SIDE = 32767, 127, 14400, 3
_DEEPEST = 12
_PLAIN_COLOURS = b"\0\0\0\x10", b"\0\0\0\x11", b"\0\0\0\x12"
"""sRGB, grey and sYCC, as JPEG 2000 numbers them (ISO 15444-1, I.5.3.3, EnumCS)."""


def faults_of(data: bytes) -> Iterator[str]:
    """The rules of PDF/A-2b that this file breaks, of those that are checked, each with its clause of ISO 19005-2."""
    with pikepdf.open(BytesIO(data)) as pdf:
        if pdf.is_encrypted:
            yield "6.1.3: it is encrypted"
        if "/ID" not in pdf.trailer:
            yield "6.1.3: it has no identifier"
        yield from _document_faults(pdf)
        for sheet in pdf.pages:
            yield from page_faults(sheet)


def _document_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    metadata = root.get("/Metadata")
    if not isinstance(metadata, Stream) or b'pdfaid:part="2"' not in metadata.read_raw_bytes():
        yield "6.6.4: its metadata do not say that it is PDF/A-2"
    if not any(intent.get("/S") == Name.GTS_PDFA1 for intent in root.get("/OutputIntents", Array())):
        yield "6.2.3: it has no output intent"
    names, form = root.get("/Names", Dictionary()), root.get("/AcroForm", Dictionary())
    for owner, key, rule in (
        (root, "/AA", "6.5.2: it does things by itself"),
        (names, "/JavaScript", "6.5.1: it has programs"),
        (names, "/EmbeddedFiles", "6.8: files are attached to it"),
        (names, "/AlternatePresentations", "6.10: it has presentations"),
        (root, "/Requirements", "6.11: it has requirements"),
        (form, "/NeedAppearances", "6.4.1: its forms have no look of their own"),
        (form, "/XFA", "6.4.2: it has XFA forms"),
        (root, "/Perms", "6.1.12: it has permissions"),
    ):
        if key in owner:
            yield rule
    for entry in everything(pdf):
        yield from _object_faults(entry)


def _object_faults(entry: Any) -> Iterator[str]:
    """The rules for each dictionary or stream, wherever it stands."""
    if isinstance(entry, Stream):
        if any(key in entry for key in ("/F", "/FFilter", "/FDecodeParms")):
            yield "6.1.7.1: a stream lies in another file"
        if {"/LZWDecode", "/LZW", "/Crypt"} & set(filters(entry)):
            yield "6.1.7.2: a stream is packed by a way that is not allowed"
    for key, value in entry.items():
        if len(key) > _LONGEST_NAME + 1 or (isinstance(value, String) and len(bytes(value)) > _LONGEST_STRING):
            yield "6.1.13: a name or a text is too long"
        if key in ("/A", "/OpenAction", "/Next") and is_forbidden(value):
            yield "6.5.1: it has actions that are not allowed"
    if "/EF" in entry:
        yield "6.8: files are attached to it"


def filters(stream: Any) -> list[str]:
    """The ways in which a stream is packed."""
    found = stream.get("/Filter", Array())
    return [str(found)] if isinstance(found, Name) else [str(each) for each in found]


def is_forbidden(action: Any) -> bool:
    """Whether it is an action that PDF/A does not allow (6.5.1)."""
    if not isinstance(action, Dictionary):
        return False
    kind = str(action.get("/S", ""))
    return kind in _ACTIONS or (kind == "/Named" and str(action.get("/N", "")) not in _NAMED)


def everything(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, those within others too."""
    for entry in pdf.objects:
        yield from _within(entry)


def _within(entry: Any, depth: int = 0) -> Iterator[Any]:
    if isinstance(entry, (Dictionary, Stream)):
        yield entry
        parts: Iterable[Any] = [value for _, value in entry.items()]
    elif isinstance(entry, Array):
        parts = list(entry)
    else:
        return
    if depth < 64:
        for part in parts:
            if isinstance(part, Object) and not part.is_indirect:
                yield from _within(part, depth + 1)


# Pages


def annotations_of(sheet: pikepdf.Page) -> list[Any]:
    """What is laid on a page: links, notes, fields of forms."""
    found = sheet.obj.get("/Annots", Array())
    return [each for each in found if isinstance(each, Dictionary)] if isinstance(found, Array) else []


def page_faults(sheet: pikepdf.Page) -> Iterator[str]:
    """The rules that a page breaks, each with its clause; none where it may stay as it is."""
    box = visible_box(sheet)
    if not _LEAST_SIDE <= min(box.width, box.height) <= max(box.width, box.height) <= _LARGEST_SIDE:
        yield "6.1.13: a page is too large or too small"
    resources = inherited(sheet, "/Resources")
    seen: set[tuple[int, int]] = set()
    try:
        yield from _content_faults(sheet, resources, 0, 0, seen)
        yield from _resource_faults(sheet.obj.get("/Group"), "", seen)
        for annotation in annotations_of(sheet):
            yield from _annotation_faults(annotation, seen)
    except (pikepdf.PdfError, TypeError, ValueError, AttributeError, KeyError) as error:
        yield f"6.2.2: the content of a page cannot be understood ({type(error).__name__})"


def _annotation_faults(annotation: Any, seen: set[tuple[int, int]]) -> Iterator[str]:
    kind = str(annotation.get("/Subtype", ""))
    if kind not in _ANNOTATIONS:
        yield f"6.3.1: there are annotations of the kind {kind[1:]}"
    if kind == "/Popup":
        return
    flags = int(annotation.get("/F", 0))
    if not flags & PRINT or flags & HIDDEN:
        yield "6.3.2: there are hidden annotations"
    looks = annotation.get("/AP")
    if not isinstance(looks, Dictionary):
        if kind != "/Link":
            yield "6.3.3: there are annotations without a look of their own"
        return
    if set(looks.keys()) != {"/N"}:
        yield "6.3.3: there are annotations with several looks"
    normal = looks.N
    for look in [normal] if isinstance(normal, Stream) else [each for _, each in normal.items()]:
        yield from _content_faults(look, look.get("/Resources"), 0, 1, seen)


def _content_faults(content: Any, resources: Any, mode: int, depth: int, seen: set[tuple[int, int]]) -> Iterator[str]:
    """The rules that a content stream breaks, with all that it draws."""
    if depth > _DEEPEST:
        yield "6.1.13: forms are nested too deep"
        return
    instructions = ((each.operands, str(each.operator)) for each in pikepdf.parse_content_stream(content))
    found = survey(instructions, mode)  # type: ignore[arg-type]
    yield from found.faults
    if not isinstance(resources, Dictionary):
        if found.fonts or found.drawn:
            yield "6.2.2: content without resources of its own"
        return
    fonts = resources.get("/Font", Dictionary())
    for name in found.fonts:
        yield from _font_faults(fonts.get(name) if name else None, resources, depth, seen)
    for kind, part in resources.items():
        if kind != "/Font":
            yield from _resource_faults(part, kind, seen)
    for name, form in resources.get("/XObject", Dictionary()).items():
        if name in found.drawn and form.get("/Subtype") == Name.Form:
            yield from _content_faults(form, form.get("/Resources"), found.drawn[name], depth + 1, seen)
    for _, pattern in resources.get("/Pattern", Dictionary()).items():
        if isinstance(pattern, Stream):
            yield from _content_faults(pattern, pattern.get("/Resources"), 0, depth + 1, seen)


def _resource_faults(value: Any, key: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    """The rules for images, colours and graphics states, whatever they stand in."""
    if isinstance(value, Object) and value.is_indirect:
        if value.objgen in seen:
            return
        seen.add(value.objgen)
    if isinstance(value, Name) and value == Name.DeviceCMYK:
        yield "6.2.4.3: CMYK colours without a profile"
    if isinstance(value, (Dictionary, Stream)):
        yield from _image_or_form_faults(value)
        yield from _state_faults(value)
        for inner, part in value.items():
            if inner not in ("/Parent", "/P", "/Font", "/Resources", "/Metadata"):
                yield from _resource_faults(part, inner, seen)
    elif isinstance(value, Array):
        for part in value:
            yield from _resource_faults(part, key, seen)


def _image_or_form_faults(value: Any) -> Iterator[str]:
    if any(key in value for key in ("/OPI", "/Alternates", "/Ref")) or "/PS" in (value.get("/Subtype"), value.get("/Subtype2")):
        yield "6.2.8: images or forms refer to others"
    if value.get("/Subtype") == Name.Image:
        if value.get("/Interpolate") is True:
            yield "6.2.8.1: images are to be smoothed"
        if str(value.get("/Intent", "/Perceptual")) not in INTENTS:
            yield "6.2.6: an unknown rendering intent"
        if "/JPXDecode" in filters(value) and not is_plain_jpx(value.read_raw_bytes()):
            yield "6.2.8.3: JPEG 2000 of a kind that is not looked into"


def is_plain_jpx(data: bytes) -> bool:
    """Whether it is as we embed it: grey or colour of eight bits, told once in the file, as sRGB, grey or sYCC."""
    at = data.find(b"colr")
    return data.count(b"colr") == 1 and data[at + 4] == 1 and data[at + 7 : at + 11] in _PLAIN_COLOURS


def _state_faults(state: Any) -> Iterator[str]:
    if state.get("/Type") != Name.ExtGState and not {"/TR", "/TR2", "/HTP", "/BM"} & set(state.keys()):
        return
    if state.get("/Type") == Name.Mask or state.get("/S") in (Name.Alpha, Name.Luminosity):
        return  # a soft mask may have a function of that name
    if "/TR" in state or "/HTP" in state or state.get("/TR2", Name.Default) != Name.Default:
        yield "6.2.5: tones are transferred"
    blend = state.get("/BM", Name.Normal)
    if not {str(each) for each in (blend if isinstance(blend, Array) else [blend])} <= _BLENDS:
        yield "6.2.10: an unknown blend mode"


def _font_faults(font: Any, resources: Any, depth: int, seen: set[tuple[int, int]]) -> Iterator[str]:
    kind = str(font.get("/Subtype", "")) if isinstance(font, Dictionary) else ""
    if kind == "/Type3":
        for _, glyph in font.get("/CharProcs", Dictionary()).items():
            yield from _content_faults(glyph, font.get("/Resources", resources), 0, depth + 1, seen)
    elif kind == "/Type0":
        yield from _composite_font_faults(font)
    elif not kind or not _is_embedded(font):
        yield "6.2.11.4: a font is not in the file"
    elif not all(key in font for key in ("/FirstChar", "/LastChar", "/Widths")):
        yield "6.2.11.5: a font has no widths"
    elif kind == "/TrueType":
        yield from _true_type_faults(font)


def _composite_font_faults(font: Any) -> Iterator[str]:
    descendant = font.DescendantFonts[0]
    if not _is_embedded(descendant):
        yield "6.2.11.4: a font is not in the file"
    if font.get("/Encoding") not in (Name("/Identity-H"), Name("/Identity-V")):
        yield "6.2.11.3: a font has letters in an order that is not looked into"
    if descendant.get("/Subtype") == Name.CIDFontType2 and "/CIDToGIDMap" not in descendant:
        yield "6.2.11.3: a font does not say which glyphs are its letters"


def _is_embedded(font: Any) -> bool:
    descriptor = font.get("/FontDescriptor", Dictionary())
    return any(isinstance(descriptor.get(key), Stream) for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _true_type_faults(font: Any) -> Iterator[str]:
    encoding = font.get("/Encoding")
    base = encoding.get("/BaseEncoding") if isinstance(encoding, Dictionary) else encoding
    symbolic = int(font.FontDescriptor.get("/Flags", 0)) & _SYMBOLIC
    if symbolic and encoding is not None:
        yield "6.2.11.6: a font of symbols has an encoding"
    if not symbolic and base not in (Name.WinAnsiEncoding, Name.MacRomanEncoding):
        yield "6.2.11.6: a font has no encoding that is known"
