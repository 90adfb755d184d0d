"""Real reading, of pages that are printed here: the words, their order, their places."""

from __future__ import annotations

import io
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from prints import Sheet, overlap, words_of
from uncial.document import Page, Word
from uncial.engines.neural import NeuralEngine
from uncial.geometry import Box
from uncial.options import Options
from uncial.raster import Raster
from uncial.reader import read, read_page

MOBY = """Call me Ishmael. Some years ago
never mind how long precisely
having hardly any money in my
purse and nothing to interest me
on shore, I thought I would sail
around and see the watery half
of the world. That is a way we
have of driving off the spleen."""
NUMBERS = """Invoice 2024-118 of 3.5.2024
12 pens at 1.25 EUR = 15.00 EUR
(all prices with 19% tax); total:
$1,234.56 & more? Yes! #7 [ok]"""
RIVERS = """The first column tells of rivers
that run down to the sea and
bring the boats of the people
home in the evening when the
light is low on the water."""
MOUNTAINS = """The second column speaks of
mountains, of snow in the winter
and of the long roads that lead
from one valley to the next one
over the high and windy pass."""


@cache
def moby() -> Sheet:
    return Sheet(700, 560).column(MOBY, 90, 60, 30)


def paged(sheet: Sheet | Image.Image | np.ndarray, neural: NeuralEngine, *languages: str) -> Page:
    """The page that is read from a sheet, its orientation taken as it is."""
    image = sheet.image if isinstance(sheet, Sheet) else sheet
    return read_page(Raster(np.array(image)), neural, Options(languages=languages or ("en",), orientation=False))


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def sure(page: Page) -> float:
    """How sure the network is of the character of which it is least sure, as it says itself.

    Not how sure its word is: experience says of single characters that even those of which it is quite sure are often wrong.
    """
    return min(value for word in words_of(page.lines) for value in word.character_confidences)


def lies_on(word: Word, ink: Box, size: int) -> None:
    """A word's quad lies on its print: its middle in the ink, and around it no more than the font's own height."""
    box, middle = word.quad.box, word.quad.box.center
    assert ink.left < middle.x < ink.right
    assert ink.top - 0.1 * size < middle.y < ink.bottom + 0.1 * size
    middle_of_line = (ink.top + ink.bottom) / 2
    full = Box(ink.left, middle_of_line - 0.6 * size, ink.right, middle_of_line + 0.6 * size)
    assert overlap(box, full) > (0.5 if len(word.text) > 1 else 0.35)


# ---- what stands there


@pytest.mark.parametrize("size", [16, 24, 30, 48])
@pytest.mark.parametrize("text", [MOBY, NUMBERS], ids=["prose", "numbers"])
def test_clean_print_is_read_to_the_letter(neural: NeuralEngine, text: str, size: int):
    page = paged(Sheet(22 * size, 20 * size).column(text, 2 * size, 2 * size, size), neural)
    assert page.text.replace("\n\n", "\n") == text
    assert sure(page) > 0.8
    assert page.confidence is not None and page.confidence > 0.95


def test_every_word_lies_on_its_print(neural: NeuralEngine):
    page = paged(moby(), neural)
    words = words_of(page.lines)
    assert [word.text for word in words] == [text for text, _ in moby().words]
    for word, (_, ink) in zip(words, moby().words, strict=True):
        lies_on(word, ink, 30)


def test_words_are_told_apart_from_left_to_right_without_overlap(neural: NeuralEngine):
    for line in paged(moby(), neural).lines:
        boxes = [word.quad.box for word in line.words]
        assert all(one.right <= other.left + 1 for one, other in pairwise(boxes))
        assert all(line.quad.box.left - 1 <= box.left < box.right <= line.quad.box.right + 1 for box in boxes)


def accented() -> Sheet:
    """French and German, with the accents drawn by hand that the font does not have."""
    sheet = Sheet(760, 260).put("Le cafe au lait est servi", 40, 40, 40).put("Wir rufen die Kuhe zu uns", 40, 140, 40)
    words = dict(sheet.words)
    sheet.accent("acute", words["cafe"].right - 11, 40, 40)
    sheet.accent("umlaut", words["Kuhe"].left + 38, 140, 40)
    return sheet


@pytest.mark.parametrize("languages", [("fr", "de"), ("en",)])
def test_accents_are_read_where_a_language_has_them_and_where_none_was_named(neural: NeuralEngine, languages: tuple[str, ...]):
    text = paged(accented(), neural, *languages).text
    assert "Le café au lait est servi" in text
    assert "Wir rufen die Kühe zu uns" in text


@pytest.mark.parametrize(
    ("paper", "ink"), [("black", "white"), ("#f4e9d0", "#2a3a8a"), ("#777777", "#111111"), ("#003300", "#ffee88")]
)
def test_print_is_read_in_any_colours_that_can_be_told_apart(neural: NeuralEngine, paper: str, ink: str):
    assert paged(Sheet(560, 220, paper, ink).column("Grace be unto you,\nand peace, from God", 50, 50, 40), neural).text == (
        "Grace be unto you,\nand peace, from God"
    )


# ---- how it lies


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_that_lies_on_its_side_or_upside_down_is_read_and_its_words_lie_on_the_print(neural: NeuralEngine, turns: int):
    image = moby().image.rotate(-90 * turns, expand=True)
    (page,) = read(png(image), engine=neural).pages
    assert page.text == MOBY
    assert page.turned == -90 * turns % 360
    assert (page.width, page.height) == image.size
    for word, (_, ink) in zip(words_of(page.lines), moby().words, strict=True):
        assert round(word.quad.angle / 90) % 4 == turns
        assert holds(turned_box(ink, turns, *moby().image.size), word)


def turned_box(box: Box, turns: int, width: float, height: float) -> Box:
    """Where a box of an image of that size lies after so many quarters clockwise."""
    for _ in range(turns):
        box = Box(height - box.bottom, box.left, height - box.top, box.right)
        width, height = height, width
    return box


def holds(ink: Box, word: Word) -> bool:
    middle = word.quad.box.center
    return ink.left - 4 < middle.x < ink.right + 4 and ink.top - 4 < middle.y < ink.bottom + 4


def test_orientation_is_left_alone_where_the_options_say_so(neural: NeuralEngine):
    sideways = png(moby().image.rotate(90, expand=True))
    (page,) = read(sideways, Options(orientation=False), engine=neural).pages
    assert page.turned == 0
    assert {round(line.quad.angle / 90) for line in page.lines} == {-1}
    assert {line.text for line in page.lines} == set(MOBY.splitlines())


@pytest.mark.parametrize("slope", [-2, 2])
def test_a_page_that_lies_askew_is_read_in_order_and_tells_its_slope(neural: NeuralEngine, slope: int):
    page = paged(moby().image.rotate(-slope, Image.Resampling.BICUBIC, fillcolor="white"), neural)
    assert page.text == MOBY
    assert page.skew == pytest.approx(slope, abs=0.5)
    assert all(line.quad.angle == pytest.approx(slope, abs=1) for line in page.lines)


def test_a_line_that_is_upside_down_among_upright_ones_is_read(neural: NeuralEngine):
    note = Sheet(560, 50).put("these words are upside down", 20, 8)
    page = paged(Sheet(700, 600).paste(moby(), 0, 0).paste(note, 60, 520, turns=2), neural)
    assert page.text == f"{MOBY}\n\nthese words are upside down"
    *upright, turned = page.lines
    assert abs(turned.quad.angle) == pytest.approx(180, abs=2)
    assert all(abs(line.quad.angle) < 2 for line in upright)
    assert turned.words[0].quad.box.left > turned.words[-1].quad.box.right


@pytest.mark.parametrize(("turns", "angle"), [(1, 90), (3, -90)])
def test_a_line_that_runs_up_or_down_beside_the_text_is_read(neural: NeuralEngine, turns: int, angle: int):
    spine = Sheet(400, 46).put("standing on the edge", 20, 6)
    page = paged(Sheet(760, 560).paste(moby(), 60, 0).paste(spine, 30, 60, turns), neural)
    assert page.text == f"{MOBY}\n\nstanding on the edge"
    assert page.lines[-1].quad.angle == pytest.approx(angle, abs=2)


# ---- how large it is


def test_small_print_on_a_large_page_gets_a_second_look(neural: NeuralEngine):
    text = "These are the small letters of\na contract that nobody should\nsign before it has been read."
    page = paged(Sheet(1800, 2400).column(text, 300, 1400, 20), neural)
    assert page.text == text
    assert sure(page) > 0.8


def test_a_page_of_6000_by_8000_pixels_is_read_from_corner_to_corner(neural: NeuralEngine):
    sheet = Sheet(6000, 8000).put("A huge heading", 500, 500, 200).put("up in the corner", 40, 20, 60)
    sheet.put("down in the corner", 5300, 7900, 60).column(MOUNTAINS, 2600, 3800, 60)
    page = paged(sheet, neural)
    assert sorted(block.text for block in page.blocks) == sorted(
        ["up in the corner", "A huge heading", MOUNTAINS, "down in the corner"]
    )
    for word in words_of(page.lines):
        (ink,) = [ink for text, ink in sheet.words if text == word.text and overlap(ink, word.quad.box)]
        assert overlap(ink, word.quad.box) > 0.3


def test_a_line_that_is_far_longer_than_any_on_a_page_is_read_to_its_end(neural: NeuralEngine):
    sentence = " ".join((MOBY + " " + MOUNTAINS).split() * 2)
    page = paged(Sheet(12000, 44).put(sentence, 20, 4), neural)
    assert page.text == sentence


def test_a_strip_of_paper_is_read(neural: NeuralEngine):
    assert paged(Sheet(4000, 40).put("one short note", 3000, 4, 28), neural).text == "one short note"


# ---- in which order


@pytest.mark.parametrize("shift", [0, 18])
def test_two_columns_are_read_one_after_the_other(neural: NeuralEngine, shift: int):
    page = paged(Sheet(1200, 400).column(RIVERS, 60, 60, 28).column(MOUNTAINS, 640, 60 + shift, 28), neural)
    assert page.text == f"{RIVERS}\n\n{MOUNTAINS}"


def test_a_heading_above_two_columns_comes_first(neural: NeuralEngine):
    sheet = Sheet(1200, 520).put("Of rivers and mountains", 330, 40, 50)
    page = paged(sheet.column(RIVERS, 60, 170, 28).column(MOUNTAINS, 640, 170, 28), neural)
    assert page.text == f"Of rivers and mountains\n\n{RIVERS}\n\n{MOUNTAINS}"


def test_a_receipt_is_read_row_by_row(neural: NeuralEngine):
    bought = [("Bread", "2.40"), ("Milk", "1.19"), ("Apples", "3.75"), ("Coffee", "6.99"), ("Butter", "2.89"), ("Total", "17.22")]
    sheet = Sheet(600, 460).put("CORNER SHOP", 190, 30, 36)
    for row, (name, price) in enumerate(bought):
        sheet.put(name, 60, 110 + 50 * row).put(price, 460, 110 + 50 * row)
    page = paged(sheet, neural)
    assert page.text.split("\n") == ["CORNER SHOP", "", *(f"{name}\t{price}" for name, price in bought)]


def test_the_numbers_of_a_list_stay_with_their_lines(neural: NeuralEngine):
    steps = ["bring the water to the boil", "add the salt and the rice", "stir it now and then", "serve it while it is hot"]
    sheet = Sheet(900, 340)
    for row, step in enumerate(steps):
        sheet.put(f"{row + 1}.", 60, 60 + 60 * row).put(step, 140, 60 + 60 * row)
    assert paged(sheet, neural).text.split("\n") == [f"{row + 1}. {step}" for row, step in enumerate(steps)]


def test_narrow_cells_that_stand_closely_above_each_other_are_read_with_their_rows(neural: NeuralEngine):
    rows = [("Seat", "Name"), ("14 A", "Ann Miller"), ("14 B", "Tom Baker"), ("18 E", "Sue Carter"), ("16 D", "Joe Taylor")]
    sheet = Sheet(700, 300)
    for number, (seat, name) in enumerate(rows):
        sheet.put(seat, 60, 60 + 34 * number).put(name, 300, 60 + 34 * number)
    assert paged(sheet, neural).text.split("\n") == [f"{seat} {name}" for seat, name in rows]


def test_digits_that_stand_so_closely_above_each_other_that_they_are_found_as_one_are_read_one_by_one(neural: NeuralEngine):
    sheet = Sheet(1600, 480).column("1\n2\n3\n4\n5\n6", 60, 60, 30, step=0.95)
    for row in range(5):
        sheet.put("some more text beside it", 210, 60 + 45 * row)
    found = [line.text for line in neural.read(sheet.pixels(), ["en"])]
    assert sorted(found) == [*"123456", *["some more text beside it"] * 5]


def test_more_space_between_lines_begins_a_new_block(neural: NeuralEngine):
    sheet = Sheet(700, 640).column(RIVERS, 60, 60, 28).column(MOUNTAINS, 60, 330, 28)
    assert [block.text for block in paged(sheet, neural).blocks] == [RIVERS, MOUNTAINS]
