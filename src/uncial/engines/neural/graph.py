"""Cuts a recogniser's last layer to the characters that can occur: fewer classes to compute, and no letters of other scripts.

Also looks into files of which nobody knows yet what they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from uncial.errors import EngineFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnx import GraphProto, ModelProto, TensorProto


class Contents(NamedTuple):
    """What a recogniser's file says of itself."""

    width: int
    """Of what goes into the last layer: networks of one kind have the same."""
    classes: int
    notes: dict[str, str]
    """Its metadata (ONNX: `metadata_props`)."""


def look_into(model: bytes) -> Contents:
    """What the file of a recogniser says of itself, whoever wrote it.

    Raises `EngineFailed` for what is no ONNX file, cannot be cut by `keep_classes`, has parts elsewhere, or has graphs within its
    graph: loops need not end.
    """
    import onnx

    proto = _parsed(model)
    tensors = list(_tensors(proto))
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in tensors):
        raise EngineFailed("Its weights lie in other files.")
    _check_order(proto.graph)
    sizes = {tensor.name: tuple(tensor.dims) for tensor in proto.graph.initializer}
    bias, weight = _head(proto.graph)
    if len(sizes[weight]) != 2 or sizes[bias] != sizes[weight][1:]:
        raise EngineFailed(f"Its last layer is of the shapes {sizes[weight]} and {sizes[bias]}.")
    width, classes = sizes[weight]
    try:
        return Contents(width, classes, {note.key: note.value for note in proto.metadata_props})
    except UnicodeDecodeError as error:
        raise EngineFailed("Its metadata are no text.") from error


def _parsed(model: bytes) -> ModelProto:
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        proto: ModelProto = onnx.load_from_string(model)
        return proto
    except DecodeError as error:
        raise EngineFailed("It is no ONNX file.") from error


def _check_order(graph: GraphProto) -> None:
    """Make sure that no node reckons with what comes after it, so that no way leads in a circle. Raises `EngineFailed`."""
    known = {"", *(tensor.name for tensor in graph.initializer), *(each.name for each in graph.input)}
    for node in graph.node:
        outputs = set(node.output) - {""}
        if not known.issuperset(node.input) or outputs & known:
            raise EngineFailed("Its graph is not in order.")
        known |= outputs


def _tensors(proto: ModelProto) -> Iterator[TensorProto]:
    """All tensors of the file. Raises `EngineFailed` where there are graphs within the graph, for these are not looked into."""
    from onnx import AttributeProto

    graph = proto.graph
    if proto.functions or graph.sparse_initializer:
        raise EngineFailed("It has functions or sparse weights, as no recogniser has.")
    yield from graph.initializer
    for each in chain.from_iterable(node.attribute for node in graph.node):
        if each.type not in _PLAIN and each.type != AttributeProto.TENSOR:
            raise EngineFailed("It has graphs within its graph, as no recogniser has.")
        if each.type == AttributeProto.TENSOR:
            yield each.t


_PLAIN = frozenset({1, 2, 3, 6, 7, 8})
"""Kinds of attributes (ONNX: `AttributeProto.AttributeType`): numbers, texts, and lists of them."""


def keep_classes(model: bytes, classes: Sequence[int], handicaps: Sequence[float]) -> bytes:
    """The recogniser with only those of its classes, in that order.

    `model` is an ONNX graph that ends in MatMul, Add and Softmax over the classes, as the PP-OCR recognisers do. The
    probabilities are then over the kept classes alone. Each class's handicap, in nats, is taken from its evidence. Raises
    `EngineFailed` where the graph ends otherwise.
    """
    import numpy as np
    import onnx
    from onnx import numpy_helper

    proto = onnx.load_from_string(model)
    tensors = {tensor.name: tensor for tensor in proto.graph.initializer}
    bias, weight = _head(proto.graph)
    _replace(tensors[weight], numpy_helper.to_array(tensors[weight])[..., list(classes)])
    kept = numpy_helper.to_array(tensors[bias])[..., list(classes)]
    _replace(tensors[bias], kept - np.asarray(handicaps, kept.dtype))
    # The shapes that were noted for the old head are wrong now; ONNX Runtime infers them anew.
    del proto.graph.value_info[:]
    proto.graph.output[0].type.tensor_type.ClearField("shape")
    cut: bytes = proto.SerializeToString()
    return cut


def _head(graph: GraphProto) -> list[str]:
    """The names of the last layer's bias and weight."""
    constants = {tensor.name for tensor in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    found: list[str] = []
    value = graph.output[0].name if graph.output else ""
    for kind, weights in (("Softmax", 0), ("Add", 1), ("MatMul", 1)):
        node = makers.get(value)
        while node is not None and node.op_type == "Identity":
            node = makers.get(node.input[0])
        own = [name for name in node.input if name in constants] if node else []
        if node is None or node.op_type != kind or len(own) != weights or len(node.input) != weights + 1:
            raise EngineFailed(f"This recogniser ends in {node.op_type if node else 'nothing'} where {kind} was expected.")
        found += own
        value = next(name for name in node.input if name not in constants)
    return found


def _replace(tensor: TensorProto, values: NDArray[np.float32]) -> None:
    import numpy as np
    from onnx import numpy_helper

    tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), tensor.name))
