from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from PIL import Image

from fakes import FakeEngine, line
from pdfs import PROSE, TITLE, Lie, Sheet, Text, pdf, picture, width_of
from uncial import Limits, Options, read
from uncial.document import Page
from uncial.errors import SourceDamaged, SourceEncrypted
from uncial.options import PageRanges
from uncial.pages import open_pages
from uncial.reader import read_pages
from uncial.sources import open_source
from uncial.textlayer import judge

ROTATED = {chr(97 + i): chr(97 + (i + 7) % 26) for i in range(26)}


def prose(count: int = 9, **changes: object) -> list[Text]:
    return [Text(PROSE[i % 3], y=700 - 20 * i, **changes) for i in range(count)]  # type: ignore[arg-type]


def codes(page: Page) -> list[str]:
    return [notice.code for notice in page.notices]


def first(data: bytes, engine: FakeEngine | None = None, **options: object) -> Page:
    return read(data, Options(**options), engine=engine or FakeEngine()).pages[0]  # type: ignore[arg-type]


def ink_under(data: bytes, page: Page) -> list[bool]:
    """Whether the page, drawn by PDFium, has print under each word and none left and right of its line."""
    with open_pages(open_source(data, Limits()), Options(pdf_dpi=300), Limits()) as pages:
        image = pages[0].load().image
    assert image.shape[:2] == (page.height, page.width)
    boxes = [word.quad.box for found in page.lines for word in found.words]
    parts = [image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)] for box in boxes]
    return [bool(part.size) and int(part.min()) < 128 for part in parts]


def test_text_that_the_page_shows_is_taken_as_it_is_and_no_engine_is_asked():
    engine = FakeEngine()
    page = first(pdf(Sheet(prose())), engine)
    assert page.text_source == "pdf"
    assert page.text.splitlines() == [PROSE[i % 3] for i in range(9)]
    assert (engine.seen, page.notices) == ([], ())
    assert {found.engine for found in page.lines} == {"pdf"}


def test_pdf_text_can_be_passed_over():
    engine = FakeEngine([line("read")])
    page = first(pdf(Sheet(prose())), engine, pdf_text="ignore")
    assert (page.text, page.text_source) == ("read", "image")


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (50, 400, 500, 780)])
def test_words_lie_on_the_print_of_turned_and_cut_pages(rotate: int, crop: tuple[float, float, float, float] | None):
    data = pdf(Sheet(prose(), rotate=rotate, crop=crop))
    page = first(data)
    assert len(page.lines) == 9
    assert all(ink_under(data, page))
    angles = {round(found.quad.angle) % 360 for found in page.lines}
    assert angles == {rotate}


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_upright(rotate: int):
    data = pdf(Sheet([*prose(), Text("Standing on the margin", x=40, y=200, angle=90)], rotate=rotate))
    page, upright = first(data), first(pdf(Sheet(prose())))
    assert page.turned == 360 - rotate
    assert page.text.splitlines()[:9] == upright.text.splitlines()
    assert [block.kind for block in page.blocks][: len(upright.blocks)] == [block.kind for block in upright.blocks]
    assert first(data, orientation=False).turned == 0


def test_a_few_lines_that_stand_do_not_turn_a_page():
    assert first(pdf(Sheet([Text("Fig. 1", angle=90)]))).turned == 0
    assert first(pdf(Sheet([*prose(5), *(Text(PROSE[0], x=40 + 20 * i, y=100, angle=90) for i in range(5))]))).turned == 0


def test_a_line_that_stands_is_read_upwards():
    data = pdf(Sheet([*prose(), Text("Standing on the margin", x=40, y=200, angle=90)]))
    standing = next(found for found in first(data).lines if found.text.startswith("Standing"))
    assert round(standing.quad.angle) == -90
    assert all(ink_under(data, first(data)))


def test_text_outside_the_crop_box_is_not_on_the_page():
    page = first(pdf(Sheet([*prose(), Text("cut away", y=30)], crop=(50, 400, 500, 780))))
    assert "cut away" not in page.text


def test_text_that_nobody_can_see_is_left_out_and_told():
    hidden = [Text("secret words", y=100, mode=3), Text("white on white", y=60, gray=1.0)]
    page = first(pdf(Sheet([*prose(), *hidden])))
    assert "secret" not in page.text
    assert "white" not in page.text
    assert codes(page) == ["hidden-text"]
    assert "secret words white on white" in page.notices[0].message


def test_lines_beside_a_large_letter_stay_lines():
    data = pdf(Sheet([Text("D", x=20, y=640, size=60, gray=0.6), *prose()]))
    with open_pages(open_source(data, Limits()), Options(), Limits()) as pages:
        assert pages[0].glyphs is not None
        lines = judge(pages[0].glyphs(), None).lines
    assert sorted(found.text for found in lines) == sorted(["D", *(PROSE[i % 3] for i in range(9))])


@pytest.mark.parametrize("size", [5_000, 10**9])
def test_letters_larger_than_any_page_take_no_longer(size: int):
    begun = process_time()
    assert len(first(pdf(Sheet([Text("vast", y=100, size=size, gray=1.0), *prose()]))).lines) == 9
    assert process_time() - begun < 5


def test_text_under_a_black_bar_is_left_out():
    texts = [*prose(), Text("REDACTED NAME", y=300)]
    assert "REDACTED NAME" in first(pdf(Sheet(texts))).text
    assert "REDACTED NAME" not in first(pdf(Sheet(texts, drawing="0 g 60 290 200 30 re f"))).text


def test_a_font_that_draws_other_letters_than_it_says_is_read_from_the_page():
    engine = FakeEngine([line("what stands there")])
    page = first(pdf(Sheet(prose()), lie=Lie(ROTATED)), engine)
    assert "lying-text" in codes(page)
    assert page.text == "what stands there"
    assert page.text_source == "image"


def test_a_suspect_font_that_reads_as_it_says_is_believed():
    said = [text.text.translate({ord(a): b for a, b in ROTATED.items()}) for text in prose()]
    engine = FakeEngine(lambda image: [line(said[0], 30, 10)])
    page = first(pdf(Sheet(prose()), lie=Lie(ROTATED)), engine)
    assert codes(page) == []
    assert page.text.splitlines()[0] == said[0]


def test_characters_without_a_name_are_read_from_the_page():
    engine = FakeEngine([line("what stands there")])
    page = first(pdf(Sheet(prose()), lie=Lie({chr(97 + i): chr(0xE000 + i) for i in range(26)})), engine)
    assert codes(page) == ["garbled-text"]
    assert page.text == "what stands there"


def test_the_layer_of_another_ocr_program_is_read_anew_and_told():
    engine = FakeEngine([line("read anew")])
    data = pdf(Sheet([Text("wr0ng", mode=3)], image=picture(*PROSE)))
    page = first(data, engine)
    assert (page.text, page.text_source, codes(page)) == ("read anew", "image", ["old-ocr-layer"])
    assert first(data, pdf_text="only").text == "wr0ng"


def test_a_page_with_text_and_a_scan_is_read_from_both():
    engine = FakeEngine([line("from the scan", 300, 1500)])
    page = first(pdf(Sheet([Text("Exhibit A 0001", y=30)], image=picture(*PROSE))), engine)
    assert page.text_source == "both"
    assert set(page.text.split("\n\n")) == {"Exhibit A 0001", "from the scan"}
    assert {found.engine for found in page.lines} == {"pdf", ""}


def test_of_a_small_scanned_inset_only_its_place_is_shown_to_the_engine():
    engine = FakeEngine(lambda image: [line("from the inset", 20, 20)])
    inset = picture(TITLE, size=(900, 300), top=120, height=60)
    page = first(pdf(Sheet(prose(), image=inset, place=(60, 300, 180, 60))), engine)
    assert page.text_source == "both"
    (height, width, _), _ = engine.seen[0]
    assert (height, width) < (400, 900)
    found = next(found for found in page.lines if found.text == "from the inset")
    assert 250 <= found.quad.box.left <= 1000
    assert 3300 - 360 * 300 / 72 <= found.quad.box.top <= 3300 - 300 * 300 / 72


def test_what_a_network_sees_in_a_photograph_is_left_there_unless_it_is_sure():
    grain = Image.fromarray(np.random.default_rng(1).integers(60, 200, (40, 60), np.uint8))
    photo = grain.resize((600, 400), Image.Resampling.BICUBIC)
    engine = FakeEngine([line("lIl", 20, 20, confidence=0.3)])
    assert first(pdf(Sheet(prose(), image=photo, place=(60, 100, 150, 100))), engine).text_source == "pdf"


def test_only_the_pdfs_text_is_taken_where_nothing_else_is_wanted():
    engine = FakeEngine([line("never")])
    document = read(pdf(Sheet(image=picture(*PROSE)), Sheet(prose())), Options(pdf_text="only"), engine=engine)
    assert engine.seen == []
    assert [codes(page) for page in document.pages] == [["no-text"], []]
    assert document.pages[1].lines


def test_lines_end_where_columns_and_cells_do():
    left = [Text(PROSE[i % 3], x=40, y=700 - 20 * i, size=10) for i in range(6)]
    right = [Text(PROSE[(i + 1) % 3], x=330, y=700 - 20 * i, size=10) for i in range(6)]
    page = first(pdf(Sheet([text for pair in zip(left, right, strict=True) for text in pair])))
    assert page.text.replace("\n\n", "\n").splitlines() == [text.text for text in (*left, *right)]


def test_text_that_is_drawn_twice_to_look_bold_is_there_once():
    page = first(pdf(Sheet([*prose(), Text("Twice", y=300), Text("Twice", x=72.3, y=300)])))
    assert page.text.count("Twice") == 1


def test_an_exponent_stays_in_its_line_and_with_its_letter():
    after = 72 + width_of("Area of x")
    texts = [Text("Area of x", y=300), Text("2", x=after, y=304, size=7), Text("metres", x=after + 8, y=300)]
    assert "Area of x2 metres" in first(pdf(Sheet([*prose(), *texts]))).text


# Passwords and damage


def test_a_password_opens_what_is_encrypted():
    data = pdf(Sheet(prose()), password="Öffne dich")
    with pytest.raises(SourceEncrypted, match="asks for a password"):
        read(data, engine=FakeEngine())
    with pytest.raises(SourceEncrypted, match="does not open"):
        read(data, engine=FakeEngine(), password="open")
    assert read(data, engine=FakeEngine(), password="Öffne dich").text.startswith(PROSE[0])


def test_a_password_is_nowhere_to_be_seen():
    source = open_source(pdf(Sheet(prose())), Limits(), "hunter2")
    assert "hunter2" not in repr(source)
    assert "hunter2" not in repr(source.info)


def test_a_pdf_whose_end_is_cut_off_is_repaired_and_told():
    page = first(pdf(Sheet(prose()))[:-200])
    assert page.text.startswith(PROSE[0])
    assert codes(page) == ["repaired"]


def test_a_pdf_without_any_page_left_is_damaged():
    with pytest.raises(SourceDamaged):
        read(b"%PDF-1.7\n" + b"nothing of it is left " * 40, engine=FakeEngine())


def test_a_page_whose_content_is_lost_is_damaged_and_not_empty():
    torn = re.sub(rb"\bstream\r?\n", b"\n", pdf(Sheet(prose())))
    with pytest.raises(SourceDamaged):
        read(torn, engine=FakeEngine())


# Resolution


@pytest.mark.parametrize(
    ("size", "dpi"), [((1275, 1650), 150.0), ((850, 1100), 100.0), ((425, 550), 100.0), ((5100, 6600), 400.0)]
)
def test_a_scan_is_drawn_as_it_was_scanned(size: tuple[int, int], dpi: float):
    data = pdf(Sheet(image=picture(size=size)))
    with open_pages(open_source(data, Limits()), Options(), Limits()) as pages:
        assert pages[0].load().dpi == pytest.approx(dpi)


def test_a_page_without_images_is_drawn_at_300_dots_an_inch():
    assert first(pdf(Sheet(prose()))).dpi == 300


def test_the_resolution_that_is_asked_for_goes_before():
    assert first(pdf(Sheet(image=picture(size=(1275, 1650)))), pdf_dpi=200).dpi == 200


# Page by page


def test_pages_come_one_by_one(tmp_path: Path):
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf(*(Sheet([*prose(), Text(f"Number {n}", y=60)]) for n in range(1, 6))))
    pages = read_pages(path, Options(pages=PageRanges.parse("2-4")), engine=FakeEngine())
    numbers = [page.number for page in pages]
    assert numbers == [2, 3, 4]


def test_an_image_holds_no_text():
    out = BytesIO()
    picture(*PROSE).save(out, "PNG")
    assert first(out.getvalue(), FakeEngine([line("read")])).text_source == "image"


@pytest.mark.parametrize("ground", ["", "0.1 0.1 0.4 rg 0 90 612 120 re f"])
def test_letters_that_were_drawn_are_seen_on_any_ground_and_close_to_text(ground: str):
    # Blocks that stand as letters do, without any text behind them.
    ink = "1 1 1 rg" if ground else "0 0 0 rg"
    bars = " ".join(f"{80 + 9 * i + 3 * (i // 6)} {row} 5 8 re f" for row in (185, 163, 141, 119) for i in range(30))
    engine = FakeEngine(lambda image: [line("drawn", 20, 20)])
    page = first(pdf(Sheet(prose(), drawing=f"{ground} {ink} {bars}")), engine)
    assert page.text_source == "both"
    assert "drawn" in page.text
