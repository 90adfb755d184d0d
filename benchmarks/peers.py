"""Uncial and its peers behind one small pipe, so that all of them are run, fed and timed alike.

As a program, `PYTHON peers.py SYSTEM` loads one system and then answers each JSON line on standard input with one on standard
output: `{"path": …, "languages": […]}` gives `{"text": …, "lines": [{"text": …, "box": [left, top, right, bottom]}]}`, or
`{"error": …, "code": …}`. It runs under the interpreter that has that system installed, so nothing outside the standard library
is imported before it is asked for.

As a module, `start` starts such a program and `System.read` feeds it and measures the wall time of each answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

Answer = dict[str, Any]
Adapter = Callable[[str, Sequence[str]], Answer]
"""Reads the image at a path in these languages."""

TESSERACT_LANGUAGES = {
    "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "fr": "fra",
    "it": "ita", "ja": "jpn", "nl": "nld", "pt": "por", "ru": "rus", "sk": "slk", "zh": "chi_sim",
}  # fmt: skip


def uncial() -> tuple[str, Adapter]:
    """Uncial itself, with its defaults."""
    from dataclasses import replace

    from uncial import Options, load_engine, read
    from uncial.errors import UncialError
    from uncial.evaluate.run import languages_for

    engine, options = load_engine("neural"), Options()

    def adapter(path: str, languages: Sequence[str]) -> Answer:
        chosen = replace(options, languages=languages_for(languages, engine, options))
        try:
            document = read(Path(path), chosen, engine=engine)
        except UncialError as error:
            return {"error": error.message, "code": error.code}
        words = [word for page in document.pages for line in page.lines for word in line.words]
        return {"text": document.text, "lines": [{"text": word.text, "box": list(word.quad.box)} for word in words]}

    return engine.info.version, adapter


def rapidocr() -> tuple[str, Adapter]:
    """RapidOCR as its README calls it: the small PP-OCRv6 models by ONNX Runtime, with the line classifier."""
    from importlib.metadata import version

    from rapidocr import RapidOCR

    engine = RapidOCR()

    def adapter(path: str, languages: Sequence[str]) -> Answer:
        result = engine(path)
        texts, quads = result.txts or (), result.boxes if result.boxes is not None else ()
        lines = [{"text": text, "box": _box(quad.tolist())} for text, quad in zip(texts, quads, strict=True)]
        return {"text": "\n".join(texts), "lines": lines}

    return version("rapidocr"), adapter


def faster_paddle() -> tuple[str, Adapter]:
    """faster-paddle with its small models; `text` is in the reading order that it makes, `lines` are its boxes as they come."""
    from importlib.metadata import version

    from faster_paddle import OcrEngine

    engine = OcrEngine(model_size="small")

    def adapter(path: str, languages: Sequence[str]) -> Answer:
        result = engine.ocr(Path(path).read_bytes())
        bounds = [result["bounds"][key] for key in sorted(result["bounds"], key=int)]
        lines = [{"text": b["text"], "box": [*b["topLeftCoord"], *b["bottomRightCoord"]]} for b in bounds]
        return {"text": result["text"], "lines": lines}

    return version("faster-paddle"), adapter


def tesseract() -> tuple[str, Adapter]:
    """The tesseract program with its defaults, one child for each page: that is how its users run it."""
    said = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    installed = set(listed.split()[1:])

    def adapter(path: str, languages: Sequence[str]) -> Answer:
        known = [TESSERACT_LANGUAGES.get(name, name) for name in languages]
        chosen = "+".join(name for name in known if name in installed) or "eng"
        child = subprocess.run(["tesseract", path, "stdout", "-l", chosen], capture_output=True, check=False)
        if child.returncode:
            return {"error": child.stderr.decode(errors="replace").strip()[-300:], "code": "engine-failed"}
        return {"text": child.stdout.decode(), "lines": []}

    return said.split()[1], adapter


SYSTEMS: dict[str, Callable[[], tuple[str, Adapter]]] = {
    "uncial": uncial,
    "rapidocr": rapidocr,
    "faster-paddle": faster_paddle,
    "tesseract": tesseract,
}


def _box(points: Sequence[Sequence[float]]) -> list[float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return [min(xs), min(ys), max(xs), max(ys)]


@dataclass(frozen=True)
class System:
    """One system in a process of its own, its models loaded."""

    name: str
    version: str
    load_seconds: float
    process: subprocess.Popen[bytes]

    def read(self, path: Path, languages: Sequence[str]) -> tuple[Answer, float]:
        """Its answer for an image, and the wall time in seconds from asking to having it."""
        start = time.perf_counter()
        _send(self.process.stdin, {"path": str(path), "languages": list(languages)})
        answer = _receive(self.process.stdout, self.name)
        return answer, time.perf_counter() - start

    def close(self) -> None:
        """End its process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)


def start(name: str, python: str) -> System:
    """Start the system of that name under an interpreter and wait until its models are loaded."""
    began = time.perf_counter()
    command = [python, str(Path(__file__).resolve()), name]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    ready = _receive(process.stdout, name)
    return System(name, ready["version"], time.perf_counter() - began, process)


def _send(stream: IO[bytes] | None, message: Answer) -> None:
    assert stream is not None
    stream.write(json.dumps(message).encode() + b"\n")
    stream.flush()


def _receive(stream: IO[bytes] | None, name: str) -> Answer:
    assert stream is not None
    line = stream.readline()
    if not line:
        raise SystemExit(f"{name} ended before it had answered; its message is above.")
    answer: Answer = json.loads(line)
    return answer


def main(name: str) -> None:
    """Load the system and answer until standard input ends."""
    # Libraries print to standard output as they like; the answers get a pipe of their own, and that talk goes to standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    version, adapter = SYSTEMS[name]()
    _send(answers, {"version": version})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            answer = adapter(request["path"], request["languages"])
        except Exception as error:  # a peer's decoder may raise anything, and the others' run goes on
            answer = {"error": f"{type(error).__name__}: {error}"[:300], "code": "engine-failed"}
        _send(answers, answer)


if __name__ == "__main__":
    main(sys.argv[1])
