"""A page of the lines that were read worst, for those who improve Uncial. It holds images of the data: never in the project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from rapidfuzz import fuzz

from uncial.evaluate import DataSet, Record
from uncial.evaluate.datasets import LABELS
from uncial.evaluate.metrics import edits
from uncial.evaluate.normalise import graphemes, normalise

Answers = Callable[[str, DataSet, Record], dict[str, Any] | None]
EACH = 12
"""Lines of each set."""
PROJECT = Path(__file__).resolve().parents[1]
STYLE = (
    "body{font:15px system-ui;max-width:70em;margin:auto}img{max-width:100%;max-height:8em}td{padding:0 1em 0 0}hr{opacity:.3}"
)


class BadLine(NamedTuple):
    """One labelled line, and what each system read there."""

    rate: float
    record: Record
    box: Sequence[float] | None
    """Where it stands; None for the whole image."""
    label: str
    read: tuple[str, ...]


def write_worst(sets: Sequence[DataSet], names: Sequence[str], answers: Answers, folder: Path) -> None:
    """A page with the worst lines of each set, a crop of each beside what stands there and what each system read."""
    if folder.resolve().is_relative_to(PROJECT):
        raise SystemExit(f"{folder} is in the project, where no image of the data may be.")
    folder.mkdir(parents=True, exist_ok=True)
    parts = [f"<meta charset=utf-8><style>{STYLE}</style>"]
    for part in sets:
        worst = sorted(_lines(part, names, answers), key=lambda line: -line.rate)[:EACH]
        parts.append(f"<h2>{escape(part.name)}</h2>")
        parts += [_told(line, names, _crop(line, folder / f"{part.name}-{place}.png")) for place, line in enumerate(worst)]
    (folder / "index.html").write_text("\n".join(parts), encoding="utf-8")


def _lines(part: DataSet, names: Sequence[str], answers: Answers) -> Iterator[BadLine]:
    boxes = _labelled_lines(part)
    for record in part.records:
        texts = [normalise((answers(name, part, record) or {}).get("text", ""), part.profile) for name in names]
        for label, box in boxes.get(record.file) or [(line, None) for line in record.text.splitlines()]:
            wanted = normalise(label, part.profile)
            if wanted:
                read = tuple(_nearest(wanted, text) for text in texts)
                yield BadLine(edits(graphemes(wanted), graphemes(read[0]), part.profile.wildcard).rate, record, box, wanted, read)


def _labelled_lines(part: DataSet) -> dict[str, list[tuple[str, Sequence[float] | None]]]:
    """The lines of those labels that say where their lines stand."""
    folder = next((each for each in part.records[0].path.parents if (each / LABELS).is_file()), None)
    rows = (folder / LABELS).read_text(encoding="utf-8").split("\n") if folder else []
    given = [json.loads(row) for row in rows if row.strip()]
    return {each["file"]: [(line["text"], line["box"]) for line in each.get("lines") or () if _stands(line)] for each in given}


def _stands(line: dict[str, Any]) -> bool:
    return bool(line.get("box") and line.get("text"))


def _nearest(wanted: str, text: str) -> str:
    """The part of the text that is most like the line; all of it where it is shorter."""
    if len(text) <= len(wanted):
        return text
    found = fuzz.partial_ratio_alignment(wanted, text)
    return text[found.dest_start : found.dest_end] if found else ""


def _crop(line: BadLine, path: Path) -> str:
    try:
        with Image.open(line.record.path) as image:
            picture = image.convert("RGB")
    except OSError:
        return ""  # a PDF: no picture of it
    if line.box:
        left, top, right, bottom = line.box
        margin = (bottom - top) / 3
        picture = picture.crop((round(left - margin), round(top - margin), round(right + margin), round(bottom + margin)))
    picture.thumbnail((1400, 900))
    picture.save(path)
    return path.name


def _told(line: BadLine, names: Sequence[str], picture: str) -> str:
    rows = "".join(f"<tr><td>{escape(name)}<td>{escape(text)}" for name, text in zip(names, line.read, strict=True))
    image = f"<a href='{escape(picture)}'><img src='{escape(picture)}'></a>" if picture else ""
    return f"<hr>{image}<p>{escape(line.record.file)} · {line.rate:.2f}<table><tr><td>label<td>{escape(line.label)}{rows}</table>"
