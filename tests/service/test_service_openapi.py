from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import fake_worker
from asgi_client import AsgiTransport
from uncial.errors import error_classes
from uncial.service import Settings
from uncial.service.app import build_app
from uncial.service.assembly import assemble
from uncial.service.mistral import OcrRequest
from uncial.service.spool import Spool

METHODS = ("get", "post", "delete", "put", "patch")
ROUTES = {
    "POST /v1/ocr", "POST /v1/extract", "POST /v1/jobs", "GET /v1/jobs", "GET /v1/jobs/{id}", "DELETE /v1/jobs/{id}",
    "GET /v1/jobs/{id}/result", "POST /v1/jobs/{id}/result", "GET /v1/jobs/{id}/events", "POST /v1/batch",
    "POST /v1/jobs/{id}/again", "GET /v1/jobs/{id}/pages", "GET /v1/jobs/{id}/pages/{number}/image",
    "GET /v1/jobs/{id}/corrections", "PUT /v1/jobs/{id}/corrections",
    "GET /v1/batch/{id}", "DELETE /v1/batch/{id}", "GET /v1/options", "GET /v1/formats", "GET /v1/languages",
    "GET /v1/engines", "GET /v1/limits", "GET /v1/kinds", "GET /livez", "GET /readyz", "GET /health", "GET /version",
    "GET /metrics",
}  # fmt: skip
Api = dict[str, Any]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder: Path = tmp_path_factory.mktemp("service")
    service = assemble(Settings(data_dir=folder), Spool.open(folder), fake_worker.plan())
    with httpx.Client(transport=AsgiTransport(build_app(service)), base_url="http://127.0.0.1:5000") as client:
        yield client.get("/openapi.json").json()
    service.stores.database.close()
    service.spool.close()


def operations(api: Api) -> Iterator[tuple[str, Api]]:
    for path, methods in api["paths"].items():
        for method, described in methods.items():
            yield f"{method.upper()} {path}", described


def follow(api: Api, value: Api) -> Api:
    if "$ref" not in value:
        return value
    found: Any = api
    for name in value["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return follow(api, found)


def contents(api: Api) -> Iterator[tuple[str, str, Api]]:
    """Everything that is sent or answered: where, as which media type, and what is said of it."""
    for name, described in operations(api):
        places = {f"{name} asks": described.get("requestBody", {})}
        places |= {f"{name} answers {status}": follow(api, answer) for status, answer in described["responses"].items()}
        for place, told in places.items():
            for media, content in told.get("content", {}).items():
                yield place, media, content


def validator(api: Api, schema: Api) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": api["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_every_route_is_described(api):
    assert {name for name, _ in operations(api)} == ROUTES
    for name, described in operations(api):
        assert described["summary"], name
        assert described["tags"], name


def test_every_example_is_valid(api):
    seen = 0
    for place, media, content in contents(api):
        examples = [content["example"]] if "example" in content else []
        examples += [each["value"] for each in content.get("examples", {}).values()]
        for example in examples:
            if media not in ("multipart/form-data", "text/event-stream"):  # their schemas are of a part of them
                validator(api, content["schema"]).validate(example)
            seen += 1
        if "json" in media and not place.endswith("206"):
            assert examples, place
    assert seen > 50


def test_every_schema_is_one(api):
    for name, schema in api["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert name


def test_every_reference_leads_somewhere(api):
    for reference in set(re.findall(r"'\$ref': '([^']+)'", str(api))):
        assert follow(api, {"$ref": reference}), reference


def test_every_operation_has_its_own_id_and_each_parameter_once(api):
    ids = [described["operationId"] for _, described in operations(api)]
    assert len(ids) == len(set(ids))
    for name, described in operations(api):
        told = [(each["in"], each["name"]) for each in described.get("parameters", [])]
        assert len(told) == len(set(told)), name


def test_every_code_is_told_with_its_status(api):
    told = {each["code"]: each["status"] for each in api["x-problems"]}
    assert {code: kind.http_status for code, kind in error_classes().items()}.items() <= told.items()
    assert set(told) == set(api["components"]["schemas"]["ProblemDetails"]["properties"]["code"]["enum"])
    for status in set(told.values()):
        alike = follow(api, {"$ref": f"#/components/responses/Problem{status}"})
        codes = alike["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]
        assert set(codes) == {code for code in told if told[code] == status}


def test_both_ways_to_send_a_key_are_told_where_one_may_be_needed(api):
    assert set(api["components"]["securitySchemes"]) == {"bearer", "key"}
    for name, described in operations(api):
        if "/v1/" in name:
            assert described["security"] == [{}, {"bearer": []}, {"key": []}], name
            assert {"401", "403", "429"} <= set(described["responses"]), name


def test_every_answer_tells_its_headers(api):
    for name, described in operations(api):
        for status, answer in described["responses"].items():
            assert "X-Request-ID" in follow(api, answer)["headers"], (name, status)


def test_every_field_of_mistrals_request_is_in_the_table_of_the_docs():
    docs = (Path(__file__).parents[2] / "docs" / "http.md").read_text()
    table = docs.partition("### Mistral")[2].partition("\n##")[0]
    told = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    assert set(told) == set(OcrRequest.model_fields)
