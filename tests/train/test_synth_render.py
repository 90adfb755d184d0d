from dataclasses import replace

import numpy as np
import pytest

from fonts_of_bars import LETTERS, write_font
from uncial.train.lines import KINDS, Drawing
from uncial.train.synth.fonts import Font, find_fonts
from uncial.train.synth.render import draw


@pytest.fixture(scope="module")
def font(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bars")
    write_font(folder / "a.ttf", widths=dict.fromkeys(LETTERS, 420))
    return find_fonts([folder])[0]


def lines(font: Font, kind: str, count: int = 24, text: str = "Hagel, 12.50") -> list[Drawing]:
    return [draw(text, font, kind, np.random.default_rng((7, number))) for number in range(count)]


def ink_of(drawing: Drawing) -> np.ndarray:
    gray = drawing.image.mean(axis=2)
    paper = np.median(gray[:3])
    return np.asarray(abs(gray - paper) > 60)


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_stands_on_paper_with_room_around_it(font, kind):
    for drawing in lines(font, kind):
        height, width = drawing.image.shape[:2]
        box = drawing.quad.box
        assert drawing.image.dtype == np.uint8 and drawing.image.shape[2] == 3
        for room in (box.left, box.top, width - box.right, height - box.bottom):
            assert room >= box.height / 2


@pytest.mark.parametrize("kind", KINDS)
def test_ink_stands_off_its_paper(font, kind):
    for drawing in lines(font, kind):
        box = drawing.quad.box
        inside = drawing.image[int(box.top) : int(box.bottom), int(box.left) : int(box.right)].mean(axis=2)
        assert np.ptp(inside) >= 60


def test_the_quad_holds_the_ink_and_little_more(font):
    for drawing in lines(font, "fraktur", count=40):
        rows, columns = (np.flatnonzero(ink_of(drawing).any(axis=axis)) for axis in (1, 0))
        box = drawing.quad.box
        if rows[-1] - rows[0] < box.height and columns[0] > 0:  # without neighbours and rules
            assert box.top <= rows[0] + 2 and rows[-1] - 2 <= box.bottom
            assert box.left <= columns[0] + 2 and columns[-1] - 2 <= box.right
            assert box.height < 2.2 * (rows[-1] - rows[0])


def test_a_text_without_ascenders_gets_a_lower_quad(font):
    low, high = (np.median([each.quad.height for each in lines(font, "printed", 40, text)]) for text in ("sonne", "Hjgfl"))
    assert low < 0.8 * high


def test_the_same_chance_draws_the_same_line_and_another_one_another(font):
    one, again, other = (draw("Hagel", font, "printed", np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.image, again.image) and one.quad == again.quad
    assert one.image.shape != other.image.shape or not np.array_equal(one.image, other.image)


def test_sizes_go_from_small_print_to_headings(font):
    heights = [drawing.quad.height for drawing in lines(font, "printed", 150, "Hagel")]
    assert min(heights) < 25 and max(heights) > 70


def test_long_lines_are_drawn_smaller(font):
    widest = max(drawing.image.shape[1] for drawing in lines(font, "printed", 30, "Hagelschauer und " * 5))
    assert widest < 3000


def test_some_lines_have_neighbours_and_some_have_none(font):
    reach = [
        drawing.image.shape[0] - np.ptp(np.flatnonzero(ink_of(drawing).any(axis=1))) for drawing in lines(font, "printed", 40)
    ]
    assert any(each < 5 for each in reach) and any(each > 20 for each in reach)


def test_a_till_prints_prices_at_the_right_with_a_gap(font):
    def widest_gap(drawing: Drawing) -> float:
        box = drawing.quad.box
        columns = np.flatnonzero(ink_of(drawing)[int(box.top) : int(box.bottom), int(box.left) : int(box.right)].any(axis=0))
        return float(np.diff(columns).max()) / drawing.quad.height

    gaps = [widest_gap(drawing) for drawing in lines(font, "receipt", 60, "HAGEL 12.50")]
    assert sum(gap > 1.0 for gap in gaps) > 5


def test_a_font_of_dots_is_drawn_dot_by_dot(font):
    drawing = [draw("Hagel", replace(font, dots=16), "receipt", np.random.default_rng(seed)) for seed in range(12)]
    assert all(ink_of(each).any() for each in drawing)


@pytest.mark.parametrize("text", [".", "-", "i", " ", "___", "....", "Ä", "W" * 90])
def test_whatever_the_text_is_there_is_a_quad_with_an_area(font, text):
    for seed in range(6):
        drawing = draw(text, font, KINDS[seed % len(KINDS)], np.random.default_rng(seed))
        assert drawing.quad.width > 1 and drawing.quad.height > 1
