from __future__ import annotations

import io
from itertools import product

import numpy as np
import pytest
from PIL import Image

from pdfs import Sheet, Text, pdf
from pictures import encoded, scene
from uncial.errors import LimitExceeded, PageNotFound, SourceDamaged
from uncial.options import Limits, Options
from uncial.pages import open_original, open_pages
from uncial.pages.views import jpeg, view_size
from uncial.sources import open_source

SHEETS = {
    "plain": Sheet([Text("Tide tables")]),
    "turned": Sheet([Text("Tide tables")], rotate=90),
    "cut": Sheet([Text("Tide tables")], crop=(50, 600, 400, 780)),
    "scan": Sheet(image=Image.new("L", (1275, 1650), 200)),
    "a strip": Sheet(size=(2000, 3)),
}


def view(data: bytes, width: int, number: int = 1, limits: Limits | None = None, pdf_dpi: int = 0) -> np.ndarray:
    limits = limits or Limits()
    with open_original(open_source(data, limits), limits, pdf_dpi) as original:
        return original.view(number, width)


def read(data: bytes, pdf_dpi: int = 0) -> np.ndarray:
    """The page as an engine gets it."""
    with open_pages(open_source(data, Limits()), Options(pdf_dpi=pdf_dpi), Limits()) as pages:
        return pages[0].load().image


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    return float(np.abs(one.astype(float) - other.astype(float)).mean()) < 6


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_page_of_a_pdf_is_seen_as_it_was_read_and_smaller(sheet):
    data = pdf(sheet)
    whole = read(data)
    assert np.array_equal(view(data, 0), whole)
    height, width = whole.shape[:2]
    small = view(data, 320)
    assert small.shape[1] == 320
    assert abs(small.shape[0] - 320 * height / width) <= 1
    assert view(data, 99_999).shape == whole.shape


def test_a_pdf_that_was_read_at_another_resolution_is_seen_at_that():
    data = pdf(SHEETS["plain"])
    assert np.array_equal(view(data, 0, pdf_dpi=72), read(data, pdf_dpi=72))
    assert view(data, 1000, pdf_dpi=72).shape[1] == 612


@pytest.mark.parametrize(("form", "orientation"), [*product(["JPEG"], range(1, 9)), ("PNG", 6), ("WEBP", 1)])
def test_an_image_is_seen_the_way_up_that_it_was_read(form, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(scene(1201, 803).convert("RGB"), form, exif=exif)
    whole = read(data)
    assert np.array_equal(view(data, 0), whole)
    height, width = whole.shape[:2]
    small = view(data, 160)
    assert small.shape == (round(160 * height / width), 160, 3)
    shrunk = np.asarray(Image.fromarray(whole).resize((160, small.shape[0]), Image.Resampling.BOX))
    assert alike(small, shrunk)
    assert not alike(small[::-1, ::-1], shrunk)


def test_each_page_of_a_tiff_is_seen():
    data = encoded(scene(60, 40), "TIFF", save_all=True, append_images=[scene(90, 40)])
    assert view(data, 45, 2).shape == (20, 45, 3)
    with pytest.raises(PageNotFound, match="no page 3"):
        view(data, 45, 3)


@pytest.mark.parametrize("number", [0, 2, 10**8])
def test_a_page_that_is_not_there_is_told(number):
    with pytest.raises(PageNotFound):
        view(encoded(scene(), "JPEG"), 160, number)


def test_what_a_viewer_asks_for_is_held_to_the_limits():
    data = encoded(scene(200, 200), "JPEG")
    with pytest.raises(LimitExceeded):
        view(data, 10, limits=Limits(max_pixels=100))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_damaged_image_is_damaged_at_every_width(form):
    data = encoded(scene(600, 400), form)
    for end, width in product(range(20, len(data) - len(data) // 7, len(data) // 7), (0, 10, 160)):
        with pytest.raises((SourceDamaged, LimitExceeded)):
            view(data[:end], width)


@pytest.mark.parametrize(
    ("size", "wanted", "expected"),
    [
        ((100, 50), 10, (10, 5)),
        ((100, 50), 0, (100, 50)),
        ((100, 50), 200, (100, 50)),
        ((1000, 1), 10, (10, 1)),
        ((1, 1), 160, (1, 1)),
    ],
)
def test_a_view_keeps_its_shape_and_has_a_pixel_at_least(size, wanted, expected):
    width, height = size
    assert view_size(width, height, wanted) == expected


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 70_000, 3), (70_000, 1, 3)])
def test_any_page_becomes_a_jpeg(shape):
    made = Image.open(io.BytesIO(jpeg(np.full(shape, 255, np.uint8))))
    assert made.format == "JPEG"
    assert max(made.size) == min(max(shape[:2]), 65_500)
