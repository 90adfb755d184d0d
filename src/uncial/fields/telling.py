"""Fields as JSON: what the command, the service and the formats say of them, and the way back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from uncial.document import Barcode
from uncial.fields.model import Doubt, Extraction, Field, Fields, Pair, Payload, Row, Scalar
from uncial.geometry import Quad

Told = dict[str, Any]

ROWS = "rows"
"""The type of a field that is a list."""
_WIDEST = 40
"""Digits before or behind the point of a number that is written without an exponent."""


def to_json(extraction: Extraction) -> str:
    """An extraction on one line: dates and times in ISO 8601, amounts with the decimals that they have, a quad as its corners."""
    return _written(_told(extraction))


def told(extraction: Extraction) -> Told:
    """The same as JSON values; a Decimal of up to 15 digits is the same number when it is read back as one."""
    made: Told = json.loads(to_json(extraction))
    return made


def from_json(text: str | bytes) -> Extraction:
    """The extraction that `to_json` wrote. Raises ValueError for anything else."""
    try:
        return extraction_of(json.loads(text, parse_float=Decimal))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def extraction_of(told: Any) -> Extraction:
    """The extraction that JSON values tell of; they may say more. Raises ValueError for anything else."""
    try:
        return Extraction(
            kind=_string(told["kind"]),
            confidence=float(told["confidence"]),
            fields=_fields_of(told["fields"]),
            pairs=tuple(map(_pair_of, told["pairs"])),
            barcodes=tuple(map(_payload_of, told["barcodes"])),
            template=_string(told["template"] or ""),
        )
    except (ArithmeticError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"this is no extraction: {error}") from error


def scalar(value: Scalar) -> str | int | float | bool:
    """A value as JSON has it."""
    match value:
        case Decimal():
            return float(value)
        case date() | time():
            return value.isoformat()
        case _:
            return value


def decimal_text(number: Decimal) -> str:
    """A number in digits with a point before its decimals, as many as it has; JSON and spreadsheets read it."""
    return format(number, "f") if abs(number.adjusted()) < _WIDEST else str(number)


def value_text(value: Scalar) -> str:
    """A value in letters and digits alone, for tables."""
    match value:
        case Decimal():
            return decimal_text(value)
        case bool():
            return "yes" if value else "no"
        case _:
            return str(scalar(value))


def type_of(value: object) -> str:
    """What kind of value it is; one of docs/fields.md."""
    return ROWS if isinstance(value, tuple) else next(name for name, kind, _ in _TYPES if isinstance(value, kind))


_TYPES: tuple[tuple[str, type, Callable[[Any], Any]], ...] = (
    ("text", str, str),
    ("boolean", bool, bool),  # which is an int
    ("integer", int, int),
    ("decimal", Decimal, lambda number: Decimal(str(number))),
    ("datetime", datetime, datetime.fromisoformat),  # which is a date
    ("date", date, date.fromisoformat),
    ("time", time, time.fromisoformat),
)
"""Every type of value: its name, its class, and what makes it of its JSON."""
_MAKERS = {name: make for name, _, make in _TYPES}
TYPES = (*_MAKERS, ROWS)
"""What a value may be."""


def _told(extraction: Extraction) -> Told:
    return {
        "kind": extraction.kind,
        "confidence": round(extraction.confidence, 4),
        "template": extraction.template or None,
        "fields": _told_fields(extraction.fields),
        "pairs": [_told_pair(pair) for pair in extraction.pairs],
        "barcodes": [_told_payload(payload) for payload in extraction.barcodes],
    }


def _told_fields(fields: Fields) -> Told:
    return {name: _told_field(field) for name, field in fields.items()}


def _told_field(field: Field) -> Told:
    return {
        "value": [_told_fields(row) for row in field.value] if isinstance(field.value, tuple) else _plain(field.value),
        "type": type_of(field.value),
        "text": field.text,
        "page": field.page,
        "quad": _told_quad(field.quad),
        "confidence": round(field.confidence, 4),
        "found_by": field.found_by,
        "doubts": [{"code": doubt.code, "message": doubt.message} for doubt in field.doubts],
    }


def _told_pair(pair: Pair) -> Told:
    return {
        "label": pair.label,
        "value": pair.value,
        "page": pair.page,
        "label_quad": _told_quad(pair.label_quad),
        "quad": _told_quad(pair.quad),
        "confidence": round(pair.confidence, 4),
    }


def _told_payload(payload: Payload) -> Told:
    barcode = payload.barcode
    return {
        "symbology": barcode.symbology,
        "text": barcode.text,
        "base64": barcode.base64,
        "page": payload.page,
        "quad": _told_quad(barcode.quad),
        "standard": payload.standard or None,
        "says": {name: _plain(value) for name, value in payload.says.items()},
        "types": {name: type_of(value) for name, value in payload.says.items()},
    }


def _told_quad(quad: Quad) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in quad]


def _plain(value: Scalar) -> object:
    """A value as JSON has it, but for Decimals, which are written digit by digit."""
    return value if isinstance(value, Decimal) else scalar(value)


def _written(value: object) -> str:
    """JSON with Decimals as they are: no number of JSON is a float before somebody reads it as one (RFC 8259, 6)."""
    match value:
        case dict():
            return (
                "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_written(part)}" for name, part in value.items()) + "}"
            )
        case [dict(), *_]:
            return "[" + ",".join(map(_written, value)) + "]"
        case Decimal():
            return decimal_text(value) if value.is_finite() else "null"
        case _:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fields_of(told: Mapping[str, Any]) -> Fields:
    return {name: _field_of(field) for name, field in told.items()}


def _field_of(told: Mapping[str, Any]) -> Field:
    return Field(
        value=_value_of(told["type"], told["value"]),
        text=_string(told["text"]),
        page=int(told["page"]),
        quad=Quad.of_points(told["quad"]),
        confidence=float(told["confidence"]),
        found_by=told["found_by"],
        doubts=tuple(Doubt(_string(doubt["code"]), _string(doubt["message"])) for doubt in told["doubts"]),
    )


def _value_of(type: str, value: Any) -> Scalar | tuple[Row, ...]:
    return tuple(map(_fields_of, value)) if type == ROWS else _scalar_of(type, value)


def _scalar_of(type: str, value: Any) -> Scalar:
    made: Scalar = _MAKERS[type](value)
    return made


def _pair_of(told: Mapping[str, Any]) -> Pair:
    label_quad, quad = Quad.of_points(told["label_quad"]), Quad.of_points(told["quad"])
    return Pair(_string(told["label"]), _string(told["value"]), int(told["page"]), label_quad, quad, float(told["confidence"]))


def _payload_of(told: Mapping[str, Any]) -> Payload:
    quad = Quad.of_points(told["quad"])
    barcode = Barcode(_string(told["symbology"]), _string(told["text"]), _string(told["base64"]), quad)
    says = {name: _scalar_of(told["types"][name], value) for name, value in told["says"].items()}
    return Payload(barcode, int(told["page"]), _string(told["standard"] or ""), says)


def _string(told: object) -> str:
    if not isinstance(told, str):
        raise TypeError(f"{told!r:.40} is no text")
    return told
