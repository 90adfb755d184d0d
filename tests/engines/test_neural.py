import numpy as np
import pytest

from prints import Sheet, loops
from recognisers import Says, clearly, spelled, sure
from uncial.document import Line
from uncial.engines import EngineConfig
from uncial.engines.neural import _KEPT, NeuralEngine
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.ctc import Reading
from uncial.engines.neural.recognise import LineReader
from uncial.geometry import Box, Quad

BLANK = np.full((40, 40, 3), 255, np.uint8)


@pytest.fixture(scope="module")
def engine() -> NeuralEngine:
    """An engine whose recognisers the tests replace."""
    return NeuralEngine(EngineConfig(threads=1))


def test_any_mixture_of_languages_can_be_asked_for_and_only_the_latest_recognisers_stay_in_memory(engine: NeuralEngine):
    for language in ("de", "fr", "pl", "es", "it"):
        assert engine.read(BLANK, [language]) == []
    kept = list(engine._readers.values())
    assert len(kept) == _KEPT
    assert engine.read(BLANK, ["fr"]) == []
    assert list(engine._readers.values()) == [*kept[1:], kept[0]]


# ---- handwriting, and words that are hard to read

WRITTEN = loops(600, 48)
PRINTED = Sheet(600, 48).put("The uncial hand of scribes", 10, 4, 36).pixels()
QUAD = Quad.of_box(Box(0, 0, 600, 48))
SEEN = spelled(*clearly("hou"), {"z": 0.5, "s": 0.45}, {}, *clearly("e"))
"""A word whose fourth letter is rather a z than an s, where nobody knows words."""


def read(engine: NeuralEngine, image: np.ndarray, language: str, effort: str = "balanced") -> Line:
    """The one line of the image, of which both networks are as unsure as of handwriting."""
    careful = Says(sure("houze", 0.9), probabilities=SEEN)
    engine._readers[Alphabet.of([language])] = LineReader(Says(sure("houze", 0.79)), careful)  # type: ignore[arg-type]
    (line,) = engine.read_lines(image, [QUAD], [language], effort)
    assert line
    return line


@pytest.mark.parametrize("language", ["auto", "en", "de"])
def test_what_a_pen_wrote_is_marked_and_read_as_words_are_spelled(engine: NeuralEngine, language: str):
    line = read(engine, WRITTEN, language)
    assert line.handwritten
    assert (line.text, line.quad, line.engine) == ("house", QUAD, "neural")


def test_what_a_pen_wrote_in_a_language_without_a_letter_model_is_marked_and_stays_as_it_was_read(engine: NeuralEngine):
    line = read(engine, WRITTEN, "cs")
    assert line.handwritten
    assert line.text == "houze"
    printed = read(engine, PRINTED, "cs").confidence
    assert line.confidence is not None and printed is not None
    assert line.confidence < printed


def test_print_of_which_the_networks_are_as_unsure_stays_as_it_was_read(engine: NeuralEngine):
    line = read(engine, PRINTED, "en")
    assert not line.handwritten
    assert line.text == "houze"


def test_the_fast_effort_looks_for_no_handwriting(engine: NeuralEngine):
    line = read(engine, WRITTEN, "en", "fast")
    assert not line.handwritten
    assert line.text == "houze"


def test_where_nothing_is_read_there_is_no_line_and_the_others_keep_their_places(engine: NeuralEngine):
    says = Says(lambda image: sure("print") if image.min() < 99 else Reading())
    engine._readers[Alphabet.of(["en"])] = LineReader(says, says)  # type: ignore[arg-type]
    page = np.vstack([np.full_like(PRINTED, 255), PRINTED])
    below = Quad.of_box(Box(0, 48, 600, 96))
    lines = engine.read_lines(page, [QUAD, below, QUAD], ["en"])
    assert [line and line.text for line in lines] == [None, "print", None]


def test_hard_print_is_spelled_where_there_is_a_letter_model_of_all_its_languages(engine: NeuralEngine):
    line = read(engine, PRINTED, "cs")
    assert engine.respelled(PRINTED, [line], ["cs"]) == [line]
    line = read(engine, PRINTED, "en")
    (again,) = engine.respelled(PRINTED, [line], ["en"])
    assert (again.text, again.handwritten, again.words[0].quad) == ("house", False, line.words[0].quad)
