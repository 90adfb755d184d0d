from fakes import block, document, page
from uncial.formats import write


def test_blocks_stand_apart_and_pages_are_divided_by_a_form_feed():
    two = document(page(block("One", "two"), block("Three")), page(block("Four"), number=2))
    assert write(two, "txt") == b"One\ntwo\n\nThree\fFour\n"


def test_text_is_utf_8():
    assert write(document(page(block("Ærø Grüße"))), "txt") == "Ærø Grüße\n".encode()


def test_an_empty_page_is_an_empty_line():
    assert write(document(page()), "txt") == b"\n"
