from dataclasses import replace

from fakes import block, document, line, page
from uncial.document import Block
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
