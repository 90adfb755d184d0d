from itertools import groupby, pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prints import Sheet
from uncial.engines.letters import LetterModel, load_letters
from uncial.engines.neural import NeuralEngine, beam
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.beam import decode_words, likeliest_text, read_handwriting
from uncial.geometry import Box, Quad

CLASSES = ("", *"abcdefghijklmnopqrstuvwxyz", " ")


class Indifferent:
    """A letter model to which all texts are the same, however long."""

    def surprise(self, before: str, character: str) -> float:
        return beam._LENGTH / beam._TRUST


INDIFFERENT: LetterModel = Indifferent()  # type: ignore[assignment]


def spelled(*steps: dict[str, float]) -> np.ndarray:
    """Probabilities (T x C): at each time step those that are told, and for the blank what is left."""
    rows = np.zeros((len(steps), len(CLASSES)), np.float32)
    for row, chances in zip(rows, steps, strict=True):
        for character, chance in chances.items():
            row[CLASSES.index(character)] = chance
        row[0] = 1 - row.sum()
    return rows


def clearly(text: str) -> list[dict[str, float]]:
    return [step for letter in text for step in ({letter: 0.95}, {})]


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
