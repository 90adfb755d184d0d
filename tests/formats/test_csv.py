import csv
from dataclasses import replace
from io import StringIO

import pytest

from fakes import block, document, line, page, table
from uncial.document import Block
from uncial.writer import write


def read(made: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(made.decode(), newline="")))


def cell(text: str) -> str:
    return read(write(document(page(table([text, "b"], heads=0))), "csv"))[0][0]


def test_tables_follow_each_other_with_an_empty_line_between():
    two = document(page(table(["a", "b"], ["1", "2"])), page(table(["c"]), number=2))
    assert write(two, "csv") == b"a,b\r\n1,2\r\n\r\nc\r\n"


def test_every_row_has_all_places_and_the_first_of_a_span_has_its_text():
    spanning = table(["a", None], [None, None], ["c", "d"], spans={(0, 0): (2, 2)})
    assert read(write(document(page(spanning)), "csv")) == [["a", ""], ["", ""], ["c", "d"]]


@pytest.mark.parametrize("text", ["a,b", 'say "x"', "a;b", "Grüße"])
def test_any_text_comes_back(text: str):
    assert cell(text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-cmd|x", "@SUM(A1)", "=HYPERLINK(1)", "-1+cmd|x!A0", "＝1+1", "- item"]
)
def test_what_a_spreadsheet_takes_for_a_formula_is_text(text: str):
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["-12.5", "+3", "-1.234,56", "- 5", "-$5.00", "-", "+", "−5", "-5 %"])
def test_numbers_with_a_sign_stay_numbers(text: str):
    assert cell(text) == text


def test_a_formula_behind_another_separator_stays_inside_its_cell():
    assert write(document(page(table(["a;=1+1"], heads=0))), "csv") == b'"a;=1+1"\r\n'


def test_lines_that_are_apart_are_cells_where_there_is_no_table():
    words = (*line("Tea", 0).words, *line("1.50", 400).words)
    row = replace(line("x"), words=words)
    below = replace(line("x"), words=(*line("Coffee", 0, 30).words, *line("12.50", 390, 30).words))
    made = write(document(page(Block((row, below), row.quad), block("A line of prose that is quite wide", top=90))), "csv")
    assert read(made) == [["Tea", "1.50"], ["Coffee", "12.50"], ["A line of prose that is quite wide", ""]]


def test_an_empty_document_is_an_empty_file():
    assert write(document(page()), "csv") == b""
