"""The tables that jobs live in, the same in SQLite and PostgreSQL. Times are seconds since 1970, whatever is nested is JSON."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 1
"""Of these tables. A database of another version is refused."""

metadata = MetaData()

about = Table(
    "uncial_about",
    metadata,
    Column("version", Integer, nullable=False),
    Column("word", Text, nullable=False, server_default=""),  # sealed: who can open it has the right key
)

jobs = Table(
    "uncial_jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("queue", String(16), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("batch", String(32), nullable=False),
    Column("parent", String(32), nullable=False),
    Column("order", Text, nullable=False),
    Column("created", Float(53), nullable=False),
    Column("started", Float(53)),
    Column("ended", Float(53)),
    Column("expires", Float(53)),
    Column("keep", Float(53), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("pages_total", Integer, nullable=False),
    Column("pages_done", Integer, nullable=False),
    Column("pages_failed", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("kills", Text, nullable=False),
    Column("parts_left", Integer, nullable=False),
    Column("worker", String(128), nullable=False),
    Column("lease_until", Float(53)),
    Column("cancel", Boolean, nullable=False),
    Column("sent", Float(53), nullable=False),  # when a broker was last told of it
    Column("idempotency", String(255)),  # NULL where there is none, which is never equal to another
    Column("fingerprint", String(64), nullable=False),
    Column("likeness", String(64), nullable=False),  # the same document with the same options
    Column("result", Text, nullable=False),
    Column("error", Text),
    Column("timings", Text, nullable=False),
    Column("notices", Text, nullable=False),
    Index("uncial_jobs_next", "state", "queue", "created", "id"),
    Index("uncial_jobs_owner", "owner", "parent", "created", "id"),
    Index("uncial_jobs_batch", "batch", "parent", "owner", "created", "id"),
    Index("uncial_jobs_all", "parent", "created", "id"),
    Index("uncial_jobs_counts", "parent", "state", "owner"),
    Index("uncial_jobs_expires", "parent", "expires"),
    Index("uncial_jobs_ended", "parent", "ended"),
    Index("uncial_jobs_likeness", "likeness", "owner", "state"),
    UniqueConstraint("owner", "idempotency", name="uncial_jobs_idempotency"),
)

pages = Table(
    "uncial_pages",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("blob", Text, nullable=False),
    Column("seconds", Float(53), nullable=False),
    Column("code", String(64), nullable=False),
)

deliveries = Table(
    "uncial_deliveries",
    metadata,
    Column("id", String(64), primary_key=True),  # of the message; the same at each try, so that who receives it twice can tell
    Column("job", String(32), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),  # sealed
    Column("body", Text, nullable=False),
    Column("created", Float(53), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", Float(53), nullable=False),
    Column("error", Text, nullable=False),
    Index("uncial_deliveries_due", "state", "due"),
    Index("uncial_deliveries_job", "job"),
)

keys = Table(
    "uncial_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("per_minute", Integer, nullable=False),  # 0: as many as one likes
    Column("at_once", Integer, nullable=False),
    Column("created", Float(53), nullable=False),
    Column("expires", Float(53)),
    Column("revoked", Float(53)),
)

uses = Table(
    "uncial_uses",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("minute", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)
