"""The database, SQLite or PostgreSQL: transactions that say what they are for, and errors that users understand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, Float, cast, create_engine, event, extract, func, insert, literal, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.elements import ColumnElement

from uncial.errors import MissingDependency, OptionInvalid, OutputError, ServiceUnavailable
from uncial.jobs.schema import VERSION, about, metadata

READING = "uncial_reading"
"""The mark of a connection to SQLite that begins no transaction: what it reads, it sees as it is at that moment."""
PATIENCE = 30.0
"""Seconds that one may wait for another's transaction, or for a connection."""
SCHEMA_LOCK = 0x756E6369
"""The number under which processes that start together take turns making the tables, in PostgreSQL."""
TURNS_LOCK = SCHEMA_LOCK + 1
"""The number under which transactions take turns that count before they add."""


class Database:
    """Where jobs are kept. It may be used by any number of threads and processes, but not across a fork."""

    def __init__(self, engine: Engine, clock: Callable[[], float] | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self.is_sqlite = engine.dialect.name == "sqlite"

    @classmethod
    def open(cls, url: str, clock: Callable[[], float] | None = None) -> Self:
        """The database of that URL, its tables made where they are not there.

        Raises `OptionInvalid` for what is no such URL, `MissingDependency` for a driver that is not installed,
        `ServiceUnavailable` where it does not answer.
        """
        database = cls(_engine(url), clock)
        with ExitStack() as stack:
            stack.callback(database.close)
            with database.writing() as connection:
                database._make_tables(connection)
            stack.pop_all()
        return database

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to look things up with. Raises `ServiceUnavailable` where the database does not answer."""
        options = {READING: True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        with _telling(), self._engine.connect() as connection:
            yield connection.execution_options(**options)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it happens, or nothing. Raises `ServiceUnavailable`; then nothing may have happened, or all."""
        with _telling(), self._engine.begin() as connection:
            yield connection

    def take_turns(self, connection: Connection) -> None:
        """Have one transaction after the other from here on; those of SQLite do so anyway."""
        if not self.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(TURNS_LOCK)))

    @property
    def now(self) -> ColumnElement[float]:
        """The time by the one clock that all who share this database go by, in seconds since 1970."""
        if self._clock or self.is_sqlite:
            return literal((self._clock or time.time)())
        return cast(extract("epoch", func.clock_timestamp()), Float(53))

    def told_time(self, connection: Connection) -> float:
        """That time as a number."""
        return float(connection.execute(select(self.now)).scalar_one())

    def _make_tables(self, connection: Connection) -> None:
        if not self.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))
        metadata.create_all(connection)
        found = connection.execute(select(about.c.version)).scalar()
        if found is None:
            connection.execute(insert(about).values(version=VERSION))
        elif found != VERSION:
            raise OptionInvalid(
                f"The database has tables of version {found}, and this is for version {VERSION}.",
                hint="Use the Uncial that made them, or another database: UNCIAL_DATABASE.",
            )


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except (ArgumentError, ValueError, NoSuchModuleError):
        raise _refused("The database’s URL is not valid.") from None  # what it says may hold the password
    if kind == "sqlite":
        return _sqlite(parsed)
    if kind in ("postgres", "postgresql"):
        return _postgresql(parsed)
    raise _refused(f"“{kind}” is no kind of database that jobs can be kept in.")


def _refused(message: str) -> OptionInvalid:
    return OptionInvalid(message, hint="Set UNCIAL_DATABASE to sqlite:////folder/jobs.db or postgresql://user@host/name.")


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise _refused("Jobs are kept in a file, which the database’s URL does not name.")
    _make_file(Path(url.database))
    arguments = {"timeout": PATIENCE, "check_same_thread": False}
    engine = create_engine(url.set(drivername="sqlite"), connect_args=arguments, pool_timeout=PATIENCE, hide_parameters=True)
    _tune_sqlite(engine)
    return engine


def _make_file(path: Path) -> None:
    """Make the file for its owner alone, as SQLite then makes those beside it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError as error:
        raise OutputError(
            f"The database {path} cannot be written: {error.strerror or error}.",
            hint="Set UNCIAL_DATABASE to a file that can.",
            stage="source",
        ) from error


def _postgresql(url: URL) -> Engine:
    # A server that is away is noticed, and whoever stops in the middle of a transaction does not stop the others (libpq, 34.1.2).
    safe = {
        "connect_timeout": "10",
        "keepalives_idle": "15",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": f"{PATIENCE * 1000:.0f}",
        "options": f"-c statement_timeout={PATIENCE:.0f}s -c idle_in_transaction_session_timeout={PATIENCE:.0f}s",
    }
    arguments = {name: value for name, value in safe.items() if name not in url.query}
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_timeout=PATIENCE,
            pool_recycle=1800,
            connect_args=arguments,
            hide_parameters=True,
        )
    except ImportError as error:
        raise MissingDependency(
            f"The driver of this database is not installed: {error.name}.", hint="pip install 'uncial[cluster]'"
        ) from error


def _tune_sqlite(engine: Engine) -> None:
    """Write-ahead log, so that readers never wait; and each transaction says at once that it writes, so that none fails halfway.

    (https://sqlite.org/wal.html; “BEGIN IMMEDIATE” in https://sqlite.org/lang_transaction.html.)
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins no transactions by itself
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # what was accepted outlives a power cut

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if not connection.get_execution_options().get(READING):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _telling() -> Iterator[None]:
    """Whatever the database says about itself, and not about what it was asked, means that it is not there."""
    try:
        yield
    except PoolTimeout as error:
        raise ServiceUnavailable("The database is too busy.") from error
    except DBAPIError as error:
        if _is_our_fault(error):
            raise
        raise ServiceUnavailable("The database does not answer.") from error


def _is_our_fault(error: DBAPIError) -> bool:
    """Programming errors and broken constraints are bugs; all else is the server's, the disk's or the network's."""
    return isinstance(error, (ProgrammingError, IntegrityError, DataError, NotSupportedError))
