"""PDFs that tests make: text in a font of their own, hidden or lying text, scans, turned and cut pages, passwords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO

import pikepdf
from PIL import Image, ImageDraw, ImageFont

LETTER = (612, 792)
TITLE = "Grace be unto you and peace"
PROSE = (
    "The people of this village keep their boats",
    "upon the beach through the whole of winter,",
    "and nobody has ever lost a plank of them.",
)


@cache
def font_file() -> bytes:
    """A TrueType font, the one that Pillow brings along."""
    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, BytesIO)
    return font.path.getvalue()


def width_of(text: str, size: float = 12) -> float:
    """How wide it is set, in points."""
    return ImageFont.truetype(BytesIO(font_file()), 1000).getlength(text) * size / 1000


@dataclass(frozen=True)
class Text:
    """A line of text on a page of a PDF, in points from its lower left corner."""

    text: str
    x: float = 72
    y: float = 720
    size: float = 12
    mode: int = 0
    """ISO 32000-1, 9.3.6: 0 is filled, 3 is invisible."""
    gray: float = 0.0
    embedded: bool = True
    angle: int = 0
    """Quarter turns anticlockwise, in degrees."""

    def operators(self) -> str:
        """The content of the page that draws it."""
        cosine, sine = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[self.angle % 360]
        shown = self.text.encode("latin-1").hex()
        matrix = f"{cosine} {sine} {-sine} {cosine} {self.x} {self.y} Tm"
        name = "F1" if self.embedded else "F2"
        return f"BT {self.gray} g /{name} {self.size} Tf {self.mode} Tr {matrix} <{shown}> Tj ET"


@dataclass(frozen=True)
class Sheet:
    """A page: its text, the image behind it, and how it is shown."""

    texts: Sequence[Text] = ()
    image: Image.Image | None = None
    place: tuple[float, float, float, float] | None = None
    """Left, bottom, width and height of the image in points; without, it fills the page."""
    rotate: int = 0
    crop: tuple[float, float, float, float] | None = None
    size: tuple[float, float] = LETTER
    drawing: str = ""
    """More operators."""


@dataclass(frozen=True)
class Lie:
    """What the PDF says that codes of its font mean: a code that is not named here means itself."""

    letters: Mapping[str, str] = field(default_factory=dict)

    def to_unicode(self) -> bytes:
        """The CMap (ISO 32000-1, 9.10.3)."""
        rows = [f"<{code:02X}> <{ord(self.letters.get(chr(code), chr(code))):04X}>" for code in range(32, 127)]
        head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def"
        body = f"1 begincodespacerange <00> <FF> endcodespacerange {len(rows)} beginbfchar {' '.join(rows)} endbfchar"
        return f"{head} {body} endcmap end end".encode()


def pdf(*sheets: Sheet, lie: Lie | None = None, password: str = "") -> bytes:
    """The PDF that has these pages."""
    document = pikepdf.new()
    fonts = pikepdf.Dictionary(F1=_embedded(document, lie), F2=_standard())
    for sheet in sheets:
        page = document.add_blank_page(page_size=sheet.size)
        page.Resources = pikepdf.Dictionary(Font=fonts)
        content = [sheet.drawing, *(text.operators() for text in sheet.texts)]
        if sheet.image:
            page.Resources.XObject = pikepdf.Dictionary(Im=_image(document, sheet.image))
            left, bottom, width, height = sheet.place or (0, 0, *sheet.size)
            content.insert(0, f"q {width} 0 0 {height} {left} {bottom} cm /Im Do Q")
        page.Contents = document.make_stream("\n".join(content).encode())
        if sheet.rotate:
            page.Rotate = sheet.rotate
        if sheet.crop:
            page.CropBox = pikepdf.Array(sheet.crop)
    out = BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="owner", user=password) if password else False)
    return out.getvalue()


def picture(*lines: str, size: tuple[int, int] = (1275, 1650), height: int = 36, top: int = 150) -> Image.Image:
    """A page image (150 dpi of US Letter) with these lines."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((150, top + 2 * height * number), line, fill=0, font=ImageFont.load_default(height))
    return image


def _standard() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)


def _embedded(document: pikepdf.Pdf, lie: Lie | None) -> pikepdf.Dictionary:
    font = ImageFont.truetype(BytesIO(font_file()), 1000)
    widths = [round(font.getlength(chr(code))) for code in range(32, 127)]
    file = document.make_stream(font_file())
    file.Length1 = len(font_file())
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name("/ABCDEF+Own"), Flags=32, FontBBox=[-100, -250, 1100, 1000],
        ItalicAngle=0, Ascent=950, Descent=-250, CapHeight=700, StemV=80, FontFile2=file,
    )  # fmt: skip
    made = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, BaseFont=pikepdf.Name("/ABCDEF+Own"), FirstChar=32, LastChar=126,
        Widths=widths, Encoding=pikepdf.Name.WinAnsiEncoding, FontDescriptor=document.make_indirect(descriptor),
    )  # fmt: skip
    if lie:
        made.ToUnicode = document.make_stream(lie.to_unicode())
    return document.make_indirect(made)


def _image(document: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    data = BytesIO()
    image.convert("L").save(data, "JPEG", quality=90)
    return pikepdf.Stream(
        document, data.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=image.width, Height=image.height,
        ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
