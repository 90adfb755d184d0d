import numpy as np
import pytest

from uncial.errors import EngineFailed
from uncial.models import load_model
from uncial.network import Network
from uncial.train.graph import Layer, notes_of, read_layers, write_layers

torch = pytest.importorskip("torch", reason="the extra [train] is not installed")
from uncial.train.network import Recogniser, Tiny, network_of  # noqa: E402 (torch has to be there)

CLOSE = 1e-4


def line(width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Not noise alone: strokes on paper, as a network meets them."""
    rng = np.random.default_rng(width)
    image = np.full((1, 3, 48, width), 0.9, np.float32)
    for left in range(4, width - 6, 9):
        image[:, :, 8 : rng.integers(20, 44), left : left + rng.integers(1, 5)] = -0.8
    noise = np.asarray(rng.normal(0, 0.05, image.shape), np.float32)
    return image + noise


def read(network: Recogniser, image):
    with torch.inference_mode():
        return network.eval()(torch.from_numpy(image)).softmax(2).numpy()


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_the_module_gives_what_the_graph_gives(size):
    model = load_model(f"ppocr-v6-{size}-rec")
    network, graph = network_of(read_layers(model)), Network(model, size)
    for width in (48, 320, 1000):
        image = line(width)
        assert np.abs(read(network, image) - graph.run(image)).max() < CLOSE


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_what_is_written_back_is_the_same_graph(size):
    model = load_model(f"ppocr-v6-{size}-rec")
    layers = network_of(read_layers(model)).layers()
    again = write_layers(model, layers, {"uncial.card": "{}"})
    image = line(400)
    assert np.abs(Network(again, size).run(image) - Network(model, size).run(image)).max() < CLOSE
    assert operators(again) == operators(model)
    assert notes_of(again) == {"uncial.card": "{}"}


def operators(model: bytes) -> list[tuple[str, list[str], list[str]]]:
    onnx = pytest.importorskip("onnx")
    return [(node.op_type, list(node.input), list(node.output)) for node in onnx.load_from_string(model).graph.node]


def test_weights_that_were_changed_are_in_the_graph_that_is_written():
    model = load_model("ppocr-v6-tiny-rec")
    network = network_of(read_layers(model))
    with torch.no_grad():
        for weights in network.parameters():
            weights.mul_(1.01)
    changed = Network(write_layers(model, network.layers(), {}), "changed")
    image = line(240)
    assert np.abs(read(network, image) - changed.run(image)).max() < CLOSE
    assert np.abs(changed.run(image) - Network(model, "tiny").run(image)).max() > 100 * CLOSE


def test_a_head_may_have_another_size():
    model = load_model("ppocr-v6-tiny-rec")
    *body, head = read_layers(model)
    layers = [*body, Layer(head.weight[:40], head.bias[:40])]
    output = Network(write_layers(model, layers, {}), "cut").run(line(160))
    assert output.shape == (1, 20, 40)
    assert np.abs(output - read(network_of(layers), line(160))).max() < CLOSE


def test_other_networks_are_refused():
    layers = read_layers(load_model("ppocr-v6-tiny-rec"))
    with pytest.raises(EngineFailed, match="neither"):
        network_of(layers[1:])
    with pytest.raises(EngineFailed, match="where"):
        Tiny(len(layers[-1].bias)).set_layers([layers[1], *layers[1:]])


def test_what_is_no_onnx_is_refused():
    with pytest.raises(EngineFailed):
        read_layers(b"no such thing")
