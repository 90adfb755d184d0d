"""A recogniser's ONNX graph as a list of layers, and back: what is learned is written into the graph that it came from.

Batch normalisation is folded into the convolution before it when layers are read, and undone when they are written, so that the
graph stays the one that was measured, node for node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from uncial.errors import EngineFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnx import GraphProto, ModelProto, NodeProto

    Values = NDArray[np.float32]

_PASSING = frozenset({"Identity", "Squeeze", "Unsqueeze"})


class Layer(NamedTuple):
    """The weights of one layer, float32, shaped as torch has them: out x in (x height x width)."""

    weight: Values
    bias: Values


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the graph a layer's weights stand."""

    kind: str
    weight: str
    bias: str
    normalised: tuple[str, ...] = ()
    """The names of gamma, beta, mean and variance of a batch normalisation behind it."""
    epsilon: float = 0.0


def read_layers(model: bytes) -> list[Layer]:
    """The layers of a PP-OCR recogniser (ONNX), in the order in which they reckon. Raises `EngineFailed`."""
    graph = _parsed(model).graph
    values = _values(graph)
    return [_read(place, values) for place in _places(graph)]


def write_layers(model: bytes, layers: Sequence[Layer], notes: dict[str, str]) -> bytes:
    """The same graph with other weights, and with those notes as its metadata. The head alone may have another size."""
    proto = _parsed(model)
    values, places = _values(proto.graph), _places(proto.graph)
    written: dict[str, Values] = {}
    for place, layer in zip(places, layers, strict=True):
        written.update(_written(place, layer, values))
    _put(proto, written)
    del proto.graph.value_info[:]
    proto.graph.output[0].type.tensor_type.ClearField("shape")
    del proto.metadata_props[:]
    for key, value in notes.items():
        proto.metadata_props.add(key=key, value=value)
    done: bytes = proto.SerializeToString()
    return done


def notes_of(model: bytes) -> dict[str, str]:
    """The metadata that stand in an ONNX file. Raises `EngineFailed`."""
    return {each.key: each.value for each in _parsed(model).metadata_props}


def _parsed(model: bytes) -> ModelProto:
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        return onnx.load_from_string(model)
    except DecodeError as error:
        raise EngineFailed("This is no ONNX file.") from error


def _values(graph: GraphProto) -> dict[str, Values]:
    from onnx import numpy_helper

    return {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}


def _places(graph: GraphProto) -> list[_Place]:
    """All layers with weights, in order: convolutions, matrices, and the scales of layer normalisation."""
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    users: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    return [place for node in graph.node for place in _place(node, shapes, users)]


def _place(node: NodeProto, shapes: dict[str, tuple[int, ...]], users: dict[str, list[NodeProto]]) -> Iterator[_Place]:
    constant = next((name for name in node.input if name in shapes), None)
    if constant is None or node.op_type not in {"Conv", "MatMul", "Mul"}:
        return
    if node.op_type == "Mul" and (len(shapes[constant]) != 1 or shapes[constant][0] == 1):
        return  # a factor, no scale for each channel
    after = _after(node, users)
    if after.op_type == "BatchNormalization":
        epsilon = next((each.f for each in after.attribute if each.name == "epsilon"), 1e-5)
        yield _Place(node.op_type, constant, "", tuple(after.input[1:5]), epsilon)
        return
    bias = next((name for name in after.input if name in shapes), None)
    if after.op_type != "Add" or bias is None:
        raise EngineFailed(f"This recogniser has {after.op_type} behind {node.op_type} where a bias was expected.")
    yield _Place(node.op_type, constant, bias)


def _after(node: NodeProto, users: dict[str, list[NodeProto]]) -> NodeProto:
    following = users[node.output[0]][0]
    return _after(following, users) if following.op_type in _PASSING else following


def _read(place: _Place, values: dict[str, Values]) -> Layer:
    weight = values[place.weight]
    if place.kind == "MatMul":
        return Layer(weight.T, values[place.bias])
    if not place.normalised:
        return Layer(weight, values[place.bias].reshape(-1))
    _, beta, mean, _ = (values[name] for name in place.normalised)
    scale = _scale(place, values)
    return Layer(weight * scale.reshape(-1, *(1,) * (weight.ndim - 1)), beta - mean * scale)


def _scale(place: _Place, values: dict[str, Values]) -> Values:
    import numpy as np

    gamma, _, _, variance = (values[name] for name in place.normalised)
    scale: Values = gamma / np.sqrt(variance + np.float32(place.epsilon))
    return scale


def _written(place: _Place, layer: Layer, values: dict[str, Values]) -> dict[str, Values]:
    if place.kind == "MatMul":
        return {place.weight: layer.weight.T, place.bias: layer.bias}
    if not place.normalised:
        return {place.weight: layer.weight, place.bias: layer.bias.reshape(values[place.bias].shape)}
    scale = _scale(place, values)
    _, beta, mean, _ = place.normalised
    weight = layer.weight / scale.reshape(-1, *(1,) * (layer.weight.ndim - 1))
    return {place.weight: weight, beta: layer.bias + values[mean] * scale}


def _put(proto: ModelProto, written: dict[str, Values]) -> None:
    import numpy as np
    from onnx import numpy_helper

    for tensor in proto.graph.initializer:
        if tensor.name in written:
            values = np.ascontiguousarray(written[tensor.name], np.float32)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
