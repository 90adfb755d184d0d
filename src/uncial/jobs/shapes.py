"""Answers of other services' shapes, which their clients understand: written by a worker as formats are."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from uncial.document import Block, Document, Page
from uncial.geometry import Box

if TYPE_CHECKING:
    from uncial.formats.flow import Flow, Part, Sheet
    from uncial.original import Original

Write = Callable[[Document, "Original | None"], bytes]

DEFAULT_DPI = 72
"""What Mistral's clients are told where nobody knows: they want a whole number. A page of PDF has so many units an inch."""
_MISTRAL = re.compile(r"mistral(-images)?(?:-limit(\d{1,7}))?(?:-least(\d{1,7}))?(?:-(markdown|html))?")
_SUFFIXES = {"markdown": "md", "html": "html"}


def tutorial(document: Document, original: Original | None) -> bytes:
    """`{"output": text}`, and beside it the problems where pages have any: the text alone would hide them."""
    problems = [
        {"page": page.number, "code": page.problem.code, "detail": page.problem.message, "hint": page.problem.hint}
        for page in document.pages
        if page.problem
    ]
    return _json({"output": document.text} | ({"problems": problems} if problems else {}))


@dataclass(frozen=True, slots=True)
class MistralShape:
    """The answer of Mistral's OCR service, as far as a request has a say in it (`OCRResponse`, as of December 2025)."""

    images: bool = False
    """Whether figures come along as pictures."""
    limit: int | None = None
    """Most figures of the document that are told of."""
    least: int = 0
    """Least width and height of a figure, in pixels."""
    tables: str = ""
    """What tables are written in, apart from the text: `markdown` or `html`; empty where they stand in it."""

    @property
    def name(self) -> str:
        """The same in one word, which names a blob too."""
        limit = "" if self.limit is None else f"-limit{self.limit}"
        least, tables = f"-least{self.least}" * bool(self.least), f"-{self.tables}" * bool(self.tables)
        return f"mistral{'-images' * self.images}{limit}{least}{tables}"

    def write(self, document: Document, original: Original | None) -> bytes:
        """The answer as JSON."""
        from uncial.formats.flow import Flow

        # A paragraph that goes on over the page stays in two halves, so that each page has its own text.
        flow = Flow(document, joins=lambda before, after: False)
        told = _Told(self, flow, original if self.images else None)
        return _json(
            {
                "pages": [told.told(sheet) for sheet in flow.sheets],
                "model": f"{document.engine.name}-{document.engine.version}",
                "document_annotation": None,
                "usage_info": {"pages_processed": len(document.pages), "doc_size_bytes": document.source.bytes},
            }
        )


class _Told:
    """What was told of a document so far: its figures and tables are counted from page to page."""

    def __init__(self, shape: MistralShape, flow: Flow, original: Original | None) -> None:
        self.shape, self.flow, self.original = shape, flow, original
        self.figures = self.tables = 0

    def told(self, sheet: Sheet) -> dict[str, Any]:
        """A page as Mistral tells it."""
        from uncial.formats.markdown import write_sheet

        self.page, page = sheet.page, sheet.page
        self.images: list[dict[str, Any]] = []
        self.apart: list[dict[str, str]] = []
        return {
            "index": page.number - 1,
            "markdown": write_sheet(sheet, self.flow, self._part),
            "images": self.images,
            "tables": self.apart,
            "hyperlinks": [],
            "header": _texts(sheet.headers),
            "footer": _texts(sheet.footers),
            "dimensions": {"dpi": round(page.dpi or DEFAULT_DPI), "height": page.height, "width": page.width},
            "confidence_scores": _scores(page),
        }

    def _part(self, part: Part, flow: Flow) -> str:
        from uncial.formats import markdown

        if part.kind == "table" and part.block.cells and self.shape.tables:
            return self._table(part.block)
        if part.kind == "figure" and self._is_told(part.block):
            return self._figure(part.block) + markdown.write_caption(part)
        return markdown.write_part(part, flow)

    def _is_told(self, block: Block) -> bool:
        least, limit = self.shape.least, self.shape.limit
        return min(block.quad.box.width, block.quad.box.height) >= least and (limit is None or self.figures < limit)

    def _figure(self, block: Block) -> str:
        from uncial.formats.pictures import Pictures

        id = f"img-{self.figures}.jpeg"
        self.figures += 1
        box = block.quad.box.intersection(Box(0, 0, self.page.width, self.page.height))
        picture = Pictures(self.original, self.page).cut(block, as_jpeg=True)
        self.images.append(
            {
                "id": id,
                "top_left_x": floor(box.left),
                "top_left_y": floor(box.top),
                "bottom_right_x": ceil(box.right),
                "bottom_right_y": ceil(box.bottom),
                "image_base64": f"data:{picture.media_type};base64,{b64encode(picture.data).decode()}" if picture else None,
                "image_annotation": None,
            }
        )
        return f"![{id}]({id})"

    def _table(self, block: Block) -> str:
        from uncial.formats.markdown import write_html_table, write_table

        id = f"tbl-{self.tables}.{_SUFFIXES[self.shape.tables]}"
        self.tables += 1
        write = write_table if self.shape.tables == "markdown" else write_html_table
        self.apart.append({"id": id, "content": write(block, self.flow), "format": self.shape.tables})
        return f"[{id}]({id})"


def _texts(parts: Sequence[Part]) -> str | None:
    return "\n".join(part.text for part in parts) or None


def _scores(page: Page) -> dict[str, Any] | None:
    """How sure its words are; None where the engine does not say."""
    known = [word.confidence for line in page.lines for word in line.words if word.confidence is not None]
    if not known or page.confidence is None:
        return None
    return {"average_page_confidence_score": page.confidence, "minimum_page_confidence_score": min(known)}


def _json(value: object) -> bytes:
    # The spelling of the web framework, to the byte. A name in a message may hold what is no text, which UTF-8 cannot say.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def find_shape(name: str) -> Write | None:
    """What writes the shape of that name; None where there is no such shape."""
    if name == "tutorial":
        return tutorial
    if found := _MISTRAL.fullmatch(name):
        images, limit, least, tables = found.groups()
        return MistralShape(bool(images), None if limit is None else int(limit), int(least or 0), tables or "").write
    return None
