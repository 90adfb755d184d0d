"""A client of the service in Python: `Client` does over HTTP what `uncial.read` does here, and knows jobs besides.

Its errors are those of the library. `docs/client.md` shows how it is used.
"""

from __future__ import annotations

from uncial.client.answers import BatchInfo, CorrectionsInfo, Event, JobInfo, PageCount, PageInfo
from uncial.client.client import DEFAULT_URL, Client
from uncial.jobs.job import State

__all__ = ["DEFAULT_URL", "BatchInfo", "Client", "CorrectionsInfo", "Event", "JobInfo", "PageCount", "PageInfo", "State"]
