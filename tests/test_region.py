"""A part of each page: of images that are turned, levelled and flattened, and of PDFs with text of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from fakes import FakeEngine, line
from pdfs import PROSE, Sheet, Text, pdf, picture
from photographs import photographed, printed, slanted
from uncial import Options, Region, read
from uncial.document import Line, Page, Word
from uncial.errors import OptionInvalid
from uncial.geometry import Box, Point, Quad, Transform, Warp
from uncial.prepare import part_of
from uncial.raster import Raster
from uncial.reader import read_page

if TYPE_CHECKING:
    from uncial.raster import Image

SPOTS = {"red": (220, 0, 0), "green": (0, 180, 0), "blue": (0, 0, 220), "pink": (220, 0, 220)}
"""Words that a fake engine reads: a spot of the colour that is its name."""
PLAIN: dict[str, Any] = dict.fromkeys(("deskew", "dewarp", "contrast", "invert", "denoise", "sharpen", "upscale"), False)


def spotted(size: tuple[int, int], **places: tuple[int, int]) -> Image:
    """A white page of that width and height with spots of 40 x 20 pixels."""
    image = np.full((size[1], size[0], 3), 255, np.uint8)
    for name, (x, y) in places.items():
        image[y : y + 20, x : x + 40] = SPOTS[name]
    return image


def spots(image: np.ndarray) -> Sequence[Line]:
    """A line for each spot, where it is."""
    found = []
    for name, colour in SPOTS.items():
        ys, xs = np.nonzero((np.abs(image.astype(int) - colour) < 90).all(axis=2))
        if len(xs) > 99:
            quad = Quad.of_box(Box(float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1)))
            found.append(Line((Word(name, quad, 0.9),), quad, confidence=0.9))
    return found


def boxes(page: Page) -> dict[str, Box]:
    return {word.text: Box(*map(round, word.quad.box)) for found in page.lines for word in found.words}


def part(text: str, **options: Any) -> Options:
    return Options(region=Region.parse(text), **options)


FOUR = spotted((600, 400), red=(20, 20), green=(500, 20), blue=(20, 350), pink=(280, 190))


def test_only_the_region_is_shown_to_the_engine_and_its_lines_stand_where_they_stand_on_the_page():
    engine = FakeEngine(spots)
    page = read_page(Raster(FOUR), engine, part("240,150,400,250", **PLAIN))
    assert boxes(page) == {"pink": Box(280, 190, 320, 210)}
    assert (page.width, page.height) == (600, 400)
    ((shape, _),) = engine.seen
    assert 100 <= shape[0] <= 130
    assert 160 <= shape[1] <= 270


@pytest.mark.parametrize(
    ("region", "names"),
    [("0,0,40.5,40", {"red"}), ("0,0,50,29", set()), ("0,0,600,100", {"red", "green"}), ("10,10,999,900", set(SPOTS))],
)
def test_a_word_belongs_to_the_region_that_its_middle_is_in(region: str, names: set[str]):
    assert set(boxes(read_page(Raster(FOUR), FakeEngine(spots), part(region, **PLAIN)))) == names


def test_words_and_lines_at_the_edge_of_the_region_are_shown_to_the_engine_whole():
    a4, shown = np.full((3508, 2480, 3), 255, np.uint8), list[np.ndarray]()

    def watching(image: np.ndarray) -> Sequence[Line]:
        shown.append(image)
        return []

    a4[1000:1050, 900:1300] = 0
    read_page(Raster(a4), FakeEngine(watching), part("1000,1010,1150,1040", **PLAIN))
    ((ys, xs),) = [np.nonzero(image[..., 0] == 0) for image in shown]
    assert (int(np.ptp(ys)), int(np.ptp(xs))) == (49, 399)


def test_a_line_that_runs_out_of_the_region_is_told_as_far_as_it_runs_in_it():
    engine = FakeEngine([line("one two three", 0, 0)])
    page = read_page(Raster(np.full((50, 300, 3), 255, np.uint8)), engine, part("0,0,75,50", **PLAIN))
    (found,) = page.lines
    assert (found.text, found.quad.box) == ("one two", Box(0, 0, 70, 20))


@dataclass(frozen=True)
class Turning:
    """Says that every page lies on its side."""

    inner: FakeEngine
    info = FakeEngine.info

    def quarter_turns(self, image: np.ndarray) -> int:
        return 1

    def read(self, image: np.ndarray, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        return self.inner.read(image, languages)


def test_a_region_is_that_of_the_page_before_it_was_turned():
    engine = Turning(FakeEngine(spots))
    page = read_page(Raster(FOUR), engine, part("380,0,600,60", **PLAIN))
    assert (page.turned, boxes(page)) == (90, {"green": Box(500, 20, 540, 40)})
    ((shape, _),) = engine.inner.seen
    assert shape[0] > 2 * shape[1]  # what is wide on the page is high when it is upright


def marked(page: Image, places: dict[str, Point]) -> Image:
    """A page of print with spots on it."""
    for name, (x, y) in places.items():
        page[int(y) - 15 : int(y) + 15, int(x) - 30 : int(x) + 30] = SPOTS[name]
    return page


def near(point: Point, other: Point, reach: float) -> bool:
    return abs(point.x - other.x) < reach and abs(point.y - other.y) < reach


def test_on_a_page_that_was_levelled_the_region_is_read_with_the_slope_of_the_whole_page():
    level = marked(printed(), {"red": Point(200, 200), "blue": Point(600, 900)})
    way = Transform.translation(-400, -565).then(Transform.rotation(5)).then(Transform.translation(480, 600))
    matrix = np.array(way[:6]).reshape(2, 3)
    image = np.asarray(cv2.warpAffine(level, matrix, (960, 1200), borderValue=(248, 246, 242)), np.uint8)
    there = way.point(Point(600, 900))
    region = ",".join(str(round(side)) for side in (there.x - 60, there.y - 40, there.x + 60, there.y + 40))
    options = part(region, **PLAIN | {"deskew": True})
    page = read_page(Raster(image), FakeEngine(spots), options)
    assert "deskew" in page.prepared
    assert abs(page.skew - 5) < 0.5
    (word,) = (word for found in page.lines for word in found.words)
    assert word.text == "blue"
    assert near(word.quad.box.center, there, 4)


SLANTED = slanted(printed())
PHOTO = photographed(marked(printed(), {"red": Point(200, 200), "blue": Point(600, 900)}), SLANTED)
FLAT = PLAIN | {"dewarp": True}


def around(point: Point, reach: int = 60) -> str:
    return f"{round(point.x) - reach},{round(point.y) - reach},{round(point.x) + reach},{round(point.y) + reach}"


def test_on_a_photograph_that_was_laid_flat_the_region_is_that_of_the_photograph():
    there = SLANTED.point(Point(600, 900))
    page = read_page(Raster(PHOTO), FakeEngine(spots), part(around(there), **FLAT))
    assert page.prepared == ("perspective",)
    (word,) = (word for found in page.lines for word in found.words)
    assert word.text == "blue"
    assert near(word.quad.box.center, there, 8)


def test_what_lies_beside_a_sheet_that_is_laid_flat_can_be_read_too():
    photo = PHOTO.copy()
    photo[10:30, 10:50] = SPOTS["pink"]
    page = read_page(Raster(photo), FakeEngine(spots), part("0,0,60,40", **FLAT))
    assert (page.prepared, boxes(page)) == ((), {"pink": Box(10, 10, 50, 30)})


def test_a_region_outside_of_the_page_is_refused_and_the_size_of_the_page_is_told():
    with pytest.raises(OptionInvalid, match="lies outside") as caught:
        read_page(Raster(FOUR), FakeEngine(spots), part("600,0,700,50"))
    assert "600 pixels wide and 400 high" in caught.value.hint


def test_pages_that_are_too_small_for_the_region_fail_and_the_others_are_read():
    small, large = Pillow.new("RGB", (100, 100), "white"), Pillow.fromarray(FOUR)
    out = BytesIO()
    small.save(out, "TIFF", save_all=True, append_images=[large])
    found = read(out.getvalue(), part("240,150,400,250", **PLAIN), engine=FakeEngine(spots))
    assert [page.problem.code if page.problem else page.text for page in found.pages] == ["option-invalid", "pink"]


@pytest.mark.parametrize("region", ["5,5,6,6", "599.5,399.5,600,400", "0,0,0.001,0.001"])
def test_a_region_of_a_pixel_is_read_like_any(region: str):
    engine = FakeEngine()
    page = read_page(Raster(FOUR), engine, part(region))
    assert page.lines == ()
    assert min(engine.seen[0][0][:2]) >= 1


corners = st.tuples(st.integers(0, 99), st.integers(0, 69), st.integers(1, 40), st.integers(1, 40))


@given(corners, st.integers(0, 3), st.floats(-15, 15))
def test_the_part_that_shows_a_region_holds_all_of_it(corner: tuple[int, int, int, int], quarters: int, angle: float):
    left, top, width, height = corner
    region = Box(left, top, left + width, top + height).intersection(Box(0, 0, 100, 70))
    size = (140, 140)
    back = Transform.translation(-70, -70).then(Transform.rotation(angle + 90 * quarters)).then(Transform.translation(50, 35))
    found = part_of(back, *size, region)
    assert found
    whole = back.inverse().quad(Quad.of_box(region)).box.intersection(Box(0, 0, *size))
    assert found.grown(1e-6).intersection(whole) == whole
    assert found.width <= whole.width + 1 + 4 * 140 / 1024 + (1 if angle else 0)


def test_the_part_is_found_on_a_page_that_was_curled():
    bent = Warp(tuple(tuple(Point(40.0 * i, 40.0 * j + (i % 3) * 10) for i in range(6)) for j in range(6)), 200, 200)
    found = part_of(bent, 200, 200, Box(80, 100, 120, 120))
    assert found
    assert bent.point(found.center).x == pytest.approx(100, abs=2)
    assert part_of(bent, 200, 200, Box(500, 500, 510, 510)) is None


# ---- PDFs


def prose_at(*tops: int) -> list[Text]:
    return [Text(PROSE[number % 3], y=top) for number, top in enumerate(tops)]


def test_of_a_pdf_with_text_of_its_own_the_words_of_the_region_are_taken():
    engine = FakeEngine()
    whole = read(pdf(Sheet(prose_at(700, 600, 500))), engine=engine).pages[0]
    middle = whole.lines[1].words[2]
    left, top, right, bottom = middle.quad.box
    page = read(pdf(Sheet(prose_at(700, 600, 500))), part(f"{left:.0f},{top:.0f},{right:.0f},{bottom:.0f}"), engine=engine).pages[
        0
    ]
    assert [word for found in page.lines for word in found.words] == [middle]
    assert (page.text_source, page.width, page.height, engine.seen) == ("pdf", whole.width, whole.height, [])


def test_a_region_of_a_pdf_that_holds_no_text_is_read_from_the_page():
    data = pdf(Sheet(prose_at(700, 680, 660), image=picture("Hello", size=(600, 300)), place=(72, 100, 300, 150)))
    engine = FakeEngine([line("Hello", 400, 100)])
    page = read(data, part("300,2200,1600,2900"), engine=engine).pages[0]
    assert (page.text, page.text_source) == ("Hello", "image")
    ((shape, _),) = engine.seen
    assert shape[0] < 900
    assert page.lines[0].quad.box.top > 2200


def test_text_and_print_beside_each_other_are_both_taken_where_the_region_holds_both():
    data = pdf(Sheet(prose_at(700, 300), image=picture("Hello", size=(600, 300)), place=(72, 100, 300, 150)))
    engine = FakeEngine([line("Hello", 100, 100, confidence=0.95)])
    page = read(data, part("250,1900,2200,2900"), engine=engine).pages[0]
    assert {found.text for found in page.lines} == {PROSE[1], "Hello"}
    assert page.text_source == "both"


def test_a_page_of_a_pdf_that_lies_on_its_side_is_turned_whatever_the_region_shows():
    sheet = Sheet([Text(text, x=100 + 30 * number, y=100, angle=90) for number, text in enumerate(PROSE)])
    whole = read(pdf(sheet), engine=FakeEngine()).pages[0]
    left, top, right, bottom = whole.lines[0].words[0].quad.box
    page = read(pdf(sheet), part(f"{left:.0f},{top:.0f},{right:.0f},{bottom:.0f}"), engine=FakeEngine()).pages[0]
    assert (page.text, page.turned, whole.turned) == ("The", 90, 90)


def test_a_region_beside_the_page_of_a_pdf_is_refused():
    with pytest.raises(OptionInvalid, match="lies outside"):
        read(pdf(Sheet(prose_at(700))), part("9000,9000,9100,9100"), engine=FakeEngine())


def test_only_barcodes_of_the_region_are_told():
    import zxingcpp

    code = zxingcpp.create_barcode("tide table 12", zxingcpp.BarcodeFormat.QRCode).to_image(scale=6)
    square = np.repeat(np.asarray(code)[..., None], 3, axis=2)
    image = np.full((600, 900, 3), 255, np.uint8)
    high, wide = square.shape[:2]
    image[50 : 50 + high, 50 : 50 + wide] = square
    image[300 : 300 + high, 600 : 600 + wide] = square
    options = part("580,280,900,600", barcodes=True, **PLAIN)
    page = read_page(Raster(image), FakeEngine(), options)
    assert [round(each.quad.box.left / 100) for each in page.barcodes] == [6]
    assert len(read_page(Raster(image), FakeEngine(), Options(barcodes=True, **PLAIN)).barcodes) == 2
