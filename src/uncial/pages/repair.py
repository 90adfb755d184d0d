"""Mends PDFs that PDFium cannot open: QPDF finds their objects again, even where the table of them is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uncial.sources import Source

_DAMAGED = "file is damaged"
"""What QPDF says of a file whose objects it had to look for."""


def repaired(source: Source) -> bytes | None:
    """The same PDF written anew, without its password; None where QPDF finds no page in it either."""
    with _open(source) as document:
        if document is None or not len(document.pages):
            return None
        whole = BytesIO()
        document.save(whole)
        return whole.getvalue()


def damaged(source: Source) -> bool:
    """Whether QPDF finds the file damaged, or cannot open it at all."""
    with _open(source) as document:
        return document is None or any(_DAMAGED in message for message in document.get_warnings())


@contextmanager
def _open(source: Source) -> Iterator[Any]:
    """QPDF's document, or None where there is nothing that it could open."""
    import pikepdf  # loads 10 MB, which nobody needs for a PDF that is whole

    try:
        document = pikepdf.open(BytesIO(source.data), password=source.password)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError):  # QPDF's own errors come as any of these
        yield None
        return
    with document:
        yield document
