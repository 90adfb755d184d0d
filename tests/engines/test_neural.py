import numpy as np

from uncial.engines import EngineConfig
from uncial.engines.neural import _KEPT, NeuralEngine

BLANK = np.full((40, 40, 3), 255, np.uint8)


def test_any_mixture_of_languages_can_be_asked_for_and_only_the_latest_recognisers_stay_in_memory():
    engine = NeuralEngine(EngineConfig(threads=1))
    for language in ("de", "fr", "pl", "es", "it"):
        assert engine.read(BLANK, [language]) == []
    kept = list(engine._readers.values())
    assert len(kept) == _KEPT
    assert engine.read(BLANK, ["fr"]) == []
    assert list(engine._readers.values()) == [*kept[1:], kept[0]]
