"""How many fields of tickets and boarding passes are found. The tickets are synthetic: no public set of them is to be had.

Read as any other image:                 python benchmarks/tickets.py [--samples N] [--seed SEED] [--mistakes]
The drawn text in place of reading:      python benchmarks/tickets.py --text
Only at the end, on what nobody saw too: python benchmarks/tickets.py --all -o benchmarks/results/tickets.md

tests/ticket_press prints them. Seeds below 1000 and 15 layouts are to work with; with --judge the words are others, and nine
layouts more come in that nobody saw who wrote rules. Whoever writes rules looks at figures and mistakes, not at the generator.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from PIL import Image

from ticket_press import DEV, FIRST_JUDGED, JUDGE, Sample, generate
from uncial import Options, load_engine, read
from uncial.engines import Engine
from uncial.evaluate.field_profiles import FieldProfile
from uncial.evaluate.fields import Extracted, FieldRecord, FieldScore, Found, Outcome, Tally, extracted, judged
from uncial.evaluate.report import markdown
from uncial.fields.names import NAMES

ROOT = Path(__file__).parent.parent
COLUMNS = ("", "tickets", "kind", "labelled", "given", "precision", "recall", "F1")


@dataclass(frozen=True)
class Judged:
    """One ticket, and what was made of it."""

    sample: Sample
    kind: str
    outcomes: tuple[Outcome, ...]


def main() -> None:
    """Measure, and print the tables."""
    given = _arguments().parse_args()
    ways = [(judge, text) for judge in (False, True) for text in (True, False)] if given.all else [(given.judge, given.text)]
    engine = load_engine("auto") if any(not text for _, text in ways) else None
    told, mistakes = ["# Tickets and boarding passes", _SYNTHETIC], list[str]()
    for judge, text in ways:
        every = _measured(given, judge, None if text else engine)
        told.append(_report(every, _title(given.samples, judge, text), judge=judge))
        mistakes += _mistakes(every) if given.mistakes else []
    if given.out:
        given.out.write_text("\n\n".join(told) + "\n", encoding="utf-8")
    print("\n\n".join(told), "", *mistakes, sep="\n")


def _measured(given: argparse.Namespace, judge: bool, engine: Engine | None) -> list[Judged]:
    layouts = given.layouts or list(JUDGE if judge else DEV)
    first = given.seed + (FIRST_JUDGED if judge else 0)
    samples = (generate(seed, layout) for layout in layouts for seed in range(first, first + given.samples))
    return [_judge(sample, engine) for sample in samples]


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=5, help="of each layout")
    parser.add_argument("--seed", type=int, default=0, help="of the first one")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--ocr", action="store_true", help="render, wear, read, extract: the default")
    way.add_argument("--text", action="store_true", help="take the drawn text and the true barcodes: the rules alone")
    parser.add_argument("--judge", action="store_true", help="all layouts, other words, seeds that nobody looked at")
    parser.add_argument("--all", action="store_true", help="both ways, to work with and to judge by")
    parser.add_argument("--layouts", nargs="+", metavar="NAME", choices=[*JUDGE], help="only these")
    parser.add_argument("--mistakes", action="store_true", help="tell each field that is not right")
    parser.add_argument("-o", "--out", type=Path, help="write the tables there too")
    return parser


# ---- one ticket


def _judge(sample: Sample, engine: Engine | None) -> Judged:
    kind, found, _ = extracted(sample.document()) if engine is None else _read(sample, engine)
    return Judged(sample, kind, outcomes_of(sample, found))


def _read(sample: Sample, engine: Engine) -> Extracted:
    file = BytesIO()
    Image.fromarray(sample.image).save(file, "PNG")
    return extracted(read(file.getvalue(), Options(barcodes=True), engine=engine))


def outcomes_of(sample: Sample, found: Found) -> tuple[Outcome, ...]:
    """What became of each field that a ticket of its kind can have, but for those of which nobody can say what is true."""
    names = [name for name in NAMES[sample.kind] if name not in sample.open]
    profile = FieldProfile({name: (name,) for name in names}, closed=True, kind=sample.kind)
    record = FieldRecord(f"{sample.layout} {sample.seed}", Path(), sample.truth, sample.kind)
    return judged(record, found, profile)


# ---- tables


def _title(samples: int, judge: bool, text: bool) -> str:
    part = "To judge by" if judge else "To work with"
    way = "the drawn text and the true barcodes" if text else "rendered, worn, read with the default engine"
    return f"## {part}: {way}\n\n{samples} of each layout, {date.today()}."


def _report(every: Sequence[Judged], title: str, *, judge: bool) -> str:
    layouts = dict.fromkeys(each.sample.layout for each in every)
    rows = [_row(name, [each for each in every if each.sample.layout == name]) for name in layouts]
    groups = {name: [each for each in every if (each.sample.layout in DEV) == known] for name, known in _GROUPS} if judge else {}
    rows += [_row(f"**{name}**", part) for name, part in groups.items() if part] + [_row("**all**", every)]
    fields = FieldScore("fields", tuple(outcome for each in every for outcome in each.outcomes)).table()
    return "\n\n".join([title, markdown(COLUMNS, rows), fields])


_GROUPS = (("layouts to work with, other words", True), ("layouts that nobody saw", False))
_SYNTHETIC = (
    "These tickets are synthetic: no public set is to be had, so tests/ticket_press prints them, in layouts and words of\n"
    "their own. The rules were worked on with the first of them in sight, never with those to judge. Carriers\n"
    "and people are made up, stations and airports real. Real tickets are more various."
)


def _row(name: str, part: Sequence[Judged]) -> list[str]:
    tally = Tally.of(outcome for each in part for outcome in each.outcomes)
    kinds = sum(each.kind == each.sample.kind for each in part)
    shares = (f"{share:.3f}" for share in (tally.precision, tally.recall, tally.f1))
    return [name, str(len(part)), f"{kinds / len(part):.2f}", str(tally.labelled), str(tally.given), *shares]


def _mistakes(every: Sequence[Judged]) -> Iterator[str]:
    for each in every:
        told = FieldScore("", each.outcomes, ((f"{each.sample.layout} {each.sample.seed}", each.sample.kind, each.kind),))
        yield from told.mistakes()


if __name__ == "__main__":
    main()
