import json
from dataclasses import replace

import pytest

from uncial.evaluate.metrics import Edits, Hits
from uncial.evaluate.reliability import Reliability
from uncial.evaluate.report import Report, SetScore, markdown
from uncial.evaluate.score import PageScore


def page(
    file: str, errors: int, length: int, *, found: tuple[int, int, int] = (1, 2, 2), seconds: float = 1.0, code: str = ""
) -> PageScore:
    message = "It broke." if code else ""
    return PageScore(file, seconds, Edits(errors, length), Edits(0, length), Edits(1, 2), Hits(*found), code, message)


PAGES = (page("a", 1, 100), page("b", 30, 50, seconds=2.0), page("c", 10, 10, found=(0, 2, 0), code="source-damaged"))
REPORT = Report("fake", "1", 0.25, (SetScore("letters", PAGES, skipped=4),))


def test_micro_sums_and_medians_are_those_counted_by_hand():
    part = REPORT.sets[0]
    assert part.cer == pytest.approx(41 / 160)
    assert part.cer_median == pytest.approx(0.6)
    assert part.cer_in_order == 0
    assert part.wer == part.wer_median == 0.5
    assert part.found == Hits(2, 6, 4)
    assert part.f1_mean == pytest.approx((0.5 + 0.5 + 0) / 3)
    assert part.seconds == 4


def test_the_table_has_a_row_for_each_set_and_a_line_for_each_failure():
    table = REPORT.table()
    row = next(line for line in table.splitlines() if line.startswith("| letters"))
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        "letters", "3", "1", "0.2562", "0.6000", "0.0000", "0.5000", "0.4000", "0.5000", "0.3333", "–", "1.33"
    ]  # fmt: skip
    assert "letters/c: source-damaged: It broke." in table
    assert "4 records have no text" in table


def test_json_has_every_image_and_the_same_figures():
    whole = json.loads(REPORT.to_json())
    assert (whole["engine"], whole["load_seconds"]) == ("fake", 0.25)
    (part,) = whole["sets"]
    assert part["cer"] == pytest.approx(41 / 160)
    assert [each["file"] for each in part["pages"]] == ["a", "b", "c"]
    assert part["pages"][1]["characters"] == {"errors": 30, "length": 50}
    assert part["pages"][2]["code"] == "source-damaged"


def test_a_measure_that_says_nothing_is_a_dash_and_null():
    bare = PageScore("a", 1.0, None, None, None, Hits(1, 2, 9))
    report = Report("fake", "1", 0.0, (SetScore("signs", (bare,), precise=False),))
    (part,) = json.loads(report.to_json())["sets"]
    assert (part["cer"], part["wer"], part["word_f1"], part["word_precision"], part["word_recall"]) == (
        None,
        None,
        None,
        None,
        0.5,
    )
    assert report.table().count("–") == 7


def test_a_set_without_images_is_a_row_of_dashes():
    report = Report("fake", "1", 0.0, (SetScore("tables", (), skipped=2),))
    assert "| tables" in report.table()
    assert json.loads(report.to_json())["sets"][0]["seconds_per_image"] is None


def test_columns_are_aligned_in_the_source_too():
    assert markdown(("set", "no."), [("a long name", "1")]) == (
        "| set         | no. |\n| :---------- | --: |\n| a long name |   1 |"
    )


def test_what_confidence_is_worth_is_told_for_each_set_and_bin_by_bin_for_all():
    sure = replace(PAGES[0], reliability=Reliability.of([(0.9, True)] * 9 + [(0.9, False)]))
    unsure = replace(PAGES[1], reliability=Reliability.of([(0.35, False)] * 10))
    report = replace(REPORT, sets=(SetScore("letters", (sure,)), SetScore("notes", (unsure,))))
    assert [part.summary()["ece"] for part in report.sets] == pytest.approx([0.0, 0.35])
    told = [[cell.strip() for cell in line.strip("|").split("|")] for line in report.table().splitlines()]
    assert ["0.9 to 1.0", "10", "0.900", "0.900"] in told
    assert ["0.3 to 0.4", "10", "0.350", "0.000"] in told
    assert ["all", "20", "ECE", "0.1750"] in told
    whole = json.loads(report.to_json())
    assert whole["ece"] == pytest.approx(0.175)
    assert whole["sets"][1]["reliability"] == [{"from": 0.3, "words": 10, "said": pytest.approx(0.35), "right": 0.0}]
