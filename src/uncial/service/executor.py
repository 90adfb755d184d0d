"""Where documents are read: the seam between the routes and the processes that do the work.

`LocalExecutor` keeps worker processes on this machine. Durable jobs will come between the routes and an executor, and other
machines behind another one; both only need `run`.
"""

from __future__ import annotations

import asyncio
import copy
import logging
from collections import deque
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, Self

from uncial.errors import ServiceBusy, TimeLimitExceeded, UncialError, WorkEnded
from uncial.service.process import NotTaken, WorkerProcess
from uncial.service.work import Answer, Job, Plan

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a worker that would not start is tried again: doubled each time."""


class State(Enum):
    """What one place for a worker is doing."""

    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an executor is doing, for whoever asks after its health."""

    workers: dict[str, int]
    """How many there are in each state."""
    waiting: int
    """Documents that wait for a worker."""
    fault: UncialError | None = None
    """Why no worker can be started, where none can."""


class Executor(AbstractAsyncContextManager["Executor"], Protocol):
    """Reads and writes documents while it is entered."""

    async def run(self, job: Job) -> Answer:
        """The document as it was asked for. Raises `UncialError`; to cancel it ends the work."""
        ...

    def standing(self) -> Standing:
        """How it is doing just now."""
        ...


@dataclass(eq=False, slots=True)
class _Ticket:
    """A job and the answer that somebody waits for; whoever stops waiting cancels the answer."""

    job: Job
    answer: asyncio.Future[Answer]


@dataclass(eq=False, slots=True)
class _Place:
    """A place for one worker, whichever process fills it just now."""

    state: State = State.STARTING
    fault: UncialError | None = None
    offer: asyncio.Future[_Ticket] | None = field(default=None)
    """While the worker is idle: where the next ticket goes."""


class LocalExecutor:
    """Worker processes on this machine, one task minding each, and a bounded queue before them."""

    def __init__(
        self, plan: Plan, workers: int, *, queue_size: int, max_jobs: int, max_memory: int, pause: float = FIRST_PAUSE
    ) -> None:
        self._plan, self._pause = plan, pause
        self._places = [_Place() for _ in range(workers)]
        self._waiting: deque[_Ticket] = deque()
        self._queue_size, self._max_jobs, self._max_memory = queue_size, max_jobs, max_memory
        self._minding: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._minding = [asyncio.create_task(self._mind(place)) for place in self._places]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill what still runs; its clients are told that the service is stopping."""
        for task in self._minding:
            task.cancel()
        await asyncio.gather(*self._minding, return_exceptions=True)
        self._refuse_all(_stopping())

    async def run(self, job: Job) -> Answer:
        """The document as it was asked for, by the next worker that is free."""
        if fault := self._fault():
            raise copy.copy(fault)
        free = sum(place.state in (State.STARTING, State.READY) for place in self._places)
        if len(self._waiting) >= self._queue_size + free:
            raise ServiceBusy(f"All workers are busy, and {len(self._waiting)} documents are waiting already.")
        ticket = _Ticket(job, asyncio.get_running_loop().create_future())
        self._waiting.append(ticket)
        self._hand_out()
        try:
            return await ticket.answer
        finally:
            if ticket in self._waiting:
                self._waiting.remove(ticket)

    def standing(self) -> Standing:
        """How many workers are starting, ready, busy and failed, and how many documents wait."""
        workers = {state.value: sum(place.state is state for place in self._places) for state in State}
        return Standing(workers, len(self._waiting), self._fault())

    def _fault(self) -> UncialError | None:
        """Why no worker at all can be started; None as long as one can."""
        return self._places[0].fault if all(place.fault for place in self._places) else None

    def _hand_out(self) -> None:
        """Give those that wait longest to the workers that are idle."""
        for place in self._places:
            if self._waiting and place.offer:
                place.offer.set_result(self._waiting.popleft())
                place.offer = None

    def _put_back(self, ticket: _Ticket) -> None:
        """Put a document at the head of the queue, because the worker that should have read it never began."""
        if not ticket.answer.done():
            self._waiting.appendleft(ticket)
            self._hand_out()

    def _refuse_all(self, error: UncialError) -> None:
        while self._waiting:
            self._waiting.popleft().answer.set_exception(copy.copy(error))

    async def _mind(self, place: _Place) -> None:
        """Keep a worker in this place: a new one as soon as the old one is gone, slower and slower where it does no good."""
        pause = self._pause
        while True:
            worker = await self._start(place)
            try:
                if worker:
                    await self._employ(place, worker)
            finally:
                if worker:
                    await worker.end()
            if worker and worker.jobs:
                pause = self._pause
                continue
            place.state = State.FAILED
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _start(self, place: _Place) -> WorkerProcess | None:
        """A worker that is ready; None where it cannot be started, which the place then says, and the log."""
        place.state = State.STARTING
        try:
            worker = await WorkerProcess.start(self._plan)
        except UncialError as error:
            place.fault = error
            log.error(error.message, extra={"code": error.code}, exc_info=error)
            if fault := self._fault():
                self._refuse_all(fault)
            return None
        place.fault = None
        log.info("A worker is ready.", extra={"pid": worker.pid})
        return worker

    async def _employ(self, place: _Place, worker: WorkerProcess) -> None:
        """Give the worker one document after the other until it is gone, worn out or not to be trusted any more."""
        while worker.jobs < self._max_jobs and worker.memory <= self._max_memory:
            place.state = State.READY
            ticket = await self._next_ticket(place, worker)
            if ticket is None:
                log.warning("A worker died while it was idle.", extra={"pid": worker.pid})
                return
            place.state = State.BUSY
            if not await self._answer(ticket, worker):
                return
        log.info("A worker has done its share.", extra={"pid": worker.pid, "jobs": worker.jobs, "memory": worker.memory})

    async def _next_ticket(self, place: _Place, worker: WorkerProcess) -> _Ticket | None:
        """The next document for this worker; None where it dies before one comes."""
        offer: asyncio.Future[_Ticket] = asyncio.get_running_loop().create_future()
        place.offer = offer
        self._hand_out()
        either: set[asyncio.Future[Any]] = {offer, worker.ended}
        taken = False
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            taken = offer.done() and not worker.ended.done()
        finally:
            place.offer = None
            if offer.done() and not taken:
                self._put_back(offer.result())
        return offer.result() if taken else None

    async def _answer(self, ticket: _Ticket, worker: WorkerProcess) -> bool:
        """Have the worker read the document and tell whoever waits; whether the worker can go on."""
        reading = asyncio.create_task(worker.read(ticket.job))
        try:
            either = {reading, ticket.answer}
            await asyncio.wait(either, timeout=ticket.job.time_limit, return_when=asyncio.FIRST_COMPLETED)
            if reading.done() and not ticket.answer.done():
                return self._pass_on(reading, ticket)
            await _break_off(reading, ticket, worker)
            return False
        except asyncio.CancelledError:
            await _cancelled(reading)
            if not ticket.answer.done():
                ticket.answer.set_exception(_stopping())
            raise

    def _pass_on(self, reading: asyncio.Task[Answer], ticket: _Ticket) -> bool:
        """Tell whoever waits what the worker said; whether it can go on."""
        match reading.exception():
            case None:
                ticket.answer.set_result(reading.result())
                return True
            case NotTaken():
                self._put_back(ticket)
                return False
            case WorkEnded() as error:
                log.error(error.message, extra={"code": error.code, "job": ticket.job.id}, exc_info=error)
                ticket.answer.set_exception(error)
                return False
            case error:
                ticket.answer.set_exception(error)
                return True


async def _break_off(reading: asyncio.Task[Answer], ticket: _Ticket, worker: WorkerProcess) -> None:
    """Nobody waits any more, or the time is up: the process goes first, then whoever still waits is told."""
    await _cancelled(reading)
    await worker.end()
    log.warning("A worker was killed in the middle of its work.", extra={"pid": worker.pid, "job": ticket.job.id})
    if not ticket.answer.done():
        limit = ticket.job.time_limit
        ticket.answer.set_exception(TimeLimitExceeded(f"Reading took longer than {limit:g} seconds and was stopped."))


async def _cancelled(task: asyncio.Task[Answer]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _stopping() -> ServiceBusy:
    return ServiceBusy("The service is stopping.", hint="Send it again when the service is back.")
