"""Fields as JSON values: what the command, the service and the formats say of them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from uncial.fields.model import Extraction, Field, Fields, Pair, Payload, Scalar
from uncial.geometry import Quad

Told = dict[str, Any]


def told(extraction: Extraction) -> Told:
    """An extraction as JSON has it: numbers as numbers, dates and times in ISO 8601, a quad as its four corners."""
    return {
        "kind": extraction.kind,
        "confidence": round(extraction.confidence, 4),
        "template": extraction.template or None,
        "fields": _fields(extraction.fields),
        "pairs": [_pair(pair) for pair in extraction.pairs],
        "barcodes": [_payload(payload) for payload in extraction.barcodes],
    }


def scalar(value: Scalar) -> str | int | float | bool:
    """A value as JSON has it. A Decimal of up to 15 digits is the same number when it is read back as one."""
    match value:
        case Decimal():
            return float(value)
        case date() | time():
            return value.isoformat()
        case _:
            return value


def _fields(fields: Fields) -> Told:
    return {name: _field(field) for name, field in fields.items()}


def _field(field: Field) -> Told:
    value = [_fields(row) for row in field.value] if isinstance(field.value, tuple) else scalar(field.value)
    return {
        "value": value,
        "text": field.text,
        "page": field.page,
        "quad": _quad(field.quad),
        "confidence": round(field.confidence, 4),
        "found_by": field.found_by,
        "doubts": [{"code": doubt.code, "message": doubt.message} for doubt in field.doubts],
    }


def _pair(pair: Pair) -> Told:
    return {
        "label": pair.label,
        "value": pair.value,
        "page": pair.page,
        "label_quad": _quad(pair.label_quad),
        "quad": _quad(pair.quad),
        "confidence": round(pair.confidence, 4),
    }


def _payload(payload: Payload) -> Told:
    barcode = payload.barcode
    return {
        "symbology": barcode.symbology,
        "text": barcode.text,
        "base64": barcode.base64,
        "page": payload.page,
        "quad": _quad(barcode.quad),
        "standard": payload.standard or None,
        "says": {name: scalar(value) for name, value in payload.says.items()},
    }


def _quad(quad: Quad) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in quad]
