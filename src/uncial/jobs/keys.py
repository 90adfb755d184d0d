"""API keys: who may ask, for what, and how much of it. The table knows only their hashes, and a key is shown once."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from uncial.errors import OptionInvalid
from uncial.jobs.database import Database
from uncial.jobs.schema import keys, uses

TOKEN = re.compile(r"uncial_([0-9a-f]{12})_[0-9a-f]{64}", re.ASCII)
"""What a key looks like: its id, which is no secret, and 256 random bits."""
MINUTE = 60
LONGEST_NAME = 255
NOBODY = "0" * 64
"""A hash that no token has, as far as anybody knows."""


class Scope(StrEnum):
    """What a key is for."""

    READ = "read"
    """Send documents, and see the jobs that came with this key."""
    METRICS = "metrics"
    """See the figures of the service."""
    ADMIN = "admin"
    """See and cancel everybody's jobs. It is all that the other scopes are, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as the table knows it, which is without its secret."""

    id: str
    name: str
    scopes: frozenset[Scope] = frozenset((Scope.READ,))
    per_minute: int = 0
    """Requests in each minute of the clock; 0 for as many as one likes."""
    at_once: int = 0
    """Jobs that have not ended; 0 for as many as one likes."""
    created: float = 0.0
    """Seconds since 1970, as are all times."""
    expires: float | None = None
    revoked: float | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether it is for that."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def valid(self, now: float) -> bool:
        """Whether it opens anything at that time."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class KeyRing:
    """All keys as they were at one moment."""

    def __init__(self, keys: Mapping[str, tuple[str, Key]], now: float) -> None:
        self._keys, self._now = keys, now

    def __bool__(self) -> bool:
        """Whether there has ever been a key. One that is revoked counts: to revoke the last one must not open the door."""
        return bool(self._keys)

    def find(self, token: str) -> Key | None:
        """The key that a token belongs to, valid or not; how long that takes tells nothing about any secret."""
        match = TOKEN.fullmatch(token)
        known, key = self._keys.get(match[1] if match else "", (NOBODY, None))
        return key if hmac.compare_digest(hash_of(token), known) else None

    def admits(self, key: Key, seconds: float = 0.0) -> bool:
        """Whether the key is valid, so many seconds after this ring was looked up."""
        return key.valid(self._now + seconds)


class KeyStore:
    """The keys in one database. Each method is one transaction, and may raise `ServiceUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self,
        name: str,
        scopes: Iterable[Scope] = (Scope.READ,),
        *,
        per_minute: int = 0,
        at_once: int = 0,
        seconds: float | None = None,
    ) -> tuple[Key, str]:
        """A new key and its token, which nobody can find out again; with `seconds` it is valid for so long.

        Raises `OptionInvalid` for a name that is empty or too long, and for a key that would be for nothing.
        """
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise OptionInvalid("The key’s name is empty, too long or unprintable.", hint="Call it after who or what uses it.")
        if not (chosen := frozenset(scopes)):
            raise OptionInvalid("The key is for nothing.", hint=f"Give it a scope: {', '.join(Scope)}.")
        id = token_hex(6)
        token = f"uncial_{id}_{token_hex(32)}"
        with self._database.writing() as connection:
            now = self._database.told_time(connection)
            expires = None if seconds is None else now + seconds
            key = Key(id=id, name=name, scopes=chosen, per_minute=per_minute, at_once=at_once, created=now, expires=expires)
            connection.execute(insert(keys).values(_row(key) | {"hash": hash_of(token)}))
        return key, token

    def list(self) -> list[Key]:
        """All keys that there ever were, the oldest first."""
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(select(keys).order_by(keys.c.created, keys.c.id))]

    def ring(self) -> KeyRing:
        """All keys as they are now, to find tokens among."""
        with self._database.reading() as connection:
            found = {row.id: (row.hash, _key(row)) for row in connection.execute(select(keys))}
            return KeyRing(found, self._database.told_time(connection))

    def revoke(self, id: str) -> Key:
        """End a key for ever; it stays in the list. Raises `OptionInvalid` where there is none of that id."""
        with self._database.writing() as connection:
            now = self._database.told_time(connection)
            connection.execute(update(keys).where(keys.c.id == id, keys.c.revoked.is_(None)).values(revoked=now))
            row = connection.execute(select(keys).where(keys.c.id == id)).first()
        if row is None:
            raise OptionInvalid(f"There is no key “{id}”.", hint="uncial keys list shows the ids.")
        return _key(row)

    def use(self, key: Key) -> float:
        """Count a request; 0, or the seconds until the next one is allowed, where the key has had all of this minute's.

        The count is shared by all processes. Minutes are those of the database's clock, so that around their end a key may have
        up to twice as many requests in sixty seconds.
        """
        if not key.per_minute:
            return 0.0
        try:
            return self._use(key)
        except IntegrityError:  # another process began the minute at the same moment
            return self._use(key)

    def _use(self, key: Key) -> float:
        with self._database.writing() as connection:
            now = self._database.told_time(connection)
            minute = int(now // MINUTE)
            count = _counted(connection, key.id, minute)
        return 0.0 if count <= key.per_minute else MINUTE * (minute + 1) - now


def hash_of(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal.

    A slow hash with a salt protects passwords, which can be guessed. Of 256 random bits nobody guesses any, so that a fast one
    is as safe, and a wrong key costs the service nothing.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _counted(connection: Connection, key: str, minute: int) -> int:
    """How many requests the key has made in this minute, with this one."""
    this = (uses.c.key == key) & (uses.c.minute == minute)
    if not connection.execute(update(uses).where(this).values(count=uses.c.count + 1)).rowcount:
        connection.execute(delete(uses).where(uses.c.key == key, uses.c.minute < minute))
        connection.execute(insert(uses).values(key=key, minute=minute, count=1))
    return int(connection.execute(select(uses.c.count).where(this)).scalar_one())


def _row(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": " ".join(sorted(key.scopes)),
        "per_minute": key.per_minute,
        "at_once": key.at_once,
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
    }


def _key(row: Row[Any]) -> Key:
    known = {name: value for name, value in row._mapping.items() if name != "hash"}
    return Key(**known | {"scopes": frozenset(map(Scope, known["scopes"].split()))})
