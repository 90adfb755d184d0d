"""What an evaluation found: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean, median
from typing import Any

from uncial.evaluate.metrics import Edits, Hits
from uncial.evaluate.reliability import BINS, Reliability
from uncial.evaluate.score import PageScore

COLUMNS = (
    "set", "images", "failed", "CER", "median", "in order", "WER", "word F1", "precision", "recall", "ECE", "s/image",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SetScore:
    """One set's pages, and what they come to. Micro: the sum of all pages' errors over the sum of their lengths."""

    name: str
    pages: tuple[PageScore, ...]
    skipped: int = 0
    precise: bool = True
    """Whether words that the label does not have count against the reader."""

    @property
    def failed(self) -> tuple[PageScore, ...]:
        """The images that could not be read, or not wholly."""
        return tuple(page for page in self.pages if page.code)

    @property
    def cer(self) -> float | None:
        """Character error rate, micro."""
        return _micro(page.characters for page in self.pages)

    @property
    def cer_median(self) -> float | None:
        """The median of the images' character error rates: a page with a missing label does not move it."""
        return _median(page.characters for page in self.pages)

    @property
    def cer_in_order(self) -> float | None:
        """Character error rate if the lines read stood in the label's order."""
        return _micro(page.in_order for page in self.pages)

    @property
    def wer(self) -> float | None:
        """Word error rate, micro."""
        return _micro(page.words for page in self.pages)

    @property
    def wer_median(self) -> float | None:
        """The median of the images' word error rates."""
        return _median(page.words for page in self.pages)

    @property
    def found(self) -> Hits | None:
        """All images' words together, wherever they stand."""
        counts = [page.found for page in self.pages if page.found]
        return Hits(*map(sum, zip(*counts, strict=True))) if counts else None

    @property
    def f1_mean(self) -> float | None:
        """The mean of the images' word F1."""
        counts = [page.found.f1 for page in self.pages if page.found]
        return fmean(counts) if counts and self.precise else None

    @property
    def reliability(self) -> Reliability:
        """What the confidence of all its words is worth."""
        return Reliability.together(page.reliability for page in self.pages)

    @property
    def seconds(self) -> float:
        """Wall time of reading all its images."""
        return sum(page.seconds for page in self.pages)

    def summary(self) -> dict[str, Any]:
        """Its figures by name; None is a measure that says nothing in this set."""
        found = self.found
        return {
            "set": self.name,
            "images": len(self.pages),
            "skipped": self.skipped,
            "failed": len(self.failed),
            "cer": self.cer,
            "cer_median": self.cer_median,
            "cer_in_order": self.cer_in_order,
            "wer": self.wer,
            "wer_median": self.wer_median,
            "word_f1": found.f1 if found and self.precise else None,
            "word_precision": found.precision if found and self.precise else None,
            "word_recall": found.recall if found else None,
            "word_f1_mean": self.f1_mean,
            "ece": self.reliability.error,
            "seconds": self.seconds,
            "seconds_per_image": self.seconds / len(self.pages) if self.pages else None,
        }


def _micro(edits: Iterable[Edits | None]) -> float | None:
    known = [page for page in edits if page]
    return Edits(*map(sum, zip(*known, strict=True))).rate if known else None


def _median(edits: Iterable[Edits | None]) -> float | None:
    known = [page.rate for page in edits if page]
    return median(known) if known else None


@dataclass(frozen=True, slots=True)
class Report:
    """What an engine made of the sets."""

    engine: str
    version: str
    load_seconds: float
    """What loading the engine took; None of the sets' seconds has it."""
    sets: tuple[SetScore, ...]

    @property
    def failed(self) -> tuple[tuple[str, PageScore], ...]:
        """The images that could not be read, each with its set's name."""
        return tuple((part.name, page) for part in self.sets for page in part.failed)

    @property
    def reliability(self) -> Reliability:
        """What the confidence of all words of all sets is worth."""
        return Reliability.together(part.reliability for part in self.sets)

    def table(self) -> str:
        """A Markdown table, a row for each set; below it the images that failed, and what the words' confidence is worth."""
        rows = [row(part) for part in self.sets]
        failures = [f"{name}/{page.file}: {page.code}: {page.message}" for name, page in self.failed]
        head = f"{self.engine} {self.version}, loaded in {self.load_seconds:.2f} s"
        skipped = sum(part.skipped for part in self.sets)
        notes = [f"{skipped} records have no text to compare with."] if skipped else []
        told = [head, "", markdown(COLUMNS, rows), *([""] if failures or notes else []), *notes, *failures]
        return "\n".join([*told, *(["", reliability_table(self.reliability)] if self.reliability.words else [])]) + "\n"

    def to_json(self) -> bytes:
        """Every figure of every set and image, as UTF-8 JSON."""
        sets = [
            {**part.summary(), "reliability": _bins(part.reliability), "pages": [_page(page) for page in part.pages]}
            for part in self.sets
        ]
        about = {"engine": self.engine, "version": self.version, "load_seconds": self.load_seconds}
        whole = {**about, "ece": self.reliability.error, "reliability": _bins(self.reliability), "sets": sets}
        return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _page(page: PageScore) -> dict[str, Any]:
    told = asdict(replace(page, reliability=None))
    del told["reliability"]  # a page has too few words to say anything
    for name in ("characters", "in_order", "words", "found"):
        value = getattr(page, name)
        told[name] = value and value._asdict()
    return told


def _bins(reliability: Reliability) -> list[dict[str, float]]:
    """The bins that have words, each by its lower bound."""
    numbered = enumerate(reliability.bins)
    return [{"from": i / BINS, "words": each.words, "said": each.said, "right": each.found} for i, each in numbered if each.words]


def reliability_table(reliability: Reliability, what: str = "words") -> str:
    """How sure words (or what else was judged) are said to be, bin by bin, and how many of them are right."""
    rows = [
        [
            f"{each['from']:.1f} to {each['from'] + 1 / BINS:.1f}",
            f"{each['words']:.0f}",
            f"{each['said']:.3f}",
            f"{each['right']:.3f}",
        ]
        for each in _bins(reliability)
    ]
    rows.append(["all", str(reliability.words), "ECE", _figure(reliability.error, 4)])
    return markdown(("confidence", what, "said", "right"), rows)


def row(part: SetScore) -> list[str]:
    """A set's figures as the table writes them."""
    known = part.summary()
    rates = ("cer", "cer_median", "cer_in_order", "wer", "word_f1", "word_precision", "word_recall", "ece")
    times = [known["seconds_per_image"]]
    return [
        part.name, str(known["images"]), str(known["failed"]),
        *(_figure(known[name], 4) for name in rates), *(_figure(value, 2) for value in times),
    ]  # fmt: skip


def _figure(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose source is aligned too: the first column to the left, the others to the right."""
    widths = [max(len(line[index]) for line in (columns, *rows)) for index in range(len(columns))]
    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_markdown_row(line, widths) for line in (columns, rule, *rows))


def _markdown_row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.ljust(width) if not index else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "| " + " | ".join([first, *rest]) + " |"
