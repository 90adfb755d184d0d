import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PATH = Path(__file__).parents[2] / "benchmarks/page.py"


@pytest.fixture(scope="module")
def measure() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("benchmark_of_the_page", PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for their annotations
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def frame(number: int, state: str, pid: int = 7) -> dict[str, Any]:
    told = {"frame_reporter": {"frame_source": 1, "frame_sequence": number, "state": f"STATE_{state}"}}
    return {"name": "PipelineReporter", "ph": "b", "pid": pid, "tid": 9, "ts": number * 16_000, "args": told}


def trace(*frames: dict[str, Any], tasks: tuple[int, ...] = (5_000, 90_000)) -> list[dict[str, Any]]:
    threads = [(7, 1, "CrRendererMain"), (7, 9, "Compositor"), (8, 1, "CrRendererMain")]
    names = [{"name": "thread_name", "pid": pid, "tid": tid, "args": {"name": name}} for pid, tid, name in threads]
    page = [{"name": "RunTask", "pid": 7, "tid": 1, "ts": 0, "dur": each} for each in tasks]
    others = [{"name": "RunTask", "pid": pid, "tid": tid, "ts": 0, "dur": 900_000} for pid, tid in ((7, 9), (8, 1))]
    return [*names, *page, *others, *frames]


def test_frames_are_counted_once_each_and_only_those_of_the_page(measure: ModuleType):
    frames = [frame(number, "PRESENTED_ALL") for number in range(126)]
    twice = [frame(number, "PRESENTED_PARTIAL") for number in range(0, 126, 3)]
    found = measure.told(trace(*frames, *twice, frame(500, "PRESENTED_ALL", pid=8)), 0.0)
    assert (found.shown, found.dropped, found.seconds, found.longest_gap) == (126, 0, 2.0, 16.0)
    assert found.worst in (62, 63)
    assert found.longest_task == 90


def test_frames_that_were_dropped_are_missed_in_the_worst_second(measure: ModuleType):
    lost = range(40, 60)
    frames = [frame(number, "DROPPED" if number in lost else "PRESENTED_ALL") for number in range(188)]
    late = [frame(45, "PRESENTED_ALL"), frame(200, "DROPPED"), frame(100, "NO_UPDATE_DESIRED")]
    found = measure.told(trace(*frames, *late), 0.0)
    assert (found.shown, found.dropped) == (169, 19)
    assert found.worst in (43, 44)
    assert found.longest_gap == 15 * 16
