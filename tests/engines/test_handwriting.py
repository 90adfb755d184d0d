import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from prints import loops
from uncial.document import Line, Word
from uncial.engines.handwriting import Ink, ink_of, is_handwritten, log_odds
from uncial.geometry import Box, Quad

WIDTH, HEIGHT = 600, 48
QUAD = Quad.of_box(Box(0, 0, WIDTH, HEIGHT))


def written() -> np.ndarray:
    return loops(WIDTH, HEIGHT)


def line(sureness: float, quad: Quad = QUAD) -> Line:
    return Line((Word("written", quad, 0.5, (sureness,) * 7),), quad)


def blank() -> Image.Image:
    return Image.new("RGB", (WIDTH, HEIGHT), "white")


def printed() -> np.ndarray:
    sheet = blank()
    ImageDraw.Draw(sheet).text((10, 4), "The uncial hand of scribes", "black", ImageFont.load_default(36))
    return np.asarray(sheet)


def test_loops_of_a_thin_pen_that_make_little_sense_are_handwriting():
    assert is_handwritten(written(), line(0.8))


def test_printed_letters_of_which_the_reader_is_as_unsure_are_not():
    assert is_handwritten(written(), line(0.9))
    assert not is_handwritten(printed(), line(0.9))


def test_nobody_looks_at_the_ink_of_a_line_that_was_read_surely():
    assert not is_handwritten(None, line(0.95))  # type: ignore[arg-type]


def test_one_unsure_letter_is_enough_to_look_at_the_ink():
    word = Word("written", QUAD, 0.5, (0.99,) * 6 + (0.3,))
    with pytest.raises(TypeError):
        is_handwritten(None, Line((word,), QUAD))  # type: ignore[arg-type]


def test_a_word_whose_letters_have_no_confidences_tells_nothing():
    assert not is_handwritten(written(), Line((Word("written", QUAD, 0.5),), QUAD))


@pytest.mark.parametrize("shape", [(1, 1), (HEIGHT, WIDTH)])
def test_a_place_without_ink_is_not_handwriting(shape: tuple[int, int]):
    assert not is_handwritten(np.full((*shape, 3), 255, np.uint8), line(0.5))


def test_white_ink_on_black_looks_the_same_as_black_on_white():
    assert ink_of(255 - written()) == pytest.approx(ink_of(written()), abs=0.01)


def test_a_thicker_pen_has_wider_strokes_and_print_fills_more_of_its_boxes():
    pen, type_ = ink_of(written()), ink_of(printed())
    assert pen
    assert type_
    assert pen.stroke < type_.stroke
    assert pen.solidity < type_.solidity


def test_doubt_thin_strokes_and_open_letters_all_speak_for_a_pen():
    plain = log_odds(0.9, Ink(0.09, 0.5))
    assert log_odds(0.8, Ink(0.09, 0.5)) > plain
    assert log_odds(0.9, Ink(0.07, 0.5)) > plain
    assert log_odds(0.9, Ink(0.09, 0.4)) > plain
