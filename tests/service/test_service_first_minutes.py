"""What somebody meets who has just typed `uncial serve`."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from running_service import SCRIPTED, START, Service, running, until
from uncial.errors import OptionInvalid
from uncial.service import Settings, serve

PNG = {"Content-Type": "image/png"}


class Screen:
    """What a terminal shows, read as it comes."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._bytes = b""

    @property
    def text(self) -> str:
        with suppress(BlockingIOError, OSError):  # nothing yet; nobody writes any more
            while more := os.read(self._descriptor, 65536):
                self._bytes += more
        return self._bytes.decode()


@contextmanager
def served_on_a_terminal(folder: Path) -> Iterator[Screen]:
    ours, theirs = pty.openpty()
    others = {name: value for name, value in os.environ.items() if not name.startswith("UNCIAL_")}
    told = {"UNCIAL_PORT": "0", "UNCIAL_DATA_DIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", START.format(plan=SCRIPTED)], env={**others, **told}, stderr=theirs)
    os.close(theirs)
    try:
        yield Screen(ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_a_terminal_shows_sentences_with_the_address_first_and_obeys_no_client(tmp_path):
    with served_on_a_terminal(tmp_path) as screen:
        until(lambda: "answers on" in screen.text)
        first = screen.text.splitlines()[0]
        assert re.fullmatch(
            r"\d\d:\d\d:\d\d Uncial \S+ answers on http://127\.0\.0\.1:\d+  url=\S+  workers=\d+  threads=\d+", first
        )
        url = first.partition("url=")[2].split()[0]
        httpx.get(f"{url}/v1/%1b[2J")
        until(lambda: "status=404" in screen.text)
        assert '"/v1/\\u001b[2J"' in screen.text
        assert "\x1b" not in screen.text


def test_the_address_itself_is_the_page_and_a_wrong_one_says_where_the_docs_are(tmp_path):
    with running(tmp_path) as service:
        page = httpx.get(service.url)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert 'href="docs"' in page.text
        assert "POST /v1/ocr" in httpx.get(f"{service.url}/ocr").json()["hint"]
        assert "Allow" in httpx.get(f"{service.url}/v1/ocr").json()["hint"]


def test_a_port_that_is_taken_is_told_once(tmp_path):
    with running(tmp_path) as service, pytest.raises(OptionInvalid) as caught:
        serve(Settings(port=int(service.url.rpartition(":")[2]), data_dir=tmp_path / "other"))
    assert caught.value.message.endswith(": Address already in use.")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_twice_to_stop_the_service_waits_for_nothing_and_gives_its_job_back(tmp_path, number):
    with running(tmp_path, workers=1, shutdown_seconds=60) as service:
        id = httpx.post(f"{service.url}/v1/jobs", content="say one\nsleep 3", headers=PNG).json()["id"]
        until(lambda: httpx.get(f"{service.url}/v1/jobs/{id}").json()["pages"]["done"])
        service.process.send_signal(number)
        until(lambda: _says(service, "It stops; told to once more, it gives back what is being read."))
        begun = time.monotonic()
        service.stop(number)
        assert time.monotonic() - begun < 10
    with running(tmp_path, workers=1) as again:
        job = httpx.get(f"{again.url}/v1/jobs/{id}?wait=20", timeout=30).json()
        assert (job["state"], job["pages"]["done"]) == ("succeeded", 2)
        assert not _says(again, "Workers were gone; their jobs go on.")


def test_told_twice_to_stop_whoever_waits_for_an_answer_keeps_nothing_up(tmp_path):
    with running(tmp_path, workers=1, shutdown_seconds=60) as service:
        command = ["curl", "-s", f"{service.url}/v1/ocr", "-H", "Content-Type: image/png", "--data-binary", "sleep 50"]
        waiting = subprocess.Popen(command)
        until(lambda: httpx.get(f"{service.url}/health").json()["workers"]["busy"])
        service.process.send_signal(signal.SIGTERM)
        until(lambda: _says(service, "It stops; told to once more, it gives back what is being read."))
        begun = time.monotonic()
        service.stop()
        assert time.monotonic() - begun < 10
        waiting.wait(10)


def _says(service: Service, message: str) -> bool:
    return any(line["message"] == message for line in service.log())
