"""Answers of other services' shapes, which their clients understand: written by a worker as formats are."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from uncial.document import Document

if TYPE_CHECKING:
    from uncial.original import Original


def tutorial(document: Document, original: Original | None) -> bytes:
    """`{"output": text}`, and beside it the problems where pages have any: the text alone would hide them."""
    problems = [
        {"page": page.number, "code": page.problem.code, "detail": page.problem.message, "hint": page.problem.hint}
        for page in document.pages
        if page.problem
    ]
    told = {"output": document.text} | ({"problems": problems} if problems else {})
    # The spelling of the web framework, to the byte. A name in a message may hold what is no text, which UTF-8 cannot say.
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


SHAPES: dict[str, Callable[[Document, Original | None], bytes]] = {"tutorial": tutorial}
