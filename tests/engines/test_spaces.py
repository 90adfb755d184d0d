import numpy as np
import pytest

from prints import Sheet
from uncial.engines.neural.spaces import chances_of_space, extents, white_columns, whites_around


def columns(*white: tuple[int, int], length: int = 100) -> np.ndarray:
    """Columns of a line image that has ink everywhere but there."""
    made = np.zeros(length, np.bool_)
    for start, end in white:
        made[start:end] = True
    return made


def runs(white: np.ndarray, *middles: float) -> list[tuple[float, float]]:
    found = whites_around(white, np.array(middles))
    return list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))


def chance(network: float, *widths: float) -> float:
    """How probable a space is in the first of gaps that wide, where the network says so of all."""
    return float(chances_of_space(np.full(len(widths), network, np.float32), np.array(widths))[0])


@pytest.mark.parametrize(
    ("paper", "ink"), [("white", "black"), ("black", "white"), ("#888888", "#444444"), ("#ffff80", "#602020")]
)
def test_white_is_where_no_letter_is_whatever_the_colours(paper: str, ink: str):
    sheet = Sheet(160, 48, paper, ink).put("ill l", 20, 4, 40)
    white = white_columns(sheet.pixels())
    left, right = (box for _, box in sheet.words)
    assert white[:18].all() and white[-20:].all()
    assert white[round(left.right) + 1 : round(right.left) - 1].all()
    assert not white[round(left.left) + 2 : round(left.left) + 4].any()


def test_an_underline_hides_no_gap():
    image = Sheet(160, 48).put("ill l", 20, 0, 34).pixels()
    before = white_columns(image)
    image[38:41] = 0
    assert (white_columns(image) == before).all()


def test_what_neighbouring_lines_leave_at_the_edges_does_not_count():
    image = np.full((48, 80, 3), 255, np.uint8)
    image[:5, 10:20] = image[44:, 30:40] = 0
    image[20:30, 60:64] = 0
    assert np.flatnonzero(~white_columns(image)).tolist() == [60, 61, 62, 63]


def test_an_empty_image_is_white_all_over():
    assert white_columns(np.full((48, 80, 3), 200, np.uint8)).all()


def test_the_white_around_characters_is_the_widest_run_on_each_side():
    assert runs(columns((0, 10), (40, 43), (50, 60), (90, 100)), 20.5, 80.5) == [(0, 10), (50, 60), (90, 100)]


def test_where_there_is_no_white_a_gap_is_empty_and_lies_halfway():
    assert runs(columns(), 20.0, 60.0) == [(10, 10), (40, 40), (80, 80)]


def test_white_within_a_character_is_on_neither_side_wider_than_half_of_it():
    # A quotation mark whose two strokes stand at both sides of its middle.
    before, after = runs(columns((0, 10), (14, 20), (24, 100), length=100), 17.0)
    assert (before, after) == ((0, 10), (24, 100))


def test_a_space_needs_both_the_network_and_the_ink():
    assert chance(0.2, 0.3, 0.05) > 0.5 > chance(0.2, 0.1, 0.05)
    assert chance(0.6, 0.1, 0.05) > 0.5 > chance(0.6, 0.02, 0.05)
    assert chance(0.001, 0.3, 0.05) < 0.02
    assert chance(0.999, 0.0, 0.05) > 0.95


def test_where_the_line_has_no_white_at_all_only_the_network_is_asked():
    assert chance(0.51, 0.0, 0.0) > 0.5 > chance(0.49, 0.0, 0.0)


def test_more_white_than_any_space_takes_says_no_more():
    assert chance(0.0, 3.0) == chance(0.0, 0.6) < 0.01
    assert chance(1.0, 0.0) < 1


def test_characters_go_as_far_as_their_ink_and_a_pixel_more():
    middles = np.array([20.0, 80.0])
    whites = whites_around(columns((0, 10), (30, 70), (90, 100)), middles)
    assert extents(whites, middles, 100, 48.0).tolist() == [[9, 31], [69, 91]]


def test_ink_at_the_end_of_the_line_is_not_cut_off():
    middles = np.array([20.0, 80.0])
    whites = whites_around(columns((4, 8), (30, 70), (92, 96)), middles)
    assert extents(whites, middles, 100, 48.0).tolist() == [[0, 31], [69, 100]]


def test_ink_far_from_a_character_is_not_a_part_of_it():
    middles = np.array([200.0])
    whites = whites_around(columns((0, 10), (300, 400), length=400), middles)
    assert extents(whites, middles, 400, 48.0) == pytest.approx(np.array([[200 - 33.6, 200 + 33.6]]))
