import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import block, document, page
from uncial.running import running_text, whole_words


def run(*lines: str) -> str:
    """The lines of one block, run together."""
    return running_text([lines])


def test_lines_of_a_block_are_one_paragraph():
    assert run("One line", "and another", "one.") == "One line and another one."


@pytest.mark.parametrize("hyphen", ["-", "‐", "¬", "⸗", "\u00ad"])
def test_a_word_that_is_divided_at_the_end_of_a_line_is_whole_again(hyphen: str):
    assert run(f"a para{hyphen}", "graph of text") == "a paragraph of text"


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("from 1914-", "1918 on", "from 1914-1918 on"),
        ("Anglo-", "Saxon", "Anglo-Saxon"),
        ("call 555-", "abc", "call 555-abc"),
        ("he said -", "nothing", "he said - nothing"),
        ("a dash —", "and more", "a dash — and more"),
        ("(see above)-", "and more", "(see above)- and more"),
        ("Vor-", "und Nachteile", "Vor- und Nachteile"),
        ("-", "item", "- item"),
        ("well-", "“quoted”", "well- “quoted”"),
        ("ever-", "", "ever-"),
    ],
)
def test_other_hyphens_stay(first: str, second: str, text: str):
    assert run(first, second) == text


def test_the_document_tells_which_hyphens_belong_to_their_words():
    assert run("to re-enter at will, to re-", "enter again") == "to re-enter at will, to re-enter again"
    assert run("to reenter at will, to re-", "enter again") == "to reenter at will, to reenter again"
    assert run("quartz near porphyry and quartz-", "porphyry") == "quartz near porphyry and quartz-porphyry"
    assert run("for you the ward is there-", "fore for-", "ward") == "for you the ward is therefore forward"


def test_how_a_word_is_written_whole_goes_before_what_its_halves_are():
    assert run("Over there the loaded overloaded over-", "loaded carts") == "Over there the loaded overloaded overloaded carts"
    assert run("the thousand and thous-", "and one") == "the thousand and thousand one"


def test_what_a_line_end_has_divided_is_no_evidence():
    assert whole_words(["the quick re-", "enter fox,", "“Jumps” over"]) == {"the", "quick", "fox", "jumps", "over"}


def test_a_word_that_goes_on_in_the_next_block_takes_it_along():
    assert running_text([["end of a col-"], ["umn goes on"], ["New paragraph"]]) == "end of a column goes on\n\nNew paragraph"
    assert running_text([["TOTAL-"], ["12.00"]]) == "TOTAL-\n\n12.00"


def test_chinese_and_japanese_lines_meet_without_a_space():
    assert run("中文没有", "空格。") == "中文没有空格。"
    assert run("日本語の", "テスト") == "日本語のテスト"
    assert run("ภาษา", "ไทย") == "ภาษาไทย"
    assert run("中文", "and English") == "中文 and English"
    assert run("한국어는", "띄어쓰기") == "한국어는 띄어쓰기"


def test_right_to_left_lines_are_joined_in_the_order_in_which_they_are_read():
    assert run("שלום", "עולם") == "שלום עולם"
    assert run("مرحبا-", "بالعالم") == "مرحبا-بالعالم"


def test_pages_keep_their_own_text_and_share_what_they_know():
    made = document(page(block("a re-", "entry")), page(block("the re-entry of"), number=2))
    assert made.pages[0].running_text == "a reentry"
    assert made.pages[0].blocks[0].running_text == "a reentry"
    assert made.running_text == "a re-entry\fthe re-entry of"


def test_the_text_itself_stays_as_it_is_printed():
    made = document(page(block("a para-", "graph")))
    assert made.text == "a para-\ngraph"


def test_empty_lines_and_blocks_are_no_paragraphs():
    assert running_text([]) == ""
    assert running_text([["", " "], ["a"], [], ["b", ""]]) == "a\n\nb"


@given(st.lists(st.lists(st.text("aB1-¬中 .", max_size=8), max_size=5), max_size=4))
def test_nothing_but_hyphens_and_white_space_is_ever_lost(blocks: list[list[str]]):
    letters = "".join(letter for block in blocks for line in block for letter in line if letter not in "-¬ ")
    text = running_text(blocks)
    assert "".join(letter for letter in text if letter not in "-¬ \n") == letters
