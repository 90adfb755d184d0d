"""The only place that knows ONNX Runtime: a loaded network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uncial.errors import EngineFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image


class Network:
    """A loaded network with one input, and one output that counts, its first.

    Any number of threads may run it at once; each keeps one core busy.
    """

    def __init__(self, model: bytes, name: str) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # Every line has its own width: memory plans made for one shape only cost the next one time.
        options.enable_mem_pattern = False
        self._name = name
        try:
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has no common base class for its errors
            raise EngineFailed(f"The model “{name}” cannot be loaded: {error}") from error
        entry, out = self._session.get_inputs()[0], self._session.get_outputs()[0]
        self._input, self._output = entry.name, out.name
        self._takes = "float16" if entry.type == "tensor(float16)" else "float32"

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """The network's output for its input, both float32, whatever it reckons in. Raises `EngineFailed`."""
        try:
            output = self._session.run([self._output], {self._input: batch.astype(self._takes, copy=False)})[0]
        except Exception as error:  # as above
            raise EngineFailed(f"The model “{self._name}” failed: {error}") from error
        result: NDArray[np.float32] = output.astype("float32", copy=False)
        return result


def as_batch(image: Image) -> NDArray[np.float32]:
    """The image (H x W x 3, uint8, RGB) as the PP-OCR networks take it: 1 x 3 x H x W, float32, BGR, mean and deviation .5.

    For the detector too: measured to be as good as the ImageNet figures of its own description.
    """
    import numpy as np

    batch = np.ascontiguousarray(image[..., ::-1].transpose(2, 0, 1)[None], dtype=np.float32)
    batch *= 2 / 255
    batch -= 1
    return batch
