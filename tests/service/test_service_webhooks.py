"""A webhook from the request to the receiver, through the real service."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from running_service import Service, running, until
from uncial.jobs.webhooks import signed, signing_key

SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"


class Receiver:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook"
        self.got: list[tuple[dict[str, str], bytes]] = []


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Receiver(server.server_port)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def service(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("webhooks")
    with running(folder / "service", fetch_allow="127.0.0.1") as service:
        yield service


def send(service: Service, body: bytes, **told: str) -> httpx.Response:
    return httpx.post(f"{service.url}/v1/jobs", data=told, files={"file": ("a.png", body)}, timeout=20)


@pytest.mark.parametrize(
    ("body", "state"), [(b"say hello", "succeeded"), (b"say one\nfail source-damaged", "partial"), (b"unsupported", "failed")]
)
def test_whatever_the_end_of_a_job_is_it_is_told_and_signed(service, receiver, body, state):
    receiver.got.clear()
    job = send(service, body, webhook=receiver.url, webhook_secret=SECRET).json()["id"]
    until(lambda: receiver.got)
    [(headers, sent)] = receiver.got
    told = json.loads(sent)
    assert (told["type"], told["data"]["id"]) == (f"job.{state}", job)
    ours = signed(f"msg_{job}", sent, signing_key(SECRET), int(headers["webhook-timestamp"]))
    assert headers["webhook-signature"] == ours["webhook-signature"]
    assert b"hello" not in sent
    here = f"{service.url}/v1/jobs/{job}"
    until(lambda: httpx.get(here).json()["webhook"]["state"] == "delivered")
    assert httpx.get(here).json()["webhook"] == {"state": "delivered", "tries": 1, "due": None, "error": None}


def test_without_a_secret_there_is_no_webhook(service, receiver):
    answer = send(service, b"say x", webhook=receiver.url)
    assert (answer.status_code, answer.json()["code"]) == (400, "option-invalid")
    assert "UNCIAL_WEBHOOK_SECRET" in answer.json()["hint"]


def test_a_secret_in_the_query_is_refused(service, receiver):
    url = f"{service.url}/v1/jobs?webhook={receiver.url}&webhook_secret={SECRET}"
    answer = httpx.post(url, files={"file": b"say x"}, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (400, "option-invalid")
