"""Every code that a failure can carry, as a table and as OpenAPI tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from uncial import errors
from uncial.errors import UncialError
from uncial.service.problems import DID_YOU_MEAN, MEDIA_TYPE
from uncial.service.schema_words import TEXT, Schema, fixed, maybe, ref, told

OF_HTTP_ITSELF = (400, 404, 405, 406)


def problems() -> list[Schema]:
    """Every code that an answer can carry, with its title, its status and what to do."""
    told = [
        {"code": kind.code, "status": kind.http_status, "title": kind.title, "hint": kind.default_hint}
        for kind in _walk(UncialError)
        if kind.__module__ == errors.__name__
    ]
    http = [HTTPStatus(status) for status in OF_HTTP_ITSELF]
    plain = [
        {"code": each.phrase.lower().replace(" ", "-"), "status": each.value, "title": each.phrase, "hint": ""} for each in http
    ]
    return told + plain


def _walk(kind: type[UncialError]) -> Iterator[type[UncialError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _walk(child)


def problem_schema() -> Schema:
    """A failure as JSON (RFC 9457)."""
    helps = {
        "error": "What happened and what to do, in one string.",
        "type": "Where the code is explained.",
        "title": "What this code means.",
        "detail": "What happened, in one sentence.",
        "hint": "What to do about it.",
        "stage": "The step that failed.",
        "request_id": "The id that the service's log has too.",
    }
    code = {"type": "string", "enum": [problem["code"] for problem in problems()]}
    page = told(maybe({"type": "integer"}), "The page that is to blame, from 1.")
    return fixed(
        {**{name: told(TEXT, help) for name, help in helps.items()}, "code": code, "status": {"type": "integer"}, "page": page}
    )


def problem_responses() -> Schema:
    """An answer for each status that is a problem, with the codes that have it."""
    known = problems()
    statuses = sorted({each["status"] for each in known})
    return {f"Problem{status}": _problem([each for each in known if each["status"] == status]) for status in statuses}


def _problem(alike: list[Schema]) -> Schema:
    first = alike[-1]
    error = DID_YOU_MEAN if first["code"] == "bad-request" else f"What happened. {first['hint']}".strip()
    example = {
        "error": error,
        "type": f"/docs#{first['code']}",
        "title": first["title"],
        "status": first["status"],
        "detail": "What happened.",
        "code": first["code"],
        "stage": "",
        "page": None,
        "hint": first["hint"],
        "request_id": "5f0c1d",
    }
    codes = {"type": "object", "properties": {"code": {"enum": [each["code"] for each in alike]}}}
    schema = {"allOf": [ref("ProblemDetails"), codes]}
    again = {"Retry-After": {"description": "Seconds after which it makes sense to ask again.", "schema": TEXT}}
    headers = again if first["status"] in (429, 503) else {}
    names = " or ".join(each["code"] for each in alike)
    return {"description": f"{names}.", "headers": headers, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
