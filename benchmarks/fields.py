"""How many fields of labelled documents are found, and how many are invented on documents of other kinds.

Documents that were read before:         python benchmarks/fields.py DATA --cache FOLDER [--mistakes]
The label's text in place of reading:    python benchmarks/fields.py DATA --sets b_sroie --label-text
A peer beside it:                        python benchmarks/fields.py DATA --sets b_invoice2data --peer-python PEER/bin/python
Kinds and fields of other documents:     python benchmarks/fields.py DATA --cache FOLDER --false
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tables import machine, replaced

from uncial import Options, load_engine, read
from uncial.document import Block, Document, EngineUsed, Line, Page, SourceInfo, Word
from uncial.evaluate.datasets import LABELS
from uncial.evaluate.field_profiles import FIELD_PROFILES
from uncial.evaluate.fields import Extracted, FieldRecord, FieldScore, Given, extracted, field_records, scored
from uncial.evaluate.report import markdown
from uncial.fields import Extraction, extract_fields
from uncial.formats import json as document_json
from uncial.geometry import Box, Point, Quad

Documents = Callable[[Path, str, Path], Document]
"""Gives a document by its set's folder, its file as the label calls it, and its path."""
BEGIN, END = "<!-- fields -->", "<!-- /fields -->"
"""Between these two, docs/accuracy.md is written by the program."""
LABELLED = ("b_sroie_receipts", "b_zugferd_invoices_pdf", "b_invoice2data")
OTHERS = (
    "a_unlv_isri_3B", "a_scribe_modern_pages", "a_fondue_en_print", "b_kleister_nda_pdf", "a_misc_pages", "f_born_digital_pdf",
    "f_olmocr_bench_sample_pdf",
)  # fmt: skip
PEER = """
import json, logging, sys
from invoice2data import extract_data
from invoice2data.extract.loader import read_templates
from invoice2data.input import tesseract
logging.disable(logging.CRITICAL)
templates = read_templates()
for folder in sys.argv[1:]:
    templates += read_templates(folder)
for line in sys.stdin:
    try:
        path = line.strip()
        found = extract_data(path, templates=templates, input_module=None if path.endswith(".pdf") else tesseract) or {}
    except Exception as error:
        found = {}
        print(repr(error), file=sys.stderr)
    print(json.dumps(found, default=str), flush=True)
"""
"""What a peer's process does: a path a line in, its fields as a line of JSON out."""


class Measured(NamedTuple):
    """What one system found in one set."""

    name: str
    score: FieldScore
    milliseconds: float | None = None
    """To extract one document, its reading not counted."""


def main() -> None:
    """Measure, and print the tables."""
    given = _arguments().parse_args()
    sets = [path for name in given.sets or (OTHERS if given.false else LABELLED) for path in sorted(given.data.glob(f"{name}*"))]
    documents = _documents(given)
    if given.false:
        strangers = [_strangers(path, documents) for path in sets]
        print("\n\n".join(each.told for each in strangers))
        _write(f"{machine()}\n\n{_strangers_table(strangers)}", given.out, "Fields on documents of other kinds")
        return
    measured = [each for path in sets for each in _measured(path, given, documents)]
    parts = [machine(), _summary(measured), *(_told(each, given.mistakes) for each in measured)]
    _write("\n\n".join(parts), given.out)
    if given.doc:
        page = given.doc.read_text(encoding="utf-8")
        given.doc.write_text(replaced(page, BEGIN, END, f"{machine()}\n\n{_summary(measured)}"), encoding="utf-8")


def _write(text: str, out: Path | None, title: str = "Fields") -> None:
    print(text)
    if out:
        out.write_text(f"# {title}\n\n{text}\n", encoding="utf-8")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="a folder of sets")
    parser.add_argument("--sets", nargs="+", metavar="NAME", help="which of them, by the beginning of their names")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="documents as JSON, SET/FILE.json, in the place of reading")
    parser.add_argument("--label-text", action="store_true", help="the label's lines in the place of reading")
    parser.add_argument("--kind", default="auto", help="what all documents are said to be")
    parser.add_argument("--mistakes", action="store_true", help="tell each field that is not right")
    parser.add_argument("--false", action="store_true", help="tell kinds and fields of documents of other kinds")
    parser.add_argument("--only", metavar="TEXT", help="only files with this in their names")
    parser.add_argument("--peer-python", type=Path, metavar="PYTHON", help="measure invoice2data, which that Python has, too")
    parser.add_argument("--peer-templates", nargs="*", default=[], metavar="FOLDER", help="more templates for it")
    parser.add_argument("-o", "--out", type=Path, metavar="OUT.md", help="write what is printed")
    parser.add_argument("--doc", type=Path, metavar="PAGE.md", help="write the summary between the two marks of a page")
    return parser


def _records(folder: Path, given: argparse.Namespace) -> tuple[FieldRecord, ...]:
    return tuple(each for each in field_records(folder) if (given.only or "") in each.file)


def _measured(folder: Path, given: argparse.Namespace, documents: Documents) -> Iterator[Measured]:
    """What is found in a set: as it was read, from the label's lines where it has such, and by its peer."""
    records = _records(folder, given)
    if not given.label_text:
        yield Measured(f"{folder.name}: uncial", *_scored(folder, records, documents, given.kind))
    if folder.name.startswith("b_sroie"):
        yield Measured(f"{folder.name}: uncial, from the label's text", *_scored(folder, records, _by_label, given.kind))
    if given.peer_python and folder.name.startswith("b_invoice2data"):
        theirs = scored(folder.name, records, _peer(given, documents, folder, records))
        yield Measured(f"{folder.name}: invoice2data", replace(theirs, kinds=()))


def _scored(folder: Path, records: Sequence[FieldRecord], documents: Documents, kind: str) -> tuple[FieldScore, float]:
    """The score, and the milliseconds for each document."""
    spent: list[float] = []

    def find(record: FieldRecord) -> Extracted:
        document = documents(folder, record.file, record.path)
        if not spent:
            extracted(document, kind)  # the first one loads the tables of words
        began = time.perf_counter()
        found = extracted(document, kind)
        spent.append(time.perf_counter() - began)
        return found

    score = scored(folder.name, records, find)
    return score, 1000 * sum(spent) / max(len(spent), 1)


def _summary(measured: Sequence[Measured]) -> str:
    """A row for each set, and one for its core fields where it has such."""
    columns = ("set", "documents", "labelled", "precision", "recall", "micro F1", "core F1", "kind", "ms/document")
    return markdown(columns, [_row(each) for each in measured])


def _row(each: Measured) -> list[str]:
    score, every = each.score, each.score.all
    right = sum(true == said for _, true, said in score.kinds)
    return [
        each.name, str(score.documents), str(every.labelled), *(f"{x:.3f}" for x in (every.precision, every.recall, every.f1)),
        f"{score.of_core.f1:.3f}" if score.of_core else "–", f"{right}/{len(score.kinds)}" if score.kinds else "–",
        "–" if each.milliseconds is None else f"{each.milliseconds:.0f}",
    ]  # fmt: skip


def _told(each: Measured, mistakes: bool) -> str:
    lines = ["", *(f"- {line}" for line in each.score.mistakes())] if mistakes else []
    return "\n".join([f"## {each.name}", "", each.score.table(), *lines])


# ---- where documents come from


def _documents(given: argparse.Namespace) -> Documents:
    if given.label_text:
        return _by_label
    if given.cache:
        return lambda folder, file, path: document_json.read((given.cache / folder.name / f"{path.name}.json").read_bytes())
    engine = load_engine("auto")
    return lambda folder, file, path: read(path, Options(barcodes=True), engine=engine)


def _by_label(folder: Path, file: str, path: Path) -> Document:
    """The document that a perfect reader would make: the label's lines where they stand."""
    labels = (json.loads(line) for line in (folder / LABELS).read_text(encoding="utf-8").split("\n") if line.strip())
    return document_of(next(label for label in labels if label["file"] == file))


def document_of(label: dict[str, Any]) -> Document:
    """A document of one page out of the lines of a label."""
    lines = tuple(_line(line) for line in label.get("lines") or () if line["text"].split() and not line.get("ignore"))
    block = Block(lines, Quad.of_box(Box.around(line.quad.box for line in lines)))
    page = Page(1, label["width"], label["height"], blocks=(block,))
    return Document((page,), SourceInfo(label["file"], "image/jpeg", "", 0), EngineUsed("label", "1"))


def _line(line: dict[str, Any]) -> Line:
    corners = line.get("quad")
    quad = Quad(*map(Point, corners[::2], corners[1::2])) if corners else Quad.of_box(Box(*line["box"]))
    text, at, words = " ".join(line["text"].split()), 0, []
    for part in text.split(" "):
        words.append(Word(part, quad.span(at / len(text), (at + len(part)) / len(text))))
        at += len(part) + 1
    return Line(tuple(words), quad)


# ---- a peer


def _peer(
    given: argparse.Namespace, documents: Documents, folder: Path, records: Sequence[FieldRecord]
) -> Callable[[FieldRecord], Extracted]:
    """What invoice2data finds; its names are the label's, so that they are given under ours. The page is what we read."""
    paths = "".join(f"{record.path}\n" for record in records)
    command = [str(given.peer_python), "-c", PEER, *given.peer_templates]
    lines = subprocess.run(command, input=paths, capture_output=True, text=True, check=True).stdout.splitlines()
    found = {record.file: json.loads(line) for record, line in zip(records, lines, strict=True)}

    def find(record: FieldRecord) -> Extracted:
        return "", dict(_ours(found[record.file])), documents(folder, record.file, record.path).text

    return find


def _ours(found: dict[str, Any]) -> Iterator[tuple[str, Given]]:
    for label, ours in FIELD_PROFILES["b_invoice2data"].names.items():
        if found.get(label) not in (None, "", []):
            yield ours[0], Given(_value(found[label]), str(found[label]))


def _value(value: object) -> object:
    """A number as Decimal and an ISO date as date: JSON knows neither."""
    if isinstance(value, float):
        return Decimal(str(value))
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) and value[4:5] == "-" else value
    except ValueError:
        return value


# ---- documents of other kinds


class Strangers(NamedTuple):
    """What was made of a set of other kinds."""

    name: str
    pages: int
    kinds: Counter[str]
    fields: int
    told: str
    """Each document whose kind was recognised, with all its fields: not for the project's own files."""


def _strangers(folder: Path, documents: Documents) -> Strangers:
    kinds: Counter[str] = Counter()
    lines, pages, fields = [f"## {folder.name}", ""], 0, 0
    for line in (folder / LABELS).read_text(encoding="utf-8").split("\n"):
        if line.strip():
            file = json.loads(line)["file"]
            direct = folder / file
            path = direct if direct.exists() else folder / "images" / file
            document = documents(folder, file, path)
            extraction = extract_fields(document)
            kinds[extraction.kind] += 1
            pages += len(document.pages)
            fields += len(extraction.fields)
            lines += [f"- {path.name}: {extraction.kind} {extraction.confidence:.2f}"] if extraction.kind != "other" else []
            lines += [f"    - {told}" for told in _fields_told(extraction)]
    return Strangers(folder.name, pages, kinds, fields, "\n".join(lines))


def _strangers_table(strangers: Sequence[Strangers]) -> str:
    columns = ("set", "documents", "pages", "kinds", "fields given")
    rows = [[each.name, str(each.kinds.total()), str(each.pages), _kinds(each), str(each.fields)] for each in strangers]
    return markdown(columns, rows)


def _kinds(strangers: Strangers) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in strangers.kinds.most_common())


def _fields_told(extraction: Extraction) -> Iterator[str]:
    for name, field in extraction.fields.items():
        value = len(field.value) if isinstance(field.value, tuple) else field.value
        yield f"{name}: {value} ({field.confidence:.2f}, read {field.text!r:.90})"


if __name__ == "__main__":
    main()
