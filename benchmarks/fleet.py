"""The processes of a service, all of them mortal: killed at random times, and started again as an operator's tools do."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from running_service import environment
from running_worker import children
from servers import Server

WEIGHTS = {"reader": 5, "runner": 4, "worker": 2, "api": 3, "broker": 1, "database": 1}
"""How often each kind is killed, beside the others: what reads documents, what holds its leases, a machine of them, and so on."""
DOWN = 1.5
"""Seconds for which a broker or a database stays away, at the most."""


@dataclass(eq=False)
class Member:
    """A process that is started again whenever it is gone."""

    code: str
    settings: Mapping[str, object]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with nothing in its environment but these settings."""
        command = [sys.executable, "-c", self.code]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment(self.settings), stdout=log, stderr=log)

    @property
    def pid(self) -> int:
        """Its id, or 0 where it is gone."""
        return self.process.pid if self.process and self.process.poll() is None else 0

    def stop(self, seconds: float) -> None:
        """Ask it to end, and kill it where it does not."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@dataclass(eq=False)
class Fleet:
    """A service with all that belongs to it."""

    api: Member
    workers: list[Member]
    broker: Server | None
    database: Server | None
    kills: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    _leaving: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start everything, and have whatever ends started again."""
        for member in self._members:
            member.start()
        self._run(self._supervise)

    def harass(self, seconds: float, every: float, seed: int) -> threading.Thread:
        """Kill something at random times for so long; `every` is the mean of the seconds between."""
        return self._run(lambda: self._harass(time.monotonic() + seconds, every, random.Random(seed)))

    def stop(self) -> None:
        """Stop everything in good order."""
        self._leaving.set()
        for thread in self._threads:
            thread.join()
        for member in self._members:
            member.stop(20)

    @property
    def _members(self) -> list[Member]:
        return [self.api, *self.workers]

    def _run(self, body: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=body)
        thread.start()
        self._threads.append(thread)
        return thread

    def _supervise(self) -> None:
        while not self._leaving.wait(0.3):
            for member in self._members:
                if not member.pid:
                    self.starts += 1
                    member.start()

    def _harass(self, end: float, every: float, dice: random.Random) -> None:
        targets = self._targets()
        while (pause := dice.expovariate(1 / every)) + time.monotonic() < end:
            time.sleep(pause)
            kind = dice.choices(list(targets), [WEIGHTS[each] for each in targets])[0]
            if targets[kind](dice):
                self.kills[kind] += 1

    def _targets(self) -> dict[str, Callable[[random.Random], bool]]:
        """What can be killed here, by its kind; each says whether there was something to kill."""
        targets: dict[str, Callable[[random.Random], bool]] = {
            "reader": lambda dice: _kill(_one(self._readers(), dice)),
            "api": lambda dice: _kill(self.api.pid),
        }
        if self.workers:
            targets["runner"] = lambda dice: _kill(_one(self._runners(), dice))
            targets["worker"] = lambda dice: _kill(_one([member.pid for member in self.workers], dice))
        if self.broker:
            targets["broker"] = lambda dice: _restart(self.broker, dice)
        if self.database:
            targets["database"] = lambda dice: _restart(self.database, dice)
        return targets

    def _runners(self) -> list[int]:
        return [pid for member in self.workers if member.pid for pid in children(member.pid)]

    def _readers(self) -> list[int]:
        homes = self._runners() if self.workers else [self.api.pid]
        return [pid for home in homes if home for pid in children(home)]


def _one(pids: list[int], dice: random.Random) -> int:
    return dice.choice(pids) if pids else 0


def _kill(pid: int) -> bool:
    if not pid:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def _restart(server: Server | None, dice: random.Random) -> bool:
    assert server
    server.kill()
    time.sleep(dice.uniform(0, DOWN))
    server.start()
    return True
