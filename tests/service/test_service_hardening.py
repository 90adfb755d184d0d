"""The real service against clients that mean it no good."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from running_service import Service, running, until
from test_ssrf import BY_CONFUSION, BY_IPV6, BY_LETTERS, BY_NUMBER, BY_SCHEME, METADATA
from uncial.jobs.database import Database
from uncial.jobs.keys import KeyStore, Scope

PATIENCE = 2.0
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("hardened")
    with running(folder / "service", receive_seconds=PATIENCE, max_bytes=2 * MEBIBYTE, fetch_seconds=2) as service:
        yield service


def connected(service: Service, seconds: float = 15) -> socket.socket:
    parts = urlsplit(service.url)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=seconds)


def head(line: str, *headers: str) -> bytes:
    return "\r\n".join([line, "Host: 127.0.0.1", *headers, "", ""]).encode()


def all_of(connection: socket.socket) -> bytes:
    """What comes until the other end has gone, politely or not."""
    received = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            received += piece
    return received


def memory(service: Service) -> int:
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def sockets(service: Service) -> int:
    found = 0
    for path in Path(f"/proc/{service.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found += str(path.readlink()).startswith("socket:")
    return found


def stored(service: Service) -> int:
    """Bytes of all files that the service keeps."""
    found = 0
    for path in service.data_dir.rglob("*"):
        with suppress(FileNotFoundError):
            found += path.stat().st_size
    return found


def left(service: Service) -> list[str]:
    """Files that lie where uploads and work do."""
    return [path.name for path in (service.data_dir / "spool").rglob("*") if path.is_file() and path.name != "lock"]


def answers(service: Service, seconds: float = 10) -> httpx.Response:
    return httpx.post(f"{service.url}/v1/ocr?format=txt", files={"file": ("a.png", b"say hello")}, timeout=seconds)


HUGE = {
    "form": "multipart/form-data; boundary=x",
    "bare body": "application/pdf",
    "JSON": "application/json",
}


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (kind, path)
        for kind in HUGE
        for path in ("/v1/ocr", "/v1/jobs", "/v1/batch")
        if (kind, path) != ("bare body", "/v1/batch")
    ],
)
def test_ten_gibibytes_that_are_told_are_refused_before_any_comes(service, kind, path):
    with connected(service) as connection:
        begun = time.monotonic()
        connection.sendall(head(f"POST {path} HTTP/1.1", f"Content-Type: {HUGE[kind]}", f"Content-Length: {10 << 30}"))
        answer = connection.recv(65536)
        assert time.monotonic() - begun < 5
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"limit-exceeded" in answer + all_of(connection) if connection.fileno() >= 0 else answer


@pytest.mark.parametrize("kind", HUGE)
def test_a_body_without_a_length_is_cut_off_at_the_limit_and_leaves_nothing(service, kind):
    answers(service)
    before, kept, sent = memory(service), stored(service), 0
    start = {"form": b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n', "JSON": b'{"image_url": "'}
    piece = b"A" * 65536
    with connected(service) as connection, suppress(ConnectionError):
        connection.sendall(head("POST /v1/ocr HTTP/1.1", f"Content-Type: {HUGE[kind]}", "Transfer-Encoding: chunked"))
        first = start.get(kind, b"")
        if first:
            connection.sendall(b"%x\r\n%b\r\n" % (len(first), first))
        while sent < 200 * MEBIBYTE:
            connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
            sent += len(piece)
    assert sent < 64 * MEBIBYTE
    assert memory(service) - before < 40 * MEBIBYTE
    until(lambda: left(service) == [])
    assert stored(service) - kept < MEBIBYTE


def test_two_hundred_clients_that_drip_stop_nobody_and_are_dropped(tmp_path):
    with running(tmp_path / "service", receive_seconds=4) as service:
        _drip_at(service)


def _drip_at(service: Service) -> None:
    answers(service)
    base = sockets(service)
    form = ("Content-Type: multipart/form-data; boundary=x", "Content-Length: 1000000")
    starts = [
        b"",
        b"GET /health HTTP/1.1\r\nX-Slow: ",
        head("POST /v1/ocr HTTP/1.1", *form) + b"--x\r\n",
        head("POST /v1/ocr HTTP/1.1", "Content-Type: image/png", "Transfer-Encoding: chunked") + b"1\r\nx\r\n",
    ]
    with ExitStack() as stack:
        slow = []
        for number in range(200):
            connection = stack.enter_context(connected(service))
            connection.sendall(starts[number % 4])
            slow.append(connection)
        until(lambda: sockets(service) - base >= 150, 4)
        begun = time.monotonic()
        times = []
        dropped: set[int] = set()
        while len(dropped) < 200 and time.monotonic() - begun < 30:
            for number, connection in enumerate(slow):
                with suppress(BlockingIOError):
                    if number % 4 and number not in dropped:
                        _drip(connection, number, dropped)
            asked = time.monotonic()
            assert answers(service).text == "hello\n"
            times.append(time.monotonic() - asked)
            _note_dropped(slow, dropped)
        assert len(dropped) == 200
        assert time.monotonic() - begun < 20
        assert max(times) < 5
    until(lambda: sockets(service) <= base + 1)
    assert left(service) == []


def _drip(connection: socket.socket, number: int, dropped: set[int]) -> None:
    connection.setblocking(False)
    try:
        connection.send(b"x" if number % 4 < 3 else b"1\r\nx\r\n")
    except ConnectionError:
        dropped.add(number)


def _note_dropped(slow: list[socket.socket], dropped: set[int]) -> None:
    for number, connection in enumerate(slow):
        connection.setblocking(False)
        try:
            if number not in dropped and connection.recv(65536) == b"":
                dropped.add(number)
        except BlockingIOError:
            pass
        except ConnectionError:
            dropped.add(number)


def test_a_body_that_drips_is_told_so(service):
    with connected(service) as connection:
        connection.sendall(head("POST /v1/ocr HTTP/1.1", "Content-Type: image/png", "Content-Length: 100") + b"GIF")
        answer = all_of(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"request-timeout"' in answer


def test_a_slow_client_that_is_not_too_slow_is_served(service):
    body = b"say slowly but surely"
    with connected(service) as connection:
        told = (f"Content-Length: {len(body)}", "Content-Type: image/png", "Connection: close")
        connection.sendall(head("POST /v1/ocr?format=txt HTTP/1.1", *told))
        for byte in body:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)
        assert all_of(connection).endswith(b"slowly but surely\n")


def test_a_body_that_nobody_wants_is_not_listened_to_for_ever(service):
    with connected(service) as connection:
        connection.sendall(head("POST /health HTTP/1.1", "Content-Type: image/png", f"Content-Length: {10 << 30}"))
        begun, sent = time.monotonic(), 0
        with suppress(ConnectionError):
            while time.monotonic() - begun < 20:
                connection.sendall(bytes(65536))
                sent += 65536
                time.sleep(0.05)
        assert time.monotonic() - begun < 15


def test_a_client_that_does_not_take_its_answers_is_dropped(service):
    base = sockets(service)
    with connected(service) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with suppress(ConnectionError, TimeoutError):
            connection.settimeout(1)
            for _ in range(500):
                connection.sendall(head("GET /openapi.json HTTP/1.1"))
        until(lambda: sockets(service) <= base, 40)


def test_more_connections_than_there_may_be_cost_those_that_ask_for_nothing(tmp_path):
    with running(tmp_path / "service", max_connections=10) as service, ExitStack() as stack:
        answers(service)
        silent = [stack.enter_context(connected(service)) for _ in range(60)]
        assert answers(service).text == "hello\n"
        assert sockets(service) < 40
        silent[0].settimeout(5)
        assert all_of(silent[0]) == b""


def test_an_address_that_others_reach_is_not_listened_on_without_keys(tmp_path):
    ours = {"UNCIAL_DATA_DIR": str(tmp_path / "data"), "UNCIAL_PORT": "0", "UNCIAL_LOG_LEVEL": "error"}
    others = {name: value for name, value in os.environ.items() if not name.startswith("UNCIAL_")}
    command = [sys.executable, "-m", "uncial", "serve", "--host", "0.0.0.0"]
    done = subprocess.run(command, env=others | ours, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"there are no API keys. Make one: uncial keys add NAME." in done.stderr


HOSTILE = [
    "../../../../etc/cron.d/evilmarker",
    "..\\..\\evilmarker",
    "/etc/evilmarker",
    "evilmarker\0.png",
    "evilmarker\r\nSet-Cookie: a=b",
    "evilmarker" + "a" * 5000,
    'evilmarker"; filename="other',
    "CON.evilmarker",
    "~/evilmarker",
    "$(touch evilmarker)",
    "evilmarker\u202egnp.exe",
    "evilmarker/../../x",
    "file:///evilmarker",
    "-rf evilmarker",
]


def test_file_names_of_clients_never_become_names_of_files(service):
    for number, name in enumerate(HOSTILE):
        body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\nsay evil%d\r\n--x--\r\n'
        told = {"Content-Type": "multipart/form-data; boundary=x"}
        plain = name.replace('"', "%22").replace("\r\n", " ").encode()
        answer = httpx.post(f"{service.url}/v1/jobs", content=body % (plain, number), headers=told, timeout=10)
        assert answer.status_code in (202, 400), answer.text
    root = service.data_dir.parent
    until(lambda: httpx.get(f"{service.url}/v1/jobs?state=queued,running").json()["jobs"] == [])
    paths = [str(path.relative_to(root)) for path in root.rglob("*")]
    assert not [path for path in paths if "evilmarker" in path or "evil" in path]
    assert not list(Path("/tmp").glob("*evilmarker*"))


def test_every_answer_is_wary(service):
    job = httpx.post(f"{service.url}/v1/jobs", files={"file": ("a.png", b"say hello")}).json()
    until(lambda: httpx.get(service.url + job["links"]["self"]).json()["state"] == "succeeded")
    result = job["links"]["result"]
    paths = ["/health", "/docs", "/static/docs.js", "/openapi.json", "/nowhere", "/v1/jobs", job["links"]["self"], result]
    paths += [f"{result}?format={name}" for name in ("html", "txt")] + [
        "/v1/jobs/../../etc",
        "/v1/jobs/none",
        f"{result}?format=x",
    ]
    for path in paths:
        answer = httpx.get(service.url + path)
        told = answer.headers
        assert told["x-content-type-options"] == "nosniff", path
        assert told["x-frame-options"] == "DENY", path
        assert told["referrer-policy"] == "no-referrer", path
        assert "default-src 'none'" in told["content-security-policy"], path
        assert told["cache-control"] == ("no-cache" if path.startswith(("/docs", "/static")) else "no-store"), path
        assert "server" not in told, path
    page = httpx.get(f"{service.url}{result}?format=html").headers
    assert "sandbox" in page["content-security-policy"]
    assert "script-src" not in page["content-security-policy"]


OVER_HTTP = {
    **{f"number, {name}": url for name, url in BY_NUMBER.items()},
    **{f"IPv6, {name}": url for name, url in BY_IPV6.items()},
    **{f"letters, {name}": url for name, url in BY_LETTERS.items()},
    **{f"confusion, {name}": url for name, url in BY_CONFUSION.items()},
    **{f"scheme, {name}": url for name, url in BY_SCHEME.items()},
    **{f"metadata, {name}": url for name, url in METADATA.items() if re.match(r"https?://[\d\[]", url)},
}


def test_ssrf_by_http_is_refused_as_an_input_and_as_a_webhook(service):
    """Names are left out, for whom to ask about them is the system's business: see test_ssrf.py."""

    def attempt(url: str) -> list[tuple[int, str]]:
        hook = {"webhook": url, "webhook_secret": SECRET}
        sent = [client.post("/v1/ocr", json={"image_url": url}), client.post("/v1/jobs", data=hook, files={"file": b"say x"})]
        return [(answer.status_code, answer.json().get("code", "")) for answer in sent]

    assert len(OVER_HTTP) >= 80
    with httpx.Client(base_url=service.url, timeout=20) as client, ThreadPoolExecutor(4) as pool:
        found = dict(zip(OVER_HTTP, pool.map(attempt, OVER_HTTP.values()), strict=True))
    for name, (as_input, as_webhook) in found.items():
        if name != "scheme, data":  # a document in itself
            assert as_input == (400, "url-refused"), name
        if OVER_HTTP[name]:  # where there is no URL, there is no webhook
            assert as_webhook == (400, "url-refused"), name


def test_a_url_to_the_own_network_brings_no_connection_there(service):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        port = listener.getsockname()[1]
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
            url = f"http://{host}:{port}/"
            assert httpx.post(f"{service.url}/v1/ocr", json={"image_url": url}).json()["code"] == "url-refused"
            told = {"webhook": url, "webhook_secret": SECRET}
            answer = httpx.post(f"{service.url}/v1/jobs", data=told, files={"file": b"say x"})
            assert answer.json()["code"] == "url-refused"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_log_holds_no_key_password_url_name_or_text(tmp_path):
    folder = tmp_path / "service"
    database = folder / "data" / "jobs.db"
    database.parent.mkdir(parents=True)
    opened = Database.open(f"sqlite:///{database}")
    _, token = KeyStore(opened).make("keyholder", [Scope.ADMIN])
    opened.close()
    file = folder / "service.log"
    with running(folder, log_file=file, log_level="debug", webhook_secret=SECRET, fetch_seconds=1) as service:
        client = httpx.Client(base_url=service.url, headers={"Authorization": f"Bearer {token}"}, timeout=20)
        told = {"Uncial-Password": "passmarker"}
        for body in (b"say textmarker", b"bug x", b"unsupported", b"say one\nfail source-damaged", b"crash SIGSEGV"):
            client.post("/v1/ocr", files={"file": ("namemarker.png", body)}, headers=told)
        for url in (
            "http://urlmarker.invalid/pathmarker",
            "http://10.0.0.1/urlmarker",
            "ftp://urlmarker/",
            "http://u:urlmarker@a.b/",
        ):
            client.post("/v1/ocr", json={"image_url": url})
            client.post("/v1/jobs", data={"webhook": url, "webhook_secret": "secretmarker" * 3}, files={"file": b"say x"})
        client.post("/v1/jobs?webhook_secret=secretmarker", files={"file": b"say x"})
        client.post("/v1/ocr?password=passmarker", content=b"say x")
        client.post("/v1/ocr?languages=optionmarker", files={"file": ("namemarker.png", b"say x")})
        wrong = token[:-4] + "0000"
        for headers in ({"Authorization": f"Bearer {wrong}"}, {"X-API-Key": "keymarker"}, {"Authorization": "Basic keymarker"}):
            assert httpx.get(f"{service.url}/v1/jobs", headers=headers).status_code == 401
        httpx.get(f"{service.url}/v1/jobs?key={token}")
        time.sleep(1.5)  # until a webhook was tried
        client.close()
        service.stop()
    text = (folder / "log").read_text() + file.read_text()
    assert "Answered." in text
    assert "ZeroDivisionError" in text
    markers = [
        "textmarker",
        "passmarker",
        "namemarker",
        "urlmarker",
        "pathmarker",
        "secretmarker",
        "keymarker",
        token,
        wrong,
        SECRET,
    ]
    assert [marker for marker in markers if marker in text] == []
