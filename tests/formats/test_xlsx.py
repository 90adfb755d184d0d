import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from fakes import block, document, line, page, table
from uncial.document import Block, Document, Page, Problem
from uncial.writer import write

openpyxl = pytest.importorskip("openpyxl")

PRICES = table(["Item", "Price"], ["007", "1,234.50"], ["=1+1", "-3.5"], ["#N/A", "1,234"])


def opened(read: Document) -> Any:
    return openpyxl.load_workbook(BytesIO(write(read, "xlsx")))


def test_each_table_is_a_sheet():
    book = opened(document(page(PRICES), page(block("Text"), table(["b"], top=100), number=2)))
    assert book.sheetnames == ["Table 1 (page 1)", "Table 2 (page 2)"]


def test_numbers_are_numbers_and_all_else_is_text():
    (sheet,) = opened(document(page(PRICES)))
    values = [[(cell.value, cell.data_type, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert values == [
        [("007", "s", "General"), (1234.5, "n", "#,##0.00")],
        [("=1+1", "s", "General"), (-3.5, "n", "0.0")],
        [("#N/A", "s", "General"), (1234, "n", "#,##0")],
    ]


def test_the_way_of_writing_is_that_of_the_whole_document():
    (sheet,) = opened(document(page(block("Zusammen 12,50 €"), table(["a"], ["1.234"], top=100))))
    assert sheet["A2"].value == 1234


def test_headers_are_bold_and_stay_in_sight():
    (sheet,) = opened(document(page(table(["a", "b"], ["c", "d"], ["e", "f"], heads=2))))
    assert sheet.freeze_panes == "A3"
    assert [row[0].font.bold for row in sheet.iter_rows()] == [True, True, False]


def test_cells_that_span_are_merged():
    (sheet,) = opened(document(page(table(["a", None], ["b", "c"], [None, "d"], spans={(0, 0): (1, 2), (1, 0): (2, 1)}))))
    assert sorted(map(str, sheet.merged_cells.ranges)) == ["A1:B1", "A2:A3"]


def test_doubtful_cells_are_marked():
    plain = table(["sure", "guess"])
    doubtful = replace(plain.lines[1], words=(replace(plain.lines[1].words[0], doubtful=True),))
    (sheet,) = opened(document(page(replace(plain, lines=(plain.lines[0], doubtful)))))
    assert [cell.fill.fill_type for cell in sheet[1]] == [None, "solid"]


def test_a_document_without_tables_has_its_lines_by_place():
    words = (*line("Tea", 0).words, *line("Cup", 400).words)
    (sheet,) = opened(document(page(Block((replace(line("x"), words=words),), line("x").quad))))
    assert (sheet.title, [cell.value for cell in sheet[1]]) == ("Page 1", ["Tea", "Cup"])


def test_a_page_that_failed_has_a_sheet_that_says_so():
    book = opened(document(page(PRICES), Page(2, 0, 0, problem=Problem("x", "It is damaged."))))
    assert book["Page 2 not read"]["A1"].value == "Page 2 could not be read. It is damaged."


def test_the_same_document_gives_the_same_bytes():
    made = write(document(page(PRICES)), "xlsx")
    assert made == write(document(page(PRICES)), "xlsx")
    with ZipFile(BytesIO(made)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert b"dcterms:" not in parts.read("docProps/core.xml")


def test_characters_that_xml_does_not_have_are_left_out():
    odd = table(["a\x00b\ufffec"])
    assert opened(document(page(odd), name="n\x07\udcff"))["Table 1 (page 1)"]["A1"].value == "abc"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_runs_no_formula(tmp_path: Path):
    (tmp_path / "a.xlsx").write_bytes(write(document(page(PRICES)), "xlsx"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "csv", "a.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "a.csv").read_text() == "Item,Price\n007,1234.5\n=1+1,-3.5\n#N/A,1234\n"
