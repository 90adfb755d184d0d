"""Jobs outlive the process that took them in, and belong to all that share a data folder."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx
import pytest
from PIL import Image

from job_rig import written
from running_service import SIZES, Service, alive, running, until

FRESH = {"Cache-Control": "no-cache"}
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def submit(service: Service, script: str, **fields: str) -> str:
    """The path of a job."""
    answer = httpx.post(f"{service.url}/v1/jobs", files={"file": ("a.png", script.encode())}, data=fields, timeout=30)
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


def ended(service: Service, job: str) -> dict[str, Any]:
    """The job when it has ended."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        told = httpx.get(f"{service.url}{job}?wait=10", timeout=30).json()
        if told["ended"]:
            return dict(told)
    raise AssertionError("it did not end in time")


def dead(pid: int) -> bool:
    return not alive(pid)


def text_of(service: Service, job: str) -> str:
    return httpx.get(f"{service.url}{job}/result?format=txt", timeout=30).text


def test_a_job_outlives_a_killed_service_and_its_finished_pages_are_not_read_again(tmp_path):
    settings = {"workers": 1, "lease_seconds": 2}
    script = f"note {tmp_path}/first\nnote {tmp_path}/second\nwait {tmp_path}/gate\nsay last"
    with running(tmp_path / "service", **settings) as service:
        job = submit(service, script)
        waiting = submit(service, "say waiting")
        until(lambda: written(tmp_path / "gate.begun"))
        until(lambda: httpx.get(f"{service.url}{job}").json()["pages"] == {"total": 4, "done": 2, "failed": 0})
        service.stop(signal.SIGKILL)
    (tmp_path / "gate").touch()
    with running(tmp_path / "service", **settings) as service:
        assert ended(service, job)["state"] == "succeeded"
        assert text_of(service, job) == "noted\fnoted\fwaited\flast\n"
        assert ended(service, waiting)["state"] == "succeeded"
        assert service.spooled() == []
    for page in ("first", "second"):
        assert len((tmp_path / page).read_text().splitlines()) == 1


def test_a_job_that_runs_when_the_service_is_stopped_goes_on_when_it_is_back(tmp_path):
    script = f"note {tmp_path}/first\nwait {tmp_path}/gate"
    with running(tmp_path / "service", workers=1, shutdown_seconds=1) as service:
        job, waiting = submit(service, script), submit(service, "say waiting")
        until(lambda: written(tmp_path / "gate.begun"))
        with httpx.stream("GET", f"{service.url}{job}/events", timeout=30) as answer:
            pieces = answer.iter_text()
            told = next(pieces)
            begun = time.monotonic()
            service.stop()
            assert time.monotonic() - begun < 10
            told += "".join(pieces)
        assert "event: page" in told
        assert "event: end" not in told
    (tmp_path / "gate").touch()
    with running(tmp_path / "service", workers=1) as service:
        assert [ended(service, each)["state"] for each in (job, waiting)] == ["succeeded", "succeeded"]
    assert len((tmp_path / "first").read_text().splitlines()) == 1


def test_two_services_over_one_folder_share_their_jobs(tmp_path):
    with (
        running(tmp_path / "one", workers=1) as one,
        running(tmp_path / "other", workers=1, data_dir=tmp_path / "one" / "data") as other,
    ):
        jobs = [submit(service, f"say number {number}") for number, service in enumerate((one, other) * 4)]
        for number, job in enumerate(jobs):
            for service in (one, other):
                assert ended(service, job)["state"] == "succeeded"
                assert text_of(service, job) == f"number {number}\n"
        events = httpx.get(f"{other.url}{jobs[0]}/events", timeout=30).text
        assert events.count("event: page") == events.count("event: end") == 1
        listed = [httpx.get(f"{service.url}/v1/jobs").json()["jobs"] for service in (one, other)]
        assert len(listed[0]) == 8
        assert listed[0] == listed[1]
        hanging = [submit(one, f"hang {tmp_path}/pid-{number}") for number in range(2)]
        for number, job in enumerate(hanging):
            until(partial(written, tmp_path / f"pid-{number}"))
            assert httpx.delete(f"{(other, one)[number].url}{job}", timeout=30).json()["state"] == "cancelled"
            until(partial(dead, int((tmp_path / f"pid-{number}").read_text())), 5)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("scripted")
    with running(folder, workers=2, fetch_allow="127.0.0.1", max_bytes=64 << 20) as service:
        yield service
        assert service.spooled() == []


def test_cancelling_frees_the_processor_and_leaves_no_file(service, tmp_path):
    job = submit(service, f"say one\nbreed {tmp_path}/pid")
    until(lambda: written(tmp_path / "pid"))
    begun = time.monotonic()
    assert httpx.delete(f"{service.url}{job}", timeout=30).json()["state"] == "cancelled"
    until(lambda: not alive(int((tmp_path / "pid").read_text())), 2)
    assert time.monotonic() - begun < 5
    until(lambda: service.spooled() == [])
    assert httpx.get(f"{service.url}{job}/result").json()["code"] == "job-cancelled"


def test_a_large_result_passes_through_without_being_held_in_memory(service):
    job = submit(service, "say " + "x" * (12 << 20))
    assert ended(service, job)["state"] == "succeeded"
    url = f"{service.url}{job}/result"
    httpx.head(url)
    before, size = service.memory(), 0
    with httpx.stream("GET", url, headers={"Accept-Encoding": "identity"}, timeout=30) as answer:
        for piece in answer.iter_raw():
            size += len(piece)
    assert size == int(answer.headers["content-length"]) > 20 << 20
    assert service.memory() - before < 12 << 20


@contextmanager
def receiver() -> Iterator[tuple[str, Queue[tuple[dict[str, str], bytes]]]]:
    """Somebody who is told of the ends of jobs."""
    heard: Queue[tuple[dict[str, str], bytes]] = Queue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.put((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook?token=sesame", heard
        server.shutdown()
        thread.join()


def test_the_end_of_a_job_is_told_to_its_webhook_and_signed(service):
    with receiver() as (url, heard):
        jobs = {
            submit(service, script, webhook=url, webhook_secret=SECRET): (state, code)
            for script, state, code in (
                ("say one", "succeeded", None),
                ("say one\nfail source-damaged", "partial", None),
                ("unsupported", "failed", "media-type-unsupported"),
            )
        }
        for _ in jobs:
            headers, body = heard.get(timeout=30)
            told = json.loads(body)
            state, code = jobs[f"/v1/jobs/{told['data']['id']}"]
            assert (told["type"], told["data"]["state"]) == (f"job.{state}", state)
            assert (told["data"]["error"] or {}).get("code") == code
            given = {name.lower(): value for name, value in headers.items()}
            signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + body
            signature = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
            assert given["webhook-signature"] == f"v1,{signature}"
    assert heard.empty()
    assert "sesame" not in service.log_path.read_text()


def image(number: int, format: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (200 + 10 * number, 100 + number), "white").save(file, format)
    return file.getvalue()


SCRIPTED = [
    "say one",
    "pages a b c d e",
    "noticed hidden-text\nnoticed repaired\nsay third",
    "say one\nfail source-damaged\nsay three",
    *(f"say number {number}\nsleep 0.0{number}\nsay Übung {number}" for number in range(8)),
]
RENDERED = [image(number, format) for number in range(4) for format in ("PNG", "PDF", "TIFF")]


def test_many_at_once_are_read_as_one_after_the_other(service, tmp_path):
    with running(tmp_path, SIZES, engine="sizes", workers=2) as reading:
        documents = [(service, script.encode()) for script in SCRIPTED] + [(reading, data) for data in RENDERED]
        assert len(documents) == 24

        def read(document: tuple[Service, bytes]) -> bytes:
            where, data = document
            answer = httpx.post(f"{where.url}/v1/ocr", files={"file": ("a.png", data)}, headers=FRESH, timeout=60)
            assert answer.status_code == 200, answer.text
            return answer.content

        serial = [read(document) for document in documents]
        with ThreadPoolExecutor(8) as pool:
            parallel = list(pool.map(read, documents))
    assert parallel == serial
    assert len(set(serial)) == 24


def test_files_of_a_service_are_its_own(service):
    for path in (service.data_dir, service.data_dir / "blobs", service.data_dir / "spool"):
        assert Path(path).stat().st_mode & 0o077 == 0
    assert (service.data_dir / "jobs.db").stat().st_mode & 0o077 == 0
