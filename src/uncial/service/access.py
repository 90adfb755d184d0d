"""Who asks, and whether they may: API keys, their scopes and their rates, and browsers that ask for somebody else."""

from __future__ import annotations

import asyncio
import logging
import math
import socket
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from ipaddress import ip_address
from time import monotonic
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from uncial.errors import KeyMissing, OptionInvalid, OriginRefused, ScopeMissing, ServiceBusy
from uncial.jobs.keys import Key, KeyRing, KeyStore, Scope
from uncial.service.settings import Settings

log = logging.getLogger(__name__)

FRESH = 3.0
"""Seconds after which the keys are looked up again: so long may a key work that was revoked."""
NEW = 0.25
"""Seconds after which they are looked up for the sake of a key that is not among them, which may be new."""
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, and what they may. As it is made here, it is anybody, who may do everything."""

    owner: str = ""
    """The id of the API key; empty where none is needed."""
    scopes: frozenset[Scope] = frozenset(Scope)
    at_once: int = 0
    """Jobs that may be unfinished at a time; 0 for as many as one likes."""

    @property
    def sees(self) -> str | None:
        """Whose jobs are seen; None for everybody's."""
        return None if Scope.ADMIN in self.scopes else self.owner


class Door:
    """Lets requests in, or not."""

    def __init__(
        self,
        keys: KeyStore,
        *,
        required: bool = False,
        open: bool = False,
        origins: Collection[str] = (),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`origins` are those of the web pages that may ask, as browsers write them; with `open` any host and any page may."""
        self._keys, self._required, self._open, self._origins, self._clock = keys, required, open, frozenset(origins), clock
        self._ring: KeyRing | None = None
        self._looked_up = 0.0
        self._turn = asyncio.Lock()

    async def admit(self, method: str, headers: Headers, scope: Scope) -> Access:
        """Who asks with these headers.

        Raises `KeyMissing`, `ScopeMissing`, `ServiceBusy` where the key has had all requests of this minute, and `OriginRefused`.
        """
        ring = await self._keys_now(FRESH)
        if not (ring or self._required):
            self._check_page(method, headers)
            return Access()
        key = await self._key(ring, _token(headers))
        if not key.allows(scope):
            raise ScopeMissing(f"This API key is not for “{scope}”.", hint=f"Use one that was made with --scope {scope}.")
        await self._count(key)
        return Access(key.id, key.scopes, key.at_once)

    async def _key(self, ring: KeyRing, token: str) -> Key:
        if not token:
            raise KeyMissing("The request comes without an API key.")
        key = ring.find(token)
        if key is None:
            ring = await self._keys_now(NEW)
            key = ring.find(token)
        if key is None or not ring.admits(key, self._clock() - self._looked_up):
            log.info("A request came with a key that is none.", extra={"key": key.id if key else "unknown"})
            raise KeyMissing("The API key is not known, or no longer valid.")
        return key

    async def _keys_now(self, age: float) -> KeyRing:
        """The keys as they were at most so many seconds ago. One looks them up, and all the others wait for that."""
        async with self._turn:
            now = self._clock()
            if self._ring is None or now - self._looked_up > age:
                self._ring = await asyncio.to_thread(self._keys.ring)
                self._looked_up = now
            return self._ring

    async def _count(self, key: Key) -> None:
        if key.per_minute and (wait := await asyncio.to_thread(self._keys.use, key)):
            seconds = max(1, math.ceil(wait))
            busy = ServiceBusy(
                f"This API key has made its {key.per_minute} requests of this minute.", hint=f"Try again in {seconds} seconds."
            )
            busy.retry_after = seconds
            raise busy

    def _check_page(self, method: str, headers: Headers) -> None:
        """Keep web pages out that a browser of this machine shows. Raises `OriginRefused`.

        A page may send forms anywhere, which Fetch Metadata tells (https://www.w3.org/TR/fetch-metadata/). And it may read what
        is answered where the name of its own site leads to this machine (DNS rebinding), which only the Host header tells.
        """
        if self._open or headers.get("origin", "") in self._origins:
            return
        if not _is_own_name(headers.get("host", "")):
            raise OriginRefused(
                "The request was meant for another host.", hint="Use the address itself, make a key, or set UNCIAL_OPEN=yes."
            )
        if method not in SAFE and headers.get("sec-fetch-site", "") == "cross-site":
            raise OriginRefused(
                "A web page of another site sent the request.", hint="Make a key: uncial keys add NAME. Pages do not have it."
            )


def require(scope: str) -> Callable[[Request], Awaitable[Access]]:
    """The FastAPI dependency that lets in who may do that: `Annotated[Access, Depends(require("read"))]`."""
    wanted = Scope(scope)

    async def access(request: Request) -> Access:
        door: Door = request.app.state.door
        found = await door.admit(request.method, request.headers, wanted)
        request.state.key = found.owner
        return found

    return access


def refuse_open_door(settings: Settings, keys: KeyStore) -> None:
    """Raise `OptionInvalid` where strangers could reach the service and nobody would ask them for a key."""
    if settings.open or settings.require_keys or _is_loopback(settings.host) or keys.ring():
        return
    raise OptionInvalid(
        f"Others can reach the address {settings.host}, and there are no API keys.",
        hint="Make one: uncial keys add NAME. Or set UNCIAL_OPEN=yes, if a proxy in front asks who is there.",
    )


def _token(headers: Headers) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "")


def _is_own_name(host: str) -> bool:
    """Whether a Host header is an address, this machine, or a name without a dot, none of which a web site can have."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        if "." not in name or name.endswith(".localhost"):
            return True
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address to listen on, whatever a name of it leads to."""
    try:
        answers = socket.getaddrinfo(host or None, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        return False
    return all(ip_address(answer[4][0]).is_loopback for answer in answers)
