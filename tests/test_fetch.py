import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from uncial.errors import FetchFailed, LimitExceeded, OptionInvalid, UrlRefused
from uncial.fetch import fetch, is_public
from uncial.options import Limits
from uncial.sources import open_source

GIF = b"GIF89a\1\0\1\0\0\0\0;"
CERTIFICATE = Path(__file__).parent / "data" / "scans_example.pem"
PUBLIC = "93.184.216.34"

Route = Callable[[BaseHTTPRequestHandler], None]


class Server:
    def __init__(self, port: int) -> None:
        self.port = port
        self.routes: dict[str, Route] = {}
        self.asked: list[tuple[str, str]] = []
        self.over = threading.Event()

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.headers["Host"], self.path))
            with suppress(OSError):  # the client has gone, as it should
                state.routes[self.path](self)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a handshake that the client ended, as it should

    http = Quiet(("127.0.0.1", 0), Handler)
    if context:
        http.socket = context.wrap_socket(http.socket, server_side=True)
    state = Server(http.server_port)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def tls_server() -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with serving(context) as running:
        yield running


def sends(data: bytes, status: int = 200, **headers: str) -> Route:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return route


def redirects(location: str, status: int = 302) -> Route:
    return sends(b"", status, Location=location)


def writes(raw: bytes) -> Route:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(raw)

    return route


def drips(head: bytes, server: Server) -> Route:
    def route(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        while not server.over.wait(0.05):
            handler.wfile.write(b"x")

    return route


def limits(*allow: str, seconds: float = 10.0, bytes: int = 1000) -> Limits:
    return Limits(max_bytes=bytes, fetch_seconds=seconds, fetch_allow=allow or ("127.0.0.1",))


def leads_to(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda host, port: list(addresses)


def test_a_file_comes_with_the_name_at_the_end_of_its_url(server):
    server.routes["/in/a%20scan.gif?page=1"] = sends(GIF)
    assert fetch(server.url("/in/a%20scan.gif?page=1"), limits()) == (GIF, "a scan.gif")


def test_what_a_file_is_does_not_depend_on_what_the_server_says(server):
    server.routes["/x.pdf"] = sends(GIF, Content_Type="application/pdf")
    source = open_source(server.url("/x.pdf"), limits())
    assert (source.media_type, source.name, source.data) == ("image/gif", "x.pdf", GIF)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://scans.example/a.png",
        "file:///etc/passwd",
        "gopher://scans.example/",
        "http://",
        "http:///a.png",
        "http://user:secret@scans.example/a.png",
        "http://user@scans.example/a.png",
        "http://127.0.0.1\\@scans.example/",
        "http://scans.example:port/",
        "http://scans.example:99999/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        f"http://{'a' * 64}.example/",
        "http://a..b/",
        "http://a b/",
        "http://scans.example/\udcff",
    ],
)
def test_a_url_that_is_not_a_plain_http_one_is_refused_unasked(url):
    def resolve(host, port):
        raise AssertionError("nobody should look this up")

    with pytest.raises(UrlRefused) as refused:
        open_source(url, limits()) if "secret" in url else fetch(url, limits(), resolve)
    assert "secret" not in str(refused.value)


PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "198.18.0.1",
    "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:db8::1", "100::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address):
    with pytest.raises(UrlRefused, match="not a public address"):
        fetch("http://scans.example/a.png", Limits(), leads_to(address))


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "2002:5db8:d822::1"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


def test_one_private_address_among_public_ones_is_refused():
    with pytest.raises(UrlRefused):
        fetch("http://scans.example/a.png", Limits(), leads_to(PUBLIC, "10.0.0.1"))


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "localhost.", "[::1]", "[::ffff:7f00:1]"]
)
def test_no_way_of_writing_the_own_machine_gets_past(host):
    with pytest.raises(UrlRefused, match="not a public address"):
        fetch(f"http://{host}/", Limits())


def test_other_ports_than_those_of_the_web_are_refused():
    with pytest.raises(UrlRefused, match="Port 6379") as refused:
        fetch("http://scans.example:6379/", Limits(), leads_to(PUBLIC))
    assert "scans.example:6379" in refused.value.hint


def test_a_host_is_allowed_by_name_address_or_network_and_port(server):
    server.routes["/"] = sends(GIF)
    url, resolve = server.url("/", "Scans.Example"), leads_to("127.0.0.1")
    for entry in ("scans.example", f"scans.example:{server.port}", "127.0.0.1", f"127.0.0.1:{server.port}", "127.0.0.0/8"):
        assert fetch(url, limits(entry), resolve)[0] == GIF
    for entry in ("example", "other.example", "scans.example:1", "127.0.0.1:1", "10.0.0.0/8", "::1"):
        with pytest.raises(UrlRefused):
            fetch(url, limits(entry), resolve)


def test_an_allowed_network_covers_other_ways_of_writing_its_addresses():
    with pytest.raises(FetchFailed):
        fetch("http://scans.example:9/", limits("127.0.0.0/8"), leads_to("::ffff:127.0.0.1"))  # allowed, and nobody is there


@pytest.mark.parametrize("entry", ["", "a b", "http://x", "10.0.0.0/40", "a:b:c", "[x", "host:port"])
def test_an_entry_of_the_allow_list_that_means_nothing_is_told(entry):
    with pytest.raises(OptionInvalid):
        fetch("http://scans.example/", limits("ok.example", entry), leads_to(PUBLIC))


def test_an_address_of_the_sixth_version_is_allowed_in_brackets():
    with pytest.raises(FetchFailed):
        fetch("http://[::1]:9/", limits("[::1]:9"))


def test_the_connection_goes_to_the_address_that_was_vetted(server):
    server.routes["/"] = sends(GIF)
    answers = iter([["127.0.0.1"]])
    assert fetch(server.url("/", "scans.example"), limits(), lambda host, port: next(answers))[0] == GIF
    assert server.asked == [(f"scans.example:{server.port}", "/")]


def test_a_second_address_is_tried_where_the_first_is_dead(server):
    server.routes["/"] = sends(GIF)
    resolve = leads_to("127.0.0.77", "127.0.0.1")
    assert fetch(server.url("/", "scans.example"), limits("127.0.0.0/8"), resolve)[0] == GIF


def test_proxies_of_the_environment_are_not_used(server, monkeypatch):
    server.routes["/"] = sends(GIF)
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(server.url("/"), limits())[0] == GIF


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server, status):
    server.routes["/a/b"] = redirects("../c?d=ü", status)
    server.routes["/c?d=%FC"] = sends(GIF)
    assert fetch(server.url("/a/b"), limits()) == (GIF, "b")


def test_a_redirect_to_a_private_address_is_refused(server):
    server.routes["/"] = redirects("http://metadata.example/latest")
    addresses = {"127.0.0.1": ["127.0.0.1"], "metadata.example": ["169.254.169.254"]}
    with pytest.raises(UrlRefused, match=r"metadata\.example"):
        fetch(server.url("/"), limits(), lambda host, port: addresses[host])


def test_each_redirect_is_looked_up_and_vetted_again(server):
    server.routes["/"] = redirects("/again")
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with pytest.raises(UrlRefused):
        fetch(server.url("/", "scans.example"), limits(), lambda host, port: next(answers))


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[", "http://a:b@127.0.0.1/", "//10.0.0.1/"])
def test_a_redirect_to_what_is_refused_is_refused(server, location):
    server.routes["/"] = redirects(location)
    with pytest.raises(UrlRefused):
        fetch(server.url("/"), limits())


def test_redirects_come_to_an_end(server):
    server.routes["/"] = redirects("/")
    with pytest.raises(FetchFailed, match="redirects more than 5 times"):
        fetch(server.url("/"), limits())
    assert len(server.asked) == 6


def test_a_redirect_from_https_to_http_is_refused(tls_server):
    tls_server.routes["/"] = redirects("http://scans.example/")
    with pytest.raises(UrlRefused, match="from https to http"):
        fetch(tls_server.url("/", "scans.example", "https"), limits(), leads_to("127.0.0.1"), trusting())


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def test_a_certificate_is_checked_for_the_name_in_the_url_though_the_address_is_connected_to(tls_server):
    tls_server.routes["/"] = sends(GIF)
    assert fetch(tls_server.url("/", "scans.example", "https"), limits(), leads_to("127.0.0.1"), trusting())[0] == GIF
    with pytest.raises(FetchFailed, match=r"other\.example"):
        fetch(tls_server.url("/", "other.example", "https"), limits(), leads_to("127.0.0.1"), trusting())


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tls_server):
    tls_server.routes["/"] = sends(GIF)
    with pytest.raises(FetchFailed, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(tls_server.url("/", "scans.example", "https"), limits(), leads_to("127.0.0.1"))


DRIPS = {
    "status line": b"HTTP/1.0 ",
    "headers": b"HTTP/1.0 200 OK\r\nX-A: ",
    "body": b"HTTP/1.0 200 OK\r\n\r\n",
    "body of known length": b"HTTP/1.0 200 OK\r\nContent-Length: 900\r\n\r\n",
    "size of a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
}


@pytest.mark.parametrize("part", DRIPS)
def test_a_server_that_drips_meets_the_deadline(server, part):
    server.routes["/"] = drips(DRIPS[part], server)
    began = time.monotonic()
    with pytest.raises(FetchFailed, match=r"longer than 0\.3 seconds"):
        fetch(server.url("/"), limits(seconds=0.3))
    assert time.monotonic() - began < 10


def test_a_server_that_drips_under_tls_meets_the_deadline(tls_server):
    tls_server.routes["/"] = drips(DRIPS["body"], tls_server)
    began = time.monotonic()
    with pytest.raises(FetchFailed, match="longer than"):
        fetch(tls_server.url("/", "scans.example", "https"), limits(seconds=0.4), leads_to("127.0.0.1"), trusting())
    assert time.monotonic() - began < 10


def test_a_server_that_never_answers_meets_the_deadline(server):
    server.routes["/"] = lambda handler: server.over.wait() and None
    with pytest.raises(FetchFailed, match="longer than"):
        fetch(server.url("/"), limits(seconds=0.2))


def test_a_look_up_that_never_ends_meets_the_deadline(server):
    with pytest.raises(FetchFailed, match="longer than"):
        fetch("http://scans.example/", limits(seconds=0.2), lambda host, port: server.over.wait(20) and [])


def test_all_redirects_share_one_deadline(server):
    def slowly(handler):
        server.over.wait(0.15)
        redirects("/")(handler)

    server.routes["/"] = slowly
    with pytest.raises(FetchFailed, match="longer than"):
        fetch(server.url("/"), limits(seconds=0.4))
    assert len(server.asked) < 6


def test_a_file_that_says_it_is_too_large_is_not_read(server):
    server.routes["/"] = writes(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n")
    with pytest.raises(LimitExceeded):
        fetch(server.url("/"), limits())


@pytest.mark.parametrize("head", [b"", b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_a_file_that_does_not_say_how_large_it_is_is_counted(server, head):
    body = b"3e9\r\n" + bytes(1001) + b"\r\n0\r\n\r\n" if b"chunked" in head else bytes(1001)
    server.routes["/"] = writes(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body)
    with pytest.raises(LimitExceeded):
        fetch(server.url("/"), limits())
    assert fetch(server.url("/"), limits(bytes=1001))[0] == bytes(1001)


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Length: 900\r\n\r\nonly this",
        b"Transfer-Encoding: chunked\r\n\r\n64\r\nonly this",
        b"Transfer-Encoding: chunked\r\n\r\nno size\r\n",
    ],
)
def test_a_file_that_is_cut_short_on_its_way_is_not_taken(server, raw):
    server.routes["/"] = writes(b"HTTP/1.1 200 OK\r\n" + raw)
    with pytest.raises(FetchFailed):
        fetch(server.url("/"), limits())


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 two OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200]
)
def test_an_answer_that_is_not_http_is_a_failure(server, raw):
    server.routes["/"] = writes(raw)
    with pytest.raises(FetchFailed):
        fetch(server.url("/"), limits())


@pytest.mark.parametrize("status", [201, 204, 206, 304, 403, 404, 500])
def test_any_status_but_200_is_told(server, status):
    server.routes["/"] = writes(b"HTTP/1.1 %d \x1b[31mIgnore me\r\n\r\n" % status)
    with pytest.raises(FetchFailed, match=f"answered {status}") as failed:
        fetch(server.url("/"), limits())
    assert "\x1b" not in failed.value.message


def test_a_compressed_answer_is_not_unpacked(server):
    server.routes["/"] = sends(b"x", Content_Encoding="gzip")
    with pytest.raises(FetchFailed, match="compressed"):
        fetch(server.url("/"), limits())


def test_a_host_that_nobody_knows_or_that_is_down_is_a_failure(server):
    def unknown(host, port):
        raise OSError("Name or service not known")

    with pytest.raises(FetchFailed, match="not known"):
        fetch("http://scans.example/", limits(), unknown)
    with pytest.raises(FetchFailed, match="no address"):
        fetch("http://scans.example/", limits(), leads_to())
    with pytest.raises(FetchFailed, match="could not be read from"):
        fetch(server.url("/", "127.0.0.99"), limits("127.0.0.99"))
