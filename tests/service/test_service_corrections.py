from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from fakes import block, document, page
from uncial.document import Problem
from uncial.errors import EngineFailed
from uncial.formats import FORMATS
from uncial.formats.json import read as read_json
from uncial.jobs.blobs import Blobs
from uncial.jobs.job import as_read, revision_of
from uncial.service.routes import result_response

NOTHING = {"revision": "0", "corrections": []}


def submit(client: httpx.Client, content: bytes = b"a scan", query: str = "") -> str:
    """The path of a job."""
    answer = client.post(f"/v1/jobs{query}", content=content, headers={"Cache-Control": "no-cache"})
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


def typed(text: str, at: int = 1, line: int = 0) -> dict[str, Any]:
    """The word at that place gives way to another."""
    quad = [[50, 0], [90, 0], [90, 20], [50, 20]]
    new = {"text": text, "quad": quad, "checked": True}
    return {"page": 1, "block": 0, "line": line, "start": at, "stop": at + 1, "words": [new]}


def put(client: httpx.Client, job: str, *corrections: Any, **headers: str) -> httpx.Response:
    return client.put(
        f"{job}/corrections", json={"corrections": corrections}, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def text(client: httpx.Client, job: str, query: str = "") -> str:
    answer = client.get(f"{job}/result?format=txt{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


class Interrupting(Blobs):
    """A blob store at which something happens right before a blob is opened for the first time."""

    before_stream: Callable[[], object]

    def stream(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        happening, self.before_stream = self.before_stream, lambda: None
        happening()
        return super().stream(name, start, end)


def asking(desk: Any) -> Request:
    """A request that asks that desk for a result."""
    app = SimpleNamespace(state=SimpleNamespace(desk=desk))
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "app": app})


def results(rig: Any, job: str) -> set[str]:
    """The results that are kept of a job."""
    folder = rig.service.settings.data_dir
    return {path.parent.name for path in folder.rglob(f"{job.rpartition('/')[2]}/*/document.json")}


def test_what_is_corrected_comes_out_in_every_format_and_can_be_taken_back(client, rig):
    job = submit(client)
    assert client.get(f"{job}/corrections").json() == NOTHING
    read = client.get(f"{job}/result").content
    kept = put(client, job, typed("Kaffee"))
    assert kept.status_code == 200, kept.text
    assert text(client, job).startswith("Über Kaffee\nsecond")
    assert "Über Kaffee" in client.get(f"{job}/result?format=md").text
    found = read_json(client.get(f"{job}/result").content)
    assert [each.checked for each in found.pages[0].lines[0].words] == [False, True]
    assert text(client, job, "&corrected=no").startswith("Über Café\nsecond")
    assert client.get(f"{job}/result?corrected=no").content == read
    assert client.post(f"{job}/result", json={"corrected": False}).content == read
    assert "Kaffee" in client.post(f"{job}/result", json={"corrected": True, "format": "txt"}).text
    undone = put(client, job)
    assert undone.json() == {"revision": "0"}
    assert client.get(f"{job}/corrections").json() == NOTHING
    assert client.get(f"{job}/result").content == read
    assert results(rig, job) == {"result-1"}


def test_the_list_comes_back_as_it_is_kept(client):
    job = submit(client)
    told = put(client, job, typed("Cafe\u0301s"), {"field": "total", "value": "12.50"}, {"field": "tip", "value": None})
    answer = client.get(f"{job}/corrections")
    assert answer.json()["revision"] == told.json()["revision"] != "0"
    assert answer.headers["etag"] == told.headers["etag"] == f'"{told.json()["revision"]}"'
    assert [each.get("field", each.get("words", [{}])[0].get("text")) for each in answer.json()["corrections"]] == [
        "Cafés",
        "total",
        "tip",
    ]
    assert client.head(f"{job}/corrections").headers["etag"] == answer.headers["etag"]
    assert put(client, job, *answer.json()["corrections"]).status_code == 200
    assert client.get(f"{job}/corrections").json()["corrections"] == answer.json()["corrections"]
    given = read_json(client.get(f"{job}/result").content).given
    assert [(each.name, each.value) for each in given] == [("total", "12.50"), ("tip", None)]


def test_what_the_service_answers_can_be_sent_back_as_it_is(client):
    job = submit(client)
    put(client, job, typed("Tee"))
    told = client.get(f"{job}/corrections")
    assert client.put(f"{job}/corrections", content=told.content).status_code == 200
    assert text(client, job).startswith("Über Tee")


def test_the_same_list_twice_is_one_result_and_one_revision(client, rig):
    job = submit(client)
    first, second = put(client, job, typed("Tee")), put(client, job, typed("Tee"))
    assert first.json() == second.json()
    assert len(results(rig, job)) == 2


def test_of_old_corrections_nothing_stays(client, rig):
    job = submit(client)
    for each in ("Tee", "Kakao", "Wasser"):
        put(client, job, typed(each))
        assert text(client, job).startswith(f"Über {each}")
    assert len(results(rig, job)) == 2


def test_who_was_slower_hears_of_it_and_changes_nothing(client):
    job = submit(client)
    mine = put(client, job, typed("Tee"), If_Match='"0"')
    assert mine.status_code == 200
    assert code(put(client, job, typed("Kakao"), If_Match='"0"')) == (412, "corrections-clash")
    assert text(client, job).startswith("Über Tee")
    again = put(client, job, typed("Kakao"), If_Match=f'W/"{mine.json()["revision"]}"')
    assert again.status_code == 200
    assert text(client, job).startswith("Über Kakao")
    assert put(client, job, typed("Saft"), If_Match="*").status_code == 200
    assert put(client, job, If_Match="nonsense").status_code == 412


def test_an_answer_that_was_lost_may_be_asked_for_again(client):
    job = submit(client)
    first = put(client, job, typed("Tee"), If_Match='"0"')
    assert put(client, job, typed("Tee"), If_Match='"0"').json() == first.json()


@pytest.mark.parametrize(
    "body, said",
    [
        (b"", "body"),
        (b"[]", "body"),
        (b'{"corrections": 1}', "corrections"),
        (b'{"corrections": [{"field": "total", "value": null}, {}]}', r"corrections[1]"),
        (json.dumps({"corrections": [typed("two words")]}).encode(), "white space"),
        (
            json.dumps({"corrections": [typed("Tee"), typed("Tee", at=2)]}).encode(),
            "corrections[1]: there are no words 2 to 3, for there are 2",
        ),
        (json.dumps({"corrections": [{**typed("Tee"), "page": 3}]}).encode(), "no page 3"),
    ],
)
def test_nonsense_is_told_and_nothing_is_changed(client, rig, body, said):
    job = submit(client)
    answer = client.put(f"{job}/corrections", content=body)
    assert code(answer) == (422, "correction-invalid")
    assert said in answer.json()["detail"]
    assert client.get(f"{job}/corrections").json() == NOTHING
    assert results(rig, job) == {"result-1"}


def test_a_body_that_is_too_long_is_refused(client):
    job = submit(client)
    assert code(client.put(f"{job}/corrections", content=b" " * ((16 << 20) + 1))) == (413, "limit-exceeded")


@pytest.mark.parametrize("query", ["corrected=maybe", "corrected=no&corrected=no", "corrected="])
def test_a_result_is_wanted_corrected_or_not(client, query):
    assert code(client.get(f"{submit(client)}/result?{query}")) == (400, "option-invalid")


def test_corrections_take_no_query(client):
    job = submit(client)
    assert code(client.get(f"{job}/corrections?page=1")) == (400, "option-invalid")
    assert code(client.put(f"{job}/corrections?page=1", json={"corrections": []})) == (400, "option-invalid")


def test_a_job_without_a_result_has_no_corrections_either(client, rig):
    rig.clerk.answer = EngineFailed("It broke.")
    failed = submit(client)
    rig.clerk.held = True
    waiting, cancelled = submit(client), submit(client)
    client.delete(cancelled)
    missing = f"/v1/jobs/{'0' * 32}"
    for job, told in {
        failed: (500, "engine-failed"),
        waiting: (409, "job-not-done"),
        cancelled: (409, "job-cancelled"),
        missing: (404, "job-not-found"),
    }.items():
        assert code(client.get(f"{job}/corrections")) == told
        assert code(put(client, job, typed("Tee"))) == told


def test_a_job_that_is_forgotten_has_no_corrections(client):
    job = submit(client)
    put(client, job, typed("Tee"))
    client.delete(f"{job}?forget=yes")
    assert code(client.get(f"{job}/corrections")) == (404, "job-not-found")
    assert code(put(client, job, typed("Tee"))) == (404, "job-not-found")


def test_a_document_that_is_corrected_is_kept_longer(client, rig):
    job = submit(client).rpartition("/")[2]
    before = rig.store.get(job)
    put(client, f"/v1/jobs/{job}", typed("Tee"))
    after = rig.store.get(job)
    assert before.expires and after.expires and after.ended == before.ended
    assert after.expires > before.expires


def test_the_same_scan_sent_again_has_nobodys_corrections(rig, clerk):
    client = rig.client()
    first = client.post("/v1/jobs", content=b"the very same scan").headers["location"]
    put(client, first, typed("Tee"))
    second = client.post("/v1/jobs", content=b"the very same scan").headers["location"]
    assert second != first
    assert text(client, second).startswith("Über Café")
    assert client.get(f"{second}/corrections").json() == NOTHING
    assert text(client, first).startswith("Über Tee")


def test_a_page_that_could_not_be_read_can_be_typed(client, rig):
    rig.clerk.answer = document(page(block("One")), page(number=2, problem=Problem("engine-failed", "It broke.")))
    job = submit(client)
    new = json.loads(json.dumps({"lines": [{"words": [{"text": "Two", "quad": q(0, 30)}], "quad": q(0, 30)}], "quad": q(0, 30)}))
    assert put(client, job, {"page": 2, "start": 0, "stop": 0, "blocks": [new]}).status_code == 200
    assert "Two" in text(client, job)
    assert client.get(f"{job}/result").headers["uncial-failed-pages"] == "2"


def q(left: int, right: int) -> list[list[int]]:
    return [[left, 0], [right, 0], [right, 20], [left, 20]]


def test_an_etag_of_a_result_changes_with_its_corrections(client):
    job = submit(client)
    before = client.get(f"{job}/result").headers["etag"]
    put(client, job, typed("Tee"))
    assert client.get(f"{job}/result", headers={"If-None-Match": before}).status_code == 200
    assert client.get(f"{job}/result?corrected=no", headers={"If-None-Match": before}).status_code == 304


def all_at_once(rig: Any, job: str, texts: list[str], **headers: str) -> list[httpx.Response]:
    gate = Barrier(len(texts))

    def send(each: str) -> httpx.Response:
        with rig.client() as client:
            gate.wait()
            return put(client, job, typed(each), **headers)

    with ThreadPoolExecutor(len(texts)) as pool:
        return list(pool.map(send, texts))


def test_of_several_at_the_same_time_one_wins_and_the_others_hear_of_it(rig, client):
    job = submit(client)
    texts = ["Tee", "Kakao", "Saft"]
    answers = all_at_once(rig, job, texts, If_Match='"0"')
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    (winner,) = [each for each, answer in zip(texts, answers, strict=True) if answer.status_code == 200]
    assert text(client, job).startswith(f"Über {winner}\n")
    assert len(results(rig, job)) == 2


def test_of_several_at_the_same_time_who_asks_for_nothing_is_kept_and_the_last_wins(rig, client):
    job = submit(client)
    texts = ["Tee", "Kakao", "Saft", "Wasser"]
    answers = all_at_once(rig, job, texts)
    assert [answer.status_code for answer in answers] == [200] * 4
    now = client.get(f"{job}/corrections").json()
    assert now["revision"] in [answer.json()["revision"] for answer in answers]
    assert text(client, job).startswith(f"Über {now['corrections'][0]['words'][0]['text']}\n")
    assert len(results(rig, job)) == 2


def test_who_asks_while_it_is_corrected_gets_what_there_is_then(rig, client):
    job = submit(client)
    put(client, job, typed("Tee"))
    before = rig.store.get(job.rpartition("/")[2])
    put(client, job, typed("Saft"))
    for format in ("json", "txt"):
        answer = rig.run(result_response(asking(rig.service.desk), before, FORMATS[format]))
        assert "Über Saft".encode() in answer.body
    revision, told = rig.run(rig.service.desk.corrections(before))
    assert revision != revision_of(before.result)
    assert b"Saft" in told


@pytest.mark.parametrize("format", ["json", "txt"])
def test_what_is_corrected_at_the_moment_when_it_is_sent_is_sent_as_it_is_then(rig, client, format):
    job = submit(client)
    put(client, job, typed("Tee"))
    desk = copy.copy(rig.service.desk)
    desk.blobs = Interrupting.open(str(rig.service.settings.data_dir / "blobs"))
    desk.blobs.before_stream = lambda: put(client, job, typed("Saft"))
    answer = rig.run(result_response(asking(desk), rig.store.get(job.rpartition("/")[2]), FORMATS[format]))
    assert "Über Saft".encode() in answer.body


def test_where_what_was_read_is_lost_no_corrected_result_is_given_for_it(rig, client):
    job = submit(client)
    put(client, job, typed("Tee"))
    read = as_read(rig.store.get(job.rpartition("/")[2]).result)
    rig.blobs.delete(read)
    assert code(client.get(f"{job}/result?corrected=no")) == (404, "job-not-found")
    assert client.get(f"{job}/result?format=txt").status_code == 200


def test_a_result_that_is_lost_is_not_looked_for_for_ever(rig, client):
    job = submit(client)
    put(client, job, typed("Tee"))
    rig.blobs.delete(job.rpartition("/")[2])
    assert code(client.get(f"{job}/result")) == (404, "job-not-found")
    assert code(client.get(f"{job}/result?format=txt")) == (404, "job-not-found")
    assert code(client.get(f"{job}/corrections")) == (404, "job-not-found")
    assert code(put(client, job, typed("Saft"))) == (404, "job-not-found")
