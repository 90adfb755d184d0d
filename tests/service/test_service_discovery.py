from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp

import fake_worker
from asgi_client import AsgiTransport
from uncial.engines import engine_names
from uncial.errors import OptionInvalid
from uncial.formats import FORMATS
from uncial.options import Limits, Options, Output, describe
from uncial.service import Settings
from uncial.service.app import build_app
from uncial.service.assembly import assemble
from uncial.service.choices import parse_choices
from uncial.service.dress import dressed
from uncial.service.spool import Spool

LISTS = ("options", "formats", "languages", "engines", "limits")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., httpx.Client]]:
    services = []

    def made(**settings: Any) -> httpx.Client:
        service = assemble(Settings(data_dir=tmp_path, **settings), Spool.open(tmp_path), fake_worker.plan())
        services.append(service)
        return client_of(build_app(service))

    yield made
    for service in services:
        service.stores.database.close()
        service.spool.close()


def client_of(app: ASGIApp) -> httpx.Client:
    return httpx.Client(transport=AsgiTransport(app), base_url="http://127.0.0.1:5000")


def rows(client: httpx.Client, name: str) -> dict[str, dict[str, Any]]:
    answer = client.get(f"/v1/{name}")
    assert answer.status_code == 200, answer.text
    key = "code" if name == "languages" else "name"
    return {row[key]: row for row in answer.json()[name]}


@pytest.mark.parametrize("name", LISTS)
def test_what_answers_to_get_answers_to_head(make, name):
    with make() as client:
        assert client.head(f"/v1/{name}").status_code == 200


def test_every_option_is_told_with_all_that_is_declared_of_it(make):
    with make(engine="tesseract") as client:
        told = rows(client, "options")
    assert list(told) == ["format", *(info.name for kind in (Output, Options) for info in describe(kind))]
    assert told["engine"]["default"] == "tesseract"
    assert told["format"]["choices"] == list(FORMATS)
    wanted = {"type": "integer", "default": 0, "choices": None, "minimum": 0, "maximum": 1200}
    assert {name: told["pdf_dpi"][name] for name in wanted} == wanted
    assert [told[name]["type"] for name in ("deskew", "min_confidence", "languages", "pages")] == [
        "boolean",
        "number",
        "string",
        "string",
    ]
    assert all(row["help"] for row in told.values())


def test_the_defaults_that_are_told_are_those_of_a_request_that_says_nothing(make):
    with make() as client:
        told = rows(client, "options")
    said = [(name, str(row["default"])) for name, row in told.items()]
    nothing = parse_choices([], "auto")
    everything = parse_choices(said, "auto")
    assert (everything.options, everything.output) == (nothing.options, nothing.output)


def test_formats_and_languages_are_listed(make):
    with make() as client:
        assert list(rows(client, "formats")) == list(FORMATS)
        german = rows(client, "languages")["de"]
    assert (german["name"], german["script"]) == ("German", "Latn")
    assert german["engines"]


def test_every_engine_is_listed_also_where_it_cannot_be_used(make):
    with make() as client:
        told = rows(client, "engines")
    assert list(told) == engine_names()
    assert told["neural"]["available"]
    assert {"en", "de"} <= set(told["neural"]["languages"])
    assert set(told["neural"]["languages"]) <= set(told["auto"]["languages"])
    for row in told.values():
        assert row["available"] == (row["reason"] is None)
        assert row["licence"] or not row["available"]


def test_an_engine_that_is_not_there_says_why(make, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # where ocrad would be found
    with make(models=tmp_path) as client:
        absent = [row for row in rows(client, "engines").values() if not row["available"]]
    assert absent
    assert all(row["reason"] for row in absent)


def test_the_limits_are_those_of_the_settings_and_say_nothing_of_the_network_here(make):
    with make(max_pages=7, queue_size=3, fetch_allow="10.1.0.0/16") as client:
        told = rows(client, "limits")
    assert (told["max_pages"]["value"], told["queue_size"]["value"]) == (7, 3)
    assert {info.name for info in describe(Limits)} - set(told) == {"fetch_allow"}
    assert told["max_json_bytes"]["value"] > told["max_bytes"]["value"] * 4 / 3
    assert "10.1" not in str(told)


# What answers wear


def answering(response: Callable[[], Response], **settings: Any) -> httpx.Client:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await response()(scope, receive, send)

    return client_of(dressed(app, Settings(**settings)))


GZIP = {"Accept-Encoding": "gzip"}


def test_long_texts_come_in_gzip_to_those_who_take_it(make):
    with make() as client:
        packed = client.get("/v1/languages", headers=GZIP)
        plain = client.get("/v1/languages", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert "content-encoding" not in plain.headers
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "media_type", ["application/pdf", "image/png", "application/zip", FORMATS["docx"].media_type, FORMATS["xlsx"].media_type]
)
def test_what_is_compressed_already_stays_as_it_is(media_type):
    with answering(lambda: Response(b"x" * 5000, media_type=media_type)) as client:
        answer = client.get("/", headers=GZIP)
    assert "content-encoding" not in answer.headers
    assert len(answer.content) == 5000


def test_events_are_never_held_back():
    async def events() -> Any:
        yield b"data: 1\n\n" * 500

    with answering(lambda: StreamingResponse(events(), media_type="text/event-stream")) as client:
        assert "content-encoding" not in client.get("/", headers=GZIP).headers


def test_a_part_of_a_result_is_a_part_of_the_result_itself():
    told = {"ETag": '"x"', "Accept-Ranges": "bytes"}
    with answering(lambda: Response(b"x" * 5000, 206, told, "text/plain")) as client:
        assert "content-encoding" not in client.get("/", headers=GZIP).headers
    with answering(lambda: Response(b"x" * 5000, 200, told, "text/plain")) as client:
        packed, plain = client.get("/", headers=GZIP), client.get("/", headers={"Accept-Encoding": ""})
    assert packed.headers["etag"] == 'W/"x"'
    assert "accept-ranges" not in packed.headers
    assert (plain.headers["etag"], plain.headers["accept-ranges"]) == ('"x"', "bytes")


ORIGIN = "https://app.example.org"
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,idempotency-key,uncial-password",
}


def test_pages_of_other_sites_are_not_let_in_unless_they_are_named(make):
    with make() as client:
        assert "access-control-allow-origin" not in client.get("/v1/formats", headers={"Origin": ORIGIN}).headers
        assert client.options("/v1/ocr", headers=PREFLIGHT).status_code == 405
    with make(cors_origins=f"{ORIGIN}, http://localhost:3000") as client:
        answer = client.options("/v1/ocr", headers=PREFLIGHT)
        assert answer.status_code == 200, answer.text
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert {"DELETE", "PUT"} <= set(answer.headers["access-control-allow-methods"].split(", "))
        asked = {**PREFLIGHT, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "if-match,content-type"}
        assert client.options("/v1/jobs/1/corrections", headers=asked).status_code == 200
        read = client.get("/v1/formats", headers={"Origin": ORIGIN})
        assert read.headers["access-control-allow-origin"] == ORIGIN
        assert {"X-Request-ID", "Uncial-Failed-Pages", "Location"} <= set(
            read.headers["access-control-expose-headers"].split(", ")
        )
        assert "access-control-allow-credentials" not in read.headers
        stranger = client.get("/v1/formats", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in stranger.headers
        assert client.options("/v1/ocr", headers={**PREFLIGHT, "Origin": "https://evil.example"}).status_code == 400


def test_failures_can_be_read_by_the_pages_that_are_let_in(make):
    with make(cors_origins=ORIGIN) as client:
        answer = client.post("/v1/ocr?pages=x", headers={"Origin": ORIGIN}, content=b"x")
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(
    "origins", ["app.example.org", "https://app.example.org/", "https://a b/c", "https://u@example.org", "null"]
)
def test_an_origin_has_a_scheme_and_a_host_and_no_more(origins):
    with pytest.raises(OptionInvalid, match="cors_origins"):
        Settings(cors_origins=origins)
