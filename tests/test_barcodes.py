from __future__ import annotations

import re
from pathlib import Path
from time import process_time

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from fakes import FakeEngine
from pdfs import PROSE, Sheet, Text, pdf
from pictures import encoded
from uncial import Options, read
from uncial.barcodes import SYMBOLOGIES, find_barcodes, find_places
from uncial.fields.payloads import STANDARDS

EVERY_BYTE = bytes(range(256))
KINDS = {
    "QRCode": ("https://example.org/t/4711", "qr-code"),
    "Aztec": ("a ticket to Nether Wallop", "aztec"),
    "PDF417": ("M1 and much more of a boarding pass", "pdf417"),
    "DataMatrix": ("Stamp 12 345 678", "data-matrix"),
    "EAN13": ("4006381333931", "ean-13"),
    "EAN8": ("96385074", "ean-8"),
    "UPCE": ("01234565", "upc-e"),
    "Code128": ("AB-1234567", "code-128"),
    "Code39": ("ABC-12345", "code-39"),
    "Code93": ("ABC93XY", "code-93"),
    "ITF": ("12345678", "itf"),
    "Codabar": ("A123456B", "codabar"),
    "DataBarOmni": ("0124012345678905", "databar"),
    "DataBarExp": ("(01)90012345678908(10)ABC", "databar-expanded"),
    "MicroPDF417": ("abc", "micro-pdf417"),
}


def symbol(kind: str, content: str | bytes, scale: int = 4) -> Image.Image:
    made = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, kind))
    return Image.fromarray(np.asarray(made.to_image(scale=scale)))


def sheet(*placed: tuple[Image.Image, int, int], size: tuple[int, int] = (1240, 1754), ground: int = 255) -> np.ndarray:
    page = Image.new("RGB", size, (ground,) * 3)
    for image, left, top in placed:
        page.paste(image.convert("RGB"), (left, top))
    return np.asarray(page)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_barcode_is_read_by_its_name(kind: str):
    content, name = KINDS[kind]
    (found,) = find_barcodes(sheet((symbol(kind, content), 300, 500)))
    assert found.symbology == name
    wanted = "".join(letter for letter in content if letter not in "()")
    assert found.text == ("0012345000065" if kind == "UPCE" else wanted)
    assert found.data == found.text.encode()


@pytest.mark.parametrize("kind", ["Aztec", "QRCode", "PDF417", "DataMatrix"])
def test_every_byte_survives_and_bytes_are_no_text(kind: str):
    (found,) = find_barcodes(sheet((symbol(kind, EVERY_BYTE), 100, 100)))
    assert (found.data, found.text) == (EVERY_BYTE, "")


def test_text_that_is_not_ascii_is_text():
    (found,) = find_barcodes(sheet((symbol("QRCode", "Nörgelstraße 12 → Łódź"), 100, 100)))
    assert found.text == "Nörgelstraße 12 → Łódź"


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 12, 45, 200])
def test_the_first_corner_is_where_the_symbol_begins(angle: int):
    code = symbol("QRCode", "where is up")
    turned = Image.new("L", (600, 600), 255)
    turned.paste(code, (300 - code.width // 2, 300 - code.height // 2))
    turned = turned.rotate(-angle, fillcolor=255, resample=Image.Resampling.BICUBIC)
    (found,) = find_barcodes(sheet((turned, 200, 700)))
    assert abs((found.quad.angle - angle + 180) % 360 - 180) < 3
    assert abs(found.quad.box.center.x - 500) < 8
    assert abs(found.quad.box.center.y - 1000) < 8


def test_barcodes_come_from_the_top_down_and_each_once():
    low, high, same = symbol("EAN13", "4006381333931"), symbol("QRCode", "high"), symbol("QRCode", "high")
    found = find_barcodes(sheet((low, 100, 1300), (high, 700, 200), (same, 100, 700)))
    assert [each.symbology for each in found] == ["qr-code", "qr-code", "ean-13"]
    assert [each.quad.box.left > 600 for each in found] == [True, False, False]


def test_quads_lie_within_the_page():
    code = symbol("QRCode", "at the very edge").crop((16, 16, 132, 132))
    for found in find_barcodes(sheet((code, 0, 0), (code, 1240 - code.width, 1754 - code.height))):
        assert found.quad == found.quad.clamped(1240, 1754)


def test_a_code_on_a_large_page_is_found_however_small_it_is():
    (found,) = find_barcodes(sheet((symbol("DataMatrix", "7 mm", 5), 2100, 3200), size=(2480, 3508)))
    assert found.text == "7 mm"


def test_a_code_on_a_dark_ground_and_in_bad_light_is_found():
    page = sheet((symbol("Aztec", "in the dark"), 500, 700), ground=90).astype(np.float32)
    shaded = page * np.linspace(0.4, 1.0, page.shape[1])[None, :, None]
    (found,) = find_barcodes(shaded.astype(np.uint8))
    assert found.text == "in the dark"


def test_a_light_code_on_black_is_found():
    (found,) = find_barcodes(255 - sheet((symbol("QRCode", "inside out"), 500, 700)))
    assert found.text == "inside out"


def drawn_table() -> np.ndarray:
    page = np.full((1754, 1240, 3), 255, np.uint8)
    for top in range(100, 1600, 24):
        page[top : top + 12, 100:1100:20] = 0
        page[top - 6 : top - 4, 90:1110] = 0
    page[200:400, 100:1100:9] = 0
    page[700:760, 90:1110] = 60
    return page


def test_tables_bars_and_hatchings_are_no_barcodes():
    assert find_barcodes(drawn_table()) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (2, 2), (30, 30)])
def test_an_image_of_any_size_has_none(shape: tuple[int, int]):
    assert find_barcodes(np.full((*shape, 3), 255, np.uint8)) == ()
    assert find_barcodes(np.zeros((*shape, 3), np.uint8)) == ()


def test_a_white_page_is_not_searched_at_all():
    assert find_places(sheet()) == []


@pytest.mark.parametrize("module", [1, 3, 7])
def test_noise_has_none_and_takes_no_more_than_seconds(module: int):
    bits = np.random.default_rng(6).integers(0, 2, (2400 // module, 2400 // module), np.uint8) * 255
    noise = np.kron(bits, np.ones((module, module), np.uint8))
    start = process_time()
    assert find_barcodes(np.repeat(noise[..., None], 3, axis=2)) == ()
    assert process_time() - start < 10


def test_barcodes_are_read_where_they_are_asked_for_alone():
    data = encoded(Image.fromarray(sheet((symbol("QRCode", "here"), 300, 300))), "PNG")
    assert read(data, engine=FakeEngine()).pages[0].barcodes == ()
    (found,) = read(data, Options(barcodes=True), engine=FakeEngine()).pages[0].barcodes
    assert (found.text, found.symbology) == ("here", "qr-code")


def test_a_turned_image_has_its_barcodes_where_a_viewer_shows_them():
    image = Image.fromarray(sheet((symbol("QRCode", "up"), 100, 200)))
    exif = Image.Exif()
    exif[0x0112] = 6  # a viewer turns it by 90 degrees clockwise
    page = read(encoded(image, "PNG", exif=exif), Options(barcodes=True), engine=FakeEngine()).pages[0]
    assert (page.width, page.height) == (1754, 1240)
    assert page.barcodes[0].quad.box.left > 1300
    assert round(page.barcodes[0].quad.angle) == 90


def test_a_page_of_a_pdf_that_is_taken_as_it_is_has_its_barcodes_in_its_own_frame():
    texts = [Text(PROSE[i % 3], y=700 - 20 * i) for i in range(9)]
    code = symbol("Aztec", "beside the text", 6)
    engine = FakeEngine()
    data = pdf(Sheet(texts, code, place=(72, 144, 108, 108)))
    page = read(data, Options(barcodes=True), engine=engine).pages[0]
    (found,) = page.barcodes
    assert (page.text_source, found.text, engine.seen) == ("pdf", "beside the text", [])
    box, scale = found.quad.box, page.width / 612
    assert 72 * scale <= box.left < box.right <= 180 * scale
    assert (792 - 252) * scale <= box.top < box.bottom <= (792 - 144) * scale


def test_a_page_of_a_pdf_without_any_has_none_even_where_no_preview_is_drawn():
    data = pdf(Sheet([Text(PROSE[i % 3], y=700 - 20 * i) for i in range(9)]))
    for way in ("auto", "only"):
        assert read(data, Options(barcodes=True, pdf_text=way), engine=FakeEngine()).pages[0].barcodes == ()


def test_the_docs_have_every_symbology_and_every_standard():
    docs = (Path(__file__).parents[1] / "docs/barcodes.md").read_text(encoding="utf-8")
    _, read, says, _ = re.split("^## ", docs, flags=re.MULTILINE)
    tables = ["".join(line.split("|")[1] for line in part.splitlines() if line.startswith("| `")) for part in (read, says)]
    assert [set(re.findall("`(.+?)`", table)) for table in tables] == [set(SYMBOLOGIES), set(STANDARDS)]
