"""Run every file of a robustness folder through Uncial, and tell how each ended.

    python benchmarks/nasty.py FOLDER... [--stage pages|read|formats|http] [--pages 1-5] [--seconds 30] [--report FILE.md]

Stage `pages` draws the pages, `read` reads them, `formats` writes what was read in every format and reads it back where that can
be, each file in a process that may be killed; `http` sends them to a service that is started for it. A folder has `labels.jsonl`
with `file`, `expect` (valid, invalid, needs-password, oversize), `tag` and `group` for each file, and `text` or
`contains_ordered` where it is known what is written there. `expect` is what another reader did with the file: where we differ,
the line is marked with ≠, to be judged by a person. It exits with 1 where a file ended in a crash, a hang, an exception that is
not one of ours or an answer of 5xx, or where files that show the same scene do not come out alike.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nasty_readers import FAILURES, STAGES, Request

from uncial.cores import lent_cores

ALIKE = 12.0
"""Mean difference of two thumbnails, 0 to 255, up to which they show the same scene."""
RECALL = 0.9
"""The part of the known words that should be found."""
TITLE = "# How the robustness sets end\n\nWritten by `benchmarks/nasty.py`. A code is a refusal that says why.\n"
CODE = re.compile(r"([a-z]+(?:-[a-z]+)+): ")


@dataclass
class Tally:
    """What became of the files of one folder."""

    name: str
    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    largest: float = 0.0
    recalls: dict[str, float] = field(default_factory=dict)
    thumbnails: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    bad: int = 0

    def add(self, record: dict[str, Any], result: dict[str, Any]) -> None:
        """Count one more file."""
        self.files += 1
        self.outcomes[_kind(result)] += 1
        self.bad += result["outcome"].startswith(FAILURES)
        self.slowest = max(self.slowest, result["seconds"])
        self.largest = max(self.largest, result.get("peak", 0))
        if record.get("tag") == "exif-orientation" and result.get("thumbnail"):
            self.thumbnails.setdefault(record["group"], {})[record["file"]] = result["thumbnail"]
        if (known := _known_words(record)) and "text" in result:
            self.recalls[record["file"]] = (known & Counter(_words(result["text"], record))).total() / known.total()


def main() -> int:
    arguments = _parse_arguments()
    with STAGES[arguments.stage](arguments.stage, arguments.seconds, arguments.mebibytes, arguments.pages) as reader:
        tallies = [_run_folder(folder, reader, arguments) for folder in arguments.folders]
        if arguments.stage == "http":
            print(reader.account())
    bad = sum(tally.bad for tally in tallies)
    print(f"\n{bad} bad outcomes." if bad else "\nNo crash, no hang, no exception that is not one of ours.")
    if arguments.report:
        _write_report(arguments.report, arguments, tallies)
    return 1 if bad else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--stage", choices=STAGES, default="pages")
    parser.add_argument("--pages", default="", help="pages of each document, as 1-5; all by default")
    parser.add_argument("--seconds", type=float, default=60.0, help="for one file")
    parser.add_argument("--mebibytes", type=int, default=4096, help="address space of the process")
    parser.add_argument("--clients", type=int, default=1, help="files that are sent at the same time; more than one needs http")
    parser.add_argument("--only", default="", help="files whose name has this in it")
    parser.add_argument("--report", type=Path, metavar="FILE", help="put the counts under the stage's heading of this file")
    arguments = parser.parse_args()
    if arguments.clients > 1 and arguments.stage != "http":
        parser.error("only the service takes several files at a time")
    return arguments


def _run_folder(folder: Path, reader: Any, arguments: argparse.Namespace) -> Tally:
    records = [json.loads(line) for line in (folder / "labels.jsonl").read_text("utf-8").splitlines()]
    records = [record for record in records if arguments.only in record["file"]]
    print(f"\n{folder.name}: {len(records)} files, stage {arguments.stage}")
    print(f"{'':2}{'expect':15}{'outcome':58}{'seconds':>8}{'MiB':>7}  file")
    tally = Tally(folder.name)
    asked = [Request(folder / record["file"], record.get("lang", "en")) for record in records]
    with ThreadPoolExecutor(arguments.clients) as clients:
        for record, result in zip(records, clients.map(reader.run, asked), strict=True):
            tally.add(record, result)
            _print_line(record, result)
    for group, members in sorted(tally.thumbnails.items()):
        tally.bad += _compare(group, members)
    for file, recall in tally.recalls.items():
        print(f"{'≠' if recall < RECALL else ' '} {recall:5.0%} of the known words: {Path(file).name}")
    return tally


def _print_line(record: dict[str, Any], result: dict[str, Any]) -> None:
    refused = not result["outcome"][:1].isdigit()
    mark = "!" if result["outcome"].startswith(FAILURES) else "≠" if refused == (record["expect"] == "valid") else ""
    noise = f"  [{result['noise']} bytes on stderr]" if result.get("noise") else ""
    cost = f"{result['seconds']:8.2f}{result.get('peak', 0):7.0f}"
    print(f"{mark:2}{record['expect']:15}{result['outcome'][:57]:58}{cost}  {Path(record['file']).name}{noise}", flush=True)


def _kind(result: dict[str, Any]) -> str:
    """The outcome without what is the file's own: a code, or whether it was read."""
    outcome = result["outcome"]
    if outcome[:1].isdigit():
        read = "read, some pages failed" if "failed" in outcome else "read, no text" if result.get("text") == "" else "read"
        return read if "text" in result else "drawn"
    refused = CODE.match(outcome)
    return f"`{refused[1]}`" if refused else outcome.partition(":")[0]


def _known_words(record: dict[str, Any]) -> Counter[str]:
    known = record.get("text") or "\n".join(record.get("contains_ordered", ()))
    return Counter(_words(known, record))


def _words(text: str, record: dict[str, Any]) -> list[str]:
    """Runs of letters and digits, whatever their case; of Chinese and Japanese each letter."""
    return re.findall(r"\w" if record.get("lang", "")[:2] in ("zh", "ja") else r"\w+", text.casefold())


def _compare(group: str, members: dict[str, list[int]]) -> int:
    """How many of these pictures of one scene look unlike the first."""
    (first, reference), *others = members.items()
    unlike = 0
    for file, thumbnail in others:
        difference = sum(abs(a - b) for a, b in zip(thumbnail, reference, strict=True)) / len(reference)
        if difference > ALIKE:
            unlike += 1
            print(f"! {Path(file).name} is unlike {Path(first).name}: {difference:.1f}")
    print(f"  {group}: {len(members)} orientations, {'all alike' if not unlike else f'{unlike} unlike'}")
    return unlike


def _write_report(file: Path, arguments: argparse.Namespace, tallies: list[Tally]) -> None:
    """Put this stage's section into the file, in the place of the one that was there before."""
    heading = f"## Stage {arguments.stage}"
    old = file.read_text("utf-8") if file.exists() else TITLE
    others = [part for part in re.split(r"\n(?=## )", old.rstrip("\n")) if not part.startswith(heading)]
    pages = f", pages {arguments.pages} of each document" if arguments.pages else ""
    how = f"{date.today()}, {lent_cores()} cores; at most {arguments.seconds:g} seconds a file{pages}."
    lines = [heading, "", how, "", *_table(tallies)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([*(f"{part.rstrip()}\n" for part in others), *lines, ""]), "utf-8")


def _table(tallies: list[Tally]) -> list[str]:
    kinds = sorted({kind for tally in tallies for kind in tally.outcomes}, key=lambda kind: (kind.startswith("`"), kind))
    rows = [("files", [str(tally.files) for tally in tallies])]
    rows += [(kind, [str(tally.outcomes[kind]) for tally in tallies]) for kind in kinds]
    rows += [("**crash, hang, 5xx, uncoded**", [f"**{tally.bad}**" for tally in tallies])]
    rows += [("slowest, seconds", [f"{tally.slowest:.1f}" for tally in tallies])]
    rows += [("most memory, MiB", [f"{tally.largest:.0f}" for tally in tallies])] * any(tally.largest for tally in tallies)
    if any(tally.recalls for tally in tallies):
        found = [(sum(recall >= RECALL for recall in tally.recalls.values()), len(tally.recalls)) for tally in tallies]
        rows += [(f"at least {RECALL:.0%} of the known words", [f"{good} of {all_}" if all_ else "" for good, all_ in found])]
    head = ["| outcome |", "| :--- |"]
    named = "".join(f" {tally.name} |" for tally in tallies)
    return [head[0] + named, head[1] + " ---: |" * len(tallies), *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)]


if __name__ == "__main__":
    sys.exit(main())
