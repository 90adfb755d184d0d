"""Folders of page images with their true text: `labels.jsonl`, a record a line, beside the images."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uncial.errors import SourceDamaged, SourceEmpty, SourceNotFound
from uncial.evaluate.profiles import Profile, profile_for
from uncial.geometry import Box

LABELS = "labels.jsonl"


@dataclass(frozen=True, slots=True)
class Record:
    """One image and what is written on it."""

    file: str
    path: Path
    text: str
    languages: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    """Texts that are on the page but not in the label."""
    ignored_boxes: tuple[Box, ...] = ()
    """Places where words stand that nobody could read; what is read there counts neither for nor against."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """The labelled images of one folder, and how they are scored."""

    name: str
    records: tuple[Record, ...]
    skipped: int
    """Records without a text: nothing to compare with."""
    profile: Profile


def find_sets(folders: Iterable[Path]) -> list[DataSet]:
    """The sets in these folders, each a set itself or a folder of sets.

    Raises `SourceNotFound`, `SourceEmpty`, `SourceDamaged` or `OptionInvalid`.
    """
    return [load_set(path) for folder in folders for path in set_folders(Path(folder))]


def set_folders(folder: Path) -> list[Path]:
    """The sets in that folder: the folder itself, or those in it. Raises `SourceNotFound` or `SourceEmpty`."""
    if not folder.is_dir():
        raise SourceNotFound(f"There is no folder {folder}.")
    if (folder / LABELS).is_file():
        return [folder]
    inside = sorted(path.parent for path in folder.glob(f"*/{LABELS}"))
    if not inside:
        raise SourceEmpty(
            f"Neither {folder} nor a folder in it has a {LABELS}.",
            hint="docs/accuracy.md says how a folder of labelled images looks.",
        )
    return inside


def load_set(folder: Path) -> DataSet:
    """The set in that folder."""
    folder = folder.resolve()
    lines = (folder / LABELS).read_text(encoding="utf-8").split("\n")  # not splitlines: a label may hold U+2028
    records = [_record(folder, line, number) for number, line in enumerate(lines, 1) if line.strip()]
    labelled = tuple(record for record in records if record is not None)
    return DataSet(folder.name, labelled, len(records) - len(labelled), profile_for(folder))


def _record(folder: Path, line: str, number: int) -> Record | None:
    try:
        given = json.loads(line)
        return None if given.get("text") is None else _labelled(folder, given)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceDamaged(
            f"Line {number} of {folder / LABELS} is not a record: {error!r}.",
            hint="Each line is a JSON object with at least `file` and `text`.",
        ) from error


def _labelled(folder: Path, given: dict[str, Any]) -> Record:
    if not isinstance(given["text"], str):
        raise TypeError("text is not a string")
    direct = folder / given["file"]
    return Record(
        file=given["file"],
        path=direct if direct.exists() else folder / "images" / given["file"],
        text=given["text"],
        languages=tuple(name for name in (given.get("lang") or "").split("+") if name),
        ignored=tuple(given.get("ignore_text") or ()),
        ignored_boxes=tuple(Box(*line["box"]) for line in given.get("lines") or () if line.get("ignore")),
    )
