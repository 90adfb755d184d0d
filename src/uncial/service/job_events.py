"""What happens to a job, told as it happens: server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from uncial.errors import ServiceUnavailable
from uncial.formats.json import page_json
from uncial.jobs.checkpoints import load_page
from uncial.jobs.job import Job, PageRecord
from uncial.options import PageRanges
from uncial.service.desk import Desk
from uncial.service.job_json import Told, job_json

SILENCE = 15.0
"""Seconds after which a stream says something, so that nobody takes it for dead."""


async def event_stream(desk: Desk, job: Job, seen: PageRanges, with_pages: bool) -> AsyncIterator[bytes]:
    """`page` for each page that is done, `progress` with the job whenever it has come further, `end` with it at the last.

    The id of an event is the pages that were told by then; a client that comes back with it hears of the others only.
    """
    told = {number for number in range(1, 1 + max((high or low for low, high in seen.ranges), default=0)) if number in seen}
    told = told if seen.ranges else set()
    yield b"retry: 1000\n\n"
    async for now in desk.changes(job, SILENCE):
        for record in await asyncio.to_thread(desk.jobs.pages, job.id):
            if record.number not in told:
                told.add(record.number)
                yield _event("page", await _page(desk, record, with_pages), _ranges(told))
        name = "end" if now.state.ended else "progress"
        yield _event(name, await job_json(desk, now), _ranges(told))


async def _page(desk: Desk, record: PageRecord, with_content: bool) -> Told:
    """What is told of a page: the page as it stands by itself, before the whole document is put together."""
    told: Told = {"number": record.number, "seconds": record.seconds, "code": record.code or None}
    if with_content:
        try:
            told["page"] = page_json(load_page(await asyncio.to_thread(desk.blobs.read, record.blob)))
        except (FileNotFoundError, ServiceUnavailable):  # the result will have it
            told["page"] = None
    return told


def _event(name: str, told: Told, id: str) -> bytes:
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {id}\ndata: {data}\n\n".encode("utf-8", "replace")


def _ranges(numbers: set[int]) -> str:
    """The pages as ranges: 1-3,7."""
    ranges: list[tuple[int, int | None]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = ranges[-1][0], number
        else:
            ranges.append((number, number))
    return str(PageRanges(tuple(ranges)))
