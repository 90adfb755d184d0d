"""What a comparison found: the table for people, the verdict set by set, and the part of docs/accuracy.md that is measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from charts import bars_svg

from uncial.evaluate import Report, SetScore
from uncial.evaluate.diagram import reliability_svg
from uncial.evaluate.report import markdown, reliability_table

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
"""Between these two, docs/accuracy.md is written by the program."""
TIE, SMALLEST = 0.005, 0.0005
"""Two systems are equal that differ by no more than this part of the peer's figure, or by no more than this at all."""


def machine() -> str:
    """When and on what it was measured."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system, python = f"{platform.system()} {platform.machine()}", platform.python_version()
    return f"Measured on {date.today()}: {system}, {cores} cores, Python {python}."


def tables(reports: Sequence[Report]) -> str:
    """What each system made of each set, and what they took together."""
    columns = ["set", *(f"{each.engine} {each.version}" for each in reports)]
    rows = [[name, *(cells(part) for part in parts)] for name, parts in by_set(reports)]
    rows += speed_rows(reports)
    failures = [
        f"- {each.engine}: {name}/{page.file}: {page.code}: {page.message}" for each in reports for name, page in each.failed
    ]
    detail = [each.table() for each in reports]
    verdicts = [verdict_table(reports), ""] if peers_of(reports) else []
    return "\n".join([markdown(columns, rows), "", *verdicts, *failures, "", *detail])


def by_set(reports: Sequence[Report]) -> Iterable[tuple[str, tuple[SetScore, ...]]]:
    """The sets, each with its scores in the order of the reports."""
    for parts in zip(*(each.sets for each in reports), strict=True):
        yield f"{parts[0].name} ({len(parts[0].pages)})", parts


def speed_rows(reports: Sequence[Report]) -> list[list[str]]:
    """Seconds for all pages, and how many times the first system's they are."""
    seconds = [sum(part.seconds for part in each.sets) for each in reports]
    ratios = [f"{each / seconds[0]:.2f}" if seconds[0] else "–" for each in seconds]
    return [["all pages", *(f"{each:.1f} s" for each in seconds)], [f"times {reports[0].engine}", *ratios]]


def cells(part: SetScore) -> str:
    """CER · CER with the lines in the label's order · word F1 (or recall) · seconds an image."""
    known = part.summary()
    cer = "–" if known["cer"] is None else f"{known['cer']:.3f} ({known['cer_in_order']:.3f})"
    words = known["word_recall"] if known["word_f1"] is None else known["word_f1"]
    return f"{cer} · {'–' if words is None else f'{words:.3f}'} · {known['seconds_per_image']:.2f}"


# ---- who is better


def error(part: SetScore) -> float:
    """One figure for a set, less is better: CER, or what is missing from word F1 (or recall) where CER says nothing."""
    known = part.summary()
    words = known["word_recall"] if known["word_f1"] is None else known["word_f1"]
    return float(known["cer"]) if known["cer"] is not None else 1 - (words or 0.0)


def figure(part: SetScore) -> str:
    """The same, as it is usually told: CER, or F1."""
    return f"{error(part):.3f}" if part.cer is not None else f"F1 {1 - error(part):.3f}"


def peers_of(reports: Sequence[Report]) -> list[int]:
    """Which of the systems are not Uncial."""
    return [index for index, each in enumerate(reports) if not each.engine.startswith("uncial")]


def verdict(ours: float, theirs: float) -> str:
    """Whether the first is better, equal or worse."""
    if abs(ours - theirs) <= max(TIE * theirs, SMALLEST):
        return "equal"
    return "better" if ours < theirs else "worse"


def verdict_table(reports: Sequence[Report]) -> str:
    """Each system's figure in each set, the best peer, and how Uncial with its defaults (the first system) stands to it."""
    columns = ["set (images)", *(each.engine for each in reports), "best peer", "Uncial is"]
    rows, verdicts = [], []
    for name, parts in by_set(reports):
        best = min(peers_of(reports), key=lambda index: error(parts[index]))
        verdicts.append(verdict(error(parts[0]), error(parts[best])))
        rows.append([name, *(figure(part) for part in parts), reports[best].engine, verdicts[-1]])
    counts = [f"{verdicts.count(word)} {word}" for word in ("better", "equal", "worse")]
    return markdown(columns, [*rows, *([*row, "", ""] for row in speed_rows(reports))]) + f"\n\n{', '.join(counts)}."


# ---- docs/accuracy.md


def write_docs(reports: Sequence[Report], doc: Path) -> None:
    """Put the measured tables between the two marks of the page, and the pictures beside it."""
    pictures = doc.parent / "pictures"
    pictures.mkdir(exist_ok=True)
    rows = [(name, tuple(error(part) for part in parts)) for name, parts in by_set(reports)]
    (pictures / "accuracy.svg").write_text(bars_svg(rows, [each.engine for each in reports]), encoding="utf-8")
    ours = reports[0].reliability
    (pictures / "reliability.svg").write_text(reliability_svg(ours, reports[0].engine), encoding="utf-8")
    doc.write_text(replaced(doc.read_text(encoding="utf-8"), BEGIN, END, measured(reports)), encoding="utf-8")


def replaced(page: str, begin: str, end: str, text: str) -> str:
    """The page with another text between two marks that it has once each."""
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{text}\n{end}{after}"


def measured(reports: Sequence[Report]) -> str:
    """The part of the page that one run makes."""
    versions = ", ".join(f"{each.engine} {each.version}" for each in reports)
    return "\n".join(
        [
            f"{machine()} {versions}.",
            "",
            verdict_table(reports),
            "",
            "![Errors of all systems, set by set](pictures/accuracy.svg)",
            "",
            *([reliability_table(reports[0].reliability), ""] if reports[0].reliability.words else []),
            "![How sure words are said to be, and how many of them are right](pictures/reliability.svg)",
        ]
    )


def check_doc(doc: Path) -> None:
    """Say at once, and not after the run, that the page lacks its marks. Raises `SystemExit`."""
    text = doc.read_text(encoding="utf-8") if doc.is_file() else ""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"{doc} must have {BEGIN} and {END} once each.")
