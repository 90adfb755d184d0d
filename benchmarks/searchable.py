"""Make scanned pages searchable with Uncial and OCRmyPDF, and measure what comes out.

`python benchmarks/searchable.py DATA --ocrmypdf PEERS/bin/ocrmypdf -o benchmarks/results/searchable`
writes searchable.md and searchable.json. The pages go in twice: as the images that they are, and each wrapped as a scanned PDF by
this program, its image embedded as it is, without text. Systems: `uncial` is the command, `uncial-library` the library with an
engine that is loaded, `ocrmypdf` the command with `--output-type pdf`, all of them with English.

- seconds: wall time a page, of the command with all that it loads. A page that is refused is told, and counts for nothing else.
- size: bytes that came out by bytes that went in.
- words: F1 and recall of the words that poppler's `pdftotext` finds, against the label, in any order; lower case, runs of letters
  and digits alone, with what a hyphen divides at the end of a line joined.
- distance: how far the words lie from the print, in points. The page is drawn at the resolution of its scan (`pdftoppm`); its
  ink is in connected pieces; pieces higher than three words, such as rules and frames, are none. Each piece belongs to the word
  (`pdftotext -bbox`) in whose box its centre lies, or to the nearest, if that is no farther than half its height. The distance of
  a word is the mean of three: from its left edge to the left edge of its ink, right to right, and middle to middle in height.
- off print: the part of all words that have no ink at all.
- ink without words: the part of the ink that belongs to no word: text that was not found, pictures, and words that lie elsewhere.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median

import cv2
import numpy as np
from tables import machine

import uncial
from uncial.document import Document, EngineUsed, Page
from uncial.evaluate.datasets import Record, load_set
from uncial.evaluate.metrics import hits
from uncial.evaluate.normalise import bare_words
from uncial.evaluate.report import markdown
from uncial.geometry import Box
from uncial.pages import open_pages
from uncial.sources import open_source

SETS = {"a_unlv_isri_3B": 4, "a_fondue_en_print": 3, "a_scribe_modern_pages": 3}
"""Ten pages: so many of each set, spread evenly over it."""
LIMITS = uncial.Limits()
_INK = 128
_WIDTH = re.compile(r'<page width="(.*?)"')
_WORD = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">')

System = Callable[[Path, Path], None]
"""Makes the second file out of the first. Raises `RuntimeError` where it will not."""


@dataclass(frozen=True)
class Measured:
    """What one system made of one page."""

    system: str
    route: str
    page: str
    seconds: float = 0.0
    size: float = 0.0
    recall: float = 0.0
    f1: float = 0.0
    distance: float = 0.0
    off_print: float = 0.0
    bare_ink: float = 0.0
    error: str = ""


def command(*words: str) -> System:
    """A program that is given both files behind these words."""

    def run(before: Path, after: Path) -> None:
        places = [str(before) if word == "IN" else str(after) if word == "OUT" else word for word in words]
        done = subprocess.run(places, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit status {done.returncode}")

    return run


def library() -> System:
    """Uncial within this process, its engine loaded once."""
    engine, options = uncial.load_engine("auto"), uncial.Options(languages=("en",))

    def run(before: Path, after: Path) -> None:
        after.write_bytes(uncial.write(uncial.read(before, options, engine=engine), "pdf", before))

    return run


def wrapped(image: Path) -> bytes:
    """The image as a page of a PDF, without text."""
    with open_pages(open_source(image, LIMITS), uncial.Options(), LIMITS) as pages:
        raster = pages[0].load()
    page = Page(1, raster.width, raster.height, dpi=raster.dpi)
    empty = Document((page,), open_source(image, LIMITS).info, EngineUsed("none", "0"))
    return uncial.write(empty, "pdf", image)


def chosen(data: Path, least: int) -> list[Record]:
    """The pages, or the first ones of each set where fewer are asked for."""
    records: list[Record] = []
    for name, count in SETS.items():
        found = load_set(data / name).records
        spread = [found[round(i * (len(found) - 1) / max(count - 1, 1))] for i in range(count)]
        records += spread[:least] if least else spread
    return records


def measure(system: str, route: str, run: System, before: Path, record: Record, folder: Path) -> Measured:
    """Run one system on one page, and look at what it made."""
    after = folder / f"{system}-{route}-{record.path.stem}.pdf"
    start = time.perf_counter()
    try:
        run(before, after)
    except RuntimeError as error:
        return Measured(system, route, record.path.name, error=str(error))
    seconds = time.perf_counter() - start
    found = hits(joined(record.text), joined(poppler(after)))
    distance, off_print, bare = distances(after, width_of(record))
    size = after.stat().st_size / before.stat().st_size
    return Measured(system, route, record.path.name, seconds, size, found.recall, found.f1, distance, off_print, bare)


def width_of(record: Record) -> int:
    """Of the scan, in pixels."""
    with open_pages(open_source(record.path, LIMITS), uncial.Options(), LIMITS) as pages:
        return pages[0].load().width


def joined(text: str) -> list[str]:
    """The words of a text, those whole that a hyphen divides at the end of a line."""
    return bare_words(re.sub(r"[-\u00ad\u2010]\s*\n\s*", "", text).lower())


def poppler(file: Path, *flags: str) -> str:
    """What pdftotext finds in the file."""
    return subprocess.run(["pdftotext", *flags, str(file), "-"], capture_output=True, check=True).stdout.decode(
        "utf-8", "replace"
    )


def distances(file: Path, width: int) -> tuple[float, float, float]:
    """The mean distance of the words to the print, in points; the part of them without ink; the part of the ink without words.

    The file has one page, the scan of which is that many pixels wide.
    """
    told = poppler(file, "-bbox")
    scale = width / float(_WIDTH.findall(told)[0])
    words = [Box(*(float(side) * scale for side in sides)) for sides in _WORD.findall(told)]
    if not words:
        return 0.0, 0.0, 1.0
    pieces, weights = ink(file, 72 * scale, 3 * median(word.height for word in words))
    owners = owners_of(pieces, words)
    found = [away(word, pieces[owners == number]) for number, word in enumerate(words) if (owners == number).any()]
    bare = float(weights[owners < 0].sum() / max(weights.sum(), 1))
    return mean(found or [0.0]) / scale, 1 - len(found) / len(words), bare


def ink(file: Path, dpi: float, highest: float) -> tuple[np.ndarray, np.ndarray]:
    """The pieces of ink on the page, (N, 4) of left, top, right, bottom, and how many pixels each has."""
    drawn = subprocess.run(["pdftoppm", "-r", f"{dpi:.4f}", "-gray", "-singlefile", str(file)], capture_output=True, check=True)
    page = cv2.imdecode(np.frombuffer(drawn.stdout, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    _, _, stats, _ = cv2.connectedComponentsWithStats((page < _INK).astype(np.uint8), connectivity=8)
    left, top, width, height, area = stats[1:].T
    kept = (height <= highest) & (width <= 4 * highest) & (area > 3)
    return np.stack((left, top, left + width, top + height), axis=1)[kept].astype(float), area[kept]


def owners_of(pieces: np.ndarray, words: Sequence[Box]) -> np.ndarray:
    """The number of the word to which each piece belongs, or -1."""
    boxes = np.array(words)
    x, y = ((pieces[:, i] + pieces[:, i + 2]) / 2 for i in (0, 1))
    across = np.maximum(np.maximum(boxes[:, 0] - x[:, None], x[:, None] - boxes[:, 2]), 0)
    down = np.maximum(np.maximum(boxes[:, 1] - y[:, None], y[:, None] - boxes[:, 3]), 0)
    far = np.hypot(across, down)
    nearest = far.argmin(1)
    height = boxes[nearest, 3] - boxes[nearest, 1]
    return np.where(far[np.arange(len(pieces)), nearest] <= height / 2, nearest, -1)


def away(word: Box, pieces: np.ndarray) -> float:
    """How far a word is from its ink, in pixels."""
    (left, top), (right, bottom) = pieces[:, :2].min(0), pieces[:, 2:].max(0)
    return float(abs(word.left - left) + abs(word.right - right) + abs(word.center.y - (top + bottom) / 2)) / 3


def table(measured: Sequence[Measured]) -> str:
    """Means over the pages, system by system, and what was refused."""
    columns = "input system pages seconds size recall F1 distance/pt off-print ink-without-words".split()
    rows = [[route, system, *cells(part)] for route, system, part in grouped(measured)]
    refused = [f"- {each.system}, {each.route}, {each.page}: {each.error}" for each in measured if each.error]
    return "\n".join([markdown(columns, rows), "", *refused])


def grouped(measured: Sequence[Measured]) -> Iterable[tuple[str, str, list[Measured]]]:
    """The pages that every system of the route could do, so that means are of the same pages."""
    for route in dict.fromkeys(each.route for each in measured):
        failed = {each.page for each in measured if each.error and each.route == route}
        for system in dict.fromkeys(each.system for each in measured):
            yield route, system, [e for e in measured if (e.route, e.system) == (route, system) and e.page not in failed]


def cells(part: Sequence[Measured]) -> list[str]:
    """The means of some pages."""
    if not part:
        return ["0", *["–"] * 7]
    names = ("seconds", "size", "recall", "f1", "distance", "off_print", "bare_ink")
    return [str(len(part)), *(f"{mean(getattr(each, name) for each in part):.3f}" for name in names)]


def main(arguments: Sequence[str]) -> None:
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with the sets")
    parser.add_argument("--ocrmypdf", help="the command of OCRmyPDF")
    parser.add_argument("--uncial", default=str(Path(sys.executable).parent / "uncial"), help="the command of Uncial")
    parser.add_argument("--pages", type=int, default=0, help="only so many pages of each set")
    parser.add_argument("--keep", type=Path, help="a folder for the PDFs")
    parser.add_argument("-o", "--out", type=Path, help="where to write the report: PATH.md and PATH.json")
    given = parser.parse_args(arguments)
    systems = {
        "uncial": command(given.uncial, "read", "-q", "-l", "en", "-f", "pdf", "-o", "OUT", "IN"),
        "uncial-library": library(),
    }
    if given.ocrmypdf:
        systems["ocrmypdf"] = command(given.ocrmypdf, "-q", "-l", "eng", "--output-type", "pdf", "IN", "OUT")
    with tempfile.TemporaryDirectory() as folder:
        measured = run_all(systems, chosen(given.data, given.pages), given.keep or Path(folder))
    report = f"# Searchable PDF\n\n{machine()}\n\n{(__doc__ or '').partition('- seconds')[0].strip()}\n\n{table(measured)}\n"
    print(report)
    if given.out:
        given.out.with_suffix(".md").write_text(report, encoding="utf-8")
        told = {"machine": machine(), "pages": [asdict(each) for each in measured]}
        given.out.with_suffix(".json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def run_all(systems: dict[str, System], records: Sequence[Record], folder: Path) -> list[Measured]:
    """Every system on every page, both ways; each page goes through all systems before the next."""
    folder.mkdir(parents=True, exist_ok=True)
    measured = []
    for record in records:
        scan = folder / f"scan-{record.path.stem}.pdf"
        scan.write_bytes(wrapped(record.path))
        for route, before in (("image", record.path), ("scanned PDF", scan)):
            for name, run in systems.items():
                measured.append(measure(name, route, run, before, record, folder))
                print(measured[-1], file=sys.stderr)
    return measured


if __name__ == "__main__":
    main(sys.argv[1:])
