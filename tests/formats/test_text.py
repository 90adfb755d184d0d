from dataclasses import replace
from typing import Any

from fakes import block, document, line, page, table
from uncial.document import Block, Word
from uncial.geometry import Box, Quad, Transform
from uncial.options import Output
from uncial.writer import write


def test_blocks_stand_apart_and_pages_are_divided_by_a_form_feed():
    two = document(page(block("One", "two"), block("Three")), page(block("Four"), number=2))
    assert write(two, "txt") == b"One\ntwo\n\nThree\fFour\n"


def test_text_is_utf_8():
    assert write(document(page(block("Ærø Grüße"))), "txt") == "Ærø Grüße\n".encode()


def test_an_empty_page_is_an_empty_line():
    assert write(document(page()), "txt") == b"\n"


def test_a_doubtful_word_is_marked_as_transcribers_do():
    read = replace(line("sure guess", confidence=0.4), words=(*line("sure").words, *line("guess", confidence=0.4).words))
    made = document(page(Block((read.doubted(0.5),), read.quad)), page(block("Plain"), number=2))
    assert write(made, "txt") == b"sure guess[?]\fPlain\n"
    assert made.text == "sure guess\fPlain"


# ---- with the page's columns and spacing


def grid(*blocks: Block, **changed: Any) -> list[str]:
    return write(document(replace(page(*blocks), **changed)), "txt", output=Output(layout=True)).decode().splitlines()


def apart(*pieces: tuple[str, float], top: float = 0) -> Block:
    """One line whose pieces begin at these places."""
    words = tuple(word for text, left in pieces for word in line(text, left, top).words)
    made = replace(line("x", top=top), words=words)
    return Block((made,), made.quad)


def test_columns_stand_below_each_other():
    assert grid(apart(("Tea", 0), ("1.50", 200)), apart(("Coffee", 0), ("12.50", 190), top=30)) == [
        "Tea                 1.50",
        "Coffee             12.50",
    ]


def test_a_margin_and_a_gap_stay_free():
    assert grid(block("One", "two", left=40), block("three", left=60, top=150)) == [
        "    One",
        "    two",
        "",
        "",
        "",
        "      three",
    ]


def test_wide_print_pushes_no_column_out_of_line():
    narrow = tuple(replace(word, quad=Quad.of_box(Box(0, 60, 100, 80))) for word in line("seventeen-letters").words)
    made = replace(line("x"), words=(*narrow, *line("b", 150, 60).words))
    rows = grid(apart(("a", 0), ("b", 150)), apart(("a", 0), ("b", 150), top=30), Block((made,), made.quad))
    assert [row.index("b") for row in rows] == [19, 19, 19]


def test_two_columns_of_text_stay_side_by_side():
    left, right = block("one one", "two two", column=1), block("three", "four", left=300, column=2)
    assert grid(left, right) == ["one one                       three", "two two                       four"]


def test_chinese_letters_count_two_columns():
    def wide(top: float) -> Block:
        made = Word("茶水", Quad.of_box(Box(0, top, 40, top + 20)))
        words = (made, *line("b", 100, top).words)
        return Block((replace(line("x", top=top), words=words),), line("x", top=top).quad)

    assert grid(wide(0), apart(("abcd", 0), ("b", 100), top=30)) == ["茶水      b", "abcd      b"]


def test_a_page_that_slopes_or_lies_on_its_side_is_level():
    straight = (apart(("Tea", 0), ("1.50", 400)), apart(("Coffee", 0), ("12.50", 390), top=30))
    sloping = Transform.translation(-300, -400).then(Transform.rotation(4)).then(Transform.translation(300, 400))
    lying = Transform.quarter_turns(3, 600, 800)
    expected = [row.split() for row in grid(*straight)]
    assert [row.split() for row in grid(*(each.moved(sloping) for each in straight), skew=4.0)] == expected
    turned = grid(*(each.moved(lying) for each in straight), width=800, height=600, turned=90)
    assert [row.split() for row in turned] == expected


def test_lines_that_do_not_run_across_stand_below():
    up = line("margin note").moved(Transform.rotation(-90).then(Transform.translation(580, 400)))
    assert grid(block("Text"), Block((up,), up.quad)) == ["Text", "", "margin note"]


def test_a_page_that_runs_to_the_left_begins_at_the_right():
    words = tuple(replace(line("אב", left).words[0]) for left in (500, 300))
    made = replace(line("x"), words=words, direction="right-to-left")
    (row,) = grid(Block((made,), made.quad))
    assert row == " " * 8 + "אב" + " " * 18 + "אב"


def test_doubtful_words_are_marked_in_the_grid_too():
    made = replace(line("x"), words=(replace(line("guess").words[0], doubtful=True),))
    assert grid(Block((made,), made.quad)) == ["guess[?]"]


def test_hostile_places_make_no_endless_lines():
    tiny = Word("a", Quad.of_box(Box(0, 0, 1e-9, 1e-9)))
    far = Word("b", Quad.of_box(Box(5e8, 0, 5e8 + 1e-9, 1e-9)))
    made = replace(line("x"), words=(tiny, far))
    assert len("\n".join(grid(Block((made,), made.quad)))) < 2000


def test_pages_of_a_grid_are_divided_by_a_form_feed():
    two = document(page(block("One")), page(block("Two"), number=2))
    assert write(two, "txt", output=Output(layout=True)) == b"One\fTwo\n"


def test_the_cells_of_a_table_have_tabs_between():
    assert write(document(page(table(["a", "b"], ["", "d"]))), "txt") == b"a\tb\n\td\n"
