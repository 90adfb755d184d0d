"""Formats: functions of a document, one module each, one table that the command, the service and the docs read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

from uncial.errors import OptionInvalid, OriginalMissing

if TYPE_CHECKING:
    from uncial.document import Document
    from uncial.options import Output
    from uncial.original import Original

Write = Callable[["Document", "Original | None", "Output"], bytes]
Read = Callable[[bytes], "Document"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a document; its name is the same for `-f`, for `?format=` and for `uncial.write`."""

    name: str
    media_type: str
    suffix: str
    help: str
    module: str
    """The module of this package that writes it, by a function `write(document, original, output)`; loaded when it is used."""
    shows: bool = False
    """Whether it shows the pages as they look, so that it cannot be written without the original."""
    reads: bool = False
    """Whether it is read back, by the module's function `read(data)`: corrected files come home."""
    bundles: bool = False
    """Whether a file of it holds one page, so that several pages come as a ZIP archive."""
    extracts: bool = False
    """Whether it is what the document says as data, by the kind and the templates that are asked for."""

    def made(self, data: bytes) -> Format:
        """The format of what was written: of an archive of its files, where there are several pages, another name and type."""
        if not (self.bundles and data.startswith(_ZIP)):
            return self
        return replace(self, suffix=f".{self.name}.zip", media_type="application/zip", bundles=False)

    @property
    def is_text(self) -> bool:
        """Whether a person can look at it as it is, on a terminal or in a browser."""
        return self.media_type.startswith("text/") or self.media_type.endswith(("json", "+xml"))

    @property
    def write(self) -> Write:
        """Write the document. `original` may be None unless the format shows it; figures then go without their picture."""
        if not self.shows:
            return cast("Write", self._function("write"))
        return _with_original(self._function("write"), self.name)

    @property
    def read(self) -> Read:
        """The document that stands in a file of this format, as `write` or another program wrote it. Raises `SourceDamaged`."""
        return cast("Read", self._function("read"))

    def _function(self, name: str) -> Any:
        return getattr(import_module(f"uncial.formats.{self.module}"), name)


def _with_original(write: Write, name: str) -> Write:
    def written(document: Document, original: Original | None, output: Output) -> bytes:
        if original is None:
            raise OriginalMissing(f"{name} shows the pages themselves, and the file that was read is not there.")
        return write(document, original, output)

    return written


_ZIP = b"PK\3\4"  # the signature of a local file header (APPNOTE.TXT, 4.3.7)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALL = (
    Format("txt", "text/plain; charset=utf-8", ".txt", "The text alone, a form feed between pages.", "text"),
    Format(
        "json", "application/json", ".json", "The whole document with places and confidences, on one line.", "json", reads=True
    ),
    Format("tsv", "text/tab-separated-values; charset=utf-8", ".tsv", "A row a word, in Tesseract's twelve columns.", "tsv"),
    Format("md", "text/markdown; charset=utf-8", ".md", "Markdown with GFM tables, as language models like it.", "markdown"),
    Format("html", "text/html; charset=utf-8", ".html", "A web page with headings, lists, tables and figures.", "html"),
    Format("hocr", "application/xhtml+xml", ".hocr", "hOCR 1.2: a web page with the places of words.", "hocr", reads=True),
    Format("alto", "application/alto+xml", ".alto.xml", "ALTO 4.4, as libraries and archives keep it.", "alto", reads=True),
    Format(
        "page",
        "application/vnd.prima.page+xml",
        ".page.xml",
        "PAGE 2019-07-15, as transcribers use it.",
        "page_xml",
        reads=True,
        bundles=True,
    ),
    Format("docx", _WORD, ".docx", "A Word document with headings, lists, tables and figures.", "docx"),
    Format("xlsx", _EXCEL, ".xlsx", "The tables as a workbook, a sheet each.", "xlsx"),
    Format("csv", "text/csv; charset=utf-8", ".csv", "The tables as comma-separated values, an empty line between.", "csv"),
    Format(
        "fields",
        "application/json",
        ".fields.json",
        "What a receipt, an invoice, a ticket says, as data.",
        "fields",
        extracts=True,
    ),
    Format(
        "fields-csv",
        "text/csv; charset=utf-8",
        ".fields.csv",
        "The same as a table: a row a document.",
        "fields_csv",
        extracts=True,
    ),
    Format(
        "fields-xlsx",
        _EXCEL,
        ".fields.xlsx",
        "The same as a workbook: its fields, and a sheet for each list.",
        "fields_xlsx",
        extracts=True,
    ),
    Format(
        "pdf", "application/pdf", ".pdf", "The pages as they are, with the text to be searched and copied.", "pdf", shows=True
    ),
    Format("pdfa", "application/pdf", ".pdfa.pdf", "The same as PDF/A-2b, as archives accept it.", "pdfa", shows=True),
    Format("png", "image/png", ".png", "A picture of the pages with boxes, order and confidence.", "overlay", shows=True),
    Format(
        "lines",
        "application/zip",
        ".lines.zip",
        "Training samples: an image and a text of each checked line.",
        "lines",
        shows=True,
    ),
)

FORMATS: dict[str, Format] = {format.name: format for format in _ALL}
"""Every format by its name, the plainest first."""


def find_format(name: str) -> Format:
    """The format of that name. Raises `OptionInvalid`."""
    if name not in FORMATS:
        raise OptionInvalid(f"There is no format “{name}”.", hint=f"Formats are: {', '.join(FORMATS)}.", stage="format")
    return FORMATS[name]


def format_of_file(name: str | PurePath) -> Format | None:
    """The format that a file of that name is expected to have, by its longest suffix; None where no format has that suffix."""
    fitting = [format for format in FORMATS.values() if PurePath(name).name.lower().endswith(format.suffix)]
    return max(fitting, key=lambda format: len(format.suffix), default=None)
