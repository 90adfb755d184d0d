"""Tells what each part of a page is: a heading, a list item, a caption, a footnote, what heads and foots the page, or prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from uncial.document import Kind
from uncial.geometry import Box
from uncial.layout.parts import Part
from uncial.median import weighted_median

_LARGER = {True: 1.12, False: 1.25}
"""Times the body's height: headings are so much larger, in a PDF's own text and in what was read, whose heights are rough."""
_HEADING_ROWS, _HEADING_LENGTH = 3, 140
_LETTERS = 0.5
"""The part of a heading that is letters."""
_MARGIN = 0.09
"""The part of the page's height at its top and at its foot where running heads and page numbers stand."""
_SET_APART = 1.0
"""Running heads are so far from the text."""
_SMALLER = 0.93
"""Times the body's height: footnotes are smaller than this."""
_CAPTION_GAP = 3.5
"""A caption stands so near to its figure or table."""
_CAPTION = re.compile(
    r"(?:fig(?:ure|ura|\.)?|tab(?:le|elle|leau|la|ela|ella|\.)?|abb(?:ildung|\.)?|chart|plate|scheme|exhibit|obr\.?|rys\.?|図|图|表)"
    r"\s*(?:[A-Z]\.?)?\d+(?:[.-]\d+)*[a-z]?(?P<mark>\s*[:.—–|-])?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-Z]\.)\s+[^\W\d_]")
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡§¶¹²³⁰-⁹]+|[a-z])[.)]?\s*\S")
_PAGE_NUMBER = re.compile(
    r"[-–—\s|]*(?:page|seite|p\.?|s\.)?\s*(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—\s|]*", re.IGNORECASE
)


def told(parts: Sequence[Part], unit: float, page: Box) -> list[Part]:
    """The same parts, each with its kind and level."""
    body = _body(parts)
    told = [replace(part, kind="list-item") if part.marker else part for part in parts]
    told = _outside(told, body, unit, page)
    told = [_as(part, "caption") if _is_caption(part, told, unit) else part for part in told]
    told = _footnotes(told, body, page)
    told = [_as(part, "heading", 1) if _is_heading(part, i, told, body, unit) else part for i, part in enumerate(told)]
    return _nested(told, unit)


def _as(part: Part, kind: Kind, level: int = 0) -> Part:
    return replace(part, kind=kind, level=level)


def _is_prose(part: Part) -> bool:
    return part.kind == "paragraph" and not part.solid


def _body(parts: Sequence[Part]) -> float:
    """The height of most of the text."""
    rows = [row for part in parts for row in part.rows]
    return weighted_median((row.box.height, len(row.line.text)) for row in rows)


# Running heads


def _outside(parts: list[Part], body: float, unit: float, page: Box) -> list[Part]:
    """Heads and feet of the page: a line or two at its very top or bottom, set apart from the rest."""
    top, bottom = page.top + _MARGIN * page.height, page.bottom - _MARGIN * page.height
    heads = [part for part in parts if part.box.bottom < top and _may_run(part, body)]
    feet = [part for part in parts if part.box.top > bottom and _may_run(part, body)]
    rest = [part for part in parts if part not in heads and part not in feet]
    if not rest:
        return parts
    first, last = min(part.box.top for part in rest), max(part.box.bottom for part in rest)
    heads = [part for part in heads if first - part.box.bottom > _SET_APART * unit or _is_number(part)]
    feet = [part for part in feet if part.box.top - last > _SET_APART * unit or _is_number(part)]
    return [_as(part, "page-header") if part in heads else _as(part, "page-footer") if part in feet else part for part in parts]


def _may_run(part: Part, body: float) -> bool:
    return not part.solid and len(part.rows) <= 2 and part.height <= 1.15 * body


def _is_number(part: Part) -> bool:
    return _PAGE_NUMBER.fullmatch(part.text) is not None


# Captions and footnotes


def _is_caption(part: Part, parts: Sequence[Part], unit: float) -> bool:
    found = _CAPTION.match(part.text) if _is_prose(part) else None
    if not found:
        return False
    return bool(found["mark"]) or any(_touches(part.box, other.box, unit) for other in parts if other.solid)


def _touches(a: Box, b: Box, unit: float) -> bool:
    beside = min(a.right, b.right) - max(a.left, b.left) > 0
    return beside and max(a.top, b.top) - min(a.bottom, b.bottom) < _CAPTION_GAP * unit


def _footnotes(parts: list[Part], body: float, page: Box) -> list[Part]:
    """Small parts that begin with a mark, at the end of their column."""
    done = list(parts)
    ended: set[int] = set()
    for i in reversed(range(len(parts))):
        part = parts[i]
        if part.kind in ("page-footer", "page-header") or part.column in ended:
            continue
        small = part.rows and part.height < _SMALLER * body and part.box.top > page.top + 0.4 * page.height
        if small and not part.solid and _NOTE.match(part.text):
            done[i] = _as(part, "footnote")
        else:
            ended.add(part.column)
    return done


# Headings and lists


def _is_heading(part: Part, i: int, parts: Sequence[Part], body: float, unit: float) -> bool:
    text = part.text
    if part.kind not in ("paragraph", "list-item") or part.solid or not _could_head(part, text):
        return False
    native = all(row.line.engine == "pdf" for row in part.rows)
    if part.height >= _LARGER[native] * body and part.kind == "paragraph":
        return True
    leads = any(other.kind in ("paragraph", "list-item", "table", "figure") for other in parts[i + 1 : i + 3])
    if not leads or len(part.rows) > 2:
        return False
    if part.bold and part.kind == "paragraph":
        return True
    following = next((other for other in parts[i + 1 :] if other.rows), None)
    prose = following is not None and len(following.rows) >= 2 and following.box.width > 1.3 * part.box.width
    capitals = text.isupper() and sum(letter.isalpha() for letter in text) >= 4
    return bool(prose and (capitals or (part.bold and _NUMBERED.match(text))) and part.kind == "paragraph")


def _could_head(part: Part, text: str) -> bool:
    letters = sum(letter.isalpha() for letter in text)
    ends = text.endswith((".", ",", ";", "-")) and not text.isupper()
    return (
        len(part.rows) <= _HEADING_ROWS
        and letters >= 2
        and letters >= _LETTERS * len(text)
        and len(text) <= _HEADING_LENGTH
        and not ends
    )


def _nested(parts: list[Part], unit: float) -> list[Part]:
    """List items with how deep they stand: by their left edges, among those of the items around."""
    done = list(parts)
    stack: list[float] = []
    for i, part in enumerate(parts):
        if part.kind != "list-item":
            if part.kind not in ("page-header", "page-footer"):
                stack = []
            continue
        stack = [left for left in stack if left < part.box.left - 0.5 * unit]
        stack.append(part.box.left)
        done[i] = replace(part, level=len(stack))
    return done
