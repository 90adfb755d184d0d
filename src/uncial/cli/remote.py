"""`uncial read --server`: documents become jobs of a service, a few of them at a time, and their results come home in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from uncial.cli.inputs import Found
from uncial.cli.read import Asked, Reading, Told
from uncial.client import Client, JobInfo
from uncial.errors import UncialError
from uncial.formats.json import read as read_json
from uncial.jobs.job import Queue

if TYPE_CHECKING:
    from uncial.formats import Format

AT_ONCE = 4
"""Documents that are under way at a time where the service does not say how many it reads."""
PATIENCE = 900.0
"""Seconds for which a busy service is asked again: a folder of documents is worth a wait."""
LAST_SECONDS = 3.0
"""How long whoever breaks off waits for what is under way."""
REDRAW_SECONDS = 0.1


@contextmanager
def reading_there(asked: Asked, found: Sequence[Found], formats: Sequence[Format], *, watched: bool) -> Iterator[There]:
    """The service of the flags, which reads what was found. What is not done at the end is cancelled. Raises `UncialError`."""
    with Client(asked.server, asked.key or None, patience=PATIENCE) as client:
        there = There(client, asked, found, formats, at_once=_at_once(client), watched=watched)
        try:
            yield there
        finally:
            there.break_off()


def _at_once(client: Client) -> int:
    """How many documents to have under way: one more than the service reads at a time, so that none of its workers waits."""
    workers = next((row["value"] for row in client.limits() if row["name"] == "workers"), None)
    return workers + 1 if isinstance(workers, int) and workers > 0 else AT_ONCE


class _Errand:
    """One document on its way to the service and back, in a thread of its own."""

    def __init__(self, client: Client, asked: Asked, item: Found, format: str, queue: Queue, *, watched: bool) -> None:
        self.job: JobInfo | None = None
        self.result: Future[bytes] = Future()
        self._client, self._asked, self._item = client, asked, item
        self._format, self._queue, self._watched = format, queue, watched
        self._over = Event()
        # A daemon, for nothing that is on its way may keep the command from ending.
        self.thread = Thread(target=self._run, daemon=True, name=f"uncial-{item.name}")
        self.thread.start()

    def break_off(self) -> None:
        """Cancel the job, if there is one that has not ended."""
        self._over.set()
        if self.job and not self.result.done():
            with suppress(UncialError):  # nothing more can be done about it
                self._client.cancel(self.job.id)

    def _run(self) -> None:
        try:
            self.result.set_result(self._done())
        except BaseException as error:  # the edge of a thread: whoever waits for the result is told
            self.result.set_exception(error)

    def _done(self) -> bytes:
        asked, client = self._asked, self._client
        self.job = job = client.submit(
            self._item.source,
            asked.options,
            format=self._format,
            output=asked.output,
            password=asked.password,
            queue=self._queue,
            limits=asked.limits,
        )
        if self._over.is_set():
            self.job = client.cancel(job.id)
        elif self._watched:
            for event in client.events(job.id, pages=False):
                self.job = event.job or self.job
        else:
            self.job = client.wait(job.id)
        return client.result(job.id)


class There:
    """Reads by a service. While one document is waited for, those after it are under way already."""

    def __init__(
        self, client: Client, asked: Asked, found: Sequence[Found], formats: Sequence[Format], *, at_once: int, watched: bool
    ) -> None:
        self._client, self._asked, self._at_once, self._watched = client, asked, at_once, watched
        self._first = formats[0].name
        self._queue = Queue.BULK if len(found) > 1 else Queue.INTERACTIVE
        self._waiting = deque(found)
        self._errands: dict[int, _Errand] = {}

    @contextmanager
    def read(self, item: Found, told: Told) -> Iterator[Reading]:
        """The document and its formats, each as the service writes it."""
        self._send_ahead()
        errand = self._errands[id(item)]
        try:
            data = _waited(errand, told)
        finally:
            if errand.result.done():
                del self._errands[id(item)]
        self._send_ahead()
        assert errand.job
        job = errand.job.id

        def written(format: Format) -> bytes:
            asked = self._asked
            if format.name == "json":
                return data
            return self._client.result(job, format.name, output=asked.output, password=asked.password)

        yield Reading(read_json(data), written)

    def break_off(self) -> None:
        """Cancel what is under way."""
        for errand in self._errands.values():
            errand.break_off()
        for errand in self._errands.values():
            errand.thread.join(LAST_SECONDS / len(self._errands))

    def _send_ahead(self) -> None:
        while self._waiting and len(self._errands) < self._at_once:
            item = self._waiting.popleft()
            self._errands[id(item)] = _Errand(self._client, self._asked, item, self._first, self._queue, watched=self._watched)


def _waited(errand: _Errand, told: Told) -> bytes:
    """The result of an errand, and meanwhile how far it is."""
    while not wait([errand.result], REDRAW_SECONDS).done:
        if errand.job and errand.job.pages.total:
            told(errand.job.pages.done, errand.job.pages.total)
    return errand.result.result()
