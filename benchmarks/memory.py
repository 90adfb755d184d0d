"""Measure the peak memory of reading a 35-megapixel scan and the time of `uncial read` from a cold start, on pages rendered here.

`python benchmarks/memory.py -o benchmarks/results/memory.md` writes the table.
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

from PIL import Image, ImageChops, ImageDraw, ImageFont

SCAN = (4960, 7016)
"""An A4 sheet at 600 dots an inch: 34.8 megapixels."""
SENTENCE = "The ferry to the island leaves at seven, and the last one back at half past nine."
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


def table(large: Run, small: Sequence[Run]) -> str:
    """Both measures in Markdown."""
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
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="how often the receipt is read (default: %(default)s)")
    parser.add_argument("-o", "--out", type=Path, help="where the table goes besides standard output")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small = receipts(Path(folder), given.times)
        result = table(scan(Path(folder)), small)
    print(result)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(result, encoding="utf-8")


if __name__ == "__main__":
    main()
