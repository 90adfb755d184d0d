import io
import re
import zlib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pikepdf
import pypdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms

import fakes
import pdfs
import uncial
from pictures import encoded, scene
from uncial.document import Block, Page
from uncial.errors import OutputError, UncialError
from uncial.formats.pdfa_rules import faults_of
from uncial.formats.srgb import srgb_profile
from uncial.formats.xmp import packet

ALWAYS = {"6.6.4", "6.2.3"}  # what no PDF has that is not PDF/A


def changed(change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """A PDF that could be PDF/A, with one page in an embedded font, and then a change."""
    pdf = pikepdf.open(io.BytesIO(pdfs.pdf(pdfs.Sheet([pdfs.Text(pdfs.TITLE)]))))
    del pdf.pages[0].Resources.Font["/F2"]
    change(pdf)
    file = io.BytesIO()
    pdf.save(file, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return file.getvalue()


def add(content: bytes) -> Callable[[pikepdf.Pdf], object]:
    return lambda pdf: pdf.pages[0].contents_add(content)


def state(**entries: Any) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, **entries))

    return change


def image(data: bytes = bytes(3), **entries: Any) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        told = {"Subtype": Name.Image, "Width": 1, "Height": 1, "ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8, **entries}
        pdf.pages[0].Resources.XObject = Dictionary(I=pdf.make_stream(data, **told))
        pdf.pages[0].contents_add(b"/I Do")

    return change


def annotation(**entries: Any) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        made = Dictionary(Type=Name.Annot, Rect=[10, 10, 50, 50], **entries)
        pdf.pages[0].Annots = Array([pdf.make_indirect(made)])

    return change


def root(**entries: Any) -> Callable[[pikepdf.Pdf], object]:
    return lambda pdf: [pdf.Root.__setitem__(f"/{key}", value) for key, value in entries.items()]


def form(body: bytes, **entries: Any) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        made = pdf.make_stream(body, Subtype=Name.Form, BBox=[0, 0, 9, 9], **entries)
        pdf.pages[0].Resources.XObject = Dictionary(X=made)
        pdf.pages[0].contents_add(b"/X Do")

    return change


def font(**entries: Any) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            if value is None:
                del pdf.pages[0].Resources.Font.F1[f"/{key}"]
            else:
                pdf.pages[0].Resources.Font.F1[f"/{key}"] = value

    return change


def attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"attached"


def sign(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=[pdf.make_indirect(Dictionary(FT=Name.Sig, V=Dictionary(Type=Name.Sig)))])


def lzw(pdf: pikepdf.Pdf) -> None:
    packed = bytes.fromhex("800B6050220C0C8501")  # ISO 32000-1, 7.4.4.2, example 2
    pdf.Root.Extra = pdf.make_stream(packed, Filter=Name.LZWDecode)


SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
LAYERS = Dictionary(OCGs=[], D=Dictionary(Order=[], AS=[]), Configs=[])

MENDED = {
    "6.1.7.2": lzw, "6.5.1": root(OpenAction=SCRIPT), "6.5.1 names": root(Names=Dictionary(JavaScript=Dictionary(Names=[]))),
    "6.5.2": root(AA=Dictionary(WC=SCRIPT)), "6.4.2": root(AcroForm=Dictionary(Fields=[], XFA=String("x"))),
    "6.4.1": root(AcroForm=Dictionary(Fields=[], NeedAppearances=True)), "6.11": root(Requirements=[]),
    "6.1.12": root(Perms=Dictionary(UR3=Dictionary())), "6.10": root(Names=Dictionary(AlternatePresentations=Dictionary())),
    "6.2.8.1": image(Interpolate=True), "6.3.2": annotation(Subtype=Name.Link),
    "6.5.1 launch": annotation(Subtype=Name.Link, F=4, A=Dictionary(S=Name.Launch, F=String("a.exe"))),
}  # fmt: skip
DRAWN = {
    "6.2.11.4": font(FontDescriptor=Dictionary(Flags=32)), "6.2.11.5": font(Widths=None), "6.2.11.6": font(Encoding=None),
    "6.2.2": add(b"1 2 bogus"), "6.1.13": add(b"q " * 30 + b"Q " * 30), "6.2.4.3": add(b"0 0 0 1 k"), "6.2.6": add(b"/Odd ri"),
    "6.2.4.3 image": image(bytes(4), ColorSpace=Name.DeviceCMYK), "6.2.4.3 in a form": form(b"1 0 0 0 K", Resources=Dictionary()),
    "6.2.5": state(TR=Name.Identity), "6.2.10": state(BM=Name.Odd), "6.2.8": image(Alternates=[]),
    "6.2.8.3": image(b"no JPEG 2000", Filter=Name.JPXDecode), "6.2.2 form": form(b"/F1 9 Tf (x) Tj"),
    "6.1.10": add(b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"), "6.3.3": annotation(Subtype=Name.Square, F=4),
    "6.3.1": annotation(Subtype=Name.Movie, F=4),
}  # fmt: skip
REFUSED = {
    "6.8": attach,
    "6.8 note": annotation(Subtype=Name.FileAttachment, F=4, FS=Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary())),
}


def read(**more: Any) -> uncial.Document:
    line = fakes.line(pdfs.TITLE, 150, 100)
    return fakes.document(Page(1, 1275, 1650, dpi=150.0, blocks=(Block((line,), line.quad),), **more))


def clauses(data: bytes) -> set[str]:
    return {fault.split(":")[0] for fault in faults_of(data)}


def is_drawn(data: bytes) -> bool:
    pdf = pikepdf.open(io.BytesIO(data))
    return "/Scan" in pdf.pages[0].obj.Resources.get("/XObject", Dictionary())


def test_a_page_that_keeps_the_rules_stays_as_it_is():
    source = changed(lambda pdf: None)
    assert clauses(source) == ALWAYS
    data = uncial.write(read(text_source="pdf"), "pdfa", source)
    assert clauses(data) == set()
    assert not is_drawn(data)
    assert pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split() == pdfs.TITLE.split()


@pytest.mark.parametrize("rule", MENDED)
def test_what_nobody_sees_is_mended(rule):
    source = changed(MENDED[rule])
    assert clauses(source) == ALWAYS | {rule.split()[0]}
    data = uncial.write(read(text_source="pdf"), "pdfa", source)
    assert clauses(data) == set()
    assert not is_drawn(data)


@pytest.mark.parametrize("rule", DRAWN)
def test_pages_that_break_a_rule_are_drawn_under_their_text(rule):
    source = changed(DRAWN[rule])
    assert rule.split()[0] in clauses(source) - ALWAYS
    data = uncial.write(read(text_source="pdf"), "pdfa", source)
    assert clauses(data) == set()
    assert is_drawn(data)
    assert pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split() == pdfs.TITLE.split()
    before, after = (pypdfium2.PdfDocument(each)[0].render(scale=1).to_numpy().astype(int) for each in (source, data))
    assert np.abs(before - after).mean() < 2


def test_drawn_pages_that_are_turned_and_cropped_look_as_before():
    sheet = pdfs.Sheet([pdfs.Text(pdfs.TITLE, embedded=False)], rotate=90, crop=(30, 200, 500, 780))
    source = pdfs.pdf(sheet)
    line = fakes.line(pdfs.TITLE, 50, 50)
    turned = fakes.document(Page(1, 1209, 980, dpi=150.0, blocks=(Block((line,), line.quad),), text_source="pdf"))
    data = uncial.write(turned, "pdfa", source)
    assert is_drawn(data)
    before, after = (pypdfium2.PdfDocument(each)[0].render(scale=1).to_numpy().astype(int) for each in (source, data))
    assert np.abs(before - after).mean() < 2


@pytest.mark.parametrize("rule", REFUSED)
def test_what_would_be_lost_is_refused(rule):
    source = changed(REFUSED[rule])
    assert rule.split()[0] in clauses(source)
    with pytest.raises(OutputError, match=re.escape(rule.split()[0])):
        uncial.write(read(text_source="pdf"), "pdfa", source)


def test_signed_documents_are_refused():
    with pytest.raises(OutputError, match="signed"):
        uncial.write(read(), "pdfa", changed(sign))


def test_pages_that_break_a_rule_and_were_not_read_are_refused():
    source = pdfs.pdf(pdfs.Sheet([pdfs.Text("one")]), pdfs.Sheet([pdfs.Text("two", embedded=False)]))
    with pytest.raises(OutputError, match="page 2"):
        uncial.write(read(text_source="pdf"), "pdfa", source)


def test_invisible_text_may_be_in_any_font():
    assert not is_drawn(
        uncial.write(read(text_source="pdf"), "pdfa", pdfs.pdf(pdfs.Sheet([pdfs.Text("x", mode=3, embedded=False)])))
    )


def test_encryption_goes():
    data = uncial.write(read(text_source="pdf"), "pdfa", pdfs.pdf(pdfs.Sheet([pdfs.Text("x")]), password="open"), password="open")
    assert clauses(data) == set()
    assert not pikepdf.open(io.BytesIO(data)).is_encrypted


def test_what_is_encrypted_is_no_archive():
    locked = io.BytesIO()
    pikepdf.open(io.BytesIO(changed(lambda pdf: None))).save(locked, encryption=pikepdf.Encryption(owner="o", user=""))
    assert "6.1.3" in clauses(locked.getvalue())


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "P"), ("TIFF", "1"), ("JPEG2000", "RGB"), ("WEBP", "RGB"), ("PNG", "RGBA")],
)
def test_images_become_archives(form, mode):
    file = encoded(scene(400, 300).convert(mode), form)
    line = fakes.line("some words", 50, 50)
    data = uncial.write(fakes.document(Page(1, 400, 300, dpi=100.0, blocks=(Block((line,), line.quad),))), "pdfa", file)
    assert clauses(data) == set()
    assert pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text().split() == ["some", "words"]
    shown = Image.open(io.BytesIO(file)).convert("RGB")
    drawn = pypdfium2.PdfDocument(data)[0].render(scale=100 / 72).to_numpy()[..., ::-1]
    assert np.abs(drawn.astype(int) - np.asarray(shown)).mean() < 6


def test_metadata_say_the_same_twice_and_are_not_packed(tmp_path):
    file = tmp_path / "Fish & chips <1>.png"
    file.write_bytes(encoded(scene(400, 300), "PNG"))
    data = uncial.write(fakes.document(Page(1, 400, 300, dpi=100.0)), "pdfa", file)
    pdf = pikepdf.open(io.BytesIO(data))
    assert "/Filter" not in pdf.Root.Metadata
    with pdf.open_metadata() as told:
        assert told.pdfa_status == "2B"
        assert told["dc:title"] == str(pdf.docinfo["/Title"]) == "Fish & chips <1>"
        assert told["pdf:Producer"] == str(pdf.docinfo["/Producer"])
    assert data.startswith(b"%PDF-1.7\n%")
    assert min(data[10:14]) > 127
    assert "/ID" in pdf.trailer


def test_metadata_of_hostile_documents_are_still_xml():
    data, told = packet({"/Title": "a\x00]]>&\ud800\ufffe\tb", "/Author": "", "/Keywords": "<x>"})
    ET.fromstring(data)
    assert told == {"/Title": "a]]>& b", "/Keywords": "<x>"}


def test_the_colour_profile_is_that_of_screens():
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))
    same = ImageCms.profileToProfile(picture, ours, ImageCms.createProfile("sRGB"))
    assert same is not None
    assert np.abs(np.asarray(same).astype(int) - np.asarray(picture)).max() <= 1
    pdf = pikepdf.open(io.BytesIO(uncial.write(fakes.document(Page(1, 9, 9, dpi=100.0)), "pdfa", encoded(scene(9, 9), "PNG"))))
    assert zlib.decompress(pdf.Root.OutputIntents[0].DestOutputProfile.read_raw_bytes()) == srgb_profile()


def test_faults_are_errors_that_tell_what_to_do():
    with pytest.raises(UncialError) as refused:
        uncial.write(read(), "pdfa", changed(attach))
    assert "pdf" in refused.value.hint
