"""Run Uncial and its peers on the same images, page by page in turn, and write the table.

`python benchmarks/compare.py DATA --peer-python PEERS/bin/python --keep TEXTS -o benchmarks/results/NAME` writes NAME.md and
NAME.json; docs/accuracy.md says how to make the peers' environment. With `--again` nothing is run: what `--keep` holds is scored.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from peers import SYSTEMS, System, start

from uncial.evaluate import DataSet, Piece, Reading, Record, Report, SetScore, find_sets, score
from uncial.evaluate.report import markdown
from uncial.evaluate.run import scored
from uncial.geometry import Box

SETS = (
    "a_unlv_isri_3B", "a_oldbooks_otsu", "a_fondue_en_print", "a_scribe_modern_pages",
    "b_sroie_receipts", "e_ehri_typewritten", "e_fondue_es_print",
)  # fmt: skip


class Kept:
    """The systems' answers, a file each, so that they can be scored again without being run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, system: str, part: DataSet, record: Record) -> Path:
        """Where one answer is kept."""
        return self.folder / system / part.name / f"{Path(record.file).name}.json"

    def write(self, system: str, part: DataSet, record: Record, answer: dict[str, Any]) -> None:
        """Keep one answer."""
        path = self.path(system, part, record)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")

    def read(self, system: str, part: DataSet, record: Record) -> dict[str, Any] | None:
        """One answer, or None where the system was never run on that image."""
        path = self.path(system, part, record)
        answer: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        return answer


def run(systems: Sequence[System], sets: Sequence[DataSet], kept: Kept) -> None:
    """Let every system read every image; who begins changes from image to image."""
    turn = 0
    for part in sets:
        for record in part.records:
            for system in (*systems[turn:], *systems[:turn]):
                answer, seconds = system.read(record.path, record.languages)
                about = {"seconds": seconds, "version": system.version, "load_seconds": system.load_seconds}
                kept.write(system.name, part, record, answer | about)
            turn = (turn + 1) % len(systems)
            print(f"{part.name}/{record.file}", file=sys.stderr, flush=True)


def report(name: str, sets: Sequence[DataSet], kept: Kept) -> Report:
    """One system's scores, from what was kept."""
    results, version, load_seconds = [], "", 0.0
    for part in sets:
        pages = []
        for record in part.records:
            answer = kept.read(name, part, record)
            if answer is None:
                raise SystemExit(f"{name} has not read {part.name}/{record.file}; run without --again.")
            version, load_seconds = answer["version"], answer["load_seconds"]
            pages.append(score(record, reading_of(answer, record), answer["seconds"], part.profile))
        results.append(scored(part, pages))
    return Report(name, version, load_seconds, tuple(results))


def reading_of(answer: dict[str, Any], record: Record) -> Reading:
    """A system's text as it gives it; its boxes count only where the label has places that do not."""
    if "error" in answer:
        return Reading(code=answer["code"], message=answer["error"])
    if not record.ignored_boxes or not answer["lines"]:
        return Reading.of_text(answer["text"])
    return Reading(tuple((Piece(line["text"], Box(*line["box"]).center),) for line in answer["lines"]))


def tables(reports: Sequence[Report]) -> str:
    """What each system made of each set, and what they took together."""
    columns = ["set", *(f"{each.engine} {each.version}" for each in reports)]
    rows = [[name, *(cells(part) for part in parts)] for name, parts in by_set(reports)]
    cells_total = [f"{total(each):.1f} s" for each in reports]
    first = total(reports[0])
    ratios = [f"{total(each) / first:.2f}" for each in reports]
    rows += [["all pages", *cells_total], [f"times {reports[0].engine}", *ratios]]
    failures = [
        f"- {each.engine}: {name}/{page.file}: {page.code}: {page.message}" for each in reports for name, page in each.failed
    ]
    detail = [each.table() for each in reports]
    return "\n".join([markdown(columns, rows), "", *failures, "", *detail])


def by_set(reports: Sequence[Report]) -> Iterable[tuple[str, tuple[SetScore, ...]]]:
    """The sets, each with its scores in the order of the reports."""
    for parts in zip(*(each.sets for each in reports), strict=True):
        yield f"{parts[0].name} ({len(parts[0].pages)})", parts


def cells(part: SetScore) -> str:
    """CER · CER with the lines in the label's order · word F1 (or recall) · seconds an image."""
    known = part.summary()
    cer = "–" if known["cer"] is None else f"{known['cer']:.3f} ({known['cer_in_order']:.3f})"
    words = known["word_recall"] if known["word_f1"] is None else known["word_f1"]
    return f"{cer} · {'–' if words is None else f'{words:.3f}'} · {known['seconds_per_image']:.2f}"


def total(report: Report) -> float:
    """Seconds for all images."""
    return sum(part.seconds for part in report.sets)


def write(reports: Sequence[Report], out: Path) -> None:
    """The Markdown table beside the JSON of every page; neither holds any text."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    meaning = "In each cell: CER (CER with the lines in the label's order) · word F1 · seconds an image."
    out.parent.mkdir(parents=True, exist_ok=True)
    out.with_suffix(".md").write_text(f"Measured on {date.today()}: {machine}. {meaning}\n\n{tables(reports)}", encoding="utf-8")
    whole = [json.loads(each.to_json()) for each in reports]
    out.with_suffix(".json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def chosen_sets(data: Path, names: Sequence[str], limits: Sequence[str]) -> list[DataSet]:
    """The sets of those names, each cut to its limit: `5` for all of them, `NAME=12` for one."""
    cut = {name or "": int(number) for name, _, number in (limit.rpartition("=") for limit in limits)}
    found = find_sets(data / name for name in names)
    return [replace(part, records=part.records[: cut.get(part.name, cut.get(""))]) for part in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="which, and in which column (default: %(default)s)")
    parser.add_argument("--sets", default=",".join(SETS), help="names of sets in the folder (default: %(default)s)")
    parser.add_argument(
        "--limit", action="append", default=[], metavar="[SET=]N", help="only the first N images of each set, or of one"
    )
    parser.add_argument("--peer-python", default=sys.executable, help="the interpreter that has the peers installed")
    parser.add_argument("--keep", type=Path, required=True, help="a folder outside the project for the systems' texts")
    parser.add_argument("--again", action="store_true", help="run nothing; score what was kept")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the result, without a suffix")
    given = parser.parse_args()
    names, kept = given.systems.split(","), Kept(given.keep)
    sets = chosen_sets(given.data, given.sets.split(","), given.limit)
    if not given.again:
        systems = [start(name, sys.executable if name == "uncial" else given.peer_python) for name in names]
        try:
            run(systems, sets, kept)
        finally:
            for system in systems:
                system.close()
    reports = [report(name, sets, kept) for name in names]
    write(reports, given.out)
    print(tables(reports))


if __name__ == "__main__":
    main()
