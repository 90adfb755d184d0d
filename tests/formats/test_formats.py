from collections.abc import Mapping
from io import BytesIO
from zipfile import ZipFile

import pytest

from fakes import FakeOriginal, block, document, page
from uncial.errors import OptionInvalid, OriginalMissing
from uncial.formats import FORMATS, find_format, format_of_file
from uncial.options import Output
from uncial.writer import write

PARTS: Mapping[str, str] = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml"}
"""Where in an archive the text is."""


def told(name: str) -> bytes:
    made = write(document(page(block("Grace be unto you"))), name)
    return ZipFile(BytesIO(made)).read(PARTS[name]) if name in PARTS else made


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if not (format.shows or format.extracts)])
def test_every_format_that_needs_no_original_writes_a_document(name: str):
    assert b"Grace" in told(name)


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.shows])
def test_every_format_that_shows_the_pages_asks_for_the_original(name: str):
    with pytest.raises(OriginalMissing) as caught:
        write(document(page(block("Grace be unto you"))), name)
    assert name in caught.value.message


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if not format.shows])
def test_a_document_without_any_text_is_written_too(name: str):
    assert isinstance(FORMATS[name].write(document(page()), FakeOriginal(), Output()), bytes)


def test_a_format_has_the_same_name_everywhere():
    assert (
        list(FORMATS)
        == "txt json tsv md html hocr alto page docx xlsx csv fields fields-csv fields-xlsx pdf pdfa png lines".split()
    )
    for name, entry in FORMATS.items():
        assert (entry.name, entry.suffix[0]) == (name, ".")
        assert name.replace("-", ".") in entry.suffix


def test_an_unknown_format_is_refused_and_the_known_ones_are_named():
    with pytest.raises(OptionInvalid) as caught:
        write(document(), "rtf")
    assert "rtf" in caught.value.message
    assert "txt, json, tsv" in caught.value.hint


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.txt", "txt"),
        ("b/c.JSON", "json"),
        ("d.e.tsv", "tsv"),
        ("a.alto.xml", "alto"),
        ("a.pdf", "pdf"),
        ("a.pdfa.pdf", "pdfa"),
    ],
)
def test_a_file_name_chooses_its_format(file: str, name: str):
    assert format_of_file(file) is find_format(name)


@pytest.mark.parametrize("file", ["a", "a.rtf", "txt", "a.xml"])
def test_a_file_name_without_a_known_suffix_chooses_nothing(file: str):
    assert format_of_file(file) is None
