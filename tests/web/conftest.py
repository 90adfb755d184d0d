"""The web page in Debian's Chromium, against the real service.

How to write a test of it, in a file `tests/web/test_page_<part>.py`:

- `service`: the service, one for all tests of an xdist worker; `service.url`. Its engine is quick (tests/web_rig.py):
  `web_rig.png`, `jpeg`, `scan` and `typed_pdf` make documents, each with a note of its own, for what was read before is not read
  again; `web_rig.sent(service, data)` and `web_rig.read(service, data)` have one read before it is opened, as `/#/jobs/{id}`.
- `page`, `phone`, `dark`: a Playwright page in a context of its own, with nothing in its storage; on a desk, on a telephone with
  touch, and where the system is set to dark. `page.goto("/")` is the service. `open_page(**options)` makes others.
- At its end a test fails on any error or warning in the console, any uncaught error, any request to another host, any breach of
  the Content-Security-Policy. `forgive("status of 404")` says which are meant to come.
- `axe(page)` lets axe-core look at the page as it is now and fails on whatever it finds.
- Where a test failed, its screenshots and its trace lie in `build/web/`: `.venv/bin/playwright show-trace …/trace.zip`.

Without Chromium all of them are skipped; without node_modules those that use axe-core are.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from asyncio import _get_running_loop as running_loop
from asyncio import _set_running_loop as set_running_loop
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

import web_rig
from running_service import Service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "build" / "web"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The first is the same browser without what surrounds a window, and half as dear."""
ARGUMENTS = [
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 15
"""For which the page may take to show what is expected; machines that run tests are busy."""
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "Europe/London"}
PHONE: dict[str, Any] = {**DESK, "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FAILED = pytest.StashKey[bool]()
REFUSED_PICTURE = re.compile(r".*/v1/jobs/[0-9a-f]{32}/pages/\d+/image\?width=\d+")
"""Of a document that was cancelled or forgotten just when it was asked for, which is nobody’s mistake: 404, 409, 503."""


# ---- the service and the browser, one for all tests of a process


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with the quick engine."""
    with web_rig.serving(tmp_path_factory.mktemp("web") / "service") as service:
        yield service


@dataclass(frozen=True)
class Chromium:
    """A browser, and the event loop that Playwright leaves running in this thread.

    Other tests of the process have event loops of their own, so this one is there only while a test of the page runs.
    """

    browser: Browser
    loop: asyncio.AbstractEventLoop | None

    @contextmanager
    def awake(self) -> Iterator[Browser]:
        set_running_loop(self.loop)
        try:
            yield self.browser
        finally:
            set_running_loop(None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium."""
    if not CHROMIUM:
        pytest.skip("THERE IS NO CHROMIUM, so the web page is not tested: scripts/test-packages installs it")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * SECONDS)
    playwright = sync_playwright().start()
    found = Chromium(playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS), running_loop())
    set_running_loop(None)
    yield found
    with found.awake():
        found.browser.close()
        playwright.stop()


# ---- a page, and what goes wrong in it


@dataclass
class Watch:
    """What the browser complained of."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda raised: self.complaints.append(f"uncaught: {raised.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED_PICTURE.fullmatch(message.location.get("url", "")):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        to = urlsplit(request.url)
        if to.scheme not in ("data", "blob") and to.netloc != urlsplit(self.origin).netloc:
            self.complaints.append(f"request to another host: {request.url}")

    def check(self) -> None:
        left = [each for each in self.complaints if not any(re.search(pattern, each) for pattern in self.forgiven)]
        assert left == [], "the browser complained"


@pytest.fixture
def watch(service: Service) -> Watch:
    """What the browser complains of in this test."""
    return Watch(service.url)


@pytest.fixture
def forgive(watch: Watch) -> Callable[[str], None]:
    """Says which complaint of the browser is meant to come, by a regular expression."""
    return watch.forgiven.append


@pytest.fixture
def open_page(
    chromium: Chromium, service: Service, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Makes a page in a context of its own; `options` are those of Playwright's `new_context`."""
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{**DESK, "base_url": service.url, **options})
        contexts.append(context)
        context.set_default_timeout(1000 * SECONDS)
        context.tracing.start(snapshots=True)
        watch.over(context)
        return context.new_page()

    with chromium.awake() as browser:
        yield open_page
        failed = request.node.stash.get(FAILED, True) or bool(watch.complaints)
        for number, context in enumerate(contexts):
            _put_away(context, KEPT / _plain(request.node.nodeid.partition("web/")[2]) / str(number or ""), failed)
    web_rig.cancel_all(service)
    watch.check()


def _put_away(context: BrowserContext, folder: Path, failed: bool) -> None:
    if failed:
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(context.pages, start=1):
            page.screenshot(path=folder / f"{number}.png")
        context.tracing.stop(path=folder / "trace.zip")
    context.close()


def _plain(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Tells fixtures that come after a test whether it failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page on a desk."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a telephone."""
    return open_page(**PHONE)


@pytest.fixture
def dark(open_page: Callable[..., Page]) -> Page:
    """A page where the system is set to dark."""
    return open_page(color_scheme="dark")


# ---- accessibility


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Lets axe-core look at a page; fails with what it finds."""
    if not AXE.exists():
        pytest.skip(
            "THERE IS NO node_modules/axe-core, so the page's accessibility is not tested: make node_modules/.package-lock.json"
        )
    source = AXE.read_text(encoding="utf-8")

    def look(page: Page) -> None:
        # By the protocol of the developer's tools, since the page's policy lets no script in that is not its own.
        tools = page.context.new_cdp_session(page)
        tools.send("Runtime.evaluate", {"expression": f"void 0; {source}; void 0"})
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        tools.detach()
        told = [_told(violation) for violation in found["violations"]]
        assert told == [], "\n".join(["axe-core found:", *told])

    return look


def _told(violation: dict[str, Any]) -> str:
    places = [f"    {' '.join(map(str, node['target']))}\n      {node['failureSummary']}" for node in violation["nodes"][:5]]
    return "\n".join([f"{violation['id']} ({violation['impact']}): {violation['help']}", *places])
