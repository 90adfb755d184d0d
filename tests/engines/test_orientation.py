from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from prints import Sheet
from recognisers import sure
from uncial.engines.neural import NeuralEngine
from uncial.engines.neural.ctc import Reading
from uncial.engines.neural.orientation import PageOrientation, VerifiedOrientation
from uncial.geometry import Box, Quad

PROSE = "Call me Ishmael. Some years ago\nnever mind how long precisely\nhaving hardly any money in my\npurse and nothing\n"
PAGE = Sheet(700, 600).column(PROSE * 3, 60, 60, 30).pixels()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_that_lies_turned_is_turned_back(neural: NeuralEngine, turns: int):
    assert (turns + neural.quarter_turns(np.ascontiguousarray(np.rot90(PAGE, -turns)))) % 4 == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (30, 30), (900, 900)])
def test_a_page_without_text_stays_as_it_lies(neural: NeuralEngine, shape: tuple[int, int]):
    assert neural.quarter_turns(np.full((*shape, 3), 255, np.uint8)) == 0


class Tells:
    """A classifier that is so sure that the picture was turned by so many quarters."""

    def __init__(self, label: int, sure: float) -> None:
        self.scores, self.asked = np.full(4, (1 - sure) / 3, np.float32), 0
        self.scores[label] = sure

    def run(self, batch: np.ndarray) -> np.ndarray:
        assert batch.shape == (1, 3, 224, 224)
        self.asked += 1
        return self.scores[None]


class Finds:
    """A detector that finds the same lines on every page."""

    def __init__(self, quads: Sequence[Quad]) -> None:
        self.quads = quads

    def glance(self, image: np.ndarray, spread: object) -> Sequence[Quad]:
        return self.quads


class Reads:
    """A recogniser that is so sure of what it reads, line after line: both ways round of the first, then of the next."""

    def __init__(self, *sure: float) -> None:
        self.sure = list(sure)

    def read(self, image: np.ndarray, stretch: float) -> Reading:
        return sure("a" * 20, self.sure.pop(0))


LYING = Quad.of_box(Box(50, 50, 550, 80))
STANDING = Quad.of_box(Box(50, 50, 80, 550))
SPECK = Quad.of_box(Box(50, 50, 90, 80))


def told(label: int, sure: float, image: np.ndarray = PAGE, quads: Sequence[Quad] = (), read: Reads | None = None) -> int:
    classifier = PageOrientation(Tells(label, sure))  # type: ignore[arg-type]
    return VerifiedOrientation(classifier, Finds(quads), read or Reads()).quarter_turns(image)  # type: ignore[arg-type]


@pytest.mark.parametrize(("label", "turns"), [(0, 0), (1, 3), (2, 2), (3, 1)])
def test_where_no_line_can_be_read_a_sure_classifier_is_believed(label: int, turns: int):
    assert told(label, 0.95) == turns
    assert told(label, 0.95, quads=[SPECK]) == turns
    assert told(label, 0.95, quads=[LYING], read=Reads(0.6, 0.5)) == turns


def test_a_page_stays_as_it_lies_where_neither_the_classifier_nor_the_lines_tell():
    assert told(2, 0.7) == 0
    assert told(2, 0.7, quads=[LYING], read=Reads(0.95, 0.94)) == 0


def test_lines_that_read_well_as_they_lie_overrule_a_classifier_that_says_a_turn():
    assert told(2, 0.99, quads=[LYING], read=Reads(0.99, 0.5)) == 0


def test_lines_that_read_well_upside_down_turn_a_page_of_which_the_classifier_is_unsure():
    assert told(0, 0.5, quads=[LYING], read=Reads(0.5, 0.99)) == 2


@pytest.mark.parametrize(("sure", "turns"), [((0.99, 0.5), 1), ((0.5, 0.99), 3)])
def test_lines_that_stand_are_read_lying_on_either_side(sure: tuple[float, float], turns: int):
    assert told(0, 0.5, quads=[STANDING], read=Reads(*sure)) == turns


def test_of_a_page_that_is_surely_upright_no_line_is_read():
    assert told(0, 0.81, quads=[LYING], read=Reads()) == 0


@pytest.mark.parametrize("shape", [(40, 20000), (20000, 40), (1, 9)])
def test_a_strip_is_no_page(shape: tuple[int, int]):
    assert told(2, 0.99, np.full((*shape, 3), 255, np.uint8)) == 0


def test_a_slanted_page_is_not_turned_upside_down(neural: NeuralEngine):
    way = cv2.getRotationMatrix2D((300, 350), 10, 1)
    slanted = np.asarray(cv2.warpAffine(PAGE, way, (600, 700), borderValue=(255, 255, 255)), np.uint8)
    assert neural.quarter_turns(slanted) == 0
    assert neural.quarter_turns(np.ascontiguousarray(np.rot90(slanted, 2))) == 2
