import pytest

from uncial.median import weighted_median


@pytest.mark.parametrize(
    ("values", "median"),
    [
        ([], 0.0),
        ([(3.0, 1.0)], 3.0),
        ([(5.0, 1.0), (1.0, 1.0), (3.0, 1.0)], 3.0),
        ([(1.0, 1.0), (2.0, 1.0), (9.0, 10.0)], 9.0),
        ([(1.0, 5.0), (2.0, 1.0), (9.0, 4.0)], 1.0),
    ],
)
def test_half_of_the_weight_lies_on_either_side(values, median):
    assert weighted_median(values) == median
