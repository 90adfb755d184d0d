from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from asgi_client import scope_of
from fakes import block, document, page
from running_service import SIZES, Service, running, until
from service_rig import TWO_PAGES, Clerk, Rig
from uncial.document import Notice, Problem
from uncial.errors import SourceDamaged, WorkerCrashed
from uncial.formats import FORMATS
from uncial.service.app import build_app

FRESH = {"Cache-Control": "no-cache"}
LONG = document(page(block(*("word " * 8 for _ in range(1300)))), name="long.pdf")
"""More than one piece of a blob."""


def submit(client: httpx.Client, query: str = "", content: bytes = b"x") -> str:
    """The path of a job."""
    answer = client.post(f"/v1/jobs{query}", content=content)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# ---- before there is one


def test_there_is_no_result_before_the_end(client, clerk):
    clerk.held = True
    job = submit(client)
    assert code(client.get(f"{job}/result")) == (409, "job-not-done")
    lease = clerk.take(job.rpartition("/")[2])
    told = client.get(f"{job}/result")
    assert code(told) == (409, "job-not-done")
    assert "running" in told.json()["detail"]
    clerk.finish(lease)
    assert client.get(f"{job}/result").status_code == 200


@pytest.mark.parametrize(("error", "status"), [(SourceDamaged("It is damaged."), 422), (WorkerCrashed("It is gone."), 503)])
def test_a_job_that_failed_gives_its_own_error_as_its_result(client, clerk, error, status):
    clerk.answer = error
    job = submit(client)
    for format in ("json", "txt", "pdf"):
        assert code(client.get(f"{job}/result?format={format}")) == (status, error.code)


@pytest.mark.parametrize("query", ["format=odt", "languages=de", "layout=perhaps", "format=txt&format=txt", "wait=3"])
def test_what_cannot_be_asked_of_a_result_is_told(client, query):
    assert code(client.get(f"{submit(client)}/result?{query}")) == (400, "option-invalid")


def test_the_accept_header_chooses_a_format(client):
    job = submit(client, "?format=txt")
    assert client.get(f"{job}/result", headers={"Accept": "text/plain"}).headers["content-type"] == "text/plain; charset=utf-8"
    assert client.get(f"{job}/result", headers={"Accept": "*/*"}).headers["content-type"] == "application/json"
    assert code(client.get(f"{job}/result", headers={"Accept": "image/gif"})) == (406, "not-acceptable")


# ---- parts of it


@pytest.fixture
def text(client: httpx.Client, clerk: Clerk) -> tuple[str, bytes]:
    """The path of a result, and what is there."""
    path = f"{submit(client, '?format=txt')}/result?format=txt"
    return path, client.get(path).content


@pytest.mark.parametrize(
    ("range", "start", "end"),
    [
        ("bytes=0-3", 0, 4),
        ("bytes=5-", 5, None),
        ("bytes=-4", -4, None),
        ("bytes=3-999999", 3, None),
        ("bytes=-999999", 0, None),
        ("bytes=0-", 0, None),
        ("bytes=0-0", 0, 1),
    ],
)
def test_a_part_may_be_asked_for(client, text, range, start, end):
    path, whole = text
    answer = client.get(path, headers={"Range": range})
    assert (answer.status_code, answer.content) == (206, whole[start:end])
    first = start % len(whole) if start < 0 else start
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(whole)}"
    assert answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("range", ["bytes=9-3", "bytes=-", "lines=1-2", "bytes=0-1,4-5", "bytes=a-b", "bytes=²-", "x"])
def test_what_is_no_range_gets_all_of_it(client, text, range):
    path, whole = text
    answer = client.get(path, headers=[("Range", range.encode())])
    assert (answer.status_code, answer.content) == (200, whole)


@pytest.mark.parametrize("range", ["bytes=999999-", "bytes=-0", "bytes=999999-9999999"])
def test_a_part_that_is_not_there_is_told_with_how_much_there_is(client, text, range):
    path, whole = text
    answer = client.get(path, headers={"Range": range})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(whole)}"


def test_parts_are_of_one_result_only(client, text):
    path, whole = text
    tag = client.get(path).headers["etag"]
    for condition, status in ((tag, 206), ('"other"', 200), (f"W/{tag}", 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 200)):
        answer = client.get(path, headers={"Range": "bytes=0-1", "If-Range": condition})
        assert (answer.status_code, answer.content) == (status, whole[:2] if status == 206 else whole)


def test_what_the_client_has_already_is_not_sent_again(client, text):
    path, whole = text
    tag = client.get(path).headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).content == whole
    assert client.get(path.replace("txt", "json"), headers={"If-None-Match": tag}).status_code == 200


def test_asking_about_a_result_tells_its_length_and_sends_nothing(client, text):
    path, whole = text
    answer = client.head(path, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(whole)))
    assert answer.headers["accept-ranges"] == "bytes"


def test_an_answer_to_a_document_is_whole_whatever_parts_are_asked_for(client, clerk):
    answer = client.post("/v1/ocr?format=txt", content=b"x", headers={"Range": "bytes=0-1", "If-None-Match": "*"})
    assert (answer.status_code, answer.text) == (200, "Über Café\nsecond line\fpage two\n")


def test_a_long_result_comes_in_pieces_and_any_part_of_it(client, clerk):
    clerk.answer = LONG
    path = f"{submit(client)}/result"
    whole = client.get(path, headers={"Accept-Encoding": "identity"})
    assert len(whole.content) > (1 << 20) + 5001
    assert whole.headers["content-length"] == str(len(whole.content))
    part = client.get(path, headers={"Range": f"bytes=1000-{(1 << 20) + 5000}"})
    assert part.content == whole.content[1000 : (1 << 20) + 5001]


# ---- what goes meanwhile


def test_a_result_that_is_forgotten_while_it_is_sent_is_sent_to_its_end(client, clerk, rig):
    clerk.answer = LONG
    path = submit(client)
    id = path.rpartition("/")[2]
    sizes: list[int] = []

    async def forget_when_it_begins(message: Any) -> None:
        if message["type"] == "http.response.body":
            if not sizes:
                rig.blobs.delete(id)
            sizes.append(len(message.get("body", b"")))
        elif message["type"] == "http.response.start":
            sent.append(dict(message["headers"]))

    sent: list[dict[bytes, bytes]] = []
    rig.run(asked(rig, f"{path}/result", forget_when_it_begins))
    assert sum(sizes) == int(sent[0][b"content-length"])
    assert len(sizes) > 1


def test_a_result_whose_bytes_are_gone_is_not_found(client, clerk, rig):
    path = submit(client)
    rig.blobs.delete(path.rpartition("/")[2])
    for format in ("json", "txt", "csv"):
        assert code(client.get(f"{path}/result?format={format}")) == (404, "job-not-found")


async def asked(rig: Rig, path: str, send: Any) -> None:
    """Ask for a path as a server does, with one's own ear for the answer."""

    async def receive() -> dict[str, Any]:
        if first:
            return first.pop()
        await asyncio.Event().wait()
        raise AssertionError

    first = [{"type": "http.request", "body": b"", "more_body": False}]
    request = httpx.Request("GET", f"http://127.0.0.1{path}")
    await build_app(rig.service)(scope_of(request), receive, send)


# ---- a document of which only a part could be read


def test_a_partial_document_says_so_wherever_one_looks(client, clerk):
    damaged = Problem("source-damaged", "This page is damaged.")
    failed = tuple(page(number=number, problem=damaged) for number in (2, 3, 7))
    clerk.answer = document(page(block("one")), *failed)
    path = submit(client, "?format=txt")
    job = client.get(path).json()
    assert (job["state"], job["pages"]["failed"]) == ("partial", 3)
    assert client.get("/v1/jobs?state=partial&limit=1").json()["jobs"][0]["id"] == job["id"]
    assert '"state":"partial"' in client.get(f"{path}/events").text
    assert client.get(f"{path}/events?pages=no").text.count('"code":"source-damaged"') == 3
    for answer in (client.get(f"{path}/result"), client.get(f"{path}/result?format=txt"), client.head(f"{path}/result")):
        assert (answer.status_code, answer.headers["uncial-failed-pages"]) == (200, "2-3,7")
    assert [each["problem"]["code"] for each in client.get(f"{path}/result").json()["pages"][1:]] == ["source-damaged"] * 3
    told = client.post("/v1/ocr", json={"image_url": "https://example.org/a.pdf"})
    assert [each["page"] for each in told.json()["problems"]] == [2, 3, 7]


def test_what_was_noticed_goes_with_every_format(client, clerk):
    clerk.answer = replace(TWO_PAGES, pages=(replace(TWO_PAGES.pages[0], notices=(Notice("repaired", "It was mended."),)),))
    path = submit(client, "?format=txt")
    assert client.get(path).json()["notices"] == {"repaired": 1}
    for format in ("json", "txt"):
        assert client.get(f"{path}/result?format={format}").headers["uncial-notices"] == "repaired=1"


# ---- every format, with real workers and the real reader


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("reading"), SIZES, engine="sizes", workers=1) as service:
        yield service


def scan(name: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(file, name)
    return file.getvalue()


def ended(url: str) -> str:
    until(lambda: httpx.get(f"{url}?wait=20", timeout=60).json()["state"] == "succeeded")
    return url


def test_a_result_may_be_had_in_every_format_and_is_that_of_asking_at_once(reading):
    scanned = scan("PDF")
    asked = httpx.post(f"{reading.url}/v1/jobs", files={"file": ("scan.pdf", scanned)}, timeout=30)
    job = ended(f"{reading.url}{asked.headers['location']}")
    for name, format in FORMATS.items():
        if name == "lines":  # for which somebody has to correct it first
            assert httpx.get(f"{job}/result", params={"format": name}, timeout=60).json()["code"] == "nothing-checked"
            continue
        later = httpx.get(f"{job}/result", params={"format": name}, timeout=60)
        assert later.status_code == 200, (name, later.text)
        assert later.headers["content-type"] == format.media_type
        again = httpx.get(f"{job}/result", params={"format": name}, timeout=60)
        assert (again.content, again.headers["etag"]) == (later.content, later.headers["etag"])
    for name in ("txt", "tsv", "md", "hocr", "json"):
        files = {"file": ("scan.pdf", scanned)}
        at_once = httpx.post(f"{reading.url}/v1/ocr", params={"format": name}, files=files, headers=FRESH, timeout=60)
        assert at_once.content == httpx.get(f"{job}/result", params={"format": name}, timeout=60).content


def test_a_result_that_is_asked_for_twice_at_once_is_made_once(reading):
    asked = httpx.post(f"{reading.url}/v1/jobs", files={"file": ("once.png", scan("PNG"))}, timeout=30)
    job = ended(f"{reading.url}{asked.headers['location']}")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: httpx.get(f"{job}/result?format=docx", timeout=60), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    made = [path for path in Path(reading.data_dir / "blobs").rglob("docx") if asked.json()["id"] in str(path)]
    assert len(made) == 1


def test_a_client_that_leaves_while_its_result_is_made_disturbs_nobody(reading):
    asked = httpx.post(f"{reading.url}/v1/jobs", files={"file": ("left.png", scan("PNG"))}, timeout=30)
    job = ended(f"{reading.url}{asked.headers['location']}")
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"{job}/result?format=alto", timeout=httpx.Timeout(30, read=0.001))
    time.sleep(0.05)
    assert httpx.get(f"{job}/result?format=alto", timeout=60).status_code == 200
