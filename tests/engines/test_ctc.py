from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.engines.neural import ctc
from uncial.engines.neural.ctc import Reading, decode

CLASSES = ("", "a", "b", "c", " ")
SPACE = 4
STEP = 8


def path(*classes: int, sure: float = 0.96) -> np.ndarray:
    """Probabilities whose best path is this one, T x C; the rest is spread over the other classes but the space."""
    rows = np.full((len(classes), len(CLASSES)), (1 - sure) / (len(CLASSES) - 2), np.float32)
    rows[:, SPACE] = 0
    rows[np.arange(len(classes)), list(classes)] = sure
    return rows


def inked(probabilities: np.ndarray, *white: tuple[int, int]) -> np.ndarray:
    """The columns of a line image of that many time steps: ink everywhere but in these time steps."""
    columns = np.zeros(len(probabilities) * STEP, np.bool_)
    for start, end in white:
        columns[start * STEP : end * STEP] = True
    return columns


def read(probabilities: np.ndarray, *white: tuple[int, int]) -> Reading:
    return decode(probabilities, CLASSES, inked(probabilities, *white))


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


paths = st.lists(st.lists(st.integers(1, 1000), min_size=5, max_size=5), min_size=1, max_size=40)


@given(paths)
def test_the_letters_of_the_best_path_are_those_of_the_paper(weights: list[list[int]]):
    probabilities = np.array(weights, np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    reading = read(probabilities)
    letters = [each for each in zip(reading.characters, reading.confidences, reading.extents, strict=True) if each[0] != " "]
    expected = [each for each in slowly(probabilities, CLASSES) if each[0] != " "]
    assert [character for character, _, _ in letters] == [character for character, _, _ in expected]
    assert [sure for _, sure, _ in letters] == pytest.approx([sure for _, sure, _ in expected])
    late = 0.5 / len(weights)
    assert all(begin - late < middle < end + late for (_, _, (begin, end)), (_, _, middle) in zip(letters, expected, strict=True))


@given(paths, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5))
def test_characters_confidences_and_extents_belong_together(weights: list[list[int]], white: list[tuple[int, int]]):
    probabilities = np.array(weights, np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    reading = read(probabilities, *white)
    assert len(reading.characters) == len(reading.confidences) == len(reading.extents)
    assert all(0 < each <= 1 for each in reading.confidences)
    assert all(0 <= begin <= end <= 1 for begin, end in reading.extents)
    assert [begin for begin, _ in reading.extents] == sorted(begin for begin, _ in reading.extents)
    assert 0 <= reading.lost_space <= 0.5


@given(paths)
def test_spaces_stand_only_between_letters_and_never_side_by_side(weights: list[list[int]]):
    probabilities = np.array(weights, np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    text = read(probabilities).text
    assert text == " ".join(text.split())


@pytest.mark.parametrize(
    ("classes", "text"),
    [
        ([1, 1, 1], "a"),
        ([1, 0, 1], "aa"),
        ([0, 0, 1, 1, 2, 0], "ab"),
        ([1, 2, 1], "aba"),
        ([2, 0, 0, 2, 2, 0], "bb"),
        ([1, 0, 4, 0, 2], "a b"),
        ([1, 4, 0, 4, 2], "a b"),
        ([4, 1, 4], "a"),
        ([0, 0, 0], ""),
        ([4], ""),
        ([3], "c"),
    ],
)
def test_repeats_are_one_character_unless_a_blank_parts_them(classes: list[int], text: str):
    assert read(path(*classes)).text == text


def test_nothing_but_blanks_is_nothing_and_not_sure_at_all():
    reading = read(path(0, 0, 0))
    assert reading == Reading()
    assert reading.confidence == 0


def test_a_character_is_as_sure_as_its_surest_step():
    probabilities = path(0, 1, 1, 0)
    probabilities[1, 1], probabilities[2, 1] = 0.5, 0.75
    assert read(probabilities).confidences == pytest.approx([0.75])


def apart(space: float) -> np.ndarray:
    """The path of "abcab" with a gap after the c, steps 7 to 11, in which a space has that probability."""
    probabilities = path(1, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0, 0, 1, 0, 0, 2)
    probabilities[9] = [1 - space, 0, 0, 0, space]
    return probabilities


def test_a_space_that_the_path_only_just_misses_is_put_where_the_ink_leaves_room_for_it():
    reading = read(apart(0.2), (8, 11))
    assert reading.text == "abc ab"
    assert reading.confidences[3] > 0.5
    assert reading.extents[3] == pytest.approx((8 / 16, 11 / 16))


def test_no_space_is_put_where_there_is_little_white_and_the_reading_tells_how_likely_it_was():
    probabilities = apart(0.2)
    columns = inked(probabilities)
    columns[9 * STEP : 9 * STEP + 3] = True
    reading = decode(probabilities, CLASSES, columns)
    assert reading.text == "abcab"
    assert 0.05 < reading.lost_space < 0.5


def test_white_alone_is_no_space():
    assert read(apart(0.0), (7, 12)).text == "abcab"


def test_a_space_that_the_ink_speaks_against_is_dropped():
    probabilities = apart(0.55)
    columns = inked(probabilities, (4, 5))  # there is white elsewhere, so the ink is to be believed
    assert decode(probabilities, CLASSES, columns).text == "abcab"
    assert read(probabilities).text == "abc ab"


def test_a_gap_is_measured_at_the_horizontal_resolution_of_the_line_image():
    probabilities = apart(0.2)
    assert decode(probabilities, CLASSES, inked(probabilities, (8, 10)), stretch=0.85).text == "abc ab"
    assert decode(probabilities, CLASSES, inked(probabilities, (8, 10)), stretch=1.6).text == "abcab"


def test_the_class_of_the_blank_is_the_first():
    assert ctc.BLANK == 0
