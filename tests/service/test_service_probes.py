from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from asgi_client import AsgiTransport
from uncial.errors import ModelMissing, ServiceUnavailable
from uncial.jobs.executor import Standing
from uncial.jobs.job import State
from uncial.service import probes
from uncial.service.probes import Probes


def well() -> float:
    return 0.0


def away() -> float:
    raise ServiceUnavailable("The database does not answer.")


@dataclass
class Fake:
    """The table, the blob store and the executor in one."""

    now: Callable[[], float] = well
    check: Callable[[], object] = well
    workers: dict[str, int] = field(default_factory=lambda: {"starting": 0, "ready": 1, "busy": 0, "failed": 0})
    fault: Any = None

    def counts(self) -> dict[State, int]:
        self.now()
        return {State.QUEUED: 3}

    def standing(self) -> Standing:
        return Standing(self.workers, fault=self.fault)


def probing(fake: Fake, limit: float = 2.0) -> Probes:
    return Probes(fake, fake, fake, limit)  # type: ignore[arg-type]


def client(found: Probes) -> httpx.Client:
    app = FastAPI()
    app.state.probes = found
    app.include_router(probes.router)
    return httpx.Client(transport=AsgiTransport(app), base_url="http://here")


def test_who_has_everything_is_ready_and_says_what_was_looked_at():
    answer = client(probing(Fake())).get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert {name: check["ok"] for name, check in answer.json()["checks"].items()} == dict.fromkeys(
        ("database", "blobs", "workers"), True
    )
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("fake", "name", "detail"),
    [
        (Fake(now=away), "database", "service-unavailable"),
        (Fake(check=away), "blobs", "service-unavailable"),
        (Fake(workers={"starting": 2, "ready": 0, "busy": 0}), "workers", "No worker is ready yet."),
        (Fake(fault=ModelMissing("The model is not there.")), "workers", "model-missing"),
    ],
)
def test_who_lacks_something_is_not_ready_says_what_and_is_alive(fake, name, detail):
    asked = client(probing(fake))
    answer = asked.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not-ready"
    assert [key for key, check in answer.json()["checks"].items() if not check["ok"]] == [name]
    assert detail in answer.json()["checks"][name]["detail"]
    assert answer.json()["code"] == "service-unavailable"
    assert f"{name}: " in answer.json()["detail"]
    assert asked.get("/livez").status_code == 200


def test_with_a_broker_jobs_are_taken_in_even_while_no_worker_is_there():
    assert client(probing(Fake(workers={"ready": 0, "busy": 0}))).get("/readyz").status_code == 200


def test_who_stops_is_not_ready():
    found = probing(Fake())
    found.drain()
    answer = client(found).get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "draining")


def test_what_hangs_is_given_up_and_asked_no_second_time_while_it_does():
    calls: list[float] = []
    let_go = Event()

    def hang() -> float:
        calls.append(time.monotonic())
        let_go.wait(10)
        return 0.0

    async def looks() -> tuple[float, list[bool], bool]:
        found = probing(Fake(now=hang), limit=0.1)
        found._checks._seconds = 0.0
        begun = time.monotonic()
        states = [(await found.readiness()).checks["database"] for _ in range(3)]
        taken = time.monotonic() - begun
        let_go.set()
        await asyncio.sleep(0.05)
        return taken, [state.ok for state in states], (await found.readiness()).ready

    taken, states, ready_after = asyncio.run(looks())
    assert states == [False, False, False]
    assert taken < 2
    assert ready_after
    assert len(calls) <= 2


def test_many_who_ask_at_once_cost_one_look():
    calls: list[int] = []

    def counted() -> float:
        calls.append(1)
        return 0.0

    async def ask() -> None:
        found = probing(Fake(now=counted))
        await asyncio.gather(*(found.readiness() for _ in range(50)))
        await found.readiness()

    asyncio.run(ask())
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("fake", "status", "said"),
    [
        (Fake(), 200, "ok"),
        (Fake(workers={"starting": 1, "ready": 0, "busy": 0}), 200, "starting"),
        (Fake(fault=ModelMissing("The model is not there.", hint="pip install it")), 503, "failing"),
    ],
)
def test_health_says_whether_documents_can_be_read(fake, status, said):
    answer = client(probing(fake)).get("/health")
    assert (answer.status_code, answer.json()["status"]) == (status, said)
    assert answer.json()["workers"] == {**fake.workers, "waiting": 3}
    assert answer.json().get("problem", {}).get("code") == (fake.fault.code if fake.fault else None)


def test_health_without_a_database_does_not_know_how_many_wait():
    answer = client(probing(Fake(now=away))).get("/health")
    assert (answer.status_code, answer.json()["workers"]["waiting"]) == (200, None)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/health", "/version"])
def test_whatever_answers_to_get_answers_to_head(path):
    asked = client(probing(Fake()))
    assert asked.head(path).status_code == asked.get(path).status_code == 200
