"""What /openapi.json says of the service, made from the tables that the service itself runs by: options, formats, errors."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from uncial import errors
from uncial.errors import UncialError
from uncial.formats import FORMATS
from uncial.formats import json as document_json
from uncial.options import OptionInfo, PageRanges
from uncial.service.choices import FORMAT, OPTIONS
from uncial.service.problems import DID_YOU_MEAN, MEDIA_TYPE

Schema = dict[str, Any]

SCHEMAS = "#/components/schemas/"
URL = "https://example.org/page.jpg"
TEXT = "The quick brown fox\n\fPage two"
OF_HTTP_ITSELF = (400, 404, 405, 406)
BINARY = {"schema": {"type": "string", "format": "binary"}}

SUMMARY = "Reads text out of images and PDFs."
DESCRIPTION = (
    "Send a document as JSON with its URL, as the field `file` of a form, or as the bare body; its bytes tell what it is. "
    "Every failure is a problem (RFC 9457) with a stable `code`, and never a 200."
)


def _value_schema(info: OptionInfo) -> Schema:
    match info.default:
        case bool():
            return {"type": "boolean", "default": info.default}
        case int():
            return {"type": "integer", "default": info.default, "minimum": info.low, "maximum": info.high}
        case PageRanges():
            return {"type": "string", "default": str(info.default)}
        case tuple():
            return {"type": "string", "default": "+".join(info.default)}
        case _:
            return {"type": "string"}


def _format_schema() -> Schema:
    helps = " ".join(f"{format.name}: {format.help}" for format in FORMATS.values())
    return {"type": "string", "enum": list(FORMATS), "description": f"Goes before the Accept header. {helps}"}


def _parameters() -> list[Schema]:
    options = [(info.name, info.help, _value_schema(info)) for info in OPTIONS.values()]
    format = (FORMAT, "The format of the answer.", _format_schema())
    return [{"name": name, "in": "query", "description": help, "schema": schema} for name, help, schema in [format, *options]]


def _request_body() -> Schema:
    url = {"type": "string", "format": "uri"}
    link = {"type": "object", "properties": {"image_url": url}, "required": ["image_url"], "additionalProperties": False}
    fields = {info.name: {**_value_schema(info), "description": info.help} for info in OPTIONS.values()}
    file = {"type": "string", "format": "binary", "description": "The image or PDF."}
    form = {"type": "object", "properties": {"file": file, FORMAT: _format_schema(), **fields}, "required": ["file"]}
    return {
        "required": True,
        "content": {
            "application/json": {"schema": link, "example": {"image_url": URL}},
            "multipart/form-data": {"schema": form, "example": {"file": "@page.jpg", "languages": "en+de"}},
            "image/*": BINARY,
            "application/pdf": BINARY,
            "application/octet-stream": BINARY,
        },
    }


def _responses() -> Schema:
    tutorial = {
        "type": "object",
        "description": "The answer to a JSON body that asks for no format.",
        "properties": {"output": document_json.OUTPUT, "problems": {"type": "array", "items": {"type": "object"}}},
        "required": ["output"],
    }
    as_json = {"schema": {"oneOf": [tutorial, {"$ref": f"{SCHEMAS}Document"}]}, "example": {"output": TEXT}}
    others = {format.media_type.partition(";")[0]: {"schema": {"type": "string"}} for format in FORMATS.values()}
    failed = {"description": "Numbers of the pages that could not be read, where there are any.", "schema": {"type": "string"}}
    return {
        "200": {
            "description": "The document was read.",
            "headers": {"Uncial-Failed-Pages": failed},
            "content": {**others, "application/json": as_json},
        },
        "default": {
            "description": "It was not, and this is why.",
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}Problem"}, "example": _problem_example()}},
        },
    }


def _problem_example() -> Schema:
    return {
        "error": DID_YOU_MEAN,
        "type": "/docs#bad-request",
        "title": "Bad Request",
        "status": 400,
        "detail": "The body is not a JSON object with “image_url” and nothing else.",
        "code": "bad-request",
        "stage": "",
        "page": None,
        "hint": "Options go into the query: /v1/ocr?languages=de",
        "request_id": "5f0c1d",
    }


def _problem_schema() -> Schema:
    helps = {
        "error": "What happened and what to do, in one string.",
        "type": "Where the code is explained.",
        "title": "What this code means.",
        "detail": "What happened, in one sentence.",
        "hint": "What to do about it.",
        "stage": "The step that failed.",
        "request_id": "The id that the service's log has too.",
    }
    texts = {name: {"type": "string", "description": help} for name, help in helps.items()}
    code = {"type": "string", "enum": [problem["code"] for problem in problems()]}
    numbers = {"status": {"type": "integer"}, "page": {"type": ["integer", "null"]}}
    properties = {**texts, "code": code, **numbers}
    return {"type": "object", "properties": properties, "required": list(properties)}


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


def complete(made: Schema) -> Schema:
    """What FastAPI made of the routes, with the schemas that they refer to and the table of problems."""
    document = document_json.schema(f"{SCHEMAS}{{model}}")
    parts = document.pop("$defs")
    made.setdefault("components", {})["schemas"] = {**parts, "Document": document, "Problem": _problem_schema()}
    made["x-problems"] = problems()
    return made


OCR: Schema = {
    "tags": ["reading"],
    "parameters": _parameters(),
    "requestBody": _request_body(),
    "responses": _responses(),
}
"""What is to be known of POST /v1/ocr."""
