"""Measure two promises: PDFs are read from their own text, exactly and fast; and columns are read in their order.

`python benchmarks/documents.py native DATA -o benchmarks/results/native` reads f_born_digital_pdf with `pdf_text` auto and tells
how many words of the text layer come out, wherever they stand; of Chinese, Japanese, Korean and Thai, letters are counted as
words. `--times` reads every page twice more, once with `pdf_text` ignore, and tells how many times as long OCR takes: nothing
else may run then.

`python benchmarks/documents.py order DATA -o benchmarks/results/order` reads labelled pages as images and tells on how many the
reading order is right: no more than 2 % of the words would have to be moved to stand as in the label
(uncial/evaluate/order.py). Tables, figures, captions, footnotes and what heads and foots the page may stand anywhere, but no more
than half of the letters may stand in them. It tells the share for all pages, and for those with columns: the pages of COLUMNS,
looked at one by one, and of other files those of which a third of the lines stand beside another line as wide as prose.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import mean, median
from typing import Any

from table_cells import labels
from tables import machine

from uncial import Options, load_engine, read
from uncial.document import Document, Page, TextSource
from uncial.engines import Engine
from uncial.errors import UncialError
from uncial.evaluate.datasets import LABELS
from uncial.evaluate.metrics import Hits, hits
from uncial.evaluate.normalise import SPACELESS
from uncial.evaluate.order import ALLOWED, columned_share, compared_words, moved_lines, moved_share, running_lines
from uncial.evaluate.profiles import Profile, profile_for
from uncial.evaluate.report import markdown
from uncial.options import PageRanges

PDFS = "f_born_digital_pdf"
ORDERED = ("a_unlv_isri_3B", "a_misc_pages")
"""Sets of page images whose labels are in reading order. Of newspapers no order of the articles is the right one."""
COLUMNS = {
    ("a_misc_pages", "tess_8087_054.3B.tif"): (1,),  # a page of the UNLV/ISRI magazines, in three columns
    (PDFS, "mineru_demo3.pdf"): tuple(range(1, 11)),  # a paper in two columns, its own text in reading order
    ("e_omnidocbench_demo", "jiaocaineedrop_jiaocai_needrop_en_3361.jpg"): (1,),  # Chinese exercises in two columns
}
"""Pages with columns, by set and file: these were looked at."""
COLUMNED = 0.33
"""A page of another file has columns where this part of its lines stand beside another line of prose."""


# ---- native text


@dataclass(frozen=True)
class Native:
    """One PDF, read from its own text."""

    file: str
    found: Hits
    pages: int
    sources: Mapping[TextSource, int]
    """How many of its pages were read from their text, their pixels, or both."""
    seconds: tuple[float, ...] = ()
    """A page each."""
    ocr_seconds: tuple[float, ...] = ()


def native(data: Path, engine: Engine, limit: int | None, *, times: bool) -> list[Native]:
    """Every PDF of the set."""
    folder, profile = data / PDFS, profile_for(data / PDFS)
    results = []
    for record in labels(folder)[:limit]:
        path = folder / record["file"]
        document = read_or_tell(path, Options(), engine)
        pages = document.pages if document else ()
        spaces = SPACELESS.isdisjoint(record["lang"].split("+"))
        found = hits(
            *(compared_words(text, profile, spaces=spaces) for text in (record["text"], document.text if document else ""))
        )
        seconds = (timed(path, pages, engine, "auto"), timed(path, pages, engine, "ignore")) if times else ((), ())
        sources = dict(Counter(page.text_source for page in pages))
        results.append(Native(path.name, found, len(pages), sources, *seconds))
        print(f"{path.name} {found.f1:.4f}", file=sys.stderr, flush=True)
    return results


def timed(path: Path, pages: Sequence[Page], engine: Engine, pdf_text: str) -> tuple[float, ...]:
    """The seconds of each page, read alone."""
    return tuple(
        _seconds(path, Options(pdf_text=pdf_text, pages=PageRanges(((page.number, page.number),))), engine) for page in pages
    )


def _seconds(path: Path, options: Options, engine: Engine) -> float:
    begun = time.perf_counter()
    read_or_tell(path, options, engine)
    return time.perf_counter() - begun


def read_or_tell(path: Path, options: Options, engine: Engine) -> Document | None:
    """The document; None where it cannot be read, which is told."""
    try:
        return read(path, options, engine=engine)
    except UncialError as error:
        print(f"{path.name}: {error.message}", file=sys.stderr)
        return None


def native_report(results: Sequence[Native]) -> str:
    """A row a file, and all of them together."""
    rows = [_native_row(each.file, [each]) for each in results]
    told = markdown(
        ["file", "pages", "from text / both / image", "word F1", "s a page", "OCR s a page", "times"],
        [*rows, _native_row("all", results)],
    )
    average = f"Mean of the files' word F1: {mean(each.found.f1 for each in results):.4f}."
    ratios = [slow / fast for each in results for slow, fast in zip(each.ocr_seconds, each.seconds, strict=True)]
    speed = f" OCR takes {median(ratios):.1f} times as long on the median page." if ratios else ""
    return f"{told}\n\n{average}{speed}"


def _native_row(name: str, parts: Sequence[Native]) -> list[str]:
    found = Hits(*(sum(column) for column in zip(*(each.found for each in parts), strict=True)))
    sources = sum((Counter(each.sources) for each in parts), start=Counter[str]())
    fast, slow = (
        sum(sum(seconds) for seconds in kind) for kind in zip(*((each.seconds, each.ocr_seconds) for each in parts), strict=True)
    )
    pages = sum(each.pages for each in parts)
    told = [f"{fast / pages:.3f}", f"{slow / pages:.2f}", f"{slow / fast:.1f}"] if fast and pages else ["–"] * 3
    return [name, str(pages), " / ".join(str(sources[kind]) for kind in ("pdf", "both", "image")), f"{found.f1:.4f}", *told]


# ---- reading order


@dataclass(frozen=True)
class Ordered:
    """One page, and how far its order is from the label's."""

    file: str
    page: int
    columns: bool
    judged: float
    """The part of its letters that stand in running text."""
    moved: float
    """The part of its words there that would have to be moved."""

    @property
    def right(self) -> bool:
        """Whether its reading order counts as right."""
        return self.moved <= ALLOWED and self.judged >= 0.5


def ordered(data: Path, sets: Sequence[str], engine: Engine, limit: int | None, *, pdf_text: str, show: bool) -> list[Ordered]:
    """Every page of the sets that are there, and the known pages with columns; `show` tells the lines that are out of order."""
    options = Options(pdf_text=pdf_text)
    results = []
    for folder, record in _records(data, sets, limit):
        path = folder / record["file"]
        known = COLUMNS.get((folder.name, path.name), ())
        chosen = replace(options, pages=PageRanges(tuple((number, number) for number in known)))
        document = read_or_tell(path, chosen, engine)
        for page in document.pages if document else ():
            label = record.get("text_by_page", {}).get(str(page.number)) or record["text"]
            results.append(judged(path.name, page, label, profile_for(folder), record["lang"], known=page.number in known))
            print(results[-1], file=sys.stderr, flush=True)
            if show and not results[-1].right:
                print(told_lines(page, label, profile_for(folder)))
    return results


def _records(data: Path, sets: Sequence[str], limit: int | None) -> Iterator[tuple[Path, dict[str, Any]]]:
    for folder in (data / name for name in sets if (data / name / LABELS).is_file()):
        yield from ((folder, record) for record in labels(folder)[:limit])
    for name, file in COLUMNS:
        if name not in sets and (data / name / LABELS).is_file():
            yield from ((data / name, record) for record in labels(data / name) if Path(record["file"]).name == file)


def judged(file: str, page: Page, label: str, profile: Profile, language: str, *, known: bool) -> Ordered:
    """One page beside its label."""
    lines = running_lines(page)
    letters = sum(len(line.text) for line in page.lines)
    return Ordered(
        file,
        page.number,
        known or columned_share(page) >= COLUMNED,
        sum(map(len, lines)) / max(1, letters),
        moved_share(lines, label, profile, spaces=SPACELESS.isdisjoint(language.split("+"))),
    )


def told_lines(page: Page, label: str, profile: Profile) -> str:
    """The page's lines in its order; those that would have to be moved have a mark."""
    lines = running_lines(page)
    wrong = set(moved_lines(lines, label, profile))
    return "\n".join(f"{'>>' if index in wrong else '  '} {line}" for index, line in enumerate(lines))


def order_report(results: Sequence[Ordered]) -> str:
    """The share of pages in order, and the pages that are not."""
    kinds: dict[str, Callable[[Ordered], bool]] = {
        "with columns": lambda page: page.columns,
        "others": lambda page: not page.columns,
    }
    rows = []
    for name, fits in kinds.items():
        pages = [page for page in results if fits(page)]
        right = sum(page.right for page in pages)
        rows.append([name, str(len(pages)), str(right), f"{right / len(pages):.3f}" if pages else "–"])
    wrong = [
        f"- {page.file}, page {page.page}: {page.moved:.3f} of the words to be moved, {page.judged:.2f} of the letters judged"
        for page in results
        if not page.right
    ]
    return "\n".join([markdown(["pages", "number", "in order", "share"], rows), "", *wrong])


# ---- the run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("native", "order"))
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--sets", default=",".join(ORDERED), help="of order: names of sets (default: %(default)s)")
    parser.add_argument("--pdf-text", default="ignore", help="of order: as the command has it (default: %(default)s)")
    parser.add_argument("--show", action="store_true", help="of order: tell the lines of the pages that are not in order")
    parser.add_argument("--times", action="store_true", help="of native: measure the time too")
    parser.add_argument("--limit", type=int, help="only the first so many files of each set")
    parser.add_argument("-o", "--out", type=Path, help="the result, without a suffix")
    given = parser.parse_args()
    engine = load_engine(Options().engine)
    results: Sequence[Native] | Sequence[Ordered]
    if given.what == "native":
        results = native(given.data, engine, given.limit, times=given.times)
        told = native_report(results)
    else:
        sets = [name for name in given.sets.split(",") if name]
        results = ordered(given.data, sets, engine, given.limit, pdf_text=given.pdf_text, show=given.show)
        told = order_report(results)
    print(told)
    if given.out:
        given.out.with_suffix(".md").write_text(f"{machine()}\n\n{told}\n", encoding="utf-8")
        given.out.with_suffix(".json").write_text(
            json.dumps([asdict(each) for each in results], indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
