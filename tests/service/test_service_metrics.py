from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

import uncial
from asgi_client import AsgiTransport
from fakes import Clock
from uncial.document import Problem
from uncial.errors import ServiceUnavailable
from uncial.jobs.database import Database
from uncial.jobs.executor import Standing
from uncial.jobs.job import Ending, Order, PageRecord, Queue, State, Submission, Webhook
from uncial.jobs.seal import Seal
from uncial.jobs.store import JobStore
from uncial.service import metrics as module
from uncial.service import probes
from uncial.service.access import Access
from uncial.service.metrics import OVERLAP, Metrics, route_of

DOCS = Path(__file__).parents[2] / "docs/operations.md"
Sample = dict[tuple[tuple[str, str], ...], float]


@dataclass
class Scene:
    store: JobStore
    clock: Clock
    standing: Standing = field(default_factory=lambda: Standing({"ready": 2, "busy": 1}, (100, 300)))

    def __post_init__(self) -> None:
        self.metrics = Metrics(self.store, lambda: self.standing)

    def submitted(self, **given: Any) -> str:
        order = Order(name="a.png", webhook=given.pop("webhook", None))
        return self.store.submit(Submission(order=order, id=uuid4().hex, **given))[0].id

    def done(self, ending: Ending, pages: tuple[str, ...] = ()) -> None:
        self.submitted()
        lease = self.store.lease_next("here")
        assert lease
        for number, code in enumerate(pages, start=1):
            self.store.page_done(lease, PageRecord(number, "blob", 1.0, code))
        self.store.finish(lease, ending)

    def look(self) -> None:
        self.metrics._table.look()

    def told(self, name: str, **labels: str) -> float | None:
        value: float | None = self.metrics.registry.get_sample_value(name, labels)
        return value


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    clock = Clock()
    database = Database.open(f"sqlite:///{tmp_path / 'jobs.db'}", clock)
    yield Scene(JobStore(database, Seal(Fernet.generate_key())), clock)
    database.close()


def test_queues_and_states_are_as_the_table_has_them_now(scene):
    scene.submitted()
    scene.clock.now += 7
    scene.submitted(queue=Queue.BULK)
    scene.clock.now += 5
    scene.look()
    assert scene.told("uncial_queue_jobs", queue="interactive") == scene.told("uncial_queue_jobs", queue="bulk") == 1
    assert scene.told("uncial_queue_oldest_seconds", queue="interactive") == 12
    assert scene.told("uncial_jobs", state="queued") == 2
    assert scene.told("uncial_jobs", state="running") == 0
    scene.store.lease_next("here")
    scene.look()
    assert scene.told("uncial_queue_jobs", queue="interactive") == 0
    assert scene.told("uncial_jobs", state="running") == 1


def test_jobs_that_end_are_counted_once_however_often_one_looks(scene):
    scene.look()
    error = Problem("source-damaged", "It is broken.")
    scene.done(Ending(state=State.SUCCEEDED, timings={"queue": 0.1, "read": 2.0}), ("", "", "engine-failed"))
    scene.done(Ending(state=State.FAILED, error=error))
    for _ in range(3):
        scene.look()
        scene.clock.now += OVERLAP / 2
    assert scene.told("uncial_jobs_ended_total", state="succeeded", code="") == 1
    assert scene.told("uncial_jobs_ended_total", state="failed", code="source-damaged") == 1
    assert scene.told("uncial_jobs_ended_total", state="cancelled", code="") == 0
    assert (scene.told("uncial_pages_total", result="read"), scene.told("uncial_pages_total", result="failed")) == (2, 1)
    assert scene.told("uncial_job_stage_seconds_sum", stage="read") == 2
    assert scene.told("uncial_job_stage_seconds_count", stage="queue") == 1


def test_what_ends_before_anybody_looks_is_counted_from_the_start_of_the_process(scene):
    scene.clock.now += 1000
    scene.done(Ending(state=State.SUCCEEDED))
    scene.look()
    assert scene.told("uncial_jobs_ended_total", state="succeeded", code="") == 1


def test_an_end_that_is_seen_late_is_counted_and_nothing_is_remembered_for_ever(scene):
    scene.look()
    scene.clock.now += 100
    scene.look()
    scene.clock.now -= OVERLAP / 2  # its transaction took so long
    scene.done(Ending(state=State.SUCCEEDED))
    scene.clock.now += OVERLAP / 2
    scene.look()
    assert scene.told("uncial_jobs_ended_total", state="succeeded", code="") == 1
    scene.clock.now += 10 * OVERLAP
    scene.look()
    assert not scene.metrics._table._counted


def test_more_ends_than_are_looked_at_at_once_are_all_counted(scene, monkeypatch):
    monkeypatch.setattr(module, "LOOK", 3)
    scene.look()
    for _ in range(8):
        scene.clock.now += 0.01
        scene.done(Ending(state=State.SUCCEEDED))
    scene.look()
    assert scene.told("uncial_jobs_ended_total", state="succeeded", code="") == 8


def test_two_processes_tell_the_same_of_jobs(scene):
    other = Metrics(scene.store, lambda: scene.standing)
    scene.look()
    other._table.look()
    scene.done(Ending(state=State.SUCCEEDED))
    scene.look()
    other._table.look()
    assert other.registry.get_sample_value("uncial_jobs_ended_total", {"state": "succeeded", "code": ""}) == 1
    assert scene.told("uncial_jobs_ended_total", state="succeeded", code="") == 1


def test_a_result_that_was_there_already_is_a_job_and_no_pages(scene):
    scene.done(Ending(state=State.SUCCEEDED, result="x"), ("",))
    like = scene.store.find()[0]
    scene.store.submit_alike(Submission(order=Order(name="b.png"), id=uuid4().hex), like)
    scene.look()
    assert scene.told("uncial_jobs_ended_total", state="succeeded", code="") == 2
    assert scene.told("uncial_pages_total", result="read") == 1


def test_codes_that_are_none_of_ours_are_one(scene):
    scene.look()
    for code in ("made-up-1", "made-up-2"):
        scene.done(Ending(state=State.FAILED, error=Problem(code, "?")))
    scene.look()
    assert scene.told("uncial_jobs_ended_total", state="failed", code="other") == 2


def test_messages_to_webhooks_are_counted_by_state(scene):
    scene.submitted(webhook=Webhook(url="https://example.org/"))
    scene.store.cancel(scene.store.find()[0].id)
    scene.look()
    assert scene.told("uncial_webhook_deliveries", state="waiting") == 1


class Away:
    def __getattr__(self, name: str) -> Any:
        raise ServiceUnavailable("The database does not answer.")


class OpenDoor:
    async def admit(self, *_: object) -> Access:
        return Access()


def served(metrics: Metrics) -> tuple[httpx.Client, FastAPI]:
    app = FastAPI()
    app.state.metrics, app.state.door = metrics, OpenDoor()
    app.include_router(probes.router)
    return httpx.Client(transport=AsgiTransport(app), base_url="http://here"), app


def test_without_a_database_the_rest_is_told():
    client, _ = served(Metrics(Away(), lambda: Standing({"ready": 1})))  # type: ignore[arg-type]
    told = client.get("/metrics").text
    assert "uncial_database_up 0.0" in told
    assert 'uncial_workers{state="ready"} 1.0' in told
    assert "uncial_queue_jobs" not in told


def test_the_answer_is_what_prometheus_reads(scene):
    client, _ = served(scene.metrics)
    answer = client.get("/metrics")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert answer.headers["content-type"].startswith("text/plain")
    assert families["uncial_build_info"].samples[0].labels["version"] == uncial.__version__
    assert {sample.labels["state"]: sample.value for sample in families["uncial_workers"].samples} == {"ready": 2, "busy": 1}
    assert families["uncial_workers_memory_bytes"].samples[0].value == 400
    assert families["uncial_worker_memory_largest_bytes"].samples[0].value == 300
    assert families["process_resident_memory_bytes"].samples[0].value > 1 << 20
    asked = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert asked.headers["content-type"].startswith("application/openmetrics-text")
    assert asked.text.endswith("# EOF\n")


def scope(method: str = "GET", route: str | None = "/v1/jobs/{id}") -> dict[str, Any]:
    class Route:
        path = route

    return {"method": method, "path": "/v1/jobs/123", **({"route": Route()} if route else {})}


def test_requests_are_counted_by_route_and_not_by_path(scene):
    scene.metrics.answered(scope(), 200, 0.2)
    scene.metrics.answered(scope(route=None), 404, 0.1)
    scene.metrics.answered(scope("BREW"), 405, 0.1)
    assert scene.told("uncial_http_requests_total", route="/v1/jobs/{id}", method="GET", status="200") == 1
    assert scene.told("uncial_http_requests_total", route="other", method="GET", status="404") == 1
    assert scene.told("uncial_http_requests_total", route="/v1/jobs/{id}", method="other", status="405") == 1
    assert scene.told("uncial_http_request_seconds_sum", route="/v1/jobs/{id}", method="GET") == pytest.approx(0.2)


def test_the_route_of_a_request_is_the_template_that_the_framework_found():
    seen: list[str] = []
    app = FastAPI()

    @app.get("/v1/jobs/{id}")
    async def job(id: str) -> str:
        return id

    async def outside(scope, receive, send) -> None:
        await app(scope, receive, send)
        seen.append(route_of(scope))

    client = httpx.Client(transport=AsgiTransport(outside), base_url="http://here")
    for path in ("/v1/jobs/abc", "/nowhere/at/all"):
        client.get(path)
    assert seen == ["/v1/jobs/{id}", "other"]


def test_every_metric_is_in_the_documentation_and_no_other(scene):
    scene.look()
    ours = {family.name for family in scene.metrics.registry.collect() if family.name.startswith("uncial_")}
    told = {line.split("`")[1] for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `uncial_")}
    counters = {family.name for family in scene.metrics.registry.collect() if family.type == "counter"}
    assert told == {f"{name}_total" if name in counters else name for name in ours}
