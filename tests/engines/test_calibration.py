from itertools import pairwise

import pytest

from uncial.engines.calibration import CURVES, agreed, calibrated, disputed

CURVE = ((0.2, 0.1), (0.6, 0.5), (1.0, 0.9))


@pytest.mark.parametrize(("raw", "sure"), [(0.0, 0.1), (0.2, 0.1), (0.3, 0.2), (0.6, 0.5), (0.8, 0.7), (1.0, 0.9), (1.1, 0.9)])
def test_between_two_corners_the_curve_is_straight_and_beyond_the_outer_ones_level(raw: float, sure: float):
    assert calibrated(raw, CURVE) == pytest.approx(sure)


@pytest.mark.parametrize("name", CURVES)
def test_every_curve_rises_and_neither_begins_at_never_nor_ends_at_always(name: str):
    curve = CURVES[name]
    assert all(left < right and low <= high for (left, low), (right, high) in pairwise(curve))
    assert 0 < curve[0][1] < 0.5 < curve[-1][1] < 1


@pytest.mark.parametrize("name", CURVES)
def test_a_surer_word_never_becomes_a_less_sure_one(name: str):
    told = [calibrated(step / 1000, CURVES[name]) for step in range(1001)]
    assert told == sorted(told)


def test_a_word_that_two_readers_share_is_surer_than_either_says_and_a_disputed_one_less():
    assert agreed(0.7, 0.8) > 0.9
    assert disputed(0.9) < 0.9


@pytest.mark.parametrize("raw", [0.5, 0.7, 0.9, 0.97, 0.999, 1.0])
@pytest.mark.parametrize("network", ["neural-tiny", "neural-small"])
def test_handwriting_is_never_believed_as_print_is(raw: float, network: str):
    assert calibrated(raw, CURVES["handwritten"]) < calibrated(raw, CURVES[network])
