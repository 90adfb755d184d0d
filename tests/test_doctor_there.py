from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

import uncial
from fakes import block, document, page
from uncial.cli.doctor import SELF_TEST, Checkup, examine_service
from uncial.formats import json as json_format

JOB = {"id": "j1", "state": "succeeded", "name": "doctor.png"}
WELL: dict[str, tuple[int, Any]] = {
    "GET /version": (200, {"name": "uncial", "version": uncial.__version__}),
    "GET /livez": (200, {"status": "alive"}),
    "GET /readyz": (200, {"status": "ready", "checks": {"database": {"ok": True}, "workers": {"ok": True}}}),
    "GET /v1/limits": (200, {"limits": [{"name": "max_bytes", "value": 268435456, "help": "Bytes."}]}),
    "GET /v1/engines": (200, {"engines": [{"name": "auto"}, {"name": "neural"}]}),
    "POST /v1/jobs": (202, JOB),
    "GET /v1/jobs/j1": (200, JOB),
    "GET /v1/jobs/j1/result": (200, json.loads(json_format.write(document(page(block(*SELF_TEST)))))),
}
NO_WORDS = json.loads(json_format.write(document(page(block("Grace")))))
MISSING = {"code": "model-missing", "detail": "It is not there."}
UNREADY = {"status": "not-ready", "checks": {}, "code": "service-unavailable", "detail": "blobs: The blob store does not answer."}
Ask = Callable[..., Checkup]


class Scripted(BaseHTTPRequestHandler):
    answers: dict[str, tuple[int, Any]]
    keys: list[str]

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.keys.append(self.headers.get("Authorization", ""))
        status, told = self.answers.get(
            f"{self.command} {self.path.partition('?')[0]}", (404, {"detail": "There is no such path."})
        )
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Examines a service that answers as a well one does, but for what is given."""

    class Mine(Scripted):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def examine(changes: dict[str, tuple[int, Any]] | None = None, key: str | None = None, quick: bool = False) -> Checkup:
        Mine.answers, Mine.keys = WELL | (changes or {}), []
        checkup = examine_service(f"http://127.0.0.1:{server.server_port}", key, quick=quick)
        assert all(sent == (f"Bearer {key}" if key else "") for sent in Mine.keys)
        return checkup

    yield examine
    server.shutdown()
    thread.join(10)
    server.server_close()


def bad(checkup: Checkup) -> dict[str, str]:
    return {check.name: check.said for check in checkup.checks if not check.well}


def test_a_service_that_does_everything_is_well(ask):
    checkup = ask(key="uncial_1_2")
    assert checkup.well, checkup.table()
    said = {check.name: check.said for check in checkup.checks}
    assert list(said) == ["version", "alive", "ready", "limits", "engines", "reading a page"]
    assert said["engines"] == "auto, neural"
    assert said["ready"] == "database, workers"
    assert "max_bytes 268435456" in said["limits"]
    assert said["reading a page"].startswith("right;")


@pytest.mark.parametrize(
    ("changes", "name", "said"),
    [
        ({"GET /readyz": (503, UNREADY)}, "ready", "blobs: The blob store does not answer."),
        ({"GET /v1/engines": (404, {"detail": "Not here."})}, "engines", "Not here."),
        (
            {"GET /v1/jobs/j1": (200, JOB | {"state": "failed"}), "GET /v1/jobs/j1/result": (500, MISSING)},
            "reading a page",
            "[model-missing]",
        ),
        ({"GET /v1/jobs/j1/result": (200, NO_WORDS)}, "reading a page", "“Grace”"),
        ({"POST /v1/jobs": (401, {"code": "key-missing", "detail": "There is no key."})}, "reading a page", "[key-missing]"),
    ],
)
def test_what_is_wrong_with_it_is_said_and_nothing_else(ask, changes, name, said):
    found = bad(ask(changes))
    assert list(found) == [name]
    assert said.strip("“”") in found[name]


def test_another_version_is_told_and_no_illness(ask):
    checkup = ask({"GET /version": (200, {"version": "0.0.1"})})
    assert checkup.well
    assert checkup.checks[0].said == f"0.0.1; this command is of {uncial.__version__}"


def test_whether_it_is_ready_is_asked_without_sending_anything(ask):
    checkup = ask({"POST /v1/jobs": (500, {"detail": "Nobody should send anything."})}, quick=True)
    assert checkup.well
    assert [check.name for check in checkup.checks] == ["version", "alive", "ready"]


def test_quick_is_for_services_alone(uncial):
    assert uncial("doctor", "--quick")[0] == 1


def test_where_nobody_answers_nothing_more_is_asked(uncial):
    status, out, _ = uncial("doctor", "--server", "http://127.0.0.1:9")
    assert status == 3
    assert out.decode().startswith("NO  version")
    assert "1 of these need mending." in out.decode()


def test_what_is_no_address_is_a_wrong_argument(uncial):
    status, _, err = uncial("doctor", "--server", "nonsense")
    assert (status, "[option-invalid]" in err) == (1, True)
