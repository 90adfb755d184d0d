import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from uncial.evaluate.metrics import Hits
from uncial.evaluate.tables import Grid, GridCell

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def benchmark(name: str) -> Any:
    """A module of the benchmarks, which are programs and no package."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(BENCHMARKS))


def region(page: int, *texts: str, row_increment: int = 0, col_increment: int = 0) -> dict[str, Any]:
    """A row of cells as the labels have it."""
    cells = [{"row": 0, "col": n, "end_row": 0, "end_col": n, "text": text} for n, text in enumerate(texts)]
    return {"page": page, "row_increment": row_increment, "col_increment": col_increment, "cells": cells}


def test_regions_of_one_page_are_one_table_and_pages_are_apart():
    table = {"regions": [region(2, "a", "b"), region(2, "c", row_increment=1), region(3, "d")]}
    assert benchmark("table_cells").true_pages([table]) == {
        2: [Grid((GridCell(0, 0, "a"), GridCell(0, 1, "b"), GridCell(1, 0, "c")))],
        3: [Grid((GridCell(0, 0, "d"),))],
    }


def test_a_spanning_cell_of_a_label_spans():
    cell = {"row": 1, "col": 0, "end_row": 2, "end_col": 2, "text": "x"}
    table = {"regions": [{"page": 1, "row_increment": -1, "col_increment": 0, "cells": [cell]}]}
    assert benchmark("table_cells").true_pages([table]) == {1: [Grid((GridCell(0, 0, "x", rows=2, columns=3),))]}


def test_cells_that_are_rectangles_span_what_begins_within_them():
    boxes = [((0, 0, 20, 10), "head"), ((20, 0, 30, 20), "x"), ((0, 10, 10, 20), None), ((10, 10, 20, 20), "b")]
    assert benchmark("table_finders").by_edges(boxes) == [
        [0, 0, "head", 1, 2, False],
        [0, 2, "x", 2, 1, False],
        [1, 0, "", 1, 1, False],
        [1, 1, "b", 1, 1, False],
    ]


def bordered(text: str, borders: str) -> SimpleNamespace:
    """A cell as Camelot has it, with some of its borders: l, r, t, b."""
    names = {"left": "l", "right": "r", "top": "t", "bottom": "b"}
    return SimpleNamespace(text=text, **{name: letter in borders for name, letter in names.items()})


def test_cells_without_a_border_between_them_are_one():
    rows = [
        [bordered("head", "ltb"), bordered("", "trb"), bordered("side", "ltr")],
        [bordered("a", "ltrb"), bordered("b", "ltrb"), bordered("ways", "lrb")],
    ]
    assert benchmark("table_finders").by_borders(rows) == [
        [0, 0, "head", 1, 2, False],
        [0, 2, "side ways", 2, 1, False],
        [1, 0, "a", 1, 1, False],
        [1, 1, "b", 1, 1, False],
    ]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A set of one PDF and one of one image, and what a system is said to have found."""
    pdfs, crops = tmp_path / "data/h_icdar2013_tables_pdf", tmp_path / "data/h_pubtabnet_examples"
    for folder, record in (
        (pdfs, {"file": "images/eu-1.pdf", "tables": [{"regions": [region(2, "a", "b", "c")]}]}),
        (crops, {"file": "images/PMC1.png", "table_html": "<table><tr><td>a</td><td>b</td></tr></table>"}),
    ):
        folder.mkdir(parents=True)
        (folder / "labels.jsonl").write_text(json.dumps(record), encoding="utf-8")
    row = [[0, n, text, 1, 1, False] for n, text in enumerate("abx")]
    for route, name, pages in (("pdf", "eu-1", {"1": [row], "2": [row, row[:2]]}), ("pubtabnet", "PMC1", {"1": [row]})):
        path = tmp_path / f"kept/{route}/img2table/{name}.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"pages": pages, "version": "7", "seconds": 1}), encoding="utf-8")
    return tmp_path


def table_cells(kept: Path, *more: str) -> str:
    command = [sys.executable, str(BENCHMARKS / "table_cells.py"), str(kept / "data"), "--keep", str(kept / "kept"), "--again"]
    done = subprocess.run([*command, "--systems", "img2table", *more], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_was_kept_is_scored_again(kept: Path):
    told = table_cells(kept, "--routes", "pdf,pubtabnet", "-o", str(kept / "out"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in told.splitlines() if line.startswith("| img2table")]
    assert rows[0] == ["img2table 7", "0.333", "0.500", "0.400", "0.400", "0.400", "–", "–", "1", "0"]
    assert rows[1][6:8] == ["0.800", "0.800"]
    first, second = json.loads((kept / "out.json").read_text(encoding="utf-8"))
    assert first["files"] == {"eu-1": {"relations": 2, "found": 3, "right": 1, "f1": 0.4, "f1_forgiven": 0.4}}
    assert second["files"]["PMC1"]["teds_structure"] == 0.8


def test_a_file_that_was_not_run_has_no_tables_and_is_told(kept: Path):
    (kept / "kept/pdf/img2table/eu-1.json").unlink()
    told = table_cells(kept, "--routes", "pdf")
    assert "0.000 |" in told and told.rstrip().endswith("1 |")


def test_the_differences_of_one_file_can_be_shown(kept: Path):
    told = table_cells(kept, "--routes", "pdf", "--show", "eu-1")
    assert "- Relation(first='B', second='C', down=False, blanks=0)" in told
    assert "+ Relation(first='B', second='X', down=False, blanks=0)" in told


def test_the_native_table_counts_words_pages_and_times():
    documents = benchmark("documents")
    parts = [
        documents.Native("a.pdf", Hits(9, 10, 10), 2, {"pdf": 2}, (0.1, 0.1), (2.0, 4.0)),
        documents.Native("b.pdf", Hits(10, 10, 10), 1, {"both": 1}, (0.1,), (3.0,)),
    ]
    told = documents.native_report(parts)
    (row,) = [line for line in told.splitlines() if line.startswith("| all")]
    assert [cell.strip() for cell in row.strip("|").split("|")] == ["all", "3", "2 / 1 / 0", "0.9500", "0.100", "3.00", "30.0"]
    assert "word F1: 0.9500. OCR takes 30.0 times as long on the median page." in told


def test_a_page_whose_words_would_have_to_be_moved_is_not_in_order():
    documents = benchmark("documents")
    pages = [
        documents.Ordered("a.png", 1, columns=True, judged=1.0, moved=0.01),
        documents.Ordered("b.png", 1, columns=True, judged=1.0, moved=0.03),
        documents.Ordered("c.png", 1, columns=False, judged=0.4, moved=0.0),  # too little of it is running text
    ]
    told = documents.order_report(pages)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in told.splitlines() if line.startswith("|")]
    assert rows[2:] == [["with columns", "2", "1", "0.500"], ["others", "1", "0", "0.000"]]
    assert "- b.png, page 1: 0.030" in told and "- c.png" in told and "a.png" not in told


def test_a_pdf_without_its_own_text_is_measured_and_written(tmp_path: Path):
    folder = tmp_path / "f_born_digital_pdf"
    folder.mkdir()
    record = {"file": "missing.pdf", "text": "two words", "lang": "en"}
    (folder / "labels.jsonl").write_text(json.dumps(record), encoding="utf-8")
    command = [sys.executable, str(BENCHMARKS / "documents.py"), "native", str(tmp_path), "-o", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "missing.pdf” does not exist" in done.stderr
    (result,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert result["found"] == [0, 2, 0] and result["sources"] == {}
    assert "| all " in (tmp_path / "out.md").read_text(encoding="utf-8")
