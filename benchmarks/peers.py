"""Uncial and its peers behind one small pipe, so that all of them are run, fed and timed alike.

As a program, `PYTHON peers.py SYSTEM` loads one system and then answers each JSON line on standard input with one on standard
output: `{"path": …, "languages": […], "fraktur": …}` gives `{"text": …, "lines": […]}` or `{"error": …, "code": …}`. A line is
`{"text": …, "box": [left, top, right, bottom]}`, and Uncial's has its `words` too, each `[text, box, confidence]`. The program
runs under the interpreter that has that system installed, so nothing outside the standard library is imported before it is asked
for.

As a module, `start` starts such a program and `System.read` feeds it and measures the wall time of each answer. A program that
dies or hangs fails on that image alone: it is started again for the next.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

Answer = dict[str, Any]
Adapter = Callable[[Answer], Answer]
"""Reads the image at a request's path."""

LONGEST = 300.0
"""Seconds that a page may take."""
FRAKTUR = ("Fraktur", "deu_latf", "frk")
"""Tesseract's packs for black letter, the best first."""

TESSERACT_LANGUAGES = {
    "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "fr": "fra",
    "it": "ita", "ja": "jpn", "nl": "nld", "pt": "por", "ru": "rus", "sk": "slk", "zh": "chi_sim",
}  # fmt: skip


def uncial(effort: str = "") -> tuple[str, Adapter]:
    """Uncial itself, with its defaults, or with another effort."""
    from dataclasses import replace

    from uncial import Options, load_engine, read
    from uncial.errors import UncialError
    from uncial.evaluate.run import languages_for

    options = Options(effort=effort) if effort else Options()
    engine = load_engine(options.engine)

    def adapter(request: Answer) -> Answer:
        chosen = replace(options, languages=languages_for(request["languages"], engine, options))
        try:
            document = read(Path(request["path"]), chosen, engine=engine)
        except UncialError as error:
            return {"error": error.message, "code": error.code}
        lines = [
            {
                "text": line.text,
                "box": list(line.quad.box),
                "words": [[word.text, list(word.quad.box), word.confidence] for word in line.words],
            }
            for page in document.pages
            for line in page.lines
        ]
        return {"text": document.text, "lines": lines}

    return engine.info.version, adapter


def rapidocr() -> tuple[str, Adapter]:
    """RapidOCR as its README calls it: the small PP-OCRv6 models by ONNX Runtime, with the line classifier."""
    from importlib.metadata import version

    from rapidocr import RapidOCR

    engine = RapidOCR()

    def adapter(request: Answer) -> Answer:
        result = engine(request["path"])
        texts, quads = result.txts or (), result.boxes if result.boxes is not None else ()
        lines = [{"text": text, "box": _box(quad.tolist())} for text, quad in zip(texts, quads, strict=True)]
        return {"text": "\n".join(texts), "lines": lines}

    return version("rapidocr"), adapter


def faster_paddle() -> tuple[str, Adapter]:
    """faster-paddle with its small models; `text` is in the reading order that it makes, `lines` are its boxes as they come."""
    from importlib.metadata import version

    from faster_paddle import OcrEngine

    engine = OcrEngine(model_size="small")

    def adapter(request: Answer) -> Answer:
        result = engine.ocr(Path(request["path"]).read_bytes())
        bounds = [result["bounds"][key] for key in sorted(result["bounds"], key=int)]
        lines = [{"text": b["text"], "box": [*b["topLeftCoord"], *b["bottomRightCoord"]]} for b in bounds]
        return {"text": result["text"], "lines": lines}

    return version("faster-paddle"), adapter


def tesseract() -> tuple[str, Adapter]:
    """The tesseract program, one child for each page: that is how its users run it.

    It knows the pack for black letter where the set is in it, and has one thread: more of them make no page faster, and are
    slower on a machine that does anything else.
    """
    said = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    installed = set(listed.split()[1:])

    def adapter(request: Answer) -> Answer:
        known = [TESSERACT_LANGUAGES.get(name, name) for name in request["languages"]]
        chosen = "+".join(name for name in known if name in installed) or "eng"
        if request["fraktur"]:
            chosen = next((name for name in FRAKTUR if name in installed), chosen)
        command = ["tesseract", request["path"], "stdout", "-l", chosen]
        child = subprocess.run(command, capture_output=True, check=False, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
        if child.returncode:
            return {"error": child.stderr.decode(errors="replace").strip()[-300:], "code": "engine-failed"}
        return {"text": child.stdout.decode(), "lines": []}

    return said.split()[1], adapter


SYSTEMS: dict[str, Callable[[], tuple[str, Adapter]]] = {
    "uncial": uncial,
    "uncial-fast": partial(uncial, "fast"),
    "uncial-best": partial(uncial, "best"),
    "rapidocr": rapidocr,
    "faster-paddle": faster_paddle,
    "tesseract": tesseract,
}


def _box(points: Sequence[Sequence[float]]) -> list[float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return [min(xs), min(ys), max(xs), max(ys)]


@dataclass
class System:
    """One system in a process of its own, its models loaded."""

    name: str
    python: str
    program: Path = Path(__file__)
    version: str = ""
    load_seconds: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    def read(self, path: Path, languages: Sequence[str], *, fraktur: bool = False) -> tuple[Answer, float]:
        """Its answer for an image, and the wall time in seconds from asking to having it."""
        begun = time.perf_counter()
        try:
            if self.process is None or self.process.poll() is not None:
                self.start()
                begun = time.perf_counter()
            answer = self._ask({"path": str(path), "languages": list(languages), "fraktur": fraktur})
        except EOFError:
            answer = {"error": f"It died, or took longer than {LONGEST:.0f} s.", "code": "engine-failed"}
        return answer, time.perf_counter() - begun

    def start(self) -> None:
        """Start its process and wait until its models are loaded. Raises `EOFError` where they cannot be."""
        begun = time.perf_counter()
        command = [self.python, str(self.program.resolve()), self.name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.version = self._ask(None)["version"]
        self.load_seconds = time.perf_counter() - begun

    def close(self) -> None:
        """End its process."""
        if self.process:
            self.process.kill()
            with suppress(BrokenPipeError), self.process:  # closes its pipes and waits for it
                pass

    def _ask(self, request: Answer | None) -> Answer:
        """What it says to a request, or of itself when it begins. Raises `EOFError` where it dies or takes too long."""
        assert self.process and self.process.stdin and self.process.stdout
        watch = threading.Timer(LONGEST, self.process.kill)
        watch.start()
        try:
            if request is not None:
                _send(self.process.stdin, request)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            watch.cancel()
        if not line:
            self.close()
            raise EOFError(self.name)
        answer: Answer = json.loads(line)
        return answer


def start(name: str, python: str, program: Path = Path(__file__)) -> System:
    """The system of that name of a program like this one under an interpreter, its models loaded."""
    system = System(name, python, program)
    try:
        system.start()
    except EOFError:
        raise SystemExit(f"{name} cannot be started; its message is above.") from None
    return system


def _send(stream: IO[bytes], message: Answer) -> None:
    stream.write(json.dumps(message).encode() + b"\n")
    stream.flush()


def serve(systems: Mapping[str, Callable[[], tuple[str, Adapter]]], name: str) -> None:
    """Load the system and answer until standard input ends."""
    # Libraries print to standard output as they like; the answers get a pipe of their own, and that talk goes to standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    version, adapter = systems[name]()
    _send(answers, {"version": version})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            answer = adapter(request)
        except Exception as error:  # a peer's decoder may raise anything, and the others' run goes on
            answer = {"error": f"{type(error).__name__}: {error}"[:300], "code": "engine-failed"}
        _send(answers, answer)


if __name__ == "__main__":
    serve(SYSTEMS, sys.argv[1])
