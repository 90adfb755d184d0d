import pytest

from fakes import block, document, page
from uncial.errors import OptionInvalid
from uncial.formats import FORMATS, find_format, format_of_file
from uncial.writer import write


def test_every_format_of_the_table_writes_a_document():
    for name in FORMATS:
        assert b"Grace" in write(document(page(block("Grace be unto you"))), name)


def test_a_format_has_the_same_name_everywhere():
    assert [(key, entry.name, entry.suffix) for key, entry in FORMATS.items()] == [
        (name, name, f".{name}") for name in ("txt", "json", "tsv")
    ]


def test_an_unknown_format_is_refused_and_the_known_ones_are_named():
    with pytest.raises(OptionInvalid) as caught:
        write(document(), "docx")
    assert "docx" in caught.value.message
    assert "txt, json, tsv" in caught.value.hint


@pytest.mark.parametrize(("file", "name"), [("a.txt", "txt"), ("b/c.JSON", "json"), ("d.e.tsv", "tsv")])
def test_a_file_name_chooses_its_format(file: str, name: str):
    assert format_of_file(file) is find_format(name)


@pytest.mark.parametrize("file", ["a", "a.docx", "txt", ".txt"])
def test_a_file_name_without_a_known_suffix_chooses_nothing(file: str):
    assert format_of_file(file) is None
