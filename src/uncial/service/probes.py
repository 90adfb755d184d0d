"""Whether the service lives (`/livez`), whether it can be given work (`/readyz`), and how it is doing (`/health`).

The names and what they are for are those of Kubernetes (https://kubernetes.io/docs/reference/using-api/health-checks/): who
is not alive is restarted, who is not ready is given nothing. A database that is away is no reason to restart anything, and so
no part of `/livez`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

import uncial
from uncial.errors import ServiceUnavailable, UncialError
from uncial.jobs.blobs import Blobs
from uncial.jobs.executor import Executor, PlaceState
from uncial.jobs.job import State
from uncial.jobs.store import JobStore
from uncial.service.access import Access, require
from uncial.service.recent import Recent

log = logging.getLogger(__name__)

LIMIT = 2.0
"""Seconds that one check may take."""
AT_WORK = (PlaceState.READY.value, PlaceState.BUSY.value)
NEVER_KEPT = {"Cache-Control": "no-store"}

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    ok: bool
    seconds: float = 0.0
    detail: str = ""
    """What is wrong with it; empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether work can be taken in."""

    checks: Mapping[str, Check]
    draining: bool = False

    @property
    def ready(self) -> bool:
        """Whether everything that is needed is there, and nobody is about to stop."""
        return not self.draining and all(check.ok for check in self.checks.values())

    def to_dict(self) -> dict[str, Any]:
        """As it is answered."""
        status = "draining" if self.draining else "ready" if self.ready else "not-ready"
        told = {"status": status, "checks": {name: asdict(check) for name, check in self.checks.items()}}
        if self.ready:
            return told
        missing = [f"{name}: {check.detail}" for name, check in self.checks.items() if not check.ok]
        return {**told, "code": ServiceUnavailable.code, "detail": " ".join(missing) or "It is being stopped."}


class Probes:
    """Looks at what the service needs: each thing for two seconds at most, and all of them at most once a second."""

    def __init__(self, jobs: JobStore, blobs: Blobs, executor: Executor, limit: float = LIMIT) -> None:
        self._looks = [_Look("database", jobs.now, limit), _Look("blobs", blobs.check, limit)]
        self._executor, self._limit = executor, limit
        self._checks = Recent(self._look)
        self._counts = Recent(lambda: asyncio.to_thread(jobs.counts))
        self._draining = False

    def drain(self) -> None:
        """From now on nothing more is taken in: whoever sends requests here shall send them elsewhere."""
        self._draining = True

    async def readiness(self) -> Readiness:
        """Whether work can be taken in."""
        checks = await self._checks.get()
        return Readiness({**checks, "workers": self._workers()}, self._draining)

    async def health(self) -> dict[str, Any]:
        """How the workers are doing; where nothing can be read at all, `problem` says why."""
        standing = self._executor.standing()
        working = not standing.workers or any(standing.workers.get(state) for state in AT_WORK)
        status = "failing" if standing.fault else "ok" if working else "starting"
        workers = {**standing.workers, "waiting": await self._waiting()}
        told: dict[str, Any] = {"status": status, "version": uncial.__version__, "workers": workers}
        if fault := standing.fault:
            told["problem"] = {"code": fault.code, "detail": fault.message, "hint": fault.hint}
        return told

    async def _waiting(self) -> int | None:
        """How many jobs wait; None where the database does not answer, which is for `/readyz` to say."""
        try:
            async with asyncio.timeout(self._limit):
                return (await self._counts.get())[State.QUEUED]
        except (ServiceUnavailable, TimeoutError):
            return None

    def _workers(self) -> Check:
        """Whether a worker of this machine can read or, where they are elsewhere, the broker answers: it keeps what comes."""
        standing = self._executor.standing()
        if standing.fault:
            return Check(False, detail=f"{standing.fault.message} [{standing.fault.code}]")
        if PlaceState.STARTING.value in standing.workers and not any(standing.workers.get(state) for state in AT_WORK):
            return Check(False, detail="No worker is ready yet.")
        return Check(True)

    async def _look(self) -> dict[str, Check]:
        checks = await asyncio.gather(*(look.check() for look in self._looks))
        return {look.name: check for look, check in zip(self._looks, checks, strict=True)}


class _Look:
    """One of the things that are looked at. A look that hangs is not begun again until it has come back."""

    def __init__(self, name: str, look: Callable[[], object], limit: float) -> None:
        self.name, self._call, self._limit = name, look, limit
        self._looking: asyncio.Task[Check] | None = None

    async def check(self) -> Check:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(self._told))
        done, _ = await asyncio.wait({self._looking}, timeout=self._limit)
        if not done:
            return Check(False, self._limit, f"There was no answer within {self._limit:g} seconds.")
        return self._looking.result()

    def _told(self) -> Check:
        begun = perf_counter()
        try:
            self._call()
        except UncialError as error:
            log.warning(error.message, extra={"code": error.code, "check": self.name})
            return Check(False, round(perf_counter() - begun, 4), f"{error.message} [{error.code}]")
        return Check(True, round(perf_counter() - begun, 4))


@router.head("/livez", include_in_schema=False)
@router.get("/livez", tags=["operations"])
async def livez() -> JSONResponse:
    """Whether the process answers at all: 200, for as long as it does."""
    return JSONResponse({"status": "alive"}, headers=NEVER_KEPT)


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", tags=["operations"], responses={503: {"description": "Something that is needed does not answer."}})
async def readyz(request: Request) -> JSONResponse:
    """Whether work can be taken in: 200 if so, else 503; each check says what is wrong."""
    probes: Probes = request.app.state.probes
    found = await probes.readiness()
    return JSONResponse(found.to_dict(), 200 if found.ready else 503, NEVER_KEPT)


@router.head("/health", include_in_schema=False)
@router.get("/health", tags=["operations"], responses={503: {"description": "No worker can be started."}})
async def health(request: Request) -> JSONResponse:
    """Whether documents can be read here: 200 while a worker is there or starting, 503 where none can be started."""
    probes: Probes = request.app.state.probes
    told = await probes.health()
    return JSONResponse(told, 503 if "problem" in told else 200, NEVER_KEPT)


@router.head("/version", include_in_schema=False)
@router.get("/version", tags=["operations"])
async def version() -> JSONResponse:
    """What answers here."""
    return JSONResponse({"name": "uncial", "version": uncial.__version__})


@router.head("/metrics", include_in_schema=False)
@router.get("/metrics", tags=["operations"], responses={200: {"content": {"text/plain": {}}}}, response_class=Response)
async def metrics(request: Request, access: Annotated[Access, Depends(require("metrics"))]) -> Response:
    """How it is doing, for Prometheus."""
    answer: Response = await request.app.state.metrics.answer(request)
    return answer
