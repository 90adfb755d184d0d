"""What /openapi.json says of the service, made from the tables that the service itself runs by: options, formats, errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import uncial
from uncial import errors
from uncial.document import Block, Document, EngineUsed, Line, Page, SourceInfo, Word
from uncial.engines.survey import Readers
from uncial.errors import UncialError
from uncial.formats import FORMATS
from uncial.formats import json as document_json
from uncial.geometry import Box, Quad
from uncial.languages import find_language
from uncial.options import OptionInfo, PageRanges
from uncial.service.choices import CHOICES, FORMAT, PASSWORD_HEADER
from uncial.service.problems import DID_YOU_MEAN, MEDIA_TYPE

Schema = dict[str, Any]

SCHEMAS = "#/components/schemas/"
URL = "https://example.org/page.jpg"
OF_HTTP_ITSELF = (400, 404, 405, 406)
BINARY = {"schema": {"type": "string", "format": "binary"}}

SUMMARY = "Reads text out of images and PDFs."
DESCRIPTION = (
    "Send a document as JSON with its URL, as the field `file` of a form, or as the bare body; its bytes tell what it is. "
    "Every failure is a problem (RFC 9457) with a stable `code`, and never a 200."
)


HOW = """Each kind of body, with curl:

curl -X POST http://localhost:5000/v1/ocr -d '{"image_url": "some_url"}' -H "Content-Type: application/json"
curl http://localhost:5000/v1/ocr -F file=@page.jpg -F languages=en+de
curl http://localhost:5000/v1/ocr?format=txt --data-binary @page.pdf -H "Content-Type: application/pdf"
curl -OJ http://localhost:5000/v1/ocr?format=docx -F file=@page.jpg
"""


def _sample() -> Document:
    words = Word("Good", Quad.of_box(Box(60, 40, 130, 70)), 0.99), Word("morning", Quad.of_box(Box(140, 40, 260, 70)), 0.98)
    quad = Quad.of_box(Box(60, 40, 260, 70))
    page = Page(1, 640, 480, dpi=300.0, blocks=(Block((Line(words, quad, confidence=0.985),), quad),))
    return Document((page,), SourceInfo("page.jpg", "image/jpeg", "0" * 64, 51234), EngineUsed("neural", uncial.__version__))


SAMPLE = _sample()


def _health(status: str) -> Schema:
    ready = int(status == "ok")
    workers = {"starting": 0, "ready": ready, "busy": 0, "failed": 1 - ready, "waiting": 0}
    problem = {"code": "model-missing", "detail": "The model is not there.", "hint": "Install the package that carries it."}
    return {"status": status, "version": uncial.__version__, "workers": workers} | ({} if ready else {"problem": problem})


_GERMAN = Readers(find_language("de"), ("neural", "tesseract"))


def _language_rows() -> Schema:
    texts: Schema = {name: {"type": "string"} for name in ("code", "name", "script")}
    row = {**texts, "engines": {"type": "array", "items": {"type": "string"}}}
    rows = {"type": "array", "items": {"type": "object", "properties": row, "required": list(row)}}
    return {"type": "object", "properties": {"languages": rows}, "required": ["languages"]}


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
        case float():
            return {"type": "number", "default": info.default, "minimum": info.low, "maximum": info.high}
        case _:
            return {"type": "string", "default": info.default} | ({"enum": list(info.choices)} if info.choices else {})


def format_rows() -> list[Schema]:
    """A row for each format, in the order of the table."""
    names = ("name", "media_type", "suffix", "help", "shows", "reads")
    return [{name: getattr(format, name) for name in names} for format in FORMATS.values()]


def _format_list() -> Schema:
    properties: Schema = {
        name: {"type": "boolean" if value in (True, False) else "string"} for name, value in format_rows()[0].items()
    }
    rows = {"type": "array", "items": {"type": "object", "properties": properties, "required": list(properties)}}
    return {"type": "object", "properties": {"formats": rows}, "required": ["formats"]}


def _format_schema() -> Schema:
    helps = " ".join(f"{format.name}: {format.help}" for format in FORMATS.values())
    return {"type": "string", "enum": list(FORMATS), "description": f"Goes before the Accept header. {helps}"}


def _parameters() -> list[Schema]:
    options = [(info.name, info.help, _value_schema(info)) for info in CHOICES.values()]
    format = (FORMAT, "The format of the answer.", _format_schema())
    told = [{"name": name, "in": "query", "description": help, "schema": schema} for name, help, schema in [format, *options]]
    secret = {"type": "string", "format": "password"}
    help = "What opens an encrypted PDF, in UTF-8; it is not kept and not logged."
    return [*told, {"name": PASSWORD_HEADER, "in": "header", "description": help, "schema": secret}]


def _request_body() -> Schema:
    url = {"type": "string", "format": "uri"}
    link = {"type": "object", "properties": {"image_url": url}, "required": ["image_url"], "additionalProperties": False}
    fields = {info.name: {**_value_schema(info), "description": info.help} for info in CHOICES.values()}
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
    problem = {"type": "object", "description": "A page that could not be read: page, code, detail, hint."}
    tutorial = {
        "type": "object",
        "description": "The answer to a JSON body that asks for no format.",
        "properties": {"output": document_json.OUTPUT, "problems": {"type": "array", "items": problem}},
        "required": ["output"],
    }
    kinds: Schema = {
        format.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for format in FORMATS.values()
    }
    kinds["application/json"] = {
        "schema": {"oneOf": [tutorial, {"$ref": f"{SCHEMAS}Document"}]},
        "examples": {
            "json": {"summary": "To a JSON body", "value": {"output": SAMPLE.text}},
            "file": {"summary": "To a form or a bare body", "value": json.loads(document_json.write(SAMPLE))},
        },
    }
    return {
        "200": {"description": "The document was read.", "headers": _headers(), "content": kinds},
        "default": {"$ref": "#/components/responses/Problem"},
    }


def _headers() -> Schema:
    helps = {
        "Uncial-Failed-Pages": "Numbers of the pages that could not be read, where there are any.",
        "Uncial-Notices": "Codes of what was noticed, each with the number of its pages: hidden-text=3, repaired=1.",
        "Content-Disposition": "A name for the file, where the answer is no text.",
    }
    return {name: {"description": help, "schema": {"type": "string"}} for name, help in helps.items()}


def _problem() -> Schema:
    """Every answer but a 200."""
    example = {
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
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}Problem"}, "example": example}}
    return {"description": "It was not, and this is why.", "content": content}


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
    schemas = {**parts, "Document": document, "Problem": _problem_schema()}
    made["components"] = {"schemas": schemas, "responses": {"Problem": _problem()}}
    made["x-problems"] = problems()
    return made


OCR: Schema = {
    "tags": ["reading"],
    "summary": "Read the text of an image or a PDF",
    "description": HOW,
    "parameters": _parameters(),
    "requestBody": _request_body(),
    "responses": _responses(),
}
"""What is to be known of POST /v1/ocr."""

FORMAT_LIST: Schema = {
    "tags": ["reading"],
    "summary": "List the formats that documents are written in",
    "description": "One row a format. `shows`: it shows the pages as they look. `reads`: `uncial convert` reads it back.",
    "responses": {
        "200": {
            "description": "The formats, the plainest first.",
            "content": {"application/json": {"schema": _format_list(), "example": {"formats": format_rows()[:1]}}},
        },
        "default": {"$ref": "#/components/responses/Problem"},
    },
}
"""What is to be known of GET /v1/formats."""

LANGUAGES: Schema = {
    "tags": ["reading"],
    "summary": "List the languages that can be read here",
    "description": "One row a language: its BCP 47 code, its English name, its ISO 15924 script, and the engines that read it. "
    "The service looks once: start it again when you have added a language.",
    "responses": {
        "200": {
            "description": "The languages, by their codes.",
            "content": {"application/json": {"schema": _language_rows(), "example": {"languages": [_GERMAN.row()]}}},
        },
        "default": {"$ref": "#/components/responses/Problem"},
    },
}
"""What is to be known of GET /v1/languages."""

HEALTH: Schema = {
    "tags": ["service"],
    "summary": "Whether documents can be read here",
    "description": "200 while a worker is there or starting, 503 where none can be started.",
    "responses": {
        "200": {"description": "They can, or will in a moment.", "content": {"application/json": {"example": _health("ok")}}},
        "503": {"description": "They cannot.", "content": {"application/json": {"example": _health("failing")}}},
    },
}
"""What is to be known of GET /health."""

JOBS: Schema = {}
JOB_LIST: Schema = {}
JOB_STATE: Schema = {}
RESULT: Schema = {}
EVENTS: Schema = {}
CANCEL: Schema = {}
BATCH: Schema = {}
BATCH_STATE: Schema = {}
BATCH_CANCEL: Schema = {}
"""For the routes of job_routes.py and batch_routes.py."""
