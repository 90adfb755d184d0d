"""Mends PDFs that PDFium cannot open: QPDF finds their objects again, even where the table of them is lost."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uncial.sources import Source


def repaired(source: Source) -> bytes | None:
    """The same PDF written anew, without its password, or None where QPDF finds no page in it either.

    Raises `SourceEncrypted` where it asks for another password.
    """
    import pikepdf  # loads 10 MB, which nobody needs for a PDF that is whole

    try:
        with pikepdf.open(BytesIO(source.data), password=source.password) as document:
            if not len(document.pages):
                return None
            whole = BytesIO()
            document.save(whole)
            return whole.getvalue()
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError, OSError, TypeError):
        return None
