"""What a worker may not do, whatever a stranger's file makes of it."""

from __future__ import annotations

import resource

from uncial.jobs.wire import Plan


def confine(plan: Plan) -> None:
    """Bind this process, and all that it starts, to the limits of its plan."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, limit in ((resource.RLIMIT_AS, plan.address_space), (resource.RLIMIT_FSIZE, plan.file_size)):
        if limit:
            resource.setrlimit(kind, (limit, limit))
