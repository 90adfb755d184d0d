"""`uncial worker` as its users run it, with scripted workers below it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Any

from running_service import environment

START = """
import sys
import fake_worker
from uncial.cli.worker import run_worker
from uncial.jobs.job import Queue
from uncial.service import Settings
sys.exit(run_worker(Settings(), tuple(Queue), same_machine=True, plan=fake_worker.plan()))
"""


@dataclass(frozen=True)
class Worker:
    """A group of processes: Celery's own, those of its pool, and below each of these one that reads."""

    process: subprocess.Popen[bytes]
    log_path: Path

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def pool(self) -> list[int]:
        return children(self.process.pid)

    def readers(self) -> list[int]:
        return [reader for place in self.pool() for reader in children(place)]

    def kill(self) -> None:
        """End all of it at once, as a power cut would."""
        pids = [self.process.pid, *self.pool(), *self.readers()]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)
        self.process.wait()


def start_worker(log: Path, settings: Mapping[str, object], start: str = START) -> Worker:
    with log.open("ab") as file:
        process = subprocess.Popen([sys.executable, "-c", start], env=environment(settings), stdout=file, stderr=file)
    return Worker(process, log)


@contextmanager
def running_worker(log: Path, **settings: object) -> Iterator[Worker]:
    worker = start_worker(log, settings)
    try:
        yield worker
    finally:
        worker.kill()


def children(pid: int) -> list[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        # Of all its threads: processes of a pool start theirs from another than the first.
        return [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]
    return []
