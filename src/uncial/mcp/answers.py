"""Answers of a size that a model can take: whole pages as far as there is room, and how to get the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from uncial.document import Document, Page
from uncial.fields import extract_fields
from uncial.formats import find_format
from uncial.mcp.records import Told, fields_of, records_of
from uncial.options import Output, PageRanges

TEXTS = {"markdown": "md", "text": "txt"}


class Answer(NamedTuple):
    """What a model is told."""

    text: str
    notes: tuple[str, ...]
    """What it should know besides: pages that failed or did not fit, what was noticed."""
    data: Told | None = None
    """The same as data, where it is."""


def text_answer(document: Document, format: str, room: int) -> Answer:
    """The document as running text, in at most so many characters."""
    whole = _written(document, format)
    if len(whole) <= room:
        return Answer(whole, tuple(_matters(document)))
    pages = [_written(replace(document, pages=(page,)), format) for page in document.pages]
    count = _fitting([len(page) for page in pages], room)
    text = _written(replace(document, pages=document.pages[:count]), format) if count else pages[0][:room]
    return Answer(text, (_cut(document.pages, count), *_matters(document)))


def fields_answer(document: Document, kind: str, room: int) -> Answer:
    """What the document says, and below it its pages as records, in at most so many characters of JSON.

    `kind` is one of `options.KINDS`. Raises `OptionInvalid` for any other.
    """
    extraction = extract_fields(document, Output(kind=kind).kind)
    return data_answer(document, partial(records_of, pairs=extraction.pairs), room, fields_of(extraction))


def data_answer(document: Document, told: Callable[[Page], Told], room: int, above: Told | None = None) -> Answer:
    """The pages as data, in at most so many characters of JSON; what stands above them goes first."""
    above = _shortened(above, room) if above else {}
    room -= len(_json(above)) if above else 0
    pages = [told(page) for page in document.pages]
    count = _fitting([len(_json(page)) for page in pages], room)
    kept = pages[:count] or [_shortened(pages[0], room)] if pages else []
    notes = (_cut(document.pages, count),) if count < len(pages) else ()
    data = {**above, "pages": kept}
    return Answer(_json(data), (*notes, *_matters(document)), data)


def _written(document: Document, format: str) -> str:
    return find_format(TEXTS[format]).write(document, None, Output()).decode("utf-8")


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _fitting(lengths: Sequence[int], room: int) -> int:
    """How many of the first fit."""
    count = 0
    for length in lengths:
        room -= length
        if room < 0:
            break
        count += 1
    return count


def _shortened(told: Told, room: int) -> Told:
    """The same with as many of its parts as there is room for."""
    left, kept = room, dict[str, Any]()
    for name, value in told.items():
        parts = list(value.items()) if isinstance(value, dict) else value if isinstance(value, list) else None
        if parts is None:
            kept[name] = value
        else:
            count = _fitting([len(_json(part)) for part in parts], left)
            kept[name] = dict(parts[:count]) if isinstance(value, dict) else parts[:count]
            left -= len(_json(kept[name]))
    return kept


def _cut(pages: Sequence[Page], count: int) -> str:
    """What a model is told that did not get all of it."""
    numbers = [page.number for page in pages]
    rest = PageRanges.of(numbers[max(count, 1) :])
    if not count:
        others = f" Ask for the others with pages={rest}." if numbers[1:] else ""
        return f"This is only the beginning of page {numbers[0]}, which is too long for one answer.{others}"
    here = PageRanges.of(numbers[:count])
    return f"These are the pages {here}: all {len(numbers)} are too long for one answer. Ask for the others with pages={rest}."


def _matters(document: Document) -> Iterator[str]:
    for page in document.pages:
        if problem := page.problem:
            yield f"Page {page.number} could not be read: {problem.message} {problem.hint} [{problem.code}]"
    noticed: dict[str, tuple[str, list[int]]] = {}
    for page in document.pages:
        for notice in page.notices:
            noticed.setdefault(notice.code, (notice.message, []))[1].append(page.number)
    yield from (f"Page {PageRanges.of(numbers)}: {message} [{code}]" for code, (message, numbers) in noticed.items())
