import json
from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import block, document, page
from uncial.document import Barcode, Block, Cell, Document, EngineUsed, Given, Line, Notice, Page, Problem, SourceInfo, Word
from uncial.errors import SourceDamaged
from uncial.formats.json import read, schema
from uncial.geometry import Point, Quad
from uncial.writer import write

texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=6)
pixels = st.integers(-99_999, 9_999_999).map(lambda hundredths: hundredths / 100)
confidences = st.integers(0, 10_000).map(lambda parts: parts / 10_000)
quads = st.builds(Quad, *[st.builds(Point, pixels, pixels)] * 4)
words = st.builds(Word, texts, quads, st.none() | confidences, st.lists(confidences, max_size=3).map(tuple), st.booleans())
lines = st.builds(
    Line,
    st.lists(words, max_size=2).map(tuple),
    quads,
    st.sampled_from(["left-to-right", "right-to-left", "top-to-bottom"]),
    st.none() | confidences,
    texts,
    st.booleans(),
)
cells = st.builds(
    Cell, st.integers(0, 9), st.integers(0, 9), quads, st.just(0), st.integers(0, 2), st.integers(1, 3), st.integers(1, 3)
)
blocks = st.builds(
    Block,
    st.lists(lines, max_size=2).map(tuple),
    quads,
    st.sampled_from(["paragraph", "heading", "list-item", "table", "figure"]),
    st.integers(0, 6),
    st.integers(0, 3),
    st.lists(cells, max_size=2).map(tuple),
)
barcodes = st.builds(Barcode, texts, texts, st.binary(max_size=6).map(lambda data: b64encode(data).decode()), quads)
notices = st.builds(Notice, texts, texts)
problems = st.builds(Problem, texts, texts, texts, texts)
pages = st.builds(
    Page,
    st.integers(1, 9999),
    st.integers(0, 99_999),
    st.integers(0, 99_999),
    st.none() | pixels,
    st.sampled_from([0, 90, 180, 270]),
    pixels,
    st.lists(texts, max_size=2).map(tuple),
    st.sampled_from(["image", "pdf", "both"]),
    st.lists(blocks, max_size=2).map(tuple),
    st.lists(barcodes, max_size=2).map(tuple),
    st.lists(notices, max_size=2).map(tuple),
    st.none() | problems,
)
sources = st.builds(SourceInfo, texts, texts, texts, st.integers(0, 2**40))
documents = st.builds(Document, st.lists(pages, max_size=2).map(tuple), sources, st.builds(EngineUsed, texts, texts))


@given(documents)
@settings(max_examples=50)
def test_a_document_comes_back_as_it_was(made: Document):
    assert read(write(made, "json")) == made


def test_the_plain_text_comes_first_under_output():
    made = json.loads(write(document(page(block("One")), page(block("Two"), number=2)), "json"))
    assert next(iter(made)) == "output"
    assert made["output"] == "One\fTwo"


def test_how_sure_the_document_and_each_page_are_is_told():
    made = json.loads(write(document(page(block("One")), page(number=2)), "json"))
    assert made["confidence"] == made["pages"][0]["confidence"] == 0.9
    assert made["pages"][1]["confidence"] is None


def test_what_follows_from_the_rest_is_not_believed_when_it_is_read_back():
    made = document(page(block("One")))
    told = (
        write(made, "json")
        .replace(b'"output":"One"', b'"output":"Two"')
        .replace(b'"confidence":0.9,"number"', b'"confidence":0.1,"number"')
    )
    assert b"Two" in told and b"0.1" in told
    assert read(told) == made


def test_places_have_two_decimals_and_confidences_four():
    quad = Quad(*(Point(1 / 3, 2 / 3),) * 4)
    exact = Word("a", quad, 1 / 3, (2 / 3,))
    made = document(replace(page(Block((Line((exact,), quad),), quad)), skew=1 / 3))
    found = json.loads(write(made, "json"))["pages"][0]
    assert found["skew"] == 0.33
    assert found["blocks"][0]["lines"][0]["words"][0] == {
        "text": "a",
        "quad": [[0.33, 0.67]] * 4,
        "confidence": 0.3333,
        "character_confidences": [0.6667],
        "doubtful": False,
        "checked": False,
    }


def test_what_a_person_said_comes_back_and_older_files_without_it_are_read():
    told = replace(document(page(block("One"))), given=(Given("total", "12.50"), Given("tip", None)))
    said = told.pages[0].blocks[0].lines[0]
    line = replace(said, words=(replace(said.words[0], checked=True),))
    made = replace(told, pages=(replace(told.pages[0], blocks=(replace(told.pages[0].blocks[0], lines=(line,)),)),))
    data = write(made, "json")
    assert read(data) == made
    older = data.replace(b',"checked":true', b"").replace(data[data.index(b',"given"') : -2], b"")
    assert b"checked" not in older and b"given" not in older
    assert read(older) == document(page(block("One")))


def test_it_is_one_line_of_readable_utf_8():
    made = write(document(page(block("Grüße", "漢字"))), "json")
    assert "Grüße\\n漢字".encode() in made
    assert made.count(b"\n") == 1
    assert made.endswith(b"\n")


def test_a_file_name_that_is_not_text_does_not_keep_the_document_from_being_written():
    assert read(write(document(name="page-\udcff.png"), "json")).source.name == "page-?.png"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"\xff", b'{"output":"text alone"}', write(document(page(block("a"))), "json").replace(b"600", b'"wide"')],
)
def test_what_is_not_such_a_document_is_a_coded_error(data: bytes):
    with pytest.raises(SourceDamaged) as caught:
        read(data)
    assert caught.value.hint


def test_the_schema_knows_every_field_that_is_written():
    made = json.loads(write(document(page(block("One"))), "json"))
    described = schema("#/components/schemas/{model}")
    assert list(described["properties"]) == list(made)
    assert described["required"][0] == "output"
    assert described["properties"]["pages"]["items"]["$ref"] == "#/components/schemas/Page"
    assert set(described["$defs"]["Page"]["properties"]) == set(made["pages"][0])
