from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from fakes import FakeEngine
from photographs import HIGH, WIDE, curled, desk, photographed, printed, slanted
from uncial.errors import ModelMissing
from uncial.geometry import Box, Point, Quad, Transform, Warp
from uncial.models import MODELS, look_up
from uncial.options import Options
from uncial.prepare import prepare, turn
from uncial.prepare.curl import drawn, straightens
from uncial.prepare.flatten import Flattened, flatten, models_of
from uncial.prepare.sheet import find_sheet

if TYPE_CHECKING:
    from uncial.raster import Image

needs_uvdoc = pytest.mark.skipif(
    look_up(MODELS["uvdoc"]) is None, reason="The optional model uvdoc is not here: uncial models pull uvdoc"
)
EVERYWHERE = [Point(x, y) for x in (0.1, 0.5, 0.9) for y in (0.1, 0.5, 0.9)]
"""Parts of the width and height of a page."""
NEAR = 0.005 * HIGH
"""Pixels that a point may be away: edges are measured on a copy of 512 pixels, and shade moves them by one or two of those."""


@pytest.fixture
def no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who has pulled nothing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def flattened(photo: "Image") -> Flattened:
    flat = flatten(photo)
    assert flat is not None
    return flat


def distance(one: Point, other: Point) -> float:
    return float(np.hypot(one.x - other.x, one.y - other.y))


def strays(flat: Flattened, page: "Image", way: Transform | Warp) -> list[float]:
    """How far from where it was on the photograph each point of the flat page is led back to, in pixels."""
    height, width = flat.image.shape[:2]
    back = flat.back
    assert isinstance(back, Transform | Warp)
    there = [way.point(Point(p.x * page.shape[1], p.y * page.shape[0])) for p in EVERYWHERE]
    return [distance(back.point(Point(p.x * width, p.y * height)), t) for p, t in zip(EVERYWHERE, there, strict=True)]


# ---- a sheet at a slant

CAMERAS = {
    "from below": {"tilt": 25.0, "pan": 0.0, "roll": 0.0, "far": 2.2},
    "from the corner": {},
    "from the left": {"tilt": 5.0, "pan": 30.0, "roll": -3.0, "far": 2.2},
    "turned": {"tilt": 4.0, "pan": 3.0, "roll": 12.0, "far": 2.4},
    "from afar": {"focal": 2.0, "far": 1.9},
}


@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS)
def test_a_slanted_sheet_is_laid_flat_and_every_point_leads_back(camera: dict[str, float]):
    page = printed()
    way = slanted(page, **camera)
    flat = flattened(photographed(page, way))
    assert flat.name == "perspective"
    assert max(strays(flat, page, way)) < NEAR
    height, width = flat.image.shape[:2]
    assert abs(width / height / (page.shape[1] / page.shape[0]) - 1) < 0.06


def test_the_flat_page_looks_like_the_one_that_was_photographed():
    page = printed()
    flat = flattened(photographed(page, slanted(page)))
    there = cv2.resize(page, (flat.image.shape[1], flat.image.shape[0]), interpolation=cv2.INTER_AREA)
    ink, print_ = (cv2.GaussianBlur(image, (0, 0), 2)[40:-40, 40:-40].mean(axis=2).ravel() for image in (flat.image, there))
    assert np.corrcoef(ink, print_)[0, 1] > 0.7


def test_no_part_of_the_sheet_loses_resolution():
    page = printed()
    flat = flattened(photographed(page, slanted(page)))
    (ax, ay), (bx, by), *_ = find_sheet(photographed(page, slanted(page))).corners  # type: ignore[misc, union-attr]
    assert flat.image.shape[1] >= np.hypot(bx - ax, by - ay) - 1


@pytest.mark.parametrize("shade", [(150, 150, 155), (40, 70, 120), (150, 110, 60)], ids=["grey", "blue", "light wood"])
def test_the_desk_may_have_other_colours(shade: tuple[int, int, int]):
    page = printed()
    way = slanted(page)
    assert max(strays(flattened(photographed(page, way, desk(shade))), page, way)) < NEAR


def test_the_light_may_fall_off_so_that_the_far_edge_is_darker_than_the_near_ground():
    page = printed()
    way = slanted(page)
    assert max(strays(flattened(photographed(page, way, desk((110, 108, 106)), dimmer=0.5)), page, way)) < NEAR


def test_the_same_photograph_twice_gives_the_same_bytes():
    photo = photographed(printed(), slanted(printed()))
    one, other = flattened(photo), flattened(photo.copy())
    assert one.image.tobytes() == other.image.tobytes()
    assert one.back == other.back


# ---- what is no photograph of a sheet


def framed(slope: int) -> "Image":
    """A page of text with a ruled frame, whose upper edge slopes."""
    sheet = Pillow.fromarray(printed())
    ImageDraw.Draw(sheet).polygon([(90, 120), (700, 120 + slope), (690, 1000), (100, 980)], outline="black", width=8)
    return np.asarray(sheet).copy()


def table() -> "Image":
    sheet = Pillow.fromarray(printed())
    draw = ImageDraw.Draw(sheet)
    for i in range(8):
        draw.line((60, 100 + 120 * i, 740, 100 + 120 * i), "black", 4)
        draw.line((60 + 97 * i, 100, 60 + 97 * i, 940), "black", 4)
    return np.asarray(sheet).copy()


def on_black(turned: float = 0) -> "Image":
    """A scan of a receipt under an open lid."""
    page = printed(500, 1000)
    way = Transform.translation(-250, -500).then(Transform.rotation(turned)).then(Transform.translation(450, 600))
    return photographed(page, way, np.full((HIGH, WIDE, 3), 8, np.uint8), dimmer=0)


def poster() -> "Image":
    """A street with a bright board among other bright things."""
    street = desk((90, 95, 100))
    for x, y, w, h, colour in ((30, 40, 300, 500, 235), (620, 30, 250, 420, 225), (60, 900, 780, 250, 215)):
        cv2.rectangle(street, (x, y), (x + w, y + h), (colour, colour, colour), -1)
    return photographed(printed(500, 700), slanted(printed(500, 700), far=1.9), street)


def half_outside() -> "Image":
    page = printed()
    return photographed(page, slanted(page, far=1.5).then(Transform.translation(260, 0)))


def two_sheets() -> "Image":
    page = printed(420, 594)
    small = slanted(page, 20, 0, 4)
    left = photographed(page, small.then(Transform.translation(-230, 0)), dimmer=0)
    return photographed(page, small.then(Transform.translation(230, 0)), left, dimmer=0)


NO_SHEETS: dict[str, Callable[[], "Image"]] = {
    "a scan": printed,
    "a bitonal scan": lambda: np.where(printed() > 128, 255, 0).astype(np.uint8),
    "a framed page": lambda: framed(0),
    "a page with a slanted frame": lambda: framed(60),
    "a table": table,
    "a receipt on black": on_black,
    "a receipt on black, a little crooked": lambda: on_black(1.5),
    "a dark page": lambda: 255 - printed(),
    "a shadow across a scan": lambda: (printed() * np.linspace(1, 0.4, 800)[None, :, None]).astype(np.uint8),
    "a desk": desk,
    "a poster": poster,
    "a sheet that is half outside": half_outside,
    "two sheets": two_sheets,
    "one colour": lambda: np.full((600, 400, 3), 200, np.uint8),
    "one pixel": lambda: np.full((1, 1, 3), 200, np.uint8),
    "a line": lambda: printed()[60:110],
    "noise": lambda: np.random.default_rng(0).integers(0, 256, (600, 400, 3), np.uint8),
    "a small picture": lambda: photographed(printed(), slanted(printed()))[::6, ::6].copy(),
}


@pytest.mark.parametrize("picture", NO_SHEETS.values(), ids=NO_SHEETS)
def test_what_is_no_sheet_at_a_slant_is_left_alone(picture: Callable[[], "Image"]):
    assert flatten(picture()) is None


def test_a_strip_longer_than_the_maps_reach_is_left_alone():
    assert flatten(np.zeros((40_000, 300, 3), np.uint8)) is None


# ---- among the other steps

UNTONED = Options(deskew=False, contrast=False, invert=False, denoise=False, sharpen=False, upscale=False)
ONLY_FLATTENED = replace(UNTONED, orientation=False)


def test_a_flattened_page_says_so_and_words_lead_back_to_the_photograph_as_it_lay():
    page = printed()
    way = slanted(page)
    lying, _ = turn(photographed(page, way), 3)

    class Compass(FakeEngine):
        def quarter_turns(self, image: "Image") -> int:
            return 1

    found = prepare(lying, Compass(), UNTONED)
    assert found.steps == ("orientation", "perspective")
    width, height = found.image.shape[1], found.image.shape[0]
    word = Transform.scaling(width / page.shape[1], height / page.shape[0]).quad(quad := Quad.of_box(Box(100, 300, 300, 330)))
    expected = Transform.quarter_turns(3, WIDE, HIGH).quad(way.quad(quad))
    assert max(map(distance, found.back.quad(word), expected)) < NEAR


def test_the_option_leaves_a_photograph_as_it_is():
    photo = photographed(printed(), slanted(printed()))
    assert prepare(photo, FakeEngine(), ONLY_FLATTENED).steps == ("perspective",)
    assert prepare(photo, FakeEngine(), replace(ONLY_FLATTENED, dewarp=False)).image is photo


def test_the_models_are_looked_for_where_the_engine_was_told():
    class Told(FakeEngine):
        models = Path("weights")

    assert models_of(Told()) == Path("weights")
    assert models_of(FakeEngine()) is None


# ---- curl


def grid_of(way: Warp) -> np.ndarray:
    return np.array(way.grid)


def test_the_flat_page_is_drawn_from_where_its_warp_leads():
    page = printed()
    photo, way = curled(page)
    flat = drawn(photo, grid_of(way), 800, 1131)
    for x, y in ((100, 90), (400, 300), (640, 900)):
        there = way.point(Point(x + 0.5, y + 0.5))
        near = photo[int(there.y) - 1 : int(there.y) + 2, int(there.x) - 1 : int(there.x) + 2]
        assert near.min() - 1 <= flat[y, x].min()
        assert flat[y, x].max() <= near.max() + 1


def test_drawing_in_strips_leaves_no_seams():
    columns, rows = np.meshgrid(np.linspace(0, 40, 31), np.linspace(0, 600, 45))
    ramp = np.repeat(np.linspace(0, 255, 600).astype(np.uint8)[:, None], 40, axis=1)
    flat = drawn(ramp, np.stack([columns, rows], axis=2), 40, 600)
    assert np.abs(flat.astype(int) - ramp).max() <= 1


def test_taking_a_curl_out_makes_lines_straighter_and_taking_out_what_is_not_there_does_not():
    page = printed()
    photo, way = curled(page)
    assert straightens(photo, grid_of(way))
    straight, flat_way = curled(page, rise=0)
    assert not straightens(straight, grid_of(flat_way))
    assert not straightens(straight, grid_of(way))


def test_turning_a_page_level_counts_for_nothing_since_that_is_no_curl():
    page = printed()
    way = Transform.rotation(4).then(Transform.scaling(0.8, 0.8)).then(Transform.translation(120, 80))
    ys, xs = np.meshgrid(np.linspace(0, 1131, 45), np.linspace(0, 800, 31), indexing="ij")
    grid = np.array([[way.point(Point(x, y)) for x, y in zip(*row, strict=True)] for row in zip(xs, ys, strict=True)])
    assert not straightens(photographed(page, way), grid)


@pytest.mark.usefixtures("no_models")
def test_without_the_model_a_curled_page_is_left_alone():
    photo, _ = curled(printed())
    assert flatten(photo) is None


@pytest.mark.usefixtures("no_models")
def test_a_model_that_is_another_one_is_told(tmp_path: Path):
    (tmp_path / "uvdoc.onnx").write_bytes(b"another network")
    with pytest.raises(ModelMissing, match="uvdoc"):
        flatten(curled(printed())[0], tmp_path)


@needs_uvdoc
def test_a_curled_page_is_laid_flat_and_its_points_lead_back():
    page = printed()
    photo, way = curled(page)
    flat = flattened(photo)
    assert flat.name == "curl"
    assert isinstance(flat.back, Warp)
    # The network does not find the very edges of the page: of what lies on the page, the heights must agree.
    assert np.median(strays(flat, page, way)) < 30
    assert flattened(photo).image.tobytes() == flat.image.tobytes()


def bow(image: "Image") -> float:
    """How far a blue rule strays from a straight line, in parts of its length."""
    ys, xs = np.nonzero(image[..., 2].astype(int) - image[..., 0] > 60)
    assert len(xs) > 1000
    return float(np.std(ys - np.polyval(np.polyfit(xs, ys, 1), xs)) / np.ptp(xs))


@needs_uvdoc
def test_a_rule_on_a_page_whose_curl_was_taken_out_is_straight():
    page = printed()
    page[565:569, 60:740] = (0, 0, 255)
    photo, _ = curled(page)
    assert bow(flattened(photo).image) < bow(photo) / 3


@needs_uvdoc
@pytest.mark.parametrize("picture", NO_SHEETS.values(), ids=NO_SHEETS)
def test_with_the_model_what_lies_flat_is_left_alone_too(picture: Callable[[], "Image"]):
    assert flatten(picture()) is None
