from itertools import groupby, pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prints import Sheet
from recognisers import CLASSES, Says, clearly, spelled, sure
from uncial.document import Line, mean_confidence
from uncial.engines.crop import line_width
from uncial.engines.letters import LetterModel, load_letters
from uncial.engines.neural import NeuralEngine, beam
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.beam import decode_words, likeliest_text, read_handwriting, respell
from uncial.engines.neural.words import line_of
from uncial.geometry import Box, Quad


class Indifferent:
    """A letter model to which all texts are the same, however long."""

    def surprise(self, before: str, character: str) -> float:
        return beam._LENGTH / beam._TRUST


INDIFFERENT: LetterModel = Indifferent()  # type: ignore[assignment]


@given(st.lists(st.lists(st.integers(1, 100), min_size=3, max_size=3), min_size=1, max_size=3))
def test_the_text_is_the_likeliest_of_all_that_there_are(weights: list[list[int]]):
    chances = np.array(weights, np.float64)
    chances /= chances.sum(axis=1, keepdims=True)
    texts: dict[str, float] = {}
    for way in product(range(3), repeat=len(chances)):  # every path, by the definition
        text = "".join(" ab"[i] for i, _ in groupby(way) if i)
        texts[text] = texts.get(text, 0.0) + float(np.prod([row[i] for row, i in zip(chances, way, strict=True)]))
    found = likeliest_text(chances.astype(np.float32), ("", "a", "b"), INDIFFERENT)
    assert texts[found] == pytest.approx(max(texts.values()), rel=1e-4)


def test_of_two_letters_that_look_alike_the_one_that_makes_a_word_is_read():
    probabilities = spelled(*clearly("hou"), {"z": 0.5, "s": 0.45}, {}, *clearly("e"))
    assert likeliest_text(probabilities, CLASSES, INDIFFERENT) == "houze"
    assert decode_words(probabilities, CLASSES, load_letters()).text == "house"


def test_a_letter_that_is_plain_to_see_stays_whatever_the_word():
    assert decode_words(spelled(*clearly("houze")), CLASSES, load_letters()).text == "houze"


def test_a_space_that_parts_two_words_is_found():
    probabilities = spelled(*clearly("the"), {" ": 0.4}, *clearly("house"))
    assert decode_words(probabilities, CLASSES, load_letters()).text == "the house"


def test_each_character_tells_how_sure_the_network_is_and_where_it_is():
    steps = [{}, {"a": 0.9}, {}, {"l": 0.8}, {"l": 0.6}, {}, {"l": 0.7}, {}, {"e": 0.5, "o": 0.3}, {}]
    reading = decode_words(spelled(*steps), CLASSES, load_letters())
    assert reading.text == "alle"
    assert reading.confidences == pytest.approx((0.9, 0.8, 0.7, 0.5))
    middles = [(begin + end) / 2 * len(steps) for begin, end in reading.extents]
    assert middles == pytest.approx([1.5, 4.0, 6.5, 8.5], abs=0.5)
    assert all(0 <= begin < end <= 1 for begin, end in reading.extents)
    assert all(left[1] <= right[0] for left, right in pairwise(reading.extents))


def test_where_there_is_nothing_nothing_is_read():
    assert decode_words(spelled({}, {}, {"a": 0.0005}), CLASSES, load_letters()).characters == ()


def test_a_long_line_stays_within_the_range_of_numbers():
    weights = np.random.default_rng(7).random((1500, len(CLASSES))).astype(np.float32)
    weights /= weights.sum(axis=1, keepdims=True)
    reading = decode_words(weights, CLASSES, load_letters())
    assert reading.characters
    assert len(reading.extents) == len(reading.confidences) == len(reading.characters)


def test_a_line_comes_back_marked_as_handwritten_and_in_its_place(neural: NeuralEngine):
    page = Sheet(700, 120).put("the house on the hill", 30, 30, 36).pixels()
    quad = Quad.of_box(Box(20, 26, 420, 78))
    careful = neural._reader(Alphabet.of(["en"])).careful
    line = read_handwriting(careful, load_letters(), page, quad)
    assert line
    assert line.handwritten
    assert line.text == "the house on the hill"
    assert [word.quad.box.left for word in line.words] == sorted(word.quad.box.left for word in line.words)
    assert all(word.confidence is not None and word.confidence < 0.9 for word in line.words)
    assert read_handwriting(careful, load_letters(), np.full((90, 400, 3), 255, np.uint8), quad) is None


# ---- print of which the network is unsure

PAGE = np.full((60, 500, 3), 255, np.uint8)
QUAD = Quad.of_box(Box(20, 10, 480, 50))
DOUBT = spelled(*clearly("the hou"), {"z": 0.5, "s": 0.45}, {}, *clearly("e"))


def respelled(text: str, probabilities: np.ndarray = DOUBT) -> tuple[Line, Line]:
    """A line as it was read and as it is spelled."""
    line = line_of(sure(text, 0.7), QUAD)
    assert line
    return line, respell(Says(probabilities=probabilities), load_letters(), PAGE, line)  # type: ignore[arg-type]


def test_of_an_unsure_line_the_words_become_what_words_are_and_stay_in_their_places():
    line, again = respelled("the houze")
    assert again.text == "the house"
    assert [word.quad for word in again.words] == [word.quad for word in line.words]
    assert (again.quad, again.engine, again.handwritten) == (QUAD, "neural", False)


def test_a_word_that_is_spelled_as_it_was_read_stays_as_it_was_and_another_tells_the_networks_own_doubt():
    line, again = respelled("the houze")
    assert again.words[0] == line.words[0]
    assert again.words[1].character_confidences == pytest.approx((0.95, 0.95, 0.95, 0.45, 0.95))
    assert again.confidence == mean_confidence(again.words) != line.confidence


@pytest.mark.parametrize("text", ["thehouze", "the hou ze"])
def test_a_line_that_would_be_parted_into_other_words_stays_as_it_is(text: str):
    line, again = respelled(text)
    assert again == line


def test_a_line_in_which_nothing_is_seen_any_more_stays_as_it_is():
    line, again = respelled("faint", spelled({}, {}))
    assert again == line


def test_the_network_is_shown_the_line_at_the_resolution_of_print():
    line, careful = line_of(sure("the houze"), QUAD), Says(probabilities=DOUBT)
    assert line
    respell(careful, load_letters(), PAGE, line)  # type: ignore[arg-type]
    assert [batch.shape for batch in careful.shown] == [(1, 3, 48, line_width(QUAD, 0.85))]
