from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from uncial.engines.crop import flat_image
from uncial.geometry import Box, Point, Quad
from uncial.train.lines import KINDS, Drawing
from uncial.train.synth.damage import DAMAGES, Damage, damaged, is_legible

MOVING = ("tilted", "in_perspective", "curled", "resampled", "black_and_white", "locally_black", "faxed", "dithered")
BY_NAME = {damage.name: damage for damage in DAMAGES}
STAYING = [damage for damage in DAMAGES if damage.name not in MOVING]


def drawn(text: str = "Seventeen grey herons, 4.50", height: int = 44, paper: int = 250, ink: int = 20) -> Drawing:
    """Text as OpenCV's own strokes draw it, tightly boxed, with paper around it."""
    scale, thick = height / 31, max(round(height / 14), 1)
    (width, up), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_COMPLEX, scale, thick)
    image = np.full((3 * up + 20, width + 2 * up + 20, 3), paper, np.uint8)
    cv2.putText(image, text, (up, 2 * up), cv2.FONT_HERSHEY_COMPLEX, scale, (ink, ink, ink + 12), thick, cv2.LINE_AA)
    ys, xs = np.nonzero(np.abs(image[..., 0].astype(int) - paper) > 60)
    assert len(xs)
    quad = Quad.of_box(Box(int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1))
    image.flags.writeable = False  # a damage that paints on what it was given fails
    return Drawing(image, quad)


def chance(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def cut(drawing: Drawing, width: int = 700, height: int = 48) -> np.ndarray:
    return cv2.cvtColor(flat_image(drawing.image, drawing.quad, width, height), cv2.COLOR_RGB2GRAY).astype(np.float32)


def likeness(one: Drawing, other: Drawing) -> float:
    return float(np.corrcoef(cut(one).ravel(), cut(other).ravel())[0, 1])


def with_dots(places: list[Point]) -> Drawing:
    """A sheet with a dot at each corner of a quad."""
    image = np.full((160, 900, 3), 255, np.uint8)
    for place in places:
        cv2.circle(image, (round(place.x), round(place.y)), 5, (0, 0, 0), -1)
    return Drawing(image, Quad(*places))


def near(image: np.ndarray, place: Point, reach: int = 12) -> Point:
    """The middle of the ink around a place."""
    left, top = max(round(place.x) - reach, 0), max(round(place.y) - reach, 0)
    ink = 255.0 - image[top : round(place.y) + reach, left : round(place.x) + reach, 0]
    ys, xs = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    return Point(left + (xs * ink).sum() / ink.sum() + 0.5, top + (ys * ink).sum() / ink.sum() + 0.5)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
@pytest.mark.parametrize("strength", [0.25, 1.0])
def test_every_damage_changes_the_line_and_the_same_chance_changes_it_the_same_way(damage: Damage, strength: float):
    line = drawn()
    once, again = damage.change(line, strength, chance(8)), damage.change(line, strength, chance(8))
    assert once.quad == again.quad
    assert np.array_equal(once.image, again.image)
    assert once.image.shape != line.image.shape or not np.array_equal(once.image, line.image)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_every_damage_takes_lines_of_any_size_and_gives_an_image_with_the_line_in_it(damage: Damage, strength: float):
    for line in (drawn("i", 12), drawn("W", 130), drawn("l " * 60, 20), drawn("Reversed", 40, paper=20, ink=240)):
        worse = damage.change(line, strength, chance())
        assert worse.image.dtype == np.uint8
        assert worse.image.ndim == 3 and worse.image.shape[2] == 3
        assert worse.image.flags.c_contiguous
        box, (rows, columns) = worse.quad.box, worse.image.shape[:2]
        assert min(box.left, box.top) > 0 and box.right < columns and box.bottom < rows


@pytest.mark.parametrize("damage", STAYING, ids=lambda damage: damage.name)
def test_a_damage_that_moves_nothing_keeps_the_quad_and_the_size(damage: Damage):
    line = drawn()
    worse = damage.change(line, 0.7, chance())
    assert worse.quad == line.quad
    assert worse.image.shape == line.image.shape


@pytest.mark.parametrize("name", ["tilted", "resampled", "black_and_white", "faxed", "dithered"])
@pytest.mark.parametrize("seed", range(3))
def test_the_quad_goes_where_its_corners_go(name: str, seed: int):
    sheet = with_dots([Point(60, 50), Point(830, 50), Point(830, 105), Point(60, 105)])
    start = [near(sheet.image, corner) for corner in sheet.quad]
    worse = BY_NAME[name].change(replace(sheet, quad=Quad(*start)), 0.6, chance(seed))
    for corner in worse.quad:
        found = near(worse.image, corner)
        assert np.hypot(found.x - corner.x, found.y - corner.y) < 0.04 * worse.quad.height


def test_a_quad_that_stays_behind_would_be_seen():
    line = drawn()
    moved = BY_NAME["tilted"].change(line, 1.0, chance(2))
    assert likeness(line, moved) > 0.9
    assert likeness(line, Drawing(moved.image, line.quad)) < 0.5


@pytest.mark.parametrize("name", ["curled", "in_perspective"])
@pytest.mark.parametrize("seed", range(6))
def test_the_quad_of_a_line_that_is_no_longer_straight_holds_all_its_ink(name: str, seed: int):
    line = drawn()
    worse = BY_NAME[name].change(line, 1.0, chance(seed))
    ys, xs = np.nonzero(worse.image[..., 0] < 128)
    (left, top), (right, top_right), (_, bottom_right), (_, bottom) = worse.quad
    along = (xs + 0.5 - left) / (right - left)
    assert (ys + 1.5 > top + (top_right - top) * along).all()
    assert (ys - 0.5 < bottom + (bottom_right - bottom) * along).all()
    assert worse.quad.height < 1.25 * line.quad.height


def test_all_kinds_have_enough_damages_to_choose_from():
    for kind in KINDS:
        assert sum(damage.chances[kind] > 0 for damage in DAMAGES) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_line_depends_on_chance_alone(kind: str):
    line = drawn()
    once, again, other = (damaged(line, kind, chance(seed)) for seed in (11, 11, 12))
    assert once.quad == again.quad
    assert np.array_equal(once.image, again.image)
    assert once.image.shape != other.image.shape or not np.array_equal(once.image, other.image)


def test_a_kind_that_nobody_knows_is_damaged_as_print():
    for seed in range(5):
        given, printed = (damaged(drawn(), kind, chance(seed)) for kind in ("given", "printed"))
        assert np.array_equal(given.image, printed.image)


@pytest.mark.parametrize("kind", KINDS)
def test_text_stays_darker_than_its_paper_and_alike_enough_to_be_read(kind: str):
    line = drawn()
    for seed in range(40):
        worse = damaged(line, kind, chance(seed))
        for part in np.array_split(cut(worse), 5, axis=1):
            assert np.median(part) - np.percentile(part, 4) > 15, seed
        assert likeness(line, worse) > 0.35, seed  # 0.04 is that of another text; curl and perspective take the most


def test_light_text_stays_light():
    line = drawn(paper=25, ink=235)
    for seed in range(40):
        part = cut(damaged(line, "printed", chance(seed)))
        assert np.percentile(part, 95) - np.median(part) > 15, seed


def test_some_lines_stay_clean_and_most_differ_from_each_other():
    line = drawn()
    many = [damaged(line, "printed", chance(seed)) for seed in range(120)]
    clean = sum(likeness(line, each) > 0.99999 for each in many)
    nearly = sum(likeness(line, each) > 0.985 for each in many)
    assert 3 <= clean <= 25
    assert 12 <= nearly <= 60
    assert len({each.image.tobytes() for each in many}) > 0.8 * len(many)


@pytest.mark.parametrize("part", [0.12, 0.5])
def test_a_line_of_which_a_part_is_gone_is_not_legible(part: float):
    line = drawn()
    gone = line.image.copy()
    gone[:, round(gone.shape[1] * 0.4) : round(gone.shape[1] * (0.4 + part))] = 250
    assert is_legible(line, line)
    assert not is_legible(Drawing(gone, line.quad), line)


def test_what_noise_drowns_or_fog_hides_is_not_legible():
    line = drawn()
    noise = np.clip(line.image * 0.2 + 100 + chance().normal(0, 90, line.image.shape), 0, 255).astype(np.uint8)
    fog = (line.image * 0.05 + 200).astype(np.uint8)
    assert not is_legible(Drawing(noise, line.quad), line)
    assert not is_legible(Drawing(fog, line.quad), line)
    assert is_legible(Drawing((line.image * 0.4 + 100).astype(np.uint8), line.quad), line)
