"""Find the tables of labelled pages with Uncial and its peers, and write how much of them is right.

`python benchmarks/table_cells.py DATA --peer-python PEERS/bin/python --keep FOLDER -o benchmarks/results/tables`
writes tables.md and tables.json. Three routes, each with the systems that can go it:

- pdf: the PDFs of h_icdar2013_tables_pdf as they are. Scored by cell adjacency (uncial/evaluate/tables.py) on the pages that have
  a labelled table; what is found on their other pages is told beside it.
- image: the same pages as images of 200 dots an inch, drawn by PDFium into the folder, with their text read by OCR.
- pubtabnet: the table images of h_pubtabnet_examples, scored by TEDS-structure; of several tables found, the first that is best.

Tables that go on over pages are one table a page here, since that is how all of these systems give them. What was found is kept
file by file: `--resume` runs only what is missing, `--again` runs nothing and scores what there is. `--show NAME` tells which
relations of a file Uncial, or another `--systems`, misses or invents.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import pypdfium2
from peers import System, start
from table_finders import FINDERS
from tables import machine

from uncial.evaluate.metrics import Hits
from uncial.evaluate.report import markdown
from uncial.evaluate.tables import Grid, GridCell, Relation, adjacency, forgiven, grids_of_html, together
from uncial.evaluate.teds import teds

DPI = 200
PDFS, CROPS = "h_icdar2013_tables_pdf", "h_pubtabnet_examples"
READ_IMAGES = ("uncial", "img2table", "img2table-borderless")
"""The systems that take an image."""

Pages = dict[int, list[Grid]]
"""The tables of each page, by its number."""


@dataclass(frozen=True)
class Sample:
    """One file that the systems see, and the tables that are in it."""

    path: Path
    true: Pages

    @property
    def name(self) -> str:
        """How it is called where it is kept and told."""
        return self.path.stem


@dataclass(frozen=True)
class Route:
    """One way of giving the tables to the systems that can go it."""

    name: str
    systems: tuple[str, ...]
    samples: tuple[Sample, ...]
    trees: bool = False
    """Whether each file is one table, which is compared as a tree too."""


# ---- what is true


def true_pages(tables: Iterable[dict[str, Any]]) -> Pages:
    """A label's tables, page by page. Regions of one table on one page are put together by their increments."""
    pages: Pages = {}
    for table in tables:
        by_page: dict[int, list[GridCell]] = {}
        for region in table["regions"]:
            moved = (_true_cell(cell, region) for cell in region["cells"])
            by_page.setdefault(region["page"], []).extend(moved)
        for page, cells in by_page.items():
            pages.setdefault(page, []).append(Grid(tuple(cells)))
    return pages


def _true_cell(cell: dict[str, Any], region: dict[str, Any]) -> GridCell:
    row, column = cell["row"] + region["row_increment"], cell["col"] + region["col_increment"]
    rows, columns = cell["end_row"] - cell["row"] + 1, cell["end_col"] - cell["col"] + 1
    return GridCell(row, column, cell["text"], rows, columns)


def labels(folder: Path) -> list[dict[str, Any]]:
    """The records of a set."""
    return [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").split("\n") if line.strip()]


def routes(data: Path, names: Sequence[str], pictures: Path, limit: int | None) -> list[Route]:
    """The ways to go, each with its files."""
    made: dict[str, Callable[[], Route]] = {
        "pdf": lambda: Route("pdf", tuple(FINDERS), tuple(_pdfs(data, limit))),
        "image": lambda: Route("image", READ_IMAGES, tuple(_images(_pdfs(data, limit), pictures))),
        "pubtabnet": lambda: Route("pubtabnet", READ_IMAGES, tuple(_crops(data, limit)), trees=True),
    }
    return [made[name]() for name in names]


def _pdfs(data: Path, limit: int | None) -> list[Sample]:
    folder = data / PDFS
    return [Sample(folder / record["file"], true_pages(record["tables"])) for record in labels(folder)[:limit]]


def _images(pdfs: Iterable[Sample], folder: Path) -> Iterable[Sample]:
    """Each page that has a table, drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    for sample in pdfs:
        for number, grids in sorted(sample.true.items()):
            path = folder / f"{sample.name}-{number}.png"
            if not path.is_file():
                _draw(sample.path, number, path)
            yield Sample(path, {1: grids})


def _draw(pdf: Path, number: int, path: Path) -> None:
    with pypdfium2.PdfDocument(pdf) as document:
        document[number - 1].render(scale=DPI / 72).to_pil().save(path, dpi=(DPI, DPI))


def _crops(data: Path, limit: int | None) -> Iterable[Sample]:
    folder = data / CROPS
    for record in labels(folder)[:limit]:
        yield Sample(folder / record["file"], {1: grids_of_html(record["table_html"])})


# ---- what is found


class Kept:
    """What the systems found, a file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, route: str, system: str, name: str) -> Path:
        """Where one answer is kept."""
        return self.folder / route / system / f"{name}.json"

    def write(self, route: str, system: str, name: str, answer: dict[str, Any]) -> None:
        """Keep one answer."""
        path = self.path(route, system, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")

    def read(self, route: str, system: str, name: str) -> dict[str, Any] | None:
        """One answer, or None where the system has not seen that file."""
        path = self.path(route, system, name)
        answer: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        return answer


def found_pages(answer: dict[str, Any]) -> Pages:
    """The tables in an answer; a failure has none."""
    pages = answer.get("pages", {})
    return {int(number): [Grid(tuple(GridCell(*cell) for cell in table)) for table in pages[number]] for number in pages}


def run(ways: Sequence[Route], wanted: Sequence[str], peer_python: str, kept: Kept, *, resume: bool) -> None:
    """Let every system see every file of its routes."""
    for name in wanted:
        system = start(
            name, sys.executable if name.startswith("uncial") else peer_python, Path(__file__).parent / "table_finders.py"
        )
        try:
            for route in ways:
                if name in route.systems:
                    _run(system, route, kept, resume=resume)
        finally:
            system.close()


def _run(system: System, route: Route, kept: Kept, *, resume: bool) -> None:
    for sample in route.samples:
        if not (resume and kept.read(route.name, system.name, sample.name)):
            answer, seconds = system.read(sample.path, ["en"])
            kept.write(route.name, system.name, sample.name, answer | {"seconds": seconds, "version": system.version})
            print(f"{route.name} {system.name} {sample.name}", file=sys.stderr, flush=True)


# ---- how much of it is right


@dataclass(frozen=True)
class Score:
    """One system on one route."""

    system: str
    version: str
    adjacency: dict[str, Hits]
    """By file; each page with a labelled table."""
    forgiven: dict[str, Hits]
    """The same where misread texts that are 80 % like the true ones do not count."""
    structure: dict[str, float]
    """TEDS-structure by file, where a file is one table."""
    text: dict[str, float]
    """TEDS by file, where a file is one table."""
    spurious: int
    """Tables found on pages that have none."""
    failures: tuple[str, ...]

    @property
    def whole(self) -> Hits:
        """All relations of all files."""
        return together(self.adjacency.values())


def score(route: Route, system: str, kept: Kept) -> Score:
    """What the system found on that route, compared with what is true."""
    answers = {sample.name: kept.read(route.name, system, sample.name) or {"error": "not run"} for sample in route.samples}
    found = {name: found_pages(answer) for name, answer in answers.items()}
    single = route.samples if route.trees else ()
    return Score(
        system,
        next((answer["version"] for answer in answers.values() if "version" in answer), ""),
        {each.name: file_hits(each.true, found[each.name]) for each in route.samples},
        {each.name: file_hits(each.true, mended(each.true, found[each.name])) for each in route.samples},
        {each.name: best_teds(each.true, found[each.name], structure=True) for each in single},
        {each.name: best_teds(each.true, found[each.name], structure=False) for each in single},
        sum(len(grids) for each in route.samples for page, grids in found[each.name].items() if page not in each.true),
        tuple(f"{name}: {answer['error']}" for name, answer in answers.items() if "error" in answer),
    )


def file_hits(true: Pages, found: Pages) -> Hits:
    """The relations of those pages that have a table."""
    return together(adjacency(grids, found.get(page, [])) for page, grids in true.items())


def mended(true: Pages, found: Pages) -> Pages:
    """What was found, with misread texts forgiven."""
    return {page: forgiven(true.get(page, []), grids) for page, grids in found.items()}


def best_teds(true: Pages, found: Pages, *, structure: bool) -> float:
    """How like the one true table is to the table found that is most like it."""
    ((page, (grid,)),) = true.items()
    return max((teds(grid, other, structure=structure) for other in found.get(page, [])), default=0.0)


# ---- told


def report(route: Route, scores: Sequence[Score]) -> str:
    """The table of one route."""
    tables = sum(len(grids) for sample in route.samples for grids in sample.true.values())
    head = f"## {route.name}: {len(route.samples)} files, {tables} tables\n"
    columns = [
        "system",
        "precision",
        "recall",
        "F1",
        "F1, mean of files",
        "F1, misread forgiven",
        "TEDS-structure",
        "TEDS",
        "tables elsewhere",
        "failed",
    ]
    return "\n".join([head, markdown(columns, [_told(each) for each in scores]), ""])


def _told(score: Score) -> list[str]:
    whole = score.whole
    figures = [
        whole.precision,
        whole.recall,
        whole.f1,
        mean(each.f1 for each in score.adjacency.values()),
        together(score.forgiven.values()).f1,
    ]
    likeness = [mean(each.values()) if each else None for each in (score.structure, score.text)]
    told = ["–" if value is None else f"{value:.3f}" for value in (*figures, *likeness)]
    return [f"{score.system} {score.version}".strip(), *told, str(score.spurious), str(len(score.failures))]


def as_json(route: Route, score: Score) -> dict[str, Any]:
    """The figures of every file; no text of any."""
    files: dict[str, dict[str, float]] = {
        name: {"relations": hits.expected, "found": hits.given, "right": hits.hits, "f1": round(hits.f1, 4)}
        for name, hits in score.adjacency.items()
    }
    forgiving = {name: hits.f1 for name, hits in score.forgiven.items()}
    for key, values in (("f1_forgiven", forgiving), ("teds_structure", score.structure), ("teds", score.text)):
        for name, value in values.items():
            files[name][key] = round(value, 4)
    known = {"route": route.name, "system": score.system, "version": score.version, "f1": round(score.whole.f1, 4)}
    return {**known, "tables_elsewhere": score.spurious, "failures": len(score.failures), "files": files}


def differences(sample: Sample, found: Pages) -> str:
    """Which relations of a file are missing (-) and which are invented (+), page by page."""
    lines = []
    for page, grids in sample.true.items():
        others = found.get(page, [])
        wanted, given = (sum((grid.relations for grid in many), start=Counter[Relation]()) for many in (grids, others))
        lines.append(f"page {page}: {len(grids)} tables, {len(others)} found")
        lines += [f"  - {relation}" for relation in (wanted - given).elements()]
        lines += [f"  + {relation}" for relation in (given - wanted).elements()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--routes", default="pdf,image,pubtabnet", help="which (default: %(default)s)")
    parser.add_argument("--systems", default=",".join(FINDERS), help="which (default: %(default)s)")
    parser.add_argument("--limit", type=int, help="only the first so many files of each set")
    parser.add_argument("--peer-python", default=sys.executable, help="the interpreter that has the peers installed")
    parser.add_argument("--keep", type=Path, required=True, help="a folder outside the project for pages and tables")
    parser.add_argument("--resume", action="store_true", help="run only what --keep does not hold yet")
    parser.add_argument("--again", action="store_true", help="run nothing; score what was kept")
    parser.add_argument("--show", metavar="NAME", help="tell the differences of one file, and write nothing")
    parser.add_argument("-o", "--out", type=Path, help="the result, without a suffix")
    given = parser.parse_args()
    systems, kept = given.systems.split(","), Kept(given.keep)
    ways = routes(given.data, given.routes.split(","), given.keep / "pages", given.limit)
    if given.show:
        show(ways, systems, kept, given.show)
        return
    if not given.again:
        run(ways, systems, given.peer_python, kept, resume=given.resume)
    scores = [(route, [score(route, name, kept) for name in systems if name in route.systems]) for route in ways]
    told = "\n".join(report(route, parts) for route, parts in scores)
    print(told)
    for failure in (f"{each.system} {failure}" for _, parts in scores for each in parts for failure in each.failures):
        print(failure, file=sys.stderr)
    if given.out:
        write(scores, told, given.out)


def write(scores: Sequence[tuple[Route, Sequence[Score]]], told: str, out: Path) -> None:
    """The Markdown table beside the JSON of every file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.with_suffix(".md").write_text(f"{machine()}\n\n{told}", encoding="utf-8")
    whole = [as_json(route, each) for route, parts in scores for each in parts]
    out.with_suffix(".json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def show(ways: Sequence[Route], systems: Sequence[str], kept: Kept, name: str) -> None:
    """Print the differences of the files whose names begin so."""
    for route in ways:
        for sample in (each for each in route.samples if each.name.startswith(name)):
            for system in (each for each in systems if kept.read(route.name, each, sample.name)):
                answer = kept.read(route.name, system, sample.name)
                print(f"# {route.name} {system} {sample.name}\n{differences(sample, found_pages(answer or {}))}")


if __name__ == "__main__":
    main()
