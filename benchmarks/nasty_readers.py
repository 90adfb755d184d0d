"""What reads the files for nasty.py: a process of its own that may be killed, or the real service."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Self

FAILURES = ("CRASH", "HANG", "TRACEBACK", "SERVER")
START_SECONDS = 120
THUMBNAIL = 24

Result = dict[str, Any]
"""`outcome`, `seconds`; where they are known `text`, `thumbnail`, `peak` in MiB, and `noise`, the bytes written to stderr."""


@dataclass(frozen=True)
class Request:
    """A file to be read, and the language that it is in."""

    file: Path
    language: str


class ProcessReader:
    """A child process that reads files, and is replaced when it ends before its work."""

    def __init__(self, stage: str, seconds: float, mebibytes: int, pages: str) -> None:
        self._command = [sys.executable, __file__, stage, str(mebibytes), pages]
        self._seconds = seconds
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._noise = tempfile.TemporaryFile()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._noise.close()

    def run(self, request: Request) -> Result:
        """What became of the file."""
        child = self._child or self._start()
        self._noise.truncate(0)
        began = time.monotonic()
        print(json.dumps([str(request.file), request.language]), file=child.stdin, flush=True)
        line = self._answer(child, self._seconds)
        seconds = time.monotonic() - began
        if not line:
            ended = child.wait() if line == "" else None
            self._end()
            hang = f"HANG: still running after {self._seconds:g} s"
            return {"outcome": hang if line is None else f"CRASH: the process ended with {ended}", "seconds": seconds}
        return {**json.loads(line), "seconds": seconds, "noise": self._noise.seek(0, 2)}

    def _start(self) -> subprocess.Popen[str]:
        self._child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._noise, text=True
        )
        if self._answer(self._child, START_SECONDS) != "ready\n":
            raise SystemExit("The child does not start; run nasty_readers.py by itself to see why.")
        return self._child

    def _answer(self, child: subprocess.Popen[str], seconds: float) -> str | None:
        """The child's next line; nothing where it has ended, None where it took too long."""
        assert child.stdout
        with DefaultSelector() as selector:
            selector.register(child.stdout, EVENT_READ)
            return child.stdout.readline() if selector.select(seconds) else None

    def _end(self) -> None:
        if self._child:
            self._child.kill()
            self._child.communicate()
            self._child = None


class ServiceReader:
    """The service as its users run it, on a free port; the files come as bare bodies."""

    def __init__(self, stage: str, seconds: float, mebibytes: int, pages: str) -> None:
        self._seconds = seconds
        self._pages = pages

    def __enter__(self) -> Self:
        import httpx

        self._folder = tempfile.TemporaryDirectory()
        log = Path(self._folder.name, "log")
        told = {"UNCIAL_DATA_DIR": self._folder.name, "UNCIAL_TIME_LIMIT": str(self._seconds), "UNCIAL_WAIT_LIMIT": "3600"}
        with log.open("wb") as file:
            command = [sys.executable, "-m", "uncial", "serve", "--port", "0"]
            self._service = subprocess.Popen(command, env={**os.environ, **told}, stderr=file)
        url = self._url(log)
        self._log = log
        self._client = httpx.Client(base_url=url, timeout=10 * self._seconds, trust_env=False)
        return self

    def account(self) -> str:
        """Which workers died, and whether each was replaced."""
        told = [json.loads(line) for line in self._log.read_text().splitlines()]
        died = [line for line in told if line["message"].startswith("A worker died")]
        ready = sum(line["message"] == "A worker is ready." for line in told)
        return f"{len(died)} workers died, {ready} were started; {self._client.get('/health').json()}"

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._service.terminate()
        self._service.wait(START_SECONDS)
        self._folder.cleanup()

    def run(self, request: Request) -> Result:
        """What the service answered."""
        import httpx

        asked = {"pages": self._pages, "languages": _known(request.language), "format": "json"}
        began = time.monotonic()
        try:
            answer = self._client.post(
                "/v1/ocr", params=asked, content=request.file.read_bytes(), headers={"Content-Type": "application/octet-stream"}
            )
        except httpx.TimeoutException:
            return {"outcome": "HANG: no answer", "seconds": time.monotonic() - began}
        except httpx.TransportError as error:
            return {"outcome": f"CRASH: {type(error).__name__}: {error}", "seconds": time.monotonic() - began}
        return {**_told(answer), "seconds": time.monotonic() - began}

    def _url(self, log: Path) -> str:
        deadline = time.monotonic() + START_SECONDS
        while self._service.poll() is None and time.monotonic() < deadline:
            for line in log.read_text().splitlines():
                if "url" in (said := json.loads(line)):
                    return str(said["url"])
            time.sleep(0.1)
        raise SystemExit(f"The service does not start:\n{log.read_text()}")


def _told(answer: Any) -> Result:
    if answer.status_code == 200:
        from uncial.formats.json import read

        return _document(read(answer.content))
    said = answer.json() if answer.headers.get("content-type") == "application/problem+json" else {}
    outcome = f"{said['code']}: {said['detail']}" if said else f"SERVER: {answer.status_code} without a problem"
    return {"outcome": f"SERVER: {answer.status_code} {outcome}" if answer.status_code >= 500 else outcome}


def _document(document: Any) -> Result:
    failed = [page.problem.code for page in document.pages if page.problem]
    words = len(document.text.split())
    outcome = f"{len(document.pages)} pages, {words} words" + (f", failed: {failed[0]}" if failed else "")
    return {"outcome": outcome, "text": document.text}


def _known(language: str) -> str:
    """The language itself where the engine reads it, else English."""
    from uncial.engines import engine_info

    return language if language.partition("-")[0] in engine_info("auto").languages else "en"


STAGES: dict[str, Callable[[str, float, int, str], Any]] = {
    "pages": ProcessReader,
    "read": ProcessReader,
    "formats": ProcessReader,
    "http": ServiceReader,
}
"""What each stage is done by."""


# The child


def main(stage: str, mebibytes: str, pages: str) -> None:
    """Read one file after the other: a name and a language in, an outcome out, each a line of JSON."""
    most = int(mebibytes) << 20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    work = {"pages": _draws, "read": _reads, "formats": _writes}[stage](pages)
    print("ready", flush=True)
    for line in sys.stdin:
        file, language = json.loads(line)
        _reset_peak()
        print(json.dumps({**_outcome(work, Request(Path(file), language)), "peak": _peak()}), flush=True)


def _outcome(work: Callable[[Request], Result], request: Request) -> Result:
    from uncial.errors import UncialError

    try:
        return work(request)
    except UncialError as error:
        return {"outcome": f"{error.code}: {error.message}"}
    except BaseException as error:  # the very thing that this is here to find
        traceback.print_exc()
        return {"outcome": f"TRACEBACK: {type(error).__name__}: {error}"}


def _draws(ranges: str) -> Callable[[Request], Result]:
    import numpy as np

    from uncial.errors import UncialError
    from uncial.options import Limits, Options, PageRanges
    from uncial.pages import open_pages
    from uncial.sources import open_source

    options = Options(pages=PageRanges.parse(ranges))

    def draw(request: Request) -> Result:
        sizes, failures, thumbnail = [], [], None
        with open_pages(open_source(request.file, Limits()), options, Limits()) as pages:
            for page in pages:
                try:
                    raster = page.load()
                except UncialError as error:
                    failures.append(error)
                    continue
                assert raster.image.dtype == np.uint8 and raster.image.ndim == 3 and raster.image.flags.c_contiguous
                sizes.append(f"{raster.width}x{raster.height}" + (f" at {raster.dpi:.0f}" if raster.dpi else ""))
                thumbnail = thumbnail or _thumbnail(raster.image)
        if failures and not sizes:
            raise failures[0]
        failed = f", {len(failures)} failed: {failures[0].code}" if failures else ""
        return {"outcome": f"{len(sizes)} pages: {sizes[0]}{failed}", "thumbnail": thumbnail}

    return draw


def _writes(ranges: str) -> Callable[[Request], Result]:
    """Reads the file, writes it in every format, and reads back what can be read back."""
    from uncial import Limits, Options, Output, PageRanges, load_engine
    from uncial.errors import UncialError
    from uncial.formats import FORMATS
    from uncial.pages import open_original
    from uncial.reader import read_document
    from uncial.sources import open_source

    engine = load_engine("auto")

    def write(request: Request) -> Result:
        options = Options(languages=(_known(request.language),), pages=PageRanges.parse(ranges))
        source, refused = open_source(request.file, Limits()), []
        document = read_document(source, engine, options, Limits())
        with open_original(source, Limits()) as original:
            for format in FORMATS.values():
                try:
                    data = format.write(document, original, Output())
                except UncialError as error:
                    refused.append(f"{format.name} {error.code}")
                    continue
                if format.reads:
                    assert len(format.read(data).pages) == len(document.pages), format.name
        told = _document(document)
        return {**told, "outcome": told["outcome"] + "".join(f", {each}" for each in refused)}

    return write


def _reads(ranges: str) -> Callable[[Request], Result]:
    from uncial import Options, PageRanges, load_engine, read

    engine = load_engine("auto")
    pages = PageRanges.parse(ranges)

    def work(request: Request) -> Result:
        return _document(read(request.file, Options(languages=(_known(request.language),), pages=pages), engine=engine))

    return work


def _thumbnail(image: Any) -> list[int]:
    from PIL import Image

    return list(Image.fromarray(image).convert("L").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX).tobytes())


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")  # proc(5): sets the peak to what is used now


def _peak() -> float:
    """The most memory that was in use since the last reset, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
