"""JSON Schemas of what the service is sent and what it answers, made from the tables that it runs by, with an example of each."""

from __future__ import annotations

import json
from collections.abc import Iterable

import uncial
from uncial.document import Block, Document, EngineUsed, Line, Page, SourceInfo, Word
from uncial.engines.survey import Readers
from uncial.formats import FORMATS
from uncial.formats import json as document_json
from uncial.geometry import Box, Quad
from uncial.jobs.index import DOUBTFUL, page_index
from uncial.jobs.job import Job, Order, Queue, State
from uncial.jobs.rows import WAITING
from uncial.jobs.shapes import MistralShape
from uncial.jobs.webhooks import DEAD, DELIVERED
from uncial.languages import find_language
from uncial.options import OptionInfo, Options, describe
from uncial.service.choices import CHOICES, FORMAT, OUTPUT, READING, Usual
from uncial.service.field_schemas import KINDS_EXAMPLE, extraction_schemas, kinds_schema
from uncial.service.job_json import plain_json
from uncial.service.mistral import OcrRequest
from uncial.service.rows import default_of, format_rows, option_rows, type_of
from uncial.service.schema_words import (
    ADDRESS,
    BINARY,
    NUMBER,
    REFS,
    TEXT,
    TIME,
    TRUTH,
    WHOLE,
    Schema,
    fixed,
    list_of,
    map_of,
    maybe,
    ref,
    told,
)

EXAMPLE_URL = "https://example.org/page.jpg"
EXAMPLE_BASE64 = "iVBORw0KGgoAAAANSUhEUgAA"
EXAMPLE_ID = "0d4f3c1e9a5b4d07b1d2c6f8a9e0b7c3"


def option_schema(info: OptionInfo) -> Schema:
    """The value of an option."""
    made: Schema = {"type": type_of(info), "default": default_of(info)}
    bounds = {"minimum": info.low, "maximum": info.high, "enum": list(info.choices) or None}
    return made | {name: bound for name, bound in bounds.items() if bound is not None}


def choice_schemas(usual: Usual = READING, names: Iterable[str] = CHOICES) -> Schema:
    """The values of the options of those names, with the defaults of a route."""
    defaults = {info.name: getattr(usual.options, info.name) for info in describe(Options)}
    infos = (CHOICES[name] for name in names)
    return {info.name: option_schema(info._replace(default=defaults.get(info.name, info.default))) for info in infos}


def _told_choices(usual: Usual = READING) -> Schema:
    return {name: told(schema, CHOICES[name].help) for name, schema in choice_schemas(usual).items()}


def format_schema(usual: Usual = READING) -> Schema:
    """The name of a format."""
    formats = [format for format in FORMATS.values() if format in usual.formats]
    helps = " ".join(f"{format.name}: {format.help}" for format in formats)
    return {"type": "string", "enum": [each.name for each in formats], "description": f"Goes before the Accept header. {helps}"}


OWN: Schema = {
    "queue": {
        "type": "string",
        "enum": list(Queue),
        "default": Queue.INTERACTIVE.value,
        "description": "What is interactive goes before what is bulk.",
    },
    "webhook": told(ADDRESS, "Where the end of the job is posted to, signed: docs/http.md."),
}
"""What a job can be told besides how to read, in the query or as fields."""
SECRET: Schema = {"webhook_secret": told(TEXT, "What the webhook is signed with: whsec_ and base64. Never in the query.")}


def body_schemas(own: bool = False, usual: Usual = READING) -> list[Schema]:
    """The kinds of JSON body."""
    others = {
        "name": told(TEXT, "What the document is called."),
        FORMAT: format_schema(usual),
        **_json_choices(usual),
        **(OWN | SECRET if own else {}),
    }
    base64 = told(TEXT, "The document in base64, or a data URL of it.")
    ours = [fixed({"url": told(ADDRESS, "Of the web, or a data URL.")}, others), fixed({"document_base64": base64}, others)]
    if not usual.foreign:
        return ours
    tutorial = fixed(
        {"image_url": told(ADDRESS, "Of the web, or a data URL.")}, description="The tutorial’s body, with nothing else in it."
    )
    return [tutorial, *ours, ref("MistralRequest")]


def _json_choices(usual: Usual = READING) -> Schema:
    """The options as JSON has them: what there may be several of is a list, too."""
    return {
        name: {"anyOf": [schema, list_of(TEXT) | {"minItems": 1}]} if isinstance(CHOICES[name].default, tuple) else schema
        for name, schema in _told_choices(usual).items()
    }


def form_schema(own: bool = False, many: bool = False, usual: Usual = READING) -> Schema:
    """A form with one file or many, and the options as fields."""
    file = told(BINARY, "The image or PDF.")
    files = {**list_of(file), "minItems": 1} if many else file
    return fixed({"file": files}, {FORMAT: format_schema(usual), **_told_choices(usual), **(OWN | SECRET if own else {})})


def batch_schema() -> Schema:
    """A batch of URLs; what is said beside the items counts for all of them."""
    fields = {FORMAT: format_schema(), **_json_choices()}
    item = fixed({"url": told(ADDRESS, "Of the web.")}, {"name": told(TEXT, "What the document is called."), **fields})
    return fixed({"items": {**list_of(item), "minItems": 1, "maxItems": 1000}}, {**fields, **OWN, **SECRET})


def result_body_schema() -> Schema:
    """What a result may be asked for with."""
    return fixed({}, {FORMAT: format_schema(), "corrected": told(TRUTH, AS_CORRECTED), **choice_schemas(names=OUTPUT)})


AS_CORRECTED = "Whether with what a person has corrected; else the document is as it was read."


def _correction_schemas() -> Schema:
    """What a person may change of a document: of a line, of a block, of a page, and of its fields."""
    index = {"type": "integer", "minimum": 0}
    page = {"page": told({"type": "integer", "minimum": 1}, "The number of the page, from 1.")}
    block, line = {"block": told(index, "From 0.")}, {"line": told(index, "From 0, in its block.")}
    span = {"start": told(index, "The first one that goes."), "stop": told(index, "The first one after them.")}
    field = {"field": told(TEXT, "Its name."), "value": maybe(told(TEXT, "What it is; null where there is no such field."))}
    kinds = [
        fixed({**page, **block, **line, **span, "words": list_of(ref("Word"))}, description="Words of a line give way to these."),
        fixed({**page, **block, **span, "lines": list_of(ref("Line"))}, description="Lines of a block give way to these."),
        fixed({**page, **span, "blocks": list_of(ref("Block"))}, description="Blocks of a page give way to these."),
        fixed(field, description="What a person says of a field."),
    ]
    corrections = list_of(ref("Correction")) | {"maxItems": 100_000}
    revision = told(TEXT, "What tells these corrections from others; 0 where there are none.")
    return {
        "Correction": {"anyOf": kinds},
        "Corrections": fixed({"revision": revision, "corrections": corrections}),
        "CorrectionsSent": fixed({"corrections": corrections}),
        "Revision": fixed({"revision": revision}),
    }


CORRECTIONS_EXAMPLE: Schema = {"corrections": [{"field": "total", "value": "12.50"}]}
REVISION_EXAMPLE: Schema = {"revision": "4f1c0a97d2be35866b3d1c0e9a7f5240"}


def changes_schema() -> Schema:
    """How a document may be read another time; there are no defaults, for the other job has its own."""
    named = {FORMAT: format_schema(), **_json_choices()}
    return fixed({}, {name: {key: told for key, told in schema.items() if key != "default"} for name, schema in named.items()})


BODY_EXAMPLES: Schema = {
    "tutorial": {"summary": "The tutorial’s: the answer is the text", "value": {"image_url": EXAMPLE_URL}},
    "url": {"summary": "A URL with options", "value": {"url": EXAMPLE_URL, "languages": ["en", "de"], "format": "md"}},
    "base64": {"summary": "The document itself", "value": {"document_base64": EXAMPLE_BASE64, "name": "page.png"}},
    "mistral": {
        "summary": "Mistral’s, with Mistral’s answer",
        "value": {
            "model": "mistral-ocr-latest",
            "document": {"type": "document_url", "document_url": "https://example.org/report.pdf"},
            "pages": [0, 1, 2],
            "include_image_base64": True,
        },
    },
}


def _sample() -> Document:
    words = Word("Good", Quad.of_box(Box(60, 40, 130, 70)), 0.99), Word("morning", Quad.of_box(Box(140, 40, 260, 70)), 0.98)
    quad = Quad.of_box(Box(60, 40, 260, 70))
    page = Page(1, 640, 480, dpi=300.0, blocks=(Block((Line(words, quad, confidence=0.985),), quad),))
    return Document((page,), SourceInfo("page.jpg", "image/jpeg", "0" * 64, 51234), EngineUsed("neural", uncial.__version__))


SAMPLE = _sample()
DOCUMENT_EXAMPLE: Schema = json.loads(document_json.write(SAMPLE))
TUTORIAL_EXAMPLE: Schema = {"output": SAMPLE.text}
MISTRAL_EXAMPLE: Schema = json.loads(MistralShape().write(SAMPLE, None))

PAGE_PROBLEM = fixed({"page": WHOLE, "code": TEXT, "detail": TEXT, "hint": TEXT}, description="A page that could not be read.")
TUTORIAL_ANSWER = fixed(
    {"output": document_json.OUTPUT}, {"problems": list_of(PAGE_PROBLEM)}, "The answer to the tutorial’s body."
)


def _mistral_answer() -> Schema:
    corners = dict.fromkeys(("top_left_x", "top_left_y", "bottom_right_x", "bottom_right_y"), WHOLE)
    nothing: Schema = {"type": "null"}
    image = fixed({"id": TEXT, **corners, "image_base64": maybe(told(TEXT, "A data URL.")), "image_annotation": nothing})
    scores = fixed({"average_page_confidence_score": NUMBER, "minimum_page_confidence_score": NUMBER})
    page = {
        "index": told(WHOLE, "The page, counted from 0."),
        "markdown": TEXT,
        "images": list_of(image),
        "tables": list_of(fixed({"id": TEXT, "content": TEXT, "format": {"enum": ["markdown", "html"]}})),
        "hyperlinks": list_of(TEXT),
        "header": maybe(TEXT),
        "footer": maybe(TEXT),
        "dimensions": fixed({"dpi": WHOLE, "height": WHOLE, "width": WHOLE}),
        "confidence_scores": maybe(scores),
    }
    usage = fixed({"pages_processed": WHOLE, "doc_size_bytes": WHOLE})
    answer = {"pages": list_of(fixed(page)), "model": TEXT, "document_annotation": nothing, "usage_info": usage}
    return fixed(answer, description="The answer to Mistral’s request.")


def _job() -> Schema:
    error = fixed({"code": TEXT, "detail": TEXT, "hint": TEXT, "stage": TEXT, "page": maybe(WHOLE)})
    pages = {
        "total": told({"type": ["integer", "null"]}, "Pages that are to be read; null until the document was opened."),
        "done": told(WHOLE, "Pages that are done with, read or failed."),
        "failed": WHOLE,
    }
    return fixed(
        {
            "id": TEXT,
            "state": {"type": "string", "enum": list(State)},
            "name": told(TEXT, "What the document is called."),
            "queue": {"type": "string", "enum": list(Queue)},
            "batch": {"type": ["string", "null"]},
            **dict.fromkeys(("created", "started", "ended", "expires"), TIME),
            "position": told({"type": ["integer", "null"]}, "How many jobs come before it, while it waits."),
            "pages": fixed(pages),
            "timings": map_of(NUMBER, "Seconds by step: queue, fetch, open, read, write."),
            "notices": map_of(WHOLE, "What was noticed, each code with the number of its pages."),
            "error": maybe(error),
            "links": fixed(dict.fromkeys(("self", "result", "events"), TEXT)),
        },
        {"webhook": _standing()},
    )


def _standing() -> Schema:
    told_fields = {
        "state": {"type": "string", "enum": [WAITING, DELIVERED, DEAD]},
        "tries": WHOLE,
        "due": TIME,
        "error": maybe(told(TEXT, "Why the last try failed.")),
    }
    return fixed(told_fields, description="How it stands with the message to the webhook; there when the job has ended.")


_OPEN_JOB = Job(
    id=EXAMPLE_ID,
    state=State.RUNNING,
    order=Order(name="report.pdf"),
    created=1.8e9,
    started=1.8e9 + 1,
    pages_total=12,
    pages_done=3,
)
JOB_EXAMPLE: Schema = plain_json(_OPEN_JOB)


BATCH_BODY_EXAMPLE: Schema = {"items": [{"url": EXAMPLE_URL}, {"url": EXAMPLE_URL, "languages": "de"}], "languages": "en"}
BATCH_EXAMPLE: Schema = {
    "id": EXAMPLE_ID,
    "done": False,
    "counts": {state.value: int(state is State.RUNNING) for state in State},
    "items": [{**JOB_EXAMPLE, "batch": EXAMPLE_ID}],
    "links": {"self": f"/v1/batch/{EXAMPLE_ID}"},
}


def _batch() -> Schema:
    return fixed(
        {
            "id": TEXT,
            "done": told(TRUTH, "Whether all of its jobs have ended."),
            "counts": told(fixed(dict.fromkeys(State, WHOLE)), "How many of them are in each state."),
            "items": list_of(ref("Job")),
            "links": fixed({"self": TEXT}),
        }
    )


PAGES_EXAMPLE: Schema = json.loads(page_index(document_json.write(SAMPLE)))


def _pages() -> Schema:
    whole, number = maybe(WHOLE), maybe(NUMBER)
    page = {
        "number": told(WHOLE, "Counted from 1."),
        "width": told(whole, "In pixels, as `height`."),
        "height": whole,
        "dpi": number,
        "turned": whole,
        "confidence": number,
        "words": told(whole, "How many it has."),
        "doubtful": told(whole, f"How many of them are less sure than {DOUBTFUL:g}."),
        "problem": maybe(told(TEXT, "The code of what kept it from being read.")),
        "bytes": maybe(
            told(
                {**list_of(WHOLE), "minItems": 2, "maxItems": 2},
                "The first and the last byte of its JSON in the result as it was read, as a Range names them.",
            )
        ),
    }
    return _table("pages", page)


def _table(name: str, row: Schema) -> Schema:
    return fixed({name: list_of(fixed(row))})


def tables() -> Schema:
    """The lists of what can be asked for, each with a row as its example."""
    choice = {"type": ["string", "integer", "number", "boolean", "null"]}
    bound = {"type": ["number", "null"]}
    option = {
        "name": TEXT,
        "for": {"enum": ["reading", "writing"]},
        "type": {"enum": ["string", "integer", "number", "boolean"]},
        "default": choice,
        "choices": maybe(list_of(TEXT)),
        "minimum": bound,
        "maximum": bound,
        "help": TEXT,
    }
    format = {name: TRUTH if isinstance(value, bool) else TEXT for name, value in format_rows()[0].items()}
    language = {"code": TEXT, "name": TEXT, "script": TEXT, "engines": list_of(TEXT)}
    engine = {
        "name": TEXT,
        "version": maybe(TEXT),
        "licence": maybe(told(TEXT, "An SPDX expression, weights included.")),
        "languages": list_of(TEXT),
        "gives_confidence": maybe(TRUTH),
        "available": TRUTH,
        "reason": maybe(told(TEXT, "Why it is not available, and what to do.")),
    }
    return {
        "Options": _table("options", option),
        "Formats": _table("formats", format),
        "Languages": _table("languages", language),
        "Engines": _table("engines", engine),
        "Limits": _table("limits", {"name": TEXT, "value": NUMBER, "help": TEXT}),
        "Kinds": kinds_schema(),
    }


_GERMAN = Readers(find_language("de"), ("neural", "tesseract")).row()
_ENGINE: Schema = {
    "name": "ocrad", "version": "1", "licence": "Apache-2.0", "languages": [], "gives_confidence": None,
    "available": False, "reason": "The program ocrad is not here. Install it.",
}  # fmt: skip
TABLE_EXAMPLES: Schema = {
    "Options": {"options": option_rows("auto")[2:4]},
    "Formats": {"formats": format_rows()[:1]},
    "Languages": {"languages": [_GERMAN]},
    "Engines": {"engines": [_ENGINE]},
    "Limits": {"limits": [{"name": "max_pages", "value": 1000, "help": "Pages read of one document."}]},
    "Kinds": KINDS_EXAMPLE,
}


def named_schemas() -> Schema:
    """Every schema that has a name, but that of problems."""
    document = document_json.schema(f"{REFS}{{model}}")
    parts = document.pop("$defs")
    mistral = OcrRequest.model_json_schema(ref_template=f"{REFS}{{model}}")
    mistral_parts = mistral.pop("$defs")
    jobs = fixed({"jobs": list_of(ref("Job")), "next": maybe(told(TEXT, "Where the list goes on; null where it ends."))})
    return {
        **parts,
        **mistral_parts,
        "Document": document,
        **extraction_schemas(),
        "TutorialAnswer": TUTORIAL_ANSWER,
        "MistralRequest": mistral,
        "MistralAnswer": _mistral_answer(),
        "Job": _job(),
        "Jobs": jobs,
        **_correction_schemas(),
        "Batch": _batch(),
        "Pages": _pages(),
        **tables(),
    }
