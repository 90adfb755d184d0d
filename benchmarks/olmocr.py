"""Run the unit tests of olmOCR-bench that lie beside some PDFs on Uncial's Markdown, and tell which pass.

`python benchmarks/olmocr.py DATA -o benchmarks/results/olmocr` writes olmocr.md and olmocr.json; `--failures` tells the failed
ones with their texts on standard output alone. The rules are those of olmocr/bench/tests.py and table_parsing.py of
allenai/olmocr as of 2025 (Apache-2.0), written anew. Each test sees the Markdown of its page. Tests of formulas are counted and
not run: Uncial does not read formulas.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

import regex
from rapidfuzz import fuzz
from table_cells import labels
from tables import machine

from uncial import Options, load_engine, read, write
from uncial.document import Document
from uncial.errors import UncialError
from uncial.evaluate.report import markdown
from uncial.evaluate.tables import Grid, GridCell, grids_of_html

SET = "f_olmocr_bench_sample_pdf"
LEFT_OUT = "math"

Test = dict[str, Any]
Place = tuple[int, int]
"""Row and column."""


@dataclass(frozen=True)
class Outcome:
    """One test, and why it failed."""

    file: str
    test: Test
    reason: str

    @property
    def kind(self) -> str:
        """Present, absent, order or table."""
        return str(self.test["type"])


# ---- what the tests ask

_SAME = str.maketrans("‘’‚“”„＿–—‑‒−µ", "'''\"\"\"_-----μ")
_MARKUP = ((r"<br/?>", " "), (r"\*\*(.*?)\*\*", r"\1"), (r"__(.*?)__", r"\1"), (r"</?[bi]>", ""), (r"(\*|_)(.*?)\1", r"\2"))


def plain(text: str) -> str:
    """The text as olmOCR-bench compares it: no bold or italics, single spaces, NFC, ASCII quotes and dashes."""
    for pattern, meant in _MARKUP:
        text = re.sub(pattern, meant, text)
    return normalize("NFC", re.sub(r"\s+", " ", text)).translate(_SAME)


def failure(test: Test, page: str) -> str:
    """Why the page's Markdown fails the test; empty where it passes."""
    return _CHECKS[test["type"]](test, page)


def _contains(test: Test, page: str) -> tuple[bool, float]:
    """Whether the text is there, and how much the likest part of the page is like it (0..1)."""
    wanted, text = plain(test["text"]), plain(page)
    if not test.get("case_sensitive", True):
        wanted, text = wanted.lower(), text.lower()
    first, last = test.get("first_n"), test.get("last_n")
    if first or last:
        text = (text[:first] if first else "") + (text[-last:] if last else "")
    if len(text) < len(wanted) - _diffs(test):
        return False, 0.0
    likeness = fuzz.partial_ratio(wanted, text) / 100
    return likeness >= 1 - _diffs(test) / len(wanted), likeness


def _diffs(test: Test) -> int:
    return int(test.get("max_diffs") or 0)


def _present(test: Test, page: str) -> str:
    found, likeness = _contains(test, page)
    return "" if found else f"the likest text is {likeness:.2f} like it"


def _absent(test: Test, page: str) -> str:
    return "it is there" if _contains(test, page)[0] else ""


def _order(test: Test, page: str) -> str:
    text, diffs = plain(page), _diffs(test)
    before, after = (starts(plain(test[key]), text, diffs) for key in ("before", "after"))
    if not before or not after:
        return "the first text is not there" if not before else "the second text is not there"
    return "" if min(before) < max(after) else "they stand the other way round"


def starts(wanted: str, text: str, diffs: int) -> list[int]:
    """Where in the text it stands with at most so many letters wrong, missing or too much."""
    pattern = regex.compile(f"(?:{regex.escape(wanted, literal_spaces=True)}){{e<={diffs}}}" if diffs else regex.escape(wanted))
    return [match.start() for match in pattern.finditer(text, overlapped=True)]


def _table(test: Test, page: str) -> str:
    tables = [Neighbours(grid) for grid in (*grids_of_markdown(page), *_grids_in(page))]
    if not tables:
        return "there is no table"
    places = [(table, place) for table in tables for place in table.like(test["cell"], _diffs(test))]
    if not places:
        return "there is no such cell"
    asked = [key for key in _SIDES if test.get(key)]
    missing = [
        [key for key in asked if not _SIDES[key](table, place) & table.like(test[key], _diffs(test))] for table, place in places
    ]
    return "" if [] in missing else f"{', '.join(sorted(missing, key=len)[0])}: another cell"


_CHECKS: dict[str, Callable[[Test, str], str]] = {"present": _present, "absent": _absent, "order": _order, "table": _table}


# ---- tables


class _Step(NamedTuple):
    down: int
    right: int


UP, DOWN, LEFT, RIGHT = _Step(-1, 0), _Step(1, 0), _Step(0, -1), _Step(0, 1)


class Neighbours:
    """A table whose cells know what lies beside them; a cell is told by the place where it begins."""

    def __init__(self, grid: Grid) -> None:
        self.cells = {(cell.row, cell.column): cell for cell in grid.cells}
        self.covered = {place: (cell.row, cell.column) for cell in grid.cells for place in _places(cell)}
        self.rows = 1 + max((row for row, _ in self.covered), default=0)
        self.columns = 1 + max((column for _, column in self.covered), default=0)

    def like(self, text: str, diffs: int) -> set[Place]:
        """The cells that say so."""
        wanted = plain(text)
        least = max(0.5, 1 - diffs / len(wanted))
        return {place for place, cell in self.cells.items() if fuzz.ratio(wanted, plain(cell.text)) / 100 >= least}

    def beside(self, place: Place, step: _Step) -> set[Place]:
        """The next cells on one side, in each row or column that the cell spans."""
        found = (self._next(each, place, step) for each in _places(self.cells[place]))
        return {each for each in found if each}

    def _next(self, start: Place, own: Place, step: _Step) -> Place | None:
        row, column = start[0] + step.down, start[1] + step.right
        while 0 <= row < self.rows and 0 <= column < self.columns:
            other = self.covered.get((row, column))
            if other and other != own:
                return other
            row, column = row + step.down, column + step.right
        return None

    def headings(self, place: Place, step: _Step) -> set[Place]:
        """The headings that are met on that side, or where there is none, the last cells."""
        seen, waiting = {place}, [place]
        heads, ends = set(), set()
        while waiting:
            current = waiting.pop()
            following = self.beside(current, step)
            if self.cells[current].heading:
                heads.add(current)
            if not following:
                ends.add(current)
            waiting += following - seen
            seen |= following
        return (heads - {place}) or (ends - {place})


def _places(cell: GridCell) -> Iterator[Place]:
    return (
        (row, column)
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    )


_SIDES: dict[str, Callable[[Neighbours, Place], set[Place]]] = {
    "up": lambda table, place: table.beside(place, UP),
    "down": lambda table, place: table.beside(place, DOWN),
    "left": lambda table, place: table.beside(place, LEFT),
    "right": lambda table, place: table.beside(place, RIGHT),
    "top_heading": lambda table, place: table.headings(place, UP),
    "left_heading": lambda table, place: table.headings(place, LEFT),
}


def grids_of_markdown(page: str) -> list[Grid]:
    """The tables drawn with pipes, at least two lines each; their first row and column are headings."""
    runs: list[list[str]] = [[]]
    for line in page.strip().split("\n"):
        if "|" in line:
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    return [_drawn(run) for run in runs if len(run) > 1]


def _drawn(lines: Iterable[str]) -> Grid:
    rows = [_split(line) for line in lines if set(line) - set("- :|")]
    cells = (GridCell(r, c, text, heading=r == 0 or c == 0) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Grid(tuple(cells))


def _split(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.split("|")]
    return cells[not cells[0] : len(cells) - (not cells[-1])]


def _grids_in(page: str) -> list[Grid]:
    return [grid for table in re.findall(r"<table\b.*?</table>", page, re.DOTALL) for grid in grids_of_html(table)]


# ---- the run


def markdown_pages(path: Path, keep: Path | None, load: Callable[[Path], Document]) -> dict[int, str]:
    """Each page as Markdown; read anew only where it is not kept."""
    kept = keep / f"{path.stem}.json" if keep else None
    if kept and kept.is_file():
        return {int(number): text for number, text in json.loads(kept.read_text(encoding="utf-8")).items()}
    try:
        document = load(path)
    except UncialError as error:
        print(f"{path.name}: {error.message}", file=sys.stderr)
        return {}
    pages = {page.number: write(replace(document, pages=(page,)), "md").decode("utf-8") for page in document.pages}
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(pages, ensure_ascii=False), encoding="utf-8")
    return pages


def run(data: Path, keep: Path | None, options: Options, limit: int | None) -> list[Outcome]:
    """Every test of every file."""
    engine = load_engine(options.engine)
    folder = data / SET
    outcomes = []
    for record in labels(folder)[:limit]:
        pages = markdown_pages(folder / record["file"], keep, lambda path: read(path, options, engine=engine))
        tests = [test for test in record["olmocr_tests"] if test["type"] != LEFT_OUT]
        outcomes += [Outcome(Path(record["file"]).name, test, failure(test, pages.get(test["page"], ""))) for test in tests]
    return outcomes


def report(outcomes: Sequence[Outcome]) -> str:
    """How many of each kind pass."""
    tried, passed = Counter(each.kind for each in outcomes), Counter(each.kind for each in outcomes if not each.reason)
    rows = [[kind, str(tried[kind]), str(passed[kind]), f"{passed[kind] / tried[kind]:.3f}"] for kind in _CHECKS if tried[kind]]
    whole = ["all", str(tried.total()), str(passed.total()), f"{passed.total() / max(1, tried.total()):.3f}"]
    return markdown(["test", "tried", "passed", "share"], [*rows, whole])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--keep", type=Path, help="a folder outside the project for the Markdown; pages in it are not read again")
    parser.add_argument("--limit", type=int, help="only the first so many files")
    parser.add_argument("--pdf-text", default="auto", help="as the command has it (default: %(default)s)")
    parser.add_argument("--failures", action="store_true", help="tell each test that fails, with its text")
    parser.add_argument("-o", "--out", type=Path, help="the result, without a suffix")
    given = parser.parse_args()
    outcomes = run(given.data, given.keep, Options(pdf_text=given.pdf_text), given.limit)
    print(report(outcomes))
    for each in (each for each in outcomes if each.reason and given.failures):
        asked = {key: value for key, value in each.test.items() if key not in ("pdf", "id", "checked", "url", "type")}
        print(f"{each.file}: {each.kind}: {each.reason}: {asked}")
    if given.out:
        told = f"{machine()}\n\nTests of olmOCR-bench that do not ask for formulas, on Uncial's Markdown.\n\n{report(outcomes)}\n"
        given.out.with_suffix(".md").write_text(told, encoding="utf-8")
        ids = [{"id": each.test["id"], "type": each.kind, "passed": not each.reason, "reason": each.reason} for each in outcomes]
        given.out.with_suffix(".json").write_text(json.dumps(ids, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
