"""What holds for all tests: hypothesis sets no time limits (a busy machine is no failure) and finds the same on every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from servers import Server

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture
def uncial(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, bytes, str]]:
    """Runs the command in an empty folder: status, stdout, stderr."""
    from uncial.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, bytes, str]:
        status = main(arguments)
        out, err = capsysbinary.readouterr()
        return status, out, err.decode()

    return run


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """PostgreSQL, for as long as the tests run. Whoever kills it starts it again, or has one of their own."""
    import servers

    with servers.postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The URL of an empty database in PostgreSQL, of this test's own."""
    import servers

    with servers.database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """Redis, for as long as the tests run."""
    import servers

    with servers.redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: Server) -> str:
    """The URL of Redis."""
    return redis_server.url


@pytest.fixture(scope="session")
def rabbitmq_server() -> Iterator[Server]:
    """RabbitMQ, for as long as the tests run."""
    import servers

    with servers.rabbitmq() as server:
        yield server


@pytest.fixture
def rabbitmq_url(rabbitmq_server: Server) -> str:
    """The URL of RabbitMQ."""
    return rabbitmq_server.url


@pytest.fixture(scope="session")
def s3_server() -> Iterator[Server]:
    """A store that answers as S3 does, for as long as the tests run."""
    import servers

    with servers.s3() as server:
        yield server
