import base64
import re
from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from fakes import RED, FakeOriginal, block, document, figure, line, page, table
from uncial.document import Block, Document, Page, Problem
from uncial.formats.html import write


def parsed(read: Document, original: FakeOriginal | None = None) -> Any:
    return html.document_fromstring(write(read, original).decode())


def shape(root: html.HtmlElement) -> list[str]:
    return [each.tag for each in root.iter() if isinstance(each.tag, str)]


EVERYTHING = document(
    page(
        block("Head", kind="page-header"),
        block("Title & more", kind="heading", level=1, top=50),
        block("Text <b> of it.", top=100),
        block("1. one", kind="list-item", level=1, top=150),
        block("• dot", kind="list-item", level=2, top=180),
        block("(b) two", kind="list-item", level=1, top=210),
        block("Table 1: Prices", kind="caption", top=240),
        table(["Name", "Price"], ["Tea", "1.50"], top=270),
        figure("x axis", box=RED),
        block("Figure 1: Red", kind="caption", top=420),
        block("1 A note.", kind="footnote", top=500),
        block("7", kind="page-footer", top=600),
    )
)


def test_the_structure_is_said_in_elements():
    main = parsed(EVERYTHING).find(".//main")
    (section,) = main
    assert section.get("id") == "page-1"
    assert [each.tag for each in section] == ["header", "h1", "p", "ol", "ol", "table", "figure", "p", "footer"]
    assert section.find(".//caption").text == "Table 1: Prices"
    assert section.find(".//figcaption").text == "Figure 1: Red"
    assert section.find(".//h1").text == "Title & more"
    assert section.findall("p")[0].text == "Text <b> of it."


def test_numbers_of_lists_are_kept_and_lists_are_nested():
    numbers, letters = parsed(EVERYTHING).findall(".//section/ol")
    assert (numbers[0].get("value"), numbers[0].text) == ("1", "one\n")
    assert numbers[0].find("ul/li").text == "dot"
    assert (letters.get("class"), letters[0].text) == ("own", "(b) two")


def test_a_figure_is_cut_out_of_the_page_with_its_text_as_what_it_says():
    cv2 = pytest.importorskip("cv2")
    np = pytest.importorskip("numpy")
    image = parsed(EVERYTHING, FakeOriginal()).find(".//img")
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("200", "100", "x axis")
    found = re.fullmatch(r"data:image/(png|jpeg);base64,(.*)", image.get("src"))
    assert found
    kind, data = found.groups()
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    assert (kind, pixels.shape) == ("png", (100, 200, 3))
    assert (pixels == (0, 0, 255)).all()


def test_a_page_without_figures_is_not_drawn():
    original = FakeOriginal()
    write(document(page(block("Text")), page(figure(), number=2)), original)
    assert original.shown == [2]


def test_a_page_that_lies_on_its_side_has_its_figures_upright():
    image = parsed(document(replace(page(figure(box=RED)), turned=90)), FakeOriginal()).find(".//img")
    assert (image.get("width"), image.get("height")) == ("100", "200")


def test_without_the_original_a_figure_is_what_is_written_in_it():
    found = parsed(EVERYTHING).find(".//figure")
    assert [each.tag for each in found] == ["p", "figcaption"]
    assert found[0].text == "x axis"


def test_cells_that_span_and_rows_of_headers_are_told():
    made = table(["Both", None], ["a", "b"], ["c", None], heads=2, spans={(0, 0): (1, 2), (2, 0): (1, 2)})
    found = parsed(document(page(made))).find(".//table")
    assert len(found.find("thead")) == 2
    assert [(cell.tag, cell.get("colspan"), cell.get("scope")) for cell in found.iter("th", "td")] == [
        ("th", "2", "colgroup"), ("th", None, "col"), ("th", None, "col"), ("td", "2", None),
    ]  # fmt: skip


def test_a_header_that_reaches_into_the_body_is_no_head():
    made = table(["a", "b"], [None, "c"], spans={(0, 0): (2, 1)})
    assert parsed(document(page(made))).find(".//thead") is None


def test_a_page_that_runs_to_the_left_says_so():
    hebrew = replace(block("שלום"), lines=(replace(line("שלום"), direction="right-to-left"),))
    root = parsed(document(page(hebrew, replace(hebrew, lines=hebrew.lines * 2), block("English", top=200))))
    assert (root.get("lang"), root.get("dir")) == ("he", "rtl")
    assert [each.get("dir") for each in root.iter("p")] == [None, None, "ltr"]


def test_doubtful_words_are_marked_and_failed_pages_told():
    words = (replace(line("guess").words[0], doubtful=True),)
    doubtful = Block((replace(line("guess"), words=words),), line("guess").quad)
    root = parsed(document(page(doubtful), Page(2, 0, 0, problem=Problem("x", "It is <damaged>.", "Mend it."))))
    assert root.find(".//mark").text == "guess"
    assert root.find(".//p[@class='problem']").text_content() == "Page 2 could not be read. It is <damaged>. Mend it."


def test_nothing_can_run_and_nothing_is_fetched():
    evil = document(page(block("<script>x</script>", '"onload="x')), name='"><script src=//x>')
    made = write(evil).decode()
    assert "<script" not in made
    assert parsed(evil).find(".//title").text == '"><script src=//x>'
    assert set(shape(html.document_fromstring(made))) == {
        "html", "head", "meta", "title", "style", "body", "main", "section", "p",
    }  # fmt: skip


def test_control_characters_and_half_characters_are_left_out():
    odd = document(page(block("a\x00b\ud800c\x1b")), name="n\x07\udcff")
    assert parsed(odd).find(".//p").text == "abc"


def test_the_page_is_valid_html():
    html5lib = pytest.importorskip("html5lib", reason="html5lib is not installed")
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(write(EVERYTHING, FakeOriginal()).decode())
    with pytest.raises(html5lib.html5parser.ParseError):
        parser.parse(write(EVERYTHING).decode().replace("</table>", ""))
