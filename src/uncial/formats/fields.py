"""Fields as JSON: what a document says, each with the place that it was read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uncial.fields import Extraction, extract_fields
from uncial.fields.telling import to_json
from uncial.fields.templates import parse_templates
from uncial.options import Output

if TYPE_CHECKING:
    from uncial.document import Document
    from uncial.original import Original


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The fields as one line of UTF-8. Raises `TemplateInvalid`."""
    return (to_json(extracted(document, output)) + "\n").encode("utf-8", "replace")


def extracted(document: Document, output: Output | None = None) -> Extraction:
    """What the document says, by the kind and the templates that were asked for. Raises `TemplateInvalid`."""
    wanted = output or Output()
    return extract_fields(document, wanted.kind, parse_templates(wanted.templates))
