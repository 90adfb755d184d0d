from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import httpx
import pytest

from fakes import FakeEngine, block, document, install, page
from running_service import until
from service_rig import TWO_PAGES, Clerk, Rig, in_format, serving
from uncial.document import Document, Notice, Problem
from uncial.errors import ModelMissing, ServiceBusy, SourceDamaged, SourceEncrypted, TimeLimitExceeded
from uncial.formats import FORMATS
from uncial.jobs.job import Order
from uncial.options import Options, Output
from uncial.service.upload import MAX_FORM_EXTRA
from uncial.writer import write

DID_YOU_MEAN = "Did you mean to send: {'image_url': 'some_jpeg_url'}"
URL = "https://example.org/page.jpg"
LIMIT = 100_000
FRESH = {"Cache-Control": "no-cache"}
"""Nothing is taken from what was read before."""
PROBLEM = {"error", "type", "title", "status", "detail", "code", "stage", "page", "hint", "request_id"}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with serving(tmp_path_factory.mktemp("service"), max_bytes=LIMIT) as rig:
        yield rig


def order_of(clerk: Clerk) -> Order:
    return clerk.leases[0].job.order


def named(name: str) -> Document:
    return replace(TWO_PAGES, source=replace(TWO_PAGES.source, name=name))


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert set(told) == PROBLEM
    assert (told["status"], told["code"], told["type"]) == (status, code, f"/docs#{code}")
    assert told["detail"]
    assert told["error"]
    assert told["request_id"] == answer.headers["x-request-id"]
    return told


# The tutorial's contract


def test_the_tutorials_body_gets_the_tutorials_answer(client, clerk):
    answer = client.post("/v1/ocr", json={"image_url": URL})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"output": "Über Café\nsecond line\fpage two"}
    assert clerk.leases[0].job.order.url == URL


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"null", b"{", b"\xff", b'"x"', b'{"url": 3}', b'{"image_url": 3}',
        b'{"image_url": null}', b'{"image_url": "https://example.org/a.jpg", "more": 1}', b"[" * 60_000, b"1" * 5000,
    ],
)  # fmt: skip
def test_any_other_json_body_gets_the_tutorials_words_with_status_400(client, body, clerk):
    answer = client.post("/v1/ocr", content=body, headers={"Content-Type": "application/json; charset=utf-8"})
    assert problem(answer, 400, "bad-request")["error"] == DID_YOU_MEAN
    assert not clerk.leases


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/x-www-form-urlencoded"}])
def test_a_body_that_a_client_forgot_to_describe_gets_the_same_words_and_how_to_do_it(client, headers):
    answer = client.post("/v1/ocr", content=b'{"image_url": "x"}' if headers else b"", headers=headers)
    told = problem(answer, 400, "bad-request")
    assert told["error"] == DID_YOU_MEAN
    assert "Content-Type: application/json" in told["hint"]


@pytest.mark.parametrize(
    "url",
    [
        "some_url", "/etc/passwd", "file:///etc/passwd", "-", "", "ftp://example.org/a.jpg", "http://", "http:///etc/passwd",
        "http://[", " http://example.org/a.jpg", "http://example.org/a\n.jpg", "HTTPS:/etc/passwd",
    ],
)  # fmt: skip
def test_a_url_that_is_no_web_address_never_reaches_a_worker(client, clerk, url):
    assert "http" in problem(client.post("/v1/ocr", json={"image_url": url}), 400, "url-refused")["error"]
    assert not clerk.leases


def test_pages_that_failed_are_told_beside_the_tutorials_output(client, clerk):
    failed = Problem("source-damaged", "This page is damaged.", "Scan it again.", "pages")
    clerk.answer = document(page(block("one")), page(number=2, problem=failed))
    answer = client.post("/v1/ocr", json={"image_url": URL})
    told = {"page": 2, "code": "source-damaged", "detail": "This page is damaged.", "hint": "Scan it again."}
    assert answer.json() == {"output": "one\f", "problems": [told]}
    for format in FORMATS:
        assert client.post(f"/v1/ocr?format={format}", json={"image_url": URL}).headers["uncial-failed-pages"] == "2"


def test_a_json_body_with_a_format_gets_that_format(client):
    for name, format in FORMATS.items():
        answer = client.post(f"/v1/ocr?format={name}", json={"image_url": URL})
        assert answer.content == in_format(name)
        assert answer.headers["content-type"] == format.media_type
        assert client.post(f"/v1/ocr?format={name}", json={"image_url": URL}, headers={"Accept": "image/gif"}).status_code == 200
    assert client.post("/v1/ocr", json={"image_url": URL}, headers={"Accept": "text/plain"}).content == write(TWO_PAGES, "txt")
    plain = client.post("/v1/ocr", json={"image_url": URL}, headers={"Accept": "application/json"})
    assert set(plain.json()) == {"output"}


# Files


def test_a_form_with_a_file_is_read_and_answered_as_the_document(client, clerk):
    answer = client.post("/v1/ocr", files={"file": ("scan.png", b"\x89PNG\r\n--bytes\r\n", "image/png")})
    assert answer.content == in_format("json", named("scan.png"))
    assert answer.json()["output"] == TWO_PAGES.text
    assert clerk.bytes == [b"\x89PNG\r\n--bytes\r\n"]
    assert order_of(clerk).name == "scan.png"


def test_options_come_as_form_fields_or_in_the_query(client, clerk):
    answer = client.post(
        "/v1/ocr?pages=2", files={"file": b"x"}, data={"languages": "en+de", "orientation": "false", "format": "tsv"}
    )
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    options = order_of(clerk).options
    assert (options.languages, options.orientation, str(options.pages)) == (("en", "de"), False, "2")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\scans\\passwd", "/etc/passwd", "pass\nwd", "passwd\x1b[31m", "ünïcode.png", ""]
)
def test_a_clients_file_name_is_shown_and_never_a_path(client, clerk, name, rig):
    client.post("/v1/ocr", files={"file": (name, b"x")})
    told = order_of(clerk).name
    assert told
    assert not set(told) & set("/\\\n\x1b")
    assert clerk.bytes == [b"x"]
    assert not [path for path in rig.service.settings.data_dir.rglob("*") if "passwd" in path.name or "nicode" in path.name]


def form(*parts: bytes, end: bytes = b"--b--\r\n") -> dict[str, Any]:
    body = b"".join(b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + end
    return {"content": body, "headers": {"Content-Type": "multipart/form-data; boundary=b"}}


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (form(b'name="file"; filename="a"\r\n\r\nx', b'name="file"; filename="b"\r\n\r\ny'), "more than one file"),
        (form(b'name="image"; filename="a"\r\n\r\nx'), "“image”"),
        (form(b'name="pages"\r\n\r\n1'), "no file"),
        (form(), "no file"),
        (form(b'name="file"; filename="a"\r\n\r\nx', end=b""), "breaks off"),
        ({**form(b'name="file"\r\n\r\nx'), "content": b"rubbish"}, "broken"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, "boundary"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=" + "x" * 500}}, "broken"),
    ],
)
def test_a_form_that_is_not_one_with_one_file_says_what_is_wrong(client, clerk, request_, word):
    told = problem(client.post("/v1/ocr", **request_), 400, "bad-request")
    assert word in told["detail"]
    assert told["hint"]
    assert not clerk.leases


@pytest.mark.parametrize("media", ["image/png", "application/pdf", "application/octet-stream", "image/x-unheard-of", ""])
def test_a_bare_body_is_read(client, clerk, media):
    answer = client.post("/v1/ocr?format=txt", content=b"%PDF-1.7", headers={"Content-Type": media} if media else {})
    assert answer.content == write(TWO_PAGES, "txt")
    assert clerk.bytes == [b"%PDF-1.7"]


@pytest.mark.parametrize("media", ["text/html", "video/mp4", "application/zip", "nonsense"])
def test_a_body_that_says_it_is_no_image_gets_the_names_of_the_formats(client, media):
    told = problem(client.post("/v1/ocr", content=b"x", headers={"Content-Type": media}), 415, "media-type-unsupported")
    assert all(name in told["error"] for name in ("JPEG", "TIFF", "PDF"))


# Formats


def test_the_formats_are_listed(client):
    rows = client.get("/v1/formats").json()["formats"]
    assert [row["name"] for row in rows] == list(FORMATS)
    assert rows[0] == {
        "name": "txt", "media_type": "text/plain; charset=utf-8", "suffix": ".txt", "help": FORMATS["txt"].help,
        "shows": False, "reads": False,
    }  # fmt: skip
    assert {row["name"] for row in rows if row["shows"]} == {"pdf", "pdfa", "png", "lines"}


def test_what_is_no_text_has_a_name_for_its_file_and_text_has_none(client):
    for name, format in FORMATS.items():
        answer = client.post(f"/v1/ocr?format={name}", files={"file": ("scan 1.tiff", b"x")})
        bytes_alone = name in ("docx", "xlsx", "fields-xlsx", "pdf", "pdfa", "png", "lines")
        told = f'attachment; filename="scan 1{format.suffix}"' if bytes_alone else None
        assert answer.headers.get("content-disposition") == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("lettre.de.été.png", "attachment; filename=\"lettre.de._t_.pdf\"; filename*=UTF-8''lettre.de.%C3%A9t%C3%A9.pdf"),
        ('a"b;c.png', "attachment; filename=\"a_b_c.pdf\"; filename*=UTF-8''a%22b%3Bc.pdf"),
        ("a\r\nX-Evil: 1.png", "attachment; filename=\"a__X-Evil_ 1.pdf\"; filename*=UTF-8''a%0D%0AX-Evil%3A%201.pdf"),
        ("\udcff.png", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%3F.pdf"),
        ("", 'attachment; filename="upload.pdf"'),
    ],
)
def test_the_name_of_the_file_is_that_of_the_input_however_hostile_it_is(client, clerk, name, told):
    clerk.answer = document(page(block("one")), name=name)
    assert client.post("/v1/ocr?format=pdf", json={"image_url": URL}).headers["content-disposition"] == told


def test_how_to_write_reaches_the_worker(client, clerk):
    client.post("/v1/ocr?format=txt&layout=yes", content=b"x")
    client.post("/v1/ocr", files={"file": b"x"}, data={"layout": "on"})
    client.post("/v1/ocr", json={"image_url": URL})
    assert [(lease.job.order.format, lease.job.order.output) for lease in clerk.leases] == [
        ("txt", Output(layout=True)), ("", Output(layout=True)), ("tutorial", Output()),
    ]  # fmt: skip


def test_what_was_noticed_is_told_in_a_header_whatever_the_format(client, clerk):
    hidden, repaired = Notice("hidden-text", "It hides 3 words."), Notice("repaired", "The file was mended.")
    other = replace(hidden, message="It hides 5 words.")
    pages = (
        replace(page(block("one")), notices=(hidden, other, repaired)),
        replace(page(block("two"), number=2), notices=(other,)),
    )
    clerk.answer = document(*pages)
    for format in FORMATS:
        answer = client.post(f"/v1/ocr?format={format}", content=b"x")
        assert answer.headers["uncial-notices"] == "hidden-text=2, repaired=1"
    told = client.post("/v1/ocr", json={"image_url": URL})
    assert (told.json(), told.headers["uncial-notices"]) == ({"output": "one\ftwo"}, "hidden-text=2, repaired=1")
    clerk.answer = TWO_PAGES
    assert "uncial-notices" not in client.post("/v1/ocr", content=b"x").headers


def test_a_page_that_a_document_became_runs_nothing_in_a_browser(client):
    for name in FORMATS:
        policy = client.post(f"/v1/ocr?format={name}", content=b"x").headers["content-security-policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "script-src" not in policy


# Passwords


@pytest.mark.parametrize("password", ["open sesame", "pässwörd", "пароль"])
def test_a_password_comes_in_its_header_as_utf_8(client, clerk, password):
    client.post("/v1/ocr", content=b"x", headers=[(b"Uncial-Password", password.encode())])
    assert clerk.leases[0].password == password


def test_a_password_that_is_no_utf_8_is_taken_as_latin_1(client, clerk):
    client.post("/v1/ocr", content=b"x", headers=[(b"Uncial-Password", "pässwörd".encode("latin-1"))])
    assert clerk.leases[0].password == "pässwörd"


def test_a_password_that_is_given_twice_is_refused(client, clerk):
    headers = [("Uncial-Password", "one"), ("Uncial-Password", "two")]
    told = problem(client.post("/v1/ocr", content=b"x", headers=headers), 400, "option-invalid")
    assert "one" not in told["detail"]
    assert not clerk.leases


def test_a_password_in_the_query_or_the_form_is_refused_with_the_header_to_use(client, clerk, caplog):
    caplog.set_level("DEBUG", "uncial")
    for refused in (
        client.post("/v1/ocr?password=sesame", content=b"x"),
        client.post("/v1/ocr?password=sesame", json={"image_url": URL}),
        client.post("/v1/ocr", files={"file": b"x"}, data={"password": "sesame"}),
    ):
        told = problem(refused, 400, "option-invalid")
        assert "Uncial-Password" in told["hint"]
        assert "sesame" not in refused.text
    assert not clerk.leases
    assert "sesame" not in str([vars(record) for record in caplog.records])


def test_a_password_is_told_nowhere(client, clerk, caplog):
    caplog.set_level("DEBUG", "uncial")
    clerk.answer = SourceEncrypted("The password does not open “a.pdf”.")
    answer = client.post("/v1/ocr", content=b"x", headers={"Uncial-Password": "sesame"})
    problem(answer, 422, "source-encrypted")
    assert clerk.leases[0].password == "sesame"
    assert "sesame" not in answer.text + str(answer.headers) + repr(clerk.leases[0])
    assert "sesame" not in str([vars(record) for record in caplog.records])


# Limits


def test_a_body_that_says_it_is_too_large_is_refused_unread(client):
    headers = {"Content-Type": "image/png", "Content-Length": str(LIMIT + 1)}
    answer = client.post("/v1/ocr", content=iter([b"x"] * LIMIT), headers=headers)
    assert "UNCIAL_MAX_BYTES" in problem(answer, 413, "limit-exceeded")["hint"]
    assert answer.headers["connection"] == "close"
    assert client._transport.pieces_read == 0


def test_a_body_without_an_end_is_cut_off_at_the_limit(client):
    answer = client.post("/v1/ocr", content=(b"x" * 1000 for _ in iter(int, 1)), headers={"Content-Type": "image/png"})
    problem(answer, 413, "limit-exceeded")
    assert client._transport.pieces_read == LIMIT // 1000 + 1


def bare(size: int) -> dict[str, Any]:
    return {"content": (b"x" * 1000 for _ in range(size // 1000)), "headers": {"Content-Type": "image/png"}}


def formed(size: int) -> dict[str, Any]:
    return form(b'name="file"; filename="a"\r\n\r\n' + b"x" * size)


@pytest.mark.parametrize("make", [bare, formed])
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(client, clerk, make: Callable[[int], dict[str, Any]]):
    assert client.post("/v1/ocr", **make(LIMIT)).status_code == 200
    assert len(clerk.bytes[0]) == LIMIT
    problem(client.post("/v1/ocr", **make(LIMIT + 1000)), 413, "limit-exceeded")
    assert len(clerk.leases) == 1


def test_the_rest_of_a_form_is_limited_too(client, clerk):
    huge = form(b'name="pages"\r\n\r\n' + b"1" * (LIMIT + MAX_FORM_EXTRA), b'name="file"\r\n\r\nx')
    problem(client.post("/v1/ocr", **huge), 413, "limit-exceeded")


def test_a_json_body_of_more_than_64_kib_is_refused(client):
    problem(client.post("/v1/ocr", json={"image_url": URL, "more": ["x" * 1000] * 70}), 413, "limit-exceeded")


# Failures


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("pdf_dpi=9999", "9999"),
        ("format=odt", "odt"),
        ("format=docx,txt", "docx,txt"),
        ("layout=perhaps", "layout"),
        ("pages=0", "0"),
        ("color=red", "color"),
        ("languages=", "“”"),
        ("pdf_dpi=72&pdf_dpi=73", "twice"),
    ],
)
def test_an_option_that_is_not_valid_is_told(client, clerk, query, word):
    for body in ({"json": {"image_url": URL}}, {"files": {"file": b"x"}}, {"content": b"x"}):
        told = problem(client.post(f"/v1/ocr?{query}", **body), 400, "option-invalid")
        assert word in told["detail"]
        assert told["hint"]
    assert not clerk.leases


def test_what_the_worker_met_reaches_the_client_whole(client, clerk):
    clerk.answer = TimeLimitExceeded("It took longer than 1 second.", stage="engine", page=7)
    told = problem(client.post("/v1/ocr", json={"image_url": URL}), 422, "time-limit-exceeded")
    assert (told["detail"], told["stage"], told["page"]) == ("It took longer than 1 second.", "engine", 7)
    assert told["title"] == TimeLimitExceeded.title
    assert told["error"] == f"It took longer than 1 second. {TimeLimitExceeded.default_hint}"


def test_a_busy_service_says_when_to_come_back(client, clerk):
    clerk.answer = ServiceBusy("All workers are busy.")
    answer = client.post("/v1/ocr", content=b"x")
    problem(answer, 429, "service-busy")
    assert int(answer.headers["retry-after"]) > 0


def test_what_nobody_foresaw_is_a_problem_too_and_tells_nothing_of_the_inside(client, clerk):
    clerk.answer = ZeroDivisionError("secret")
    answer = client.post("/v1/ocr", content=b"x")
    problem(answer, 500, "internal-error")
    assert "secret" not in answer.text
    assert "Zero" not in answer.text


def test_an_accept_header_that_we_cannot_serve_is_told_before_the_body_is_read(client, clerk):
    problem(client.post("/v1/ocr", content=b"x", headers={"Accept": "image/gif"}), 406, "not-acceptable")
    assert not clerk.leases


def test_other_paths_and_methods_are_problems_too(client):
    problem(client.get("/v2/ocr"), 404, "not-found")
    answer = client.get("/v1/ocr")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


# What goes with every answer


def test_the_clients_request_id_is_kept_where_it_is_a_plain_one(client):
    assert client.get("/health", headers={"X-Request-ID": "my-id.7"}).headers["x-request-id"] == "my-id.7"
    for bad in ("a b", "x" * 65, "<script>", "é".encode()):
        made = client.get("/health", headers={"X-Request-ID": bad}).headers["x-request-id"]
        assert len(made) == 32
    assert client.get("/health").headers["x-request-id"] != client.get("/health").headers["x-request-id"]


def test_the_time_of_each_step_is_told(client):
    timing = client.post("/v1/ocr", content=b"x").headers["server-timing"]
    assert [part.split(";dur=")[0] for part in timing.split(", ")] == ["receive", "queue", "read", "write", "total"]
    assert all(float(part.split(";dur=")[1]) >= 0 for part in timing.split(", "))


def test_a_problem_is_logged_with_its_code_and_without_what_the_client_called_its_file(client, clerk, caplog):
    caplog.set_level("DEBUG", "uncial")
    clerk.answer = SourceDamaged("“payslip-of-somebody.png” is damaged.")
    client.post("/v1/ocr", files={"file": ("payslip-of-somebody.png", b"x")})
    assert "source-damaged" in [getattr(record, "code", "") for record in caplog.records]
    assert "payslip" not in str([vars(record) for record in caplog.records])


def test_each_request_is_logged_with_its_id_and_its_job_and_without_its_url(client, clerk, caplog):
    caplog.set_level("INFO", "uncial")
    client.post("/v1/ocr", json={"image_url": URL}, headers={"X-Request-ID": "me"})
    record = next(record for record in caplog.records if record.name == "uncial.service.requests")
    assert (record.method, record.path, record.status, record.job) == ("POST", "/v1/ocr", 200, clerk.leases[0].job.id)
    assert URL not in str(vars(record))


# Health and documentation


def test_the_languages_are_listed_with_the_engines_that_read_them(client, monkeypatch):
    install(monkeypatch, lambda config: FakeEngine())
    told = client.get("/v1/languages").json()
    rows = {row["code"]: row for row in told["languages"]}
    assert set(rows["de"]) == {"code", "name", "script", "engines"}
    assert (rows["de"]["name"], rows["de"]["script"]) == ("German", "Latn")
    assert {"fake", "neural"} <= set(rows["de"]["engines"])
    assert all(row["engines"] for row in rows.values())


def test_health_counts_the_workers_and_what_waits_for_them(client, clerk):
    clerk.held = True
    for _ in range(3):
        client.post("/v1/jobs", content=b"x")
    until(lambda: client.get("/health").json()["workers"]["waiting"] == 3)
    answer = client.get("/health")
    assert answer.status_code == 200
    told = answer.json()
    assert told["status"] == "ok"
    assert told["version"]
    assert told["workers"] == {"starting": 0, "ready": 1, "busy": 0, "failed": 0, "waiting": 3}


def test_health_fails_where_no_worker_can_be_started_and_says_why(client, clerk):
    clerk.fault = ModelMissing("The model is not there.", hint="pip install it")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"
    assert answer.json()["problem"] == {
        "code": "model-missing", "detail": "The model is not there.", "hint": "pip install it",
    }  # fmt: skip


def test_the_documentation_page_loads_nothing_from_elsewhere_and_runs_no_inline_script(client):
    answer = client.get("/docs")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    for path in ("/docs", "/static/docs.js", "/static/docs.css"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "//" not in answer.text.replace("// ", "").replace("https://", "//") or path == "/static/docs.js"
        assert "http:" not in answer.text
        assert "https:" not in answer.text
    assert "<script>" not in client.get("/docs").text


@pytest.mark.parametrize(
    "path", ["/docs", "/static/docs.js", "/static/docs.css", "/health", "/v1/languages", "/v1/formats", "/openapi.json"]
)
def test_what_can_be_got_can_be_asked_about(client, path):
    asked, got = client.head(path), client.get(path)
    assert (asked.status_code, asked.headers["content-type"]) == (200, got.headers["content-type"])


def test_openapi_tells_of_every_body_every_format_every_option_and_every_problem(client):
    api = client.get("/openapi.json").json()
    told = api["paths"]["/v1/ocr"]["post"]
    assert set(told["requestBody"]["content"]) == {
        "application/json", "multipart/form-data", "image/*", "application/pdf", "application/octet-stream",
    }  # fmt: skip
    names = [entry.name for entry in (*fields(Output), *fields(Options))]
    assert [each["name"] for each in told["parameters"] if each["in"] == "query"] == ["format", *names]
    assert set(told["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]) == {"file", "format", *names}
    assert [each["name"] for each in told["parameters"] if each["in"] == "header"] == ["Uncial-Password", "Cache-Control"]
    schemas = {each["name"]: each["schema"] for each in told["parameters"]}
    assert schemas["format"]["enum"] == list(FORMATS)
    assert schemas["pdf_text"] == {"type": "string", "default": "auto", "enum": ["auto", "ignore", "only"]}
    assert schemas["min_confidence"] == {"type": "number", "default": 0.0, "minimum": 0.0, "maximum": 1.0}
    media_types = {format.media_type.split(";")[0] for format in FORMATS.values()}
    assert set(told["responses"]["200"]["content"]) == {*media_types, "application/zip"}
    assert {each["code"] for each in api["x-problems"]} >= {"time-limit-exceeded", "not-acceptable", "bad-request"}
    json.dumps(api)
