from __future__ import annotations

from math import radians, tan
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest

from prints import Sheet, overlap
from uncial.drawing import find_graphics
from uncial.geometry import Box
from uncial.graphics import Graphics, Rule

if TYPE_CHECKING:
    from uncial.raster import Image

A4 = (1240, 1754)
WORDS = "The quick brown fox jumps over the lazy dog near the illuminated minimum"
NOISE = np.random.default_rng(4)


def paper(width: int = A4[0], height: int = A4[1]) -> Image:
    return np.full((height, width, 3), 255, np.uint8)


def ruled(image: Image, box: Box, rows: int, columns: int, tone: int = 0, pen: int = 1) -> Image:
    left, top, right, bottom = map(int, box)
    for row in range(rows + 1):
        y = top + (bottom - top) * row // rows
        image[y : y + pen, left : right + pen] = tone
    for column in range(columns + 1):
        x = left + (right - left) * column // columns
        image[top : bottom + pen, x : x + pen] = tone
    return image


def turned(image: Image, angle: float) -> Image:
    height, width = image.shape[:2]
    way = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    return cast("Image", cv2.warpAffine(image, way, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)))


def printed(columns: int = 1, size: int = 26) -> Sheet:
    sheet = Sheet(*A4)
    for line in range(40):
        sheet.put(WORDS[: 130 // columns], 120, 100 + 38 * line, size)
    return sheet


def lying(found: Graphics) -> list[Rule]:
    return sorted((rule for rule in found.rules if not rule.stands), key=lambda rule: rule.start.y)


def standing(found: Graphics) -> list[Rule]:
    return sorted((rule for rule in found.rules if rule.stands), key=lambda rule: rule.start.x)


def test_a_table_of_hairlines_has_all_its_rules_to_the_pixel():
    found = find_graphics(ruled(paper(), Box(200, 300, 1000, 700), 8, 4, tone=140))
    assert [rule.start.y for rule in lying(found)] == pytest.approx([300.5 + 50 * row for row in range(9)], abs=0.6)
    assert [rule.start.x for rule in standing(found)] == pytest.approx([200.5 + 200 * column for column in range(5)], abs=0.6)
    for rule in found.rules:
        first, last = (rule.start.y, rule.end.y) if rule.stands else (rule.start.x, rule.end.x)
        wanted = (300, 701) if rule.stands else (200, 1001)
        assert (first, last) == pytest.approx(wanted, abs=1)
        assert rule.thickness == pytest.approx(1, abs=0.5)


def test_text_in_the_cells_changes_nothing():
    sheet = Sheet(*A4)
    for row in range(8):
        for column in range(4):
            sheet.put("Illinois 3.14", 206 + 200 * column, 310 + 50 * row, 26)
    found = find_graphics(ruled(sheet.pixels(), Box(200, 300, 1000, 700), 8, 4))
    assert (len(lying(found)), len(standing(found))) == (9, 5)
    assert not found.pictures


@pytest.mark.parametrize("angle", [-3.0, -1.2, 0.4, 2.0])
def test_rules_slope_with_the_page(angle: float) -> None:
    found = find_graphics(turned(ruled(paper(), Box(300, 500, 900, 900), 4, 3, pen=2), angle))
    assert (len(lying(found)), len(standing(found))) == (5, 4)
    for rule in lying(found):
        slope = (rule.end.y - rule.start.y) / (rule.end.x - rule.start.x)
        assert slope == pytest.approx(tan(radians(angle)), abs=0.003)
        assert rule.length == pytest.approx(602, abs=5)


def test_a_scan_at_300_dpi_with_grain_and_gaps_has_its_rules():
    image = ruled(paper(2480, 3508), Box(400, 600, 2000, 1400), 5, 4, tone=90, pen=4)
    image[:, 1001:1005] = 255
    image[903:906] = 255
    grain = NOISE.normal(0, 12, image.shape[:2])[..., np.newaxis]
    found = find_graphics((image - 20 + grain).clip(0, 255).astype(np.uint8))
    assert (len(lying(found)), len(standing(found))) == (6, 5)
    assert [rule.length for rule in lying(found)] == pytest.approx([1604] * 6, abs=8)


def test_grain_alone_has_none():
    image = (235 + NOISE.normal(0, 15, (*A4[::-1], 1))).clip(0, 255).repeat(3, axis=2)
    assert find_graphics(image.astype(np.uint8)) == Graphics()


@pytest.mark.parametrize("size", [18, 26, 44, 80])
def test_text_has_neither_rules_nor_pictures(size: int) -> None:
    sheet = Sheet(*A4)
    for line in range(int(1500 / (1.4 * size))):
        sheet.put(WORDS, 120, 100 + 1.4 * size * line, size)
    found = find_graphics(sheet.pixels())
    assert found == Graphics()


@pytest.mark.parametrize(("dash", "gap"), [(2, 3), (3, 4), (8, 5)])
@pytest.mark.parametrize("side", [1240, 1241])
def test_dots_and_dashes_are_rules(dash: int, gap: int, side: int) -> None:
    image = paper(side, 1755)
    for x in range(200, 1000, dash + gap):
        image[600:602, x : x + dash] = 0
        image[x : x + dash, 600:602] = 0
    found = find_graphics(image)
    (across,), (down,) = lying(found), standing(found)
    assert (across.start.x, across.end.x) == pytest.approx((200, 1000), abs=dash + gap)
    assert (down.start.y, down.end.y) == pytest.approx((200, 1000), abs=dash + gap)


def test_thick_and_coloured_rules_are_found_and_bars_are_not():
    image = paper()
    image[300:308, 200:1000] = 0
    image[500:502, 200:1000] = (190, 210, 255)
    image[700:740, 200:1000] = 0
    thick, pale = lying(find_graphics(image))
    assert (thick.start.y, thick.thickness) == pytest.approx((304, 8), abs=1)
    assert pale.start.y == pytest.approx(501, abs=1)


def test_rules_on_a_coloured_ground_are_found():
    image = paper()
    image[300:500, 200:1000] = (255, 235, 160)
    found = find_graphics(ruled(image, Box(200, 300, 1000, 500), 4, 4))
    assert (len(lying(found)), len(standing(found))) == (5, 5)
    assert not found.pictures


def test_a_line_under_a_word_is_a_rule():
    sheet = printed()
    image = sheet.pixels()
    image[1700:1702, 120:300] = 0
    (rule,) = find_graphics(image).rules
    assert (rule.start.x, rule.end.x) == pytest.approx((120, 300), abs=1)


def photograph(width: int, height: int) -> Image:
    tones = NOISE.integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return cast("Image", cv2.resize(tones, (width, height), interpolation=cv2.INTER_CUBIC))


def test_a_photograph_among_text_is_a_picture_and_its_edges_are_no_rules():
    image = printed().pixels()
    image[600:1100, 150:800] = 255
    image[620:1080, 170:780] = photograph(610, 460)
    found = find_graphics(image)
    assert len(found.pictures) == 1 and not found.rules
    assert overlap(found.pictures[0].box, Box(170, 620, 780, 1080)) > 0.93


def test_a_halftone_of_black_dots_is_a_picture():
    image = paper(2480, 3508)
    tones = photograph(800, 600)[..., 0]
    dots = tones < NOISE.integers(0, 256, tones.shape)
    image[1000:1600, 500:1300] = np.where(dots, 0, 255)[..., np.newaxis]
    (picture,) = find_graphics(image).pictures
    assert overlap(picture.box, Box(500, 1000, 1300, 1600)) > 0.85


def test_a_chart_is_a_picture_with_its_axes():
    image = paper()
    image[400:402, 300:900] = image[900:902, 300:900] = 0
    image[400:902, 300:302] = 0
    x = np.arange(310, 890)
    curve = np.column_stack((x, 650 - 180 * np.sin(x / 70))).astype(np.int32)
    cv2.polylines(image, [curve], False, (200, 30, 30), 3)
    found = find_graphics(image)
    assert len(found.pictures) == 1 and not found.rules
    assert overlap(found.pictures[0].box, Box(300, 400, 900, 902)) > 0.95


def test_a_table_is_no_picture_even_with_a_tick_in_it_and_coloured_rows():
    image = paper()
    image[300:350, 200:1000] = (30, 60, 140)
    for row in range(2, 8, 2):
        image[300 + 50 * row : 350 + 50 * row, 200:1000] = (225, 235, 250)
    ruled(image, Box(200, 300, 1000, 700), 8, 4)
    cv2.polylines(image, [np.array([(430, 420), (450, 470), (510, 380)], np.int32)], False, (0, 0, 160), 3)
    found = find_graphics(image)
    assert (len(lying(found)), len(standing(found))) == (9, 5)
    assert all(picture.box.area < 120 * 120 for picture in found.pictures)


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3), (40, 40)])
def test_tiny_images_have_nothing_and_do_no_harm(shape: tuple[int, int]) -> None:
    assert find_graphics(np.full((*shape, 3), 255, np.uint8)) == Graphics()


def test_a_ring_is_a_drawing_until_it_is_known_to_be_a_letter():
    image = paper()
    cv2.ellipse(image, (400, 500), (90, 120), 0, 0, 360, (0, 0, 0), 5)
    (picture,) = find_graphics(image).pictures
    assert find_graphics(image, [picture.box]) == Graphics()


def test_words_hide_no_rules():
    image = ruled(paper(), Box(200, 300, 1000, 700), 8, 4)
    words = [Box(150, 290 + 50 * row, 1050, 345 + 50 * row) for row in range(8)]
    assert find_graphics(image, words) == find_graphics(image)


@pytest.mark.parametrize("scale", [1, 2])
def test_a_long_strip_of_an_image_does_no_harm(scale: int):
    assert find_graphics(np.full((20, 20_000 * scale, 3), 255, np.uint8)) == Graphics()
