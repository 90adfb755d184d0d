"""What a worker of a test loads instead of an engine and the reader: it does what the bytes that it is given say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fakes import FakeEngine, block, document, line, page
from uncial.document import Document, Line, Notice, Page, Problem
from uncial.engines import EngineConfig
from uncial.errors import EngineFailed, MediaTypeUnsupported, ModelMissing
from uncial.options import Options
from uncial.service.work import Job, Plan
from uncial.sources import Source

if TYPE_CHECKING:
    from uncial.raster import Image

HELD: list[bytes] = []


def plan(engine: str = "fake") -> Plan:
    return Plan(engine, EngineConfig(threads=1), "fake_worker:load", "fake_worker:read", tuple(sys.path))


def plan_with_reader() -> Plan:
    return replace(plan("sizes"), reader="uncial.service.answering:read")


def load(name: str, config: EngineConfig) -> FakeEngine:
    match name.partition("=")[::2]:
        case "no-model", _:
            raise ModelMissing("The model is not there.", hint="pip install it")
        case "dies", _:
            os.kill(os.getpid(), signal.SIGSEGV)
        case "broken", _:
            raise RuntimeError("a bug in the engine")
        case "missing-until", path if not Path(path).exists():
            raise ModelMissing("The model is not there yet.")
    return FakeEngine(_size) if name == "sizes" else FakeEngine()


def _size(image: Image) -> list[Line]:
    return [line(f"{image.shape[1]}x{image.shape[0]}")]


def read(source: str | BinaryIO, job: Job, engine: FakeEngine) -> tuple[Document, Source]:
    if isinstance(source, str):
        return document(page(block(f"fetched {source}")), name="url"), Source(b"", "image/png", "url")
    command, _, argument = source.read().decode().partition(" ")
    made = document(*COMMANDS[command](argument, job.options), name=source.name)
    return made, Source(b"", "image/png", source.name, job.password)


def _say(argument: str, options: Options) -> list[Page]:
    return [page(block(argument))]


def _count(argument: str, options: Options) -> list[Page]:
    return [page(block(str(len(argument))))]


def _pages(argument: str, options: Options) -> list[Page]:
    return [page(block(text), number=number) for number, text in enumerate(argument.split(), start=1)]


def _options(argument: str, options: Options) -> list[Page]:
    return [page(block(str(options)))]


def _sleep(argument: str, options: Options) -> list[Page]:
    time.sleep(float(argument))
    return [page(block(f"slept {argument}"))]


def _hang(argument: str, options: Options) -> list[Page]:
    """Writes its process id to the path and goes on for ever, whatever it is asked politely."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(argument).write_text(str(os.getpid()))
    while True:
        time.sleep(0.01)


def _breed(argument: str, options: Options) -> list[Page]:
    """Starts a child that outlives it, writes the child's process id to the path, and hangs."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(argument).write_text(str(child.pid))
    time.sleep(600)
    return []


def _crash(argument: str, options: Options) -> list[Page]:
    os.kill(os.getpid(), getattr(signal, argument))
    time.sleep(600)
    return []


def _exit(argument: str, options: Options) -> list[Page]:
    os._exit(int(argument))


def _bug(argument: str, options: Options) -> list[Page]:
    raise ZeroDivisionError(argument)


def _memory(argument: str, options: Options) -> list[Page]:
    HELD.append(b"x" * int(argument))
    return [page(block(str(os.getpid())))]


def _print(argument: str, options: Options) -> list[Page]:
    os.write(1, b"a library that prints\n")
    print("and another", flush=True)
    return [page(block(argument))]


def _noise(argument: str, options: Options) -> list[Page]:
    os.write(2, b"x" * int(argument) + b"\nafter the noise\n")
    return [page(block("done"))]


def _stdin(argument: str, options: Options) -> list[Page]:
    return [page(block(f"stdin has {len(sys.stdin.read())}"))]


def _unsupported(argument: str, options: Options) -> list[Page]:
    raise MediaTypeUnsupported("This is a web page.", hint="What can be read is JPEG, PNG and PDF.")


def _failed(argument: str, options: Options) -> list[Page]:
    class OfAPackage(EngineFailed):
        code = "of-a-package"

    raise OfAPackage("The engine broke.", hint="Mend it.", page=3)


def _partial(argument: str, options: Options) -> list[Page]:
    problem = Problem("source-damaged", "This page is damaged.", "Scan it again.", "pages")
    return [page(block("one")), page(number=2, problem=problem)]


def _noticed(argument: str, options: Options) -> list[Page]:
    notices = Notice("hidden-text", "There is text that nobody sees."), Notice("repaired", "The file was mended.")
    return [replace(page(block("one")), notices=notices), replace(page(block("two"), number=2), notices=notices[:1])]


COMMANDS: dict[str, Callable[..., list[Page]]] = {
    name: globals()[f"_{name}"]
    for name in (
        "say", "count", "pages", "options", "sleep", "hang", "breed", "crash", "exit", "bug", "memory", "print", "noise", "stdin",
        "unsupported", "failed", "partial", "noticed",
    )
}  # fmt: skip
