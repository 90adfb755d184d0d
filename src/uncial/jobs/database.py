"""The database, SQLite or PostgreSQL: transactions that say what they are for, and errors that users understand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Engine, Float, cast, create_engine, event, extract, func, insert, literal, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.elements import ColumnElement

from uncial.errors import MissingDependency, OptionInvalid, ServiceUnavailable
from uncial.jobs.schema import VERSION, about, metadata

READING = "uncial_reading"
"""The mark of a connection to SQLite that begins no transaction: what it reads, it sees as it is at that moment."""
PATIENCE = 30.0
"""Seconds that one may wait for another's transaction, or for a connection."""
SCHEMA_LOCK = 0x756E6369
"""The number under which processes that start together take turns making the tables, in PostgreSQL."""


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
        with database.writing() as connection:
            database._make_tables(connection)
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
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, connect_args={"timeout": PATIENCE, "check_same_thread": False}, pool_timeout=PATIENCE)
            _tune_sqlite(engine)
            return engine
        return create_engine(
            parsed, pool_pre_ping=True, pool_timeout=PATIENCE, pool_recycle=1800, connect_args={"connect_timeout": 10}
        )
    except (ArgumentError, NoSuchModuleError, TypeError) as error:
        hint = "Write sqlite:////folder/jobs.db or postgresql://user@host/name."
        raise OptionInvalid(f"The database’s URL is not valid: {error}.", hint=hint) from error
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
        connection.execute("PRAGMA foreign_keys=ON")

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
    return type(error.orig).__name__ in ("ProgrammingError", "IntegrityError", "DataError", "NotSupportedError")
