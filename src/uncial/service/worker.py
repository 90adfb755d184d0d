"""The process that reads: it loads an engine once, then reads one document after the other until it is killed or left alone.

`process.WorkerProcess` starts it in a session of its own, so that killing its process group ends whatever it has started too.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BufferedReader, FileIO
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from uncial.engines import Engine
from uncial.errors import UncialError
from uncial.service.answering import answer
from uncial.service.work import HEADER, LENGTH, Job, Kind, Plan, pack_answer, pack_error

PR_SET_PDEATHSIG = 1
"""prctl(2), Linux."""


def main() -> None:
    """Read documents for the process at the other end of the pipes, for as long as it lives."""
    inbox, outbox = _private_pipes()
    _live_and_die_with_parent()
    messages: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(inbox, messages), daemon=True).start()
    try:
        _work(messages, outbox)
    except Exception:
        # The edge of the process: whatever it is, the service is told, and a process in an unforeseen state does not go on.
        _reply(outbox, Kind.CRASH, traceback.format_exc().encode("utf-8", "replace"))
        raise SystemExit(1) from None


def _work(messages: SimpleQueue[bytes], outbox: BinaryIO) -> None:
    plan: Plan = pickle.loads(messages.get())
    if plan.sys_path:
        sys.path[:] = plan.sys_path
    engines: dict[str, Engine] = {}
    try:
        read, load = _find(plan.reader), _find(plan.engine_factory)
        engines[plan.engine] = load(plan.engine, plan.config)
    except UncialError as error:
        _reply(outbox, Kind.ERROR, pack_error(error))
        return
    _reply(outbox, Kind.READY)
    while True:
        job: Job = pickle.loads(messages.get())
        _reply(outbox, Kind.TAKEN)
        try:
            if job.options.engine not in engines:
                engines[job.options.engine] = load(job.options.engine, plan.config)
            with _opened(job) as source:
                document, opened = read(source, job, engines[job.options.engine])
            _reply(outbox, Kind.ANSWER, pack_answer(answer(document, opened, job)))
        except UncialError as error:
            _reply(outbox, Kind.ERROR, pack_error(error))


@contextmanager
def _opened(job: Job) -> Iterator[str | BinaryIO]:
    """What is to be read: a URL as it is, a spool file open and under the client's name for it, so that no message names ours."""
    if isinstance(job.source, str):
        yield job.source
        return
    with FileIO(job.source) as file, BufferedReader(file) as source:
        file.name = job.name
        yield source


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
    """Take messages from the pipe; when the other end is gone, so are we, in the middle of a page or not."""
    while len(header := inbox.read(LENGTH.size)) == LENGTH.size:
        messages.put(inbox.read(*LENGTH.unpack(header)))
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
