"""Data out of documents: reads what is not read yet, barcodes too, and finds its fields."""

from __future__ import annotations

from dataclasses import replace

from uncial.document import Document
from uncial.engines import Engine
from uncial.fields import Extraction, extract_fields
from uncial.fields.templates import parse_templates
from uncial.options import Limits, Options, Output
from uncial.reader import read
from uncial.sources import Input


def extract(
    document: Document | Input,
    kind: str = "auto",
    *,
    templates: str = "",
    options: Options | None = None,
    limits: Limits | None = None,
    engine: Engine | None = None,
    password: str = "",
) -> Extraction:
    """Say what a ticket, a receipt, an invoice says, as data: `uncial.extract("receipt.jpg").fields["total"].value`.

    `document` is one that was read, or what `read` takes; then its barcodes are read too. Read with `Options(barcodes=True)`
    yourself where they matter. `kind` is one of `options.KINDS`; `templates` are YAML as docs/templates.md has it. Raises
    `OptionInvalid` for another kind, `TemplateInvalid`, and what `read` raises.
    """
    chosen = Output(kind=kind, templates=templates)
    parsed = parse_templates(chosen.templates)
    if not isinstance(document, Document):
        wanted = replace(options or Options(), barcodes=True)
        document = read(document, wanted, limits=limits, engine=engine, password=password)
    return extract_fields(document, chosen.kind, parsed)
