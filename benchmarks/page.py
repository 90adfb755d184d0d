"""Measure the web page in Chromium against the real service: its first view, scrolling through 200 pages, how soon it answers.

The documents are made here: a PDF of 200 pages with their own text, 40 lines each, and one of scanned pages, which the real
engine reads while somebody uses the page. `python benchmarks/page.py -o benchmarks/results/page.md` writes the table. It wants
Debian's Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import running_service
import web_rig

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SIZE = {"width": 1280, "height": 800}
CATEGORIES = ["disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame"]
SPEEDS = (4000, 12_000)
"""Pixels a second: somebody who looks for a page, and somebody who pulls at the scroll bar."""
SECOND = 1_000_000
"""In the microseconds of a trace."""
WATCH = """
globalThis.measured = { events: [], tasks: [] };
new PerformanceObserver((list) => {
  for (const { name, duration } of list.getEntries()) measured.events.push([name, duration]);
}).observe({ type: "event", durationThreshold: 16, buffered: true });
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) measured.tasks.push(duration);
}).observe({ type: "longtask", buffered: true });
"""
"""Event Timing and Long Tasks (W3C): from an input to the next paint after it, in steps of 8 ms; tasks of more than 50 ms."""


@dataclass(frozen=True)
class Scroll:
    """What the trace of one way through a document says."""

    seconds: float
    shown: int
    """Frames that were presented."""
    dropped: int
    """Frames that should have shown something new, and did not."""
    worst: int
    """Frames presented in the worst second."""
    longest_gap: float
    """Between two frames that were presented, in milliseconds."""
    longest_task: float
    """In milliseconds, of the page's own thread."""
    blank: float
    """Which part of the times that somebody looked the page in the middle had no picture yet."""


@dataclass(frozen=True)
class Answers:
    """How soon the page answered while a document was read."""

    inputs: int
    pages: int
    """That were read meanwhile."""
    times: list[float]
    """Milliseconds from an input to the next paint; those of less than 16 ms the browser does not tell."""
    longest_task: float
    """In milliseconds; 0 where none took over 50 ms."""


# ---- the first view


def first_view(browser: Browser, url: str) -> tuple[int, int, float]:
    """Bytes as transferred, requests, and milliseconds until the largest picture or text was painted."""
    page = opened(browser, url)
    tools = page.context.new_cdp_session(page)
    sizes: list[int] = []
    tools.on("Network.loadingFinished", lambda done: sizes.append(int(done["encodedDataLength"])))
    tools.send("Network.enable")
    page.goto("/")
    page.wait_for_load_state("networkidle")
    painted = """() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
      .observe({ type: "largest-contentful-paint", buffered: true }))"""
    milliseconds = float(page.evaluate(painted))
    page.context.close()
    return sum(sizes), len(sizes), milliseconds


# ---- scrolling


def scrolled(browser: Browser, url: str, job: str, pages: int, speed: int) -> Scroll:
    """Scroll through the document from end to end with so many pixels a second, tracing."""
    page = opened(browser, url)
    page.goto(f"/#/jobs/{job}")
    page.locator(".page-list img").first.wait_for()
    page.wait_for_load_state("networkidle")
    height = page.evaluate("document.querySelector('.page-list').scrollHeight")
    place = page.locator(".page-list").bounding_box()
    assert place
    assert height > pages * 400
    middle = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    tools = page.context.new_cdp_session(page)
    page.evaluate(LOOKS)
    browser.start_tracing(page=page, categories=CATEGORIES)
    gesture = {"x": middle[0], "y": middle[1], "yDistance": -height, "speed": speed, "gestureSourceType": "mouse"}
    tools.send("Input.synthesizeScrollGesture", gesture)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    left, blank, looks = page.evaluate(LEFT)
    page.context.close()
    assert left < height / pages, "the end was not reached"
    return told(events, blank / looks)


LEFT = """() => {
  const list = document.querySelector(".page-list");
  return [list.scrollHeight - list.scrollTop - list.clientHeight, globalThis.blank, globalThis.looks];
}"""
LOOKS = """() => {
  globalThis.blank = globalThis.looks = 0;
  const list = document.querySelector(".page-list");
  setInterval(() => {
    const box = list.getBoundingClientRect();
    const at = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const picture = at.map((each) => each.closest(".sheet")).find(Boolean)?.querySelector("img");
    looks += 1;
    blank += picture?.complete && picture.naturalWidth ? 0 : 1;
  }, 250);
}"""


def told(events: Sequence[dict[str, Any]], blank: float) -> Scroll:
    """What a trace says of the time between the first frame that was presented and the last."""
    frames = sorted(frames_of(events).values())
    shown = [time for time, states in frames if any(state.startswith("STATE_PRESENTED") for state in states)]
    dropped = [time for time, states in frames if states == {"STATE_DROPPED"} and shown[0] < time < shown[-1]]
    starts = range(int(shown[0]), int(shown[-1]) - SECOND + 1, SECOND // 10)
    worst = min(sum(start <= time < start + SECOND for time in shown) for start in starts)
    gap = max(after - before for before, after in pairwise(shown)) / 1000
    return Scroll((shown[-1] - shown[0]) / SECOND, len(shown), len(dropped), worst, gap, longest(events), blank)


def frames_of(events: Sequence[dict[str, Any]]) -> dict[tuple[int, int], tuple[float, set[str]]]:
    """When each frame of the page began, and what became of it.

    One that is shown without what the page's own thread was late with, and again with it, is told of twice under one number
    (PipelineReporter and its FrameReporter in Chromium's base/tracing/protos/chrome_track_event.proto).
    """
    found: dict[tuple[int, int], tuple[float, set[str]]] = {}
    process, _ = renderer(events)
    for event in events:
        if event["name"] == "PipelineReporter" and event["ph"] == "b" and event["pid"] == process:
            frame = event["args"]["frame_reporter"]
            found.setdefault((frame["frame_source"], frame["frame_sequence"]), (event["ts"], set()))[1].add(frame["state"])
    return found


def longest(events: Sequence[dict[str, Any]]) -> float:
    """The longest task of the page's own thread, in milliseconds."""
    page = renderer(events)
    return max((event.get("dur", 0) / 1000 for event in events if event["name"] == "RunTask" and who(event) == page), default=0.0)


def renderer(events: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """The process and the thread that run the page: of all such threads the one that did most."""
    names = {who(event): event["args"]["name"] for event in events if event["name"] == "thread_name"}
    busy = Counter(who(event) for event in events if event["name"] == "RunTask" and names.get(who(event)) == "CrRendererMain")
    return busy.most_common(1)[0][0]


def who(event: dict[str, Any]) -> tuple[int, int]:
    """The process and the thread of an event."""
    return event["pid"], event["tid"]


# ---- answering


def answers(browser: Browser, url: str, job: str) -> Answers:
    """Use the page while its document is read: turn pages, zoom, change the tab, write into the search."""
    page = opened(browser, url)
    page.goto(f"/#/jobs/{job}")
    page.locator(".page-list img").first.wait_for()
    page.evaluate(f"() => {{ {WATCH} }}")
    before = done(page, job)
    inputs = 0
    for step in range(40):
        inputs += one_of_many(page, step)
        page.wait_for_timeout(200)
    after = done(page, job)
    measured = page.evaluate("measured")
    page.context.close()
    assert after["state"] == "running", "the document was read before it was measured"
    times = [duration for _, duration in measured["events"]]
    return Answers(inputs, after["pages"]["done"] - before["pages"]["done"], times, max(measured["tasks"], default=0))


def done(page: Page, job: str) -> dict[str, Any]:
    """The job as it stands."""
    found: dict[str, Any] = page.evaluate("(id) => fetch(`v1/jobs/${id}`).then((answer) => answer.json())", job)
    return found


def one_of_many(page: Page, step: int) -> int:
    """Do one thing with the page; how many inputs it was."""
    match step % 5:
        case 0:
            page.locator(".page-list").focus()
            page.keyboard.press("PageDown")
        case 1:
            page.get_by_role("tab", name=("Fields", "Text", "Tables")[step // 5 % 3]).click()
        case 2:
            page.locator(".page-list").focus()
            page.keyboard.press("+" if step % 2 else "-")
        case 3:
            page.get_by_role("searchbox").first.press_sequentially("scribe"[step // 5 % 6])
        case _:
            page.mouse.wheel(0, 600)
    return 1


# ---- all of it


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-headless-shell")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def opened(browser: Browser, url: str) -> Page:
    """A page that has nothing in its cache."""
    return browser.new_context(base_url=url, viewport=SIZE).new_page()  # type: ignore[arg-type]


def table(
    view: tuple[int, int, float], scrolls: Sequence[tuple[str, Scroll]], answer: Answers, pages: int, version: str, load: float
) -> str:
    """All measures in Markdown."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, no GPU, Chromium {version}"
    times = sorted(answer.times)
    most = max(times, default=0)
    share = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else most
    rows = [
        f"| {name} | {each.seconds:.0f} s | {each.shown / each.seconds:.1f} | {each.worst} | {each.dropped} | "
        f"{each.longest_gap:.0f} ms | {each.longest_task:.0f} ms | {100 * each.blank:.0f} % |"
        for name, each in scrolls
    ]
    return "\n".join(
        [
            f"Measured on {date.today()}: {machine}. The browser, the service and its worker share the cores; all else had "
            f"a load of {load:.1f} when it began. A window of {SIZE['width']} x {SIZE['height']}.",
            "",
            f"First view: {view[0] / 1024:.1f} KiB in {view[1]} requests as transferred; painted after {view[2]:.0f} ms.",
            "",
            f"Scrolling a document of {pages} pages, 40 lines each, from the first to the last, as the browser's trace tells:",
            "",
            "| speed | time | frames a second | worst second | dropped | longest gap | longest task | page without picture |",
            "| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            f"While a scan is read by the real engine ({answer.pages} pages meanwhile), {answer.inputs} inputs (keys, "
            f"clicks, typing, the wheel), from the input to the next paint: longest {most:.0f} ms, 95 of 100 within {share:.0f} "
            f"ms, of the {len(times)} events that took 16 ms and more; longest task {answer.longest_task:.0f} ms.",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200, help="pages of the document that is scrolled (default: %(default)s)")
    parser.add_argument("-o", "--out", type=Path, help="where the table goes besides standard output")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_service.running(Path(folder) / "service", running_service.DEFAULT) as service,
        chromium() as browser,
    ):
        job = web_rig.read(service, web_rig.typed_pdf(given.pages))
        view = first_view(browser, service.url)
        scrolls = [(f"{speed} pixels a second", scrolled(browser, service.url, job, given.pages, speed)) for speed in SPEEDS]
        answer = answers(browser, service.url, web_rig.sent(service, web_rig.scan(60)))
        result = table(view, scrolls, answer, given.pages, browser.version, load)
    print(result)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(result, encoding="utf-8")


if __name__ == "__main__":
    main()
