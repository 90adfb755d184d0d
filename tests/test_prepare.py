from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeEngine
from uncial.document import Line
from uncial.engines import EngineInfo
from uncial.geometry import Box, Point, Quad, Transform, Warp
from uncial.options import Options
from uncial.prepare import LONGEST, Prepared, TellsOrientation, prepare, turn
from uncial.prepare.way import joined

SWITCHES = {"deskew", "dewarp", "contrast", "invert", "denoise", "sharpen", "upscale"}
OFF: dict[str, Any] = dict.fromkeys(SWITCHES, False)
ONLY_TURNED = Options(**OFF)
INFO = EngineInfo("compass", "1", ("en",), "Apache-2.0", False)


class Compass:
    """An engine that says by how many quarters each page must be turned, and remembers what it was shown."""

    info = INFO

    def __init__(self, quarters: int) -> None:
        self.quarters, self.shown = quarters, list[np.ndarray]()

    def read(self, image: np.ndarray, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        return []

    def quarter_turns(self, image: np.ndarray) -> int:
        self.shown.append(image)
        return self.quarters


def page(width: int, height: int) -> np.ndarray:
    """A page whose every pixel has a colour of its own."""
    ys, xs = np.indices((height, width))
    return np.stack([xs % 256, ys % 256, (xs // 256) * 16 + ys // 256], axis=2).astype(np.uint8)


@given(st.integers(-4, 8), st.integers(1, 12), st.integers(1, 12), st.data())
def test_the_way_back_leads_from_every_pixel_to_where_it_came_from(quarters: int, width: int, height: int, data: st.DataObject):
    image = page(width, height)
    turned, back = turn(image, quarters)
    y = data.draw(st.integers(0, turned.shape[0] - 1))
    x = data.draw(st.integers(0, turned.shape[1] - 1))
    # Of a pixel it is the middle that is turned.
    came = back.point(Point(x + 0.5, y + 0.5))
    assert (image[int(came.y), int(came.x)] == turned[y, x]).all()


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_turning_keeps_every_pixel(quarters: int):
    image = page(30, 20)
    turned, _ = turn(image, quarters)
    assert turned.shape == ((20, 30, 3) if quarters % 2 == 0 else (30, 20, 3))
    assert turned.flags.c_contiguous
    assert (np.rot90(turned, quarters) == image).all()


def test_what_is_upright_is_not_copied():
    image = page(30, 20)
    turned, back = turn(image, 4)
    assert turned is image
    assert back == Transform()


def test_the_top_left_corner_of_a_page_that_was_turned_clockwise_comes_from_the_lower_left_one():
    _, back = turn(page(30, 20), 1)
    assert back.point(Point(0, 0)) == Point(0, 20)
    assert back.point(Point(20, 30)) == Point(30, 0)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_turned_as_the_engine_says(quarters: int):
    image, turned, back, steps, _ = prepare(page(30, 20), Compass(quarters), ONLY_TURNED)
    assert turned == 90 * quarters
    assert steps == (("orientation",) if quarters else ())
    expected, way = turn(page(30, 20), quarters)
    assert (image == expected).all()
    assert back == way


def test_the_engine_is_not_asked_where_the_options_say_so():
    engine = Compass(2)
    assert prepare(page(30, 20), engine, Options(orientation=False)).turned == 0
    assert engine.shown == []


def test_a_page_stays_as_it_lies_where_the_engine_cannot_tell():
    engine = FakeEngine()
    assert not isinstance(engine, TellsOrientation)
    image = page(30, 20)
    assert prepare(image, engine, ONLY_TURNED) == Prepared(image)


def test_of_a_strip_the_engine_sees_the_middle_alone_and_all_of_it_is_turned():
    image, engine = page(20, 20 * LONGEST + 200), Compass(1)
    found = prepare(image, engine, ONLY_TURNED)
    assert (engine.shown[0] == image[100:-100]).all()
    assert found.image.shape == (20, 20 * LONGEST + 200, 3)


def test_ways_of_which_one_is_no_matrix_are_gone_one_after_the_other():
    curl = Warp(((Point(0, 0), Point(50, 0)), (Point(0, 100), Point(100, 100))), 10, 10)
    quad = Quad.of_box(Box(0, 0, 10, 10))
    there = joined(Transform.scaling(0.5, 0.5), joined(curl, Transform.translation(7, 0)))
    assert there.quad(quad) == Transform.translation(7, 0).quad(curl.quad(Transform.scaling(0.5, 0.5).quad(quad)))


def test_ways_that_are_matrices_become_one():
    assert joined(Transform.scaling(2, 2), Transform.translation(1, 0)) == Transform(2, 0, 1, 0, 2, 0, 0, 0, 1)
