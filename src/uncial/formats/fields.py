"""Fields as JSON: what a document says, each with the place that it was read from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from uncial.fields import extract_fields
from uncial.fields.telling import told
from uncial.fields.templates import parse_templates
from uncial.options import Output

if TYPE_CHECKING:
    from uncial.document import Document
    from uncial.original import Original


def write(document: Document, original: Original | None = None, output: Output | None = None) -> bytes:
    """The fields as one line of UTF-8. Raises `TemplateInvalid`."""
    wanted = output or Output()
    extraction = extract_fields(document, wanted.kind, parse_templates(wanted.templates))
    line = json.dumps(told(extraction), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (line + "\n").encode("utf-8", "replace")
