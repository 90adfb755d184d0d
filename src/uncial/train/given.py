"""Lines that users bring: images with their texts, what the web page wrote, and pages of ALTO, PAGE or JSON with their images.

read_given → of each path: a file, a folder, or a ZIP that is unpacked first
           → samples.jsonl, else pairs of NAME.png and NAME.gt.txt; `train.pages` for files of whole pages
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from uncial.errors import SourceDamaged, SourceNotFound, TrainingDataEmpty, TrainingDataRefused, UncialError
from uncial.formats.bundle import unpacked
from uncial.formats.lines import MARGIN
from uncial.geometry import Point, Quad
from uncial.options import Limits, Options
from uncial.pages import open_pages
from uncial.sources import SUFFIXES, open_source, read_bytes
from uncial.train.lines import GIVEN, LabelledLine
from uncial.train.pages import lines_of_pages
from uncial.train.usable import AROUND, Told, Unusable, tidied, why_unusable

if TYPE_CHECKING:
    from uncial.raster import Image

SAMPLES = "samples.jsonl"
TEXT = ".gt.txt"
BENCHMARK = "labels.jsonl"
"""The mark of a set for measuring: docs/accuracy.md."""
FORMS = "Give images with NAME.gt.txt beside them, a ZIP of the format lines, or ALTO or PAGE files with their images."
_ENDINGS = (".png", ".bin.png", ".nrm.png", *sorted(SUFFIXES), *(suffix.upper() for suffix in sorted(SUFFIXES)))
"""Of the image of a line; the second and third are OCRopus's."""


def read_given(paths: Iterable[Path], told: Told | None = None, limits: Limits | None = None) -> Iterator[LabelledLine]:
    """The lines in these files, folders and ZIP archives, one by one, always in the same order.

    `told` hears of each line and each file that cannot be used. Raises `TrainingDataRefused` for sets that are for measuring,
    `SourceNotFound`, what else is wrong with an archive, and `TrainingDataEmpty` at the end where there was no line at all.
    """
    asked = [Path(path) for path in paths]
    for path in asked:
        refuse_benchmarks(path)
    unusable: list[Unusable] = []

    def hear(each: Unusable) -> None:
        unusable.append(each)
        if told:
            told(each)

    found = False
    for path in asked:
        for line in _lines(path, hear, limits or Limits()):
            found = True
            yield line
    if not found:
        why = f"{unusable[0].name}: {unusable[0].why}" if unusable else FORMS
        names = ", ".join(str(path) for path in asked) or "what was given"
        raise TrainingDataEmpty(f"There is no line to learn from in {names}.", hint=why)


def refuse_benchmarks(path: Path) -> None:
    """Raise `TrainingDataRefused` where this is a set for measuring, lies in one, or holds one; `SourceNotFound` for nothing."""
    if not path.exists():
        raise SourceNotFound(f"There is no file or folder {path}.", hint=FORMS)
    above = list(path.resolve().parents)[: 1 if path.is_dir() else 2]
    inside = next(path.rglob(BENCHMARK), None) if path.is_dir() else None
    found = inside or next((each / BENCHMARK for each in above if (each / BENCHMARK).exists()), None)
    if found:
        raise TrainingDataRefused(f"{found.parent} is a set for measuring: it has a {BENCHMARK}.")


def _lines(path: Path, told: Told, limits: Limits) -> Iterator[LabelledLine]:
    if path.is_dir():
        yield from _in_folder(path, path.resolve().parent, told, limits)
    elif path.suffix.lower() == ".zip":
        yield from _in_archive(path, told, limits)
    else:
        yield from _in_files([path], path.resolve().parent.parent, told, limits)


def _in_archive(path: Path, told: Told, limits: Limits) -> Iterator[LabelledLine]:
    """What is in a ZIP archive, unpacked to where nothing else lies."""
    data, _ = read_bytes(path, limits)
    with TemporaryDirectory(prefix="uncial-") as made:
        folder = Path(made)
        for name, held in unpacked(data):
            target = (folder / name).resolve()
            if target.is_relative_to(folder.resolve()) and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(held)
        refuse_benchmarks(folder)
        yield from _in_folder(folder, folder.resolve(), told, limits)


def _in_folder(folder: Path, within: Path, told: Told, limits: Limits) -> Iterator[LabelledLine]:
    """What is in a folder and below it; `within` is where the images of its pages may lie."""
    seen = (path for path in sorted(folder.rglob("*")) if not any(_is_hidden(part) for part in path.relative_to(folder).parts))
    files = sorted((path for path in seen if path.is_file()), key=lambda path: (path.parent, path.name))
    for _, inside in groupby(files, key=lambda path: path.parent):
        yield from _in_files(list(inside), within, told, limits)


def _is_hidden(part: str) -> bool:
    return part.startswith(".") or part == "__MACOSX"


def _in_files(files: Sequence[Path], within: Path, told: Told, limits: Limits) -> Iterator[LabelledLine]:
    """What is in some files of one folder; what its list of samples tells goes before texts beside images."""
    listed: set[Path] = set()
    for path in files:
        if path.name == SAMPLES:
            for image, record in _records(path, told, limits):
                listed.add(image)
                yield from _one(image, record, told, limits)
    for path in files:
        suffix = path.suffix.lower()
        if path.name.endswith(TEXT):
            yield from _pair(path, listed, told, limits)
        elif suffix in (".xml", ".json"):
            yield from _heard(path, told, lines_of_pages(path, within, told, limits))
        elif suffix == ".zip":
            yield from _heard(path, told, _in_archive(path, told, limits))
        elif suffix in SUFFIXES and len(files) == 1:
            beside = path.with_name(path.name.split(".")[0] + TEXT)
            yield from _pair(beside, listed, told, limits) if beside.is_file() else ()


def _heard(path: Path, told: Told, lines: Iterator[LabelledLine]) -> Iterator[LabelledLine]:
    """The lines of one file among others, up to where something is wrong with it."""
    try:
        yield from lines
    except TrainingDataRefused:
        raise
    except UncialError as error:
        told(Unusable(path.name, error.message))


# ---- images of lines


def _records(path: Path, told: Told, limits: Limits) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The records of a list of samples, each with the image that it is about."""
    data, _ = read_bytes(path, limits)
    for number, row in enumerate(data.decode("utf-8-sig", "replace").split("\n"), 1):
        if row.strip():
            record = _record(row)
            image = path.parent / record["file"] if record else path
            if record and "\0" not in record["file"] and image.resolve().is_relative_to(path.parent.resolve()):
                yield image, record
            else:
                told(Unusable(f"{path.name}, line {number}", "A record says the `file` and the `text` of a line."))


def _record(row: str) -> dict[str, Any] | None:
    try:
        record = json.loads(row)
    except (ValueError, RecursionError):
        return None
    said = isinstance(record, dict) and isinstance(record.get("file"), str) and isinstance(record.get("text"), str)
    return record if said and record["file"] else None


def _pair(text: Path, listed: set[Path], told: Told, limits: Limits) -> Iterator[LabelledLine]:
    """The line whose text stands in that file, unless its image was listed."""
    stem = text.name.removesuffix(TEXT)
    beside = (text.with_name(stem + ending) for ending in _ENDINGS)
    image = next((each for each in beside if each.is_file()), None)
    if image is None:
        told(Unusable(text.name, f"There is no image {stem}.png beside it."))
    elif image not in listed:
        data, _ = read_bytes(text, limits)
        yield from _one(image, {"text": data.decode("utf-8-sig", "replace")}, told, limits)


def _one(path: Path, record: dict[str, Any], told: Told, limits: Limits) -> Iterator[LabelledLine]:
    try:
        image = _without_margin(image_of(path, limits), record.get("quad"))
    except UncialError as error:
        told(Unusable(path.name, error.message))
        return
    kind, source = (record.get(name) for name in ("kind", "source"))
    line = LabelledLine(
        image,
        tidied(record["text"]),
        kind if isinstance(kind, str) and kind else GIVEN,
        source if isinstance(source, str) and source else path.name,
        _stretch(record.get("stretch")),
    )
    if why := why_unusable(line, record["text"]):
        told(Unusable(path.name, why))
    else:
        yield line


def _stretch(told: object) -> float:
    return float(told) if isinstance(told, int | float) and 0.1 <= told <= 10 else 1.0


def image_of(path: Path, limits: Limits) -> Image:
    """The first picture in a file: H x W x 3, uint8, RGB. Raises `SourceError`."""
    with open_pages(open_source(path, limits), Options(), limits) as pages:
        if not pages:
            raise SourceDamaged(f"“{path.name}” has no picture.")
        return pages[0].load().image


def _without_margin(image: Image, quad: object) -> Image:
    """What format `lines` cut out, less the paper that it leaves around lines beyond what a detector would."""
    points = [Point(*map(float, each)) for each in quad if _is_point(each)] if isinstance(quad, list) else []
    if len(points) != 4:
        return image
    height = Quad(*points).height
    left = max(round(MARGIN * height), 1)
    inner = image.shape[0] - 2 * left
    cut = left - round(AROUND * height)
    return image[cut:-cut, cut:-cut] if cut > 0 and abs(inner - height) <= 1 and image.shape[1] > 2 * left else image


def _is_point(told: object) -> bool:
    return isinstance(told, list) and len(told) == 2 and all(isinstance(x, int | float) and abs(x) < 1e6 for x in told)
