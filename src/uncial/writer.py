"""Writes a document, with the file that it was read from beside it where the format shows or keeps that."""

from __future__ import annotations

from uncial.document import Document
from uncial.formats import find_format
from uncial.options import Limits, Output
from uncial.sources import Input, open_source


def write(
    document: Document,
    format: str,
    source: Input | None = None,
    *,
    output: Output | None = None,
    limits: Limits | None = None,
    password: str = "",
) -> bytes:
    """Write the document in the format of that name, as `uncial.write(document, "docx", "scan.pdf")`.

    `source` is what was read. `pdf`, `pdfa` and `png` show it and cannot be written without; in others, figures then have no
    picture. Raises `OptionInvalid` where there is no such format, `OriginalMissing`, and what opening the source raises.
    """
    chosen, output, limits = find_format(format), output or Output(), limits or Limits()
    if source is None:
        return chosen.write(document, None, output)
    from uncial.pages import open_original  # brings Pillow along, which nobody needs without a source

    with open_original(open_source(source, limits, password), limits) as original:
        return chosen.write(document, original, output)
