from __future__ import annotations

import base64
import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from asgi_client import AsgiTransport
from uncial.options import Options, PageRanges
from uncial.service import Settings
from uncial.service.bodies import Wish, receive
from uncial.service.json_body import LONG, MAX_JSON, encoded_limit
from uncial.service.problems import DID_YOU_MEAN, tell_problems

URL = "https://example.org/page.jpg"
LIMIT = 400_000
JSON = {"Content-Type": "application/json"}
SMALL = b"\x89PNG small"
LARGE = bytes(range(256)) * 500
"""Longer in base64 than what is looked at as a whole."""


class Inbox:
    """An application that takes bodies in and remembers what came."""

    def __init__(self, folder: Path, limit: int = LIMIT, own: tuple[str, ...] = ()) -> None:
        self.path = folder / "upload"
        self.wishes: list[Wish] = []
        settings = Settings(data_dir=folder, max_bytes=limit, engine="auto")
        self._app = app = FastAPI()
        tell_problems(app)

        @app.post("/v1/ocr")
        async def take(request: Request) -> JSONResponse:
            self.wishes.append(await receive(request, self.path, settings, own))
            return JSONResponse({})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"request_id": "1", "code": ""}
        await self._app(scope, receive, send)

    @property
    def document(self) -> bytes:
        return self.path.read_bytes()


def client_of(app: ASGIApp) -> httpx.Client:
    return httpx.Client(transport=AsgiTransport(app), base_url="http://test")


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


@pytest.fixture
def client(inbox: Inbox) -> Iterator[httpx.Client]:
    with client_of(inbox) as client:
        yield client


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def came(client: httpx.Client, inbox: Inbox, body: Any, query: str = "", **headers: str) -> Wish:
    answer = client.post(f"/v1/ocr{query}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return inbox.wishes[-1]


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    assert told["code"] == code
    assert told["detail"]
    assert told["hint"]
    return told


# What comes in


@pytest.mark.parametrize("data", [SMALL, LARGE, b"", LARGE[:-1], LARGE[:-2]])
@pytest.mark.parametrize("way", ["raw", "form", "base64", "data URL", "our URL", "mistral image", "mistral document"])
def test_a_document_is_the_same_however_it_is_sent(client, inbox, way, data):
    url = f"data:image/png;base64,{text(data)}"
    bodies: dict[str, Any] = {
        "raw": {"content": data, "headers": {"Content-Type": "application/octet-stream"}},
        "form": {"files": {"file": ("page.png", data)}},
        "base64": {"json": {"document_base64": text(data)}},
        "data URL": {"json": {"image_url": url}},
        "our URL": {"json": {"url": url}},
        "mistral image": {"json": {"document": {"type": "image_url", "image_url": url}}},
        "mistral document": {"json": {"model": "m", "document": {"type": "document_url", "document_url": url}}},
    }
    answer = client.post("/v1/ocr", **bodies[way])
    assert answer.status_code == 200, answer.text
    wish = inbox.wishes[-1]
    assert inbox.document == data
    assert (wish.path, wish.url, wish.size) == (inbox.path, "", len(data))
    assert wish.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("piece", [1, 7, 4096, 1 << 20])
def test_a_json_body_may_be_cut_anywhere(client, inbox, piece):
    data = LARGE if piece > 1 else LARGE[:20_000]
    # As MIME wraps it, as PHP escapes it, and with letters escaped that need not be.
    lines = base64.encodebytes(data).decode()
    wrapped = lines.replace("\n", r"\r\n").replace("/", r"\/").replace("A", r"\u0041", 500)
    body = f'{{"name": "a \\"quoted\\" name.png", "document_base64": "{wrapped}", "pages": "1-2"}}'.encode()
    pieces = (body[start : start + piece] for start in range(0, len(body), piece))
    answer = client.post("/v1/ocr", content=pieces, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert inbox.document == data
    assert inbox.wishes[0].name == 'a "quoted" name.png'
    assert str(inbox.wishes[0].choices.options.pages) == "1-2"


def test_a_document_in_json_is_never_held_in_memory(tmp_path):
    inbox = Inbox(tmp_path, limit=64 << 20)
    block = text(LARGE[:96_000]).encode()
    count = 200

    def pieces() -> Iterator[bytes]:
        yield b'{"document_base64": "'
        for _ in range(count):
            yield block
        yield b'"}'

    with client_of(inbox) as client:
        client.post("/v1/ocr", json={"document_base64": text(LARGE)})  # so that everything is imported
        tracemalloc.start()
        try:
            assert client.post("/v1/ocr", content=pieces(), headers=JSON).status_code == 200
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert inbox.wishes[-1].size == 96_000 * count
    assert peak < 2 << 20


def test_a_body_may_be_as_long_as_base64_makes_the_largest_document(client, inbox):
    data = b"x" * LIMIT
    wrapped = base64.encodebytes(data).decode()
    assert client.post("/v1/ocr", json={"document_base64": wrapped}).status_code == 200
    assert inbox.wishes[0].size == LIMIT
    refused(client.post("/v1/ocr", json={"document_base64": text(data + b"x")}), 413, "limit-exceeded")
    told = {**JSON, "Content-Length": str(encoded_limit(LIMIT) + 1)}
    refused(client.post("/v1/ocr", content=iter([b"{"]), headers=told), 413, "limit-exceeded")
    assert client._transport.pieces_read == 0


# What is refused


@pytest.mark.parametrize(
    "body",
    [
        {}, [], None, 3, "x", {"image_url": 3}, {"image_url": None}, {"image_url": URL, "more": 1}, {"url": 3},
        {"document_base64": 3},        {"url": URL, "document_base64": "QUJD"}, {"file": "x"},
    ],
)  # fmt: skip
def test_json_of_no_kind_that_we_know_gets_the_tutorials_words(client, body):
    assert refused(client.post("/v1/ocr", json=body), 400, "bad-request")["error"] == DID_YOU_MEAN


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff", b'{"image_url": "', b'{"image_url": "\\', b'{"image_url": "\\u12"}', b'{"image_url": "\\u12zzzzzz"}',
        b"[" * 60_000,        b"1" * 5000, b'{"a": "' + b"x" * 2 * LONG, b'{"a": "' + b"!" * 2 * LONG + b'"}', b'{"a" "b"}',
    ],
)  # fmt: skip
def test_what_is_no_json_gets_them_too(client, body):
    assert refused(client.post("/v1/ocr", content=body, headers=JSON), 400, "bad-request")["error"] == DID_YOU_MEAN


@pytest.mark.parametrize("size", [10, 4 * LONG])
@pytest.mark.parametrize("end", ["!!!!", "A", "AA=A", "=AAA", "A===", "QQ==QQ==", "ÄAAA", "-_-_"])
def test_what_is_no_base64_is_refused(client, size, end):
    body = {"document_base64": "QUJD" * size + end}
    refused(client.post("/v1/ocr", json=body), 400, "bad-request")
    url = {"image_url": "data:;base64," + "QUJD" * size + end}
    refused(client.post("/v1/ocr", json=url), 400, "bad-request")


@pytest.mark.parametrize("body", [{"url": URL, "name": "x" * 2 * LONG}, {"document_base64": "QUJD", "name": "QUJD" * LONG}])
def test_only_the_document_may_be_long(client, body):
    refused(client.post("/v1/ocr", json=body), 413, "limit-exceeded")


def test_there_is_one_document_at_a_time(client):
    body = {"document_base64": "QUJD" * LONG, "url": "QUJD" * LONG}
    refused(client.post("/v1/ocr", json=body), 413, "limit-exceeded")


def test_what_is_not_the_document_has_its_own_limit(client):
    body = {"document_base64": text(LARGE), **{f"option{number}": "x" * 1000 for number in range(MAX_JSON // 1000)}}
    refused(client.post("/v1/ocr", json=body), 413, "limit-exceeded")


@pytest.mark.parametrize(
    "url",
    [
        "some_url", "/etc/passwd", "file:///etc/passwd", "-", "", "ftp://example.org/a.jpg", "http://", "http:///etc/passwd",
        "http://[", " http://example.org/a.jpg", "http://example.org/a\n.jpg", "HTTPS:/etc/passwd", "\ud800", "QUJD" * LONG,
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["image_url", "url", "image", "document"])
def test_a_url_that_is_no_web_address_is_refused(client, inbox, url, kind):
    bodies: dict[str, Any] = {
        "image_url": {"image_url": url},
        "url": {"url": url},
        "image": {"document": {"type": "image_url", "image_url": {"url": url}}},
        "document": {"document": {"type": "document_url", "document_url": url}},
    }
    answer = client.post("/v1/ocr", content=json.dumps(bodies[kind]), headers=JSON)
    if "\ud800" in url and kind in ("image", "document"):
        assert answer.status_code == 400
    else:
        assert "http" in refused(answer, 400, "url-refused")["error"]
    assert not inbox.wishes


@pytest.mark.parametrize("url", ["data:image/png,abc", "data:,", "data:image/png;base64", "DATA:image/png;base64,!"])
def test_a_data_url_has_to_be_in_base64(client, url):
    refused(client.post("/v1/ocr", json={"image_url": url}), 400, "bad-request")


# What is asked for


def test_options_are_fields_of_our_own_bodies(client, inbox):
    body = {
        "url": URL, "languages": ["en", "de"], "pages": [1, 3], "pdf_dpi": 300, "deskew": False, "min_confidence": 0.5,
        "layout": True, "format": "md", "effort": None, "name": "../secret/a.pdf",
    }  # fmt: skip
    wish = came(client, inbox, body)
    pages = PageRanges(((1, 1), (3, 3)))
    asked = Options(languages=("en", "de"), pages=pages, pdf_dpi=300, deskew=False, min_confidence=0.5)
    assert wish.choices.options == asked
    assert wish.choices.output.layout
    assert wish.format is not None
    assert (wish.format.name, wish.shape, wish.name, wish.url) == ("md", "", "a.pdf", URL)


@pytest.mark.parametrize(
    "field",
    [
        {"pages": {}}, {"pages": []}, {"languages": [1.5]}, {"deskew": [True]}, {"language": "de"}, {"pdf_dpi": "many"}, {"": 1},
        {"password": "sesame"}, {"min_confidence": float("nan")}, {"pdf_dpi": 1e400}, {"\ud800": "\ud800"}, {"format": "\ud800"},
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_refused(client, field):
    body = json.dumps({"document_base64": "QUJD", **field})
    refused(client.post("/v1/ocr", content=body, headers=JSON), 400, "option-invalid")


def test_an_option_in_the_query_and_in_the_body_is_given_twice(client):
    refused(client.post("/v1/ocr?pages=1", json={"url": URL, "pages": "1"}), 400, "option-invalid")


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ({"image_url": URL}, "tutorial"),
        ({"document": {"image_url": URL}}, "mistral"),
        ({"url": URL}, ""),
        ({"document_base64": "QUJD"}, ""),
    ],
)
def test_each_body_has_its_own_answer_unless_a_format_is_asked_for(client, inbox, body, shape):
    for headers in ({}, {"Accept": "application/json"}, {"Accept": "text/html;q=0.1, */*"}):
        wish = came(client, inbox, body, **headers)
        assert (wish.shape, wish.format and wish.format.name) == (shape, None if shape else "json")
    for query, headers in (("?format=txt", {}), ("", {"Accept": "text/plain"}), ("?format=txt", {"Accept": "application/json"})):
        wish = came(client, inbox, body, query, **headers)
        assert wish.format is not None
        assert (wish.shape, wish.format.name) == ("", "txt")
    wish = came(client, inbox, body, "?format=json")
    assert wish.format is not None
    assert (wish.shape, wish.format.name) == ("", "json")


def test_nothing_is_read_of_a_body_whose_query_makes_no_sense(client):
    for query, headers in (("?pages=x", {}), ("", {"Accept": "image/gif"})):
        answer = client.post(f"/v1/ocr{query}", content=iter([b"x"]), headers={"Content-Type": "image/png", **headers})
        assert answer.status_code in (400, 406)
        assert client._transport.pieces_read == 0


def test_what_is_the_routes_own_is_no_option(tmp_path):
    inbox = Inbox(tmp_path, own=("queue", "webhook"))
    with client_of(inbox) as client:
        assert came(client, inbox, {"url": URL, "queue": "bulk"}, "?webhook=http://x").own == {
            "queue": "bulk",
            "webhook": "http://x",
        }
        files = {"file": ("a.png", b"x")}
        assert client.post("/v1/ocr", files=files, data={"queue": "bulk"}).status_code == 200
        assert inbox.wishes[-1].own == {"queue": "bulk"}
        refused(client.post("/v1/ocr?queue=bulk", json={"url": URL, "queue": "bulk"}), 400, "option-invalid")


# Mistral's request


MISTRAL: dict[str, Any] = {"model": "mistral-ocr-latest", "document": {"type": "document_url", "document_url": URL}}


@pytest.mark.parametrize(
    ("pages", "ours"),
    [
        ([0], "1"), ([0, 1, 5], "1,2,6"),
        (3, "4"), ("0-3", "1-4"), ("0,2-4", "1,3-5"), (["0-1", 7], "1-2,8"), (" 0 - 3 , 5 ", "1-4,6"), (None, ""),
    ],
)  # fmt: skip
def test_mistrals_pages_count_from_0(client, inbox, pages, ours):
    assert str(came(client, inbox, {**MISTRAL, "pages": pages}).choices.options.pages) == ours


@pytest.mark.parametrize("pages", [[-1], [], "x", "1-", "-1", "3-1", [0.5], [True], {}, [[0]], "", "0,", 10**9])
def test_pages_that_make_no_sense_are_refused(client, pages):
    refused(client.post("/v1/ocr", json={**MISTRAL, "pages": pages}), 400, "option-invalid")


def test_what_has_no_effect_on_the_text_is_let_through(client, inbox):
    harmless = {
        "id": "x", "extract_header": True, "extract_footer": False, "include_blocks": False, "image_limit": None,
        "confidence_scores_granularity": "page", "bbox_annotation_format": None, "document_annotation_format": None,
        "document_annotation_prompt": None,
    }  # fmt: skip
    wish = came(client, inbox, {**MISTRAL, **harmless})
    assert (wish.shape, wish.url, wish.name) == ("mistral", URL, "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bbox_annotation_format", {"type": "json_schema"}), ("document_annotation_format", {"type": "text"}),
        ("document_annotation_prompt", "Say what it is"), ("include_blocks", True), ("confidence_scores_granularity", "word"),
        ("table_format", "latex"), ("image_limit", -1), ("image_min_size", "x"), ("include_image_base64", "yes"), ("new", 1),
        ("model", 3),
    ],
)  # fmt: skip
def test_what_cannot_be_honoured_is_refused_and_not_passed_over(client, field, value):
    told = refused(client.post("/v1/ocr", json={**MISTRAL, field: value}), 400, "option-invalid")
    assert field in told["detail"]


@pytest.mark.parametrize(
    "document",
    [
        {"type": "file", "file_id": "1"}, {"file_id": "1"}, {}, None, URL, [URL], {"type": "image_url"},
        {"type": 3, "image_url": URL}, {"type": "image_url", "document_url": URL},
        {"type": "image_url", "image_url": {"uri": URL}}, {"image_url": URL, "x": 1},
    ],
)  # fmt: skip
def test_a_document_is_an_address_or_a_data_url(client, document):
    refused(client.post("/v1/ocr", json={"model": "m", "document": document}), 400, "bad-request")


def test_what_mistrals_request_wants_of_the_answer_is_in_the_name_of_its_shape(client, inbox):
    wants = {"include_image_base64": True, "image_limit": 4, "image_min_size": 50, "table_format": "html"}
    assert came(client, inbox, {**MISTRAL, **wants}).shape == "mistral-images-limit4-least50-html"
    named = {"model": None, "document": {"document_url": f"data:;base64,{text(SMALL)}", "document_name": "a/b.pdf"}}
    assert came(client, inbox, named).name == "b.pdf"


def test_halves_of_letters_do_no_harm(client):
    for body in ({**MISTRAL, "\ud800": 1}, {**MISTRAL, "table_format": "\ud800"}, {"document": {"type": "\ud800"}}):
        assert client.post("/v1/ocr", content=json.dumps(body), headers=JSON).status_code == 400
