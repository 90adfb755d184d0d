"""A service for tests of the web page: the real one with its real reader, whose engine is quick, and papers for it to read.

The engine finds words where ink is, and says of them, in their order, what stands on the paper of the demo (scripts/sample.py).
Every seventh word it reads badly, and says so. How long it takes is written on the paper: `paper(pace=…)`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle
from pathlib import Path
from tempfile import gettempdir
from time import sleep
from typing import TYPE_CHECKING, Literal

import httpx

import running_service
from uncial.document import Line, Word
from uncial.engines import Engine, EngineConfig, EngineInfo
from uncial.geometry import Box, Quad
from uncial.jobs.wire import Plan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

    from uncial.raster import Image

    Marks = NDArray[np.bool_]

WORDS = """\
The uncial hand
Uncial is a script of round capital letters, written
by scribes from the fourth to the eighth century.
Its name may mean that a letter was an inch high.
Parchment, a pen cut broad, ink of oak galls: no more
was needed. A careful scribe wrote 25 lines an hour,
and a Bible took 1400 hours and 170 calves.""".split("\n")
"""What stands on the paper, line by line."""
Pace = Literal["quick", "steady", "slow"]
_GREY: dict[Pace, int] = {"quick": 255, "steady": 128, "slow": 0}
_SECONDS: dict[Pace, float] = {"quick": 0.0, "steady": 0.25, "slow": 30.0}
_PATCH = 24
"""Pixels of the patch in the upper left corner that tells the pace."""
FRESH = {"Cache-Control": "no-cache"}
"""Nothing is given that was read before."""


# ---- the service


@contextmanager
def serving(folder: Path, **settings: object) -> Iterator[running_service.Service]:
    """The service with the quick engine; the names “neural” and “tesseract” still stand for the real ones."""
    begun = {"workers": 2, "threads": 1, **settings}
    with running_service.running(folder, '__import__("web_rig").plan()', **begun) as service:
        yield service


def plan() -> Plan:
    """Workers with the real reader and the quick engine."""
    sys_path = tuple(sys.path)
    return Plan("auto", EngineConfig(threads=1), "web_rig:load", sys_path=sys_path, open=(Path(gettempdir()),))


def load(name: str, config: EngineConfig) -> Engine:
    """The quick engine, or a real one where its name is said."""
    from uncial.engines import load_engine

    return load_engine(name, config) if name in ("neural", "tesseract") else QuickEngine()


@dataclass(frozen=True)
class QuickEngine:
    """Finds words by their ink and does not look at their letters."""

    info: EngineInfo = EngineInfo("auto", "1", ("de", "en"), "Apache-2.0", True)  # noqa: RUF009 (frozen)

    def read(self, image: Image, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        grey = image.mean(axis=2) if image.ndim == 3 else image
        corner = grey[4 : _PATCH - 4, 4 : _PATCH - 4].mean() if min(grey.shape) > _PATCH else 255
        sleep(_SECONDS[min(_GREY, key=lambda pace: abs(_GREY[pace] - float(corner)))])
        ink = grey < 128
        ink[:_PATCH, :_PATCH] = False
        texts = cycle(word for line in WORDS for word in line.split())
        boxes = [[Box(left, top, right, bottom) for left, right in _words(ink[top:bottom])] for top, bottom in _rows(ink)]
        numbers = iter(range(1_000_000))
        return [_line([_word(next(texts), box, next(numbers)) for box in row]) for row in boxes if row]


def _rows(ink: Marks) -> list[tuple[int, int]]:
    """From where to where there is ink, line by line; letters of a line leave no gap of more than a few pixels."""
    return [run for run in _runs(ink.max(axis=1), 4) if run[1] - run[0] > 8]


def _words(row: Marks) -> list[tuple[int, int]]:
    """The same along a line: words are set two spaces apart, so that no letters are taken for them."""
    return _runs(row.max(axis=0), max(3, row.shape[0] * 2 // 5))


def _runs(marked: Marks, gap: int) -> list[tuple[int, int]]:
    """Where marks begin and end that lie no more than a gap apart."""
    places = marked.nonzero()[0].tolist()
    starts = [place for before, place in zip([-gap - 2, *places], places, strict=False) if place - before > gap]
    stops = [place + 1 for place, after in zip(places, [*places[1:], 1 << 30], strict=True) if after - place > gap]
    return list(zip(starts, stops, strict=True))


def _word(text: str, box: Box, number: int) -> Word:
    badly = number % 7 == 6
    return Word(text.replace("e", "c") if badly else text, Quad.of_box(box), 0.55 if badly else 0.97)


def _line(words: list[Word]) -> Line:
    box = Box.around(word.quad.box for word in words)
    return Line(tuple(words), Quad.of_box(box), confidence=min(word.confidence or 0 for word in words))


# ---- papers; the page sends what was read before only once, so each has a note of its own at its foot


def paper(note: str = "", pace: Pace = "quick", size: tuple[int, int] = (1240, 1754)) -> Picture:
    """A page at 150 dpi with what the engine reads on it, and a note at its foot."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", size, 255)
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, _PATCH, _PATCH), _GREY[pace])
    for number, line in enumerate(WORDS):
        height = 56 if number == 0 else 36
        pen.text((120, 120 + 66 * number + (30 if number else 0)), line.replace(" ", "  "), 0, ImageFont.load_default(height))
    pen.text((120, size[1] - 120), note, 0, ImageFont.load_default(36))
    return page


def png(note: str = "", pace: Pace = "quick") -> bytes:
    """The paper as somebody's scan of one page."""
    return _saved([paper(note, pace)], "PNG")


def jpeg(note: str = "", pace: Pace = "quick") -> bytes:
    """The paper as somebody's photo."""
    return _saved([paper(note, pace)], "JPEG")


def scan(pages: int, note: str = "", pace: Pace = "quick") -> bytes:
    """A PDF of so many scanned pages."""
    return _saved([paper(f"{note} {number}", pace) for number in range(1, pages + 1)], "PDF")


def typed_pdf(pages: int, note: str = "", lines: int = 40) -> bytes:
    """A PDF that has its own text, so that no engine is asked: 40 lines a page, read in a few milliseconds."""
    from pdfs import Sheet, Text, pdf

    text = [f"{WORDS[number % len(WORDS)]}" for number in range(lines)]
    heads = [f"Page {number} {note}".strip() for number in range(1, pages + 1)]
    places = [40 + (720 - 40) * (lines - number) / lines for number in range(lines)]
    return pdf(
        *(
            Sheet((Text(head, 72, 750, 16), *(Text(each, 72, y - 10, 11) for each, y in zip(text, places, strict=True))))
            for head in heads
        )
    )


def _saved(pictures: list[Picture], format: str) -> bytes:
    data = BytesIO()
    more = {"save_all": True, "append_images": pictures[1:], "resolution": 150.0} if format == "PDF" else {}
    pictures[0].save(data, format, dpi=(150, 150), **more)
    return data.getvalue()


# ---- what a test asks of a service before it opens the page


def sent(service: running_service.Service, data: bytes, name: str = "scan.pdf", **options: str) -> str:
    """Send a document; the id of its job, which may still be read."""
    answer = httpx.post(f"{service.url}/v1/jobs", files={"file": (name, data)}, data=options, headers=FRESH, timeout=30)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def read(service: running_service.Service, data: bytes, name: str = "scan.pdf", **options: str) -> str:
    """Have a document read to its end; the id of its job."""
    job = sent(service, data, name, **options)
    answer = httpx.get(f"{service.url}/v1/jobs/{job}", params={"wait": 60}, timeout=90).json()
    assert answer["state"] in ("succeeded", "partial"), answer
    return job


def cancel_all(service: running_service.Service) -> None:
    """Break off whatever a test has left unfinished, so that the next one need not wait for it."""
    with httpx.Client(base_url=service.url, timeout=30) as client:
        for job in client.get("/v1/jobs", params={"state": "queued,running"}).json()["jobs"]:
            client.delete(f"/v1/jobs/{job['id']}")
