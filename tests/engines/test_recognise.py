import numpy as np
import pytest

from prints import Sheet
from recognisers import Says, sure, with_each
from uncial.engines.crop import turned
from uncial.engines.neural import NeuralEngine
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.ctc import Reading
from uncial.engines.neural.recognise import Found, LineReader, without_noise
from uncial.engines.neural.words import line_of
from uncial.geometry import Box, Quad

PAGE = np.full((200, 400, 3), 255, np.uint8)
LYING = Quad.of_box(Box(20, 20, 320, 60))
STANDING = Quad.of_box(Box(20, 20, 60, 190))


def reader(fast: Says, careful: Says) -> LineReader:
    return LineReader(fast, careful)  # type: ignore[arg-type]


def read(fast: Says, careful: Says, quad: Quad = LYING, effort: str = "balanced") -> tuple[str, float]:
    """What was read, and in which direction it runs."""
    found = reader(fast, careful).read(PAGE, quad, effort)
    return found.reading.text, round(found.quad.angle)


# ---- which network reads


def test_what_the_fast_network_is_sure_of_is_not_read_again():
    careful = Says(sure("careful"))
    assert read(Says(sure("fast")), careful) == ("fast", 0)
    assert careful.asked == 0


def test_one_unsure_character_is_enough_for_the_second_look():
    assert read(Says(with_each("fast", (0.99, 0.99, 0.6, 0.99))), Says(sure("last"))) == ("last", 0)


@pytest.mark.parametrize(
    ("text", "chance", "again"), [("twowords", 0.2, True), ("twowords", 0.05, False), ("14A", 0.05, True), ("14A", 0.01, False)]
)
def test_a_space_that_may_be_lost_is_enough_for_the_second_look_and_in_a_short_line_sooner(text: str, chance: float, again: bool):
    careful = Says(sure("read again"))
    assert read(Says(sure(text, lost_space=chance)), careful) == ("read again" if again else text, 0)


def test_where_the_fast_one_sees_nothing_the_careful_one_looks():
    assert read(Says(Reading()), Says(sure("pale"))) == ("pale", 0)


def test_where_the_careful_one_sees_nothing_the_first_reading_stands():
    assert read(Says(sure("faint", 0.7)), Says(Reading())) == ("faint", 0)


def test_where_the_careful_one_sees_nothing_the_first_reading_is_hardly_believed():
    found = reader(Says(sure("Qpaioc", 0.8)), Says(Reading())).read(PAGE, LYING, "balanced")
    line = line_of(*found)
    assert line is not None and line.confidence is not None and line.confidence < 0.2


def test_where_nothing_is_seen_nothing_is_read():
    assert read(Says(Reading()), Says(Reading())) == ("", 0)


def test_the_fast_effort_leaves_every_line_to_the_fast_network():
    careful = Says(sure("careful"))
    assert read(Says(sure("scrawl", 0.6)), careful, effort="fast") == ("scrawl", 0)
    assert careful.asked == 0


def test_the_best_effort_has_every_line_read_by_the_careful_network():
    assert read(Says(sure("fast", 1.0)), Says(sure("careful")), effort="best") == ("careful", 0)


def test_both_networks_are_shown_the_same_line_image():
    fast, careful = (Says(with_each("seen", (0.99, 0.99, 0.99, 0.79))) for _ in range(2))
    read(fast, careful)
    ((one,), (other,)) = fast.shown, careful.shown
    assert one is other
    assert (one.shape[0], one.shape[1] % 8, str(one.dtype)) == (48, 0, "uint8")
    assert fast.stretches == careful.stretches


# ---- further looks


def test_a_line_that_is_hard_to_read_is_looked_at_twice_more_each_time_wider_and_the_surest_look_wins():
    careful = Says(sure("hord", 0.88), sure("hard", 0.91), sure("bard", 0.86))
    assert read(Says(sure("hurd", 0.7)), careful) == ("hard", 0)
    assert careful.stretches == sorted(careful.stretches)
    widths = [image.shape[1] for image in careful.shown]
    assert len(set(widths)) == 3
    assert widths == sorted(widths)


def test_of_looks_that_are_no_surer_the_first_stands():
    assert read(Says(sure("hurd", 0.7)), Says(sure("hard", 0.9), sure("bard", 0.89), sure("lard", 0.9))) == ("hard", 0)


def test_a_line_that_the_careful_network_reads_surely_is_not_looked_at_again():
    careful = Says(sure("hard", 0.95))
    assert read(Says(sure("hurd", 0.7)), careful) == ("hard", 0)
    assert careful.asked == 1


# ---- which way round


PAGE_WITH_CORNERS = PAGE.copy()
PAGE_WITH_CORNERS[20:60, 20:60] = 0
"""Both lines begin in black."""


def black_at(image: np.ndarray) -> str:
    """The side of a line image at which it is black."""
    height, width = image.shape[:2]
    light = {
        "left": image[:, : width // 8].mean(), "right": image[:, -width // 8 :].mean(),
        "top": image[: height // 8].mean(), "bottom": image[-height // 8 :].mean(),
    }  # fmt: skip
    return min(light, key=lambda side: light[side])


def from_side(**readings: Reading) -> Says:
    """A network that reads a line by where its black beginning comes to lie."""
    return Says(lambda image: readings.get(black_at(image), sure("xx", 0.5)))


def read_round(fast: Says, careful: Says, quad: Quad = LYING, effort: str = "balanced") -> tuple[str, float]:
    found = reader(fast, careful).read(PAGE_WITH_CORNERS, quad, effort)
    return found.reading.text, round(found.quad.angle)


def test_a_line_that_makes_little_sense_is_turned_upside_down():
    wrong, right = sure("uwop apisdn", 0.7), sure("upside down")
    assert read_round(from_side(left=wrong, right=right), from_side(left=wrong, right=right)) == ("upside down", 180)


def test_a_line_stays_as_it_lies_where_the_other_way_round_is_not_clearly_surer():
    # A 1 or an O reads the same both ways.
    one, other = sure("101", 0.8), sure("101", 0.9)
    assert read_round(from_side(left=one, right=other), from_side(left=one, right=other)) == ("101", 0)


@pytest.mark.parametrize(("confidence", "way"), [(0.74, ("scrawled", 0)), (0.76, ("gibberish", 180))])
def test_a_scrawl_is_only_turned_where_it_is_read_with_confidence_that_way(confidence: float, way: tuple[str, float]):
    scrawl = from_side(left=sure("scrawled", 0.5), right=sure("gibberish", confidence))
    assert read_round(scrawl, scrawl, effort="fast") == way


@pytest.mark.parametrize(("side", "angle"), [("right", -90), ("left", 90)])
@pytest.mark.parametrize("effort", ["fast", "balanced", "best"])
def test_a_line_that_stands_is_read_from_either_side(side: str, angle: int, effort: str):
    network = from_side(**{side: sure("up the page")})
    assert read_round(network, network, STANDING, effort) == ("up the page", angle)


def test_a_narrow_digit_stays_upright():
    digit = Quad.of_box(Box(20, 20, 40, 60))
    fast = from_side(top=sure("1", 0.95), right=sure("1", 0.96), bottom=sure("1", 0.99), left=sure("1", 0.97))
    page = np.full((80, 60, 3), 255, np.uint8)
    page[20:24, 20:40] = 0
    found = reader(fast, Says(sure("1"))).read(page, digit, "balanced")
    assert (found.reading.text, found.quad) == ("1", digit)


# ---- what is no text


def kept(*readings: Reading) -> list[str | None]:
    """What is left of the readings of a page."""
    return [found.reading.text if found else None for found in without_noise([Found(each, LYING) for each in readings])]


CLEAR = sure("a page that is read without any doubt", 0.99)


@pytest.mark.parametrize(
    ("text", "confidence", "is_text"), [("x", 0.88, False), ("x", 0.92, True), ("words", 0.65, False), ("words", 0.7, True)]
)
def test_a_stain_is_no_text_and_a_single_character_must_be_surer(text: str, confidence: float, is_text: bool):
    assert kept(CLEAR, sure(text, confidence), CLEAR) == [CLEAR.text, text if is_text else None, CLEAR.text]


def test_nothing_and_spaces_are_no_text():
    assert kept(CLEAR, Reading(), sure("  ")) == [CLEAR.text, None, None]
    assert kept(Reading()) == [None]
    assert kept() == []


def test_of_a_page_that_is_hard_to_read_less_sure_lines_are_kept():
    faint = sure("faint words", 0.58)
    assert kept(CLEAR, faint) == [CLEAR.text, None]
    assert kept(faint, sure("and some more that are as faint", 0.6), faint) == [
        "faint words", "and some more that are as faint", "faint words",
    ]  # fmt: skip


def test_how_hard_a_page_is_to_read_is_told_by_its_characters_and_not_by_the_number_of_its_lines():
    faint = sure("faint words", 0.58)
    assert kept(CLEAR, *[faint] * 3) == [CLEAR.text, None, None, None]


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
    assert reading.network == {"fast": "latin", "careful": "small"}[size]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_print_is_read_whichever_way_round_it_lies(english: LineReader, turns: int):
    image = np.ascontiguousarray(np.rot90(Sheet(420, 56).put("The quick brown fox", 20, 10, 34).pixels(), -turns))
    quad = Quad.of_box(Box(0, 0, image.shape[1], image.shape[0]))
    found = english.read(image, quad, "balanced")
    assert found.reading.text == "The quick brown fox"
    assert round(found.quad.angle) % 360 == 90 * turns
    assert found.quad == turned(quad, -turns)
