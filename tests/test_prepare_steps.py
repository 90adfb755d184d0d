from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from fakes import FakeEngine
from prints import Sheet
from uncial.geometry import Point
from uncial.options import Options
from uncial.prepare import Prepared, prepare
from uncial.prepare.level import levelled, slope_of
from uncial.prepare.looks import letter_height, windows
from uncial.prepare.scale import enlarged
from uncial.prepare.tone import cleaned, evened, sharpened, turned_dark
from uncial.raster import Raster
from uncial.reader import read_page

STEPS = ("contrast", "invert", "denoise", "deskew", "sharpen", "upscale")
LINE = "the quick brown fox jumps over a lazy dog and boxes"


def printed(size: int = 30, *, paper: str = "white", ink: str = "black", width: int = 1000, height: int = 1300) -> np.ndarray:
    """A page of text in one column."""
    lines = [LINE[number % 7 :] for number in range(int((height - 160) / size / 1.5))]
    return Sheet(width, height, paper, ink).column("\n".join(lines), 80, 80, size, 1.5).pixels()


PAGE = printed()


def faint(image: np.ndarray, left: float = 1 / 16) -> np.ndarray:
    return np.asarray(np.rint(128 + (image.astype(np.float32) - 128) * left), np.uint8)


def in_shadow(image: np.ndarray) -> np.ndarray:
    light = np.linspace(1, 0.2, image.shape[1], dtype=np.float32)
    return (image * light[None, :, None]).astype(np.uint8)


def specked(image: np.ndarray, share: float = 0.06) -> np.ndarray:
    chance = np.random.default_rng(0).random(image.shape[:2])
    image = image.copy()
    image[chance < share / 2] = 0
    image[chance > 1 - share / 2] = 255
    return image


def slanted(image: np.ndarray, degrees: float) -> np.ndarray:
    height, width = image.shape[:2]
    way = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    return np.asarray(cv2.warpAffine(image, way, (width, height), borderValue=(255, 255, 255)), np.uint8)


def blurred(image: np.ndarray, sigma: float = 1.5) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def photograph() -> np.ndarray:
    """Large smooth shapes, and nothing that is paper."""
    noise = np.random.default_rng(1).normal(0, 1, (900, 1200, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), 40)
    return np.asarray(np.clip(128 + smooth / smooth.std() * 60, 0, 255), np.uint8)


DAMAGED: dict[str, Callable[[], np.ndarray]] = {
    "contrast": lambda: faint(PAGE),
    "invert": lambda: 255 - PAGE,
    "denoise": lambda: specked(PAGE),
    "deskew": lambda: slanted(PAGE, 4),
    "sharpen": lambda: blurred(printed(24)),
    "upscale": lambda: printed(11),
}


@pytest.mark.parametrize("image", [PAGE, printed(22, paper="#f3ead0", ink="#222244"), np.full((900, 700, 3), 255, np.uint8)])
def test_a_clean_page_is_left_as_it_is(image: np.ndarray):
    assert prepare(image, FakeEngine(), Options()) == Prepared(image)


def test_a_picture_is_left_as_it_is():
    image = photograph()
    assert prepare(image, FakeEngine(), Options(dewarp=False)).steps == ()


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_told_where_it_was_called_for_and_left_out_where_its_switch_is_off(step: str):
    image = DAMAGED[step]()
    off: dict[str, Any] = {step: False}
    assert prepare(image, FakeEngine(), Options()).steps == (step,)
    assert step not in prepare(image, FakeEngine(), Options(**off)).steps


@pytest.mark.parametrize("step", STEPS)
def test_what_an_engine_can_do_without_is_left_out(step: str):
    class Hardy(FakeEngine):
        untroubled = frozenset({step})

    assert step not in prepare(DAMAGED[step](), Hardy(), Options()).steps


def test_a_page_tells_what_was_done_to_it_in_that_order():
    page = read_page(Raster(255 - slanted(PAGE, 4)), FakeEngine(), Options())
    assert page.prepared == ("invert", "deskew")
    assert page.skew == pytest.approx(4, abs=0.3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (199, 3000), (3000, 199), (40, 40)])
def test_a_line_or_a_word_has_no_looks_to_judge(shape: tuple[int, int]):
    image = np.random.default_rng(0).integers(0, 90, (*shape, 3), np.uint8)
    assert prepare(image, FakeEngine(), Options(dewarp=False)) == Prepared(image)


def test_white_print_on_black_becomes_black_on_white():
    found = turned_dark(255 - PAGE)
    assert found is not None
    assert (found == PAGE).all()


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 0, 0), (30, 30, 60)])
def test_a_dark_page_with_nothing_on_it_stays_dark(colour: tuple[int, int, int]):
    assert turned_dark(np.full((900, 700, 3), colour, np.uint8)) is None


def test_faint_print_becomes_black_on_white():
    found = evened(faint(PAGE))
    assert found is not None
    assert found[PAGE == 255].min() > 225
    assert np.median(found[PAGE == 0]) < 60


def test_a_shadow_goes_and_the_print_in_it_stays():
    found = evened(in_shadow(PAGE))
    assert found is not None
    left, right = found[:, 150:250], found[:, -250:-150]
    assert np.median(left) > 240 and np.median(right) > 240
    assert np.percentile(left, 1) < 60 and np.percentile(right, 1) < 60


def test_a_blank_page_is_not_searched_for_faint_print():
    grain = np.random.default_rng(0).normal(240, 1.5, (900, 700, 3))
    assert evened(np.clip(grain, 0, 255).astype(np.uint8)) is None


def test_specks_go_and_the_print_stays():
    found = cleaned(specked(PAGE))
    assert found is not None
    wrong = np.abs(found.astype(int) - PAGE) > 128
    assert wrong.mean() < 0.01


def test_blurred_edges_become_steeper():
    sharp = printed(24)
    soft = blurred(sharp)
    found = sharpened(soft)
    assert found is not None
    assert np.abs(found.astype(int) - sharp).mean() < 0.8 * np.abs(soft.astype(int) - sharp).mean()


def test_large_print_with_soft_edges_is_not_blurred():
    assert sharpened(blurred(printed(90, width=2400, height=2400), 1.8)) is None


@pytest.mark.parametrize("degrees", [-10, -3, -0.4, 0, 0.7, 3, 10, 14])
def test_the_slope_of_the_lines_is_found(degrees: float):
    found = slope_of(slanted(PAGE, degrees))
    assert found.degrees == pytest.approx(degrees, abs=0.2)
    assert found.clear > 8


@pytest.mark.parametrize("degrees", [-7, 2, 12])
def test_a_levelled_page_is_level_and_every_place_on_it_leads_back(degrees: float):
    image = slanted(PAGE, degrees)
    image[640:660, 300:320] = (255, 0, 0)
    found = levelled(image)
    assert found is not None
    flat, back, slope = found
    assert slope == pytest.approx(degrees, abs=0.2)
    assert slope_of(flat).degrees == pytest.approx(0, abs=0.2)
    ys, xs = np.nonzero((flat[..., 0] > 200) & (flat[..., 1] < 60))
    assert back.point(Point(float(xs.mean()) + 0.5, float(ys.mean()) + 0.5)) == pytest.approx((310, 650), abs=0.7)


@pytest.mark.parametrize("image", [PAGE, slanted(PAGE, 0.3), np.full((900, 700, 3), 255, np.uint8), photograph()])
def test_what_is_level_or_has_no_lines_is_not_turned(image: np.ndarray):
    assert levelled(image) is None


def test_a_scroll_that_opencv_cannot_turn_is_left_alone():
    assert levelled(np.full((40_000, 210, 3), 255, np.uint8)) is None


def test_small_print_is_enlarged_and_every_place_on_it_leads_back():
    image = printed(11)
    found = enlarged(image)
    assert found is not None
    larger, back = found
    height, width = larger.shape[:2]
    assert 1.5 < width / image.shape[1] <= 3
    assert back.point(Point(width, height)) == pytest.approx((image.shape[1], image.shape[0]))
    before, after = letter_height(windows(image)), letter_height(windows(larger))
    assert before is not None and after is not None
    assert after > 1.5 * before


def test_no_page_is_enlarged_beyond_what_memory_is_meant_for():
    image = np.tile(printed(11, width=1000, height=1000), (7, 5, 1))
    assert image.shape == (7000, 5000, 3)
    found = enlarged(image)
    assert found is not None
    assert found[0].shape[0] * found[0].shape[1] <= 36_100_000
