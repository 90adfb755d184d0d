"""Services as they are run: processes of their own on a free port, watched from outside, ended with all that they started."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE = 120.0
"""Seconds until a service has to answer."""


@dataclass(frozen=True)
class Served:
    """A service that answers."""

    url: str
    process: subprocess.Popen[bytes]
    folder: Path

    def tree(self) -> list[int]:
        """Its process and all below it."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (task / "children").read_text().split())
        return found

    def memory(self) -> int:
        """Bytes of memory of all its processes, what they share counted once (proc(5), Pss)."""
        return sum(_field(pid, "smaps_rollup", "Pss:") * 1024 for pid in self.tree())

    def descriptors(self) -> int:
        """Open files of all its processes."""
        return sum(_count(f"/proc/{pid}/fd") for pid in self.tree())

    def threads(self) -> int:
        """Threads of all its processes."""
        return sum(_count(f"/proc/{pid}/task") for pid in self.tree())

    def cpu_seconds(self) -> float:
        """What all its processes that live have used of the processor."""
        return sum(map(_cpu_seconds, self.tree()))


@contextmanager
def uncial_service(**settings: object) -> Iterator[Served]:
    """`uncial serve` on a free port with these settings, and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="uncial-bench-") as folder:
        port = free_port()
        ours = {"port": port, "data_dir": folder, "log_level": "warning", **settings}
        environment = {f"UNCIAL_{name.upper()}": str(value) for name, value in ours.items()}
        command = [sys.executable, "-m", "uncial", "serve"]
        with started(command, f"http://127.0.0.1:{port}", "/readyz", Path(folder), environment) as served:
            yield served


@contextmanager
def started(
    command: Sequence[str], url: str, ready: str, folder: Path, environment: dict[str, str] | None = None
) -> Iterator[Served]:
    """The service of that command, once it answers 200 to `ready`."""
    log = (folder / "benchmark.log").open("wb")
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=log, stderr=log, start_new_session=True, cwd=folder
    )
    try:
        until(lambda: _answers(url + ready, process), PATIENCE)
        yield Served(url, process, folder)
    except BaseException:
        print((folder / "benchmark.log").read_text(errors="replace")[-3000:], file=sys.stderr)
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


def until(condition: Callable[[], object], seconds: float) -> float:
    """Wait until it is true; how many seconds that took. Raises TimeoutError."""
    begun = time.perf_counter()
    while not condition():
        if time.perf_counter() - begun > seconds:
            raise TimeoutError(f"it did not come true in {seconds:g} seconds")
        time.sleep(0.01)
    return time.perf_counter() - begun


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: int) -> bool:
    """Whether the process still runs, and is not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise SystemExit(f"The service ended with status {process.returncode}.")
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _field(pid: int, file: str, name: str) -> int:
    with contextlib.suppress(OSError):
        found = re.search(rf"^{name}\s+(\d+)", Path(f"/proc/{pid}/{file}").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


def _count(folder: str) -> int:
    with contextlib.suppress(OSError):
        return len(list(Path(folder).iterdir()))
    return 0


def _cpu_seconds(pid: int) -> float:
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0
