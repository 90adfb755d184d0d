"""The process that reads: it loads an engine once, then does one task after the other until it is killed or left alone.

It is fed with strangers' files. So it has no key to anything: no database, no blob store, no network, only the folder of its job.
`process.WorkerProcess` starts it in a session of its own, so that killing its process group ends whatever it has started too.
"""

from __future__ import annotations

import faulthandler
import json
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Any, BinaryIO

from uncial.errors import UncialError
from uncial.jobs.checkpoints import save_page
from uncial.jobs.sandbox import confine
from uncial.jobs.wire import (
    HEADER,
    LENGTH,
    Draw,
    Fold,
    Index,
    Kind,
    Made,
    Open,
    PageDone,
    Plan,
    Read,
    Render,
    Task,
    Write,
    Written,
    pack_error,
    pack_told,
)
from uncial.options import Limits

if TYPE_CHECKING:
    from uncial.engines import Engine
    from uncial.reader import OpenDocument

PR_SET_PDEATHSIG = 1
"""prctl(2), Linux."""
LONGEST_TRACE = 100_000
"""Characters of a traceback that are told."""


def main() -> None:
    """Read documents for the process at the other end of the pipes, for as long as it lives."""
    inbox, outbox = _private_pipes()
    _live_and_die_with_parent()
    plan: Plan = pickle.loads(_message(inbox))
    confine(plan)  # before the first thread, and before any library that a stranger's bytes could get at
    if plan.sys_path:
        sys.path[:] = plan.sys_path
    messages: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(inbox, messages), daemon=True).start()
    try:
        _work(plan, messages, outbox)
    except Exception:
        # The edge of the process: whatever it is, the service is told, and a process in an unforeseen state does not go on.
        _reply(outbox, Kind.CRASH, traceback.format_exc()[-LONGEST_TRACE:].encode("utf-8", "replace"))
        raise SystemExit(1) from None


def _work(plan: Plan, messages: SimpleQueue[bytes], outbox: BinaryIO) -> None:
    bench = _Bench(plan, partial(_reply, outbox))
    try:
        bench.prepare()
    except UncialError as error:
        _reply(outbox, Kind.ERROR, pack_error(error))
        return
    _reply(outbox, Kind.READY)
    while True:
        task: Task = pickle.loads(messages.get())
        _reply(outbox, Kind.TAKEN)
        try:
            bench.do(task)
        except UncialError as error:
            _reply(outbox, Kind.ERROR, pack_error(error))


class _Bench:
    """What lies on a worker's bench: the engines that it has loaded, and the document that is open."""

    def __init__(self, plan: Plan, reply: Callable[[Kind, bytes], None]) -> None:
        # They bring all the libraries along, which come into a process that is confined already.
        from uncial.jobs import reading, viewing

        self._plan, self._reply, self._reading = plan, reply, reading
        self._viewer = viewing.Viewer()
        self._open_document, self._render, self._load = _find(plan.opener), _find(plan.renderer), _find(plan.engine_factory)
        self._engines: dict[str, Engine] = {}
        self._stack = ExitStack()
        self._opened: OpenDocument | None = None
        self._limits = Limits()

    def prepare(self) -> None:
        if self._plan.engine:
            self._engine(self._plan.engine)

    def do(self, task: Task) -> None:
        match task:
            case Open():
                self._open(task)
            case Read():
                self._read(task)
            case Write():
                assert self._opened
                self._reply(Kind.WRITTEN, pack_told(self._reading.write_document(self._opened, task, self._limits)))
            case Render() | Draw() | Index() | Fold():
                begun = perf_counter()
                self._make(task)
                self._reply(Kind.WRITTEN, pack_told(Written(perf_counter() - begun)))

    def _open(self, task: Open) -> None:
        self._stack.close()
        self._opened, self._limits = None, task.limits
        engine = self._engine(task.options.engine)
        file = self._stack.enter_context(self._reading.named(task.source, task.name))
        self._opened = self._stack.enter_context(self._open_document(file, task, engine))
        self._reply(Kind.OPENED, json.dumps(self._opened.numbers).encode())

    def _read(self, task: Read) -> None:
        assert self._opened
        begun = perf_counter()
        for page in self._opened.read(frozenset(task.numbers), task.ahead, self._told_begun):
            save_page(page, task.folder)
            now = perf_counter()
            done = PageDone(page.number, now - begun, page.problem.code if page.problem else "")
            begun = now
            self._reply(Kind.PAGE, pack_told(done))
        self._reply(Kind.READ, b"")

    def _make(self, task: Made) -> None:
        match task:
            case Render():
                self._render(task)
            case Draw():
                self._viewer.draw(task)
            case Index():
                self._reading.index(task)
            case Fold():
                self._reading.fold(task)

    def _told_begun(self, number: int) -> None:
        self._reply(Kind.BEGUN, json.dumps(number).encode())

    def _engine(self, name: str) -> Engine:
        if name not in self._engines:
            self._engines[name] = self._load(name, self._plan.config)
        return self._engines[name]


def _find(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes under numbers of their own, so that nothing a library prints lands among the replies."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return inbox, outbox


def _listen(inbox: BinaryIO, messages: SimpleQueue[bytes]) -> None:
    while True:
        messages.put(_message(inbox))


def _message(inbox: BinaryIO) -> bytes:
    """A message from the pipe; when the other end is gone, so are we, in the middle of a page or not."""
    header = inbox.read(LENGTH.size)
    if len(header) == LENGTH.size:
        return inbox.read(*LENGTH.unpack(header))
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _live_and_die_with_parent() -> None:
    """Leave it to the service when we end: a SIGTERM for the whole unit must not break off what it lets finish.

    The kernel kills us with the service, for the case that native code keeps the listening thread from noticing that it is gone.
    """
    faulthandler.enable()  # so that the log says where native code crashed
    signal.signal(signal.SIGTERM, lambda *_: None)  # not SIG_IGN, which the programs that we start would inherit
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _reply(outbox: BinaryIO, kind: Kind, data: bytes = b"") -> None:
    outbox.write(HEADER.pack(kind.value, _resident_bytes(), len(data)) + data)
    outbox.flush()


def _resident_bytes() -> int:
    """How much memory this process holds now; where the system does not say, the most that it ever held."""
    statm = Path("/proc/self/statm")
    if statm.is_file():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
