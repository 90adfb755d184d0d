"""Teach a recogniser half of the old print lines as a user would, and measure what it learned and what it forgot.

`python benchmarks/finetune.py DATA` takes the lines of e_archiscribe_de_fraktur_lines, writes every other one into a folder, runs
`uncial train tune` with it, and reads the rest, and clean print and receipts, with the weights from before and after. This is a
measurement: the lines and the weights stay under build/ and go nowhere else.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
from line_sets import Cut, Scores, cuts_of, labelled, lines_judged

from uncial.evaluate.profiles import profile_for
from uncial.evaluate.report import markdown
from uncial.train.judge import figures, judged, recogniser_for

LEARNED = "e_archiscribe_de_fraktur_lines"
KEPT = ("a_uw3_lines", "b_sroie_receipts")
LEARN, FORGET, MINUTES = 1 / 3, 0.002, 20.0
"""The bars: so much of the errors goes on what is learned, so many more come on the rest, in less than so many minutes."""
JUDGED = f"{LEARNED}, judged half"


def halves(folder: Path) -> tuple[list[Cut], list[Cut]]:
    """The lines to learn, and those to judge with: every other one."""
    cuts = list(cuts_of(folder))
    return cuts[::2], cuts[1::2]


def write_folder(cuts: Sequence[Cut], folder: Path) -> None:
    """These lines as a user has them: `NAME.png` and `NAME.gt.txt`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, cut in enumerate(cuts):
        shutil.copyfile(cut.path, folder / f"{number:03}{cut.path.suffix}")
        (folder / f"{number:03}.gt.txt").write_text(cut.text + "\n", encoding="utf-8")


def tune(folder: Path, weights: Path, minutes: float, more: Sequence[str]) -> float:
    """Run the command with nothing made before, and say how many minutes it took, from its start to the weights on disk."""
    run = weights.with_name("run")
    shutil.rmtree(run, ignore_errors=True)
    weights.unlink(missing_ok=True)
    command = [sys.executable, "-m", "uncial", "train", "tune", str(folder), "-o", str(weights), "--run", str(run)]
    command += ["--minutes", str(minutes)]
    began = time.perf_counter()
    subprocess.run([*command, "--anyway", *more], check=False)  # its status tells whether it thinks that it helped
    if not weights.is_file():
        raise SystemExit("No weights came of it.")
    return (time.perf_counter() - began) / 60


def compared(data: Path, judge: Sequence[Cut], base: str, weights: Path, limit: int | None) -> dict[str, Scores]:
    """What both weights make of the judged lines and of what must not be forgotten, side by side."""
    both = {"before": recogniser_for(base), "after": recogniser_for(weights)}
    sets = {JUDGED: judged(both, labelled(judge, LEARNED), profile_for(data / LEARNED)).all}
    return sets | {name: lines_judged(both, data / name, limit) for name in KEPT}


def verdicts(sets: Mapping[str, Scores], minutes: float | None) -> Iterator[tuple[str, bool]]:
    """Each bar in words, and whether it is met."""
    before, after = sets[JUDGED]["before"].cer, sets[JUDGED]["after"].cer
    yield f"{1 - after / before:.0%} fewer errors on the judged half (at least {LEARN:.0%})", after <= before * (1 - LEARN)
    for name in KEPT:
        risen = sets[name]["after"].cer - sets[name]["before"].cer
        yield f"{name}: {risen:+.4f} (at most +{FORGET})", risen <= FORGET
    if minutes is not None:
        yield f"{minutes:.1f} minutes (less than {MINUTES:g})", minutes < MINUTES


def table(sets: Mapping[str, Scores]) -> str:
    """A row for each set."""
    rows = [
        [name, str(both["before"].lines), *(f"{both[when].cer:.4f}" for when in ("before", "after"))]
        for name, both in sets.items()
    ]
    return markdown(["set", "lines", "CER before", "CER after"], rows)


def as_json(sets: Mapping[str, Scores], minutes: float | None) -> dict[str, Any]:
    """Every figure, and each verdict."""
    told = {name: {when: figures(score) for when, score in both.items()} for name, both in sets.items()}
    return {"minutes": minutes, "sets": told, "bars": dict(verdicts(sets, minutes))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the sets")
    parser.add_argument("--build", type=Path, default=Path("build/finetune"), help="a folder for what is made (%(default)s)")
    parser.add_argument("--minutes", type=float, default=18.0, help="how long it may learn (default: %(default)s)")
    parser.add_argument("--base", default="uncial-latin", help="the weights that it starts from (default: %(default)s)")
    parser.add_argument("--again", action="store_true", help="learn nothing; judge the weights that are there")
    parser.add_argument("--limit", type=int, help="at most so many lines of the sets that must not be forgotten")
    parser.add_argument("--json", type=Path, help="write every figure there")
    parser.add_argument("more", nargs="*", help="further options of uncial train tune, after --")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    learn, judge = halves(given.data / LEARNED)
    weights, minutes = given.build / "fraktur.onnx", None
    if not given.again:
        write_folder(learn, given.build / "lines")
        minutes = tune(given.build / "lines", weights, given.minutes, ["--base", given.base, *given.more])
    sets = compared(given.data, judge, given.base, weights, given.limit)
    print(f"{len(learn)} lines learned, {len(judge)} judged.\n\n{table(sets)}\n")
    for words, met in verdicts(sets, minutes):
        print(f"- {words}: {'met' if met else 'missed'}")
    if given.json:
        given.json.write_text(json.dumps(as_json(sets, minutes), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
