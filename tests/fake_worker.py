"""What a worker of a test loads instead of an engine and the reader: it does what the lines of a document say, a page each.

A line that begins with `opening`, `writing` or `rendering` is no page, and is done when the document is opened, written, or
rendered in another format. A few words are short for several lines.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, BinaryIO

from fakes import FakeEngine, block, line, page
from uncial.document import Document, EngineUsed, Line, Notice, Page, Problem
from uncial.engines import EngineConfig
from uncial.errors import EngineFailed, MediaTypeUnsupported, ModelMissing, SourceEmpty, UncialError, error_classes
from uncial.formats import find_format
from uncial.formats.json import read as read_json
from uncial.jobs.shapes import find_shape
from uncial.jobs.wire import DOCUMENT, HEADER, RESULT, Open, Plan, Render
from uncial.sources import Source

if TYPE_CHECKING:
    from uncial.raster import Image

HELD: list[bytes] = []
MOMENTS = ("opening", "writing", "rendering")
SHORT = {
    "partial": ["say one", "fail source-damaged"],
    "noticed": ["noticed hidden-text repaired", "noticed hidden-text"],
}


def plan(engine: str = "fake") -> Plan:
    """Workers that do what the bytes say, without the reader and its libraries."""
    return Plan(
        engine,
        EngineConfig(threads=1),
        "fake_worker:load",
        "fake_worker:open_document",
        "fake_worker:render",
        tuple(sys.path),
        open=(Path(gettempdir()),),  # where tests have their files
    )


def plan_with_reader() -> Plan:
    """Workers with the real reader, and an engine that says how large each image is."""
    real = Plan("", EngineConfig())
    return replace(plan("sizes"), opener=real.opener, renderer=real.renderer)


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


@dataclass
class Script:
    """An open document, as `uncial.reader.OpenDocument`."""

    source: Source
    task: Open
    lines: dict[int, str]
    moments: tuple[str, ...] = ()
    failures: dict[int, UncialError] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(number for number in self.lines if number in self.task.options.pages)

    def read(
        self, numbers: Container[int] | None = None, ahead: bool = True, begun: Callable[[int], None] = lambda number: None
    ) -> Iterator[Page]:
        for number in self.numbers:
            if numbers is None or number in numbers:
                begun(number)
                yield self._page(number)

    def whole(self, pages: Sequence[Page]) -> Document:
        self.at("writing")
        from uncial.reader import told_again  # here, for the service's own process imports this module too

        if all(page.problem for page in pages):
            raise self.failures.get(pages[0].number) or told_again(pages[0])
        return Document(tuple(pages), self.source.info, EngineUsed("fake", "1"))

    def at(self, moment: str) -> None:
        for words in self.moments:
            if words.startswith(f"{moment} "):
                _do(words.removeprefix(f"{moment} "), self.task)

    def _page(self, number: int) -> Page:
        try:
            return replace(_do(self.lines[number], self.task), number=number)
        except UncialError as error:
            error.page = number
            self.failures[number] = error
            return Page(number, 0, 0, problem=Problem(error.code, error.message, error.hint, error.stage))


@contextmanager
def open_document(file: BinaryIO, task: Open, engine: FakeEngine) -> Iterator[Script]:
    data = file.read()
    script = _script(Source(data, "image/png", file.name, task.password), task)
    script.at("opening")
    if not script.numbers:
        raise SourceEmpty("There is no page.")
    yield script


def render(task: Render) -> None:
    data = task.source.read_bytes() if task.source else b""
    _script(Source(data, "image/png", task.name), task).at("rendering")
    document = read_json((task.folder / DOCUMENT).read_bytes())
    shape = find_shape(task.format)
    made = shape(document, None) if shape else find_format(task.format).write(document, None, task.output)
    (task.folder / RESULT).write_bytes(made)


def _script(source: Source, task: Open | Render) -> Script:
    pages: list[str] = []
    moments: list[str] = []
    for words in source.data.decode("utf-8", "replace").splitlines():
        command, _, argument = words.partition(" ")
        if command in MOMENTS:
            moments.append(words)
        else:
            pages += [f"say {each}" for each in argument.split()] if command == "pages" else SHORT.get(words, [words])
    return Script(source, task, dict(enumerate(pages, start=1)), tuple(moments))  # type: ignore[arg-type]


def _do(words: str, task: Open) -> Page:
    command, _, argument = words.partition(" ")
    if command not in COMMANDS:
        raise MediaTypeUnsupported(f"“{command[:40]}” is no command of tests/fake_worker.py.")
    done = COMMANDS[command](argument, task)
    return done if isinstance(done, Page) else page(block(done) if done else block("x"))


def _say(argument: str, task: Open) -> str:
    return argument


def _count(argument: str, task: Open) -> str:
    return str(len(argument))


def _options(argument: str, task: Open) -> str:
    return str(task.options)


def _password(argument: str, task: Open) -> str:
    return f"opened with {task.password}"


def _pid(argument: str, task: Open) -> str:
    return str(os.getpid())


def _note(argument: str, task: Open) -> str:
    """Adds a line to the file at the path, so that a test can count how often it was done."""
    with Path(argument).open("a") as file:
        file.write(f"{os.getpid()}\n")
    return "noted"


def _sleep(argument: str, task: Open) -> str:
    time.sleep(float(argument))
    return f"slept {argument}"


def _wait(argument: str, task: Open) -> str:
    """Waits until the file at the path is there; beside it, in PATH.begun, is its process id."""
    Path(f"{argument}.begun").write_text(str(os.getpid()))
    while not Path(argument).exists():
        time.sleep(0.01)
    return "waited"


def _hang(argument: str, task: Open) -> str:
    """Writes its process id to the path and goes on for ever, whatever it is asked politely."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if argument:
        Path(argument).write_text(str(os.getpid()))
    while True:
        time.sleep(0.01)


def _breed(argument: str, task: Open) -> str:
    """Starts a child that outlives it, writes the child's process id to the path, and hangs."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(argument).write_text(str(child.pid))
    time.sleep(600)
    return ""


def _crash(argument: str, task: Open) -> str:
    os.kill(os.getpid(), getattr(signal, argument))
    time.sleep(600)
    return ""


def _crash_once(argument: str, task: Open) -> str:
    """Crashes (`PATH SIGSEGV`) unless the file at the path is there, which it then is."""
    return _crash_times(f"{argument.partition(' ')[0]} 1 {argument.partition(' ')[2]}", task)


def _crash_times(argument: str, task: Open) -> str:
    """Crashes so many times (`PATH TIMES SIGNAL`), and counts in the file at the path."""
    path, times, signal_name = argument.split()
    done = len(Path(path).read_text()) if Path(path).exists() else 0
    if done < int(times):
        Path(path).write_text("x" * (done + 1))
        _crash(signal_name or "SIGSEGV", task)
    return "survived"


def _exit(argument: str, task: Open) -> str:
    os._exit(int(argument))


def _bug(argument: str, task: Open) -> str:
    raise ZeroDivisionError(argument)


def _memory(argument: str, task: Open) -> str:
    """Holds so many bytes from now on."""
    HELD.append(b"x" * int(argument))
    return str(os.getpid())


def _print(argument: str, task: Open) -> str:
    os.write(1, b"a library that prints\n")
    print("and another", flush=True)
    return argument


def _noise(argument: str, task: Open) -> str:
    os.write(2, b"x" * int(argument) + b"\nafter the noise\n")
    return "done"


def _babble(argument: str, task: Open) -> str:
    """Writes these bytes (`KIND LENGTH HEX`) to whoever listens to this process, as a worker does that is beside itself."""
    kind, length, data = argument.split(" ")
    frame = HEADER.pack(kind.encode(), 1, int(length)) + bytes.fromhex(data)
    for descriptor in range(3, 10):
        with suppress(OSError):
            os.write(descriptor, frame)
    time.sleep(60)
    return ""


def _stdin(argument: str, task: Open) -> str:
    return f"stdin has {len(sys.stdin.read())}"


def _environment(argument: str, task: Open) -> str:
    return " ".join(sorted(os.environ))


def _unsupported(argument: str, task: Open) -> str:
    raise MediaTypeUnsupported("This is a web page.", hint="What can be read is JPEG, PNG and PDF.")


def _fail(argument: str, task: Open) -> str:
    raise error_classes()[argument](f"It failed with {argument}.", hint="Mend it.", stage="pages")


def _failed(argument: str, task: Open) -> str:
    class OfAPackage(EngineFailed):
        code = "of-a-package"

    raise OfAPackage("The engine broke.", hint="Mend it.", page=3)


def _noticed(argument: str, task: Open) -> Page:
    """A page with notices of these codes."""
    notices = tuple(Notice(code, f"Noticed: {code}.") for code in argument.split())
    return replace(page(block("noticed")), notices=notices)


COMMANDS: dict[str, Callable[[str, Open], str | Page]] = {
    name: globals()[f"_{name.replace('-', '_')}"]
    for name in (
        "say", "count", "options", "password", "pid", "note", "sleep", "wait", "hang", "breed", "crash", "crash-once",
        "crash-times", "exit", "bug", "memory", "print", "noise", "babble", "stdin", "environment", "unsupported", "fail",
        "failed", "noticed",
    )
}  # fmt: skip
