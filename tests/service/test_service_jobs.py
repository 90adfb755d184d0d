from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Timer
from typing import Any

import httpx
import pytest

from fakes import block, document, page
from running_service import until
from service_rig import TWO_PAGES, Clerk, Rig, serving
from uncial.document import Problem
from uncial.errors import ModelMissing, ServiceUnavailable, SourceDamaged, TimeLimitExceeded
from uncial.jobs.job import Ending, Job, Order, Queue, State
from uncial.jobs.keys import Scope
from uncial.jobs.store import JobStore, Pulse
from uncial.service import room
from uncial.service.access import Access
from uncial.service.room import seconds_until_room

URL = "https://example.org/page.jpg"
PNG = {"Content-Type": "image/png"}
NO_CACHE = {"Cache-Control": "no-cache"}
JOB = {
    "id", "state", "name", "queue", "batch", "created", "started", "ended", "expires", "position", "pages", "timings", "notices",
    "error", "links",
}  # fmt: skip
UNKNOWN = "0" * 32


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with serving(tmp_path_factory.mktemp("service"), queue_size=12) as rig:
        yield rig


@pytest.fixture
def client(rig: Rig, clerk: Clerk) -> Iterator[httpx.Client]:
    with rig.client() as client:
        yield client


def submit(client: httpx.Client, content: bytes = b"x", query: str = "", **headers: str) -> dict[str, Any]:
    """A job that is read, whatever was read before."""
    answer = client.post(f"/v1/jobs{query}", content=content, headers={**NO_CACHE, **headers})
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


def kept_for(job: Job) -> int:
    """For how many seconds after its end."""
    assert job.expires is not None and job.ended is not None
    return round(job.expires - job.ended)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# ---- sending


BODIES: dict[str, dict[str, Any]] = {
    "form": {"files": {"file": ("a.png", b"x")}},
    "bare": {"content": b"x", "headers": PNG},
    "base64": {"json": {"document_base64": base64.b64encode(b"x").decode(), "name": "a.png"}},
    "url": {"json": {"url": URL}},
    "tutorial": {"json": {"image_url": URL}},
    "mistral": {"json": {"model": "m", "document": {"type": "image_url", "image_url": URL}}},
}


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_of_body_becomes_a_job_that_is_asked_for_later(client, kind):
    answer = client.post("/v1/jobs", **{**BODIES[kind], "headers": {**NO_CACHE, **BODIES[kind].get("headers", {})}})
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert set(told) == JOB
    assert answer.headers["location"] == told["links"]["self"] == f"/v1/jobs/{told['id']}"
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["uncial-job"] == told["id"]
    ended = client.get(answer.headers["location"]).json()
    assert (ended["state"], ended["pages"]) == ("succeeded", {"total": 2, "done": 2, "failed": 0})
    assert ended["timings"] == {"queue": 0.1, "read": 0.5, "write": 0.2}
    assert client.get(ended["links"]["result"]).json()["output"] == TWO_PAGES.text


def test_what_a_job_may_be_told_besides_comes_in_the_query_or_as_fields(client, clerk):
    clerk.held = True
    assert submit(client, query="?queue=bulk")["queue"] == "bulk"
    assert client.post("/v1/jobs", files={"file": b"x"}, data={"queue": "bulk"}).json()["queue"] == "bulk"
    assert client.post("/v1/jobs", json={"url": URL, "queue": "bulk", "languages": "de"}).json()["queue"] == "bulk"
    assert code(client.post("/v1/jobs?queue=slow", content=b"x")) == (400, "option-invalid")
    assert code(client.post("/v1/jobs?queue=bulk&queue=bulk", content=b"x")) == (400, "option-invalid")
    assert code(client.post("/v1/ocr?queue=bulk", content=b"x")) == (400, "option-invalid")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"webhook": "http://10.0.0.1/"}, "url-refused"),
        ({"webhook": "ftp://example.org/"}, "url-refused"),
        ({"webhook": "https://example.org/"}, "option-invalid"),
        ({"webhook": "https://example.org/", "webhook_secret": "sesame"}, "option-invalid"),
    ],
)
def test_a_webhook_that_nobody_would_post_to_or_could_sign_is_refused(client, clerk, fields, told):
    answer = client.post("/v1/jobs", files={"file": b"x"}, data=fields)
    assert code(answer) == (400, told)
    assert "sesame" not in answer.text
    assert not clerk.leases


def test_a_secret_in_the_query_is_refused(client):
    answer = client.post("/v1/jobs?webhook=https://example.org/&webhook_secret=whsec_AAAA", content=b"x")
    assert code(answer) == (400, "option-invalid")
    assert "whsec" not in answer.text


# ---- watching


def test_a_job_tells_its_place_its_state_and_its_pages(client, clerk):
    clerk.held = True
    bulk = submit(client, query="?queue=bulk")
    first, second = submit(client), submit(client)
    assert [client.get(job["links"]["self"]).json()["position"] for job in (first, second, bulk)] == [0, 1, 2]
    lease = clerk.take(first["id"])
    running = client.get(first["links"]["self"]).json()
    assert (running["state"], running["position"], running["ended"], running["expires"]) == ("running", None, None, None)
    assert running["started"] >= running["created"]
    assert client.get(second["links"]["self"]).json()["position"] == 0
    clerk.finish(lease)
    ended = client.get(first["links"]["self"])
    assert ended.json()["state"] == "succeeded"
    assert ended.json()["expires"] > ended.json()["ended"] >= ended.json()["started"]
    assert "retry-after" not in ended.headers
    assert client.get(second["links"]["self"]).headers["retry-after"] == "1"


def test_waiting_for_a_job_ends_with_it(client, clerk):
    clerk.held = True
    job = submit(client)
    timer = Timer(0.3, clerk.do, (job["id"],))
    timer.start()
    begun = time.monotonic()
    assert client.get(f"{job['links']['self']}?wait=30").json()["state"] == "succeeded"
    assert time.monotonic() - begun < 15
    timer.join()


def test_waiting_ends_after_as_many_seconds_as_were_asked_for(client, clerk):
    clerk.held = True
    job = submit(client)
    begun = time.monotonic()
    answer = client.get(f"{job['links']['self']}?wait=0.5")
    assert (answer.status_code, answer.json()["state"]) == (200, "queued")
    assert 0.5 <= time.monotonic() - begun < 15


@pytest.mark.parametrize("query", ["wait=x", "wait=-1", "wait=61", "wait=nan", "wait=inf", "wait=", "wait=1&wait=2", "wiat=3"])
def test_a_wait_that_makes_no_sense_is_told(client, query):
    assert code(client.get(f"/v1/jobs/{UNKNOWN}?{query}")) == (400, "option-invalid")


@pytest.mark.parametrize("id", [UNKNOWN, "x", "A" * 32, "%00", "0" * 31, "%F0%9F%A6%8A"])
def test_a_job_that_is_not_there_is_not_found_whatever_is_asked_of_it(client, id):
    for method, path in (
        ("GET", f"jobs/{id}"),
        ("GET", f"jobs/{id}/result"),
        ("GET", f"jobs/{id}/events"),
        ("DELETE", f"jobs/{id}"),
        ("GET", f"batch/{id}"),
        ("DELETE", f"batch/{id}"),
        ("GET", f"jobs?after={id}"),
    ):
        assert code(client.request(method, f"/v1/{path}")) == (404, "job-not-found")


def test_a_job_that_failed_says_why_with_the_page_that_is_to_blame(client, clerk):
    clerk.answer = TimeLimitExceeded("It took longer than 1 second.", stage="engine", page=7)
    job = submit(client)
    told = client.get(job["links"]["self"]).json()
    assert told["state"] == "failed"
    assert told["error"] == {
        "code": "time-limit-exceeded",
        "detail": "It took longer than 1 second.",
        "hint": TimeLimitExceeded.default_hint,
        "stage": "engine",
        "page": 7,
    }
    result = client.get(job["links"]["result"])
    assert code(result) == (422, "time-limit-exceeded")
    assert result.json()["page"] == 7


def test_whatever_can_be_got_can_be_asked_about(client, clerk):
    job = submit(client)
    batch = client.post("/v1/batch", files=[("file", ("a.png", b"x"))]).json()
    for path in ("/v1/jobs", *job["links"].values(), batch["links"]["self"]):
        asked, got = client.head(path), client.get(path)
        assert (asked.status_code, asked.headers["content-type"]) == (200, got.headers["content-type"])
    clerk.held = True
    assert client.head(submit(client)["links"]["events"]).status_code == 200  # at once, although the job has not ended


# ---- cancelling


def test_a_job_that_waits_is_cancelled_at_once(client, clerk):
    clerk.held = True
    job = submit(client)
    assert client.delete(job["links"]["self"]).json()["state"] == "cancelled"
    assert clerk.store.lease(job["id"], "late") is None
    assert code(client.get(job["links"]["result"])) == (409, "job-cancelled")
    assert job["id"] not in clerk.blobs.prefixes()


def test_a_job_that_runs_is_cancelled_by_its_worker_and_the_answer_waits_for_that(client, clerk):
    clerk.held = True
    job = submit(client)
    lease = clerk.take(job["id"])

    def stop() -> None:
        until(lambda: clerk.store.heartbeat(lease) is Pulse.CANCELLED)
        clerk.store.finish(lease, Ending(state=State.CANCELLED))

    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(stop)
        assert client.delete(job["links"]["self"]).json()["state"] == "cancelled"
        stopping.result()
    assert clerk.cancelled_ids == [job["id"]]


def test_a_worker_that_does_not_stop_at_once_is_told_as_running(client, clerk):
    clerk.held = True
    job = submit(client)
    clerk.take(job["id"])
    assert client.delete(job["links"]["self"]).json()["state"] == "running"


def test_cancelling_what_has_ended_changes_nothing(client, clerk):
    job = submit(client)
    before = client.get(job["links"]["self"]).json()
    assert client.delete(job["links"]["self"]).json() == before
    assert client.get(job["links"]["result"]).status_code == 200
    assert not clerk.cancelled_ids


def test_a_job_that_ends_at_the_moment_of_its_cancelling_has_ended_in_one_way(client, clerk):
    clerk.held = True
    for _ in range(5):
        job = submit(client)
        lease = clerk.take(job["id"])
        with ThreadPoolExecutor(2) as pool:
            cancelling, ending = pool.submit(client.delete, job["links"]["self"]), pool.submit(clerk.finish, lease)
            ending.result()
            assert cancelling.result().json()["state"] == "succeeded"
        assert client.get(job["links"]["result"]).status_code == 200


def test_forgetting_leaves_nothing(client, clerk, rig):
    job = submit(client)
    assert job["id"] in rig.blobs.prefixes()
    answer = client.delete(f"{job['links']['self']}?forget=yes")
    assert (answer.status_code, answer.json()["state"]) == (200, "succeeded")
    assert job["id"] not in rig.blobs.prefixes()
    assert code(client.get(job["links"]["self"])) == (404, "job-not-found")
    clerk.held = True
    waiting = submit(client)
    assert client.delete(f"{waiting['links']['self']}?forget=yes").json()["state"] == "cancelled"
    assert waiting["id"] not in rig.blobs.prefixes()
    assert code(client.delete(f"{job['links']['self']}?forget=maybe")) == (400, "option-invalid")


# ---- lists


def test_the_list_is_the_latest_first_and_can_be_filtered(client, clerk):
    done = submit(client)
    clerk.answer = SourceDamaged("It is damaged.")
    failed = submit(client)
    clerk.held = True
    waiting = submit(client)
    ours = {done["id"], failed["id"], waiting["id"]}

    def listed(query: str) -> list[str]:
        return [job["id"] for job in client.get(f"/v1/jobs?limit=500&{query}").json()["jobs"] if job["id"] in ours]

    assert listed("") == [waiting["id"], failed["id"], done["id"]]
    assert listed("state=queued") == [waiting["id"]]
    assert listed("state=failed,succeeded") == [failed["id"], done["id"]]
    assert listed("state=running") == []
    assert listed(f"batch={UNKNOWN}") == []


def test_a_list_goes_on_as_it_began(client, clerk):
    clerk.held = True
    waiting = [submit(client)["id"] for _ in range(5)]
    clerk.held = False
    submit(client)
    seen: list[str] = []
    path: str | None = "/v1/jobs?state=queued&limit=2"
    pages = 0
    while path:
        told = client.get(path).json()
        assert {job["state"] for job in told["jobs"]} == {"queued"}
        seen += [job["id"] for job in told["jobs"]]
        path, pages = told["next"], pages + 1
    assert (seen, pages) == (waiting[::-1], 3)


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "limit=²", "state=done", "colour=red", "limit=1&limit=2"])
def test_a_filter_that_makes_no_sense_is_told(client, query):
    assert code(client.get(f"/v1/jobs?{query}")) == (400, "option-invalid")


def test_jobs_of_others_are_not_there(tmp_path):
    with serving(tmp_path) as rig:
        mine, theirs, all_seeing = (
            rig.client(Authorization=f"Bearer {rig.service.keys.make(name, scopes)[1]}")
            for name, scopes in (("mine", [Scope.READ]), ("theirs", [Scope.READ]), ("admin", [Scope.READ, Scope.ADMIN]))
        )
        job = submit(mine)
        batch = mine.post("/v1/batch", files=[("file", ("a.png", b"x"))]).json()
        for path in (*job["links"].values(), batch["links"]["self"], f"/v1/jobs?after={job['id']}"):
            assert code(theirs.get(path)) == (404, "job-not-found")
            assert all_seeing.get(path).status_code == 200
        assert code(theirs.delete(job["links"]["self"])) == (404, "job-not-found")
        assert code(theirs.delete(f"{job['links']['self']}?forget=yes")) == (404, "job-not-found")
        assert code(theirs.delete(batch["links"]["self"])) == (404, "job-not-found")
        assert theirs.get("/v1/jobs").json()["jobs"] == []
        assert len(all_seeing.get("/v1/jobs").json()["jobs"]) == 2
        assert code(rig.client().get(job["links"]["self"])) == (401, "key-missing")


def test_a_key_may_have_so_many_jobs_at_a_time(tmp_path):
    with serving(tmp_path) as rig:
        rig.clerk.held = True
        client = rig.client(Authorization=f"Bearer {rig.service.keys.make('one', at_once=1)[1]}")
        job = submit(client)
        refused = client.post("/v1/jobs", content=b"y")
        assert code(refused) == (429, "service-busy")
        assert 1 <= int(refused.headers["retry-after"]) <= 120
        client.delete(job["links"]["self"])
        submit(client)


# ---- idempotency


def test_the_same_key_with_the_same_request_is_the_same_job(client, clerk):
    first, again = (submit(client, b"once", **{"Idempotency-Key": "once"}) for _ in range(2))
    assert again["id"] == first["id"]
    assert len(clerk.leases) == 1
    assert submit(client, b"once", **{"Idempotency-Key": "twice"})["id"] != first["id"]


@pytest.mark.parametrize(
    "other",
    [
        {"content": b"other"},
        {"content": b"clash", "params": {"languages": "de"}},
        {"content": b"clash", "params": {"format": "txt"}},
        {"files": {"file": ("other.png", b"clash")}},
        {"json": {"url": URL}},
    ],
)
def test_the_same_key_with_another_request_is_refused_and_leaves_nothing(client, clerk, rig, other):
    client.post("/v1/jobs", content=b"clash", headers={"Idempotency-Key": "clash"})
    before = rig.blobs.prefixes()
    assert code(client.post("/v1/jobs", **other, headers={"Idempotency-Key": "clash"})) == (409, "idempotency-clash")
    assert rig.blobs.prefixes() == before


def test_the_same_key_from_eight_clients_at_once_is_one_job(client, clerk, rig):
    clerk.held = True

    def send(_: int) -> str:
        with rig.client(**{"Idempotency-Key": "race"}) as one:
            return str(submit(one, b"race")["id"])

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(send, range(8)))
    assert len(ids) == 1
    assert [job.id for job in rig.store.find(states=[State.QUEUED])] == list(ids)


@pytest.mark.parametrize("key", ["x" * 256, "ä", "a\tb"])
def test_a_key_that_is_none_is_told(client, key):
    answer = client.post("/v1/jobs", content=b"x", headers=[("Idempotency-Key", key.encode())])
    assert code(answer) == (400, "option-invalid")


# ---- what was read before


def read(client: httpx.Client, content: bytes, query: str = "", **headers: str) -> dict[str, Any]:
    answer = client.post(f"/v1/jobs{query}", content=content, headers=headers)
    assert answer.status_code == 202, answer.text
    return dict(client.get(answer.headers["location"]).json())


def test_the_same_again_is_there_at_once(client, clerk):
    first = read(client, b"again")
    clerk.held = True
    second = read(client, b"again")
    assert (second["state"], second["pages"], second["started"]) == ("succeeded", first["pages"], None)
    assert second["id"] != first["id"]
    assert client.post("/v1/ocr?format=json", content=b"again").content == client.get(first["links"]["result"]).content
    assert len(clerk.leases) == 1


def test_what_was_taken_over_outlives_what_it_was_taken_from(client, clerk):
    first, second = read(client, b"outlives"), read(client, b"outlives")
    before = client.get(first["links"]["result"]).content
    client.delete(f"{first['links']['self']}?forget=yes")
    assert client.get(second["links"]["result"]).content == before


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?languages=de", {}),
        ("?pages=1", {}),
        ("", {"Uncial-Password": "sesame"}),
        ("", {"Cache-Control": "max-age=60, No-Cache"}),
    ],
)
def test_what_is_asked_for_in_another_way_is_read(client, clerk, query, headers):
    content = f"other {query} {headers}".encode()
    read(client, content)
    read(client, content, query, **headers)
    assert len(clerk.leases) == 2
    read(client, content)
    assert len(clerk.leases) == 2


def test_another_name_is_another_document_and_another_format_is_not(client, clerk):
    for name, query in (("a.png", ""), ("b.png", ""), ("a.png", "?format=txt"), ("a.png", "?layout=yes")):
        client.post(f"/v1/jobs{query}", files={"file": (name, b"named")})
    assert [lease.job.order.name for lease in clerk.leases] == ["a.png", "b.png"]


def test_nothing_is_taken_over_that_needed_a_password_or_was_not_read_wholly(client, clerk):
    read(client, b"locked", **{"Uncial-Password": "sesame"})
    read(client, b"locked")
    assert len(clerk.leases) == 2
    damaged = Problem("source-damaged", "This page is damaged.")
    clerk.answer = document(page(block("one")), page(number=2, problem=damaged))
    assert [read(client, b"partial")["state"] for _ in range(2)] == ["partial", "partial"]
    clerk.answer = SourceDamaged("All of it is.")
    assert [read(client, b"failed")["state"] for _ in range(2)] == ["failed", "failed"]
    for _ in range(2):
        client.post("/v1/jobs", json={"url": URL})
    assert len(clerk.leases) == 8


def test_nothing_is_taken_over_from_somebody_else(tmp_path):
    with serving(tmp_path) as rig:
        for token in [rig.service.keys.make(name)[1] for name in ("one", "other")]:
            read(rig.client(Authorization=f"Bearer {token}"), b"same")
        assert len(rig.clerk.leases) == 2


# ---- how long things are kept


def test_jobs_are_kept_as_long_as_the_settings_say(tmp_path):
    with serving(tmp_path, keep_seconds=1000, keep_waited_seconds=100) as rig, rig.client() as client:
        answer = client.post("/v1/ocr", content=b"x")
        waited, sent = rig.store.get(answer.headers["uncial-job"]), rig.store.get(submit(client)["id"])
    assert [kept_for(job) for job in (waited, sent)] == [100, 1000]


def test_of_an_answer_that_is_not_kept_nothing_is_left(tmp_path):
    with serving(tmp_path, keep_waited_seconds=0) as rig, rig.client() as client:
        answer = client.post("/v1/ocr", content=b"x")
        assert (answer.status_code, answer.json()["output"]) == (200, TWO_PAGES.text)
        assert code(client.get(f"/v1/jobs/{answer.headers['uncial-job']}")) == (404, "job-not-found")
        rig.clerk.answer = SourceDamaged("It is damaged.")
        assert client.post("/v1/ocr", content=b"y").status_code == 422
        assert rig.store.find() == []
        assert rig.blobs.prefixes() == []


def test_a_job_that_is_not_kept_is_to_be_forgotten_when_it_ends(tmp_path):
    with serving(tmp_path, keep_seconds=0) as rig, rig.client() as client:
        job = submit(client)
        assert rig.store.expired() == [job["id"]]


# ---- too much, too long


def test_a_full_queue_is_told_with_when_to_come_back(client, clerk, rig):
    clerk.held = True
    for _ in range(12):
        submit(client)
    before = rig.blobs.prefixes()
    for path in ("/v1/jobs", "/v1/ocr"):
        refused = client.post(path, content=b"one more")
        assert code(refused) == (429, "service-busy")
        assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert rig.blobs.prefixes() == before


@dataclass
class Pace:
    """A table of jobs of which so many wait, the oldest for so many seconds, while so many have ended in as many seconds."""

    count: int
    age: float
    ended: int

    def waiting(self) -> dict[Queue, tuple[int, float]]:
        return {Queue.INTERACTIVE: (self.count, self.age), Queue.BULK: (0, 0.0)}

    def now(self) -> float:
        return 1000.0

    def ended_since(self, moment: float, limit: int) -> list[Job]:
        assert moment == 1000.0 - self.age
        return [Job(id=UNKNOWN, state=State.SUCCEEDED, order=Order(name="a"), started=1.0, ended=1000.0)] * self.ended


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        (Pace(1, 0.0, 0), 1),
        (Pace(10, 60.0, 60), 1),
        (Pace(100, 60.0, 60), 10),
        (Pace(1000, 60.0, 60), 100),
        (Pace(1000, 60.0, 120), 50),
        (Pace(100_000, 60.0, 60), room.LONGEST),
        (Pace(5, 60.0, 0), 60),
    ],
)
def test_when_to_come_back_grows_with_what_waits_and_shrinks_with_the_pace(pace, seconds):
    assert seconds_until_room(pace) == seconds


def test_what_takes_longer_than_requests_may_wait_goes_on_as_a_job(tmp_path):
    with serving(tmp_path, wait_limit=0.2, keep_waited_seconds=0, keep_seconds=1000) as rig, rig.client() as client:
        rig.clerk.held = True
        answer = client.post("/v1/ocr?format=txt", content=b"x")
        job = answer.json()
        assert (answer.status_code, job["state"]) == (202, "queued")
        assert answer.headers["location"] == job["links"]["self"]
        assert answer.headers["retry-after"] == "1"
        rig.clerk.do(job["id"])
        assert client.get(job["links"]["self"]).json()["state"] == "succeeded"
        assert client.get(f"{job['links']['result']}?format=txt").text == "Über Café\nsecond line\fpage two\n"
        assert kept_for(rig.store.get(job["id"])) == 1000


# ---- what happens meanwhile


def waiting_for(client: httpx.Client, rig: Rig, pool: ThreadPoolExecutor, content: bytes = b"x") -> tuple[Any, str]:
    """A request that waits, and its job."""
    answer = pool.submit(client.post, "/v1/ocr", content=content, headers=NO_CACHE)
    until(lambda: rig.store.find(states=[State.QUEUED]))
    return answer, rig.store.find(states=[State.QUEUED])[0].id


def test_a_fault_while_a_request_waits_is_told_and_ends_its_job(client, clerk, rig):
    clerk.held = True
    with ThreadPoolExecutor(1) as pool:
        answer, id = waiting_for(client, rig, pool)
        clerk.fault = ModelMissing("The model is not there.", hint="pip install it")
        assert code(answer.result(15)) == (500, "model-missing")
    assert rig.store.get(id).state is State.CANCELLED
    assert code(client.post("/v1/jobs", content=b"x")) == (500, "model-missing")


def test_what_is_running_is_waited_for_although_nothing_more_can_be_read(client, clerk, rig):
    clerk.held = True
    with ThreadPoolExecutor(1) as pool:
        answer, id = waiting_for(client, rig, pool)
        lease = clerk.take(id)
        clerk.fault = ModelMissing("The model is not there.")
        clerk.finish(lease)
        assert answer.result(15).status_code == 200


def test_a_job_that_somebody_else_cancels_is_told_to_who_waits_for_it(client, clerk, rig):
    clerk.held = True
    with ThreadPoolExecutor(1) as pool:
        answer, id = waiting_for(client, rig, pool)
        client.delete(f"/v1/jobs/{id}")
        assert code(answer.result(15)) == (409, "job-cancelled")
        answer, id = waiting_for(client, rig, pool)
        client.delete(f"/v1/jobs/{id}?forget=yes")
        assert answer.result(15).json()["code"] in ("job-cancelled", "job-not-found")


def test_a_service_that_stops_lets_go_of_who_waits_and_takes_nothing_more(tmp_path):
    with serving(tmp_path) as rig, rig.client() as client, ThreadPoolExecutor(2) as pool:
        rig.clerk.held = True
        job = submit(client)
        watching = pool.submit(client.get, f"{job['links']['self']}?wait=60")
        answer = pool.submit(client.post, "/v1/ocr", content=b"x")
        until(lambda: len(rig.store.find(states=[State.QUEUED])) == 2)
        rig.loop.call_soon_threadsafe(rig.service.stop)
        refused = answer.result(15)
        assert code(refused) == (503, "service-unavailable")
        assert refused.headers["retry-after"]
        assert watching.result(15).json()["state"] == "queued"
        assert code(client.post("/v1/jobs", content=b"x")) == (503, "service-unavailable")
        assert client.get("/readyz").status_code == 503
        assert [found.id for found in rig.store.find(states=[State.QUEUED])] == [job["id"]]


class Moody:
    """A table of jobs that does not answer while it is away."""

    def __init__(self, store: JobStore) -> None:
        self._store, self.away = store, False

    def __getattr__(self, name: str) -> Any:
        if self.away:
            raise ServiceUnavailable("The database does not answer.")
        return getattr(self._store, name)


def test_a_database_that_is_away_for_a_moment_is_waited_for(tmp_path):
    with serving(tmp_path) as rig, rig.client() as client, ThreadPoolExecutor(1) as pool:
        moody: Any = Moody(rig.store)
        rig.service.desk.jobs = moody
        rig.clerk.held = True
        answer, id = waiting_for(client, rig, pool)
        moody.away = True
        refused = client.get(f"/v1/jobs/{id}")
        assert code(refused) == (503, "service-unavailable")
        assert refused.headers["retry-after"]
        rig.clerk.do(id)
        moody.away = False
        assert answer.result(15).status_code == 200


def test_anybody_sees_all_where_there_are_no_keys():
    assert Access().sees is None
