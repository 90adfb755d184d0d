from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

import fake_worker
from fakes import block, document, page
from service_rig import Clerk, serving
from uncial.document import Barcode
from uncial.errors import SourceNotFound, TemplateInvalid
from uncial.fields.names import NAMES, ROWS
from uncial.fields.telling import from_json
from uncial.geometry import Box, Quad
from uncial.service import Settings
from uncial.service.assembly import assemble
from uncial.service.choices import LONGEST_TEMPLATES
from uncial.service.spool import Spool

CODE = Barcode("qr-code", "hello", "aGVsbG8=", Quad.of_box(Box(1, 1, 9, 9)))
SLIP = document(replace(page(block("Kiln and Clay", "Slip 4712", "To pay 8.50")), barcodes=(CODE,)), name="slip.jpg")
TEMPLATE = """
template: workshop
kind: receipt
matches: {all_of: ["Kiln and Clay"]}
fields:
  total: {anchor: "To pay", where: right, type: amount}
"""
OTHER = TEMPLATE.replace("workshop", "kiln").replace("total", "paid")
WRONG = "template: x\nkind: menu\nfields: {}\n"


@pytest.fixture(autouse=True)
def slip(clerk: Clerk) -> None:
    clerk.answer = SLIP


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def told(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


# ---- one request


def test_the_answer_is_what_the_document_says(client, clerk):
    answer = client.post("/v1/extract", content=b"x")
    assert answer.headers["content-type"] == "application/json"
    assert set(told(answer)) == {"kind", "confidence", "template", "fields", "pairs", "barcodes"}
    assert answer.json()["barcodes"][0]["text"] == "hello"
    (lease,) = clerk.leases
    assert answer.headers["uncial-job"] == lease.job.id


def test_barcodes_are_read_unless_they_are_not_wanted(client, clerk):
    for query in ("", "?barcodes=no", "?barcodes=yes"):
        assert client.post(f"/v1/extract{query}", content=b"x").status_code == 200
    assert [lease.job.order.options.barcodes for lease in clerk.leases] == [True, False, True]


def test_the_text_alone_has_no_barcodes_unless_they_are_wanted(client, clerk):
    assert client.post("/v1/ocr", content=b"x").status_code == 200
    assert not clerk.leases[0].job.order.options.barcodes


@pytest.mark.parametrize("way", ["query", "form", "json"])
def test_a_kind_and_templates_come_in_the_query_as_fields_or_as_json(client, clerk, way):
    asked = {"kind": "receipt", "templates": TEMPLATE}
    match way:
        case "query":
            answer = client.post("/v1/extract", content=b"x", params=asked)
        case "form":
            answer = client.post("/v1/extract", files={"file": ("a.png", b"x")}, data=asked)
        case _:
            answer = client.post("/v1/extract", json={"document_base64": base64.b64encode(b"x").decode(), **asked})
    assert told(answer)["fields"]["total"]["value"] == 8.5
    assert (answer.json()["kind"], answer.json()["template"]) == ("receipt", "workshop")


def test_templates_may_come_as_a_file(client):
    files = {"file": ("a.png", b"x", "image/png"), "templates": ("forms.yaml", TEMPLATE.encode(), "application/yaml")}
    assert told(client.post("/v1/extract", files=files))["template"] == "workshop"


def test_the_kind_that_was_asked_for_is_the_kind(client):
    assert told(client.post("/v1/extract?kind=letter", content=b"x"))["kind"] == "letter"


def test_a_table_is_had_by_its_name_or_by_the_accept_header(client):
    by_name = client.post("/v1/extract?format=fields-csv&kind=receipt", content=b"x")
    by_header = client.post("/v1/extract?kind=receipt", content=b"x", headers={"Accept": "text/csv"})
    assert by_name.headers["content-type"] == by_header.headers["content-type"] == "text/csv; charset=utf-8"
    assert by_name.text.startswith("file,kind,merchant,")
    assert by_name.content == by_header.content


def test_whoever_likes_anything_gets_fields(client):
    for accept in ("*/*", "application/json", "text/html,*/*;q=0.8", ""):
        assert told(client.post("/v1/extract", content=b"x", headers={"Accept": accept}))["kind"]
    assert code(client.post("/v1/extract", content=b"x", headers={"Accept": "image/png"})) == (406, "not-acceptable")


# ---- what is refused, before a job is made of it


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("kind=menu", "option-invalid"),
        ("format=docx", "option-invalid"),
        ("format=json", "option-invalid"),
        ("colour=red", "option-invalid"),
        ("kind=receipt&kind=receipt", "option-invalid"),
        ("templates=a%3A%20%5B", "template-invalid"),
    ],
)
def test_what_cannot_be_asked_for_is_told(client, clerk, query, refusal):
    assert code(client.post(f"/v1/extract?{query}", content=b"x")) == (400, refusal)
    assert not clerk.leases


def test_a_template_that_is_wrong_is_told_with_its_line(client, clerk, rig):
    answer = client.post("/v1/extract", files={"file": ("a.png", b"x")}, data={"templates": WRONG})
    assert code(answer) == (400, "template-invalid")
    assert "Line 2" in answer.json()["detail"]
    assert not clerk.leases
    assert not rig.store.find(limit=1, states=("queued",))


@pytest.mark.parametrize("way", ["form", "json"])
def test_templates_that_are_too_long_are_refused(client, clerk, way):
    long = {"templates": "#" * LONGEST_TEMPLATES + "\n"}
    sent = {"json": {"document_base64": "eA==", **long}} if way == "json" else {"files": {"file": ("a.png", b"x")}, "data": long}
    assert code(client.post("/v1/extract", **sent)) == (413, "limit-exceeded")
    assert not clerk.leases


def test_templates_in_json_may_be_long_beside_a_long_document(client, clerk):
    long = TEMPLATE + "#" * 40_000 + " “ä”\n"
    document_of = base64.b64encode(b"x" * 50_000).decode()
    assert told(client.post("/v1/extract", json={"templates": long, "document_base64": document_of}))["template"] == "workshop"
    assert told(client.post("/v1/extract", json={"document_base64": document_of, "templates": long}))["template"] == "workshop"
    assert [lease.job.order.output.templates for lease in clerk.leases] == [long, long]
    assert clerk.bytes == [b"x" * 50_000] * 2


@pytest.mark.parametrize(
    "body", [{"image_url": "https://example.org/a.png"}, {"document": {"image_url": "https://example.org/"}}]
)
def test_the_bodies_of_other_services_are_not_understood(client, body):
    answer = client.post("/v1/extract", json=body)
    assert answer.status_code == 400
    assert "document_base64" in answer.json()["detail"]


def test_only_templates_come_as_a_second_file(client):
    files = {"file": ("a.png", b"x"), "kind": ("kind.txt", b"receipt")}
    assert client.post("/v1/extract", files=files).status_code == 400


# ---- jobs


def submit(client: httpx.Client, query: str = "", **more: Any) -> str:
    answer = client.post(f"/v1/jobs{query}", **(more or {"content": b"x"}))
    assert answer.status_code == 202, answer.text
    return str(answer.headers["location"])


def test_the_result_of_any_job_is_had_as_fields(client):
    job = submit(client, "?format=txt")
    assert told(client.get(f"{job}/result?format=fields&kind=receipt"))["kind"] == "receipt"
    assert told(client.get(f"{job}/result?format=fields&kind=letter"))["kind"] == "letter"
    assert client.get(f"{job}/result?format=fields-csv").text.startswith("file,kind")


def test_results_of_other_kinds_and_templates_are_told_apart(client, rig):
    job = submit(client, "?format=fields")
    asked = [{}, {"kind": "receipt"}, {"kind": "letter"}, {"templates": TEMPLATE}, {"templates": OTHER}]
    answers = [client.get(f"{job}/result", params={"format": "fields", **each}) for each in asked]
    assert len({answer.headers["etag"] for answer in answers}) == len(asked)
    assert [told(answer)["template"] for answer in answers] == [None, None, None, "workshop", "kiln"]
    again = client.get(f"{job}/result", params={"format": "fields", "kind": "letter"}, headers={"If-None-Match": "x"})
    assert again.headers["etag"] == answers[2].headers["etag"]


def test_what_the_job_was_sent_with_goes_for_its_result(client):
    job = submit(client, "", files={"file": ("a.png", b"x")}, data={"format": "fields", "kind": "receipt", "templates": TEMPLATE})
    assert told(client.get(f"{job}/result?format=fields"))["fields"]["total"]["value"] == 8.5


def test_a_result_is_asked_for_with_a_body_where_a_query_is_too_short(client):
    job = submit(client)
    long = TEMPLATE + "#" * 40_000
    assert told(client.post(f"{job}/result", json={"format": "fields", "templates": long}))["template"] == "workshop"
    assert client.post(f"{job}/result?format=txt", json={}).text == SLIP.text + "\n"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"[]", "bad-request"),
        (b"{", "bad-request"),
        (b"[" * 50_000, "bad-request"),
        (b'{"languages": "de"}', "option-invalid"),
        (b'{"kind": "menu"}', "option-invalid"),
        (json.dumps({"format": "fields", "templates": WRONG}).encode(), "template-invalid"),
    ],
)
def test_a_body_that_asks_for_no_result_is_told(client, body, refusal):
    assert code(client.post(f"{submit(client)}/result", content=body)) == (400, refusal)


def test_a_template_that_is_wrong_is_told_of_a_result_too(client):
    answer = client.get(f"{submit(client)}/result", params={"format": "fields", "templates": WRONG})
    assert code(answer) == (400, "template-invalid")


def test_the_same_key_with_another_kind_or_other_templates_is_another_request(client):
    key = {"Idempotency-Key": "extract-1"}
    first = {"document_base64": "eA==", "format": "fields", "kind": "receipt"}
    assert client.post("/v1/jobs", json=first, headers=key).status_code == 202
    assert client.post("/v1/jobs", json=first, headers=key).status_code == 202
    for other in ({**first, "kind": "letter"}, {**first, "templates": TEMPLATE}):
        assert code(client.post("/v1/jobs", json=other, headers=key)) == (409, "idempotency-clash")


def test_what_was_read_before_is_extracted_anew_in_every_way_that_is_asked_for(rig, clerk):
    with rig.client() as client:  # which takes what was read before
        asked = [{"kind": "receipt"}, {"kind": "letter"}, {"templates": TEMPLATE}]
        answers = [told(client.post("/v1/extract", content=b"remembered", params=each)) for each in asked]
    assert [answer["kind"] for answer in answers] == ["receipt", "letter", "receipt"]
    assert answers[2]["fields"]["total"]["value"] == 8.5
    assert len(clerk.leases) == 1


def test_items_of_a_batch_are_had_as_fields(client, clerk):
    items = [{"url": "https://example.org/a.png", "format": "fields", "kind": "letter"}, {"url": "https://example.org/b.png"}]
    batch = client.post("/v1/batch", json={"items": items, "barcodes": True}).json()
    first, second = (job["links"]["result"] for job in batch["items"])
    assert told(client.get(f"{first}?format=fields"))["kind"] == "letter"
    assert told(client.get(second))["output"]


def test_an_item_of_a_batch_whose_template_is_wrong_fails_by_itself(client):
    items = [{"url": "https://example.org/a.png", "templates": WRONG}, {"url": "https://example.org/b.png"}]
    first, second = client.post("/v1/batch", json={"items": items}).json()["items"]
    assert (first["state"], first["error"]["code"]) == ("failed", "template-invalid")
    assert second["error"] is None


# ---- templates that the service knows


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "workshop.yaml").write_text(TEMPLATE)
    return tmp_path / "forms"


def start(tmp_path: Path, *templates: Path) -> None:
    with Spool.open(tmp_path / "data") as spool:
        assemble(Settings(data_dir=tmp_path / "data", templates=templates), spool, fake_worker.plan())


def test_a_service_knows_templates_of_its_own(tmp_path, forms):
    with serving(tmp_path / "data", templates=(forms,)) as rig, rig.client() as client:
        rig.clerk.answer = SLIP
        assert told(client.post("/v1/extract", content=b"x"))["template"] == "workshop"
        plain = submit(client, "?format=txt")
        assert told(client.get(f"{plain}/result?format=fields"))["template"] == "workshop"
        assert [lease.job.order.output.templates for lease in rig.clerk.leases] == ["", ""]  # rows of jobs stay small


def test_templates_of_the_request_go_before_those_of_the_service(tmp_path, forms):
    with serving(tmp_path / "data", templates=(forms,)) as rig, rig.client() as client:
        rig.clerk.answer = SLIP
        assert told(client.post("/v1/extract", content=b"x", params={"templates": OTHER}))["template"] == "kiln"


def test_a_template_with_the_name_of_another_is_refused_without_saying_where_that_is(tmp_path, forms):
    with serving(tmp_path / "data", templates=(forms,)) as rig, rig.client() as client:
        answer = client.post("/v1/extract", content=b"x", params={"templates": TEMPLATE})
        assert code(answer) == (400, "template-invalid")
        assert str(tmp_path) not in answer.text


def test_a_template_that_is_wrong_keeps_the_service_from_starting(tmp_path, forms):
    (forms / "wrong.yaml").write_text(WRONG)
    with pytest.raises(TemplateInvalid, match=r"wrong\.yaml"):
        start(tmp_path, forms)


def test_templates_that_are_not_there_keep_the_service_from_starting(tmp_path):
    with pytest.raises(SourceNotFound, match="none"):
        start(tmp_path, tmp_path / "none")


def test_the_setting_names_files_and_folders_as_paths_do(monkeypatch, tmp_path):
    monkeypatch.setenv("UNCIAL_TEMPLATES", f"{tmp_path}/a.yaml:{tmp_path}/forms")
    assert Settings(data_dir=tmp_path).templates == (tmp_path / "a.yaml", tmp_path / "forms")


# ---- discovery


def test_every_kind_is_told_with_its_fields(client):
    rows = client.get("/v1/kinds").json()["kinds"]
    assert {row["name"]: {field["name"] for field in row["fields"]} for row in rows} == {
        kind: set(names) for kind, names in NAMES.items()
    }
    receipt = next(row for row in rows if row["name"] == "receipt")
    lists = {field["name"]: field["rows"] for field in receipt["fields"] if field["rows"]}
    assert lists == {name: list(ROWS[name]) for name in ("items", "taxes")}


def test_the_answer_is_read_back(client):
    answer = client.post("/v1/extract", content=b"x", params={"templates": TEMPLATE})
    assert str(from_json(answer.content).fields["total"].value) == "8.50"
