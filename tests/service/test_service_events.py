from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import httpx
import pytest

from asgi_client import AsgiTransport, scope_of
from fakes import block, document, page
from running_service import until
from service_rig import TWO_PAGES, Clerk, Rig, serving
from uncial.errors import SourceDamaged
from uncial.jobs.checkpoints import dump_page
from uncial.jobs.job import Lease, PageRecord
from uncial.service.app import build_app


class Event(NamedTuple):
    kind: str
    id: str
    data: dict[str, Any]


def submit(client: httpx.Client) -> str:
    """The path of a job."""
    return str(client.post("/v1/jobs", content=b"x").headers["location"])


def heard(client: httpx.Client, job: str, query: str = "", **headers: str) -> list[Event]:
    """All events of a job, to the end of the stream."""
    answer = client.get(f"{job}/events{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    beginning, *events = answer.text.split("\n\n")[:-1]
    assert beginning == "retry: 1000"
    return [Event(*_fields(event)) for event in events]


def so_far(client: httpx.Client) -> str:
    """What has come of the client's last answer, while it still comes."""
    transport = client._transport
    assert isinstance(transport, AsgiTransport)
    return b"".join(message.get("body", b"") for message in transport.sent).decode()


def wait_until_told(client: httpx.Client, number: int) -> None:
    until(lambda: f'"number":{number}' in so_far(client))


def _fields(event: str) -> tuple[str, str, dict[str, Any]]:
    kind, id, data = (line.partition(": ") for line in event.split("\n"))
    assert (kind[0], id[0], data[0]) == ("event", "id", "data")
    return kind[2], id[2], json.loads(data[2])


def read_page(clerk: Clerk, lease: Lease, number: int) -> None:
    """One more page is done."""
    blob = f"{lease.job.id}/pages/{number}"
    clerk.blobs.write(blob, dump_page(page(block(f"this is {number}"), number=number)))
    clerk.store.page_done(lease, PageRecord(number, blob, 0.5, ""))


def test_a_job_that_has_ended_is_told_page_by_page_and_then_its_end(client):
    told = heard(client, job := submit(client))
    assert [(each.kind, each.id) for each in told] == [("page", "1"), ("page", "1-2"), ("end", "1-2")]
    assert [each.data["number"] for each in told[:2]] == [1, 2]
    assert told[1].data["page"]["blocks"][0]["lines"][0]["words"][0]["text"] == "page"
    assert told[2].data == client.get(job).json()


def test_without_their_content_pages_are_numbers(client):
    told = heard(client, submit(client), "?pages=no")
    assert [each.data for each in told[:2]] == [{"number": number, "seconds": 0.5, "code": None} for number in (1, 2)]
    assert client.get("/v1/jobs/x/events?pages=maybe").status_code == 400


def test_pages_come_as_they_are_read_and_progress_with_them(client, clerk, rig):
    clerk.held = True
    job = submit(client)
    id = job.rpartition("/")[2]
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(heard, client, job)
        lease = clerk.take(id)
        clerk.store.opened(lease, 2)
        for number in (2, 1):
            read_page(clerk, lease, number)
            rig.loop.call_soon_threadsafe(rig.service.desk.bell.ring, id)
            wait_until_told(client, number)
        clerk.finish(lease)
        told = stream.result(15)
    assert [each.data["number"] for each in told if each.kind == "page"] == [2, 1]
    assert [each.kind for each in told][-1] == "end"
    progress = [each.data for each in told if each.kind == "progress"]
    assert progress[0]["state"] in ("queued", "running")
    assert [each["pages"]["done"] for each in progress] == sorted(each["pages"]["done"] for each in progress)
    assert told[-1].data["state"] == "succeeded"


@pytest.mark.parametrize(("last", "rest"), [("1", [2]), ("1-2", []), ("2", [1]), ("2-", [1]), ("1-999999999", []), ("x", [1, 2])])
def test_who_comes_back_hears_only_of_the_rest(client, last, rest):
    told = heard(client, submit(client), **{"Last-Event-ID": last})
    assert [each.data["number"] for each in told if each.kind == "page"] == rest
    assert (told[-1].kind, told[-1].id) == ("end", "1-2")


def test_a_job_that_failed_or_was_cancelled_ends_its_stream(client, clerk):
    clerk.answer = SourceDamaged("It is damaged.")
    assert [(each.kind, each.data["error"]["code"]) for each in heard(client, submit(client))] == [("end", "source-damaged")]
    clerk.held = True
    job = submit(client)
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(heard, client, job)
        client.delete(job)
        assert stream.result(15)[-1].data["state"] == "cancelled"


def test_a_job_that_was_there_already_has_no_pages_to_come_but_its_end(client, clerk, rig):
    with rig.client() as plain:
        for _ in range(2):
            job = plain.post("/v1/jobs", content=b"there already").headers["location"]
        assert [each.kind for each in heard(plain, job)] == ["end"]


def test_a_page_whose_bytes_are_gone_is_told_without_them(client, rig):
    job = submit(client)
    rig.blobs.delete(f"{job.rpartition('/')[2]}/pages/2")
    assert [each.data["page"] is None for each in heard(client, job)[:2]] == [False, True]


def test_a_stream_of_a_job_that_is_forgotten_ends(client, clerk):
    clerk.held = True
    job = submit(client)
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(heard, client, job)
        client.delete(f"{job}?forget=yes")
        stream.result(15)


def test_a_service_that_stops_ends_its_streams(tmp_path):
    with serving(tmp_path) as rig, rig.client() as client, ThreadPoolExecutor(1) as pool:
        rig.clerk.held = True
        stream = pool.submit(heard, client, submit(client))
        until(lambda: rig.service.desk.bell.listeners)
        rig.loop.call_soon_threadsafe(rig.service.stop)
        assert [each.kind for each in stream.result(15)][-1] == "progress"


def test_a_client_that_leaves_leaves_nothing_behind(client, clerk, rig):
    clerk.held = True
    job = submit(client)

    async def count() -> int:
        return len(asyncio.all_tasks())

    before = rig.run(count())
    for path in (f"{job}/events", f"{job}?wait=60"):
        rig.run(left(rig, path, lambda: bool(rig.service.desk.bell.listeners)))
        until(lambda: not rig.service.desk.bell.listeners)
        until(lambda: rig.run(count()) == before)


async def left(rig: Rig, path: str, is_served: Callable[[], bool]) -> None:
    """Ask for a path, and leave as soon as it is served."""

    async def receive() -> Any:
        if first:
            return first.pop()
        while not is_served():
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        return

    first = [{"type": "http.request", "body": b"", "more_body": False}]
    async with asyncio.timeout(30):
        await build_app(rig.service)(scope_of(httpx.Request("GET", f"http://127.0.0.1{path}")), receive, send)


def test_a_text_that_is_no_text_does_not_break_a_stream(client, clerk):
    clerk.answer = document(page(block("half \udc80 a letter")), name="a.png")
    assert [each.kind for each in heard(client, submit(client))] == ["page", "end"]


def test_many_pages_are_one_short_id(client, clerk):
    clerk.answer = replace(TWO_PAGES, pages=tuple(page(block(str(number)), number=number) for number in range(1, 41)))
    assert heard(client, submit(client), "?pages=no")[-1].id == "1-40"
