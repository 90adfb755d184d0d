from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from fakes import block, document, figure, line, page, table
from uncial.document import Block, Page, Problem
from uncial.writer import write

NASTY = "*_~`#>+-.!()[]<&;:|\\=1aB "


def markdown(*blocks: Block) -> str:
    return write(document(page(*blocks)), "md").decode()


def rendered(text: str) -> html.HtmlElement:
    parser = pytest.importorskip("markdown_it", reason="no Markdown parser is installed")
    made = parser.MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    return html.fromstring(f"<div>{made}</div>")


def test_headings_paragraphs_and_footnotes_stand_apart_and_page_edges_are_left_out():
    read = document(
        page(
            block("Running head", kind="page-header"),
            block("Title", kind="heading", level=1),
            block("Some text.", top=100),
            block("1 A note.", kind="footnote", top=200),
            block("17", kind="page-footer", top=300),
        ),
        page(block("More", kind="heading", level=2), number=2),
    )
    assert write(read, "md") == b"# Title\n\nSome text.\n\n1 A note.\n\n<!-- page 2 -->\n\n## More\n"


def test_lists_keep_their_numbers_and_are_nested():
    marks = [("3. three", 1), ("• dot", 2), ("(b) letter", 2), ("4) four", 1)]
    assert markdown(*(block(text, kind="list-item", level=level, top=30 * at) for at, (text, level) in enumerate(marks))) == (
        "3. three\n   - dot\n   - (b) letter\n4) four\n"
    )


def test_a_table_is_one_of_gfm():
    made = markdown(table(["Name", "Price"], ["Tea | leaf", "1.50"], ["", "*"]))
    assert made == "| Name | Price |\n| --- | --- |\n| Tea \\| leaf | 1.50 |\n|  | \\* |\n"
    assert [cell.text for cell in rendered(made).iter("th", "td")] == ["Name", "Price", "Tea | leaf", "1.50", None, "*"]


def test_a_table_with_spanning_cells_is_one_of_html():
    made = markdown(table(["Both", None], ["a <b>", "2"], spans={(0, 0): (1, 2)}))
    assert made == '<table>\n<tr><th colspan="2">Both</th></tr>\n<tr><td>a &lt;b&gt;</td><td>2</td></tr>\n</table>\n'


def test_a_table_with_two_rows_of_headers_is_one_of_html():
    assert markdown(table(["a", "b"], ["c", "d"], ["1", "2"], heads=2)).count("<th>") == 4


def test_a_figure_is_a_comment_with_what_is_written_in_it():
    assert markdown(figure()) == "<!-- figure -->\n"
    assert "> x axis\\\n> y axis" in markdown(figure("x axis", "y axis"))


def test_a_page_that_failed_says_so():
    bad = Page(2, 0, 0, problem=Problem("source-damaged", "The page is <damaged>."))
    made = write(document(page(block("Good")), bad), "md").decode()
    assert made.endswith("> **Page 2 could not be read.** The page is \\<damaged>.\n")


def test_a_doubtful_word_is_marked():
    words = (line("sure").words[0], replace(line("guess").words[0], doubtful=True))
    assert markdown(Block((replace(line("sure guess"), words=words),), line("x").quad)) == "sure guess[?]\n"


def test_bold_lines_are_bold_and_headings_are_not_twice():
    assert markdown(block("Bold line", bold=True)) == "**Bold line**\n"
    assert markdown(block("Title", kind="heading", level=3, bold=True)) == "### Title\n"


def test_what_needs_no_backslash_has_none():
    plain = "snake_case 5 * 3 a.b @c [1] (d) 3 < 4 & 50% #5 x-y ~5 $6 a|b!"
    assert markdown(block(plain)) == plain + "\n"


@pytest.mark.parametrize(
    "text",
    ["1. item", "- item", "+ item", "# title", "> said", "* * *", "- - -", "[a]: b", "<b>", "&amp;", "~~no~~", "`c`", "```"],
)
def test_what_would_be_markup_is_text(text: str):
    (paragraph,) = rendered(markdown(block(text)))
    assert (paragraph.tag, paragraph.text_content(), len(paragraph)) == ("p", text, 0)


@given(st.text(alphabet=NASTY, min_size=1, max_size=30))
def test_every_text_comes_back_from_a_parser(text: str):
    words = " ".join(text.split())
    if words:
        shown = rendered(markdown(block(words)))
        assert shown.text_content().strip() == words
        assert [each.tag for each in shown.iter()] == ["div", "p"]
        heading = rendered(markdown(block(words, kind="heading", level=2)))
        assert (heading[0].tag, heading.text_content().strip()) == ("h2", words)
