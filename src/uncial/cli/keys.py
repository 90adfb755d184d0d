"""`uncial keys`: who may use the service whose database this machine can open, and the secrets that a service needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from uncial.cli.talk import plain
from uncial.errors import OptionInvalid

if TYPE_CHECKING:
    from uncial.jobs.keys import Key, KeyStore

SCOPES = ("read", "metrics", "admin")
UNITS = {"m": 60, "h": 3600, "d": 86400}
ROW = "{:14}{:18}{:>10}{:>9}  {:11}{:11}{}"

KEYS_EPILOG = """\
\b
Keys lie in the database of UNCIAL_DATABASE or UNCIAL_DATA_DIR, which have to be those of the service. It needs no restart:
a new key works at once, a revoked one for five seconds more. As soon as there has been a key, every request needs one.
"""


@click.group(epilog=KEYS_EPILOG)
def keys() -> None:
    """Make, list and revoke the API keys of the service on this machine."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=("read",), show_default=True,
    help="What it is for: send documents and see its own jobs, see the figures, see and cancel all jobs. May be given again.",
)  # fmt: skip
@click.option("--per-minute", type=click.IntRange(0), default=0, metavar="N", help="Requests a minute.  [default: any number]")
@click.option("--at-once", type=click.IntRange(0), default=0, metavar="N", help="Unfinished jobs.  [default: any number]")
@click.option("--expires", metavar="TIME", help="When it ends: 90d, 12h or 30m from now.  [default: never]")
def add(name: str, scopes: tuple[str, ...], per_minute: int, at_once: int, expires: str | None) -> None:
    """Make a key for NAME, and print it: it cannot be shown again."""
    from uncial.jobs.keys import Scope

    seconds = None if expires is None else seconds_of(expires)
    with _store() as store:
        key, token = store.make(name, map(Scope, scopes), per_minute=per_minute, at_once=at_once, seconds=seconds)
    click.echo(token)
    click.echo(f"Key {key.id} is shown this once. Send it as: Authorization: Bearer KEY", err=True)


@keys.command("list")
def list_() -> None:
    """List all keys, without their secrets."""
    with _store() as store:
        found = store.list()
    click.echo(ROW.format("ID", "SCOPES", "A MINUTE", "AT ONCE", "MADE", "ENDS", "NAME"))
    for key in found:
        click.echo(_row(key))


@keys.command()
@click.argument("id")
def revoke(id: str) -> None:
    """End the key of that ID for ever; it stays in the list."""
    with _store() as store:
        key = store.revoke(id)
    click.echo(f"Key {key.id} of {plain(key.name)} opens nothing any more.", err=True)


@keys.command()
def seal() -> None:
    """Print a new key for UNCIAL_SEAL_KEY, which seals the passwords of waiting jobs."""
    from uncial.jobs.seal import new_key

    click.echo(new_key())


@keys.command()
def webhook() -> None:
    """Print a new secret to sign webhooks with."""
    from base64 import b64encode
    from secrets import token_bytes

    click.echo(f"whsec_{b64encode(token_bytes(32)).decode()}")


def seconds_of(told: str) -> float:
    """A time from now, such as 90d, in seconds. Raises `OptionInvalid`."""
    match = re.fullmatch(r"([0-9]{1,6})([mhd])", told)
    if not match or not int(match[1]):
        raise OptionInvalid(f"“{told}” is not a time from now.", hint="Write 90d, 12h or 30m.")
    return float(int(match[1]) * UNITS[match[2]])


@contextmanager
def _store() -> Iterator[KeyStore]:
    from uncial.jobs.keys import KeyStore
    from uncial.service.assembly import open_database
    from uncial.service.settings import Settings

    database = open_database(Settings())
    try:
        yield KeyStore(database)
    finally:
        database.close()


def _row(key: Key) -> str:
    scopes = ",".join(scope for scope in SCOPES if scope in key.scopes)
    ends = "revoked" if key.revoked is not None else _day(key.expires) if key.expires is not None else "never"
    bounds = [str(bound) if bound else "-" for bound in (key.per_minute, key.at_once)]
    return ROW.format(key.id, scopes, *bounds, _day(key.created), ends, plain(key.name))


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
