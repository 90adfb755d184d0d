import pytest

from uncial.engines import EngineConfig
from uncial.engines.neural import NeuralEngine


@pytest.fixture(scope="session")
def neural() -> NeuralEngine:
    return NeuralEngine(EngineConfig(threads=2))
