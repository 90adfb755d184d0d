"""Telling those who want to know that a job has ended: signed, tried again, and never at an address of the own network.

The messages lie in the database from the moment that their job ends, so that none is lost. Each may come more than once, under
the same id. Their form is that of Standard Webhooks (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import and_, select, update

from uncial.errors import FetchFailed, OptionInvalid, ServiceUnavailable, UncialError
from uncial.fetch import check_url, post
from uncial.jobs.database import Database
from uncial.jobs.job import Webhook
from uncial.jobs.rows import WAITING
from uncial.jobs.schema import deliveries
from uncial.jobs.seal import Seal
from uncial.options import Limits

log = logging.getLogger(__name__)

Post = Callable[[str, bytes, Mapping[str, str], Limits], int]
"""Sends a body to a URL with these headers and tells the status of the answer. Raises `UncialError`."""

DELIVERED, DEAD = "delivered", "dead"
TRIES = 10
FIRST_PAUSE, GROWTH = 8.0, 3.0
"""Seconds before the second try, and how much longer each pause is than the one before: the last comes within 22 hours."""
PATIENCE = 15.0
"""Seconds that a receiver may take to answer."""
CLAIM = 60.0
"""Seconds for which a message is one process's to send; then another tries, for that one must have died."""
HANDS = 4
"""Messages that are on their way at a time."""
PAUSE = 1.0
"""Seconds between two looks into the outbox."""
FAREWELL = 3.0
"""Seconds that messages which are on their way get when the service stops."""
GONE = 410
"""The status of a receiver that wants no more of it."""
PREFIX = "whsec_"
SHORTEST_KEY = 16


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is ours to send now."""

    id: str
    job: str
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    secret: str = field(repr=False)
    """Sealed."""
    tries: int
    """How many there were, with this one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with the message about a job."""

    state: str
    """`waiting`, `delivered` or `dead`, which it is when all tries have failed."""
    tries: int
    due: float | None
    """When it is tried next, in seconds since 1970."""
    error: str
    """Why the last try failed; empty where it did not."""


def checked_webhook(url: str, secret: str, limits: Limits) -> Webhook:
    """The webhook that a client asks for. Raises `UrlRefused`, and `OptionInvalid` for a secret that signs nothing."""
    check_url(url, limits)
    signing_key(secret)
    return Webhook(url=url, secret=secret)


def signing_key(secret: str) -> bytes:
    """The bytes that a secret stands for: `whsec_` and base64, or any other text as it is. Raises `OptionInvalid`."""
    if not secret:
        raise OptionInvalid(
            "The webhook has no secret to be signed with.",
            hint="Send one as webhook_secret, or set the service’s UNCIAL_WEBHOOK_SECRET.",
        )
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True) if secret.startswith(PREFIX) else secret.encode()
    except (binascii.Error, UnicodeError):
        key = b""
    if len(key) < SHORTEST_KEY:
        raise OptionInvalid(
            f"The webhook’s secret is not {PREFIX} and base64, or is shorter than {SHORTEST_KEY} bytes.",
            hint="uncial keys webhook makes one.",
        )
    return key


def signed(letter_id: str, body: bytes, key: bytes, seconds: int) -> dict[str, str]:
    """The headers of a message that is sent at that time, in seconds since 1970."""
    digest = hmac.new(key, f"{letter_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": letter_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def pause_after(tries: int, chance: float) -> float:
    """Seconds to wait after so many tries; `chance`, from 0 to 1, takes up to a quarter off, so that not all come at once."""
    return FIRST_PAUSE * GROWTH ** (tries - 1) * (1 - chance / 4)


class Outbox:
    """The messages in one database. Each method is one transaction, and may raise `ServiceUnavailable`."""

    def __init__(self, database: Database, chance: Callable[[], float] = random.random) -> None:
        self._database, self._chance = database, chance

    def take(self, limit: int) -> list[Letter]:
        """Messages that are due, which are now ours to send and nobody else's."""
        now = self._database.now
        due = and_(deliveries.c.state == WAITING, deliveries.c.due <= now)
        with self._database.reading() as connection:
            if connection.execute(select(deliveries.c.id).where(due).limit(1)).first() is None:
                return []
        with self._database.writing() as connection:
            some = select(deliveries).where(due).order_by(deliveries.c.due).limit(limit).with_for_update(skip_locked=True)
            rows = connection.execute(some).all()
            claimed = update(deliveries).where(deliveries.c.id.in_([row.id for row in rows]))
            connection.execute(claimed.values(due=now + CLAIM, tries=deliveries.c.tries + 1))
        return [Letter(row.id, row.job, row.url, row.body.encode(), row.secret, row.tries + 1) for row in rows]

    def delivered(self, letter: Letter) -> None:
        """Note that it has come."""
        self._note(letter, state=DELIVERED, error="", secret="")

    def failed(self, letter: Letter, error: str, for_good: bool = False) -> bool:
        """Note that it has not come; whether that was the last try."""
        if for_good or letter.tries >= TRIES:
            self._note(letter, state=DEAD, error=error, secret="")
            return True
        self._note(letter, due=self._database.now + pause_after(letter.tries, self._chance()), error=error)
        return False

    def standing(self, job: str) -> Standing | None:
        """How it stands with the message about a job; None where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.job == job)).first()
        return Standing(row.state, row.tries, row.due if row.state == WAITING else None, row.error) if row else None

    def _note(self, letter: Letter, **values: object) -> None:
        ours = and_(deliveries.c.id == letter.id, deliveries.c.tries == letter.tries, deliveries.c.state == WAITING)
        with self._database.writing() as connection:
            connection.execute(update(deliveries).where(ours).values(values))


class Postman:
    """Sends the messages of an outbox for as long as it is entered; any number of processes may have one."""

    def __init__(
        self,
        outbox: Outbox,
        seal: Seal,
        limits: Limits,
        *,
        post: Post = post,
        clock: Callable[[], float] = time.time,
        pause: float = PAUSE,
    ) -> None:
        self._outbox, self._seal, self._post, self._clock, self._pause = outbox, seal, post, clock, pause
        self._limits = replace(limits, fetch_seconds=min(limits.fetch_seconds, PATIENCE))
        self._busy: set[asyncio.Task[None]] = set()
        # Not the threads that the rest of the service waits in: a receiver that does not answer must hold up nothing else.
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="uncial-webhook")

    async def __aenter__(self) -> Self:
        self._work = asyncio.create_task(self._deliver_for_ever(), name="webhooks")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._work.cancel()
        await asyncio.wait({self._work})
        if self._busy:
            await asyncio.wait(set(self._busy), timeout=FAREWELL)
        for task in self._busy:
            task.cancel()
        self._hands.shutdown(wait=False, cancel_futures=True)  # what is on its way is tried again by the next process

    async def _deliver_for_ever(self) -> None:
        while True:
            try:
                letters = await asyncio.to_thread(self._outbox.take, HANDS - len(self._busy)) if len(self._busy) < HANDS else []
            except ServiceUnavailable:
                log.warning("Webhooks wait, for the database does not answer.")
                letters = []
            for letter in letters:
                task = asyncio.create_task(self._deliver(letter))
                self._busy.add(task)
                task.add_done_callback(self._busy.discard)
            if self._busy:
                await asyncio.wait(set(self._busy), timeout=self._pause, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(self._pause)

    async def _deliver(self, letter: Letter) -> None:
        told = {"job": letter.job, "tries": letter.tries}
        loop = asyncio.get_running_loop()
        with suppress(ServiceUnavailable):  # it stays claimed for a while, and is then tried again
            try:
                status = await loop.run_in_executor(self._hands, self._send, letter)
            except UncialError as error:
                for_good = not isinstance(error, FetchFailed)
                dead = await asyncio.to_thread(self._outbox.failed, letter, error.message, for_good)
                log.log(_level(dead), "A webhook was not delivered.", extra=told | {"code": error.code, "dead": dead})
                return
            if 200 <= status < 300:
                await asyncio.to_thread(self._outbox.delivered, letter)
                log.info("A webhook was delivered.", extra=told | {"status": status})
                return
            dead = await asyncio.to_thread(self._outbox.failed, letter, f"The receiver answered {status}.", status == GONE)
            log.log(_level(dead), "A webhook was not delivered.", extra=told | {"status": status, "dead": dead})

    def _send(self, letter: Letter) -> int:
        key = signing_key(self._seal.open_text(letter.secret))
        return self._post(letter.url, letter.body, signed(letter.id, letter.body, key, int(self._clock())), self._limits)


def _level(dead: bool) -> int:
    return logging.WARNING if dead else logging.INFO
