"""What the teacher says, and to which step of the pupil."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.network import Network, as_batch
from uncial.train.base import base_of
from uncial.train.graph import write_layers
from uncial.train.recipe import Recipe
from uncial.train.teacher import Teacher, in_step, trust

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


def test_a_base_that_teaches_itself_says_what_it_reads():
    base = base_of(Recipe("x", base="ppocr-v6-tiny", teacher="base"))
    image = np.full((48, 160, 3), 255, np.uint8)
    cv2.putText(image, "No. 19", (6, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (30, 30, 30), 2, cv2.LINE_AA)
    lesson = Teacher.load("base", base).lesson(image)
    own = Network(write_layers(base.model, base.layers, {}), "x").run(as_batch(image))[0]
    assert "".join(base.classes[each] for each in lesson.read) == "No.19"  # spaces are told by the white as well
    assert (lesson.classes[np.arange(len(own)), lesson.chances.argmax(1)] == own.argmax(1)).all()
