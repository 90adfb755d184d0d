"""One worker process as its runner sees it: started, given tasks, killed."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from contextvars import Context
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from signal import Signals

from uncial.errors import EngineFailed, UncialError, WorkerCrashed
from uncial.jobs.wire import (
    HEADER,
    Kind,
    Made,
    Open,
    PageDone,
    Plan,
    Read,
    Task,
    Write,
    Written,
    pack,
    unpack_error,
    unpack_numbers,
    unpack_page,
    unpack_written,
)

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", "-c", "from uncial.jobs.worker import main; main()")
START_LIMIT = 120.0
"""Seconds that a worker may take to load its engine; on a cold disk it takes a few."""
PASSED_ON = {"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "TESSDATA_PREFIX"}
PASSED_ON_FAMILIES = ("LC_", "XDG_", "PYTHON", "OMP_", "OPENBLAS_", "MKL_", "ORT_")
"""The variables of our environment that a worker gets. Addresses of databases and keys of stores are none of them."""
DRAIN = 1 << 16
MORE_MEMORY = "Give its pages one by one or smaller, or raise UNCIAL_WORKER_ADDRESS_SPACE."
LONGEST_REASON = 300
"""Characters of an exception that users are told; the log has all of it."""
LONGEST_REPLY = 1 << 24
"""Bytes; replies are short, but for the numbers of the pages of a very long document."""


class NotTaken(Exception):
    """The worker was gone before it had the task, so that another can do it and nothing is to blame."""


class WorkerKilled(WorkerCrashed):
    """The worker was ended in the middle of a task."""

    def __init__(self, message: str, *, from_outside: bool) -> None:
        super().__init__(message)
        self.from_outside = from_outside
        """Whether somebody else did it, an operator or the end of the machine: then what it was doing is not to blame."""


class WorkerProcess:
    """A process that does one task at a time; never a fork of this one, which has threads and locks.

    Each task raises the error that the worker met, `WorkerCrashed` where it is gone or beside itself, or `NotTaken`.
    """

    def __init__(self, process: asyncio.subprocess.Process, temporary: Path) -> None:
        self._process = process
        self.temporary = temporary
        """The folder of what its libraries need for a while; it goes with the process."""
        self._noise = asyncio.create_task(self._log_noise(), context=Context())  # it outlives the job that it was started in
        self.ended = asyncio.create_task(process.wait())
        """Done as soon as the process is gone, whoever ended it."""
        self.jobs = 0
        """How many documents it was given."""
        self.memory = 0
        """How many bytes it held when it last replied."""
        self._oom_kills = 0

    @classmethod
    async def start(cls, plan: Plan, folder: Path, limit: float = START_LIMIT) -> WorkerProcess:
        """Start one that may write into that folder, and wait until its engine is loaded.

        Raises the error that kept it from that.
        """
        worker = await cls._started(folder.with_name(f"tmp-{token_hex(8)}"))
        try:
            async with asyncio.timeout(limit):
                await worker._send(replace(plan, open=(*plan.open, folder, worker.temporary)))
                await worker._expect(Kind.READY)
        except (WorkerCrashed, TimeoutError) as error:
            await worker.end()
            why = error.message if isinstance(error, UncialError) else f"It was not ready after {limit:g} seconds."
            raise EngineFailed(
                f"No worker can be started. {why}", hint="See the service's log, and run: uncial doctor"
            ) from error
        except BaseException:
            await worker.end()
            raise
        return worker

    @classmethod
    async def _started(cls, temporary: Path) -> WorkerProcess:
        pipe = asyncio.subprocess.PIPE
        try:
            await asyncio.to_thread(temporary.mkdir, mode=0o700, parents=True)
            process = await asyncio.create_subprocess_exec(
                *COMMAND,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                start_new_session=True,
                env=_environment() | {"TMPDIR": str(temporary)},
            )
        except OSError as error:
            raise EngineFailed(
                f"No worker can be started: {error.strerror}.", hint="The system has too little of something."
            ) from error
        return cls(process, temporary)

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its process group."""
        return self._process.pid

    async def open(self, task: Open) -> tuple[int, ...]:
        """Open a document; the numbers of its pages that are to be read."""
        await self._begin(task)
        self.jobs += 1
        with _making_sense():
            return unpack_numbers(await self._expect(Kind.OPENED))

    async def read(self, task: Read) -> AsyncIterator[int | PageDone]:
        """Read pages: the number of each when it is begun, and what is told of it when it is done."""
        await self._begin(task)
        while True:
            kind, data = await self._receive()
            with _making_sense():
                match kind:
                    case Kind.BEGUN:
                        told: int | PageDone = int(json.loads(data))
                    case Kind.PAGE:
                        told = unpack_page(data)
                    case Kind.READ:
                        return
                    case _:
                        raise ValueError(kind)
            yield told

    async def write(self, task: Write | Made) -> Written:
        """Write the open document, or make something of one that was read before."""
        await self._begin(task)
        with _making_sense():
            return unpack_written(await self._expect(Kind.WRITTEN))

    async def end(self) -> None:
        """Kill it and all that it has started, and wait until it is gone, even if cancelled meanwhile."""
        ending = asyncio.create_task(self._end())
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            await ending
            raise

    async def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        assert self._process.stdout
        with suppress(RuntimeError):  # Somebody waits for a reply, and hears that there is none.
            # The pipe is not closed, and its number not free, while it holds anything.
            while await self._process.stdout.read(DRAIN):
                pass
        await self.ended
        await asyncio.wait({self._noise}, timeout=1)
        self._noise.cancel()
        await asyncio.to_thread(shutil.rmtree, self.temporary, ignore_errors=True)

    async def _log_noise(self) -> None:
        """Put what libraries print into the log, line by line, so that the log has nothing but its own form."""
        assert self._process.stderr
        while not self._process.stderr.at_eof():
            with suppress(ValueError):  # a line of more than 64 KiB, which is dropped
                line = await self._process.stderr.readline()
                if text := line.decode("utf-8", "replace").strip():
                    log.info(text, extra={"pid": self.pid})

    async def _begin(self, task: Task) -> None:
        self._oom_kills = _oom_kills()
        await self._send(task)
        try:
            await self._expect(Kind.TAKEN)
        except WorkerCrashed as error:
            raise NotTaken from error

    async def _send(self, message: Plan | Task) -> None:
        assert self._process.stdin
        with suppress(ConnectionError):  # It is gone: the reply, which will not come, tells why.
            self._process.stdin.write(pack(message))
            await self._process.stdin.drain()

    async def _expect(self, wanted: Kind) -> bytes:
        kind, data = await self._receive()
        if kind is not wanted:
            raise WorkerCrashed("The worker said something that makes no sense.")
        return data

    async def _receive(self) -> tuple[Kind, bytes]:
        assert self._process.stdout
        try:
            kind, self.memory, length = HEADER.unpack(await self._process.stdout.readexactly(HEADER.size))
            if length > LONGEST_REPLY:
                raise WorkerCrashed("The worker said something that makes no sense.")
            data = await self._process.stdout.readexactly(length)
        except asyncio.IncompleteReadError:
            status = await self.ended
            # Who is killed for want of memory was not killed from outside, though it is the same signal.
            from_outside = status == -signal.SIGKILL and _oom_kills() == self._oom_kills
            raise WorkerKilled(f"The worker {_ending(status)} while it was at work.", from_outside=from_outside) from None
        with _making_sense():
            told = Kind(kind)
            error = _error_in(told, data)
        if error:
            raise error
        return told, data


@contextmanager
def _making_sense() -> Iterator[None]:
    """What cannot be understood is a worker in which something is broken."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as nonsense:
        raise WorkerCrashed("The worker said something that makes no sense.") from nonsense


def _error_in(kind: Kind, data: bytes) -> UncialError | None:
    """The error that a reply tells of, if it does."""
    if kind is Kind.ERROR:
        return unpack_error(data)
    if kind is not Kind.CRASH:
        return None
    trace = data.decode("utf-8", "replace")
    last = trace.strip().rpartition("\n")[2]
    if "MemoryError" in last.partition(":")[0]:  # numpy has one of its own
        crash = WorkerCrashed("The worker ran out of the memory that it may have.", hint=MORE_MEMORY)
    else:
        crash = WorkerCrashed(f"The worker met something unforeseen: {last[:LONGEST_REASON]}.")
    crash.add_note(trace)
    return crash


def _environment() -> dict[str, str]:
    """What of our own environment a worker gets: what libraries look at, and nothing that opens a door."""
    return {name: value for name, value in os.environ.items() if name in PASSED_ON or name.startswith(PASSED_ON_FAMILIES)}


def _ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"ended with status {status}"
    name = Signals(-status).name
    return "was killed (SIGKILL), as the system does when memory runs out," if name == "SIGKILL" else f"was ended by {name}"


def _oom_kills() -> int:
    """How many processes the system has killed for want of memory since it runs (proc(5), Linux 4.13), as far as it says."""
    vmstat = Path("/proc/vmstat")
    lines = vmstat.read_text().splitlines() if vmstat.is_file() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
