"""Who reads for a model: this process, or a service."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from uncial.engines import Engine, EngineConfig, load_engine
from uncial.errors import UncialError
from uncial.options import Limits, Options
from uncial.sources import Input

if TYPE_CHECKING:
    from uncial.client import Client
    from uncial.document import Document, Page

Told = Callable[[int, int], None]
"""Told how many of the pages are done, and how many there are; it raises where nobody waits any more."""


class Reads(Protocol):
    """Whoever reads."""

    def read(self, source: Input, options: Options, password: str, told: Told) -> Document:
        """The document. Raises `UncialError`, and whatever `told` raises."""
        ...


class Here:
    """Reads in this process, with an engine that is loaded when it is first needed."""

    def __init__(self, limits: Limits, config: EngineConfig) -> None:
        self._limits, self._config = limits, config
        self._engines: dict[str, Engine] = {}
        self._loading = Lock()

    def read(self, source: Input, options: Options, password: str, told: Told) -> Document:
        """The document, read here."""
        from uncial.reader import read_document
        from uncial.sources import open_source

        done = 0

        def count(page: Page, pages: int) -> None:
            nonlocal done
            done += 1
            told(done, pages)

        return read_document(open_source(source, self._limits, password), self._engine(options), options, self._limits, count)

    def _engine(self, options: Options) -> Engine:
        with self._loading:
            if options.engine not in self._engines:
                self._engines[options.engine] = load_engine(options.engine, self._config)
            return self._engines[options.engine]


class There:
    """Has a service read; where nobody waits any more, the job is cancelled."""

    def __init__(self, client: Client, limits: Limits) -> None:
        self._client, self._limits = client, limits

    def read(self, source: Input, options: Options, password: str, told: Told) -> Document:
        """The document, read by the service."""
        client = self._client
        job = client.submit(source, options, password=password, limits=self._limits)
        try:
            for event in client.events(job.id, pages=False):
                if event.job and event.job.pages.total:
                    told(event.job.pages.done, event.job.pages.total)
        except BaseException:  # whatever it is, nobody waits for this job any more
            with suppress(UncialError):
                client.cancel(job.id)
            raise
        return client.document(job.id)
