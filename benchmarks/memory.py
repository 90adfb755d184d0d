"""Measure the peak memory of reading a 35-megapixel scan and PDFs of many pages, and the time of `uncial read` from a cold start.

The pages are rendered here. `python benchmarks/memory.py -o benchmarks/results/memory.md` writes the table.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pikepdf
from PIL import Image, ImageChops, ImageDraw, ImageFont

SCAN = (4960, 7016)
"""An A4 sheet at 600 dots an inch: 34.8 megapixels."""
SENTENCE = "The ferry to the island leaves at seven, and the last one back at half past nine."
LONG, SHORT = 500, 10
"""Pages of the PDFs with their own text, whose memory is compared."""
SCANS = (40, 4)
"""Pages of the scanned ones."""
RECEIPT = (
    "CORNER BAKERY", "12 Mill Lane, Harlow", "", "2 x Rye bread        7.80", "1 x Apple cake       4.20",
    "1 x Coffee           2.90", "", "TOTAL               14.90", "CARD                14.90", "", "25/12/2025 08:13",
    "THANK YOU",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one run of the command took."""

    seconds: float
    peak_bytes: int
    text: str


def run(path: Path) -> Run:
    """Run `uncial read` on an image in a process of its own."""
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "uncial", "read", str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    text = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"uncial read ended with status {os.waitstatus_to_exitcode(status)}; its message is above.")
    # getrusage(2): kibibytes on Linux, bytes on macOS.
    return Run(seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), text)


def render(path: Path, size: tuple[int, int], lines: Sequence[str], letter: int, noise: float) -> None:
    """A grey page of these lines with a scanner's noise, as a JPEG in colour; `letter` is the font's size in pixels."""
    page = Image.new("L", size, "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(letter)
    for number, line in enumerate(lines):
        draw.text((letter * 2, letter * (2 + 1.5 * number)), line, "black", font)
    grain = Image.effect_noise(size, noise)
    ImageChops.add(page, grain, offset=-128).convert("RGB").save(path, quality=88, dpi=(600, 600))


def scan(folder: Path) -> Run:
    """The large scan, read once."""
    path = folder / "scan.jpg"
    render(path, SCAN, [f"{number}. {SENTENCE}" for number in range(1, 45)], 100, 12)
    result = run(path)
    _must_have(result, "half past nine")
    return result


def native(folder: Path, pages: int) -> Run:
    """A PDF of so many pages with some 500 words each, in a font that every viewer has."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for number in range(1, pages + 1):
        page = document.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        lines = "".join(f"({number}.{line} {SENTENCE}) Tj T* " for line in range(1, 31))
        page.Contents = document.make_stream(f"BT /F 11 Tf 20 TL 72 740 Td {lines} ET".encode())
    return _read_pdf(document, folder / f"native{pages}.pdf")


def scanned(folder: Path, pages: int) -> Run:
    """A PDF of so many scans of A4 at 200 dots an inch."""
    document, picture = pikepdf.new(), folder / "page.jpg"
    render(picture, (1654, 2339), [f"{line}. {SENTENCE}" for line in range(1, 31)], 36, 8)
    image = pikepdf.Stream(
        document, picture.read_bytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1654, Height=2339,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    for _ in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=document.make_indirect(image)))
        page.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
    return _read_pdf(document, folder / f"scanned{pages}.pdf")


def _read_pdf(document: pikepdf.Pdf, path: Path) -> Run:
    document.save(path)
    result = run(path)
    _must_have(result, "half past nine")
    return result


def receipts(folder: Path, times: int) -> list[Run]:
    """The small receipt, read again and again, each time by a new process."""
    path = folder / "receipt.jpg"
    render(path, (620, 720), RECEIPT, 28, 8)
    results = [run(path) for _ in range(times)]
    _must_have(results[0], "Coffee")
    return results


def _must_have(result: Run, words: str) -> None:
    # Whatever a reader takes that does not read is no measure.
    if words not in result.text:
        raise SystemExit(f"“{words}” stands on the page and was not read:\n{result.text}")


def table(large: Run, small: Sequence[Run], long: Sequence[tuple[str, Run]]) -> str:
    """All measures in Markdown."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    seconds = [each.seconds for each in small]
    return "\n".join(
        [
            f"Measured on {date.today()}: {machine}. Each run is a new process of `uncial read`; the script renders the pages.",
            "",
            "| page | peak memory | seconds |",
            "| :--- | ---: | ---: |",
            f"| scan, {SCAN[0]} x {SCAN[1]} | {large.peak_bytes / 2**20:.0f} MiB | {large.seconds:.2f} |",
            f"| receipt, first run | {small[0].peak_bytes / 2**20:.0f} MiB | {seconds[0]:.2f} |",
            f"| receipt, median of {len(small)} | {max(each.peak_bytes for each in small) / 2**20:.0f} MiB "
            f"| {statistics.median(seconds):.2f} |",
            *(f"| {name} | {each.peak_bytes / 2**20:.0f} MiB | {each.seconds:.2f} |" for name, each in long),
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="how often the receipt is read (default: %(default)s)")
    parser.add_argument("-o", "--out", type=Path, help="where the table goes besides standard output")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        long = [(f"PDF with text, {pages} pages", native(place, pages)) for pages in (SHORT, LONG)]
        long += [(f"PDF of scans, {pages} pages", scanned(place, pages)) for pages in reversed(SCANS)]
        result = table(scan(place), receipts(place, given.times), long)
    print(result)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(result, encoding="utf-8")


if __name__ == "__main__":
    main()
