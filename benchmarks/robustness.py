"""Damage ten clean pages in the ways that pages come damaged, read them, and write how much worse they are read than before.

`python benchmarks/robustness.py DATA -o benchmarks/results/robustness` writes robustness.md and robustness.json. DATA is a folder
of sets (docs/accuracy.md). `--without STEP` reads with that step of the preparation switched off.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from damage import DAMAGES, HARDER, Damage

from uncial.document import Document, EngineUsed, SourceInfo
from uncial.engines import Engine, EngineConfig, load_engine
from uncial.evaluate import Reading, Record, find_sets, score
from uncial.evaluate.profiles import Profile
from uncial.options import EFFORTS, Limits, Options
from uncial.pages import open_pages
from uncial.raster import Raster
from uncial.reader import read_page
from uncial.sources import open_source

if TYPE_CHECKING:
    from uncial.raster import Image

PAGES = (
    ("a_unlv_isri_3B", "0112_094.3B.tif", 300),
    ("a_unlv_isri_3B", "0161_030.3B.tif", 300),
    ("a_unlv_isri_3B", "1210_026.3B.tif", 300),
    ("a_fondue_en_print", "Dracula__05dracula.pdf_page_51.png", 300),
    ("a_fondue_en_print", "The_Castle_of_Otranto__THE-CASTLE-OF-OTRANTO-1.pdf_page_8.png", 300),
    ("a_fondue_en_print", "The_Turn_of_the_Screw__Turn_Screw.pdf_page_86.png", 300),
    ("a_oldbooks_otsu", "a020.tiff", 300),
    ("a_oldbooks_otsu", "f036.tiff", 300),
    ("a_scribe_modern_pages", "filing_03.png", 235),
    ("a_scribe_modern_pages", "table_08.png", 212),
)
"""Of each set the first pages that are read with hardly an error, and their dots an inch."""
SPARE = 0.01
"""A damaged page may have twice the errors of the clean one, and this much."""


class CleanPage(NamedTuple):
    """A page with its true text."""

    record: Record
    profile: Profile
    dpi: float

    def image(self) -> Image:
        """Its pixels."""
        with open_pages(open_source(self.record.path, Limits()), Options(), Limits()) as images:
            return next(iter(images)).load().image


class Score(NamedTuple):
    """How one page was read."""

    errors: int
    length: int
    steps: tuple[str, ...]
    """What was done to it before."""


def find_page(data: Path, name: str, file: str, dpi: float) -> CleanPage:
    """The page of that set and file. The labels' order counts in every set: these pages have one."""
    part = find_sets([data / name])[0]
    record = next(record for record in part.records if Path(record.file).name == file)
    return CleanPage(record, replace(part.profile, order=True), dpi)


def read_damaged(page: CleanPage, damage: Damage | None, engine: Engine, options: Options) -> Score:
    """Read the page as it is when that has happened to it."""
    image = page.image()
    raster = Raster(damage(image, page.dpi) if damage else image)
    read = read_page(raster, engine, options)
    document = Document((read,), SourceInfo("", "", "", 0), EngineUsed("", ""))
    edits = score(page.record, Reading.of_document(document), 0.0, page.profile).characters
    assert edits is not None
    return Score(edits.errors, edits.length, read.prepared)


def cer(scores: Sequence[Score]) -> float:
    """The error rate of all the pages together."""
    return sum(each.errors for each in scores) / sum(each.length for each in scores)


def measured(
    pages: Sequence[CleanPage], damages: dict[str, Damage], engine: Engine, options: Options, tell: Callable[[str], None]
) -> dict[str, list[Score]]:
    """The scores of all pages by damage, the clean ones first."""
    scores = {}
    for name, damage in {"clean": None, **damages}.items():
        scores[name] = [read_damaged(page, damage, engine, options) for page in pages]
        tell(f"{name}: {cer(scores[name]):.4f}")
    return scores


def table(scores: dict[str, list[Score]], demanded: Sequence[str]) -> str:
    """The table for people."""
    clean = scores["clean"]
    bar = 2 * cer(clean) + SPARE
    rows = ["| damage | CER | worst page | bar | | what was done |", "| :--- | ---: | ---: | ---: | :--- | :--- |"]
    for name, pages in scores.items():
        worst = max(page.errors / page.length for page in pages)
        done = sorted({step for page in pages for step in page.steps})
        told = ", ".join(f"{step} ({sum(step in page.steps for page in pages)})" for step in done)
        verdict = "" if name == "clean" else "kept" if cer(pages) <= bar else "**missed**"
        limit = f"{bar:.4f}" if name in demanded else ""
        rows.append(f"| {name} | {cer(pages):.4f} | {worst:.3f} | {limit} | {verdict if limit else ''} | {told} |")
    return "\n".join(rows)


def arguments(told: str | None) -> argparse.ArgumentParser:
    """The arguments of every script that damages pages."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, help="without a suffix")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--effort", choices=EFFORTS, default="balanced")
    parser.add_argument("--pages", type=int, default=len(PAGES), help="only the first so many pages to damage")
    return parser


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--without", action="append", default=[], metavar="STEP", help="a step of the preparation to switch off")
    parser.add_argument("--harder", action="store_true", help="the damages too that a page need not survive")
    given = parser.parse_args()
    switches: dict[str, Any] = dict.fromkeys(given.without, False)
    options = Options(effort=given.effort, **switches)
    pages = [find_page(given.data, *page) for page in PAGES[: given.pages]]
    damages = {**DAMAGES, **(HARDER if given.harder else {})}
    scores = measured(pages, damages, load_engine(given.engine, EngineConfig()), options, print)
    given.output.with_suffix(".json").write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    off = f", without {', '.join(given.without)}" if given.without else ""
    head = (
        f"# Damaged pages\n\n{len(pages)} clean pages, engine {given.engine}, effort {given.effort}{off}, {date.today()}.\n"
        "The bar is twice the clean error rate and .01; damages without one are harder than that. "
        "What was done is told with the number of pages.\n\n"
    )
    given.output.with_suffix(".md").write_text(head + table(scores, [*DAMAGES]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
