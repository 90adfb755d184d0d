from collections.abc import Callable

import numpy as np
import pytest

from prints import Sheet
from uncial.engines.crop import turned
from uncial.engines.neural import NeuralEngine
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.ctc import Reading
from uncial.engines.neural.recognise import LineReader
from uncial.geometry import Box, Quad

PAGE = np.full((200, 400, 3), 255, np.uint8)
LYING = Quad.of_box(Box(20, 20, 320, 60))
STANDING = Quad.of_box(Box(20, 20, 60, 190))


class Says:
    """A recogniser that says what it is told, one reading after the other, and counts how often it was asked."""

    def __init__(self, *readings: Reading | Callable[[np.ndarray], Reading]) -> None:
        self.readings, self.asked = readings, 0

    def read(self, image: np.ndarray, stretch: float) -> Reading:
        said = self.readings[min(self.asked, len(self.readings) - 1)]
        self.asked += 1
        return said(image) if callable(said) else said


def sure(text: str, confidence: float = 0.99, lost_space: float = 0.0) -> Reading:
    places = tuple((i + 0.5) / len(text) for i in range(len(text)))
    return Reading(tuple(text), (confidence,) * len(text), places, lost_space)


def reader(fast: Says, careful: Says) -> LineReader:
    return LineReader(fast, careful)  # type: ignore[arg-type]


def read(fast: Says, careful: Says, quad: Quad = LYING) -> tuple[str, float] | None:
    line = reader(fast, careful).read(PAGE, quad)
    return (line.text, round(line.quad.angle)) if line else None


def test_what_the_fast_network_is_sure_of_is_not_read_again():
    careful = Says(sure("careful"))
    assert read(Says(sure("fast")), careful) == ("fast", 0)
    assert careful.asked == 0


def test_one_unsure_character_is_enough_for_the_second_look():
    unsure = Reading(tuple("fast"), (0.99, 0.99, 0.6, 0.99), (0.1, 0.3, 0.5, 0.7))
    assert read(Says(unsure), Says(sure("last"))) == ("last", 0)


def test_a_space_that_may_be_lost_is_enough_for_the_second_look():
    assert read(Says(sure("twowords", lost_space=0.01)), Says(sure("two words"))) == ("two words", 0)


def test_where_the_fast_one_sees_nothing_the_careful_one_looks():
    assert read(Says(Reading()), Says(sure("pale"))) == ("pale", 0)


def test_where_the_careful_one_sees_nothing_the_first_reading_stands():
    assert read(Says(sure("faint", 0.86)), Says(Reading())) == ("faint", 0)


def test_where_nothing_is_seen_there_is_no_line():
    assert read(Says(Reading()), Says(Reading())) is None


@pytest.mark.parametrize(
    ("text", "confidence", "kept"), [("x", 0.8, False), ("x", 0.92, True), ("words", 0.65, False), ("words", 0.7, True)]
)
def test_a_stain_is_no_text_and_a_single_character_must_be_surer(text: str, confidence: float, kept: bool):
    careful = Says(sure(text, confidence))
    assert (read(Says(sure(text, 0.5)), careful) is not None) == kept


def test_a_line_that_makes_little_sense_is_turned_upside_down():
    upside_down = sure("upside down")
    assert read(Says(sure("uwop apisdn", 0.7), upside_down), Says(sure("uwop apisdn", 0.7))) == ("upside down", 180)


def test_a_line_stays_as_it_lies_where_the_other_way_round_is_not_clearly_surer():
    # A 1 or an O reads the same both ways.
    assert read(Says(sure("101", 0.8), sure("101", 0.9)), Says(sure("101", 0.8))) == ("101", 0)


@pytest.mark.parametrize(("number", "angle"), [(1, -90), (3, 90)])
def test_a_line_that_stands_is_read_from_either_side(number: int, angle: int):
    readings = [sure("xx", 0.5)] * number + [sure("up the page")] + [sure("xx", 0.5)] * (3 - number)
    careful = Says(sure("xx", 0.5))
    assert read(Says(*readings), careful, STANDING) == ("up the page", angle)


def test_a_narrow_digit_stays_upright():
    digit = Quad.of_box(Box(20, 20, 40, 60))
    assert read(Says(sure("1", 0.95), sure("1", 0.96), sure("1", 0.99), sure("1", 0.97)), Says(sure("1"))) is not None
    assert read(Says(sure("1", 0.95), sure("1", 0.96), sure("1", 0.99), sure("1", 0.97)), Says(sure("1")), digit) == ("1", 0)


def test_both_networks_are_shown_the_same_line_image():
    seen: list[np.ndarray] = []

    def look(image: np.ndarray) -> Reading:
        seen.append(image)
        return Reading(tuple("seen"), (0.99, 0.99, 0.99, 0.7), (0.2, 0.4, 0.6, 0.8))

    reader(Says(look), Says(look)).read(PAGE, LYING)
    one, other = seen
    assert one is other
    assert (one.shape[0], one.shape[1] % 8, str(one.dtype)) == (48, 0, "uint8")


# ---- the true networks


@pytest.fixture(scope="module")
def english(neural: NeuralEngine) -> LineReader:
    return neural._reader(Alphabet.of(["en"]))


@pytest.mark.parametrize("size", ["fast", "careful"])
def test_each_network_reads_a_line_by_itself(english: LineReader, size: str):
    image = Sheet(420, 48).put("The quick brown fox", 8, 6, 34).pixels()
    reading = getattr(english, size).read(image, 1.0)
    assert reading.text == "The quick brown fox"
    assert reading.confidence > 0.98


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_print_is_read_whichever_way_round_it_lies(english: LineReader, turns: int):
    image = np.ascontiguousarray(np.rot90(Sheet(420, 56).put("The quick brown fox", 20, 10, 34).pixels(), -turns))
    line = english.read(image, Quad.of_box(Box(0, 0, image.shape[1], image.shape[0])))
    assert line is not None
    assert line.text == "The quick brown fox"
    assert round(line.quad.angle) % 360 == 90 * turns
    assert line.quad == turned(Quad.of_box(Box(0, 0, image.shape[1], image.shape[0])), -turns)
