from math import degrees, radians, tan

import pytest

from uncial.engines.boxes import quad_around, slant
from uncial.geometry import Box


def characters(angle: float, count: int = 30) -> list[Box]:
    """Upright boxes of 10 x 20 pixels along a line, every third with a descender of 6 more."""
    rise = tan(radians(angle))
    return [Box(14 * k, 100 + 14 * k * rise, 14 * k + 10, 120 + 14 * k * rise + (6 if k % 3 == 0 else 0)) for k in range(count)]


@pytest.mark.parametrize("angle", [-12, -3, 0, 5])
def test_a_slant_is_found_in_spite_of_descenders(angle: float):
    assert degrees(slant(characters(angle))) == pytest.approx(angle, abs=0.3)


def test_few_characters_do_not_tell_a_slant():
    assert slant(characters(10, count=7), otherwise=0.25) == 0.25
    assert slant([], otherwise=0.5) == 0.5


def test_a_slant_does_not_depend_on_the_order_of_the_characters():
    assert slant(characters(5)[::-1]) == slant(characters(5))


@pytest.mark.parametrize("angle", [-12, -3, 5])
def test_a_quad_around_slanted_characters_is_as_high_as_they_are(angle: float):
    quad = quad_around(characters(angle), radians(angle))
    assert quad.angle == pytest.approx(angle)
    assert quad.height == pytest.approx(26, abs=0.8)
    upright = Box.around(characters(angle))
    assert all(abs(here - there) < 6 for here, there in zip(quad.box, upright, strict=True))


def test_a_quad_without_a_slant_is_the_box():
    boxes = characters(0)
    assert quad_around(boxes, 0.0).box == Box.around(boxes)


@pytest.mark.parametrize(("angle", "first"), [(90, "top right"), (-90, "bottom left")])
def test_a_quad_of_lying_text_begins_where_the_text_does(angle: float, first: str):
    quad = quad_around([Box(40, 10, 60, 200)], radians(angle), lying=True)
    assert (quad.width, quad.height) == pytest.approx((190, 20))
    corner = (60, 10) if first == "top right" else (40, 200)
    assert tuple(quad.top_left) == pytest.approx(corner)
