from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from prints import Sheet, overlap
from uncial.engines.neural import NeuralEngine
from uncial.engines.neural.detect import Detector, _first_scale, _largest_scale, quads_of
from uncial.geometry import Box, Quad


def heat(height: int = 200, width: int = 400) -> np.ndarray:
    return np.zeros((height, width), np.float32)


def bar(
    center: tuple[float, float],
    length: float,
    thickness: float,
    angle: float = 0,
    sure: float = 0.9,
    on: np.ndarray | None = None,
) -> np.ndarray:
    """A map with one mark of that size, turned by so many degrees clockwise."""
    found = heat() if on is None else on
    corners = cv2.boxPoints((center, (length - 1, thickness - 1), angle))
    cv2.fillPoly(found, [np.round(corners).astype(np.int32)], sure)
    return found


def grown(length: float, thickness: float) -> tuple[float, float]:
    """By how much a mark grows to the whole line (DB: distance = area x ratio / circumference, on both sides)."""
    grow = 1.6 * length * thickness / (length + thickness)
    return length + grow, thickness + grow


def test_an_empty_map_has_no_lines():
    assert quads_of(heat()) == []


def test_a_mark_becomes_the_upright_box_around_the_whole_line():
    quads = quads_of(bar((200, 100), 161, 13))
    assert len(quads) == 1
    length, thickness = grown(161, 13)
    expected = Box(200.5 - length / 2, 100.5 - thickness / 2, 200.5 + length / 2, 100.5 + thickness / 2)
    assert quads[0].box == pytest.approx(expected, abs=0.6)
    assert quads[0].angle == pytest.approx(0)


def test_the_middle_of_a_line_is_the_middle_of_its_mark():
    mark = heat()
    mark[90:104, 61:200] = 0.9
    (quad,) = quads_of(mark)
    assert quad.box.center == pytest.approx(((61 + 200) / 2, (90 + 104) / 2), abs=0.1)


@pytest.mark.parametrize("angle", [-30, -8, 3, 15, 40])
def test_a_slanted_mark_keeps_its_slant_and_reads_from_its_left_end(angle: int):
    (quad,) = quads_of(bar((200, 100), 140, 15, angle))
    assert quad.angle == pytest.approx(angle, abs=1.5)
    assert quad.width > 4 * quad.height
    assert quad.top_left.x < quad.top_right.x


def test_a_standing_mark_stands():
    (quad,) = quads_of(bar((200, 100), 15, 140))
    assert quad.angle == pytest.approx(0, abs=1)
    assert quad.height > 4 * quad.width


def test_two_marks_are_two_lines():
    both = bar((200, 40), 200, 12, on=bar((200, 120), 100, 12))
    assert sorted(quad.box.center.y for quad in quads_of(both)) == pytest.approx([40, 120], abs=1)


@pytest.mark.parametrize(("thickness", "lines"), [(1, 0), (2, 0), (4, 1)])
def test_marks_thinner_than_three_pixels_are_no_lines(thickness: int, lines: int):
    thin = heat()
    thin[50 : 50 + thickness, 20:200] = 0.95
    assert len(quads_of(thin)) == lines


@pytest.mark.parametrize(("sure", "lines"), [(0.2, 0), (0.4, 0), (0.6, 1)])
def test_unsure_marks_are_no_lines(sure: float, lines: int):
    assert len(quads_of(bar((200, 100), 100, 12, sure=sure))) == lines


def test_how_sure_a_mark_is_is_not_told_by_what_lies_around_it():
    # The rectangle around a slanted mark is mostly outside it: only what is marked counts.
    assert len(quads_of(bar((200, 100), 180, 12, angle=40, sure=0.6))) == 1


# ---- looks and tiles, with a network that marks what is dark


@dataclass(frozen=True)
class MarksDark:
    """A network that marks the dark pixels, and remembers what it was shown."""

    seen: list[tuple[int, ...]] = field(default_factory=list)

    def run(self, batch: np.ndarray) -> np.ndarray:
        self.seen.append(batch.shape)
        assert batch.dtype == np.float32
        assert batch.flags.c_contiguous
        assert not any(side % 32 for side in batch.shape[2:])
        dark: np.ndarray = (1 - batch.mean(axis=1, keepdims=True)) / 2
        return dark.astype(np.float32)


def striped(height: int, width: int, top: int, thickness: int) -> np.ndarray:
    image = np.full((height, width, 3), 255, np.uint8)
    image[top : top + thickness, width // 10 : width * 9 // 10] = 0
    return image


def shown(detector: Detector) -> list[int]:
    """The height of each tile that the network was shown."""
    return [shape[2] for shape in detector.network.seen]  # type: ignore[attr-defined]


def strips(height: float) -> tuple[int, int]:
    """Into how many tiles a look of that height is cut, and their height together: where two meet, each sees 32 pixels more."""
    framed = up(height + 64)
    count = -(-framed // 640)
    return count, framed + 64 * (count - 1)


def fake() -> Detector:
    return Detector(MarksDark())  # type: ignore[arg-type]


def test_text_that_is_large_enough_gets_one_look():
    detector = fake()
    assert len(detector.find(striped(480, 960, 200, 60))) == 1
    assert shown(detector) == [up(480 + 64)]


def test_small_text_gets_a_second_look_in_which_it_is_32_pixels_high():
    detector = fake()
    assert len(detector.find(striped(1000, 1600, 400, 15))) == 1
    first = 1000 * 960 / 1600
    _, height = grown(0.8 * 960, 15 * 960 / 1600)
    second = first * 32 / height
    count, together = strips(first)
    assert sum(shown(detector)[:count]) == together
    more, together = strips(second)
    assert len(shown(detector)[count:]) == more
    assert sum(shown(detector)[count:]) == pytest.approx(together, abs=32)


@pytest.mark.parametrize(
    ("height", "width", "high", "lines"),
    [
        (1000, 1600, 15, 1),  # looked at again, at less than its own size
        (240, 480, 60, 2),  # large enough at the first look
        (300, 400, 4, 2),  # enlarged
    ],
)
def test_what_a_faint_mark_joins_is_one_line_where_the_text_was_brought_to_its_height_without_enlarging_it(
    height: int, width: int, high: int, lines: int
):
    page = striped(height, width, height // 2, high)
    middle = page[:, width * 45 // 100 : width * 55 // 100]
    middle[middle == 0] = 255 - round(0.28 * 255)
    assert len(fake().find(page)) == lines


def up(length: float) -> int:
    return -(-round(length) // 32) * 32


def test_nothing_is_enlarged_more_than_three_times():
    detector = fake()
    detector.find(striped(50, 80, 20, 2))
    assert set(shown(detector)) == {up(3 * 50 + 64)}


def test_an_image_without_text_gets_no_second_look():
    detector = fake()
    assert detector.find(np.full((500, 500, 3), 255, np.uint8)) == []
    assert len(shown(detector)) == strips(960)[0]


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(700, 960, 1.0), (480, 320, 2.0), (2400, 3200, 0.3), (6000, 8000, 0.25), (8000, 100, 1.0), (256, 8000, 0.5), (10, 10, 96.0)],
)
def test_the_first_look_is_960_pixels_long_or_more_on_posters_and_strips(width: int, height: int, scale: float):
    assert _first_scale(width, height) == pytest.approx(scale)


def test_a_note_on_a_strip_is_found():
    image = np.full((60, 6000, 3), 255, np.uint8)
    image[20:36, 2900:3100] = 0
    (quad,) = fake().find(image)
    assert quad.box.center == pytest.approx((3000, 28), abs=2)


def test_a_quad_is_in_pixels_of_the_page_at_any_scale():
    for height, width, thickness in ((300, 400, 40), (1500, 2000, 30), (2100, 2800, 90)):
        (quad,) = fake().find(striped(height, width, height // 2, thickness))
        assert quad.box.center == pytest.approx((width / 2, height / 2 + thickness / 2), abs=thickness / 4)
        assert quad.width == pytest.approx(0.8 * width + 1.6 * thickness, rel=0.1)


def test_a_frame_shows_text_at_the_very_edge_of_the_page():
    image = np.full((300, 600, 3), 255, np.uint8)
    image[0:30, 0:600] = 0
    (quad,) = fake().find(image)
    assert quad.box.left < 5
    assert quad.box.right > 595
    assert quad.box.top <= 0


def test_tiles_make_up_the_very_map_of_the_whole_image():
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (1664, 1984, 3), dtype=np.uint8)
    tiled = fake()._heat(image, map)
    assert tiled.shape == image.shape[:2]
    assert np.abs(tiled - (1 - (image.mean(axis=2) * 2 / 255 - 1)) / 2).max() < 1e-5


def test_tiles_are_spread_over_the_threads_in_any_number():
    shown: list[int] = []

    def spread(function: Callable[..., np.ndarray], views: Iterable[np.ndarray]) -> list[np.ndarray]:
        views = list(views)
        shown.append(len(views))
        return [function(view) for view in views]

    image = np.full((1664, 1984, 3), 255, np.uint8)
    fake()._heat(image, spread)
    assert shown == [3]


@pytest.mark.parametrize(("height", "width"), [(14000, 10000), (40, 20000), (1, 150_000_000), (12000, 12000)])
def test_no_look_takes_more_memory_than_it_may(height: int, width: int):
    scale = min(_first_scale(width, height), _largest_scale(width, height))
    for each in (scale, _largest_scale(width, height)):
        assert (width * each + 64) * (height * each + 64) < 140_000_000


# ---- the true network


def test_tiles_see_the_lines_that_the_whole_page_shows(neural: NeuralEngine):
    detector = neural._detector
    image = Sheet(1472, 448).column("a line that runs across the place where two tiles meet\na short line", 60, 100, 48).pixels()
    tiled, whole = (
        sorted(quads_of(each), key=lambda quad: quad.box.top) for each in (detector._heat(image, map), detector._run(image))
    )
    assert [round(quad.width / quad.height) > 15 for quad in tiled] == [True, False]
    assert overlap(tiled[0].box, whole[0].box) > 0.7
    assert overlap(tiled[1].box, whole[1].box) > 0.95


def test_the_true_network_marks_each_line_around_its_print(neural: NeuralEngine):
    sheet = Sheet(900, 400).column("the first of them\nand the second one\nat last the third", 80, 60, 50)
    quads = sorted(neural._detector.find(sheet.pixels()), key=lambda quad: quad.box.top)
    assert len(quads) == 3
    for number, quad in enumerate(quads):
        ink = Box.around(box for _, box in sheet.words[number * 4 : number * 4 + 4])
        assert holds(quad, ink)
        assert quad.height < 2.2 * ink.height


def holds(quad: Quad, ink: Box, slack: float = 6) -> bool:
    box = quad.box
    return (
        box.left < ink.left + slack
        and box.right > ink.right - slack
        and box.top < ink.top + slack
        and box.bottom > ink.bottom - slack
    )
