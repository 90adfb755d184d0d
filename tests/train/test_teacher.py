"""What the teacher says, and to which step of the pupil."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.train.teacher import in_step, trust

STEPS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def order(speaks: str, own: str) -> list[int]:
    return in_step(*(np.array([each == "x" for each in steps]) for steps in (speaks, own)))


@pytest.mark.parametrize(
    ("speaks", "own", "said"),
    [
        (".x..", ".x..", [0, 1, 2, 3]),
        (".x..", "..x.", [0, 2, 1, 3]),
        ("..x.", ".x..", [0, 2, 1, 3]),
        (".x..", "...x", [0, 1, 2, 3]),
        (".x..", "....", [0, 1, 2, 3]),
        ("....", ".x..", [0, 1, 2, 3]),
        (".x..", ".xx.", [0, 1, 2, 3]),
        ("x.x.", ".x..", [1, 0, 2, 3]),
        (".xx.", "x..x", [1, 0, 3, 2]),
    ],
)
def test_what_the_teacher_says_moves_to_where_the_pupil_speaks(speaks: str, own: str, said: list[int]):
    assert order(speaks, own) == said


@given(STEPS)
def test_nothing_is_lost_and_nothing_moves_by_more_than_a_step(steps: list[tuple[bool, bool]]):
    speaks, own = np.array(steps).T
    moved = in_step(speaks, own)
    assert sorted(moved) == list(range(len(steps)))
    assert all(abs(step - place) <= 1 for place, step in enumerate(moved))
    assert (speaks[moved] & own).sum() >= (speaks & own).sum()


def test_a_line_that_is_illegible_to_the_teacher_is_not_believed():
    line = list(range(1, 11))
    assert trust(line, line) == 1.0
    assert trust(line, [*line[:9], 99]) == pytest.approx(0.5)
    assert trust(line, line[:8]) == pytest.approx(0.0)
    assert trust(line, []) == 0.0
