from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from service_rig import TWO_PAGES, Rig, serving
from uncial.jobs.job import State
from uncial.service.batch_body import MAX_ITEMS

URL = "https://example.org/page.jpg"
LIMIT = 10_000


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with serving(tmp_path_factory.mktemp("service"), max_bytes=LIMIT, queue_size=8) as rig:
        yield rig


def form(*contents: bytes) -> list[tuple[str, tuple[str, bytes]]]:
    return [("file", (f"{number}.png", content)) for number, content in enumerate(contents, start=1)]


def sent(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["location"] == told["links"]["self"] == f"/v1/batch/{told['id']}"
    assert answer.headers["retry-after"] == "1"
    return told


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_every_file_of_a_form_becomes_a_job_of_its_own(client, clerk):
    told = sent(client.post("/v1/batch?languages=de", files=form(b"one", b"two", b"three"), data={"format": "txt"}))
    assert [item["name"] for item in told["items"]] == ["1.png", "2.png", "3.png"]
    assert {item["batch"] for item in told["items"]} == {told["id"]}
    assert {item["queue"] for item in told["items"]} == {"bulk"}
    assert clerk.bytes == [b"one", b"two", b"three"]
    assert {(lease.job.order.options.languages, lease.job.order.format) for lease in clerk.leases} == {(("de",), "txt")}
    ended = client.get(told["links"]["self"]).json()
    assert (ended["done"], ended["counts"]["succeeded"]) == (True, 3)
    assert [item["id"] for item in ended["items"]] == [item["id"] for item in told["items"]]
    assert client.get(f"{ended['items'][0]['links']['result']}?format=json").json()["output"] == TWO_PAGES.text
    assert [job["id"] for job in client.get(f"/v1/jobs?batch={told['id']}").json()["jobs"]] == [
        item["id"] for item in told["items"][::-1]
    ]


def test_urls_are_a_batch_too_and_each_may_have_its_own_options(client, clerk):
    items = [{"url": URL}, {"url": URL, "languages": "de", "name": "b.png"}]
    sent(client.post("/v1/batch?pages=1", json={"items": items, "languages": ["en", "fr"], "queue": "interactive"}))
    orders = [lease.job.order for lease in clerk.leases]
    assert [order.options.languages for order in orders] == [("en", "fr"), ("de",)]
    assert [str(order.options.pages) for order in orders] == ["1", "1"]
    assert {lease.job.queue for lease in clerk.leases} == {"interactive"}
    clerk.leases.clear()
    sent(client.post("/v1/batch?queue=interactive", json={"items": [{"url": URL}]}))
    assert clerk.leases[0].job.queue == "interactive"


def test_what_cannot_be_taken_in_fails_by_itself(client, clerk):
    items = [{"url": "file:///etc/passwd"}, {"url": URL}, "nonsense", {"url": URL, "pages": "0"}, {"url": URL, "queue": "bulk"}]
    told = sent(client.post("/v1/batch", json={"items": items}))
    ended = client.get(told["links"]["self"]).json()
    assert [item["error"] and item["error"]["code"] for item in ended["items"]] == [
        "url-refused", None, "option-invalid", "option-invalid", "option-invalid",
    ]  # fmt: skip
    assert ended["counts"] == {"queued": 0, "running": 0, "succeeded": 1, "partial": 0, "failed": 4, "cancelled": 0}
    assert code(client.get(ended["items"][0]["links"]["result"])) == (400, "url-refused")


def test_a_file_that_is_too_large_fails_by_itself(client, clerk):
    told = sent(client.post("/v1/batch", files=form(b"x", b"x" * (LIMIT + 1), b"x" * LIMIT)))
    ended = client.get(told["links"]["self"]).json()
    assert [item["state"] for item in ended["items"]] == ["succeeded", "failed", "succeeded"]
    assert ended["items"][1]["error"]["code"] == "limit-exceeded"
    assert [len(content) for content in clerk.bytes] == [1, LIMIT]


def test_all_of_it_may_be_no_larger_than_the_limit_for_batches(tmp_path):
    with serving(tmp_path, batch_max_bytes=1000) as rig, rig.client() as client:
        refused = client.post("/v1/batch", files=form(*[b"x" * 10_000] * 10))
        assert code(refused) == (413, "limit-exceeded")
        assert rig.store.find() == []


@pytest.mark.parametrize(
    "body",
    [
        {"json": {}},
        {"json": {"items": []}},
        {"json": {"items": "x"}},
        {"json": [{"url": URL}]},
        {"json": {"items": [{"url": URL}] * (MAX_ITEMS + 1)}},
        {"content": b"{", "headers": {"Content-Type": "application/json"}},
        {"content": b"x", "headers": {"Content-Type": "image/png"}},
        {"content": b""},
    ],
)
def test_what_is_no_batch_is_told(client, clerk, body):
    told = client.post("/v1/batch", **body)
    assert code(told) == (400, "bad-request")
    assert "items" in told.json()["hint"]
    assert not clerk.leases


@pytest.mark.parametrize("query", ["?colour=red", "?pages=0", "?queue=slow", "?queue=bulk&queue=bulk", "?pages=1&pages=2"])
def test_what_is_wrong_for_all_is_told_at_once(client, clerk, query):
    for body in ({"json": {"items": [{"url": URL}]}}, {"files": form(b"x")}):
        assert code(client.post(f"/v1/batch{query}", **body)) == (400, "option-invalid")
    assert code(client.post("/v1/batch", json={"items": [{"url": URL}], "colour": "red"})) == (400, "option-invalid")
    assert not clerk.leases


def test_a_batch_can_be_broken_off(client, clerk, rig):
    clerk.held = True
    told = sent(client.post("/v1/batch", files=form(b"one", b"two")))
    clerk.do(told["items"][0]["id"])
    ended = client.delete(told["links"]["self"])
    assert (ended.status_code, [item["state"] for item in ended.json()["items"]]) == (200, ["succeeded", "cancelled"])
    assert ended.json()["done"]
    assert code(client.get(f"{told['links']['self']}?wait=3")) == (400, "option-invalid")


def test_the_same_batch_with_the_same_key_is_the_same_jobs(client, clerk):
    key = {"Idempotency-Key": "k" * 255}
    first, again = (sent(client.post("/v1/batch", files=form(b"one", b"two"), headers=key)) for _ in range(2))
    assert (again["id"], [item["id"] for item in again["items"]]) == (first["id"], [item["id"] for item in first["items"]])
    assert len(clerk.leases) == 2
    for other in (form(b"one", b"other"), form(b"one"), form(b"one", b"two", b"three")):
        assert code(client.post("/v1/batch", files=other, headers=key)) == (409, "idempotency-clash")
    assert len(clerk.leases) == 2
    assert sent(client.post("/v1/batch", files=form(b"one", b"two"), headers={"Idempotency-Key": "other"}))["id"] != first["id"]


def test_a_batch_for_which_there_is_no_room_is_refused_as_a_whole(client, clerk, rig):
    clerk.held = True
    key = {"Idempotency-Key": "room"}
    told = sent(client.post("/v1/batch", files=form(*[b"x"] * 6), headers=key))
    refused = client.post("/v1/batch", files=form(b"a", b"b", b"c"))
    assert code(refused) == (429, "service-busy")
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert len(rig.store.find(states=[State.QUEUED])) == 6
    sent(client.post("/v1/batch", files=form(b"a", b"b")))
    assert sent(client.post("/v1/batch", files=form(*[b"x"] * 6), headers=key))["id"] == told["id"]
