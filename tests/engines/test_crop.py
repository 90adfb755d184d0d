from math import cos, radians, sin

import cv2
import numpy as np
import pytest

from uncial.engines.crop import HEIGHT, flat_image, line_image, line_width, turned
from uncial.geometry import Box, Point, Quad, Transform


def at(center: tuple[float, float], width: float, height: float, angle: float) -> Quad:
    """A quad of that size, turned about its middle by so many degrees clockwise."""
    upright = Quad.of_box(Box(-width / 2, -height / 2, width / 2, height / 2))
    return Transform.rotation(angle).then(Transform.translation(*center)).quad(upright)


def spot(image: np.ndarray, point: Point, radius: int = 3) -> None:
    cv2.circle(image, (round(point.x), round(point.y)), radius, (0, 0, 0), -1)


def darkest(image: np.ndarray) -> tuple[float, float]:
    """The middle of what is dark, in pixels counted from the corner of the image."""
    ys, xs = np.nonzero(image.min(axis=2) < 128)
    return float(xs.mean() + 0.5), float(ys.mean() + 0.5)


@pytest.mark.parametrize("angle", [0, 7, -20, 90, 180, 270, 44])
@pytest.mark.parametrize("place", [(0.5, 0.5), (0.1, 0.25), (0.9, 0.75)])
def test_what_is_on_the_quad_lands_at_its_place_in_the_flat_image(angle: float, place: tuple[float, float]):
    page = np.full((400, 400, 3), 255, np.uint8)
    quad = at((200, 200), 240, 60, angle)
    left = quad.span(0, place[0]).band(0, place[1])
    spot(page, left.bottom_right)
    flat = flat_image(page, quad, 240, 60)
    assert flat.shape == (60, 240, 3)
    assert darkest(flat) == pytest.approx((place[0] * 240, place[1] * 60), abs=1.5)


def test_a_quad_of_the_very_size_is_cut_out_as_it_is():
    page = np.random.default_rng(0).integers(0, 256, (100, 200, 3), dtype=np.uint8)
    assert (flat_image(page, Quad.of_box(Box(30, 20, 150, 80)), 120, 60) == page[20:80, 30:150]).all()


@pytest.mark.parametrize("factor", [2, 5, 8])
def test_shrinking_takes_every_pixel_along(factor: int):
    # A fine pattern becomes even grey; where pixels are skipped it would become black, white or stripes.
    page = np.zeros((HEIGHT * factor, 400 * factor, 3), np.uint8)
    page[:, ::2] = 255
    flat = flat_image(page, Quad.of_box(Box(0, 0, 400 * factor, HEIGHT * factor)), 400, HEIGHT)
    inner = flat[4:-4, 4:-4].astype(int)
    assert abs(inner.mean() - 127) < 8
    assert inner.std() < (50 if factor == 2 else 12)


def test_what_lies_beyond_the_page_is_as_its_edge():
    page = np.full((100, 100, 3), 90, np.uint8)
    assert (flat_image(page, Quad.of_box(Box(-40, 20, 60, 60)), 100, 40) == 90).all()


@pytest.mark.parametrize("box", [Box(200, 0, 300, 40), Box(0, 120, 50, 160), Box(-90, -90, -40, -40)])
def test_a_quad_beside_the_page_shows_paper(box: Box):
    page = np.zeros((100, 100, 3), np.uint8)
    assert (flat_image(page, Quad.of_box(box), 80, 40) == 255).all()


@pytest.mark.parametrize("box", [Box(10, 10, 10, 10), Box(0, 0, 1, 1), Box(10, 50, 90, 50), Box(5, 5, 5, 90)])
def test_a_quad_without_any_area_does_no_harm(box: Box):
    page = np.full((100, 100, 3), 255, np.uint8)
    image = line_image(page, Quad.of_box(box), 0.85)
    assert image.shape[0] == HEIGHT
    assert image.shape[1] >= 48


@pytest.mark.parametrize(
    ("width", "height", "stretch", "expected"),
    [(480, 48, 1.0, 480), (480, 48, 0.85, 408), (96, 96, 1.0, 48), (10, 100, 1.0, 48), (1, 0, 1.0, 48), (1e6, 20, 1.0, 3200)],
)
def test_a_line_image_keeps_the_proportions_in_steps_of_eight_pixels(width: float, height: float, stretch: float, expected: int):
    quad = Quad.of_box(Box(0, 0, width, height))
    assert line_width(quad, stretch) == expected
    assert expected % 8 == 0


def test_turning_a_quad_moves_the_corner_where_it_begins():
    quad = Quad.of_box(Box(0, 0, 100, 20))
    assert turned(quad, 0) == quad
    assert turned(quad, 2).angle == pytest.approx(180)
    assert turned(turned(quad, 1), -1) == turned(turned(quad, 1), 3) == quad


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_after_so_many_quarters_clockwise_the_text_is_upright(quarters: int):
    upright = np.full((60, 100, 3), 255, np.uint8)
    spot(upright, Point(20, 15))
    # As it lies on the page: turned back, so that turning it clockwise makes it upright.
    lying = np.ascontiguousarray(np.rot90(upright, quarters))
    whole = Quad.of_box(Box(0, 0, lying.shape[1], lying.shape[0]))
    flat = flat_image(lying, turned(whole, quarters), 100, 60)
    assert darkest(flat) == pytest.approx(darkest(upright), abs=1)


def test_the_angle_of_a_quad_is_that_of_its_text():
    assert at((50, 50), 40, 10, 30).angle == pytest.approx(30)
    assert at((0, 0), 40, 10, 30).top_left == pytest.approx(
        (-20 * cos(radians(30)) + 5 * sin(radians(30)), -20 * sin(radians(30)) - 5 * cos(radians(30)))
    )
