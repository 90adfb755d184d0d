"""The servers of a cluster, real ones from Debian's packages: each on free ports of this machine, in a folder that goes with it.

`scripts/test-packages` installs them; where one is missing, the tests that want it are skipped and say so. A server ends with the
process that started it, however that ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

import pytest

PATIENCE = 90.0
"""Seconds that a server may take to answer; on a busy machine RabbitMQ takes twenty."""
GUARD = 'cat >/dev/null; kill -9 "-$1"'
"""Ends a group of processes when nobody holds the other end of its standard input any more: when we are gone, however we went."""


@dataclass(eq=False)
class Server:
    """A server that answers; `kill` and `start` it to see what the rest makes of that. Its data and its port stay."""

    url: str
    folder: Path
    command: Sequence[str]
    answers: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> str:
        """What it has said since it was first started."""
        return (self.folder / "log").read_text(errors="replace")

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            server = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, "LC_ALL": "C.UTF-8", **self.environment},
                start_new_session=True,
            )
        guard = subprocess.Popen(["sh", "-c", GUARD, "sh", str(server.pid)], stdin=subprocess.PIPE, start_new_session=True)
        self._processes = [guard, server]
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            assert time.monotonic() < deadline, self.log[-4000:]
            time.sleep(0.05)

    def kill(self) -> None:
        """End it and all that it has started as a power cut would (SIGKILL); it does no harm where it is gone."""
        processes, self._processes = self._processes, []
        for process in processes:
            for pid in [*_descendants(process.pid), process.pid]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.communicate()


@contextmanager
def postgres() -> Iterator[Server]:
    """PostgreSQL with a superuser “uncial” and no password; `url` is that of an empty database."""
    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), Path("initdb")).parent
    _need(programs / "initdb", "postgresql")
    with _folder("postgres") as (folder, lowly):
        port = free_port()
        create = [
            programs / "initdb",
            "--no-sync",
            "--auth=trust",
            "--username=uncial",
            "--encoding=UTF8",
            "--no-locale",
            folder / "data",
        ]
        made = subprocess.run([*lowly, *map(str, create)], capture_output=True, cwd=folder, timeout=PATIENCE)
        assert made.returncode == 0, made.stderr.decode()
        command = [programs / "postgres", "-D", folder / "data", "-p", port, "-h", "127.0.0.1", "-k", folder, "-F"]
        ready = [
            programs / "pg_isready",
            "--quiet",
            "--host=127.0.0.1",
            f"--port={port}",
            "--username=uncial",
            "--dbname=postgres",
        ]
        yield from _served(
            Server(
                f"postgresql://uncial@127.0.0.1:{port}/postgres",
                folder,
                [*lowly, *map(str, command)],
                lambda: subprocess.run([*map(str, ready)], check=False).returncode == 0,
            )
        )


@contextmanager
def database(server: Server) -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL server; it goes when it is done with."""
    psycopg = pytest.importorskip("psycopg", reason="There is no psycopg here: pip install 'uncial[cluster]'.")
    name = f"test_{token_hex(8)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
    yield server.url.removesuffix("postgres") + name
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def redis() -> Iterator[Server]:
    """Redis that writes down all it is told, so that a crash loses nothing."""
    _need("redis-server", "redis-server")
    with _folder("redis") as (folder, lowly):
        port = free_port()
        options = f"--port {port} --bind 127.0.0.1 --dir {folder} --appendonly yes --save".split()
        yield from _served(
            Server(
                f"redis://127.0.0.1:{port}/0",
                folder,
                [*lowly, "redis-server", *options, ""],
                lambda: _says(port, b"PING\r\n", b"+PONG"),
            )
        )


@contextmanager
def rabbitmq() -> Iterator[Server]:
    """RabbitMQ without plugins, as a node of its own that no other on this machine can meet."""
    program = "/usr/lib/rabbitmq/bin/rabbitmq-server"
    _need(program, "rabbitmq-server")
    with _folder("rabbitmq") as (folder, lowly):
        port, names, other = free_port(), free_port(), free_port()
        (folder / "plugins").write_text("[].\n")
        environment = {
            "HOME": folder,
            "RABBITMQ_NODENAME": f"uncial{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": port,
            "RABBITMQ_DIST_PORT": other,
            "ERL_EPMD_PORT": names,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": folder / "data",
            "RABBITMQ_LOG_BASE": folder,
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "plugins",
            "RABBITMQ_CONFIG_FILE": folder / "none",
            "RABBITMQ_CONF_ENV_FILE": folder / "none.sh",
            "RABBITMQ_PID_FILE": folder / "pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
        }
        # Its own server of names, which Erlang would else start as a daemon that stays behind.
        start = f"epmd & exec {program}"
        yield from _served(
            Server(
                f"amqp://guest:guest@127.0.0.1:{port}//",
                folder,
                [*lowly, "sh", "-c", start],
                lambda: _says(port, b"AMQP\0\0\x09\x01", b"\x01"),
                {name: str(value) for name, value in environment.items()},
            )
        )


@contextmanager
def s3() -> Iterator[Server]:
    """A store that answers as S3 does (moto, which forgets everything when it is killed); `url` is its endpoint."""
    pytest.importorskip("moto", reason="There is no moto here: pip install 'moto[server]'.")
    with tempfile.TemporaryDirectory(prefix="uncial-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        yield from _served(
            Server(f"http://127.0.0.1:{port}", Path(folder), command, lambda: _says(port, b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1."))
        )


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _served(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextmanager
def _folder(user: str) -> Iterator[tuple[Path, list[str]]]:
    """A folder, and what to put before a command so that it runs as whom the folder belongs to: servers refuse to be root."""
    folder = Path(tempfile.mkdtemp(prefix="uncial-", dir="/tmp"))
    lowly: list[str] = []
    try:
        if os.getuid() == 0:
            shutil.chown(folder, user, user)
            lowly = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
        yield folder, lowly
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _need(program: str | Path, package: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"There is no {package} here, so that nothing is proved with it: run scripts/test-packages.")


def _says(port: int, question: bytes, answer: bytes) -> bool:
    """Whether who listens there answers so."""
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as line:
            line.sendall(question)
            return line.recv(16).startswith(answer)
    except OSError:
        return False


def _descendants(pid: int) -> list[int]:
    """The processes that it has started, and those that they have."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [*children, *(each for child in children for each in _descendants(child))]
