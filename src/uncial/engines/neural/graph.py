"""Cuts a recogniser's last layer to the characters that can occur: fewer classes to compute, and no letters of other scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from uncial.errors import EngineFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnx import GraphProto, TensorProto


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
    _replace(tensors[bias], numpy_helper.to_array(tensors[bias])[..., list(classes)] - np.asarray(handicaps, np.float32))
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
    value = graph.output[0].name
    for kind in ("Softmax", "Add", "MatMul"):
        node = makers[value]
        while node.op_type == "Identity":
            node = makers[node.input[0]]
        if node.op_type != kind:
            raise EngineFailed(f"This recogniser ends in {node.op_type} where {kind} was expected.")
        found += [name for name in node.input if name in constants]
        value = next(name for name in node.input if name not in constants)
    return found


def _replace(tensor: TensorProto, values: NDArray[np.float32]) -> None:
    import numpy as np
    from onnx import numpy_helper

    tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), tensor.name))
