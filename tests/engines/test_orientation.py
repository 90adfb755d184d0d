import numpy as np
import pytest

from prints import Sheet
from uncial.engines.neural import NeuralEngine
from uncial.engines.neural.orientation import PageOrientation

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


def told(label: int, sure: float, image: np.ndarray = PAGE) -> int:
    return PageOrientation(Tells(label, sure)).quarter_turns(image)  # type: ignore[arg-type]


@pytest.mark.parametrize(("label", "turns"), [(0, 0), (1, 3), (2, 2), (3, 1)])
def test_a_page_is_turned_back_by_as_much_as_it_was_turned(label: int, turns: int):
    assert told(label, 0.95) == turns


def test_a_page_stays_as_it_lies_where_the_network_is_not_sure():
    assert told(2, 0.7) == 0


@pytest.mark.parametrize("shape", [(40, 20000), (20000, 40), (1, 9)])
def test_a_strip_is_no_page(shape: tuple[int, int]):
    assert told(2, 0.99, np.full((*shape, 3), 255, np.uint8)) == 0
