"""JSON: the document itself, with its plain text under `output` before everything else, and how sure each page is."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from uncial.document import Document, Page
from uncial.errors import SourceDamaged

if TYPE_CHECKING:
    from uncial.options import Output
    from uncial.original import Original

CONFIDENCE = {
    "anyOf": [{"type": "number"}, {"type": "null"}],
    "description": "The mean confidence of its words, each counted by its length; null where no word has one.",
}
OUTPUT = {"type": "string", "description": "The plain text of all pages, with a form feed between each two."}


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The document as one line of UTF-8; coordinates have two decimals, confidences four."""
    fields = _adapter().dump_python(document, mode="json")
    pages = [{"confidence": page.confidence, **told} for page, told in zip(document.pages, fields["pages"], strict=True)]
    whole = {"output": document.text, "confidence": document.confidence, **fields, "pages": pages}
    line = json.dumps(_tidy(whole), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # A file's name may hold bytes that are not text; Python keeps them as lone surrogates, which UTF-8 cannot say.
    return (line + "\n").encode("utf-8", "replace")


def page_json(page: Page) -> dict[str, Any]:
    """One page as it stands in the document's JSON."""
    fields = _page_adapter().dump_python(page, mode="json")
    told: dict[str, Any] = _tidy({"confidence": page.confidence, **fields})
    return told


def read(data: bytes) -> Document:
    """The document that `write` wrote. Raises `SourceDamaged`.

    `output` and the confidence of the document and of its pages are not looked at, for they follow from the rest.
    """
    try:
        return _adapter().validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file itself"
        raise SourceDamaged(
            f"This is not a document that Uncial wrote as JSON: {place}: {first['msg']}.",
            hint="Read the image again with the format json.",
        ) from error


def schema(ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """The JSON Schema of what `write` writes, for OpenAPI and for validators."""
    made = _adapter().json_schema(ref_template=ref_template, mode="serialization")
    page = made["$defs"]["Page"]
    _put_first(page, confidence=CONFIDENCE)
    _put_first(made, output=OUTPUT, confidence=CONFIDENCE)
    return made


def _put_first(made: dict[str, Any], **told: dict[str, Any]) -> None:
    made["properties"] = {**told, **made["properties"]}
    made["required"] = [*told, *made["required"]]


@cache
def _adapter() -> TypeAdapter[Document]:
    return TypeAdapter(Document)


@cache
def _page_adapter() -> TypeAdapter[Page]:
    return TypeAdapter(Page)


def _tidy(value: Any, digits: int = 2) -> Any:
    """The same JSON value with its numbers rounded: what is below a hundredth of a pixel only fills disks."""
    match value:
        case float():
            return round(value, digits)
        case list():
            return [_tidy(item, digits) for item in value]
        case dict():
            return {key: _tidy(item, 4 if "confidence" in key else 2) for key, item in value.items()}
        case _:
            return value
