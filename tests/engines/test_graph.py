import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.graph import keep_classes
from uncial.engines.neural.recognise import Recogniser
from uncial.errors import EngineFailed
from uncial.models import load_alphabet, load_model
from uncial.network import Network

NAME = "ppocr-v6-tiny-rec"


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (1, 3, 48, 96)).astype(np.float32)


@pytest.fixture(scope="module")
def whole(batch: np.ndarray) -> np.ndarray:
    """What the whole network says: T x 6,906."""
    probabilities: np.ndarray = Network(load_model(NAME), NAME).run(batch)[0]
    return probabilities


def cut(classes: list[int], handicaps: list[float], batch: np.ndarray) -> np.ndarray:
    probabilities: np.ndarray = Network(keep_classes(load_model(NAME), classes, handicaps), NAME).run(batch)[0]
    return probabilities


def test_a_cut_network_says_what_the_whole_one_says_of_the_classes_that_are_left(batch: np.ndarray, whole: np.ndarray):
    classes = [0, 6905, *range(1, 3000, 7)]
    expected = whole[:, classes] / whole[:, classes].sum(axis=1, keepdims=True)
    found = cut(classes, [0.0] * len(classes), batch)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-5


def test_a_handicap_takes_that_much_from_the_logarithm_of_a_class(batch: np.ndarray, whole: np.ndarray):
    classes = [0, 5, 10, 6905]
    handicapped = whole[:, classes] * np.exp([0, -2.0, 0, -0.5])
    expected = handicapped / handicapped.sum(axis=1, keepdims=True)
    assert np.abs(cut(classes, [0, 2.0, 0, 0.5], batch) - expected).max() < 1e-5


def test_latin_letters_are_369_classes_of_the_small_recogniser():
    english = Alphabet.of(["en"])
    known = load_alphabet("ppocr-v6-small-alphabet")
    assert sum(not character or english.allows(character) for character in known) == 369


def test_a_recogniser_has_a_character_for_each_class_blank_first_and_space_last(batch: np.ndarray):
    recogniser = Recogniser.load("tiny", Alphabet.of(["de"]), None)
    assert recogniser.network.run(batch).shape[-1] == len(recogniser.characters)
    assert (recogniser.characters[0], recogniser.characters[-1]) == ("", " ")


def test_a_network_that_ends_otherwise_is_refused():
    node = helper.make_node("Relu", ["x"], ["y"])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4]) for name in ("x", "y")]
    graph = helper.make_graph([node], "other", values[:1], values[1:])
    with pytest.raises(EngineFailed, match="ends in Relu where Softmax"):
        keep_classes(helper.make_model(graph).SerializeToString(), [0], [0.0])


def test_the_head_is_found_behind_nodes_that_do_nothing():
    weights = np.arange(12, dtype=np.float32).reshape(3, 4) / 10
    nodes = [
        helper.make_node("MatMul", ["x", "weight"], ["product"]),
        helper.make_node("Add", ["bias", "product"], ["sum"]),
        helper.make_node("Identity", ["sum"], ["same"]),
        helper.make_node("Softmax", ["same"], ["y"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "head",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4])],
        [numpy_helper.from_array(weights, "weight"), numpy_helper.from_array(np.zeros(4, np.float32), "bias")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    x = np.ones((1, 3), np.float32)
    raw = np.exp((x @ weights)[0, [3, 1]])
    found = Network(keep_classes(model.SerializeToString(), [3, 1], [0, 0]), "head").run(x)[0]
    assert found == pytest.approx(raw / raw.sum(), abs=1e-6)


def test_bytes_that_are_no_network_are_refused_when_they_are_loaded():
    with pytest.raises(EngineFailed, match="“broken” cannot be loaded"):
        Network(b"not a network", "broken")


def test_an_image_of_the_wrong_shape_is_a_failure_of_the_engine_with_the_models_name():
    network = Network(load_model(NAME), NAME)
    with pytest.raises(EngineFailed, match=NAME):
        network.run(np.zeros((1, 3, 20, 96), np.float32)[0])
