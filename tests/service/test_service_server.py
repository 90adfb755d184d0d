"""The service as a process, with real connections and real workers."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from foreign import page_of
from running_service import DEFAULT, SIZES, Service, alive, running, until
from uncial.engines import engine_info
from uncial.errors import LanguageMissing, OptionInvalid
from uncial.service import Settings, serve

PNG = {"Content-Type": "image/png"}


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("scripted"), workers=2, queue_size=40, max_bytes=64 << 20) as service:
        yield service
        assert service.spooled() == []


def post(service: Service, command: str, **query: str) -> httpx.Response:
    return httpx.post(f"{service.url}/v1/ocr", params=query, content=command, headers=PNG, timeout=30)


def pid_in(path: Path) -> int:
    until(lambda: path.exists() and path.read_text())
    return int(path.read_text())


@contextmanager
def hanging(service: Service, path: Path, command: str = "hang") -> Iterator[socket.socket]:
    """A request whose worker writes its process id to the path and never ends."""
    host, port = service.url.removeprefix("http://").split(":")
    body = f"{command} {path}".encode()
    head = f"POST /v1/ocr HTTP/1.1\r\nHost: {host}\r\nContent-Type: image/png\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head.encode() + body)
        until(lambda: path.exists() and path.read_text())
        yield connection


def test_an_answer_on_a_kept_connection_does_not_wait_for_the_client_to_acknowledge_its_head(scripted: Service):
    with httpx.Client(base_url=scripted.url) as client:
        client.get("/health")
        seconds = [client.get("/health").elapsed.total_seconds() for _ in range(10)]
    assert min(seconds) < 0.03  # an ACK is delayed by 40 ms: TCP_DELACK_MIN in Linux's include/net/tcp.h


def test_many_requests_at_once_each_get_their_own_answer(scripted):
    def ask(number: int) -> str:
        if number % 15 == 0:
            return str(post(scripted, f"exit {number}").json()["code"])
        return str(post(scripted, f"say number {number}", format="txt").text)

    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(ask, range(30)))
    assert answers == ["worker-crashed" if number % 15 == 0 else f"number {number}\n" for number in range(30)]


def test_a_client_that_leaves_frees_its_worker_and_its_file(scripted, tmp_path):
    with hanging(scripted, tmp_path / "pid"):
        assert scripted.spooled()
    pid = int((tmp_path / "pid").read_text())
    until(lambda: not alive(pid))
    until(lambda: not scripted.spooled())
    assert post(scripted, "say still here", format="txt").text == "still here\n"
    until(lambda: any(line.get("status") == 499 for line in scripted.log()))


def test_a_client_that_leaves_in_the_middle_of_its_body_leaves_no_file(scripted):
    host, port = scripted.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /v1/ocr HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\nabc")
        until(lambda: scripted.spooled())
    until(lambda: not scripted.spooled())


def test_clients_that_leave_at_once_leave_no_job_that_goes_on(scripted, tmp_path):
    host, port = scripted.url.removeprefix("http://").split(":")
    for number in range(6):
        body = f"hang {tmp_path}/{number}".encode()
        head = f"POST /v1/ocr HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(head.encode() + body)
            time.sleep(0.01 * number)
    until(lambda: sum(line.get("status") == 499 and line["path"] == "/v1/ocr" for line in scripted.log()) >= 6)
    until(lambda: not httpx.get(f"{scripted.url}/v1/jobs?state=queued,running").json()["jobs"])
    assert post(scripted, "say still here", format="txt").text == "still here\n"


def test_a_large_upload_passes_through_without_being_held_in_memory(scripted):
    post(scripted, "say warm")
    before = scripted.memory()
    body = iter([b"count ", *[b"x" * (1 << 20)] * 50])
    answer = httpx.post(f"{scripted.url}/v1/ocr?format=txt", content=body, headers=PNG, timeout=30)
    assert answer.text == f"{50 << 20}\n"
    assert scripted.memory() - before < 16 << 20


@pytest.mark.parametrize("told", [True, False])
def test_a_body_over_the_limit_is_refused_and_the_client_gets_to_know(scripted, told):
    headers = {**PNG, **({"Content-Length": str(65 << 20)} if told else {})}
    answer = httpx.post(f"{scripted.url}/v1/ocr", content=iter([b"x" * (1 << 20)] * 65), headers=headers, timeout=30)
    assert answer.status_code == 413
    assert answer.json()["code"] == "limit-exceeded"


@pytest.mark.parametrize("limit", ["time_limit", "page_time_limit"])
def test_the_time_limit_is_told_and_the_process_is_gone(tmp_path, limit):
    with running(tmp_path / "service", **{limit: 1.5}) as service:
        answer = post(service, f"breed {tmp_path}/pid")
        assert (answer.status_code, answer.json()["code"]) == (422, "time-limit-exceeded")
        until(lambda: not alive(pid_in(tmp_path / "pid")))
        assert service.spooled() == []


def test_a_full_queue_is_told_with_when_to_come_back(tmp_path):
    with running(tmp_path / "service", workers=1, queue_size=1) as service, hanging(service, tmp_path / "pid"):
        assert httpx.post(f"{service.url}/v1/jobs", content="say waiting", headers=PNG).status_code == 202
        answer = post(service, "say x")
        assert (answer.status_code, answer.json()["code"]) == (429, "service-busy")
        assert 1 <= int(answer.headers["retry-after"]) <= 120
        until(lambda: httpx.get(f"{service.url}/health").json()["workers"]["busy"] == 1)


def test_without_a_model_the_service_says_so(tmp_path):
    with running(tmp_path, "fake_worker.plan('no-model')") as service:
        until(lambda: httpx.get(f"{service.url}/health").status_code == 503)
        assert httpx.get(f"{service.url}/health").json()["problem"]["code"] == "model-missing"
        answer = post(service, "say x")
        assert (answer.status_code, answer.json()["code"]) == (500, "model-missing")
        assert answer.json()["hint"] == "pip install it"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_the_service_ends_no_worker_is_left(tmp_path, number):
    with running(tmp_path / "service", shutdown_seconds=1) as service, hanging(service, tmp_path / "pid", "breed"):
        workers = service.workers()
        assert workers
        service.stop(number)
        until(lambda: not any(alive(pid) for pid in workers))
        until(lambda: not alive(pid_in(tmp_path / "pid")) or number == signal.SIGKILL)
        assert bool(service.spooled()) is (number == signal.SIGKILL)
    if number == signal.SIGKILL:
        with running(tmp_path / "service") as service:
            assert service.spooled() == []


def test_a_running_request_may_finish_when_the_service_is_stopped(tmp_path):
    with running(tmp_path, shutdown_seconds=20) as service, ThreadPoolExecutor(1) as pool:
        url = service.url
        answer = pool.submit(httpx.post, f"{url}/v1/ocr?format=txt", content="sleep 1", headers=PNG, timeout=30)
        until(lambda: httpx.get(f"{url}/health").json()["workers"]["busy"])
        service.stop()
        assert answer.result().text == "slept 1\n"


def test_the_log_is_json_with_ids_on_standard_error_and_in_the_file(tmp_path):
    with running(tmp_path, log_file=tmp_path / "logs" / "uncial.log") as service:
        httpx.post(f"{service.url}/v1/ocr", content="bug secret", headers={**PNG, "X-Request-ID": "me"}, timeout=30)
        service.stop()
    lines = service.log()
    assert [json.loads(line) for line in (tmp_path / "logs" / "uncial.log").read_text().splitlines()] == lines
    answered = next(line for line in lines if line["message"] == "Answered.")
    assert (answered["request_id"], answered["status"], answered["path"]) == ("me", 503, "/v1/ocr")
    crashed = next(line for line in lines if line["message"] == "A worker died.")
    assert crashed["job"] == answered["job"]
    assert "fake_worker.py" in crashed["trace"]


def test_what_pages_failed_and_what_was_noticed_comes_from_the_worker(scripted):
    answer = post(scripted, "say one\nfail source-damaged", format="txt")
    assert (answer.text, answer.headers["uncial-failed-pages"]) == ("one\f\n", "2")
    answer = post(scripted, "noticed hidden-text\nnoticed hidden-text repaired repaired", format="tsv")
    assert answer.headers["uncial-notices"] == "hidden-text=2, repaired=1"
    assert "uncial-failed-pages" not in answer.headers


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OptionInvalid, match="cannot listen") as caught:
        serve(Settings(port=taken.getsockname()[1], data_dir=tmp_path))
    assert "UNCIAL_PORT" in caught.value.hint


SERVE_ONE = """
import asyncio, sys
from pathlib import Path
import httpx, fake_worker
from uncial.service import Settings
from uncial.service.app import build_app
from uncial.service.assembly import assemble
from uncial.service.spool import Spool

async def main():
    settings = Settings(data_dir=Path(sys.argv[1]))
    service = assemble(settings, Spool.open(settings.data_dir), fake_worker.plan())
    transport = httpx.ASGITransport(build_app(service))
    async with service.running(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as client:
        for format in ("txt", "json", "docx"):
            assert (await client.post(f"/v1/ocr?format={format}", files={"file": b"say x"})).status_code == 200
        job = (await client.post("/v1/jobs", files={"file": b"say y"})).json()["id"]
        assert (await client.get(f"/v1/jobs/{job}?wait=30")).json()["state"] == "succeeded"
        for format in ("tsv", "md"):
            assert (await client.get(f"/v1/jobs/{job}/result?format={format}")).status_code == 200
        assert "end" in (await client.get(f"/v1/jobs/{job}/events")).text
        for path in ("/openapi.json", "/v1/options", "/v1/formats", "/metrics", "/readyz"):
            assert (await client.get(path)).status_code == 200

asyncio.run(main())
heavy = {"numpy", "PIL", "cv2", "onnx", "onnxruntime", "pypdfium2", "pypdfium2_raw", "uncial.reader", "uncial.pages"}
heavy |= {"docx", "openpyxl", "pikepdf", "lxml", "uncial.formats.text", "uncial.formats.docx"}
print(sorted(heavy & set(sys.modules)))
"""


def test_the_process_that_speaks_http_never_loads_what_touches_pixels(tmp_path):
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", SERVE_ONE, str(tmp_path)],
        env={"PYTHONPATH": str(tests)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_importing_the_service_costs_nothing():
    script = "import sys, uncial.service; print({'fastapi', 'pydantic', 'uvicorn', 'asyncio'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "set()\n"


# The whole path: HTTP, a worker, the reader


def page_image(text: str, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).multiline_text((40, 40), text, "black", ImageFont.load_default(48))
    return image


ASKED_FOR: list[str] = []
"""The paths that the web site of these tests was asked for."""


class Quiet(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        ASKED_FOR.append(self.path)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def web_site(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("reading"), SIZES, engine="sizes", fetch_allow="127.0.0.1") as service:
        yield service


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    page_image("one", (300, 200)).save(folder / "page.jpg")
    pages = [page_image("one", (300, 200)), page_image("two", (200, 300))]
    pages[0].save(folder / "two-pages.pdf", save_all=True, append_images=pages[1:], resolution=300)
    (folder / "page.html").write_text("<!doctype html><p>no image")
    with web_site(folder) as url:
        yield url


@pytest.mark.parametrize(("file", "text"), [("page.jpg", "300x200"), ("two-pages.pdf", "300x200\f200x300")])
def test_the_tutorials_very_command_works(reading, site, file, text):
    if not shutil.which("curl"):
        pytest.skip("there is no curl here")
    command = """curl -X POST http://localhost:5000/v1/ocr -d '{"image_url": "some_url"}' -H "Content-Type: application/json" """
    command = command.replace("http://localhost:5000", reading.url).replace("some_url", f"{site}/{file}")
    done = subprocess.run(command, shell=True, capture_output=True, check=True)
    assert json.loads(done.stdout) == {"output": text}


def test_a_url_that_is_no_image_names_the_formats(reading, site):
    answer = httpx.post(f"{reading.url}/v1/ocr", json={"image_url": f"{site}/page.html"})
    assert answer.status_code == 415
    assert all(name in answer.json()["error"] for name in ("JPEG", "TIFF", "PDF"))


def test_a_url_into_the_own_network_is_refused_unless_it_is_allowed(tmp_path, site):
    with running(tmp_path, SIZES) as service:
        answer = httpx.post(f"{service.url}/v1/ocr", json={"image_url": f"{site}/page.jpg"}, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (400, "url-refused")


def test_a_file_that_is_no_image_is_told_under_the_clients_name_for_it(reading):
    answer = httpx.post(f"{reading.url}/v1/ocr", files={"file": ("letter.png", b"GIF89a", "image/png")}, timeout=30)
    assert answer.status_code == 422
    assert answer.json()["code"] == "source-damaged"
    answer = httpx.post(f"{reading.url}/v1/ocr", files={"file": ("letter.png", b"PK\x03\x04", "image/png")}, timeout=30)
    assert answer.status_code == 415
    assert "letter.png" in answer.json()["detail"]
    assert "spool" not in answer.text


@pytest.mark.parametrize(("format", "start"), [("pdf", b"%PDF-"), ("docx", b"PK")])
def test_a_url_is_fetched_once_although_it_is_read_and_shown(reading, site, format, start):
    ASKED_FOR.clear()
    answer = httpx.post(f"{reading.url}/v1/ocr?format={format}", json={"image_url": f"{site}/two-pages.pdf"}, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(start)
    assert answer.headers["content-disposition"] == f'attachment; filename="two-pages.{format}"'
    assert ASKED_FOR == ["/two-pages.pdf"]


def locked_by(password: str) -> bytes:
    """A PDF of one empty page that opens with the password."""
    pdf, file = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(144, 72))
    pdf.save(file, encryption=pikepdf.Encryption(owner="owner", user=password))
    return file.getvalue()


def test_a_password_opens_a_pdf(reading):
    locked = locked_by("pässwörd")
    url = f"{reading.url}/v1/ocr?format=txt&pdf_text=ignore&pdf_dpi=72"
    for password, status in ((None, 422), ("passwort", 422), ("pässwörd", 200)):
        headers = [(b"Uncial-Password", password.encode())] if password else []
        answer = httpx.post(url, content=locked, headers=[(b"Content-Type", b"application/pdf"), *headers], timeout=30)
        assert answer.status_code == status, answer.text
        assert status == 200 or answer.json()["code"] == "source-encrypted"
    assert "pässwörd" not in reading.log_path.read_text()


def commands_in(name: str) -> list[str]:
    """The curl commands to the service in a page of the docs, but for those that leave something out."""
    text = (Path(__file__).parents[2] / "docs" / name).read_text(encoding="utf-8")
    commands = re.findall(r"^curl (?:[^'\n]|'[^']*')*", text, re.MULTILINE)
    return [command for command in commands if ":5000" in command and "…" not in command]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the docs speak of."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("page.jpg", "letter.jpg", "receipt.jpg"):
        page_image("one", (300, 200)).save(folder / name)
    for name in ("page.pdf", "scan.pdf", "report.pdf", "invoice.pdf", "form.pdf"):
        page_image("one", (300, 200)).save(folder / name, save_all=True, append_images=[page_image("two", (200, 300))] * 6)
    (folder / "forms.yaml").write_text("template: slip\nmatches: {all_of: [Slip]}\nfields: {number: {anchor: No}}\n")
    (folder / "locked.pdf").write_bytes(locked_by("open sesame"))
    return folder


@pytest.fixture(scope="module")
def there_already(reading: Service, desk: Path) -> dict[str, str]:
    """The ids of a job and of a batch that the docs speak of."""
    page = (desk / "page.jpg").read_bytes()
    job = httpx.post(f"{reading.url}/v1/jobs", files={"file": ("page.jpg", page)}).json()["id"]
    batch = httpx.post(f"{reading.url}/v1/batch", files={"file": ("page.jpg", page)}).json()["id"]
    until(lambda: httpx.get(f"{reading.url}/v1/jobs/{job}?wait=10", timeout=30).json()["state"] == "succeeded")
    return {"JOB": job, "BATCH": batch}


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
@pytest.mark.parametrize("command", commands_in("http.md") + commands_in("quickstart.md"))
def test_the_commands_of_the_docs_run_as_they_are_written(reading, site, desk, there_already, command):
    for host in ("http://localhost:5000", "http://127.0.0.1:5000"):
        command = command.replace(host, reading.url)
    command = command.replace("http://127.0.0.1:8000", site).replace("some_url", f"{site}/page.jpg")
    command = command.replace("curl ", "curl -sS --fail-with-body ", 1)
    done = subprocess.run(command, shell=True, capture_output=True, cwd=desk, env={**os.environ, **there_already})
    assert (done.returncode, done.stderr) == (0, b""), done.stdout
    kept = re.search(r"-o (\S+)", command)
    assert done.stdout or "-OJ" in command or (kept and (desk / kept[1]).stat().st_size)


def test_the_docs_have_commands():
    assert len(commands_in("http.md")) > 10
    assert len(commands_in("quickstart.md")) > 1


# ---- what users get: the real reader and the default engine


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("default"), DEFAULT, workers=1) as service:
        yield service


def read_by(service: Service, image: Image.Image, **query: str) -> httpx.Response:
    file = io.BytesIO()
    image.save(file, "PNG")
    return httpx.post(f"{service.url}/v1/ocr", params=query, files={"file": ("page.png", file.getvalue())}, timeout=120)


def words_in(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [word for line in lines_in(answer) for word in line["words"]]


def lines_in(answer: httpx.Response) -> list[dict[str, Any]]:
    return [line for page in answer.json()["pages"] for block in page["blocks"] for line in block["lines"]]


GREETING = page_image("Good morning\nticket 42", (700, 300))


def test_the_default_engine_reads_a_page_by_http(default):
    answer = read_by(default, GREETING)
    assert answer.status_code == 200
    assert "Good morning" in answer.json()["output"]
    assert answer.json()["source"]["name"] == "page.png"
    assert answer.json()["engine"]["name"] == "auto"


@pytest.mark.parametrize(("effort", "engine"), [("fast", "neural"), ("best", "neural+tesseract")])
def test_the_effort_that_was_asked_for_by_http_is_taken(default, effort, engine):
    answer = read_by(default, GREETING, effort=effort, languages="en")
    assert answer.status_code == 200, answer.text
    assert {line["engine"] for line in lines_in(answer)} == {engine}


def test_an_effort_that_there_is_not_is_refused_by_http(default):
    answer = read_by(default, GREETING, effort="heroic")
    assert (answer.status_code, answer.json()["code"]) == (400, "option-invalid")
    assert "balanced" in answer.json()["hint"]


def test_a_language_that_was_named_by_http_is_read(default):
    page = Image.fromarray(page_of("ru", "Славянские языки — большая", "языковая семья Европы"))
    answer = read_by(default, page, languages="ru")
    assert answer.status_code == 200, answer.text
    assert answer.json()["output"].split("\n") == ["Славянские языки — большая", "языковая семья Европы"]
    assert {line["engine"] for line in lines_in(answer)} == {"tesseract"}


def test_a_language_that_is_not_here_is_told_by_http_with_how_to_add_it(default):
    missing = next(code for code in ("bo", "iu", "chr") if code not in engine_info("auto").languages)
    answer = read_by(default, GREETING, languages=missing)
    assert (answer.status_code, answer.json()["code"]) == (LanguageMissing.http_status, "language-missing")
    assert "tesseract-ocr" in answer.json()["hint"]


def test_words_that_are_less_sure_than_was_asked_for_by_http_are_marked(default):
    plain, strict = read_by(default, GREETING), read_by(default, GREETING, min_confidence="1")
    assert [word["doubtful"] for word in words_in(plain)] == [False] * 4
    assert [word["doubtful"] for word in words_in(strict)] == [True] * 4
    assert strict.json()["output"] == plain.json()["output"]
    marked = read_by(default, GREETING, min_confidence="1", format="txt").text
    assert marked.split() == [f"{word['text']}[?]" for word in words_in(plain)]
