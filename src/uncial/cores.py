"""How many processor cores this process may really use, which in a container is fewer than the machine has."""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path

MEMBERSHIP = Path("/proc/self/cgroup")
HIERARCHY = Path("/sys/fs/cgroup")


def lent_cores(membership: Path = MEMBERSHIP, hierarchy: Path = HIERARCHY) -> int:
    """The cores that this process can keep busy: its affinity, or its control group's quota where that is less; at least 1.

    A part of a core counts as one, so that nothing of what is lent lies idle.
    """
    quotas = [quota for folder in _groups(membership, hierarchy) if (quota := _quota(folder)) is not None]
    return max(1, min([_affinity(), *map(ceil, quotas)]))


def _affinity() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _groups(membership: Path, hierarchy: Path) -> list[Path]:
    """The folders of the control groups that this process is in, from its own up to the root (cgroups(7), versions 2 and 1)."""
    if not membership.is_file():
        return []
    folders: list[Path] = []
    for entry in membership.read_text().splitlines():
        _, controllers, group = entry.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = hierarchy / "cpu" if controllers else hierarchy
        own = root / group.lstrip("/")
        folders += [own, *(parent for parent in own.parents if parent.is_relative_to(root))]
    return folders


def _quota(folder: Path) -> float | None:
    """The quota of one control group in cores; None where it has none. A file that cannot be read is no quota."""
    try:
        if (folder / "cpu.max").is_file():
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text().strip()
    except OSError:
        return None
    return None if quota in ("max", "-1") else int(quota) / int(period)
