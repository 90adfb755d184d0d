"""`uncial extract`: many inputs, each to the data that it holds, by the way of `uncial read`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from uncial.cli.inputs import Found, find_inputs, names_many
from uncial.cli.outputs import Stdout, Target, plan_targets, write_file
from uncial.cli.read import Asked, Reading, Reads, Told, read_found, reading_as
from uncial.cli.tables import table_of
from uncial.cli.talk import plain
from uncial.errors import OptionInvalid
from uncial.fields.telling import from_json
from uncial.fields.templates import parse_templates
from uncial.formats import FORMATS, Format
from uncial.formats.fields_csv import Extracted, fields_table

JSON, CSV, TABLE = "json", "csv", "table"


def extract_all(texts: Sequence[str], asked: Asked, form: str | None = None) -> int:
    """Extract the fields of every input and write them; the exit status. Raises `UncialError` where nothing could begin.

    `form` is `JSON`, `CSV` or `TABLE`; without one it follows from OUT's suffix, and from who reads the output.
    """
    parse_templates(asked.output.templates)  # what is wrong with them is no fault of any input
    found = find_inputs(texts)
    many = len(texts) > 1 or any(names_many(text) for text in texts)
    chosen = form or _usual_form(asked.out)
    if chosen == CSV:
        return _to_one_table(found, asked)
    if chosen == TABLE and asked.out not in (None, "-"):
        raise OptionInvalid("A table is for a terminal.", hint="Write json or csv to a file.")
    planned = plan_targets(found, asked.out, [FORMATS["fields"]], many=many)
    shown = Shown(named=many) if chosen == TABLE else Lines(named=len(found) > 1)
    return read_found(found, planned, asked, shown, reading_or_taking)


def _usual_form(out: str | None) -> str:
    if out in (None, "-"):
        return TABLE if sys.stdout.isatty() else JSON
    return CSV if str(out).lower().endswith(".csv") else JSON


def _to_one_table(found: Sequence[Found], asked: Asked) -> int:
    file = None if asked.out in (None, "-") else Path(str(asked.out))
    if file and (file.is_dir() or str(asked.out).endswith("/")):
        raise OptionInvalid(f"{asked.out} is a folder, but all inputs make one table.", hint="Name a file by -o: fields.csv.")
    if file and file.resolve() in {item.source.resolve() for item in found if isinstance(item.source, Path)}:
        raise OptionInvalid(f"{file} is the input itself.", hint="Name another file by -o.")
    sheet = OneTable(str(file or Stdout.place))
    targets = (Target(FORMATS["fields"], None),)
    status = read_found(found, [targets] * len(found), asked, sheet, reading_or_taking)
    if file and sheet.documents:
        write_file(file, fields_table(sheet.documents))
    elif sheet.documents:
        Stdout().write(fields_table(sheet.documents), FORMATS["fields-csv"])
    return status


class Lines:
    """Standard output for a line of JSON from each document; where there are several, each says of which file it is."""

    place = Stdout.place

    def __init__(self, *, named: bool) -> None:
        self._named, self._stdout = named, Stdout()

    def write(self, data: bytes, format: Format, name: str) -> None:
        """Write one more, at once. Raises `OutputError`; BrokenPipeError where nobody reads any more."""
        self._stdout.write(_with_file(data, name) if self._named else data, format)


class Shown:
    """Standard output for people: what each document says as a table."""

    place = Stdout.place

    def __init__(self, *, named: bool) -> None:
        self._named, self._stdout = named, Stdout()

    def write(self, data: bytes, format: Format, name: str) -> None:
        """Show one more, at once. Raises `OutputError`; BrokenPipeError where nobody reads any more."""
        shown = table_of(from_json(data))
        told = f"{plain(name)}: {shown}\n" if self._named else shown
        self._stdout.write(told.encode("utf-8", "replace"), format)


class OneTable:
    """What all documents say, kept until the last one was read: only then it is known which columns there are."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.documents: list[Extracted] = []

    def write(self, data: bytes, format: Format, name: str) -> None:
        """Keep one more."""
        self.documents.append(Extracted(name, from_json(data)))


@contextmanager
def reading_or_taking(asked: Asked, found: Sequence[Found], formats: Sequence[Format], *, watched: bool) -> Iterator[Reads]:
    """Whoever reads what was found, but for documents that were read before: these are taken as they are."""
    before = {id(item) for item in found if _was_read(item)}
    with reading_as(asked, [item for item in found if id(item) not in before], formats, watched=watched) as reads:
        yield _Taking(reads, asked, frozenset(before))


class _Taking:
    def __init__(self, reads: Reads | None, asked: Asked, before: frozenset[int]) -> None:
        self._reads, self._asked, self._before = reads, asked, before

    @contextmanager
    def read(self, item: Found, told: Told) -> Iterator[Reading]:
        if id(item) in self._before:
            yield self._taken(item)
            return
        assert self._reads
        with self._reads.read(item, told) as reading:
            yield reading

    def _taken(self, item: Found) -> Reading:
        from uncial.formats.json import read as read_json
        from uncial.sources import read_bytes

        document = read_json(read_bytes(item.source, self._asked.limits)[0])
        return Reading(document, lambda format: format.write(document, None, self._asked.output))


def _was_read(item: Found) -> bool:
    """Whether it begins as a document does that Uncial wrote as JSON; no image does, and no PDF. What a URL names is fetched."""
    try:
        if isinstance(item.source, Path):
            with item.source.open("rb") as file:
                return file.read(1) == b"{"
        # Looked at without taking it: whoever reads it afterwards wants all of it.
        return item.source == "-" and sys.stdin is not None and _peeked(sys.stdin.buffer)[:1] == b"{"
    except OSError:  # who reads it says why
        return False


def _peeked(stream: BinaryIO) -> bytes:
    return stream.peek(1) if isinstance(stream, BufferedReader) else b""


def _with_file(data: bytes, name: str) -> bytes:
    return b'{"file":' + json.dumps(name, ensure_ascii=False).encode("utf-8", "replace") + b"," + data[1:]
