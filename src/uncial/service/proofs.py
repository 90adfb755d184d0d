"""Corrections of documents: kept as they were sent, beside the document as it was read, which never changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from uncial.errors import CorrectionsClash, JobNotFound, ServiceUnavailable
from uncial.jobs.blobs import Blobs
from uncial.jobs.job import UNCORRECTED, Job, as_read, corrected_result, revision_of
from uncial.jobs.rendering import Renderer
from uncial.jobs.store import JobStore
from uncial.jobs.wire import CORRECTIONS

log = logging.getLogger(__name__)

NONE = b"[]"


class Said(NamedTuple):
    """What a client wants a document to be corrected to."""

    path: Path
    """The file with the corrections, as they came in."""
    revision: str
    """What tells them from others."""
    instead: Collection[str] | None
    """The revisions of which one has to be there until now; None for whatever is there."""


class Proofs:
    """Gives out and takes in the corrections of jobs that have a result. Its methods raise `UncialError`."""

    def __init__(self, jobs: JobStore, blobs: Blobs, renderer: Renderer) -> None:
        self._jobs, self._blobs, self._renderer = jobs, blobs, renderer

    async def read(self, job: Job) -> tuple[str, bytes]:
        """The revision of a job's corrections, and they themselves as a JSON array. Raises `JobNotFound`."""
        revision = revision_of(job.result)
        if revision == UNCORRECTED:
            return revision, NONE
        try:
            return revision, await asyncio.to_thread(self._blobs.read, f"{job.result}/{CORRECTIONS}")
        except FileNotFoundError:
            return await self.read(await self.moved(job))

    async def write(self, job: Job, said: Said) -> Job:
        """The job with a result that is corrected so; where no correction is left, with the one that was read.

        Who comes last wins, but for `said.instead`. Raises `CorrectionInvalid`, `CorrectionsClash`, `JobNotFound`, and what keeps
        the result from being made.
        """
        made = ""
        try:
            while True:
                _check(job, said)
                if revision_of(job.result) != said.revision:  # the same is not made twice, as when an answer was lost
                    made = made or await self._make(job, said)
                wanted = made or job.result
                if there := await asyncio.to_thread(self._jobs.move_result, job.id, job.result, wanted):
                    break
                job = await asyncio.to_thread(self._jobs.get, job.id)
        except (CorrectionsClash, JobNotFound):
            # Only where it is sure that no job has it: a database that did not answer may have moved it all the same.
            await self._drop(made)
            raise
        if job.result != there.result:
            await self._drop_old(job)
        return there

    async def moved(self, job: Job) -> Job:
        """The job as it is now that its result is not where it was. Raises `JobNotFound` where it is nowhere else either.

        Corrected results come and go. The one that was read stays as long as its job, and where it is gone no other will do.
        """
        now = await asyncio.to_thread(self._jobs.get, job.id)
        if now.result == job.result or job.result == as_read(job.result):
            raise JobNotFound("The result is no longer there.")
        return now

    async def _make(self, job: Job, said: Said) -> str:
        """Where the result lies that is corrected so."""
        result = corrected_result(job.result, said.revision, token_hex(4))
        await self._renderer.correct(job, said.path, result)
        if await asyncio.to_thread(self._blobs.size, f"{result}/{CORRECTIONS}") > len(NONE):
            return result
        await self._drop(result)
        return as_read(job.result)

    async def _drop_old(self, job: Job) -> None:
        """Delete the result that the job had. The other one counts by now, and what stays of this one goes with the job."""
        try:
            await self._drop(job.result)
        except ServiceUnavailable as error:
            log.warning("A result that is no longer needed could not be deleted.", extra={"job": job.id}, exc_info=error)

    async def _drop(self, result: str) -> None:
        if result != as_read(result):
            await asyncio.to_thread(self._blobs.delete, result)


def _check(job: Job, said: Said) -> None:
    """Raise `CorrectionsClash` where other corrections are there than those that were meant to be changed."""
    now = revision_of(job.result)
    if said.instead is not None and now not in (*said.instead, said.revision):
        raise CorrectionsClash(f"The corrections of the job are those of the revision “{now}” by now.")
