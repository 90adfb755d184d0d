"""The only place that knows ONNX Runtime: a loaded network and how many threads it may use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from uncial.errors import EngineFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Network:
    """A loaded network with one input and one output. Any number of threads may run it at once; each keeps one core busy."""

    def __init__(self, model: bytes, name: str, threads: int = 1) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # Every line has its own width: memory plans made for one shape only cost the next one time, and threads that spin
        # while they wait take the core away from the stream beside them.
        options.enable_mem_pattern = False
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._name = name
        try:
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has no common base class for its errors
            raise EngineFailed(f"The model “{name}” cannot be loaded: {error}") from error
        self._input = self._session.get_inputs()[0].name

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """The network's output for its input, both float32. Raises `EngineFailed`."""
        try:
            output: NDArray[np.float32] = self._session.run(None, {self._input: batch})[0]
        except Exception as error:  # as above
            raise EngineFailed(f"The model “{self._name}” failed: {error}") from error
        return output


def available_threads() -> int:
    """How many threads this process can really keep busy: its CPU affinity, and the quota of its cgroup (v2 or v1)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _cgroup_cores() or cores))


def _cgroup_cores() -> int | None:
    """The CPU quota in whole cores, rounded up; None where there is none."""
    two = _numbers(Path("/sys/fs/cgroup/cpu.max"))
    one = _numbers(Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us")) + _numbers(Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us"))
    for numbers in (two, one):
        if len(numbers) == 2 and numbers[0] > 0 and numbers[1] > 0:
            return -(-numbers[0] // numbers[1])
    return None


def _numbers(path: Path) -> list[int]:
    try:
        return [int(word) for word in path.read_text().split() if word.lstrip("-").isdigit()]
    except OSError:
        return []
