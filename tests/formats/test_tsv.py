from dataclasses import replace

import tesserocr
from PIL import Image, ImageDraw, ImageFont

from fakes import block, document, page, word
from uncial.document import Block, Document, Line, Problem
from uncial.engines.tesseract.packs import find_packs
from uncial.formats.tsv import COLUMNS
from uncial.geometry import Point, Quad
from uncial.writer import write

HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def rows(made: Document) -> list[list[str]]:
    return [row.split("\t") for row in write(made, "tsv").decode().splitlines()]


def test_the_header_is_tesseracts():
    assert write(document(), "tsv").decode() == HEADER + "\n"


def test_every_level_has_its_row():
    assert [" ".join(row).strip() for row in rows(document(page(block("Dear Sir", "Yours"))))[1:]] == [
        "1 1 0 0 0 0 0 0 600 800 -1",
        "2 1 1 0 0 0 0 0 80 50 -1",
        "3 1 1 1 0 0 0 0 80 50 -1",
        "4 1 1 1 1 0 0 0 80 20 -1",
        "5 1 1 1 1 1 0 0 40 20 90.00 Dear",
        "5 1 1 1 1 2 50 0 30 20 90.00 Sir",
        "4 1 1 1 2 0 0 30 50 20 -1",
        "5 1 1 1 2 1 0 30 50 20 90.00 Yours",
    ]


def test_blocks_count_from_one_on_each_page_and_pages_keep_their_own_number():
    made = document(page(block("a"), block("b"), number=3), page(block("c"), number=7))
    assert [row[1:3] for row in rows(made) if row[0] == "2"] == [["3", "1"], ["3", "2"], ["7", "1"]]


def test_a_slanted_word_fits_into_its_whole_pixel_box():
    quad = Quad(Point(1.9, 2.1), Point(20.2, 4.5), Point(19.8, 9.01), Point(1.5, 7.0))
    slanted = replace(word("slant"), quad=quad)
    made = document(page(replace(block("x"), lines=(Line((slanted,), quad),))))
    assert rows(made)[-1][6:10] == ["1", "2", "20", "8"]


def test_a_word_without_a_confidence_says_minus_one():
    made = document(page(replace(block("x"), lines=(Line((word("a", confidence=None),), word("a").quad),))))
    assert rows(made)[-1][10:] == ["-1", "a"]


def test_a_page_that_failed_is_one_row():
    made = document(page(problem=Problem("source-damaged", "It is torn.")))
    assert [row[0] for row in rows(made)[1:]] == ["1"]


def test_the_table_has_the_shape_of_the_one_that_tesseract_writes():
    image = Image.new("L", (700, 200), 255)
    ImageDraw.Draw(image).multiline_text((20, 20), "Grace be unto you\nand peace", fill=0, font=ImageFont.load_default(48))
    with tesserocr.PyTessBaseAPI(path=f"{find_packs(None)['eng'].parent}/", lang="eng") as api:
        api.SetImageBytes(image.tobytes(), 700, 200, 1, 700)
        theirs = api.GetTSVText(0)  # without a header
    their_rows = [list(COLUMNS), *(row.split("\t") for row in theirs.splitlines())]
    our_rows = rows(document(page(block("Grace be unto you", "and peace"))))
    places = [[row[:6] for row in table[1:]] for table in (their_rows, our_rows)]
    assert places[0] == places[1]
    assert [row[11:] for row in their_rows] == [row[11:] for row in our_rows]
    assert [float(row[10]) >= 0 for row in their_rows[1:]] == [float(row[10]) >= 0 for row in our_rows[1:]]


def test_what_was_read_back_stays_in_its_row_and_cell():
    odd = replace(word("a"), text="a\tb\nc\ud800")
    written = write(document(page(Block((Line((odd,), odd.quad),), odd.quad))), "tsv").decode()
    assert written.splitlines()[-1].endswith("\ta b c?")
