"""What attackers write where a URL is asked for, and that nobody goes there (OWASP, PortSwigger and many reports)."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from uncial.errors import UrlRefused
from uncial.fetch import check_url, fetch, post
from uncial.options import Limits

PUBLIC = "93.184.216.34"
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.localdomain": ["127.0.0.1"],
    "ip6-localhost": ["::1"],
    "anything.localhost": ["127.0.0.1"],
    "127.0.0.1.nip.io": ["127.0.0.1"],
    "169-254-169-254.sslip.io": ["169.254.169.254"],
    "localtest.me": ["127.0.0.1", "::1"],
    "mixed.example": [PUBLIC, "127.0.0.1"],
    "mixed-last.example": [PUBLIC, "1.1.1.1", "fd00::1"],
    "mapped.example": ["::ffff:169.254.169.254"],
    "metadata.google.internal": ["169.254.169.254"],
    "metadata.tencentyun.com": ["169.254.0.23"],
    "kubernetes.default.svc": ["10.96.0.1"],
    "host.docker.internal": ["192.168.65.254"],
    "router.home.arpa": ["192.168.1.1"],
    "scans.example": [PUBLIC],
}
"""What a resolver says, so that nobody is asked."""

BY_NUMBER = {
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.1/",
    "octal with zeros": "http://0000177.0000.0000.0001/",
    "octal in one": "http://017700000001/",
    "hexadecimal": "http://0x7f.0x0.0x0.0x1/",
    "hexadecimal in one": "http://0x7f000001/",
    "hexadecimal capitals": "http://0X7F000001/",
    "mixed bases": "http://0x7f.0.0.01/",
    "short": "http://127.1/",
    "shorter": "http://127.0.1/",
    "one number": "http://0/",
    "nothing but zeros": "http://0.0.0.0/",
    "this network": "http://0.1.2.3/",
    "loopback elsewhere": "http://127.255.255.254/",
    "trailing dot": "http://127.0.0.1./",
    "own port": "http://127.0.0.1:80/",
    "port 443": "https://127.0.0.1:443/",
    "https": "https://127.0.0.1/",
    "capitals": "HTTP://127.0.0.1/",
    "decimal metadata": "http://2852039166/latest/meta-data/",
    "octal metadata": "http://0251.0376.0251.0376/",
    "hexadecimal metadata": "http://0xA9FEA9FE/",
    "private 10": "http://10.0.0.1/",
    "private 172": "http://172.31.255.255/",
    "private 192": "http://192.168.0.1/",
    "decimal private": "http://3232235521/",
    "CGNAT": "http://100.64.0.1/",
    "benchmarks": "http://198.19.255.255/",
    "protocols": "http://192.0.0.1/",
    "TEST-NET-1": "http://192.0.2.1/",
    "TEST-NET-2": "http://198.51.100.1/",
    "TEST-NET-3": "http://203.0.113.1/",
    "6to4 relays": "http://192.88.99.1/",
    "multicast": "http://239.255.255.250/",
    "reserved": "http://240.0.0.1/",
    "broadcast": "http://255.255.255.255/",
}
METADATA = {
    "AWS, GCP, Azure, DigitalOcean, OpenStack": "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "ECS": "http://169.254.170.2/v2/credentials/",
    "EKS": "http://169.254.170.23/v1/credentials",
    "AWS by IPv6": "http://[fd00:ec2::254]/latest/meta-data/",
    "GCP by IPv6": "http://[fd20:ce::254]/computeMetadata/v1/",
    "GCP by name": "http://metadata.google.internal/computeMetadata/v1/",
    "Alibaba": "http://100.100.100.200/latest/meta-data/",
    "Azure wire server": "http://168.63.129.16/machine?comp=goalstate",
    "Oracle, before": "http://192.0.0.192/latest/",
    "Tencent": "http://metadata.tencentyun.com/latest/meta-data/",
    "Kubernetes": "https://kubernetes.default.svc/api/v1/secrets",
    "Docker’s host": "http://host.docker.internal/",
}
BY_IPV6 = {
    "loopback": "http://[::1]/",
    "loopback in full": "http://[0000:0000:0000:0000:0000:0000:0000:0001]/",
    "unspecified": "http://[::]/",
    "mapped": "http://[::ffff:127.0.0.1]/",
    "mapped in hexadecimal": "http://[::ffff:7f00:1]/",
    "mapped in full": "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "mapped metadata": "http://[::ffff:a9fe:a9fe]/",
    "compatible": "http://[::127.0.0.1]/",
    "translated": "http://[::ffff:0:127.0.0.1]/",
    "NAT64": "http://[64:ff9b::7f00:1]/",
    "NAT64 metadata": "http://[64:ff9b::169.254.169.254]/",
    "local NAT64": "http://[64:ff9b:1::a9fe:a9fe]/",
    "6to4": "http://[2002:7f00:1::]/",
    "6to4 private": "http://[2002:c0a8:101::1]/",
    "Teredo": "http://[2001:0:5ef5:79fb:0:0:80ff:fffe]/",
    "ISATAP": "http://[2606:4700::5efe:127.0.0.1]/",
    "ISATAP, global bit": "http://[2606:4700::200:5efe:10.0.0.1]/",
    "ULA": "http://[fc00::1]/",
    "link-local": "http://[fe80::1]/",
    "link-local with zone": "http://[fe80::1%25lo]/",
    "loopback with zone": "http://[::1%25lo]/",
    "site-local": "http://[fec0::1]/",
    "multicast": "http://[ff02::1]/",
    "documentation": "http://[2001:db8::1]/",
    "documentation, new": "http://[3fff::1]/",
    "discard": "http://[100::1]/",
    "ORCHID": "http://[2001:20::1]/",
    "segment routing": "http://[5f00::1]/",
}
BY_LETTERS = {
    "fullwidth digits": "http://１２７.０.０.１/",
    "fullwidth dots": "http://127．0．0．1/",
    "ideographic dots": "http://127。0。0。1/",
    "halfwidth dots": "http://127｡0｡0｡1/",
    "enclosed digits": "http://①②⑦.⓪.⓪.①/",
    "superscripts": "http://¹²⁷.⁰.⁰.¹/",
    "mathematical digits": "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/",
    "enclosed letters": "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "fullwidth letters": "http://ｌｏｃａｌｈｏｓｔ/",
    "soft hyphen": "http://local\u00adhost/",
    "zero-width": "http://local\u200bhost/",
    "slash in disguise": "http://scans.example／@127.0.0.1/",
    "account in disguise": "http://scans.example℀@127.0.0.1/",
    "colon in disguise": "http://127.0.0.1：80/",
    "percent": "http://%31%32%37.0.0.1/",
    "percent twice": "http://%25%33%31.0.0.1/",
    "percent dot": "http://127%2e0%2e0%2e1/",
    "tab": "http://127.0.\t0.1/",
    "newline": "http://127.0.0.1\n/",
    "return and newline": "http://127.0.0.1\r\nHost: x/",
    "leading space": " http://127.0.0.1/",
    "null": "http://127.0.0.1\0.scans.example/",
    "space": "http://127.0.0.1 .scans.example/",
}
BY_CONFUSION = {
    "user": "http://scans.example@127.0.0.1/",
    "user and password": "http://user:sesame@scans.example/",
    "empty user": "http://@127.0.0.1/",
    "fragment": "http://127.0.0.1#@scans.example/",
    "question": "http://127.0.0.1?@scans.example/",
    "two users": "http://a@scans.example@127.0.0.1/",
    "backslash": "http://127.0.0.1\\@scans.example/",
    "backslash last": "http://scans.example\\@127.0.0.1/",
    "backslashes": "http:\\\\127.0.0.1/",
    "backslash in host": "http://127.0.0.1\\.scans.example/",
    "semicolon": "http://127.0.0.1;scans.example/",
    "comma": "http://127.0.0.1,scans.example/",
    "two ports": "http://127.0.0.1:80:80/",
    "port that is none": "http://127.0.0.1:8o/",
    "port with a user": "http://scans.example:80@127.0.0.1/",
    "bracket": "http://[127.0.0.1]/",
    "bracket and more": "http://[::1]scans.example/",
    "bracket open": "http://[::1/",
    "no host": "http:///127.0.0.1/",
    "one slash": "http:/127.0.0.1/",
    "no slash": "http:127.0.0.1",
    "no scheme": "//127.0.0.1/",
    "empty": "",
    "dots alone": "http://.../",
    "port of nobody": "http://:80/",
}
BY_SCHEME = {
    "file": "file:///etc/passwd",
    "file on localhost": "file://127.0.0.1/etc/passwd",
    "gopher": "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict": "dict://127.0.0.1:11211/stats",
    "ftp": "ftp://127.0.0.1/",
    "ldap": "ldap://127.0.0.1/",
    "tftp": "tftp://127.0.0.1/x",
    "jar": "jar:http://127.0.0.1!/",
    "data": "data:image/png;base64,AAAA",
    "javascript": "javascript:alert(1)",
    "ws": "ws://127.0.0.1/",
    "unix socket": "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "url:": "url:http://127.0.0.1/",
    "view-source": "view-source:http://127.0.0.1/",
}
BY_PORT = {
    "ssh": "http://scans.example:22/",
    "smtp": "http://scans.example:25/",
    "redis": "http://scans.example:6379/",
    "elasticsearch": "http://scans.example:9200/",
    "docker": "http://scans.example:2375/",
    "this service": "http://127.0.0.1:5000/v1/jobs",
    "past the end": "http://scans.example:65616/",
    "below": "http://scans.example:-1/",
}
BY_NAME = {
    name: f"http://{name}/"
    for name in NAMES
    if name not in ("scans.example", "metadata.google.internal", "metadata.tencentyun.com", "kubernetes.default.svc")
} | {"dotted localhost": "http://localhost./", "capital localhost": "http://LOCALHOST/"}

ATTEMPTS = {
    f"{group}, {name}": url
    for group, urls in (
        ("number", BY_NUMBER), ("metadata", METADATA), ("IPv6", BY_IPV6), ("letters", BY_LETTERS),
        ("confusion", BY_CONFUSION), ("scheme", BY_SCHEME), ("port", BY_PORT), ("name", BY_NAME),
    )
    for name, url in urls.items()
}  # fmt: skip
WITHOUT_LOOKING_UP = {
    name: url for name, url in ATTEMPTS.items() if not name.startswith(("name", "metadata")) or "[" in url or "69.254" in url
}


class Tripwire:
    """Notes every connection that this process begins, whoever does it and however."""

    def __init__(self) -> None:
        self.armed = False
        self.hits: list[object] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.armed and event in ("socket.connect", "socket.sendto"):
            self.hits.append(arguments[1])

    @contextmanager
    def watching(self) -> Iterator[list[object]]:
        self.hits, self.armed = [], True
        try:
            yield self.hits
        finally:
            self.armed = False


TRIPWIRE = Tripwire()


def resolve(host: str, port: int) -> list[str]:
    """What the system says of numbers, however they are written, and what the table says of names."""
    if host.lower() in NAMES:
        return NAMES[host.lower()]
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(answer[4][0]) for answer in answers]


def test_there_are_as_many_attempts_as_are_promised():
    assert len(set(ATTEMPTS.values())) >= 80


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_it_is_neither_fetched_nor_posted_to_and_nobody_is_connected_to(attempt):
    with TRIPWIRE.watching() as hits:
        with pytest.raises(UrlRefused) as refused:
            fetch(ATTEMPTS[attempt], Limits(), resolve)
        with pytest.raises(UrlRefused):
            post(ATTEMPTS[attempt], b"{}", {}, Limits(), resolve)
    assert hits == []
    assert "sesame" not in str(vars(refused.value))


@pytest.mark.parametrize("attempt", WITHOUT_LOOKING_UP)
def test_it_is_refused_before_anything_is_looked_up_where_that_can_be(attempt):
    with pytest.raises(UrlRefused):
        check_url(ATTEMPTS[attempt], Limits())


@pytest.mark.parametrize("url", ["https://scans.example/hook", "http://93.184.216.34/", "https://scans.example:443/?a=b#c"])
def test_a_url_that_may_be_called_passes_unasked(url):
    check_url(url, Limits())


def test_what_is_allowed_by_name_passes_though_it_is_private():
    limits = Limits(fetch_allow=("hooks.internal:8080", "10.0.0.0/8", "localhost"))
    for url in ("http://hooks.internal:8080/", "http://10.1.2.3:99/", "http://localhost:1/", "http://other.internal:99/"):
        check_url(url, limits)
    for url in ("http://192.168.0.1/", "http://[::1]/"):
        with pytest.raises(UrlRefused):
            check_url(url, limits)


class Listener:
    """A server of the own network, which redirects wherever it is told and counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.asked: list[bytes] = []
        self.location = b"/"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(5)
                self.asked.append(connection.recv(65536).partition(b"\r\n")[0])
                connection.sendall(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + self.location + b"\r\n\r\n")

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def is_elsewhere(url: str) -> bool:
    """Whether it is the URL of another place: what is relative leads back to who redirects."""
    with suppress(ValueError):
        parts = urlsplit(url.strip())
        return bool(parts.netloc) or bool(parts.scheme and parts.scheme != "http")
    return True


REDIRECTS = [name for name, url in ATTEMPTS.items() if is_elsewhere(url) and not set(url) & set("\r\n\0")]


@pytest.mark.parametrize("attempt", REDIRECTS)
def test_a_redirect_to_it_is_not_followed(attempt, listener):
    listener.asked.clear()
    listener.location = ATTEMPTS[attempt].encode()
    limits = Limits(fetch_allow=(f"partner.example:{listener.port}",))

    def resolve_partner(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "partner.example" else resolve(host, port)

    with TRIPWIRE.watching() as hits, pytest.raises(UrlRefused):
        fetch(f"http://partner.example:{listener.port}/", limits, resolve_partner)
    assert hits == [("127.0.0.1", listener.port)]
    assert listener.asked == [b"GET / HTTP/1.1"]


def test_a_post_follows_no_redirect_at_all(listener):
    listener.asked.clear()
    listener.location = b"/elsewhere"
    limits = Limits(fetch_allow=(f"127.0.0.1:{listener.port}",))
    assert post(f"http://127.0.0.1:{listener.port}/hook", b"{}", {"X": "1"}, limits) == 302
    assert listener.asked == [b"POST /hook HTTP/1.1"]


def test_a_name_that_leads_elsewhere_when_it_is_looked_up_again_is_looked_up_once(listener):
    listener.asked.clear()
    asked: list[str] = []
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"]])

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    limits = Limits(fetch_allow=(f"127.0.0.1:{listener.port}",))
    with TRIPWIRE.watching() as hits:
        assert post(f"http://rebind.example:{listener.port}/", b"{}", {}, limits, rebinding) == 302
    assert (asked, hits) == (["rebind.example"], [("127.0.0.1", listener.port)])


@pytest.mark.parametrize("tail", ["#@10.0.0.1/", "?@10.0.0.1/", "/@10.0.0.1/", "/\\@10.0.0.1/", "/http://10.0.0.1/"])
def test_what_comes_after_the_host_leads_nowhere_else(tail, listener):
    limits = Limits(fetch_allow=(f"partner.example:{listener.port}",))
    with TRIPWIRE.watching() as hits:
        assert post(f"http://partner.example:{listener.port}{tail}", b"", {}, limits, lambda host, port: ["127.0.0.1"]) == 302
    assert hits == [("127.0.0.1", listener.port)]


def test_the_tripwire_hears_connections(listener):
    with TRIPWIRE.watching() as hits:
        socket.create_connection(("127.0.0.1", listener.port), timeout=5).close()
    assert hits == [("127.0.0.1", listener.port)]
