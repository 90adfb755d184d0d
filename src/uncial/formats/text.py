"""Plain text: what a person would have typed."""

from __future__ import annotations

from uncial.document import Document


def write(document: Document) -> bytes:
    """The text in UTF-8: blocks with an empty line between, pages with a form feed between, a newline at the end."""
    return (document.text + "\n").encode("utf-8")
