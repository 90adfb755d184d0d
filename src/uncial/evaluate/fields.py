"""How many fields of labelled documents are found: each is right, wrong, missing or superfluous."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Literal, NamedTuple

from uncial.document import Document
from uncial.engines import Engine, load_engine
from uncial.errors import SourceDamaged, SourceEmpty, UncialError
from uncial.evaluate.datasets import LABELS, set_folders
from uncial.evaluate.field_profiles import FIELD_PROFILES, FieldProfile
from uncial.evaluate.reliability import Reliability
from uncial.evaluate.report import markdown, reliability_table
from uncial.evaluate.values import Value, is_printed, likeness, same
from uncial.fields import extract_fields
from uncial.options import Limits, Options, Output
from uncial.reader import read

Verdict = Literal["right", "wrong", "missing", "superfluous"]


class Given(NamedTuple):
    """One field that a system gives."""

    value: Value
    text: str = ""
    """What it was read from."""
    confidence: float | None = None
    """How sure it is said to be, 0..1."""


Found = Mapping[str, Given]
"""What a system found by the names of fields."""
COLUMNS = ("field", "labelled", "given", "right", "precision", "recall", "F1", "likeness")


@dataclass(frozen=True, slots=True)
class FieldRecord:
    """One document, and what it says."""

    file: str
    path: Path
    truth: Mapping[str, tuple[str, ...]]
    """By the label's names every value that is right; none where the document does not say it."""
    kind: str = ""
    text: str = ""
    """What is written on it, where the label has that."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one field of one document."""

    file: str
    name: str
    """As the label calls it."""
    verdict: Verdict
    truth: tuple[str, ...] = ()
    found: Value = None
    text: str = ""
    likeness: float = 0.0
    """Of what was found with what is right, 0..1."""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many fields were labelled, were given, and were right."""

    labelled: int
    given: int
    right: int
    likeness: float
    """The mean over the labelled ones, a missing one counted as 0."""

    @staticmethod
    def of(outcomes: Iterable[Outcome]) -> Tally:
        """What some outcomes come to; a wrong field is given and not right, and labelled and not found."""
        every = list(outcomes)
        known = [each for each in every if each.verdict != "superfluous"]
        given = [each for each in every if each.verdict != "missing"]
        right = [each for each in every if each.verdict == "right"]
        like = sum(each.likeness for each in known) / len(known) if known else 0.0
        return Tally(len(known), len(given), len(right), like)

    @property
    def precision(self) -> float:
        """The share of what was given that is right; 1 where nothing was given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The share of what is labelled that was found; 1 where nothing is labelled."""
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 1 where nothing is labelled and nothing was given."""
        both = self.labelled + self.given
        return 2 * self.right / both if both else 1.0


@dataclass(frozen=True, slots=True)
class FieldScore:
    """One set's fields."""

    name: str
    outcomes: tuple[Outcome, ...]
    kinds: tuple[tuple[str, str, str], ...] = ()
    """Each file with its kind and the one that was recognised, where it is labelled."""
    failed: tuple[tuple[str, str], ...] = ()
    """Files that could not be read, with the error's code."""
    core: frozenset[str] = frozenset()
    documents: int = 0

    @property
    def all(self) -> Tally:
        """All fields together: its F1 is the micro F1."""
        return Tally.of(self.outcomes)

    @property
    def reliability(self) -> Reliability:
        """What the confidence of the fields that were given is worth."""
        given = (each for each in self.outcomes if each.confidence is not None)
        return Reliability.of((each.confidence or 0.0, each.verdict == "right") for each in given)

    @property
    def by_name(self) -> dict[str, Tally]:
        """Field by field, by the labels' names."""
        names = dict.fromkeys(each.name for each in self.outcomes)
        return {name: Tally.of(each for each in self.outcomes if each.name == name) for name in names}

    @property
    def of_core(self) -> Tally | None:
        """The fields that are told apart, where the set has such."""
        return Tally.of(each for each in self.outcomes if each.name in self.core) if self.core else None

    def table(self) -> str:
        """A Markdown table, a row for each field."""
        rows = [_row(name, tally) for name, tally in self.by_name.items()]
        rows += [_row("core", self.of_core)] if self.of_core else []
        told = [markdown(COLUMNS, [*rows, _row("all", self.all)])]
        if self.kinds:
            right = sum(true == said for _, true, said in self.kinds)
            told += ["", f"Kind recognised: {right} of {len(self.kinds)}."]
        told += ["", reliability_table(self.reliability, "fields")] if self.reliability.words else []
        told += ["", *(f"{file}: {code}" for file, code in self.failed)] if self.failed else []
        return "\n".join(told)

    def mistakes(self) -> Iterator[str]:
        """Each field that is not right, a line each."""
        for each in self.outcomes:
            if each.verdict != "right":
                truth = " | ".join(each.truth)
                yield f"{each.file}: {each.name} {each.verdict}: is {truth!r}, found {each.found!s:.120}, read {each.text!r:.160}"
        for file, true, said in self.kinds:
            if true != said:
                yield f"{file}: kind is {true}, found {said}"

    def summary(self) -> dict[str, Any]:
        """Its figures as JSON has them."""
        figures = {name: _figures(tally) for name, tally in self.by_name.items()}
        kinds = [{"file": file, "kind": true, "recognised": said} for file, true, said in self.kinds]
        told: dict[str, Any] = {
            "set": self.name,
            "ece": self.reliability.error,
            "all": _figures(self.all),
            "fields": figures,
            "kinds": kinds,
            "failed": dict(self.failed),
        }
        return told | ({"core": _figures(self.of_core)} if self.of_core else {})


def _row(name: str, tally: Tally) -> list[str]:
    counts = (tally.labelled, tally.given, tally.right)
    return [name, *map(str, counts), *(f"{share:.3f}" for share in (tally.precision, tally.recall, tally.f1, tally.likeness))]


def _figures(tally: Tally) -> dict[str, float]:
    counts = {"labelled": tally.labelled, "given": tally.given, "right": tally.right}
    return counts | {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1, "likeness": tally.likeness}


# ---- labels


def field_profile(name: str, records: Sequence[FieldRecord]) -> FieldProfile:
    """What the labels of a set of that name are worth; those of a user's own set have our names."""
    fitting = [prefix for prefix in FIELD_PROFILES if name.startswith(prefix)]
    if fitting:
        return FIELD_PROFILES[max(fitting, key=len)]
    return FieldProfile({label: (label,) for record in records for label in record.truth}, closed=True)


def field_records(folder: Path) -> tuple[FieldRecord, ...]:
    """The records of a set that have fields, or are said to be of a kind. Raises `SourceDamaged`."""
    lines = (folder / LABELS).read_text(encoding="utf-8").split("\n")
    records = (_record(folder, line, number) for number, line in enumerate(lines, 1) if line.strip())
    return tuple(record for record in records if record is not None)


def _record(folder: Path, line: str, number: int) -> FieldRecord | None:
    try:
        given = json.loads(line)
        if "fields" not in given and "kind" not in given:
            return None
        truth = {name: _values(value) for name, value in (given.get("fields") or {}).items()}
        direct = folder / given["file"]
        path = direct if direct.exists() else folder / "images" / given["file"]
        return FieldRecord(given["file"], path, truth, given.get("kind") or "", given.get("text") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceDamaged(
            f"Line {number} of {folder / LABELS} is not a record: {error!r}.",
            hint="Each line is a JSON object with `file` and `fields`, an object of texts, numbers or lists of them.",
        ) from error


def _values(value: object) -> tuple[str, ...]:
    """All that a label accepts; rows of a table are not compared."""
    every = value if isinstance(value, list) else [value]
    return tuple(str(each) for each in every if isinstance(each, (str, int, float)) and str(each).strip())


# ---- judging


def judged(record: FieldRecord, found: Found, profile: FieldProfile, page: str = "") -> tuple[Outcome, ...]:
    """What became of each field of a document. `page` is what was read on it: it tells which labels are printed."""
    truth = _accepted(record, profile, f"{record.text}\n{page}")
    labels: dict[tuple[str, ...], str] = {}
    for label, ours in profile.names.items():
        labels.setdefault(ours, label)  # of several labels that mean the same field the first one stands for it
    judged = (_outcome(record.file, label, truth.get(ours, ()), _given(found, ours), profile) for ours, label in labels.items())
    return tuple(outcome for outcome in judged if outcome)


def _accepted(record: FieldRecord, profile: FieldProfile, page: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """By our names all values that are right: those of every label that means the same field."""
    accepted: dict[tuple[str, ...], tuple[str, ...]] = {}
    for label, values in record.truth.items():
        ours = profile.names.get(label)
        if ours and (kept := tuple(value for value in values if _counts(label, value, profile, page))):
            accepted[ours] = accepted.get(ours, ()) + kept
    return accepted


def _counts(label: str, value: str, profile: FieldProfile, page: str) -> bool:
    return not profile.printed_only or label in profile.always_printed or is_printed(value, page)


def _given(found: Found, names: tuple[str, ...]) -> Given | None:
    return next((found[name] for name in names if name in found), None)


def _outcome(file: str, label: str, truth: tuple[str, ...], given: Given | None, profile: FieldProfile) -> Outcome | None:
    if given is None:
        return Outcome(file, label, "missing", truth) if truth else None
    value, text, sure = given
    if not truth:
        return Outcome(file, label, "superfluous", (), value, text, 0.0, sure) if profile.closed else None
    right = any(same(value, each, day_first=profile.day_first) for each in truth)
    like = 1.0 if right else max(likeness(value, each) for each in truth)
    return Outcome(file, label, "right" if right else "wrong", truth, value, text, like, sure)


# ---- reading

Extracted = tuple[str, Found, str]
"""The kind that was recognised, the fields, and the text that was read."""


def scored(name: str, records: Sequence[FieldRecord], find: Callable[[FieldRecord], Extracted]) -> FieldScore:
    """A set's score by what `find` makes of each record; where it raises an `UncialError`, all fields are missing."""
    profile = field_profile(name, records)
    outcomes: list[Outcome] = []
    kinds: list[tuple[str, str, str]] = []
    failed: list[tuple[str, str]] = []
    for record in records:
        try:
            said, found, text = find(record)
        except UncialError as error:
            failed.append((record.file, error.code))
            said, found, text = "", {}, ""
        outcomes += judged(record, found, profile, text)
        if true := record.kind or profile.kind:
            kinds.append((record.file, true, said))
    return FieldScore(name, tuple(outcomes), tuple(kinds), tuple(failed), profile.core, len(records))


def extracted(document: Document, kind: str = "auto") -> Extracted:
    """What a document says, as `scored` takes it."""
    extraction = extract_fields(document, kind)
    found = {name: Given(each.value, each.text, each.confidence) for name, each in extraction.fields.items()}
    return extraction.kind, found, document.text


def evaluate_fields(
    folders: Iterable[Path | str],
    engine: Engine | str = "auto",
    *,
    kind: str = "auto",
    options: Options | None = None,
    limits: Limits | None = None,
    at_most: int | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> tuple[FieldScore, ...]:
    """Read labelled documents and say how many of their fields were found.

    Each folder is a set (`labels.jsonl` whose records have `fields`) or a folder of sets; those without fields are left out.
    `kind` is one of `options.KINDS`; `progress` is told which share is done, and the next file. Raises `UncialError` where
    folders or labels are not there, and `OptionInvalid` for another kind.
    """
    Output(kind=kind)
    sets = [(path.name, field_records(path)[:at_most]) for folder in folders for path in set_folders(Path(folder))]
    total, done = sum(len(records) for _, records in sets), count()
    if not total:
        raise SourceEmpty("No label has fields.", hint="docs/accuracy.md says how a folder of documents with fields looks.")
    reading = replace(options or Options(), barcodes=True)
    loaded = load_engine(engine) if isinstance(engine, str) else engine

    def find(record: FieldRecord) -> Extracted:
        if progress:
            progress(next(done) / total, record.file)
        return extracted(read(record.path, reading, limits=limits, engine=loaded), kind)

    return tuple(scored(name, records, find) for name, records in sets if records)


def tables(scores: Iterable[FieldScore]) -> str:
    """The sets' tables, one below the other."""
    return "\n\n".join(f"## {score.name}\n\n{score.table()}" for score in scores) + "\n"


def to_json(scores: Iterable[FieldScore]) -> bytes:
    """Every figure of every set, and every field that is not right, as UTF-8 JSON."""
    told = [{**score.summary(), "mistakes": list(score.mistakes())} for score in scores]
    return json.dumps({"sets": told}, ensure_ascii=False, indent=1).encode() + b"\n"
