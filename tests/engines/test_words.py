from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.engines.calibration import CURVES, calibrated
from uncial.engines.neural.ctc import Reading
from uncial.engines.neural.words import line_of, written_by_hand
from uncial.geometry import Box, Quad

QUAD = Quad.of_box(Box(100, 50, 300, 80))


def even(length: int) -> tuple[tuple[float, float], ...]:
    """Characters that share the line evenly."""
    return tuple((i / length, (i + 1) / length) for i in range(length))


def reading(text: str, sure: float = 0.9) -> Reading:
    """A reading whose characters share the line evenly."""
    return Reading(tuple(text), (sure,) * len(text), even(len(text)))


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


def test_a_word_lies_from_its_first_character_to_its_last_and_the_white_is_nobodys():
    line = line_of(Reading(tuple("ab c"), (1.0,) * 4, ((0.05, 0.2), (0.2, 0.3), (0.3, 0.6), (0.6, 0.95))), QUAD)
    assert line is not None
    assert [word.quad.box for word in line.words] == [pytest.approx((110, 50, 160, 80)), pytest.approx((220, 50, 290, 80))]


@pytest.mark.parametrize("text", ["", " ", "   ", "\u3000 "])
def test_nothing_but_spaces_is_no_line(text: str):
    assert line_of(reading(text) if text else Reading(), QUAD) is None


@pytest.mark.parametrize("text", [" a", "a ", "  a  ", "a  b"])
def test_spaces_make_no_empty_words(text: str):
    line = line_of(reading(text), QUAD)
    assert line is not None
    assert [word.text for word in line.words] == text.split()


def test_confidences_are_those_of_the_characters_and_spaces_do_not_count():
    line = line_of(Reading(tuple("ab c"), (0.9, 0.7, 0.1, 0.5), even(4)), QUAD)
    assert line is not None
    assert [word.character_confidences for word in line.words] == [(0.9, 0.7), (0.5,)]
    ab, c = (calibrated(each, CURVES["neural-small"]) for each in (0.8, 0.5))
    assert [word.confidence for word in line.words] == pytest.approx([ab, c])
    assert line.confidence == pytest.approx((2 * ab + c) / 3)


def test_a_word_is_composed_and_has_no_confidences_of_characters_that_were_joined():
    line = line_of(Reading(("e", "\u0301", " ", "a"), (0.9, 0.8, 1.0, 0.7), even(4)), QUAD)
    assert line is not None
    assert [(word.text, word.character_confidences) for word in line.words] == [("é", ()), ("a", (0.7,))]


def test_a_single_character_fills_its_line():
    line = line_of(reading("7"), QUAD)
    assert line is not None
    assert line.words[0].quad.box == pytest.approx(QUAD.box)


def test_what_a_pen_wrote_says_so_and_is_less_sure_than_print_that_reads_alike():
    line = line_of(Reading(("o", "n", " ", "e", "\u0301"), (0.99, 0.97, 1.0, 0.9, 0.8), even(5)), QUAD)
    assert line is not None
    written = written_by_hand(line)
    assert written.handwritten
    assert (written.text, written.quad, written.engine) == (line.text, line.quad, line.engine)
    on, e = (word.confidence for word in written.words)
    assert on == pytest.approx(calibrated(0.98, CURVES["handwritten"]))
    assert e == line.words[1].confidence  # of characters that were joined nobody knows how sure they were
    assert on is not None and e is not None
    assert written.confidence == pytest.approx((2 * on + e) / 3)


@given(st.lists(st.tuples(st.sampled_from("ab "), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30))
def test_words_run_from_left_to_right_inside_their_line(steps: list[tuple[str, float, float]]):
    edges = sorted(edge for _, begin, end in steps for edge in (begin, end))
    extents = tuple(zip(edges[::2], edges[1::2], strict=True))
    texts = tuple(text for text, _, _ in steps)
    line = line_of(Reading(texts, (0.9,) * len(texts), extents), QUAD)
    if line is None:
        assert not "".join(texts).strip()
        return
    assert line.text == " ".join("".join(texts).split())
    boxes = [word.quad.box for word in line.words]
    assert all(box.left >= 100 - 1e-6 and box.right <= 300 + 1e-6 and box.right >= box.left - 1e-6 for box in boxes)
    assert all(one.right <= other.left + 1e-6 for one, other in pairwise(boxes))
