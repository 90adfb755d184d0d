import os
from pathlib import Path

import pytest

from uncial.cores import lent_cores


def group(tmp_path: Path, entry: str, **files: str) -> tuple[Path, Path]:
    membership = tmp_path / "membership"
    membership.write_text(entry)
    for path, content in files.items():
        file = tmp_path / "cgroup" / path.replace("__", "/").replace("_max", ".max").replace("cfs", "cpu.cfs")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return membership, tmp_path / "cgroup"


@pytest.mark.parametrize(
    ("entry", "files", "cores"),
    [
        ("0::/\n", {"cpu_max": "100000 100000\n"}, 1),
        ("0::/a/b\n", {"a__cpu_max": "100000 100000\n", "a__b__cpu_max": "max 100000\n"}, 1),
        ("0::/a\n", {"a__cpu_max": "50000 100000\n"}, 1),
        ("0::/a\n", {"a__cpu_max": "150000 100000\n"}, 2),
        ("4:cpu,cpuacct:/a\n0::/\n", {"cpu__a__cfs_quota_us": "100000\n", "cpu__a__cfs_period_us": "100000\n"}, 1),
        ("4:cpu,cpuacct:/a\n", {"cpu__a__cfs_quota_us": "-1\n", "cpu__a__cfs_period_us": "100000\n"}, None),
        ("0::/a\n", {}, None),
        ("0::/a\n", {"a__cpu_max": "9900000 100000\n"}, None),
    ],
)
def test_a_containers_quota_counts(tmp_path: Path, entry: str, files: dict[str, str], cores: int | None):
    everything = len(os.sched_getaffinity(0))
    assert lent_cores(*group(tmp_path, entry, **files)) == min(cores or everything, everything)


def test_a_machine_without_control_groups_lends_its_affinity(tmp_path: Path):
    assert lent_cores(tmp_path / "none", tmp_path) == len(os.sched_getaffinity(0))
