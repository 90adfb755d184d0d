from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from uncial.errors import MissingDependency, OptionInvalid, OutputError, ServiceUnavailable
from uncial.jobs.database import Database
from uncial.jobs.job import State
from uncial.jobs.schema import VERSION, about, metadata, uses

OPEN = "import sys; from uncial.jobs.database import Database; Database.open(sys.argv[1]).close()"


def test_processes_that_open_a_new_one_together_make_one(url: str) -> None:
    opening = [subprocess.Popen([sys.executable, "-c", OPEN, url], stderr=subprocess.PIPE) for _ in range(4)]
    told = [process.communicate(timeout=120)[1].decode() for process in opening]
    assert [process.returncode for process in opening] == [0] * 4, told
    database = Database.open(url)
    with database.reading() as connection:
        assert connection.execute(select(about.c.version)).all() == [(VERSION,)]
    database.close()


def test_a_database_of_another_version_is_refused(url: str) -> None:
    database = Database.open(url)
    with database.writing() as connection:
        connection.execute(update(about).values(version=VERSION + 1))
    database.close()
    with pytest.raises(OptionInvalid, match=f"version {VERSION + 1}"):
        Database.open(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "mysql://root:hunter2@localhost/jobs",
        "postgresql://me:hunter2@host:port/x",
        "postgresql+:/x",
    ],
)
def test_what_is_no_url_of_ours_is_refused_and_its_password_not_told(url: str) -> None:
    with pytest.raises(OptionInvalid) as caught:
        Database.open(url)
    assert "hunter2" not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"


def test_a_driver_that_is_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependency, match="psycopg") as caught:
        Database.open("postgresql://localhost/x")
    assert "cluster" in caught.value.hint


def test_a_server_that_is_not_there_is_unavailable() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(ServiceUnavailable):
        Database.open("postgresql://me@127.0.0.1:1/x")


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        Database.open(f"sqlite:///{tmp_path}/file/jobs.db")


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_bytes(b"this is a letter and no database" * 100)
    with pytest.raises(ServiceUnavailable):
        Database.open(f"sqlite:///{tmp_path}/jobs.db")


def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/new/jobs.db")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"jobs.db", "jobs.db-wal", "jobs.db-shm"}
    for path in (tmp_path / "new", *(tmp_path / "new").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path
    database.close()


def test_what_is_read_while_another_writes_is_what_was_there_before(url: str) -> None:
    database = Database.open(url)
    counted = select(func.count()).select_from(uses)
    with database.writing() as connection:
        connection.execute(insert(uses).values(key="k", minute=1, count=1))
        with database.reading() as other:
            assert other.execute(counted).scalar_one() == 0
    with database.reading() as other:
        assert other.execute(counted).scalar_one() == 1
        with database.writing() as connection:
            connection.execute(insert(uses).values(key="k", minute=2, count=1))
        assert other.execute(counted).scalar_one() == 2
    database.close()


def test_what_fails_halfway_has_not_happened(url: str) -> None:
    database = Database.open(url)
    with pytest.raises(RuntimeError), database.writing() as connection:
        connection.execute(insert(uses).values(key="k", minute=1, count=1))
        raise RuntimeError
    with database.reading() as connection:
        assert connection.execute(select(uses)).all() == []
    database.close()


def test_what_is_asked_wrongly_is_a_bug_and_no_outage(url: str) -> None:
    database = Database.open(url)
    with database.writing() as connection:
        connection.execute(insert(uses).values(key="k", minute=1, count=1))
    with pytest.raises(IntegrityError) as caught, database.writing() as connection:
        connection.execute(insert(uses).values(key="k", minute=1, count=987654))
    assert "987654" not in str(caught.value)
    database.close()


def test_the_clock_is_the_one_of_the_database(url: str) -> None:
    database = Database.open(url)
    with database.reading() as connection:
        first, second = database.told_time(connection), database.told_time(connection)
    assert abs(first - time.time()) < 60
    assert second >= first
    database.close()
    still = Database.open(url, lambda: 7.0)
    with still.reading() as connection:
        assert still.told_time(connection) == 7.0
    still.close()


def test_who_stops_in_the_middle_of_a_transaction_does_not_stop_the_others(postgres_url: str) -> None:
    database = Database.open(postgres_url + "?options=-c%20idle_in_transaction_session_timeout%3D200ms")
    other = Database.open(postgres_url)
    with pytest.raises(ServiceUnavailable), database.writing() as connection:
        connection.execute(insert(uses).values(key="k", minute=1, count=1))
        with other.writing() as free:
            free.execute(insert(uses).values(key="k", minute=1, count=2))  # waits until the sleeper is thrown out
        connection.execute(text("SELECT 1"))
    with other.reading() as looking:
        assert looking.execute(select(uses.c.count)).all() == [(2,)]
    database.close()
    other.close()


def test_a_process_that_dies_while_it_writes_leaves_nothing_locked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/jobs.db"
    database = Database.open(url)
    dying = (
        "import os, sys; from uncial.jobs.database import Database; from uncial.jobs.schema import uses\n"
        "with Database.open(sys.argv[1]).writing() as connection:\n"
        "    connection.execute(uses.insert().values(key='k', minute=1, count=1)); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", dying, url], timeout=60, check=False).returncode == -9
    with database.writing() as connection:
        assert connection.execute(select(uses)).all() == []
    database.close()
    assert not (tmp_path / "jobs.db-wal").exists()


def test_the_docs_tell_of_every_table_and_every_state() -> None:
    told = (Path(__file__).parents[2] / "docs" / "jobs.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1] for line in told.splitlines() if line.startswith("| `")}
    assert {*metadata.tables, *State} <= rows
