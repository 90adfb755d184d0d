"""What happens to a job, told as it happens: server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from uncial.errors import JobNotFound, ServiceUnavailable
from uncial.formats.json import page_json
from uncial.jobs.checkpoints import load_page
from uncial.jobs.job import Job, PageRecord
from uncial.options import PageRanges
from uncial.service.desk import Desk
from uncial.service.job_json import Told, job_json

SILENCE = 15.0
"""Seconds after which a stream says something, so that nobody takes it for dead."""


async def event_stream(desk: Desk, job: Job, seen: PageRanges | None, with_pages: bool) -> AsyncIterator[bytes]:
    """`page` for each page that is done, `progress` with the job whenever it has come further, `end` with it at the last.

    The id of an event is the pages that were told by then; a client that comes back with it hears of the others only. Where
    the job is forgotten, the service stops or its database is away, the stream ends without its `end`: ask for it again.
    """
    yield b"retry: 1000\n\n"
    told: set[int] = set()
    try:
        async for now in desk.changes(job, SILENCE):
            for record in await asyncio.to_thread(desk.jobs.pages, job.id):
                if seen and record.number in seen:
                    told.add(record.number)
                elif record.number not in told:
                    told.add(record.number)
                    yield _event("page", await _page(desk, record, with_pages), told)
            yield _event("end" if now.state.ended else "progress", await job_json(desk, now), told)
    except (JobNotFound, ServiceUnavailable):
        return


async def _page(desk: Desk, record: PageRecord, with_content: bool) -> Told:
    """What is told of a page: the page as it stands by itself, before the whole document is put together."""
    told: Told = {"number": record.number, "seconds": record.seconds, "code": record.code or None}
    if with_content:
        try:
            told["page"] = page_json(load_page(await asyncio.to_thread(desk.blobs.read, record.blob)))
        except (FileNotFoundError, ServiceUnavailable):  # the result will have it
            told["page"] = None
    return told


def _event(name: str, data: Told, told: set[int]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {PageRanges.of(told)}\ndata: {text}\n\n".encode("utf-8", "replace")
