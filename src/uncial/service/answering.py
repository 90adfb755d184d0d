"""What a worker does with a job: it reads the document and writes it as the client wants it, for it still has the file."""

from __future__ import annotations

import json
from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING

from uncial.engines import Engine
from uncial.formats import find_format
from uncial.service.work import Answer, Job
from uncial.sources import Input, Source, open_source

if TYPE_CHECKING:
    from uncial.document import Document


def read(source: Input, job: Job, engine: Engine) -> tuple[Document, Source]:
    """The document, and what it was read from: a URL is fetched once, though it is read and may be shown."""
    from uncial.reader import read_document

    opened = open_source(source, job.limits, job.password)
    return read_document(opened, engine, job.options, job.limits), opened


def answer(document: Document, source: Source, job: Job) -> Answer:
    """The document in the format of the job, and what HTTP has to say of it besides. Raises `UncialError`."""
    begun = perf_counter()
    content = _tutorial(document) if job.format is None else _written(document, source, job.format, job)
    failed = tuple(page.number for page in document.pages if page.problem)
    codes = Counter(code for page in document.pages for code in {notice.code for notice in page.notices})
    return Answer(content, document.source.name, failed, tuple(sorted(codes.items())), perf_counter() - begun)


def _written(document: Document, source: Source, format: str, job: Job) -> bytes:
    from uncial.pages import open_original

    with open_original(source, job.limits) as original:
        return find_format(format).write(document, original, job.output)


def _tutorial(document: Document) -> bytes:
    """`{"output": text}`, and beside it the problems where pages have any: the text alone would hide them."""
    problems = [
        {"page": page.number, "code": page.problem.code, "detail": page.problem.message, "hint": page.problem.hint}
        for page in document.pages
        if page.problem
    ]
    told = {"output": document.text} | ({"problems": problems} if problems else {})
    # The spelling of the web framework, to the byte. A name in a message may hold what is no text, which UTF-8 cannot say.
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
