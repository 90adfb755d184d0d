"""What /openapi.json says of the service, made from the tables that the service itself runs by: options, formats, errors."""

from __future__ import annotations

import uncial
from uncial.service.described import DESCRIBED
from uncial.service.problem_table import problem_responses, problem_schema, problems
from uncial.service.schema_words import TEXT, Schema, fixed
from uncial.service.schemas import named_schemas

SUMMARY = "Reads text out of images and PDFs."
DESCRIPTION = (
    "Send a document as the field `file` of a form, as the bare body, or as JSON with its URL or with itself in base64; its "
    "bytes tell what it is. `POST /v1/ocr` waits for the text, `POST /v1/extract` for the fields of a receipt, an invoice, a "
    "ticket; `POST /v1/jobs` does not wait. "
    "Every failure is a problem (RFC 9457) with a stable `code`, and never a 200."
)


def _state(*names: str) -> Schema:
    return {"type": "string", "enum": list(names)}


def _health() -> Schema:
    workers = {"type": "object", "additionalProperties": {"type": ["integer", "null"]}}
    problem = fixed(dict.fromkeys(("code", "detail", "hint"), TEXT))
    return fixed({"status": _state("ok", "starting", "failing"), "version": TEXT, "workers": workers}, {"problem": problem})


def _readiness() -> Schema:
    check = fixed({"ok": {"type": "boolean"}, "seconds": {"type": "number"}, "detail": TEXT})
    checks = {"type": "object", "additionalProperties": check}
    return fixed({"status": _state("ready", "not-ready", "draining"), "checks": checks})


def _plain(schema: Schema, example: Schema, description: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema, "example": example}}}


def _operations() -> dict[str, Schema]:
    """The answers of the routes that say how the service itself is doing."""
    workers = {"starting": 0, "ready": 2, "busy": 0, "failed": 0, "waiting": 0}
    fine = {"status": "ok", "version": uncial.__version__, "workers": workers}
    problem = {"code": "model-missing", "detail": "The model is not there.", "hint": "Install the package that carries it."}
    ready = {"status": "ready", "checks": {"database": {"ok": True, "seconds": 0.001, "detail": ""}}}
    away = {"status": "not-ready", "checks": {"database": {"ok": False, "seconds": 2.0, "detail": "There was no answer."}}}
    version = {"name": "uncial", "version": uncial.__version__}
    alive = {"200": _plain(fixed({"status": _state("alive")}), {"status": "alive"}, "It answers.")}
    readiness = {
        "200": _plain(_readiness(), ready, "Work can be taken in."),
        "503": _plain(_readiness(), away, "Something that is needed does not answer."),
    }
    health = {
        "200": _plain(_health(), fine, "Documents can be read, or can in a moment."),
        "503": _plain(_health(), {**fine, "status": "failing", "problem": problem}, "No worker can be started."),
    }
    named = {"200": _plain(fixed({"name": TEXT, "version": TEXT}), version, "What answers here.")}
    answers = {"/livez": alive, "/readyz": readiness, "/health": health, "/version": named}
    return {f"GET {path}": {"responses": responses} for path, responses in answers.items()}


SECURITY: Schema = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key; none is needed until one was made."},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same, in a header of its own."},
}
OPEN = ("/livez", "/readyz", "/health", "/version", "/metrics")
_EVERYWHERE: Schema = {
    "X-Request-ID": {"description": "The id of the request in the log: yours, if you sent a plain one.", "schema": TEXT},
    "Server-Timing": {"description": "Milliseconds by step.", "schema": TEXT},
}


def complete(made: Schema) -> Schema:
    """What FastAPI made of the routes, with the schemas that they refer to, who may ask, and the table of problems."""
    components = {
        "schemas": {**named_schemas(), "ProblemDetails": problem_schema()},
        "responses": problem_responses(),
        "securitySchemes": SECURITY,
    }
    known = DESCRIBED | _operations()
    for path, methods in made["paths"].items():
        for method, described in methods.items():
            # All of it once more: FastAPI leaves out what is null in examples, and adds a 422 of its own.
            described |= known.get(f"{method.upper()} {path}", {})
            described["responses"] = {status: _with_headers(answer) for status, answer in sorted(described["responses"].items())}
            if path not in OPEN:
                described["security"] = [{}, *({name: []} for name in SECURITY)]
    components["responses"] = {name: _with_headers(answer) for name, answer in components["responses"].items()}
    return {**made, "components": components, "x-problems": problems()}


def _with_headers(answer: Schema) -> Schema:
    return answer if "$ref" in answer else {**answer, "headers": _EVERYWHERE | answer.get("headers", {})}
