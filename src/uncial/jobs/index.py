"""The pages of a document that lies there as JSON: what each is like, and which bytes of the file it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

PAGES = ',"pages":['
"""Where they begin. It stands in no text of the document, for there each quotation mark has a backslash before it."""
DOUBTFUL = 0.8
"""Words that are less sure are counted, for a viewer to lead there."""


def page_index(data: bytes) -> bytes:
    """The index of a document that `formats.json` wrote, as JSON: its pages in their order."""
    return json.dumps({"pages": [_told(*each) for each in _pages(data.decode())]}, separators=(",", ":")).encode()


def plain_page(number: int, code: str) -> dict[str, Any]:
    """A page of which no more is known than that it was done with, as the index tells of it."""
    unknown = ("width", "height", "dpi", "turned", "confidence", "words", "doubtful")
    return {"number": number, **dict.fromkeys(unknown), "problem": code or None, "bytes": None}


def _pages(text: str) -> Iterator[tuple[dict[str, Any], int, int]]:
    """Each page with the bytes from which and before which it stands."""
    decoder = json.JSONDecoder()
    place = text.index(PAGES) + len(PAGES)
    first = len(text[:place].encode())
    while text[place] != "]":
        page, end = decoder.raw_decode(text, place)
        last = first + len(text[place:end].encode())
        yield page, first, last
        comma = text[end] == ","
        place, first = end + comma, last + comma


def _told(page: dict[str, Any], first: int, last: int) -> dict[str, Any]:
    confidences = [word["confidence"] for block in page["blocks"] for line in block["lines"] for word in line["words"]]
    doubtful = sum(confidence is not None and confidence < DOUBTFUL for confidence in confidences)
    plain = {name: page[name] for name in ("number", "width", "height", "dpi", "turned", "confidence")}
    code = page["problem"]["code"] if page["problem"] else None
    return {**plain, "words": len(confidences), "doubtful": doubtful, "problem": code, "bytes": [first, last - 1]}
