"""The words that JSON Schemas are written in here."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

REFS = "#/components/schemas/"
TEXT: Schema = {"type": "string"}
TRUTH: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
BINARY: Schema = {"type": "string", "format": "binary"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
TIME: Schema = {"type": ["string", "null"], "format": "date-time"}


def fixed(required: Schema, optional: Schema | None = None, description: str = "") -> Schema:
    """An object of these fields and no others."""
    made = {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }
    return made | ({"description": description} if description else {})


def list_of(items: Schema) -> Schema:
    """A list of things that are all alike."""
    return {"type": "array", "items": items}


def map_of(values: Schema, description: str = "") -> Schema:
    """An object whose fields have any names."""
    made = {"type": "object", "additionalProperties": values}
    return made | ({"description": description} if description else {})


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def told(schema: Schema, description: str) -> Schema:
    """The same with a description."""
    return {**schema, "description": description}


def ref(name: str) -> Schema:
    """One of the schemas that have a name."""
    return {"$ref": REFS + name}
