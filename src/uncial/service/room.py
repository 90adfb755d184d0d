"""When there will be room again in a queue that is full: an estimate from what waits, and from how fast that gets less."""

from __future__ import annotations

from math import ceil

from uncial.jobs.store import JobStore

SPAN = 120.0
"""Seconds for which is looked back: how many jobs have ended in them is the pace."""
MOST = 200
"""Jobs that are looked at; where more have ended, the first of them tell the pace."""
SHARE = 0.1
"""What part of all that waits has to be gone: who comes back sooner finds the room taken by those who wait for it as well."""
LONGEST = 120.0
"""Seconds after which it is worth asking again, whatever the estimate says."""


def seconds_until_room(jobs: JobStore) -> int:
    """After how many seconds it makes sense to try again."""
    waiting = jobs.waiting().values()
    span = min(SPAN, max(age for _, age in waiting))
    since = jobs.now() - span
    ended = jobs.ended_since(since, MOST)
    if len(ended) == MOST:
        span = (ended[-1].ended or since) - since
    done = sum(job.started is not None for job in ended)  # others needed no worker
    share = max(1.0, SHARE * sum(count for count, _ in waiting))
    return ceil(min(max(1.0, share * span / max(1, done)), LONGEST))
