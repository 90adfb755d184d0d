import io
import re
import shutil
import subprocess
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pikepdf
import pypdf
import pypdfium2
import pytest
from pdfminer.high_level import extract_text
from PIL import Image, ImageDraw, ImageOps

import fakes
import uncial
from pictures import encoded, scene, tiff
from uncial.document import Block, Document, Line, Page, Word
from uncial.errors import OriginalMissing, OutputError, SourceEncrypted
from uncial.formats.fax import group4
from uncial.formats.snap import snapped
from uncial.geometry import Box, Quad, Transform

pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler's pdftotext is not installed")


def poppler(data: bytes, *flags: str) -> str:
    return subprocess.run(["pdftotext", *flags, "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def places(data: bytes) -> list[tuple[str, Box]]:
    found = re.findall(
        r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', poppler(data, "-bbox", "-cropbox")
    )
    return [(text, Box(*map(float, box))) for *box, text in found]


def by_pypdf(data: bytes) -> list[str]:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split()


def by_pdfium(data: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(data)
    return " ".join(page.get_textpage().get_text_range() for page in pages).split()


def by_pdfminer(data: bytes) -> list[str]:
    return extract_text(io.BytesIO(data)).split()


READERS = [
    by_pypdf, by_pdfminer, by_pdfium,
    pytest.param(lambda data: poppler(data).split(), marks=pdftotext, id="poppler"),
    pytest.param(lambda data: poppler(data, "-raw").split(), marks=pdftotext, id="poppler-raw"),
]  # fmt: skip


def line(words: list[str], way: Transform, height: float = 40, letter: float = 22, gap: float = 20) -> Line:
    made, at = [], 0.0
    for text in words:
        made.append(Word(text, way.quad(Quad.of_box(Box(at, 0, at + letter * len(text), height)))))
        at += letter * len(text) + gap
    return Line(tuple(made), way.quad(Quad.of_box(Box(0, 0, at - gap, height))))


def paragraph(texts: list[str], x: float, y: float, angle: float = 0) -> Block:
    """Lines 55 pixels apart whose first begins at that place; they run and follow each other as they are turned."""
    turned = Transform.rotation(angle).then(Transform.translation(x, y))
    lines = [line(text.split(), Transform.translation(0, 55 * i).then(turned)) for i, text in enumerate(texts)]
    return Block(tuple(lines), Quad.of_box(Box.around(each.quad.box for each in lines)))


def document(*blocks: Block, width: int = 1240, height: int = 1754, **more: Any) -> Document:
    return fakes.document(Page(1, width, height, dpi=150.0, blocks=blocks, **more))


def words(document: Document) -> list[str]:
    return [word.text for page in document.pages for line in page.lines for word in line.words]


LEFT = ["the quick brown fox", "jumps over the lazy", "dog and runs away", "into the dark wood"]
RIGHT = ["where nobody will", "ever find it again", "though many have", "gone out to look"]


def blank(width: int = 1240, height: int = 1754, form: str = "PNG", **options: Any) -> bytes:
    return encoded(Image.new("L", (width, height), 255), form, **options)


def scan(image: Image.Image | None = None, **changes: Any) -> bytes:
    """A PDF with one scanned page, A4 at 150 dpi, that shows a picture in which up is up."""
    file = io.BytesIO()
    (image or scene(1240, 1754)).save(file, "PDF", resolution=150)
    pdf = pikepdf.open(file)
    for key, value in changes.items():
        pdf.pages[0].obj[f"/{key}"] = value
    return resaved(pdf)


def resaved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    file = io.BytesIO()
    pdf.save(file, **how)
    return file.getvalue()


def drawn(data: bytes, page: int = 0, scale: float = 0.5) -> Any:
    return pypdfium2.PdfDocument(data)[page].render(scale=scale).to_numpy().copy()


def with_content(content: bytes, pdf: pikepdf.Pdf | None = None, forms: dict[str, bytes] | None = None) -> bytes:
    """A PDF with a page of that content, in which /F is Helvetica."""
    pdf = pdf or pikepdf.new()
    page = pdf.add_blank_page(page_size=(595.2, 841.92))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font), XObject=pikepdf.Dictionary())
    for name, body in (forms or {}).items():
        kind = {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 595, 842]}
        resources.XObject[f"/{name}"] = pdf.make_stream(body, kind | {"/Resources": pikepdf.Dictionary(Font=resources.Font)})
    page.obj.Resources = resources
    page.obj.Contents = pdf.make_stream(content)
    return resaved(pdf)


@pytest.mark.parametrize("read", READERS)
def test_readers_find_the_words_of_two_columns_in_their_order(read):
    of_two = document(paragraph(LEFT, 100, 100), paragraph(RIGHT, 700, 100))
    assert read(uncial.write(of_two, "pdf", blank())) == words(of_two)


@pytest.mark.parametrize("turns", [0, 90, 180, 270, -90])
@pytest.mark.parametrize("read", READERS)
def test_readers_find_the_words_of_turned_pages(read, turns):
    width, height = (1754, 1240) if turns % 180 else (1240, 1754)
    turned = document(paragraph(LEFT, 100, 100), width=width, height=height)
    assert read(uncial.write(turned, "pdf", scan(Rotate=turns))) == words(turned)


@pytest.mark.parametrize("turned", [90, 180, 270])
@pytest.mark.parametrize("read", READERS)
def test_pages_that_were_scanned_sideways_are_shown_upright(read, turned):
    way = Transform.quarter_turns(-turned // 90, 1754, 1240) if turned % 180 else Transform.quarter_turns(2, 1240, 1754)
    sideways = document(paragraph(LEFT, 100, 100).moved(way), turned=turned)
    assert read(uncial.write(sideways, "pdf", blank())) == words(sideways)
    assert read(uncial.write(sideways, "pdf", scan())) == words(sideways)


@pdftotext
@pytest.mark.parametrize("turns", [0, 90, 180, 270])
def test_words_lie_on_the_print_of_turned_and_cropped_pages(turns):
    width, height = (1500, 1000) if turns % 180 else (1000, 1500)
    read = document(paragraph(LEFT, 100, 200), width=width, height=height)
    paper = Image.new("L", (1240, 1754), 255)
    data = uncial.write(read, "pdf", scan(paper, Rotate=turns, CropBox=[50, 60, 530, 780], MediaBox=[0, 0, 595.2, 841.92]))
    found = places(data)
    assert [text for text, _ in found] == words(read)
    for (_, box), word in zip(found, [word for line in read.pages[0].lines for word in line.words], strict=True):
        assert np.allclose(box, np.array(word.quad.box) * 0.48, atol=0.4)


@pdftotext
@pytest.mark.parametrize("angle", [0.4, 1, -2, 4])
def test_words_of_sloping_lines_stay_whole(angle):
    sloping = document(paragraph(["a comparatively straightforward"], 100, 300, angle))
    assert poppler(uncial.write(sloping, "pdf", blank()), "-raw").split() == words(sloping)


@pdftotext
def test_steep_lines_run_as_they_run():
    steep = document(paragraph(["steep text"], 300, 300, 30))
    page = pypdfium2.PdfDocument(uncial.write(steep, "pdf", blank()))[0].get_textpage()
    (first, last) = (page.get_charbox(at, loose=True) for at in (0, 9))
    assert first[1] - last[1] > 30  # the last letter is lower by far


@pytest.mark.parametrize(
    "text", ["größer naïve œuvre", "漢字 テスト 한국어", "𝔘𝔫𝔠𝔦𝔞𝔩 😀 tail", "Ελλάδα Россия Հայ", "a\\b (c) <d> %e"]
)
@pytest.mark.parametrize("read", READERS[:3])
def test_any_script_can_be_searched(read, text):
    written = document(paragraph([text], 100, 100))
    assert read(uncial.write(written, "pdf", blank())) == text.split()


@pytest.mark.parametrize("text", ["שלום עולם", "السلام عليكم"])
def test_right_to_left_words_come_out_in_the_order_of_their_letters(text):
    first, second = text.split()
    placed = line([second, first], Transform.translation(200, 200))
    backwards = Line(placed.words[::-1], placed.quad, direction="right-to-left")
    data = uncial.write(document(Block((backwards,), backwards.quad)), "pdf", blank())
    assert by_pdfium(data) == [first, second]
    if shutil.which("pdftotext"):
        assert re.sub("[\u202a-\u202e\u2066-\u2069]", "", poppler(data)).split() == [first, second]


def test_figures_within_right_to_left_words_keep_their_order():
    from uncial.formats.invisible import as_seen

    assert as_seen("אב12.5ג") == "ג12.5בא"
    assert as_seen("plain") == "plain"


def test_what_cannot_be_said_is_left_out():
    hostile = document(paragraph(["a\x00b\ud800 \x1b \ufeffc"], 100, 100))
    assert by_pypdf(uncial.write(hostile, "pdf", blank())) == ["ab", "c"]


def test_boxes_without_a_width_still_give_words_apart():
    spot = Quad.of_box(Box(100, 100, 100, 100))
    flat = Line((Word("one", spot), Word("two", spot)), spot)
    assert by_pypdf(uncial.write(document(Block((flat,), spot)), "pdf", blank())) == ["one", "two"]


def test_lines_that_were_not_read_add_nothing():
    data = uncial.write(document(), "pdf", blank())
    assert by_pypdf(data) == []
    assert b"UncialGlyphless" not in b"".join(streams(data))


# Images


@pytest.mark.parametrize("orientation", range(1, 9))
def test_jpegs_stay_as_they_are_and_are_seen_as_they_should(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    jpeg = encoded(scene(400, 300), "JPEG", exif=exif, dpi=(72, 72), quality=95)
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(jpeg)))
    read = fakes.document(Page(1, *shown.size, dpi=72.0))
    data = uncial.write(read, "pdf", jpeg)
    assert jpeg in data
    assert np.abs(drawn(data, scale=1)[..., ::-1].astype(int) - np.asarray(shown)).mean() < 3


def test_inverted_cmyk_jpegs_keep_their_colours():
    jpeg = encoded(scene(400, 300).convert("CMYK"), "JPEG", quality=95)
    data = uncial.write(fakes.document(Page(1, 400, 300, dpi=72.0)), "pdf", jpeg)
    assert jpeg in data
    assert drawn(data, scale=1)[5, 5].max() < 60
    assert drawn(data, scale=1)[5, 395].min() > 240


def pixels(data: bytes) -> np.ndarray:
    pdf = pikepdf.open(io.BytesIO(data))
    return np.asarray(pikepdf.PdfImage(cast("pikepdf.Stream", pdf.pages[0].resources.XObject.Scan)).as_pil_image().convert("RGB"))


ODD = scene(397, 301)


@pytest.mark.parametrize(
    ("image", "form", "options"),
    [
        (ODD, "PNG", {}), (ODD.convert("L"), "PNG", {}), (ODD.convert("1"), "PNG", {}), (ODD.quantize(7), "PNG", {}),
        (ODD.convert("RGBA"), "PNG", {}), (ODD, "BMP", {}), (ODD.convert("L"), "PPM", {}), (ODD.quantize(9), "GIF", {}),
        (ODD, "WEBP", {"lossless": True}), (ODD, "TIFF", {}), (ODD, "TIFF", {"compression": "tiff_lzw"}),
        (ODD.convert("1"), "TIFF", {"compression": "group4"}), (ODD.convert("1"), "TIFF", {"compression": "group3"}),
        (ODD, "JPEG2000", {"irreversible": False}), (ODD.effect_spread(40), "PNG", {}), (ODD.effect_spread(40), "BMP", {}),
    ],
)  # fmt: skip
def test_lossless_images_lose_nothing(image, form, options):
    file = encoded(image, form, **options)
    data = uncial.write(fakes.document(Page(1, 397, 301, dpi=72.0)), "pdf", file)
    assert np.array_equal(pixels(data), np.asarray(Image.open(io.BytesIO(file)).convert("RGB")))


@pytest.mark.parametrize("form", ["WEBP", "AVIF"])
def test_images_that_pdf_does_not_know_lose_little(form):
    file = encoded(scene(400, 300), form, quality=95)
    data = uncial.write(fakes.document(Page(1, 400, 300, dpi=72.0)), "pdf", file)
    assert np.abs(pixels(data).astype(int) - np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))).mean() < 3


def test_bytes_of_png_and_group_4_and_jpeg_2000_are_those_of_the_file():
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (301, 397), np.uint8))
    png, jp2 = encoded(noise, "PNG"), encoded(ODD, "JPEG2000")
    fax = group4(np.asarray(noise) > 128)
    wrapped = tiff(({256: 397, 257: 301, 258: 1, 259: 4, 262: 0, 277: 1, 278: 301}, fax))
    read = fakes.document(Page(1, 397, 301, dpi=72.0))
    for file, kept in ((png, png[200:2000]), (jp2, jp2), (wrapped, fax)):
        assert kept in uncial.write(read, "pdf", file)


@pytest.mark.parametrize("seed", range(6))
def test_group_4_is_what_libtiff_reads(seed):
    random = np.random.default_rng(seed)
    width, height = int(random.integers(1, 6000)), 12
    black = np.cumsum(random.random((height, width)) < 0.3 * random.random() ** 3, axis=1) % 2 == 1
    black[5], black[8] = black[4], False
    fax = group4(black)
    read = Image.open(io.BytesIO(tiff(({256: width, 257: height, 258: 1, 259: 4, 262: 0, 277: 1, 278: height}, fax))))
    assert np.array_equal(~np.asarray(read), black)


def test_each_page_of_a_tiff_is_a_page_and_one_that_failed_is_empty():
    file = encoded(ODD, "TIFF", save_all=True, append_images=[ODD.convert("1")], compression="tiff_deflate")
    failed = fakes.page(number=3, problem=uncial.document.Problem("source-damaged", "It cannot be decoded."))
    pages = [Page(1, 397, 301, dpi=72.0), Page(2, 397, 301, dpi=72.0), failed]
    pdf = pikepdf.open(io.BytesIO(uncial.write(fakes.document(*pages), "pdf", file)))
    assert ["/XObject" in page.resources for page in pdf.pages] == [True, True, False]


@pytest.mark.parametrize(
    ("size", "dpi", "inches"),
    [
        ((2480, 3508), 300.0, 11.69), ((2480, 3508), None, 11.69), ((4000, 3000), 72.0, 11.69), ((800, 600), 96.0, 8.33),
        ((100, 30), None, 1.04), ((30000, 20), 100.0, 200),
    ],
)  # fmt: skip
def test_pages_are_as_large_as_their_image_says_or_could_be(size, dpi, inches):
    from uncial.formats.pdf import resolution

    assert max(size) / resolution(Page(1, size[0], size[1], dpi=dpi)) == pytest.approx(inches, abs=0.01)


def test_documents_are_named_after_their_file(tmp_path):
    file = tmp_path / "A letter (1).png"
    file.write_bytes(blank())
    pdf = pypdf.PdfReader(io.BytesIO(uncial.write(document(), "pdf", file)))
    assert pdf.metadata
    assert pdf.metadata.title == "A letter (1)"
    assert str(pdf.metadata.producer).startswith("Uncial ")


def test_the_same_gives_the_same_bytes():
    read = document(paragraph(LEFT, 100, 100))
    assert uncial.write(read, "pdf", blank()) == uncial.write(read, "pdf", blank())


def test_text_costs_little():
    page = ImageDraw.Draw(image := Image.new("1", (1240, 1754), 1))
    texts = [" ".join(LEFT[i % 4 : i % 4 + 2]) for i in range(25)]
    for number, text in enumerate(texts):
        page.text((100, 100 + 55 * number), text, 0, font_size=40)
    file = encoded(image, "TIFF", compression="group4")
    data = uncial.write(document(paragraph(texts, 100, 100)), "pdf", file)
    assert len(data) < 1.3 * len(file)  # half of it the PDF itself: the file is tiny


# PDFs


def streams(data: bytes) -> list[bytes]:
    return [each.read_raw_bytes() for each in pikepdf.open(io.BytesIO(data)).objects if isinstance(each, pikepdf.Stream)]


def fonts(data: bytes) -> set[str]:
    pdf = pikepdf.open(io.BytesIO(data))
    found = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each]
    return {str(each.BaseFont) for each in found}


def test_pdfs_look_as_before_and_keep_every_stream():
    before = scan()
    after = uncial.write(document(paragraph(LEFT, 100, 100)), "pdf", before)
    assert np.array_equal(drawn(before), drawn(after))
    kept = streams(after)
    assert all(stream in kept for stream in streams(before) if len(stream) > 200)
    assert len(after) < len(before) + 2500


def test_content_that_leaves_the_graphics_state_in_a_mess_does_no_harm():
    mess = with_content(b"q 3 0 0 3 50 50 cm 1 0 0 rg 0 0 50 50 re f Q Q Q q q 2 0 0 2 0 0 cm")
    after = uncial.write(document(paragraph(LEFT, 100, 100)), "pdf", mess)
    assert np.array_equal(drawn(mess), drawn(after))
    assert by_pdfium(after) == " ".join(LEFT).split()


def test_outlines_attachments_and_metadata_stay():
    pdf = pikepdf.open(io.BytesIO(scan()))
    pdf.docinfo["/Title"] = "Kept"
    pdf.attachments["note.txt"] = b"attached"
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Chapter", 0))
    after = pikepdf.open(io.BytesIO(uncial.write(document(paragraph(LEFT, 100, 100)), "pdf", resaved(pdf))))
    assert after.docinfo["/Title"] == "Kept"
    assert after.attachments["note.txt"].get_file().read_bytes() == b"attached"
    with after.open_outline() as outline:
        assert outline.root[0].title == "Chapter"


def test_pages_with_their_own_text_are_given_back_byte_by_byte():
    native = with_content(b"BT /F 20 Tf 100 700 Td (its own words) Tj ET")
    assert uncial.write(document(paragraph(["its own words"], 100, 100), text_source="pdf"), "pdf", native) == native


def test_only_lines_that_the_pdf_does_not_say_are_added_to_mixed_pages():
    own, read = paragraph(["own words"], 100, 100), paragraph(["stamped on"], 100, 800)
    own = replace(own, lines=tuple(replace(line, engine="pdf") for line in own.lines))
    mixed = with_content(b"BT /F 20 Tf 100 700 Td (own words) Tj ET")
    after = uncial.write(document(own, read, text_source="both"), "pdf", mixed)
    assert sorted(by_pypdf(after)) == ["on", "own", "stamped", "words"]


OLD = b"BT 3 Tr /F 20 Tf 100 700 Td (old reading) Tj ET"


@pytest.mark.parametrize(
    ("content", "forms"),
    [
        (OLD, {}), (b"q 3 Tr BT /F 9 Tf 0 0 Td [(old) -20 (reading)] TJ T* (more) ' 1 2 (and) \" ET Q", {}),
        (b"/Ocr Do", {"Ocr": OLD}), (b"3 Tr /Ocr Do", {"Ocr": b"BT /F 20 Tf 100 700 Td (old reading) Tj ET"}),
    ],
)  # fmt: skip
def test_an_earlier_reading_goes_when_the_page_is_read_anew(content, forms):
    before = with_content(content, forms=forms)
    assert "old" in " ".join(by_pypdf(before))
    for source in (before, uncial.write(document(paragraph(["first"], 100, 100)), "pdf", before)):
        after = uncial.write(document(paragraph(["new", "reading"], 100, 100)), "pdf", source)
        assert by_pypdf(after) == ["new", "reading"]
        assert fonts(after) == {"/UncialGlyphless"}


def test_what_can_be_seen_stays_when_an_earlier_reading_goes():
    seen = b"BT /F 20 Tf 0 Tr 100 600 Td (stays) Tj 3 Tr 0 -40 Td (gone) Tj 0 Tr 0 -40 Td (too) Tj ET "
    before = with_content(seen + b"/Ocr Do", forms={"Ocr": OLD + b" 0 1 0 rg 20 20 90 90 re f"})
    after = uncial.write(document(paragraph(["new"], 100, 100)), "pdf", before)
    assert by_pypdf(after) == ["new", "stays", "too"]
    assert np.array_equal(drawn(before), drawn(after))


def test_invisible_text_that_moves_visible_text_stays():
    before = with_content(b"BT /F 20 Tf 100 600 Td 3 Tr (pushes) Tj 0 Tr (seen) Tj ET")
    after = uncial.write(document(paragraph(["new"], 100, 100)), "pdf", before)
    assert np.array_equal(drawn(before), drawn(after))


def test_resources_that_pages_share_are_not_changed_for_the_others():
    pdf = pikepdf.open(io.BytesIO(with_content(OLD)))
    second = pdf.add_blank_page(page_size=(595.2, 841.92))
    pdf.pages[0].obj.Resources = pdf.make_indirect(pdf.pages[0].obj.Resources)
    second.obj.Resources = pdf.pages[0].obj.Resources
    second.obj.Contents = pdf.make_stream(b"BT /F 20 Tf 100 700 Td (other page) Tj ET")
    source = resaved(pdf)
    after = uncial.write(document(paragraph(["new"], 100, 100)), "pdf", source)
    assert by_pypdf(after) == ["new", "other", "page"]
    assert np.array_equal(drawn(source, 1), drawn(after, 1))


def signed(data: bytes) -> bytes:
    pdf = pikepdf.open(io.BytesIO(data))
    value = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=pikepdf.String("signature"))
    field = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("one"), V=value))
    group = pikepdf.Dictionary(T=pikepdf.String("group"), Kids=[field])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(group)], SigFlags=3)
    return resaved(pdf)


def test_signatures_are_never_broken():
    file = signed(scan())
    assert uncial.write(document(text_source="pdf"), "pdf", file) == file
    with pytest.raises(OutputError, match="signed") as refused:
        uncial.write(document(paragraph(LEFT, 100, 100)), "pdf", file)
    assert "qpdf" in refused.value.hint


def test_encrypted_pdfs_stay_encrypted():
    locked = resaved(pikepdf.open(io.BytesIO(scan())), encryption=pikepdf.Encryption(user="open", owner="all", R=6))
    after = uncial.write(document(paragraph(LEFT, 100, 100)), "pdf", locked, password="open")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(after))
    reader = pypdf.PdfReader(io.BytesIO(after), password="open")
    assert reader.pages[0].extract_text().split() == " ".join(LEFT).split()
    with pytest.raises(SourceEncrypted):
        uncial.write(document(), "pdf", locked, password="wrong")


def test_damaged_pdfs_are_mended():
    broken = scan().replace(b"startxref", b"startxxxx")
    after = uncial.write(document(paragraph(LEFT, 100, 100)), "pdf", broken)
    assert by_pypdf(after) == " ".join(LEFT).split()


def test_another_file_is_refused():
    with pytest.raises(OriginalMissing):
        uncial.write(document(paragraph(LEFT, 100, 100), width=1754, height=1240), "pdf", scan())
    with pytest.raises(OriginalMissing):
        uncial.write(fakes.document(Page(7, 1240, 1754, dpi=150.0)), "pdf", scan())


def test_units_of_any_size_do_not_matter():
    data = scan(UserUnit=2.0)
    width, height = pypdfium2.PdfDocument(data)[0].get_size()
    blocks = (paragraph(LEFT, 100, 100),)
    read = fakes.document(Page(1, round(width * 2), round(height * 2), dpi=144.0, blocks=blocks))
    assert by_pypdf(uncial.write(read, "pdf", data)) == words(read)


# Words on their ink


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (20, 230)])
def test_words_go_to_their_ink_and_lines_to_its_middle(turns, paper, pen):
    inks = [Box(200, 300, 330, 330), Box(350, 300, 390, 330), Box(420, 300, 424, 330)]
    loose = [Box(194, 288, 338, 334), Box(343, 288, 401, 334), Box(414, 288, 434, 334)]
    sheet = np.full((1754, 1240, 3), paper, np.uint8)
    for ink in inks:
        left, top, right, bottom = map(int, ink)
        sheet[top:bottom, left:right] = pen
    around = Quad.of_box(Box.around(loose))
    block = Block((Line(tuple(Word("word", Quad.of_box(box)) for box in loose), around),), around)
    way = Transform.quarter_turns(turns, 1240, 1754)
    (line,) = snapped([block.moved(way)], np.rot90(sheet, -turns))[0].lines
    upright = line.moved(way.inverse())
    for word, ink in zip(upright.words[:2], inks, strict=False):
        assert (word.quad.box.left, word.quad.box.right) == pytest.approx((ink.left, ink.right))
    assert upright.words[2].quad.box == pytest.approx(loose[2]), "so little ink is not all of the word"
    assert upright.quad.box.center.y == pytest.approx(315)
    assert upright.quad.box.height == pytest.approx(46)


@pytest.mark.parametrize("rule", ["above", "beside"])
def test_a_rule_of_a_table_is_no_ink_of_its_word(rule: str):
    sheet = np.full((200, 400, 3), 255, np.uint8)
    for letter in range(150, 250, 12):
        sheet[90:120, letter : letter + 8] = 0
    if rule == "above":
        sheet[82:84, :] = 0
    else:
        sheet[40:170, 262:264] = 0
    box = Box(147, 80, 256, 130)
    word = Word("word", Quad.of_box(box), 0.9)
    found = snapped([Block((Line((word,), Quad.of_box(box)),), Quad.of_box(box))], sheet)[0].lines[0].words[0].quad.box
    assert (round(found.left), round(found.right)) == (150, 254)


@pytest.mark.parametrize("angle", [0, 20])
def test_words_without_ink_or_askew_stay_where_they_are(angle):
    block = paragraph(LEFT, 100, 400, angle)
    sheet = np.full((1754, 1240, 3), 255, np.uint8)
    if angle:
        sheet[::3] = 0
    assert snapped([block], sheet) == (block,)
