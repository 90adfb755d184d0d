from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.engines.neural.ctc import Reading
from uncial.engines.neural.words import line_of
from uncial.geometry import Box, Quad

QUAD = Quad.of_box(Box(100, 50, 300, 80))


def reading(text: str, places: tuple[float, ...] = (), sure: float = 0.9) -> Reading:
    """A reading with its characters in the middle of equal parts of the line."""
    places = places or tuple((i + 0.5) / len(text) for i in range(len(text)))
    return Reading(tuple(text), (sure,) * len(text), places)


def test_a_line_is_split_at_its_spaces():
    line = line_of(reading("two words"), QUAD)
    assert line is not None
    assert [word.text for word in line.words] == ["two", "words"]
    assert (line.text, line.quad, line.direction) == ("two words", QUAD, "left-to-right")


def test_each_word_is_as_wide_as_its_characters():
    line = line_of(reading("two words"), QUAD)
    assert line is not None
    two, words = (word.quad.box for word in line.words)
    step = 200 / 9
    assert two == pytest.approx((100, 50, 100 + 3 * step, 80))
    assert words == pytest.approx((100 + 4 * step, 50, 300, 80))


def test_words_with_hardly_a_gap_share_it_and_do_not_overlap():
    line = line_of(Reading(tuple("ab cd"), (1.0,) * 5, (0.1, 0.3, 0.4, 0.45, 0.8)), QUAD)
    assert line is not None
    first, second = (word.quad.box for word in line.words)
    assert first.right == pytest.approx(second.left)


@pytest.mark.parametrize("text", ["", " ", "   ", "\u3000 "])
def test_nothing_but_spaces_is_no_line(text: str):
    assert line_of(reading(text) if text else Reading(), QUAD) is None


@pytest.mark.parametrize("text", [" a", "a ", "  a  ", "a  b"])
def test_spaces_make_no_empty_words(text: str):
    line = line_of(reading(text), QUAD)
    assert line is not None
    assert [word.text for word in line.words] == text.split()


def test_confidences_are_those_of_the_characters_and_spaces_do_not_count():
    line = line_of(Reading(tuple("ab c"), (0.9, 0.7, 0.1, 0.5), (0.1, 0.3, 0.5, 0.8)), QUAD)
    assert line is not None
    assert [word.character_confidences for word in line.words] == [(0.9, 0.7), (0.5,)]
    assert [word.confidence for word in line.words] == pytest.approx([0.8, 0.5])
    assert line.confidence == pytest.approx(0.7)


def test_a_word_is_composed_and_has_no_confidences_of_characters_that_were_joined():
    line = line_of(Reading(("e", "\u0301", " ", "a"), (0.9, 0.8, 1.0, 0.7), (0.2, 0.3, 0.5, 0.8)), QUAD)
    assert line is not None
    assert [(word.text, word.character_confidences) for word in line.words] == [("é", ()), ("a", (0.7,))]
    assert [word.confidence for word in line.words] == pytest.approx([0.85, 0.7])


def test_a_single_character_fills_its_line():
    line = line_of(reading("7"), QUAD)
    assert line is not None
    assert line.words[0].quad.box == pytest.approx(QUAD.box)


@given(st.lists(st.tuples(st.sampled_from("ab "), st.floats(0, 1), st.floats(0.01, 1)), min_size=1, max_size=30))
def test_words_run_from_left_to_right_inside_their_line(steps: list[tuple[str, float, float]]):
    steps = sorted(steps, key=lambda step: step[1])
    texts, places, sure = zip(*steps, strict=True)
    line = line_of(Reading(texts, sure, places), QUAD)
    if line is None:
        assert not "".join(texts).strip()
        return
    assert line.text == " ".join("".join(texts).split())
    boxes = [word.quad.box for word in line.words]
    assert all(box.left >= 100 - 1e-6 and box.right <= 300 + 1e-6 and box.right >= box.left - 1e-6 for box in boxes)
    assert all(one.right <= other.left + 1e-6 for one, other in pairwise(boxes))
