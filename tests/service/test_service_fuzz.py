from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from running_service import SCRIPTED, running

ROUTES = {
    "POST /v1/ocr": 25, "POST /v1/extract": 25, "POST /v1/jobs": 25, "GET /v1/jobs": 20, "GET /v1/jobs/{id}": 8,
    "DELETE /v1/jobs/{id}": 8, "GET /v1/jobs/{id}/result": 12,
    "POST /v1/jobs/{id}/result": 12, "GET /v1/jobs/{id}/events": 6, "POST /v1/batch": 20,
    "GET /v1/jobs/{id}/pages": 6, "GET /v1/jobs/{id}/pages/{number}/image": 12, "POST /v1/jobs/{id}/again": 12,
    "GET /v1/batch/{id}": 5, "DELETE /v1/batch/{id}": 5,
}  # fmt: skip
"""Each route that takes something, and how many requests it gets of each kind."""
LISTS = [
    "/v1/options",
    "/v1/formats",
    "/v1/languages",
    "/v1/engines",
    "/v1/limits",
    "/v1/kinds",
    "/livez",
    "/readyz",
    "/health",
    "/version",
    "/metrics",
]
"""Routes that take nothing."""
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("service")
    with running(folder, SCRIPTED, workers=1, wait_limit=2, queue_size=100_000, fetch_seconds=0.2) as service:
        yield service.url


@pytest.fixture(scope="module")
def described(url: str) -> dict[str, Any]:
    api: dict[str, Any] = httpx.get(f"{url}/openapi.json").json()
    return api


@pytest.fixture(scope="module")
def schema(described: dict[str, Any]) -> Any:
    return schemathesis.openapi.from_dict(described)


@pytest.fixture(scope="module")
def schema_for_wrongs(described: dict[str, Any]) -> Any:
    """Without `binary`, of which schemathesis 4.32 makes wrong values that it then cannot look at (its pull request 4520)."""
    return schemathesis.openapi.from_dict(json.loads(json.dumps(described).replace('"format": "binary"', '"minLength": 0')))


def check(case: Any, url: str) -> Any:
    answer = case.call(base_url=url, timeout=20)
    case.validate_response(answer, checks=list(CHECKS))
    return answer


@pytest.mark.parametrize("mode", MODES, ids=["right", "wrong"])
@pytest.mark.parametrize("route", ROUTES)
def test_whatever_a_route_is_sent_it_answers_as_its_description_says(url, schema, schema_for_wrongs, route, mode):
    method, _, path = route.partition(" ")
    operation = (schema if mode is GenerationMode.POSITIVE else schema_for_wrongs)[path][method]

    @settings(max_examples=ROUTES[route], deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def fuzz(case: Any) -> None:
        check(case, url)

    fuzz()


@pytest.mark.parametrize("path", LISTS)
def test_what_takes_nothing_answers_as_its_description_says(url, schema, path):
    assert check(schema[path]["GET"].Case(), url).status_code == 200


DOCUMENTS = ("say Über", "pages a b c", "say one\nunsupported", "noticed", "unsupported", "nonsense", "")


@pytest.mark.parametrize("words", DOCUMENTS)
def test_a_job_is_described_from_its_beginning_to_its_end(url, schema, words):
    body = {"document_base64": base64.b64encode(words.encode()).decode(), "name": "a.png"}
    waited = schema["/v1/ocr"]["POST"].Case(body=body, media_type="application/json")
    check(waited, url)
    job = check(schema["/v1/jobs"]["POST"].Case(body=body, media_type="application/json"), url).json()

    def ask(method: str, path: str = "", **query: Any) -> Any:
        return check(schema[f"/v1/jobs/{{id}}{path}"][method].Case(path_parameters={"id": job["id"]}, query=query), url)

    ended = ask("GET", wait=10).json()
    assert ended["state"] in ("succeeded", "partial", "failed")
    ask("GET", "/events")
    ask("GET", "/pages")
    check(schema["/v1/jobs/{id}/pages/{number}/image"]["GET"].Case(path_parameters={"id": job["id"], "number": "1"}), url)
    check(
        schema["/v1/jobs/{id}/again"]["POST"].Case(path_parameters={"id": job["id"]}, body={}, media_type="application/json"), url
    )
    for format in ("json", "txt", "md", "page", "xlsx"):
        ask("GET", "/result", format=format)
    ask("DELETE", forget="yes")
    assert ask("GET").status_code == 404


@pytest.mark.parametrize("words", DOCUMENTS)
@pytest.mark.parametrize("way", ["tutorial", "mistral"])
def test_other_services_answers_are_described_too(url, schema, words, way):
    link = f"data:;base64,{base64.b64encode(words.encode()).decode()}"
    body = {"image_url": link} if way == "tutorial" else {"document": {"image_url": link}, "include_image_base64": True}
    answer = check(schema["/v1/ocr"]["POST"].Case(body=body, media_type="application/json"), url)
    if answer.status_code == 200:
        assert ("output" in answer.json()) == (way == "tutorial")
