"""Run Uncial and its peers on the same images, page by page in turn, and write the table.

`python benchmarks/compare.py DATA --peer-python PEERS/bin/python --keep TEXTS -o benchmarks/results/NAME --doc docs/accuracy.md`
writes NAME.md and NAME.json and the measured part of docs/accuracy.md, which says how to make the peers' environment. What was
read is kept page by page: `--resume` runs only what is missing, and `--again` runs nothing and scores what there is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from peers import SYSTEMS, System, start
from tables import check_doc, machine, tables, write_docs
from worst import write_worst

from uncial.evaluate import DataSet, Piece, Reading, Record, Report, find_sets, score
from uncial.evaluate.run import scored
from uncial.geometry import Box

SETS = (
    "a_unlv_isri_3B", "a_oldbooks_otsu", "a_fondue_en_print", "a_uw3_lines", "a_misc_pages", "a_scribe_modern_pages",
    "b_sroie_receipts", "c_icdar2015_words", "c_icdar2015_scene",
    "d_copiste_fr_handwriting", "d_dhsd_de_words", "d_hooker_en_handwriting", "d_poilus_fr_handwriting",
    "e_ehri_typewritten", "e_fondue_es_print", "e_fondue_it_print", "e_tapuscorpus_fr_typewritten",
    "e_archiscribe_de_fraktur_lines", "e_ocrd_de_fraktur_lines", "e_omnidocbench_demo",
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


def run(systems: Sequence[System], sets: Sequence[DataSet], kept: Kept, *, resume: bool = False) -> None:
    """Let every system read every image; who begins changes from image to image."""
    turn = 0
    for part in sets:
        for record in part.records:
            for system in (*systems[turn:], *systems[:turn]):
                if resume and kept.read(system.name, part, record):
                    continue
                answer, seconds = system.read(record.path, record.languages, fraktur="fraktur" in part.name)
                about = {"seconds": seconds, "version": system.version, "load_seconds": system.load_seconds}
                kept.write(system.name, part, record, answer | about)
            turn = (turn + 1) % len(systems)
            print(f"{part.name}/{record.file}", file=sys.stderr, flush=True)


def read_by_all(names: Sequence[str], sets: Sequence[DataSet], kept: Kept) -> list[DataSet]:
    """The sets with those images alone that every system has read; what is left out is told."""
    common = [
        replace(part, records=tuple(each for each in part.records if all(kept.read(name, part, each) for name in names)))
        for part in sets
    ]
    for before, after in zip(sets, common, strict=True):
        if len(after.records) < len(before.records):
            print(f"{before.name}: only {len(after.records)} of {len(before.records)} images were read by all", file=sys.stderr)
    return [part for part in common if part.records]


def report(name: str, sets: Sequence[DataSet], kept: Kept) -> Report:
    """One system's scores, from what was kept."""
    results, version, load_seconds = [], "", 0.0
    for part in sets:
        pages = []
        for record in part.records:
            answer = kept.read(name, part, record)
            assert answer is not None
            version, load_seconds = answer["version"], answer["load_seconds"]
            pages.append(score(record, reading_of(answer, record), answer["seconds"], part.profile))
        results.append(scored(part, pages))
    return Report(name, version, load_seconds, tuple(results))


def reading_of(answer: dict[str, Any], record: Record) -> Reading:
    """A system's text as it gives it; its boxes count only where the label has places that do not."""
    if "error" in answer:
        return Reading(code=answer["code"], message=answer["error"])
    if all("words" in line for line in answer["lines"]) and answer["lines"]:
        return Reading(tuple(tuple(_piece(*word) for word in line["words"]) for line in answer["lines"]))
    if not record.ignored_boxes or not answer["lines"]:
        return Reading.of_text(answer["text"])
    return Reading(tuple((Piece(line["text"], Box(*line["box"]).center),) for line in answer["lines"]))


def _piece(text: str, box: Sequence[float], confidence: float | None) -> Piece:
    return Piece(text, Box(*box).center, confidence)


def write(reports: Sequence[Report], out: Path) -> None:
    """The Markdown table beside the JSON of every page; neither holds any text."""
    meaning = "In each cell: CER (CER with the lines in the label's order) · word F1 · seconds an image."
    out.parent.mkdir(parents=True, exist_ok=True)
    out.with_suffix(".md").write_text(f"{machine()} {meaning}\n\n{tables(reports)}", encoding="utf-8")
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
    parser.add_argument("--resume", action="store_true", help="run only what --keep does not hold yet")
    parser.add_argument("--again", action="store_true", help="run nothing; score what was kept")
    parser.add_argument("--doc", type=Path, help="the page whose measured part is written, with its pictures beside it")
    parser.add_argument("--failures", type=Path, help="a folder outside the project for a page of the worst lines")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the result, without a suffix")
    given = parser.parse_args()
    names, kept = given.systems.split(","), Kept(given.keep)
    sets = chosen_sets(given.data, given.sets.split(","), given.limit)
    if given.doc:
        check_doc(given.doc)
    if not given.again:
        run_all(names, given.peer_python, sets, kept, resume=given.resume)
    sets = read_by_all(names, sets, kept)
    if not sets:
        raise SystemExit("There is no image that all of these systems have read.")
    reports = [report(name, sets, kept) for name in names]
    write(reports, given.out)
    print(tables(reports))
    if given.doc:
        write_docs(reports, given.doc)
    if given.failures:
        write_worst(sets, names, kept.read, given.failures)


def run_all(names: Sequence[str], peer_python: str, sets: Sequence[DataSet], kept: Kept, *, resume: bool) -> None:
    """Start the systems, run them, and end them whatever happens."""
    systems: list[System] = []
    try:
        systems += [start(name, sys.executable if name.startswith("uncial") else peer_python) for name in names]
        run(systems, sets, kept, resume=resume)
    finally:
        for system in systems:
            system.close()


if __name__ == "__main__":
    main()
