import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import web_rig
from running_service import Service, environment

if TYPE_CHECKING:
    from playwright.sync_api import Page

STATIC = Path(__file__).parents[2] / "src/uncial/service/static"
FILES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
TYPES |= {".svg": "image/svg+xml"}
SERVED = [name for name in FILES if Path(name).suffix in TYPES]
ADDRESSES = ["/", "/docs", "/static/app.js", "/static/base.css", "/static/icons.svg"]
FIRST_VIEW = 100 * 1024
"""Bytes that the first view may have in all, as the project promises."""


# ---- what is served, and how


def test_all_files_are_served_as_what_they_are_and_nothing_else_is(service: Service):
    assert len(SERVED) > 10
    with httpx.Client(base_url=service.url) as client:
        answers = {name: client.get(f"/static/{name}") for name in FILES}
        assert {name: answer.status_code for name, answer in answers.items()} == {
            name: 200 if name in SERVED else 404 for name in FILES
        }
        for name in SERVED:
            assert answers[name].content == (STATIC / name).read_bytes()
            assert answers[name].headers["content-type"] == TYPES[Path(name).suffix]
            assert answers[name].headers["x-content-type-options"] == "nosniff"
        for path in ("nothing.js", "..%2fweb_page.py", "%2e%2e/web_page.py", "fold.js/", "", "FOLD.JS"):
            assert client.get(f"/static/{path}").status_code == 404, path


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_what_the_browser_has_is_not_sent_again(service: Service, coding: str):
    with httpx.Client(base_url=service.url, headers={"Accept-Encoding": coding}) as client:
        for path in ADDRESSES:
            first = client.get(path)
            again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
            other = client.get(path, headers={"If-None-Match": '"0123456789abcdef"'})
            assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200), path
            assert again.content == b""


def test_the_policy_lets_nothing_run_that_is_not_a_file_of_the_page(service: Service):
    with httpx.Client(base_url=service.url) as client:
        for path in ADDRESSES:
            told = client.get(path).headers["content-security-policy"]
            policy = {name: sources for name, *sources in map(str.split, told.split(";"))}
            assert policy["default-src"] == ["'none'"]
            assert policy["script-src"] == policy["style-src"] == ["'self'"]
            assert policy["require-trusted-types-for"] == ["'script'"]
            assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
            assert not re.search(r"unsafe|\*|https?:|data:", told)


class Markup(HTMLParser):
    """What stands in HTML that a strict policy would refuse, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.refused += [f"{tag} {name}" for name in told if name == "style" or name.startswith("on") or name == "srcdoc"]
        self.refused += (
            [tag] if tag in ("style", "base", "iframe", "object", "embed") or (tag == "script" and "src" not in told) else []
        )
        self.links += [str(told[name]) for name in ("src", "href") if name in told]


@pytest.mark.parametrize("name", [name for name in SERVED if name.endswith(".html")])
def test_html_has_no_inline_script_and_style_and_leads_to_no_other_host(name: str):
    markup = Markup()
    markup.feed((STATIC / name).read_text(encoding="utf-8"))
    assert markup.refused == []
    assert markup.links
    assert [link for link in markup.links if re.match(r"(\w+:)?//|\w+:|/", link)] == []


def test_inline_script_and_style_are_told_where_there_are_some():
    markup = Markup()
    markup.feed('<p onclick="x()" style="color: red"><style></style><script>1</script><script src="a.js"></script>')
    assert markup.refused == ["p onclick", "p style", "style", "script"]


@pytest.mark.parametrize("name", [name for name in SERVED if not name.endswith(".html")])
def test_no_script_and_no_style_names_another_host(name: str):
    text = re.sub(r"http://www\.w3\.org/\S+", "", (STATIC / name).read_text(encoding="utf-8"))
    loaded = r"""(?:import|from|import\(|fetch\(|url\(|@import|src=)\s*["'(]*(?:https?:)?//[\w.]"""
    assert re.findall(loaded, text) == []
    assert not re.search(r"\b(?:(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write\b|eval\(|new Function\b)", text)


# ---- the first view


def test_the_first_view_is_less_than_100_kib_in_all(page: "Page"):
    tools = page.context.new_cdp_session(page)
    sizes: dict[str, int] = {}
    urls: dict[str, str] = {}
    tools.on("Network.requestWillBeSent", lambda sent: urls.update({sent["requestId"]: sent["request"]["url"]}))
    tools.on("Network.loadingFinished", lambda done: sizes.update({urls[done["requestId"]]: int(done["encodedDataLength"])}))
    tools.send("Network.enable")
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert {"app.js", "base.css", "home.js"} <= {url.rpartition("/")[2] for url in sizes}
    assert 10_000 < sum(sizes.values()) < FIRST_VIEW, sorted(sizes.items(), key=lambda each: -each[1])


@pytest.mark.parametrize("screen", ["page", "dark", "phone"])
def test_axe_finds_nothing_on_the_first_screen(screen: str, request: pytest.FixtureRequest, axe: Callable[["Page"], None]):
    page: Page = request.getfixturevalue(screen)
    page.goto("/")
    page.get_by_role("button", name="Choose files").wait_for()
    axe(page)


def test_axe_finds_nothing_in_the_docs_for_programs(dark: "Page", axe: Callable[["Page"], None]):
    dark.goto("/docs")
    dark.get_by_role("heading", name="Schemas").wait_for()
    axe(dark)


def test_axe_finds_what_is_wrong(page: "Page", axe: Callable[["Page"], None]):
    page.goto("/")
    page.evaluate("document.body.append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)


def test_an_address_that_names_no_screen_is_the_first_screen(page: "Page"):
    page.goto("/#/nowhere")
    page.get_by_role("button", name="Choose files").wait_for()


def test_a_document_that_the_service_does_not_know_is_told_with_what_to_do(page: "Page", forgive: Callable[[str], None]):
    forgive("status of 404")
    page.goto(f"/#/jobs/{'0' * 32}")
    page.get_by_role("alert").or_(page.locator(".problem")).first.wait_for()
    page.get_by_role("main").get_by_role("link", name="To the start").click()
    page.wait_for_url("**/#/")
    page.locator("body[data-screen=home]").wait_for()


# ---- behind a proxy, and behind a key


@contextmanager
def behind(service: Service, prefix: str) -> Iterator[str]:
    """A proxy that has the service under a path of its own, and nothing else."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(prefix):
                self.send_error(404)
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() in ("accept", "range")}
            answer = client.get(service.url + self.path.removeprefix(prefix.rstrip("/")), headers=headers)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in ("content-encoding", "content-length", "transfer-encoding", "connection", "date"):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: Any) -> None:
            pass

    client = httpx.Client()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        client.close()


def test_the_page_works_under_a_path_of_its_own(open_page: Callable[..., "Page"], service: Service, watch: Any):
    job = web_rig.read(service, web_rig.typed_pdf(1, "under a path"))
    with behind(service, "/office/scans/") as url:
        watch.origin = url
        page = open_page(base_url=url)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        page.wait_for_load_state("networkidle")
        home = len(asked)
        page.goto(f"{url}#/jobs/{job}")
        page.get_by_text("Uncial is a script").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.goto(f"{url}docs")
        page.get_by_role("heading", name="GET /v1/formats").wait_for()
        page.close()
    assert home > 5
    assert [each for each in asked if not each.startswith((url, "blob:"))] == []


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A service that wants a key, and a key to it."""
    with web_rig.serving(tmp_path_factory.mktemp("locked") / "service", require_keys=True) as service:
        command = [sys.executable, "-m", "uncial", "keys", "add", "clerk"]
        made = subprocess.run(
            command, env=environment({"data_dir": service.data_dir}), capture_output=True, check=True, text=True
        )
        found = re.search(r"\S{20,}", made.stdout)
        assert found, made.stdout
        yield service, found[0]


def test_a_key_is_asked_for_where_the_service_wants_one(
    open_page: Callable[..., "Page"], locked: tuple[Service, str], watch: Any, forgive: Callable[[str], None], axe: Any
):
    service, key = locked
    watch.origin = service.url
    forgive("status of 401")
    page = open_page(base_url=service.url)
    page.goto("/")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("API key").fill("ключ")  # which no header can carry
    dialog.get_by_role("button", name="Use it").click()
    assert dialog.locator("input:invalid").count() == 1
    dialog.get_by_label("API key").fill("unc_wrong")
    dialog.get_by_role("button", name="Use it").click()
    dialog.get_by_text("It does not take the key").wait_for()
    axe(page)
    dialog.get_by_label("API key").fill(key)
    with page.expect_response(lambda answer: "/v1/" in answer.url and answer.ok):
        dialog.get_by_role("button", name="Use it").click()
    dialog.wait_for(state="hidden")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert not dialog.is_visible()
    page.get_by_role("button", name="Forget the key").click()
    dialog.wait_for()
    assert page.evaluate("Object.values(localStorage)").count(key) == 0
