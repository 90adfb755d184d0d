from __future__ import annotations

from typing import Any

import pytest
from starlette.exceptions import HTTPException

from uncial.errors import OptionInvalid
from uncial.formats import FORMATS
from uncial.geometry import Box
from uncial.options import Options, Output, PageRanges, Region
from uncial.service.choices import OPTIONS, accepted_format, parse_choices, parse_output


def options(**given: str) -> Options:
    return parse_choices(given.items(), "auto").options


def test_nothing_asked_for_is_the_defaults():
    assert parse_choices([], "auto").options == Options()
    assert parse_choices([], "auto").format is None


def test_how_to_write_is_chosen_beside_how_to_read():
    assert parse_choices([], "auto").output == Output()
    made = parse_choices([("layout", "yes"), ("pdf_dpi", "72")], "auto")
    assert (made.output, made.options) == (Output(layout=True), Options(pdf_dpi=72))


def test_the_services_engine_reads_where_no_other_is_named():
    assert parse_choices([], "tesseract").options.engine == "tesseract"
    assert parse_choices([("engine", "ocrad")], "tesseract").options.engine == "ocrad"


def test_every_option_can_be_given():
    texts = {"languages": "de", "pages": "2-", "engine": "x", "effort": "best", "min_confidence": "0.5", "pdf_dpi": "72"}
    texts |= {"pdf_text": "only", "region": "1,2,30,40"}
    switches = {name for name, info in OPTIONS.items() if isinstance(info.default, bool)}
    assert set(OPTIONS) == {*texts, *switches}
    made = options(**texts, **dict.fromkeys(switches, "off"))
    off: dict[str, Any] = dict.fromkeys(switches, False)
    pages = PageRanges(((2, None),))
    region = Region(Box(1, 2, 30, 40))
    told: dict[str, Any] = {"effort": "best", "min_confidence": 0.5, "pdf_dpi": 72, "pdf_text": "only"}
    asked = Options(languages=("de",), pages=pages, region=region, engine="x", **told, **off)
    assert made == asked


@pytest.mark.parametrize("text", ["en+de", "en de", "en,de", "en, de", " en + de "])
def test_languages_are_joined_by_what_a_query_leaves_of_a_plus(text):
    assert options(languages=text).languages == ("en", "de")


@pytest.mark.parametrize(("text", "truth"), [("true", True), ("1", True), ("off", False), ("No", False)])
def test_a_truth_has_several_spellings(text, truth):
    assert options(orientation=text).orientation is truth


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pdf_dpi", "35"), ("pdf_dpi", "1201"), ("pdf_dpi", "many"), ("pdf_dpi", ""), ("pdf_dpi", "-300"), ("pdf_dpi", "3e2"),
        ("pdf_dpi", "³⁰⁰"), ("orientation", "maybe"), ("orientation", ""), ("pages", "0"), ("pages", "3-1"), ("pages", "x"),
        ("languages", ""), ("languages", "../etc"), ("format", "odt"), ("format", ""), ("layout", "perhaps"),
        ("password", "sesame"), ("language", "de"), ("", "x"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_hint(name, text):
    with pytest.raises(OptionInvalid) as caught:
        parse_choices([(name, text)], "auto")
    assert caught.value.hint


def test_an_option_given_twice_is_refused():
    with pytest.raises(OptionInvalid, match="twice"):
        parse_choices([("pdf_dpi", "72"), ("pdf_dpi", "72")], "auto")


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/plain", "txt"),
        ("application/json", "json"),
        ("text/tab-separated-values", "tsv"),
        ("TEXT/PLAIN; charset=utf-8", "txt"),
        ("application/json, text/plain, */*", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8", "html"),
        ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "png"),
        ("application/json, text/javascript, */*; q=0.01", "json"),
        ("application/pdf", "pdf"),
        ("application/pdf, application/json;q=0.9", "pdf"),
        ("application/xhtml+xml", "hocr"),
        ("application/alto+xml", "alto"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("image/*", "png"),
        ("application/json;q=0.5, text/plain;q=0.9", "txt"),
        ("text/*;q=0.9, application/json;q=0.1", "txt"),
        ("text/*, text/plain;q=0.1", "tsv"),
        ("application/*", "json"),
        ("*/*, application/json;q=0", "txt"),
        ("image/gif, */*;q=0.1", "json"),
        ("text/plain;q=nonsense", "txt"),
    ],
)
def test_the_accept_header_is_honoured(accept, name):
    assert accepted_format(accept).name == name


@pytest.mark.parametrize("accept", ["image/gif", "application/json;q=0", "application/xml", "*/*;q=0"])
def test_what_we_cannot_write_is_not_acceptable(accept):
    with pytest.raises(HTTPException) as caught:
        accepted_format(accept)
    assert caught.value.status_code == 406


def test_how_a_result_is_written_is_as_it_was_asked_for_at_first_unless_told_otherwise():
    assert parse_output([], Output(layout=True)) == (None, Output(layout=True))
    assert parse_output([("format", "md"), ("layout", "no")], Output(layout=True)) == (FORMATS["md"], Output())


@pytest.mark.parametrize("pair", [("languages", "de"), ("pages", "1"), ("password", "x"), ("format", "odt"), ("layout", "")])
def test_a_result_is_not_read_in_another_way_afterwards(pair):
    with pytest.raises(OptionInvalid) as caught:
        parse_output([pair], Output())
    assert caught.value.hint
