from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fakes import block, document, line, page, table
from uncial.document import Block, Document, Page, Word
from uncial.formats.flow import Flow, Item, listed
from uncial.printable import fit


def texts(read: Document) -> list[list[str]]:
    return [[part.text for part in sheet.body] for sheet in Flow(read).sheets]


PROSE = ("This is a paragraph which is long enough that", "nobody would take it for a label, and it goes")


def test_lines_run_on_and_divided_words_are_whole():
    assert texts(document(page(block("Words that are divi-", "ded at the end of the line.")))) == [
        ["Words that are divided at the end of the line."]
    ]


def test_a_paragraph_runs_over_the_page_past_notes_headers_and_figures():
    read = document(
        page(block(*PROSE), block("1 A note.", kind="footnote"), block("7", kind="page-footer")),
        page(block("Title", kind="page-header"), table(["a", "b"]), block("on here.", top=100), number=2),
    )
    assert texts(read) == [[" ".join(PROSE) + " on here.", "1 A note."], [""]]
    assert [sheet.goes_on for sheet in Flow(read).sheets] == [False, True]


def test_a_divided_word_takes_its_paragraph_along():
    assert texts(document(page(block("Divi-")), page(block("ded."), number=2))) == [["Divided."], []]


def test_a_paragraph_that_is_over_does_not_run_on():
    for end in (".", "!", "”", ":"):
        read = document(page(block(*PROSE[:1], PROSE[1] + end)), page(block("on here."), number=2))
        assert [len(parts) for parts in texts(read)] == [1, 1]


def test_what_begins_with_a_capital_or_is_only_a_label_does_not_run_on():
    assert texts(document(page(block(*PROSE)), page(block("On here."), number=2)))[1] == ["On here."]
    assert texts(document(page(block("Name")), page(block("of the child"), number=2)))[1] == ["of the child"]


def test_a_paragraph_does_not_run_over_a_page_that_was_left_out():
    assert texts(document(page(block(*PROSE)), page(block("on here."), number=3)))[1] == ["on here."]


def test_a_paragraph_runs_from_one_column_into_the_next_but_not_into_what_is_right_below_it():
    across = document(page(block(*PROSE, column=1), block("on here.", left=300, column=2)))
    below = document(page(block(*PROSE, column=1), block("on here.", top=90, column=1)))
    assert [len(*texts(read)) for read in (across, below)] == [1, 2]


def test_pages_that_may_not_share_a_paragraph_have_its_halves():
    read = document(page(block(*PROSE)), page(block("on here."), number=2))
    sheets = Flow(read, lambda before, after: False).sheets
    assert [part.text for part in sheets[1].body] == ["on here."]


def test_the_lines_of_an_address_stay_lines():
    body = block(
        "A line of prose that is as wide as the column it", "stands in, and another line of the same kind which", top=200
    )
    address = block("Mary Miller", "12 High Street", "London")
    assert texts(document(page(address, body)))[0][0] == "Mary Miller\n12 High Street\nLondon"


def test_prose_beside_it_does_not_make_prose_an_address():
    assert "\n" not in texts(document(page(block(*PROSE, "on and on until it ends."))))[0][0]


def test_doubtful_and_bold_words_are_told_apart_from_the_rest():
    first = replace(line("sure guess"), words=(line("sure").words[0], replace(line("guess").words[0], doubtful=True)))
    second = replace(line("bold", top=30), bold=True)
    read = document(page(Block((first, second), first.quad)))
    (part,) = Flow(read).sheets[0].body
    assert [(span.text, span.doubtful, span.bold) for span in part.spans] == [
        ("sure ", False, False),
        ("guess", True, False),
        (" ", False, False),
        ("bold", False, True),
    ]


def test_items_stand_below_the_item_that_is_less_deep():
    marks = [("1. one", 1), ("(a) two", 2), ("(b) three", 2), ("2. four", 1)]
    read = document(page(*(block(text, kind="list-item", level=level, top=30 * at) for at, (text, level) in enumerate(marks))))
    (items,) = listed(Flow(read).sheets[0].body)
    assert isinstance(items, tuple)

    def shown(item: Item) -> object:
        return "".join(span.text for span in item.spans), [shown(child) for child in item.children]

    assert [shown(item) for item in items] == [("one", [("two", []), ("three", [])]), ("four", [])]


def test_a_thousand_levels_of_a_list_are_no_deeper_than_word_can_show():
    read = document(page(*(block(f"• {at}", kind="list-item", level=at, top=at) for at in range(1, 1001))))
    assert len(list(listed(Flow(read).sheets[0].body))) == 1


def test_a_page_in_hebrew_says_so():
    hebrew = replace(block("שלום עולם"), lines=(replace(line("שלום עולם"), direction="right-to-left"),))
    flow = Flow(document(page(hebrew)))
    assert (flow.language, flow.direction) == ("he", "rtl")


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), max_size=5), st.data())
def test_spans_say_what_the_text_says_whatever_the_words_are(lines: list[list[str]], data: st.DataObject):
    quad = line("x").quad
    made = tuple(
        replace(line("x"), words=tuple(Word(text, quad, doubtful=data.draw(st.booleans())) for text in words)) for words in lines
    )
    read = document(Page(1, 600, 800, blocks=(Block(made, quad),)))
    said = "".join(part.text for part in Flow(read).sheets[0].body)
    said.encode("utf-8")
    letters = [letter for words in lines for text in words for letter in fit(text) if letter.isalnum()]
    assert [letter for letter in said if letter.isalnum()] == letters


def test_an_address_at_the_right_keeps_its_lines_and_prose_beside_a_picture_does_not():
    wide = block(
        "A line of prose that is as wide as the column it stands", "in, and another line of the same kind which.", top=300
    )
    address = block("Mary Miller", "12 High Street", "London", left=300)
    beside = block("Text beside a picture", "has lines which are", "all as long as they", "can be.", left=300)
    assert ["\n" in texts(document(page(first, wide)))[0][0] for first in (address, beside)] == [True, False]


def test_a_poem_keeps_its_lines_although_nothing_wider_stands_on_the_page():
    poem = block(
        "Beautiful is better than ugly.", "Simple is better.", "Flat is better.", "Sparse is better than what is dense.", "So."
    )
    assert texts(document(page(poem)))[0][0].count("\n") == 4
