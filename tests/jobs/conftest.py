"""What tests of jobs have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import Clock
from uncial.jobs.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind that jobs can live in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jobs.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def clock() -> Clock:
    """The time in `database`."""
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """An empty database, where it does not matter which kind it is."""
    database = Database.open(f"sqlite:///{tmp_path / 'jobs.db'}", clock)
    yield database
    database.close()
