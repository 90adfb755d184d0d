"""Formats: functions of a document, one module each, one table that the command, the service and the docs read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from uncial.errors import OptionInvalid

if TYPE_CHECKING:
    from uncial.document import Document


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a document; its name is the same for `-f`, for `?format=` and, after a dot, for a file."""

    name: str
    media_type: str
    suffix: str
    help: str
    write: Callable[[Document], bytes]


def _text(document: Document) -> bytes:
    from uncial.formats import text

    return text.write(document)


def _json(document: Document) -> bytes:
    from uncial.formats import json

    return json.write(document)


def _tsv(document: Document) -> bytes:
    from uncial.formats import tsv

    return tsv.write(document)


_ALL = (
    Format("txt", "text/plain; charset=utf-8", ".txt", "The text alone, a form feed between pages.", _text),
    Format("json", "application/json", ".json", "The whole document with places and confidences, on one line.", _json),
    Format("tsv", "text/tab-separated-values; charset=utf-8", ".tsv", "A row a word, in Tesseract's twelve columns.", _tsv),
)

FORMATS: dict[str, Format] = {format.name: format for format in _ALL}
"""Every format by its name, the plainest first."""


def find_format(name: str) -> Format:
    """The format of that name. Raises `OptionInvalid`."""
    if name not in FORMATS:
        raise OptionInvalid(f"There is no format “{name}”.", hint=f"Formats are: {', '.join(FORMATS)}.", stage="format")
    return FORMATS[name]


def format_of_file(name: str | PurePath) -> Format | None:
    """The format that a file of that name is expected to have, by its suffix; None where no format has that suffix."""
    suffix = PurePath(name).suffix.lower()
    return next((format for format in FORMATS.values() if format.suffix == suffix), None)


def write(document: Document, format: str) -> bytes:
    """Write the document in the format of that name. Raises `OptionInvalid` where there is no such format."""
    return find_format(format).write(document)
