"""Fetch the file behind a URL, or post to it, and go nowhere else.

A URL is written by somebody else, and this machine may stand where that somebody cannot go. So every address that a name
resolves to is vetted, the connection goes to the vetted address itself (a second look-up could answer otherwise), each redirect
starts over, and all of it together has one deadline and one limit of bytes. Proxies of the environment are not looked at.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, responses
from io import BytesIO
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Thread, Timer
from time import monotonic
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from uncial import __version__
from uncial.errors import FetchFailed, LimitExceeded, OptionInvalid, UrlRefused
from uncial.options import Limits

Resolver = Callable[[str, int], Sequence[str]]
"""From a host name and a port to all of its addresses, as text. Raises OSError."""

_Address = IPv4Address | IPv6Address

PORTS = {"http": 80, "https": 443}
MAX_REDIRECTS = 5

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CHUNK = 1 << 16
_KEPT = "/%:@!$&'()*+,;=~?[]|"  # what a path or a query may have and urllib would escape
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.ASCII | re.IGNORECASE)
_GLOBAL_UNICAST = ip_network("2000::/3")  # all that IANA has given out for it
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_ISATAP = 0x5EFE  # RFC 5214: with or without the bit 0x0200_0000, it stands before an IPv4 address
_OFFICES = tuple(
    map(
        ip_network,
        [
            "168.63.129.16/32",  # Azure's own, for its machines: keys, DHCP, DNS
            "192.0.0.0/24",  # of protocols (RFC 6890); Oracle's metadata of machines was at .192
            "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
            "192.31.196.0/24", "192.175.48.0/24", "2001:4:112::/48", "2620:4f:8000::/48",  # AS112 (RFC 7534, 7535)
            "192.52.193.0/24",  # AMT (RFC 7450)
            "2001::/23",  # of protocols, Teredo among them (RFC 6890)
            "3fff::/20",  # for books (RFC 9637)
        ],
    )
)  # fmt: skip
"""Networks that are anybody's as far as routers know, and have no files for us."""


class _Url(NamedTuple):
    """The parts of a URL that a request needs."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def text(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def name(self) -> str:
        """The last part of the path, which is mostly the name of a file."""
        path = unquote(urlsplit(self.target).path).replace("\\", "/")
        return re.sub(r"[\0-\x1f\x7f]", "", path.rstrip("/").rpartition("/")[2]) or self.host


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a host, as the system knows them, each once and in its order of preference."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def fetch(url: str, limits: Limits, resolve: Resolver = resolve, tls: ssl.SSLContext | None = None) -> tuple[bytes, str]:
    """The file behind a URL, and its name. Raises `UrlRefused`, `FetchFailed` or `LimitExceeded`."""
    deadline = _Deadline(limits.fetch_seconds)
    allowed = _allowed(limits)
    here = first = _parse(url)
    for _ in range(MAX_REDIRECTS + 1):
        addresses = _vet(here, _resolve_in_time(here, resolve, deadline), allowed)
        headers = {**_plain_headers(here), "Accept": "image/*, application/pdf, */*;q=0.1"}
        with _connected(here, addresses, tls, deadline) as connection, _ask(connection, here, "GET", headers) as response:
            location = response.getheader("Location") if response.status in _REDIRECTS else None
            if location is None:
                return _body(response, here, limits, deadline), first.name
        here = _follow(here, location)
    raise FetchFailed(f"“{first.text}” redirects more than {MAX_REDIRECTS} times.")


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    limits: Limits,
    resolve: Resolver = resolve,
    tls: ssl.SSLContext | None = None,
) -> int:
    """Send a body to a URL; the status of the answer, which may be a redirect, for none is followed.

    What else the answer says is not even read. Raises `UrlRefused` or `FetchFailed`.
    """
    deadline = _Deadline(limits.fetch_seconds)
    here = _parse(url)
    addresses = _vet(here, _resolve_in_time(here, resolve, deadline), _allowed(limits))
    with _connected(here, addresses, tls, deadline) as connection:
        asked = {**_plain_headers(here), "Accept": "*/*", **headers}
        with _ask(connection, here, "POST", asked, body) as response:
            return response.status


def check_url(url: str, limits: Limits) -> None:
    """Say no to a URL that would be refused whatever its name leads to. Nothing is looked up. Raises `UrlRefused`."""
    here, allowed = _parse(url), _allowed(limits)
    try:
        answers = socket.getaddrinfo(here.host, here.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):  # a name, then
        if not _names_this_machine(here.host):
            _check_port(here, any(entry.covers_name(here) for entry in allowed))
            return
        answers = socket.getaddrinfo("127.0.0.1", here.port, type=socket.SOCK_STREAM)
    _vet(here, [str(answer[4][0]) for answer in answers], allowed)


def _names_this_machine(host: str) -> bool:
    """Whether a name means this machine wherever it is asked for (RFC 6761)."""
    return host.lower() == "localhost" or host.lower().endswith(".localhost")


def _allowed(limits: Limits) -> list[_Allowed]:
    return [_parse_allowed(entry) for entry in limits.fetch_allow]


def _parse(url: str, base: str = "") -> _Url:
    try:
        parts = urlsplit(urljoin(base, url))
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii")
        target = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    except ValueError as error:  # UnicodeError is one too
        raise UrlRefused(f"The URL is not valid: {error}.", hint="Write it as https://host/path.") from error
    if parts.scheme not in PORTS:
        raise UrlRefused(f"URLs of the scheme “{parts.scheme}” are not fetched.", hint="Give an http or https URL, or a path.")
    if "@" in parts.netloc:
        raise UrlRefused("The URL has a user name or a password in it.", hint="Download the file and send it itself.")
    if not _HOST.fullmatch(host):
        raise UrlRefused("The URL names no host.", hint="Write it as https://host/path.")
    return _Url(parts.scheme, host, port or PORTS[parts.scheme], target)


def _follow(here: _Url, location: str) -> _Url:
    # http.client reads headers as Latin-1, whatever the server meant; the bytes themselves are what it expects back.
    there = _parse(quote(location.encode("latin-1"), safe=f"{_KEPT}#"), here.text)
    if here.scheme == "https" and there.scheme == "http":
        raise UrlRefused("The URL redirects from https to http.", hint="Download the file and send it itself.")
    return there


class _Allowed(NamedTuple):
    """One entry of `Limits.fetch_allow`: a host or a network, at one port or at all of them."""

    host: str
    network: IPv4Network | IPv6Network | None
    port: int | None

    def covers_name(self, url: _Url) -> bool:
        """Whether it might cover the URL, as long as nobody knows where its name leads to."""
        return self.port in (None, url.port) and (self.host == url.host or self.network is not None)

    def covers(self, url: _Url, address: _Address) -> bool:
        if self.port not in (None, url.port):
            return False
        return self.host == url.host or (self.network is not None and address in self.network)


def _parse_allowed(entry: str) -> _Allowed:
    match = re.fullmatch(r"(?:\[([^\]]+)\]|([^:\[\]\s]+))(?::(\d{1,5}))?", entry)
    name, port = (match[1] or match[2], match[3]) if match else (entry, None)
    with suppress(ValueError):
        return _Allowed("", ip_network(name, strict=False), int(port) if port else None)
    if not match or "/" in name:
        raise OptionInvalid(f"“{entry}” is not a host or a network.", hint="Write scans.example:8080, [::1]:8080 or 10.1.0.0/16.")
    return _Allowed(name.lower().rstrip("."), None, int(port) if port else None)


def _vet(url: _Url, answers: Sequence[str], allowed: Sequence[_Allowed]) -> list[str]:
    """The addresses as they came, if the URL may lead to each of them: one private address among public ones is a trap."""
    if not answers:
        raise FetchFailed(f"The host “{url.host}” has no address.")
    for answer in answers:
        if any(entry.covers(url, _plain(ip_address(answer))) for entry in allowed):
            continue
        _check_port(url)
        if not is_public(answer):
            raise UrlRefused(
                f"“{url.host}” is not a public address.",
                hint="Addresses of the own machine and network are fetched from only where the setting fetch_allow names them.",
            )
    return list(answers)


def _check_port(url: _Url, allowed: bool = False) -> None:
    if not allowed and url.port not in PORTS.values():
        hint = f"Only ports 80 and 443 are; the setting fetch_allow can name others: {url.authority}."
        raise UrlRefused(f"Port {url.port} is not fetched from.", hint=hint)


def is_public(answer: str) -> bool:
    """Whether an address is one of the public Internet, given to a single host there."""
    address = _plain(ip_address(answer))
    if isinstance(address, IPv6Address) and (address not in _GLOBAL_UNICAST or _is_isatap(address)):
        return False
    if any(address in office for office in _OFFICES):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_isatap(address: IPv6Address) -> bool:
    return (int(address) >> 32) & 0xFDFF_FFFF == _ISATAP


def _plain(address: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one, where it is only a way of writing it or a tunnel to it."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class _Deadline:
    """The end of all patience with one URL.

    Timeouts of sockets begin anew with each byte, so a server that drips would never meet one. The deadline therefore also cuts
    the connection itself when its time is come.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises `FetchFailed` where there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise FetchFailed(f"Fetching the URL took longer than {self._seconds:g} seconds.")
        return left

    @contextmanager
    def cutting(self, connected: socket.socket) -> Iterator[None]:
        timer = Timer(self.left(), _cut, (connected,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _cut(connected: socket.socket) -> None:
    # The plain socket's shutdown, also under TLS: SSLSocket's own would pull the session from under the thread that is reading.
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


@contextmanager
def _telling_of(url: _Url, deadline: _Deadline) -> Iterator[None]:
    """Turn what the network says into what a user can be told."""
    try:
        yield
    except (OSError, HTTPException) as error:
        deadline.left()  # where time is over, that is the reason, whatever it looks like from here
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise FetchFailed(f"“{url.host}” could not be read from: {reason}.") from error


def _resolve_in_time(url: _Url, resolve: Resolver, deadline: _Deadline) -> Sequence[str]:
    """The addresses of a URL's host. The system's look-up knows no timeout, so it runs in a thread that can be left behind."""
    answers: list[Sequence[str]] = []
    failures: list[Exception] = []

    def look_up() -> None:
        try:
            answers.append(resolve(url.host, url.port))
        except (OSError, UnicodeError) as error:
            failures.append(error)

    thread = Thread(target=look_up, daemon=True, name="uncial-resolve")
    thread.start()
    while thread.is_alive():
        thread.join(deadline.left())
    if failures:
        raise FetchFailed(f"The host “{url.host}” is not known.", hint="Check the URL for a typing error.") from failures[0]
    return answers[0]


@contextmanager
def _connected(url: _Url, addresses: Sequence[str], tls: ssl.SSLContext | None, deadline: _Deadline) -> Iterator[HTTPConnection]:
    with ExitStack() as closes, _telling_of(url, deadline):
        plain = closes.enter_context(_reach(url, addresses, deadline))
        plain.settimeout(deadline.left())
        if url.scheme == "https":
            context = tls or ssl.create_default_context()
            plain = closes.enter_context(context.wrap_socket(plain, server_hostname=url.host))
        closes.enter_context(deadline.cutting(plain))
        connection = closes.enter_context(closing(HTTPConnection(url.host, url.port)))
        connection.sock = plain
        yield connection


def _reach(url: _Url, addresses: Sequence[str], deadline: _Deadline) -> socket.socket:
    """A connection to the first address that answers; each has its share of the time, so a dead one leaves some to the rest."""
    for tried, address in enumerate(addresses):
        try:
            return socket.create_connection((address, url.port), timeout=deadline.left() / (len(addresses) - tried))
        except OSError:
            if tried == len(addresses) - 1:
                raise
    raise AssertionError("a vetted URL has an address")


def _plain_headers(url: _Url) -> dict[str, str]:
    agent = f"uncial/{__version__}"
    return {"Host": url.authority, "User-Agent": agent, "Accept-Encoding": "identity", "Connection": "close"}


def _ask(
    connection: HTTPConnection, url: _Url, method: str, headers: Mapping[str, str], body: bytes | None = None
) -> HTTPResponse:
    connection.request(method, url.target, body, headers)
    return connection.getresponse()


def _body(response: HTTPResponse, url: _Url, limits: Limits, deadline: _Deadline) -> bytes:
    if response.status != 200:
        meaning = responses.get(response.status, "")
        raise FetchFailed(f"“{url.host}” answered {response.status} {meaning}".rstrip() + ".")
    encoding = response.getheader("Content-Encoding", "identity")
    if encoding.lower() != "identity":  # bytes are counted as they come; a small one could unpack into a huge one
        raise FetchFailed(f"“{url.host}” sends the file compressed ({encoding}), though asked not to.")
    _check_size(response.length or 0, url, limits)
    held = BytesIO()
    while chunk := response.read(_CHUNK):
        held.write(chunk)
        _check_size(held.tell(), url, limits)
    deadline.left()  # a connection that was cut looks like the end of the file
    if response.length:
        raise FetchFailed(f"“{url.host}” ended the connection {response.length} bytes before the end of the file.")
    return held.getvalue()


def _check_size(size: int, url: _Url, limits: Limits) -> None:
    if size > limits.max_bytes:
        raise LimitExceeded(
            f"The file at “{url.host}” has more than {limits.max_bytes} bytes.",
            hint="Raise max_bytes, or split the document into parts.",
        )
