"""What fields and barcodes cost beside the reading of the same pages.

python benchmarks/extraction.py DATA [--sets b_sroie a_unlv] [--at-most 20] [--rounds 3] [-o OUT.md]

Each document is read without barcodes, read with them, and its fields are found, in turns and in one process; of each the
quickest of the rounds counts, so that what else the machine does falls out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tables import machine

from uncial import Engine, Options, load_engine, read
from uncial.evaluate.report import markdown
from uncial.fields import extract_fields

SETS = ("b_sroie_receipts", "b_invoice2data", "b_zugferd_invoices_pdf", "a_scribe_modern_pages", "a_unlv_isri_3B")
PLAIN, CODED = Options(), Options(barcodes=True)


class Spent(NamedTuple):
    """Seconds of one document."""

    read: float
    with_barcodes: float
    extract: float
    native: bool
    """Whether the text of all its pages is the PDF's own."""

    @property
    def share(self) -> float:
        """What extraction adds to reading, barcodes included."""
        return (self.with_barcodes - self.read + self.extract) / self.read


def main() -> None:
    """Measure, and print the table."""
    given = _arguments().parse_args()
    engine = load_engine("auto")
    rows = []
    for folder in (path for name in given.sets for path in sorted(given.data.glob(f"{name}*"))):
        files = [path for path in sorted((folder / "images").iterdir()) if path.is_file()][: given.at_most]
        spent = [_spent(path, engine, given.rounds) for path in files]
        scans, own = ([each for each in spent if each.native is native] for native in (False, True))
        for told, part in (("scans", scans), ("own text", own)):
            if part:
                rows.append(_row(f"{folder.name}, {told}", part))
    columns = ("set", "documents", "read, s", "barcodes, ms", "fields, ms", "added", "median added")
    text = f"{machine()}\n\n{markdown(columns, rows)}"
    print(text)
    if given.out:
        given.out.write_text(f"# What extraction costs\n\n{text}\n", encoding="utf-8")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="a folder of sets")
    parser.add_argument("--sets", nargs="+", default=SETS, metavar="NAME", help="which of them, by the beginning of their names")
    parser.add_argument("--at-most", type=int, default=12, help="documents of each set")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-o", "--out", type=Path, metavar="OUT.md")
    return parser


def _spent(path: Path, engine: Engine, rounds: int) -> Spent:
    document = read(path, CODED, engine=engine)
    extract_fields(document)  # loads the tables of words
    tasks: tuple[Callable[[], object], ...] = (
        lambda: read(path, PLAIN, engine=engine),
        lambda: read(path, CODED, engine=engine),
        lambda: extract_fields(document),
    )
    times = [[_seconds(task) for task in tasks] for _ in range(rounds)]
    plain, coded, fields = (min(each) for each in zip(*times, strict=True))
    return Spent(plain, coded, fields, all(page.text_source == "pdf" for page in document.pages))


def _seconds(task: Callable[[], object]) -> float:
    began = time.perf_counter()
    task()
    return time.perf_counter() - began


def _row(name: str, spent: list[Spent]) -> list[str]:
    plain, coded, fields = (sum(column) for column in list(zip(*spent, strict=True))[:3])
    count = len(spent)
    return [
        name, str(count), f"{plain / count:.2f}", f"{1000 * (coded - plain) / count:.0f}", f"{1000 * fields / count:.1f}",
        f"{(coded - plain + fields) / plain:.1%}", f"{median(each.share for each in spent):.1%}",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
