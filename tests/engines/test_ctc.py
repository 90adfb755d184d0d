from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.engines.neural import ctc
from uncial.engines.neural.ctc import Reading, decode

CLASSES = ("", "a", "b", "c", " ")
SPACE = 4


def path(*classes: int, sure: float = 0.96) -> np.ndarray:
    """Probabilities whose best path is this one, T x C; the rest is spread over the other classes but the space."""
    rows = np.full((len(classes), len(CLASSES)), (1 - sure) / (len(CLASSES) - 2), np.float32)
    rows[:, SPACE] = 0
    rows[np.arange(len(classes)), list(classes)] = sure
    return rows


def slowly(probabilities: np.ndarray, characters: Sequence[str]) -> list[tuple[str, float, float]]:
    """Best path decoding as the paper tells it: collapse repeats, then drop blanks. Character, its probability, its middle."""
    found: list[tuple[str, float, float]] = []
    begun, before = 0, 0
    for step, row in enumerate([*probabilities, np.array([2.0] + [0.0] * (len(characters) - 1))]):
        best = max(range(len(row)), key=lambda i: (row[i], -i))
        if best == before:
            continue
        if before:
            sure = max(float(probabilities[i][before]) for i in range(begun, step))
            found.append((characters[before], sure, (begun + step) / 2 / len(probabilities)))
        begun, before = step, best
    return found


def without_added_spaces(probabilities: np.ndarray) -> Reading:
    """What is decoded where no space is anywhere near as probable as to be put back."""
    probabilities = probabilities.copy()
    best = probabilities.argmax(axis=1) == SPACE
    probabilities[~best, SPACE] = 0
    return decode(probabilities, CLASSES, SPACE)


paths = st.lists(st.lists(st.integers(1, 1000), min_size=5, max_size=5), min_size=1, max_size=40)


@given(paths)
def test_the_best_path_is_that_of_the_paper(weights: list[list[int]]):
    probabilities = np.array(weights, np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    reading = without_added_spaces(probabilities)
    expected = slowly(probabilities, CLASSES)
    assert list(reading.characters) == [character for character, _, _ in expected]
    assert reading.confidences == pytest.approx([sure for _, sure, _ in expected])
    assert all(abs(place - middle) < 0.5 / len(weights) for place, (_, _, middle) in zip(reading.places, expected, strict=True))


@given(paths)
def test_characters_confidences_and_places_belong_together(weights: list[list[int]]):
    probabilities = np.array(weights, np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    reading = decode(probabilities, CLASSES, SPACE)
    assert len(reading.characters) == len(reading.confidences) == len(reading.places)
    assert all(0 < each <= 1 for each in reading.confidences)
    assert all(0 <= each <= 1 for each in reading.places)
    assert list(reading.places) == sorted(reading.places)
    assert 0 <= reading.lost_space <= 1


@pytest.mark.parametrize(
    ("classes", "text"),
    [
        ([1, 1, 1], "a"),
        ([1, 0, 1], "aa"),
        ([0, 0, 1, 1, 2, 0], "ab"),
        ([1, 2, 1], "aba"),
        ([2, 0, 0, 2, 2, 0], "bb"),
        ([1, 0, 4, 0, 2], "a b"),
        ([0, 0, 0], ""),
        ([3], "c"),
    ],
)
def test_repeats_are_one_character_unless_a_blank_parts_them(classes: list[int], text: str):
    assert decode(path(*classes), CLASSES, SPACE).text == text


def test_nothing_but_blanks_is_nothing_and_not_sure_at_all():
    reading = decode(path(0, 0, 0), CLASSES, SPACE)
    assert reading == Reading()
    assert reading.confidence == 0


def test_a_character_is_as_sure_as_its_surest_step():
    probabilities = path(0, 1, 1, 0)
    probabilities[1, 1], probabilities[2, 1] = 0.5, 0.75
    assert decode(probabilities, CLASSES, SPACE).confidences == pytest.approx([0.75])


def apart(space: float, gap: int = 5) -> np.ndarray:
    """The path of "abcab" with one wide gap after the c, in which a space has that probability."""
    wide = [0] * gap
    probabilities = path(1, 0, 0, 2, 0, 0, 3, *wide, 1, 0, 0, 2)
    middle = 7 + gap // 2
    probabilities[middle] = [1 - space, 0, 0, 0, space]
    return probabilities


def test_a_space_that_is_only_just_missed_between_characters_that_stand_apart_is_put_back():
    reading = decode(apart(0.3), CLASSES, SPACE)
    assert reading.text == "abc ab"
    assert reading.confidences[3] == pytest.approx(0.3)
    assert reading.places[2] < reading.places[3] < reading.places[4]


def test_no_space_is_put_where_none_is_likely_and_the_reading_tells_how_likely_it_was():
    reading = decode(apart(0.03), CLASSES, SPACE)
    assert reading.text == "abcab"
    assert reading.lost_space == pytest.approx(0.03)


def test_no_space_is_put_between_characters_that_do_not_stand_apart():
    reading = decode(apart(0.3, gap=2), CLASSES, SPACE)
    assert (reading.text, reading.lost_space) == ("abcab", 0)


def test_no_second_space_is_put_beside_one():
    probabilities = path(1, 0, 0, 2, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1, 0, 0, 2)
    probabilities[6] = [0.6, 0, 0, 0, 0.4]
    assert decode(probabilities, CLASSES, SPACE).text == "ab ab"


def test_the_pitch_of_a_short_line_follows_the_horizontal_resolution():
    # Two characters alone: their distance is not usual, so it is held against what is usual at that resolution.
    probabilities = path(1, 0, 0, 0, 2)
    probabilities[2] = [0.7, 0, 0, 0, 0.3]
    assert decode(probabilities, CLASSES, SPACE, stretch=1.0).text == "a b"
    assert decode(probabilities, CLASSES, SPACE, stretch=2.0).text == "ab"


def test_the_class_of_the_blank_is_the_first():
    assert ctc.BLANK == 0
