"""What is to be known of each route of the work itself, as OpenAPI says it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uncial.formats import FORMATS
from uncial.jobs.job import IMAGE_WIDTHS, State
from uncial.service.choices import CHOICES, EXTRACTING, FORMAT, OUTPUT, PASSWORD_HEADER, READING, Usual
from uncial.service.field_schemas import EXTRACTION_EXAMPLE
from uncial.service.schema_words import BINARY, TEXT, Schema, fixed, ref, told
from uncial.service.schemas import (
    AS_CORRECTED,
    BATCH_BODY_EXAMPLE,
    BATCH_EXAMPLE,
    BODY_EXAMPLES,
    CORRECTIONS_EXAMPLE,
    DOCUMENT_EXAMPLE,
    EXAMPLE_ID,
    JOB_EXAMPLE,
    MISTRAL_EXAMPLE,
    OWN,
    PAGES_EXAMPLE,
    REVISION_EXAMPLE,
    TABLE_EXAMPLES,
    TUTORIAL_EXAMPLE,
    batch_schema,
    body_schemas,
    changes_schema,
    choice_schemas,
    form_schema,
    format_schema,
    result_body_schema,
)

ALWAYS = (401, 403, 429, 500, 503)
"""What any route may answer that asks who is there: no key, the wrong one, too often, and what is our own fault."""
BODY = (400, 404, 406, 409, 413, 415, 422)
YES_OR_NO: Schema = {"type": "string", "enum": ["yes", "no"]}

HOW = """Each kind of body, with curl:

curl -X POST http://localhost:5000/v1/ocr -d '{"image_url": "some_url"}' -H "Content-Type: application/json"
curl http://localhost:5000/v1/ocr -F file=@page.jpg -F languages=en+de
curl http://localhost:5000/v1/ocr?format=txt --data-binary @page.pdf -H "Content-Type: application/pdf"
curl -OJ http://localhost:5000/v1/ocr?format=docx -F file=@page.jpg
"""
EXTRACT_HOW = """The fields of a receipt, an invoice, a ticket, a boarding pass, a letter, or of a passport's MRZ:
each with its value, the text and the place that it was read from, and how sure it is. Barcodes are read too. The kind is found
out, or given as `kind`; `templates` are YAML. What any other job has read is had as fields by `?format=fields`.

curl http://localhost:5000/v1/extract -F file=@receipt.jpg
curl http://localhost:5000/v1/extract -F file=@form.pdf -F templates=@forms.yaml
curl http://localhost:5000/v1/extract?format=fields-csv -F kind=invoice -F file=@invoice.pdf
"""
EXTRACT_BODY_EXAMPLE: Schema = {
    "summary": "A URL with a kind",
    "value": {"url": "https://example.org/bill.pdf", "kind": "invoice"},
}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _header(name: str, description: str, schema: Schema = TEXT) -> Schema:
    return {"name": name, "in": "header", "description": description, "schema": schema}


PASSWORD = _header(
    PASSWORD_HEADER,
    "What opens an encrypted PDF, in UTF-8; it is not logged, and not kept when the job has ended.",
    {"type": "string", "format": "password"},
)
REPEATED = _header(
    "Idempotency-Key",
    "The same key with the same request makes no second job, but tells of the first.",
    {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
)
FRESH = _header(
    "Cache-Control", "With no-cache the document is read again, though the same one was read before (RFC 9111, 5.2.1.4)."
)
KNOWN = _header("If-None-Match", "The ETag of a result that the client has already.")
RANGE = _header("Range", "Which bytes of the result are wanted, such as bytes=0-999 (RFC 9110, 14).")
JOB_ID: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The id of the job.",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}


def _choices(names: Iterable[str], usual: Usual = READING) -> list[Schema]:
    format = _query(FORMAT, format_schema(usual), "The format of the answer.")
    return [format, *(_query(name, schema, CHOICES[name].help) for name, schema in choice_schemas(usual, names).items())]


def _own_parameters() -> list[Schema]:
    return [_query(name, schema, schema["description"]) for name, schema in OWN.items()]


def _request_body(own: bool = False, usual: Usual = READING) -> Schema:
    form = {"file": "@page.jpg", "languages": "en+de"}
    examples = BODY_EXAMPLES if usual.foreign else {"url": EXTRACT_BODY_EXAMPLE}
    return {
        "required": True,
        "content": {
            "application/json": {"schema": {"anyOf": body_schemas(own, usual)}, "examples": examples},
            "multipart/form-data": {"schema": form_schema(own, usual=usual), "example": form},
            "image/*": {"schema": BINARY},
            "application/pdf": {"schema": BINARY},
            "application/octet-stream": {"schema": BINARY},
        },
    }


def _documents(json: Schema, examples: Schema, usual: Usual = READING) -> Schema:
    """An answer in any format of a route; `json` is what its JSON may be."""
    types = [format.media_type.partition(";")[0] for format in FORMATS.values() if format in usual.formats]
    zip = ["application/zip"] * any(format.bundles for format in usual.formats)
    kinds: Schema = {media: {"schema": BINARY} for media in (*types, *zip)}
    kinds["application/json"] = {"schema": json, "examples": examples}
    return kinds


def _json(name: str, example: Any, description: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": ref(name), "example": example}}}


def _problems(*statuses: int) -> Schema:
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted({*ALWAYS, *statuses})}


def _headers(*names: str) -> Schema:
    helps = {
        "Uncial-Job": "The id of the job that the answer is of.",
        "Uncial-Failed-Pages": "Numbers of the pages that could not be read, where there are any.",
        "Uncial-Notices": "Codes of what was noticed, each with the number of its pages: hidden-text=3, repaired=1.",
        "Content-Disposition": "A name for the file, where the answer is no text.",
        "ETag": "The result; with If-None-Match it is not sent twice.",
        "Accept-Ranges": "That parts of it may be asked for.",
        "Content-Range": "Which bytes these are.",
        "Location": "Where to ask for the job.",
        "Cache-Control": "For how many seconds it need not be asked for again.",
        "Retry-After": "Seconds after which it makes sense to ask.",
    }
    return {name: {"description": helps[name], "schema": TEXT} for name in names}


_RESULT_HEADERS = ("Uncial-Job", "Uncial-Failed-Pages", "Uncial-Notices", "Content-Disposition", "ETag", "Accept-Ranges")


def _result(json: Schema, examples: Schema, description: str, usual: Usual = READING) -> Schema:
    """The document, all of it."""
    content = _documents(json, examples, usual)
    return {"200": {"description": description, "headers": _headers(*_RESULT_HEADERS), "content": content}}


def _parts(kinds: Iterable[str] = tuple(_documents({}, {}))) -> Schema:
    """A part of the document in one of these media types, or that the client has it already."""
    headers = _headers(*_RESULT_HEADERS)
    content = {media: {"schema": BINARY} for media in kinds}
    return {
        "206": {
            "description": "The bytes that were asked for.",
            "headers": headers | _headers("Content-Range"),
            "content": content,
        },
        "304": {"description": "The client has it already.", "headers": headers},
        "416": {"description": "It has no such bytes.", "headers": headers | _headers("Content-Range")},
    }


def _accepted(description: str) -> Schema:
    return {**_json("Job", JOB_EXAMPLE, description), "headers": _headers("Location", "Retry-After", "Uncial-Job")}


OCR: Schema = {
    "tags": ["reading"],
    "summary": "Read the text of an image or a PDF",
    "description": HOW,
    "parameters": [*_choices(CHOICES), PASSWORD, FRESH],
    "requestBody": _request_body(),
    "responses": {
        **_result(
            {"anyOf": [ref("Document"), ref("TutorialAnswer"), ref("MistralAnswer"), ref("Extraction")]},
            {
                "tutorial": {"summary": "To a JSON body with image_url alone", "value": TUTORIAL_EXAMPLE},
                "mistral": {"summary": "To Mistral’s JSON body", "value": MISTRAL_EXAMPLE},
                "document": {"summary": "To any other body", "value": DOCUMENT_EXAMPLE},
            },
            "The document was read.",
        ),
        "202": _accepted("It takes longer than requests may wait; the job goes on."),
        **_problems(*BODY),
    },
}
"""What is to be known of POST /v1/ocr."""

_EXTRACTION_EXAMPLES: Schema = {"fields": {"summary": "As fields", "value": EXTRACTION_EXAMPLE}}
EXTRACT: Schema = {
    "tags": ["reading"],
    "summary": "Say what a receipt, an invoice, a ticket says, as data",
    "description": EXTRACT_HOW,
    "parameters": [*_choices(CHOICES, EXTRACTING), PASSWORD, FRESH],
    "requestBody": _request_body(usual=EXTRACTING),
    "responses": {
        **_result(ref("Extraction"), _EXTRACTION_EXAMPLES, "The document was read.", EXTRACTING),
        "202": _accepted("It takes longer than requests may wait; the job goes on."),
        **_problems(*BODY),
    },
}
"""What is to be known of POST /v1/extract."""

JOBS: Schema = {
    "tags": ["jobs"],
    "summary": "Have a document read, and ask for the result later",
    "description": "The bodies and options are those of `/v1/ocr`.",
    "parameters": [*_choices(CHOICES), *_own_parameters(), PASSWORD, REPEATED, FRESH],
    "requestBody": _request_body(own=True),
    "responses": {"202": _accepted("The job waits, or runs."), **_problems(*BODY)},
}
"""What is to be known of POST /v1/jobs."""

AGAIN: Schema = {
    "tags": ["jobs"],
    "summary": "Read the document of a job once more",
    "description": "A new job over the same bytes. What the body does not name is as it was; with no body all of it is.",
    "parameters": [JOB_ID, PASSWORD, REPEATED],
    "requestBody": {
        "content": {"application/json": {"schema": changes_schema(), "example": {"pages": "3", "languages": ["de"]}}},
    },
    "responses": {"202": _accepted("The new job waits, or runs."), **_problems(400, 404, 409, 413)},
}
"""What is to be known of POST /v1/jobs/{id}/again."""

_STATES = {"type": "string", "pattern": f"^({'|'.join(State)})(,({'|'.join(State)}))*$"}
JOB_LIST: Schema = {
    "tags": ["jobs"],
    "summary": "List your jobs",
    "description": "The latest first. `next` is where the list goes on.",
    "parameters": [
        _query("state", _STATES, "Only jobs in one of these states, joined by commas."),
        _query("batch", TEXT, "Only jobs of that batch."),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}, "How many at most."),
        _query("after", TEXT, "The id of a job; the list begins after it."),
    ],
    "responses": {"200": _json("Jobs", {"jobs": [JOB_EXAMPLE], "next": None}, "The jobs."), **_problems(400, 404)},
}
"""What is to be known of GET /v1/jobs."""

JOB_STATE: Schema = {
    "tags": ["jobs"],
    "summary": "How far a job has come",
    "description": "With `wait` the answer comes when the job has ended, or after so many seconds.",
    "parameters": [
        JOB_ID,
        _query("wait", {"type": "number", "minimum": 0, "maximum": 60, "default": 0}, "Seconds to wait for its end."),
    ],
    "responses": {
        "200": {**_json("Job", JOB_EXAMPLE, "The job."), "headers": _headers("Retry-After")},
        **_problems(400, 404),
    },
}
"""What is to be known of GET /v1/jobs/{id}."""

RESULT: Schema = {
    "tags": ["jobs"],
    "summary": "The document that a job has read",
    "description": "In any format, as often as one likes, until the job is forgotten.",
    "parameters": [
        JOB_ID,
        *_choices(OUTPUT),
        _query("corrected", {**YES_OR_NO, "default": "yes"}, AS_CORRECTED),
        PASSWORD,
        RANGE,
        KNOWN,
    ],
    "responses": {
        **_result(
            {"anyOf": [ref("Document"), ref("Extraction")]},
            {"document": {"summary": "As json", "value": DOCUMENT_EXAMPLE}, **_EXTRACTION_EXAMPLES},
            "The document.",
        ),
        **_parts(),
        **_problems(400, 404, 406, 409, 413, 415, 422),
    },
}
"""What is to be known of GET /v1/jobs/{id}/result."""

RESULT_ASKED: Schema = {
    "tags": ["jobs"],
    "summary": "The same, with options in a JSON body",
    "description": "For `templates`, which a query has no room for.",
    "parameters": [JOB_ID, PASSWORD],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": result_body_schema(), "example": {"format": "fields", "kind": "invoice"}}},
    },
    "responses": {name: answer for name, answer in RESULT["responses"].items() if name not in _parts()},
}
"""What is to be known of POST /v1/jobs/{id}/result."""

PAGES: Schema = {
    "tags": ["jobs"],
    "summary": "What pages a document has",
    "description": "In their order, as they were read. While the job runs, those that are done, of which little is known.",
    "parameters": [JOB_ID, KNOWN, RANGE],
    "responses": {
        "200": {
            **_json("Pages", PAGES_EXAMPLE, "The pages."),
            "headers": _headers("Uncial-Job", "ETag", "Accept-Ranges", "Retry-After"),
        },
        **_parts(["application/json"]),
        **_problems(400, 404, 409, 413, 415, 422),
    },
}
"""What is to be known of GET /v1/jobs/{id}/pages."""

_PAGE_NUMBER: Schema = {
    "name": "number",
    "in": "path",
    "required": True,
    "description": "The number of the page, from 1.",
    "schema": {"type": "string", "pattern": "^[1-9][0-9]*$"},
}
_WIDTH: Schema = {"type": "integer", "minimum": 0, "maximum": 999999, "default": 0}
_WIDTHS = ", ".join(map(str, IMAGE_WIDTHS))
PAGE_IMAGE: Schema = {
    "tags": ["jobs"],
    "summary": "A page as a viewer shows it",
    "description": "In the frame of the document’s coordinates, scaled down and never up; there as soon as the document is.",
    "parameters": [
        JOB_ID,
        _PAGE_NUMBER,
        _query("width", _WIDTH, f"Pixels at most: {_WIDTHS}, to which others are rounded up; 0 for as wide as it was read."),
        PASSWORD,
        RANGE,
        KNOWN,
    ],
    "responses": {
        "200": {
            "description": "The image.",
            "headers": _headers("Uncial-Job", "ETag", "Accept-Ranges", "Cache-Control"),
            "content": {"image/jpeg": {"schema": BINARY}},
        },
        **_parts(["image/jpeg"]),
        **_problems(400, 404, 409, 413, 415, 422),
    },
}
"""What is to be known of GET /v1/jobs/{id}/pages/{number}/image."""

_EVENTS = f"""event: progress
id: 1-3
data: {{"id": "{EXAMPLE_ID}", "state": "running", …}}

"""
_EVENT = fixed(
    {
        "event": {"type": "string", "enum": ["page", "progress", "end"]},
        "id": told(TEXT, "The pages that were told of by then."),
        "data": told(TEXT, "JSON: the job, or a page with its number, seconds and code.")
        | {"contentMediaType": "application/json"},
    }
)
EVENTS: Schema = {
    "tags": ["jobs"],
    "summary": "What happens to a job, as it happens",
    "description": "Server-sent events: `page` for each page that is done, `progress` when more is done, `end` at last.",
    "parameters": [
        JOB_ID,
        _query("pages", {**YES_OR_NO, "default": "yes"}, "Whether the pages come along, or only their numbers."),
        _header("Last-Event-ID", "The id of the last event that came; the pages that it tells of do not come again."),
    ],
    "responses": {
        "200": {"description": "The events.", "content": {"text/event-stream": {"schema": _EVENT, "example": _EVENTS}}},
        **_problems(400, 404),
    },
}
"""What is to be known of GET /v1/jobs/{id}/events."""

CANCEL: Schema = {
    "tags": ["jobs"],
    "summary": "Break a job off, or forget it",
    "description": "A job that has ended stays as it is; with `forget` all that is kept of it is deleted.",
    "parameters": [JOB_ID, _query("forget", {**YES_OR_NO, "default": "no"}, "Whether to delete it when it has ended.")],
    "responses": {"200": _json("Job", JOB_EXAMPLE, "The job as it is now, or was."), **_problems(400, 404, 409)},
}
"""What is to be known of DELETE /v1/jobs/{id}."""


_BATCH_ID = {**JOB_ID, "description": "The id of the batch."}
BATCH: Schema = {
    "tags": ["jobs"],
    "summary": "Have many documents read",
    "description": "Each becomes a job of its own; one that cannot be taken in is a job that has failed, and the others go on. "
    "Options stand in the query or in the body, and count for all items that do not say otherwise.",
    "parameters": [*_choices(CHOICES), *_own_parameters(), PASSWORD, REPEATED, FRESH],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": batch_schema(), "example": BATCH_BODY_EXAMPLE},
            "multipart/form-data": {"schema": form_schema(own=True, many=True), "example": {"file": ["@1.jpg", "@2.jpg"]}},
        },
    },
    "responses": {
        "202": {
            **_json("Batch", BATCH_EXAMPLE, "The jobs, in the order of the items."),
            "headers": _headers("Location", "Retry-After"),
        },
        **_problems(400, 409, 413),
    },
}
"""What is to be known of POST /v1/batch."""

BATCH_STATE: Schema = {
    "tags": ["jobs"],
    "summary": "How far a batch has come",
    "parameters": [_BATCH_ID],
    "responses": {"200": _json("Batch", BATCH_EXAMPLE, "The batch, and each of its jobs."), **_problems(400, 404)},
}
"""What is to be known of GET /v1/batch/{id}."""

BATCH_CANCEL: Schema = {
    "tags": ["jobs"],
    "summary": "Break off all jobs of a batch that have not ended",
    "parameters": [_BATCH_ID],
    "responses": {"200": _json("Batch", BATCH_EXAMPLE, "The batch as it is now."), **_problems(400, 404)},
}
"""What is to be known of DELETE /v1/batch/{id}."""


def _listed(name: str, summary: str, description: str) -> Schema:
    answer = _json(name, TABLE_EXAMPLES[name], "The list.")
    return {"tags": ["discovery"], "summary": summary, "description": description, "responses": {"200": answer, **_problems()}}


OPTION_LIST = _listed(
    "Options",
    "List what can be asked for",
    "One row an option: its name, type, default, what it may be, and what it does. `for` tells those of reading from those of "
    "writing, which a result can be asked for with as well.",
)
FORMAT_LIST = _listed(
    "Formats",
    "List the formats that documents are written in",
    "One row a format, the plainest first. `shows`: it shows the pages as they look. `reads`: `uncial convert` reads it back.",
)
LANGUAGE_LIST = _listed(
    "Languages",
    "List the languages that can be read here",
    "One row a language: its BCP 47 code, its English name, its ISO 15924 script, and the engines that read it. "
    "The service looks once: start it again when you have added a language.",
)
ENGINE_LIST = _listed(
    "Engines",
    "List the engines",
    "One row an engine, also for those that cannot be used here, with the reason. The service looks once, as for the languages.",
)
KIND_LIST = _listed(
    "Kinds",
    "List the kinds of documents whose fields are known",
    "One row a kind, with the fields that `/v1/extract` gives for it; templates may give others. Of a list `rows` says what each "
    "of its rows may have.",
)
LIMIT_LIST = _listed("Limits", "List the limits", "One row a limit, in bytes, pixels, pages, jobs or seconds as its name says.")


_EXPECTED = _header("If-Match", "The revision that is to be changed, in quotes; 412 where it is another (RFC 9110, 13.1.1).")
_REVISION = _headers("Uncial-Job") | {"ETag": {"description": "The revision, in quotes.", "schema": TEXT}}
CORRECTIONS: Schema = {
    "tags": ["jobs"],
    "summary": "What a person has corrected of a document",
    "description": "The list as it was sent. The document as it was read comes from `/result?corrected=no`.",
    "parameters": [JOB_ID],
    "responses": {
        "200": {**_json("Corrections", REVISION_EXAMPLE | CORRECTIONS_EXAMPLE, "The corrections."), "headers": _REVISION},
        **_problems(400, 404, 409, 413, 415, 422),
    },
}
"""What is to be known of GET /v1/jobs/{id}/corrections."""

CORRECT: Schema = {
    "tags": ["jobs"],
    "summary": "Correct a document",
    "description": "The body is the whole list, in the order in which it is done: each correction goes by what those before "
    "it have left. Every format is made of the corrected document from then on, and the job is kept as long as if it had just "
    "ended. An empty list undoes everything.",
    "parameters": [JOB_ID, _EXPECTED],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": ref("CorrectionsSent"), "example": CORRECTIONS_EXAMPLE}},
    },
    "responses": {
        "200": {**_json("Revision", REVISION_EXAMPLE, "They are kept."), "headers": _REVISION},
        **_problems(400, 404, 409, 412, 413, 415, 422),
    },
}
"""What is to be known of PUT /v1/jobs/{id}/corrections."""


DESCRIBED = {
    "POST /v1/ocr": OCR,
    "POST /v1/extract": EXTRACT,
    "POST /v1/jobs": JOBS,
    "GET /v1/jobs": JOB_LIST,
    "GET /v1/jobs/{id}": JOB_STATE,
    "DELETE /v1/jobs/{id}": CANCEL,
    "GET /v1/jobs/{id}/result": RESULT,
    "POST /v1/jobs/{id}/result": RESULT_ASKED,
    "POST /v1/jobs/{id}/again": AGAIN,
    "GET /v1/jobs/{id}/pages": PAGES,
    "GET /v1/jobs/{id}/pages/{number}/image": PAGE_IMAGE,
    "GET /v1/jobs/{id}/events": EVENTS,
    "GET /v1/jobs/{id}/corrections": CORRECTIONS,
    "PUT /v1/jobs/{id}/corrections": CORRECT,
    "POST /v1/batch": BATCH,
    "GET /v1/batch/{id}": BATCH_STATE,
    "DELETE /v1/batch/{id}": BATCH_CANCEL,
    "GET /v1/options": OPTION_LIST,
    "GET /v1/formats": FORMAT_LIST,
    "GET /v1/languages": LANGUAGE_LIST,
    "GET /v1/engines": ENGINE_LIST,
    "GET /v1/limits": LIMIT_LIST,
    "GET /v1/kinds": KIND_LIST,
}
"""Every route of the work itself, with what is to be known of it."""
