"""JSON Schemas of what is extracted from documents, with an example that the code itself writes, and the table of kinds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, get_args

from uncial.document import Barcode
from uncial.fields import Extraction, Field, Pair, Payload
from uncial.fields.model import FoundBy
from uncial.fields.names import NAMES, ROWS
from uncial.fields.telling import TYPES, told
from uncial.geometry import Box, Quad
from uncial.service.schema_words import NUMBER, TEXT, TRUTH, WHOLE, Schema, fixed, list_of, map_of, maybe, ref
from uncial.service.schema_words import told as described

_QUAD: Schema = {
    "type": "array",
    "items": {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2},
    "minItems": 4,
    "maxItems": 4,
    "description": "The four corners in pixels, clockwise from where the first letter’s top is.",
}
_PAGE = described(WHOLE, "Counted from 1.")
_SURE = described(NUMBER, "0 to 1.")
_TYPE = described({"type": "string", "enum": list(TYPES)}, "What the value is; dates and times are texts as ISO 8601 has them.")
_PLAIN: Schema = {"anyOf": [TEXT, NUMBER, TRUTH, {"type": "null"}]}


def extraction_schemas() -> Schema:
    """What a document says, and its parts."""
    rows = list_of(map_of(ref("ExtractedField")))
    doubt = fixed({"code": described(TEXT, "One of those in docs/fields.md."), "message": TEXT})
    field = {
        "value": described({"anyOf": [*_PLAIN["anyOf"], rows]}, "In one form whatever the print looks like; of a list its rows."),
        "type": _TYPE,
        "text": described(TEXT, "As it was read."),
        "page": _PAGE,
        "quad": _QUAD,
        "confidence": _SURE,
        "found_by": {"type": "string", "enum": list(get_args(FoundBy))},
        "doubts": described(list_of(doubt), "What else the document says that does not agree with it."),
    }
    pair = {"label": TEXT, "value": TEXT, "page": _PAGE, "label_quad": _QUAD, "quad": _QUAD, "confidence": _SURE}
    barcode = {
        "symbology": TEXT,
        "text": TEXT,
        "base64": described(TEXT, "The bytes that it holds."),
        "page": _PAGE,
        "quad": _QUAD,
        "standard": described(maybe(TEXT), "What its bytes are written by, such as iata-bcbp; null where that is not known."),
        "says": map_of(_PLAIN, "What it says, by the names of fields."),
        "types": map_of(_TYPE, "What each value is."),
    }
    whole = {
        "kind": described({"type": "string", "enum": list(NAMES)}, "What it is."),
        "confidence": described(NUMBER, "0 to 1: how sure the kind is; 1 where it was given."),
        "template": described(maybe(TEXT), "The template that fitted."),
        "fields": map_of(ref("ExtractedField"), "By the names of GET /v1/kinds, and of templates."),
        "pairs": described(list_of(ref("ExtractedPair")), "Labels with what stands beside or below them."),
        "barcodes": list_of(ref("ExtractedBarcode")),
    }
    return {
        "Extraction": fixed(whole, description="What a document says, as data."),
        "ExtractedField": fixed(field),
        "ExtractedPair": fixed(pair),
        "ExtractedBarcode": fixed(barcode),
    }


def kind_rows() -> list[dict[str, Any]]:
    """A row for each kind, with the fields that it may have."""
    return [{"name": kind, "fields": [_name_row(name, help) for name, help in names.items()]} for kind, names in NAMES.items()]


def _name_row(name: str, help: str) -> dict[str, Any]:
    return {"name": name, "help": help, "rows": list(ROWS[name]) if name in ROWS else None}


def kinds_schema() -> Schema:
    """The list of kinds."""
    rows = described(maybe(list_of(TEXT)), "Of a list: what each of its rows may say.")
    field = fixed({"name": TEXT, "help": TEXT, "rows": rows})
    return fixed({"kinds": list_of(fixed({"name": TEXT, "fields": list_of(field)}))})


KINDS_EXAMPLE: Schema = {"kinds": [row for row in kind_rows() if row["name"] == "letter"]}


def _example() -> Schema:
    def field(value: Any, text: str, top: float) -> Field:
        return Field(value, text, 1, Quad.of_box(Box(60, top, 260, top + 30)), 0.97, "label")

    fields = {"date": field(date(2018, 12, 25), "25/12/2018", 80), "total": field(Decimal("9.00"), "9.00", 400)}
    quads = Quad.of_box(Box(60, 80, 120, 110)), Quad.of_box(Box(140, 80, 260, 110))
    pair = Pair("Date", "25/12/2018", 1, *quads, 0.95)
    code = Barcode("qr-code", "R-4711", "Ui00NzEx", Quad.of_box(Box(300, 300, 400, 400)))
    return told(Extraction("receipt", 0.93, fields, (pair,), (Payload(code, 1),)))


EXTRACTION_EXAMPLE: Schema = _example()
