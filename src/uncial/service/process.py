"""One worker process as the service sees it: started, given documents, killed."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from signal import Signals
from struct import error as StructError

from uncial.errors import EngineFailed, UncialError, WorkerCrashed
from uncial.service.work import HEADER, Answer, Job, Kind, Plan, pack, unpack_answer, unpack_error

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", "-c", "from uncial.service.worker import main; main()")
START_LIMIT = 120.0
"""Seconds that a worker may take to load its engine; on a cold disk it takes a few."""


DRAIN = 1 << 16


class NotTaken(Exception):
    """The worker was gone before it had the document, so that another can read it."""


class WorkerProcess:
    """A process that reads one document at a time; never a fork of this one, which has threads and locks."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._noise = asyncio.create_task(self._log_noise())
        self.ended = asyncio.create_task(process.wait())
        """Done as soon as the process is gone, whoever ended it."""
        self.jobs = 0
        """How many documents it was given."""
        self.memory = 0
        """How many bytes it held when it last replied."""

    @classmethod
    async def start(cls, plan: Plan, limit: float = START_LIMIT) -> WorkerProcess:
        """Start one and wait until its engine is loaded. Raises the error that kept it from that."""
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(*COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
        except OSError as error:
            raise EngineFailed(
                f"No worker can be started: {error.strerror}.", hint="The system has too little of something."
            ) from error
        worker = cls(process)
        try:
            async with asyncio.timeout(limit):
                await worker._send(plan)
                await worker._receive()
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

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its process group."""
        return self._process.pid

    async def read(self, job: Job) -> Answer:
        """The job's answer. Raises the error that the worker met, `WorkerCrashed` where it is gone, or `NotTaken`."""
        await self._send(job)
        try:
            await self._receive()
        except WorkerCrashed as error:
            raise NotTaken from error
        self.jobs += 1
        data = await self._receive()
        with _making_sense():
            return unpack_answer(data)

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
        while await self._process.stdout.read(DRAIN):  # The pipe is not closed, and its number not free, while it holds anything.
            pass
        await self.ended
        await asyncio.wait({self._noise}, timeout=1)
        self._noise.cancel()

    async def _log_noise(self) -> None:
        """Put what libraries print into the log, line by line, so that the log has nothing but its own form."""
        assert self._process.stderr
        while not self._process.stderr.at_eof():
            with suppress(ValueError):  # a line of more than 64 KiB, which is dropped
                line = await self._process.stderr.readline()
                if text := line.decode("utf-8", "replace").strip():
                    log.info(text, extra={"pid": self.pid})

    async def _send(self, message: Plan | Job) -> None:
        assert self._process.stdin
        with suppress(ConnectionError):  # It is gone: the reply, which will not come, tells why.
            self._process.stdin.write(pack(message))
            await self._process.stdin.drain()

    async def _receive(self) -> bytes:
        assert self._process.stdout
        try:
            kind, self.memory, length = HEADER.unpack(await self._process.stdout.readexactly(HEADER.size))
            data = await self._process.stdout.readexactly(length)
        except asyncio.IncompleteReadError:
            raise WorkerCrashed(f"The worker {_ending(await self.ended)} while it was reading.") from None
        with _making_sense():
            error = _error_in(Kind(kind), data)
        if error:
            raise error
        return data


@contextmanager
def _making_sense() -> Iterator[None]:
    """What cannot be understood is a worker in which something is broken."""
    try:
        yield
    except (ValueError, KeyError, TypeError, StructError) as nonsense:
        raise WorkerCrashed("The worker said something that makes no sense.") from nonsense


def _error_in(kind: Kind, data: bytes) -> UncialError | None:
    """The error that a reply tells of, if it does."""
    if kind is Kind.ERROR:
        return unpack_error(data)
    if kind is not Kind.CRASH:
        return None
    trace = data.decode("utf-8", "replace")
    crash = WorkerCrashed(f"The worker met something unforeseen: {trace.strip().rpartition(chr(10))[2]}.")
    crash.add_note(trace)
    return crash


def _ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"ended with status {status}"
    name = Signals(-status).name
    return "was killed (SIGKILL), as the system does when memory runs out," if name == "SIGKILL" else f"was ended by {name}"
