from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from archives import differences, documents, everything
from fakes import block, document, line, page
from uncial.document import Document
from uncial.formats import FORMATS, find_format
from uncial.formats.reading import format_of_content, read_back
from uncial.options import Output

ARCHIVES = ("hocr", "alto", "page")


def round_trip(made: Document, name: str) -> Document:
    return find_format(name).read(find_format(name).write(made, None, Output()))


@pytest.mark.parametrize("name", ARCHIVES)
def test_everything_that_a_document_says_comes_back(name: str):
    assert differences(everything(), round_trip(everything(), name)) == []


@pytest.mark.parametrize("name", ARCHIVES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=documents())
def test_any_document_comes_back(name: str, made: Document):
    assert differences(made, round_trip(made, name)) == []


@pytest.mark.parametrize("name", ARCHIVES)
def test_what_came_back_is_written_the_same_again(name: str):
    once = round_trip(everything(), name)
    assert differences(once, round_trip(once, name), pixels=0.5) == []


def test_the_comparison_sees_a_box_that_moved_by_two_pixels():
    one, other = document(page(block("Grace"))), document(page(block("Grace", left=2)))
    assert differences(one, other)


def test_the_comparison_sees_another_text_order_kind_and_confidence():
    made = document(page(block("Grace"), block("be", top=40)))
    first, second = made.pages[0].blocks
    for others in (
        (second, first),
        (replace(first, kind="caption"), second),
        (block("Grase"), second),
        (replace(first, lines=(line("Grace", confidence=0.88),)), second),
        (first,),
    ):
        assert differences(made, document(page(*others)))


@pytest.mark.parametrize("name", [format.name for format in FORMATS.values() if format.reads])
def test_a_file_is_known_by_its_content(name: str):
    data = find_format(name).write(everything(), None, Output())
    assert read_back(data).pages[0].number == 7
    if not data.startswith(b"PK"):
        assert format_of_content(data) == name
