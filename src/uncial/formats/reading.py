"""Reads back what a format wrote, ours or another program's, and knows by its content which format it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uncial.errors import MediaTypeUnsupported, SourceEmpty
from uncial.formats import FORMATS, find_format

if TYPE_CHECKING:
    from uncial.document import Document

_HEAD = 1 << 16
_ROOTS = {"alto": "alto", "PcGts": "page", "html": "hocr"}
_HOLDS_PAGES = {"json": b'"pages"', "hocr": b"ocr_page"}
_BEFORE_ROOT = re.compile(r"<\?.*?\?>|<!--.*?-->|<!(?:[^<>\[]|\[.*?\]\s*(?=>))*>", re.DOTALL)
_ROOT = re.compile(r"\s*<(?:[\w.-]+:)?([\w.-]+)")


def read_back(data: bytes) -> Document:
    """The document in a file that a format reads back, or in a ZIP archive of such files, a page or more in each.

    Raises `SourceEmpty`, `MediaTypeUnsupported` where no format reads it, and `SourceDamaged`.
    """
    if not data:
        raise SourceEmpty("The file is empty.", hint="It has no bytes at all; ask for a new copy.")
    if data.startswith(b"PK\x03\x04"):
        from uncial.formats.bundle import joined, unpacked

        return joined([read_back(file) for _, file in unpacked(data) if _is_page_file(file)])
    name = format_of_content(data)
    if name is None:
        known = ", ".join(format.name for format in FORMATS.values() if format.reads)
        raise MediaTypeUnsupported(
            "This is nothing that a format reads back.",
            hint=f"Files of these formats are: {known}. An image or a PDF is read by uncial read.",
        )
    return find_format(name).read(data)


def _is_page_file(data: bytes) -> bool:
    """Whether a file in an archive holds pages: programs put their own lists and web pages beside them."""
    name = format_of_content(data)
    return name is not None and _HOLDS_PAGES.get(name, b"") in data


def format_of_content(data: bytes) -> str | None:
    """The name of the format that reads this, by what stands at its beginning; None where none does."""
    head = _text(data[:_HEAD]).lstrip("\ufeff \t\r\n")
    if head.startswith("{"):
        return "json"
    while found := _BEFORE_ROOT.match(head):
        head = head[found.end() :].lstrip()
    root = _ROOT.match(head)
    return _ROOTS.get(root[1] if root[1] in _ROOTS else root[1].lower()) if root else None


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")
