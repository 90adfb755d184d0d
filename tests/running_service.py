"""The service as its users run it: a process of its own that listens on a free port."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START = "import fake_worker; from uncial.service import Settings, serve; serve(Settings(), {plan})"
SCRIPTED = "fake_worker.plan()"
"""Workers that do what the bytes say, without the reader and its libraries."""
SIZES = "fake_worker.plan_with_reader()"
"""Workers with the real reader, and an engine that says how large each image is."""
DEFAULT = "None"
"""What users get."""


@dataclass(frozen=True)
class Service:
    process: subprocess.Popen[bytes]
    log_path: Path
    data_dir: Path

    @property
    def url(self) -> str:
        return next(str(line["url"]) for line in self.log() if "url" in line)

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def spooled(self) -> list[str]:
        """The names of the files that are being worked at."""
        files = (path for path in (self.data_dir / "spool").glob("run-*/**/*") if path.is_file())
        return [path.name for path in files if path.name != "lock" and not path.parent.name.startswith("tmp-")]

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def memory(self) -> int:
        """The most bytes that it ever held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def stop(self, signal: int = 15) -> int:
        self.process.send_signal(signal)
        return self.process.wait(20)


@contextmanager
def running(folder: Path, plan: str = SCRIPTED, /, **settings: object) -> Iterator[Service]:
    folder.mkdir(exist_ok=True)
    ours = environment({"port": 0, "data_dir": folder / "data", **settings})
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", START.format(plan=plan)], env=ours, stderr=log)
    service = Service(process, folder / "log", folder / "data")
    try:
        until(lambda: process.poll() is not None or any("url" in line for line in service.log()))
        assert process.poll() is None, service.log()
        yield service
    finally:
        process.kill()
        process.wait()


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Our own, with these settings of the service and no others, and with the modules of the tests."""
    ours = {f"UNCIAL_{name.upper()}": str(value) for name, value in settings.items()}
    others = {name: value for name, value in os.environ.items() if not name.startswith("UNCIAL_")}
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    return {**others, **ours, "PYTHONPATH": path}


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether the process still runs; a zombie that nobody has buried yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
