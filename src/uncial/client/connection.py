"""One line to a service: requests that are tried again where that does no harm, and failures as errors of the library."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from uncial import __version__
from uncial.client.errors import error_of_answer
from uncial.errors import OptionInvalid, ServiceBusy, ServiceUnavailable, UncialError

CONNECT_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a request is sent again: doubled each time, more or less, lest many clients come at once."""
TRIES = 4
"""How often nobody answers before that is an error."""
_REASONS: tuple[tuple[type[httpx.TransportError], str], ...] = (
    (httpx.ConnectTimeout, "it does not answer"),
    (httpx.PoolTimeout, "too many requests are under way"),
    (httpx.TimeoutException, "it took too long to answer"),
    (httpx.ProxyError, "the proxy does not let it through"),
    (httpx.ConnectError, "it cannot be reached"),
)

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, which can be made again."""

    method: str
    path: str
    params: Params = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Callable[[], Mapping[str, Any]] = dict
    """What httpx is to send, anew for each try: `json`, `files`, `data`."""
    seconds: float | None = None
    """How long the answer may take, where that is not what is usual."""
    again: bool = True
    """Whether it may be sent twice."""


@dataclass(frozen=True, slots=True)
class _Later:
    """That a request found nobody, or somebody who is busy."""

    error: UncialError
    answered: bool
    seconds: float | None = None
    """When to come again, where that was said."""


class Connection:
    """Where a service is, and how it is spoken to. Several threads may use one."""

    def __init__(
        self,
        url: str,
        key: str | None,
        timeout: float,
        patience: float,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise OptionInvalid("The address of the service is not a web address.", hint="Write it as http://127.0.0.1:5000.")
        self.place = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        self._timeout, self._patience, self._sleep = timeout, patience, sleep
        headers = {"User-Agent": f"uncial/{__version__}", "Accept": "*/*"}
        if key:
            headers["Authorization"] = f"Bearer {_plain(key)}"
        usual = httpx.Timeout(timeout, connect=CONNECT_SECONDS)
        self._http = httpx.Client(base_url=url, headers=headers, timeout=usual, transport=transport)

    def close(self) -> None:
        """Give back what it holds."""
        self._http.close()

    def json(self, request: Request) -> Any:
        """What the service answers, as JSON."""
        return as_json(self.read(request))

    def read(self, request: Request) -> bytes:
        """What the service answers. Raises `UncialError`."""
        with self.answer(request) as response, self._telling():
            return response.read()

    @contextmanager
    def answer(self, request: Request) -> Iterator[httpx.Response]:
        """The answer of the service while it comes. Raises `UncialError`."""
        response = self._sent(request)
        try:
            yield response
        finally:
            response.close()

    def pieces(self, response: httpx.Response) -> Iterator[bytes]:
        """The body of an answer, as it comes. Raises `ServiceUnavailable` where it breaks off."""
        with self._telling():
            yield from response.iter_bytes()

    def _sent(self, request: Request) -> httpx.Response:
        """The first answer that is none of “come again later”."""
        tries, deadline = 0, time.monotonic() + self._patience
        while True:
            outcome = self._try(request)
            if isinstance(outcome, httpx.Response):
                return outcome
            tries += 1
            wait = _pause(tries) if outcome.seconds is None else outcome.seconds
            over = time.monotonic() + wait > deadline if outcome.answered else tries >= TRIES
            if over or not request.again:
                raise outcome.error
            self._sleep(wait)

    def _try(self, request: Request) -> httpx.Response | _Later:
        """The answer, or that it is to be asked for again. Raises `UncialError`."""
        try:
            with self._telling():
                response = self._http.send(self._made(request), stream=True)
                if response.status_code < 400:
                    return response
                try:
                    error = error_of_answer(response.status_code, response.read())
                finally:
                    response.close()
        except ServiceUnavailable as nobody:
            return _Later(nobody, answered=False)
        if not isinstance(error, ServiceBusy | ServiceUnavailable):
            raise error
        return _Later(error, answered=True, seconds=_retry_after(response.headers.get("Retry-After", "")))

    def _made(self, request: Request) -> httpx.Request:
        timeout = httpx.Timeout(request.seconds or self._timeout, connect=CONNECT_SECONDS)
        headers = [(name.encode(), value.encode()) for name, value in request.headers.items()]
        return self._http.build_request(
            request.method, request.path, params=dict(request.params), headers=headers, timeout=timeout, **request.body()
        )

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the network says into what a user can be told."""
        try:
            yield
        except httpx.TransportError as error:
            reason = next((told for kind, told in _REASONS if isinstance(error, kind)), "the connection broke")
            hint = "Check the address, and whether the service is running: uncial serve starts one."
            raise ServiceUnavailable(f"The service at {self.place}: {reason}.", hint=hint) from error
        except (httpx.InvalidURL, httpx.DecodingError) as error:
            raise UncialError(f"The service at {self.place} gave an answer that makes no sense.") from error


def as_json(body: bytes) -> Any:
    """What the body says. Raises `UncialError` where it is no JSON, as that of another service is."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        hint = "Check that this is the address of Uncial."
        raise UncialError("The service gave an answer that is no JSON.", hint=hint) from error


def _plain(key: str) -> str:
    if not key.isascii() or not key.isprintable():
        raise OptionInvalid("The API key has letters in it that no key has.", hint="Copy it again, all of it and nothing else.")
    return key.strip()


def _retry_after(told: str) -> float | None:
    """The seconds of the header (RFC 9110, 10.2.3); its other form, a date, is sent by none whom we ask."""
    return min(float(told), LONGEST_PAUSE) if told.isascii() and told.isdigit() else None


def _pause(tries: int) -> float:
    return float(min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE) * random.uniform(0.75, 1.25))
