"""What each block is, on lines that are made by hand; each test has a page on which the same thing must not be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from fakes import line
from uncial.document import Block, Line, Page
from uncial.geometry import Box, Point, Quad, Transform
from uncial.graphics import NOTHING, Graphics, Rule
from uncial.layout import arrange, settled

WIDTH, HEIGHT = 1200, 1600
"""The page on which all of them stand; letters are 10 pixels wide and 20 high, as in tests/fakes.py."""

LONG = [
    "It was in the winter of that year that the river froze from one",
    "bank to the other, and the people of the town went out on it to",
    "walk, to trade and to look at each other, as they had done when",
    "their grandfathers were young and the bridge had not been built",
]
MORE = [
    "Nobody could say who had been the first to set up a stall there",
    "with chestnuts and hot wine, but on the third day there were so",
    "many that a constable was sent to see to it that a way was left",
    "for the sledges that brought the wood down from the upper hills",
]


def prose(texts: Iterable[str], left: float = 100, top: float = 100, step: float = 30, indent: float = 0) -> list[Line]:
    """Lines of a paragraph, the first of them set in."""
    return [line(text, left + indent * (n == 0), top + step * n) for n, text in enumerate(texts)]


def sized(text: str, left: float, top: float, times: float) -> Line:
    """A line in letters that are so many times as large."""
    small = line(text)
    return small.moved(Transform.scaling(times, times).then(Transform.translation(left, top)))


def native(lines: Iterable[Line], *, bold: bool = False) -> list[Line]:
    """The lines as a PDF's own text."""
    return [replace(each, engine="pdf", bold=bold) for each in lines]


def blocks(lines: Iterable[Line], graphics: Graphics = NOTHING) -> list[Block]:
    return list(arrange(list(lines), width=WIDTH, height=HEIGHT, graphics=graphics).blocks)


def kinds(found: Iterable[Block]) -> list[str]:
    return [each.kind for each in found]


def texts(found: Iterable[Block]) -> list[list[str]]:
    return [[each.text for each in block.lines] for block in found]


def across(left: float, right: float, top: float) -> Rule:
    return Rule(Point(left, top), Point(right, top))


# ---- paragraphs


def test_first_lines_that_are_set_in_begin_paragraphs():
    first, second = [*LONG[:3], "then."], ["And nobody could say who had been the first to set up", *MORE[1:]]
    page = prose(first, indent=40) + prose(second, top=220, indent=40)
    assert texts(blocks(page)) == [first, second]


def test_a_line_that_is_set_in_in_the_middle_of_a_sentence_begins_nothing():
    page = prose(LONG) + prose(["nobody could say who had been the first to set up", *MORE[1:]], top=220, indent=40)
    assert texts(blocks(page)) == [[*LONG, "nobody could say who had been the first to set up", *MORE[1:]]]


def test_after_a_short_last_line_a_paragraph_begins():
    first = [*LONG[:3], "their grandfathers were young."]
    assert texts(blocks(prose(first) + prose(MORE, top=220))) == [first, MORE]


def test_a_sentence_that_ends_where_the_next_word_has_no_room_ends_no_paragraph():
    first = [*LONG[:3], "their grandfathers were young and the bridge not been built yet."]
    assert texts(blocks(prose(first) + prose(MORE, top=220))) == [[*first, *MORE]]


def test_a_little_white_parts_paragraphs_where_all_other_steps_are_alike():
    assert texts(blocks(prose(LONG) + prose(MORE, top=100 + 3 * 30 + 40))) == [LONG, MORE]


def test_lines_of_a_table_of_contents_are_no_paragraphs_of_their_own_for_ending_short():
    short = ["in the winter", "of that year", "the river froze", "from one bank", "to the other"]
    assert texts(blocks(prose(short))) == [short]


# ---- headings


def test_a_larger_line_is_a_heading():
    found = blocks([sized("The winter of the river", 100, 30, 1.6), *prose(LONG)])
    assert kinds(found) == ["heading", "paragraph"]
    assert found[0].level == 1


def test_a_quad_that_is_only_too_high_makes_no_heading():
    high = line(LONG[2], 100, 160)
    high = replace(high, quad=Quad.of_box(high.quad.box._replace(top=150, bottom=190)))
    assert kinds(blocks([*prose(LONG[:2]), high, *prose(MORE, top=190)])) == ["paragraph"]


def test_a_bold_line_above_a_paragraph_is_a_heading_in_a_pdf():
    page = [*native([line("Of ice and chestnuts", 100, 70)], bold=True), *native(prose(LONG))]
    assert kinds(blocks(page)) == ["heading", "paragraph"]
    assert kinds(blocks(native(prose(["Of ice and chestnuts", *LONG], top=70)))) == ["paragraph"]


def test_where_all_is_bold_nothing_is_a_heading_for_that():
    page = native([line("of ice and chestnuts", 100, 70), *prose(LONG)], bold=True)
    assert kinds(blocks(page)) == ["paragraph"]


@pytest.mark.parametrize("title", ["2.1 Ice and chestnuts", "ICE AND CHESTNUTS", "The Great Winter Market", "III. Of the ice"])
def test_a_number_capitals_or_large_words_alone_between_white_make_a_heading(title: str):
    page = [*prose(LONG), line(title, 100, 270), *prose(MORE, top=330)]
    assert kinds(blocks(page)) == ["paragraph", "heading", "paragraph"]


@pytest.mark.parametrize("text", ["and then it thawed", "The ice went out to sea.", "f = 12 m + 3", "Dear Mr Miller,"])
def test_a_sentence_or_formula_alone_is_no_heading(text: str):
    page = [*prose(LONG), line(text, 100, 270), *prose(MORE, top=330)]
    assert kinds(blocks(page)) == ["paragraph"] * 3


# ---- lists


def test_items_are_blocks_with_all_their_lines():
    items = [["• two eggs and some butter", "that is not salted"], ["• flour"], ["• a little milk from", "the day before"]]
    page = [line(text, 130 + 30 * bool(n), 300 + 30 * y) for y, (n, text) in enumerate(_numbered(items))]
    found = blocks([*prose(LONG), *page])
    assert texts(found) == [LONG, *items]
    assert [(each.kind, each.level) for each in found[1:]] == [("list-item", 1)] * 3


def _numbered(items: Iterable[list[str]]) -> list[tuple[int, str]]:
    return [pair for item in items for pair in enumerate(item)]


def test_items_within_items_are_nested():
    lefts = [100, 140, 140, 100]
    marked = ["1. eggs from the market", "(a) brown ones", "(b) white ones", "2. flour of any kind"]
    page = [line(text, left, 100 + 30 * n) for n, (text, left) in enumerate(zip(marked, lefts, strict=True))]
    assert [(each.kind, each.level) for each in blocks(page)] == [("list-item", level) for level in (1, 2, 2, 1)]


def test_items_of_the_next_column_are_not_nested_in_those_of_the_first():
    rows = [f"{n}. something to buy on the market" for n in range(1, 9)]
    page = [line(text, 100 + 500 * (n > 3), 100 + 30 * (n % 4) + 7 * (n > 3)) for n, text in enumerate(rows)]
    found = blocks(page)
    assert texts(found) == [[text] for text in rows]
    assert {(each.kind, each.level) for each in found} == {("list-item", 1)}
    assert [each.column for each in found] == [1] * 4 + [2] * 4


def test_a_number_that_begins_a_line_by_chance_makes_no_item():
    page = [
        "It was in the winter of the year that went before the year",
        "12. of which nobody speaks, that the river froze and we",
    ]
    assert kinds(blocks(prose([*page, *LONG]))) == ["paragraph"]


# ---- captions and footnotes

PICTURE = Graphics(pictures=(Quad.of_box(Box(100, 300, 700, 700)),))


def test_what_stands_in_a_picture_belongs_to_the_figure_and_what_names_it_is_its_caption():
    page = [*prose(LONG), line("north", 300, 400), line("Figure 3. The frozen river", 100, 720), *prose(MORE, top=800)]
    found = blocks(page, PICTURE)
    assert kinds(found) == ["paragraph", "figure", "caption", "paragraph"]
    assert [each.text for each in found[1].lines] == ["north"]
    assert found[1].quad.box == pytest.approx((100, 300, 700, 700))


def test_a_picture_behind_prose_is_none():
    ground = Graphics(pictures=(Quad.of_box(Box(80, 80, 800, 400)),))
    assert kinds(blocks([*prose(LONG), *prose(MORE, top=260)], ground)) == ["paragraph", "paragraph"]


@pytest.mark.parametrize("text", ["Abb. 2: Der Fluss im Winter", "Table 1. Prices of wood", "Tableau 4 – Les prix", "Fig. 12"])
def test_captions_in_other_languages(text: str):
    assert kinds(blocks([*prose(LONG), line(text, 100, 270), *prose(MORE, top=330)])) == ["paragraph", "caption", "paragraph"]


@pytest.mark.parametrize("text", ["Figure 3 shows the river in", "Tables are bought at", "Figures of speech: some"])
def test_a_sentence_about_a_figure_is_no_caption(text: str):
    assert "caption" not in kinds(blocks([*prose(LONG), *prose([text, *MORE], top=270)]))


def test_small_print_with_a_mark_at_the_foot_is_a_footnote():
    notes = [sized("1 See the letters of Ann Miller.", 100, 1300, 0.8)]
    body = prose(LONG * 3, top=800)
    assert kinds(blocks([*body, *notes]))[-1] == "footnote"
    assert "footnote" not in kinds(blocks([*notes, *prose(LONG * 3, top=1340, step=20)]))


def test_what_begins_with_a_mark_below_a_short_rule_is_a_footnote():
    page = [*prose(LONG * 3, top=800), *prose(["1 See the letters of Ann Miller in", "the library of the town"], top=1250)]
    assert kinds(blocks(page, Graphics((across(100, 300, 1200),))))[-1] == "footnote"
    assert kinds(blocks(page))[-1] == "paragraph"


# ---- running heads


def test_numbers_and_lines_with_a_number_in_the_margin_head_and_foot_the_page():
    page = [line("A HISTORY OF ICE", 100, 40), line("117", 800, 40), *prose(LONG * 8, top=140), line("- 12 -", 500, 1500)]
    found = blocks(page)
    assert kinds(found) == ["page-header", "paragraph", "page-footer"]


def test_a_title_at_the_head_of_a_page_is_no_running_head():
    found = blocks([sized("A History of Ice", 100, 40, 1.5), *prose(LONG * 8, top=140)])
    assert kinds(found) == ["heading", "paragraph"]


def test_the_last_line_of_a_page_that_is_full_is_no_page_footer():
    assert kinds(blocks(prose(LONG * 12, top=100))) == ["paragraph"]


def leaf(number: int, head: str, top: float = 60) -> Page:
    lines = [line(head, 100, top), *prose(LONG * 5, top=200), line("end of the leaf", 100, 1500)]
    found = arrange(lines, width=WIDTH, height=HEIGHT).blocks
    found = tuple(replace(each, kind="paragraph") if each.text == head else each for each in found)
    return Page(number, WIDTH, HEIGHT, blocks=found)


def test_what_comes_again_at_the_same_place_is_a_running_head():
    pages = settled([leaf(n, f"Of ice and chestnuts {n}") for n in range(1, 4)])
    assert [page.blocks[0].kind for page in pages] == ["page-header"] * 3


def test_left_and_right_pages_may_have_a_head_each():
    pages = settled([leaf(n, "Of ice and chestnuts" if n % 2 else "The second part") for n in range(1, 5)])
    assert [page.blocks[0].kind for page in pages] == ["page-header"] * 4


@pytest.mark.parametrize(
    "pages",
    [
        [leaf(1, "Of ice and chestnuts"), leaf(2, "What the miller had to say")],
        [leaf(1, "Of ice and chestnuts", 60), leaf(2, "Of ice and chestnuts", 140)],
        [leaf(1, "Of ice and chestnuts")],
    ],
)
def test_what_does_not_come_again_or_elsewhere_is_none(pages: list[Page]):
    assert [page.blocks[0].kind for page in settled(pages)] == ["paragraph"] * len(pages)


# ---- ranks of headings


def headed(*titles: tuple[str, float]) -> Page:
    found = [Block((sized(text, 100, 100, times),), Quad.of_box(Box(0, 0, 1, 1)), "heading", 1) for text, times in titles]
    return Page(1, WIDTH, HEIGHT, dpi=100, blocks=tuple(found))


def levels(*pages: Page) -> list[int]:
    return [block.level for page in settled(pages) for block in page.blocks]


def test_headings_rank_by_their_size_over_all_pages():
    assert levels(headed(("Ice", 2.0), ("Of rivers", 1.5)), headed(("Of lakes", 1.52), ("Snow", 1.97))) == [1, 2, 2, 1]


def test_headings_of_one_size_rank_by_capitals():
    assert levels(headed(("Of rivers", 1.0), ("ICE", 1.0))) == [2, 1]


def test_numbers_say_what_belongs_to_what():
    assert levels(
        headed(("A history", 2), ("1 Ice", 1.5), ("1.1 Of rivers", 1.5), ("1.1.1 Of brooks", 1.5), ("2 Snow", 1.5))
    ) == [*(1, 2, 3, 4, 2)]


def test_there_are_six_ranks_at_most():
    assert levels(headed(*((f"Part {n}", 10 / (n + 1)) for n in range(9))))[-1] == 6


# ---- what stands between, beside and across columns


def test_a_pdfs_line_that_runs_on_into_the_next_column_is_cut_at_the_gutter():
    rows = [replace(line(f"{a} {b}"), engine="pdf") for a, b in zip(LONG, MORE, strict=True)]
    page = [_spread(row, len(a.split()), 100, 100 + 30 * n) for n, (row, a) in enumerate(zip(rows, LONG, strict=True))]
    assert [each.column for each in blocks(page)] == [1, 2]
    assert texts(blocks(page)) == [LONG, MORE]


def _spread(row: Line, first: int, left: float, top: float) -> Line:
    """A line whose words from the `first` on begin 750 pixels behind its start."""
    offset = 750 - row.words[first].quad.box.left
    moved = [word.moved(Transform.translation(left + offset * (n >= first), top)) for n, word in enumerate(row.words)]
    return Line(tuple(moved), Quad.of_box(Box.around(word.quad.box for word in moved)), engine=row.engine)


def test_a_column_of_numbers_belongs_to_the_column_whose_lines_it_numbers():
    left = [line(text[:40], 100, 100 + 30 * n) for n, text in enumerate(LONG * 3)]
    right = [line(text[:40], 640, 100 + 30 * n) for n, text in enumerate(MORE * 3)]
    numbers = [line(str(n + 1), 580, 100 + 30 * n) for n in range(12)]
    found = blocks([*left, *right, *numbers])
    assert {each.column for each in found} == {1, 2}
    assert [text for each in texts(found) for text in each][12:] == [
        f"{n + 1} {text[:40].strip()}" for n, text in enumerate(MORE * 3)
    ]


def test_a_figure_between_lines_stands_where_it_is_read_and_one_in_a_column_parts_no_other():
    left = [*prose([text[:40] for text in LONG]), *prose([text[:40] for text in MORE], top=420)]
    right = prose([text[:40] for text in (LONG * 4)[:15]], left=640)
    found = blocks([*left, *right], Graphics(pictures=(Quad.of_box(Box(100, 230, 480, 400)),)))
    assert kinds(found) == ["paragraph", "figure", "paragraph", "paragraph"]
    assert [each.column for each in found] == [1, 1, 1, 2]


def test_a_stamp_up_the_margin_is_outside_the_text_and_a_line_up_a_table_is_not():
    stamp = line("downloaded on a winter day").moved(Transform.rotation(-90).then(Transform.translation(20, 700)))
    assert kinds(blocks([*prose(LONG, left=140), stamp])) == ["paragraph", "page-footer"]
    inside = stamp.moved(Transform.translation(300, -200))
    assert kinds(blocks([*prose(LONG, left=140), inside])) == ["paragraph", "paragraph"]


def test_a_large_initial_stands_in_its_first_line():
    body = native(prose(LONG * 2))
    high = replace(body[0].words[0], quad=Quad.of_box(Box(100, 98, 120, 180)))
    first = replace(body[0], words=(high, *body[0].words[1:]), quad=Quad.of_box(Box(100, 98, 740, 180)))
    assert texts(blocks([first, *body[1:]])) == [LONG * 2]


def test_a_star_at_the_end_of_a_column_marks_a_note_as_large_as_the_text():
    assert kinds(
        blocks([*prose(LONG * 4, top=700), *prose(["*) See the letters of Ann Miller in", "the library of the town"], top=1250)])
    ) == [
        "paragraph",
        "footnote",
    ]


@pytest.mark.parametrize(("mark", "kind"), [("•", "list-item"), ("→", "paragraph")])
def test_one_bullet_makes_an_item_and_one_arrow_does_not(mark: str, kind: str):
    assert kinds(blocks([*prose(LONG), *prose([f"{mark} two eggs and some butter that", "is not salted"], top=270)]))[-1] == kind


def test_what_stands_beside_a_foot_of_the_page_is_one_too():
    left = [line("This work is in the public domain.", 100, 1540)]
    right = [line("Saylor.org", 1000, 1515), line("Page 9 of 87", 990, 1540)]
    found = blocks([*prose(LONG + MORE + LONG, top=400), *left, *right])
    assert kinds(found)[-2:] == ["page-footer", "page-footer"]
    assert "Page 9" in found[-1].text
