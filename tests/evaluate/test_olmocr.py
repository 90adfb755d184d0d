import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def bench() -> Any:
    """The benchmark, which is a program and no package."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("olmocr")
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_a_text_is_present_whatever_its_quotes_spaces_and_bold_type(bench: Any):
    test = {"type": "present", "text": "the “term” is – vague"}
    assert not bench.failure(test, 'Now the "term"\nis **-** vague.')
    assert bench.failure(test, 'Now the "term" is vague.')
    assert bench.failure(test, "")


def test_case_counts_unless_the_test_says_otherwise(bench: Any):
    assert bench.failure({"type": "present", "text": "Bath"}, "a bath")
    assert not bench.failure({"type": "present", "text": "Bath", "case_sensitive": False}, "a bath")


def test_a_text_may_differ_by_as_much_as_the_test_allows(bench: Any):
    wanted = "a sentence of some words"
    assert bench.failure({"type": "present", "text": wanted}, "a sentence of some w0rds")
    assert not bench.failure({"type": "present", "text": wanted, "max_diffs": 2}, "a sentence of some w0rds")


def test_a_text_may_be_absent_from_the_end_alone(bench: Any):
    test = {"type": "absent", "text": "12", "last_n": 5}
    assert not bench.failure(test, "12 pages of text")
    assert bench.failure(test, "pages of text 12")
    assert not bench.failure({"type": "absent", "text": "two words"}, " ")  # a page that is shorter cannot hold it


def test_of_two_texts_the_first_must_stand_before_the_second_somewhere(bench: Any):
    test = {"type": "order", "before": "one", "after": "two"}
    assert not bench.failure(test, "two one two")
    assert bench.failure(test, "two one") == "they stand the other way round"
    assert bench.failure(test, "one") == "the second text is not there"


def test_texts_in_order_may_differ_too(bench: Any):
    test = {"type": "order", "before": "some sentence", "after": "another phrase", "max_diffs": 2}
    assert not bench.failure(test, "sme sentemce, then anothr phrase")
    assert bench.failure(test, "sm semtemce, then another phrase")


PIPES = """
|   | 1994 | 1997 |
| - | ---- | ---- |
| a | 1    | 2    |
| b | 3    | 4    |
"""
HTML = """
<table><thead><tr><th rowspan="2">Name</th><th colspan="2">Year</th></tr><tr><th>1994</th><th>1997</th></tr></thead>
<tbody><tr><td>a</td><td>1</td><td>2</td></tr><tr><td>b</td><td>3</td><td>4</td></tr></tbody></table>
"""


@pytest.mark.parametrize("page", [PIPES, HTML])
@pytest.mark.parametrize(
    "asked",
    [
        {"cell": "4"},
        {"cell": "4", "up": "2", "left": "3"},
        {"cell": "1", "right": "2", "down": "3"},
        {"cell": "4", "top_heading": "1997"},
        {"cell": "4", "left_heading": "b"},
    ],
)
def test_a_cell_has_its_neighbours_and_headings(bench: Any, page: str, asked: dict[str, str]):
    assert not bench.failure({"type": "table", **asked}, f"text\n{page}\ntext")


@pytest.mark.parametrize("page", [PIPES, HTML])
@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"cell": "5"}, "there is no such cell"),
        ({"cell": "4", "up": "1"}, "up: another cell"),
        ({"cell": "4", "up": "2", "left": "1"}, "left: another cell"),
        ({"cell": "4", "top_heading": "1994"}, "top_heading: another cell"),
    ],
)
def test_other_neighbours_are_wrong(bench: Any, page: str, asked: dict[str, str], reason: str):
    assert bench.failure({"type": "table", **asked}, page) == reason


def test_the_headings_above_are_all_that_are_met(bench: Any):
    assert not bench.failure({"type": "table", "cell": "4", "top_heading": "Year"}, HTML)
    assert not bench.failure({"type": "table", "cell": "Name", "right": "1997"}, HTML.replace("1994", "1997"))


def test_a_page_without_a_table_fails_every_test_of_one(bench: Any):
    assert bench.failure({"type": "table", "cell": "4"}, "4 | 5") == "there is no table"


def test_the_shares_are_told_by_kind(bench: Any):
    outcomes = [
        bench.Outcome("a.pdf", {"type": kind}, reason) for kind, reason in (("present", ""), ("present", "no"), ("table", ""))
    ]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in bench.report(outcomes).splitlines()[2:]]
    assert rows == [["present", "2", "1", "0.500"], ["table", "1", "1", "1.000"], ["all", "3", "2", "0.667"]]
