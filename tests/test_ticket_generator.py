from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from ticket_press import DEV, FIRST_JUDGED, JUDGE, Sample, generate
from ticket_press.press import FONTS_ARE_HERE
from uncial.evaluate.fields import Given, Outcome
from uncial.fields.names import NAMES
from uncial.geometry import Box

pytestmark = pytest.mark.skipif(not FONTS_ARE_HERE, reason="DejaVu is not installed: install what scripts/test-packages installs")
BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
SEEDS = (7,)
ALL = [(layout, seed) for layout in DEV for seed in SEEDS] + [(layout, FIRST_JUDGED + seed) for layout in JUDGE for seed in SEEDS]
each_ticket = pytest.mark.parametrize(("layout", "seed"), ALL)


def outcomes(sample: Sample, found: Mapping[str, object]) -> tuple[Outcome, ...]:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from tickets import outcomes_of
    finally:
        sys.path.remove(str(BENCHMARKS))
    return outcomes_of(sample, {name: Given(value) for name, value in found.items()})


def test_there_are_more_layouts_and_languages_than_were_promised_and_a_third_of_them_is_kept_for_judging():
    assert len(DEV) >= 12
    assert len({layout.language for layout in DEV.values()}) >= 5
    assert len(JUDGE) - len(DEV) >= len(JUDGE) / 3


def test_layouts_that_are_kept_for_judging_are_not_drawn_before():
    with pytest.raises(KeyError):
        generate(FIRST_JUDGED - 1, "rail-pl")


@pytest.mark.parametrize("layout", DEV)
def test_the_same_seed_prints_the_same_ticket_and_another_seed_another(layout: str):
    one, same, other = generate(5, layout), generate(5, layout), generate(6, layout)
    assert np.array_equal(one.image, same.image)
    assert (one.truth, one.text, one.barcodes) == (same.truth, same.text, same.barcodes)
    assert other.truth != one.truth


@each_ticket
def test_nothing_is_true_that_is_not_printed_or_in_the_barcode(layout: str, seed: int):
    sample = generate(seed, layout)
    carried = b" ".join(barcode.data for barcode in sample.barcodes).decode("latin-1")
    for name, fact in sample.facts.items():
        if fact.printed:
            assert fact.printed in sample.text, name
        elif name != "mode":
            assert any(form in carried for form in (*fact.forms, *(form.replace(" ", "") for form in fact.forms))) or name in (
                "flight",
                "frequent_flyer",
                "class",
            ), name


@each_ticket
def test_every_field_has_a_name_of_its_kind(layout: str, seed: int):
    sample = generate(seed, layout)
    assert set(sample.facts) | sample.open <= set(NAMES[sample.kind])
    assert len(sample.fields) >= 8


@each_ticket
def test_all_print_lies_on_the_paper_and_no_run_over_another(layout: str, seed: int):
    sample = generate(seed, layout)
    height, width = sample.clean.shape[:2]
    boxes = [Box.around(box for _, box in run.words) for run in sample.runs] + [code.quad.box for code in sample.barcodes]
    assert all(box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height for box in boxes)
    for one, other in combinations(boxes, 2):
        common = one.intersection(other)
        assert common.area == 0 or common.height < 0.2 * min(one.height, other.height)


@each_ticket
def test_barcodes_say_what_they_hold(layout: str, seed: int):
    sample = generate(seed, layout)
    read = {code.bytes for code in zxingcpp.read_barcodes(sample.clean)}
    assert read == {base64.b64decode(barcode.base64) for barcode in sample.barcodes}


@pytest.mark.parametrize("layout", JUDGE)
def test_a_worn_ticket_is_another_image_of_the_same_ticket(layout: str):
    samples = [generate(FIRST_JUDGED + seed, layout) for seed in (2, 4)]
    worn = [not np.array_equal(sample.image, sample.clean) for sample in samples]
    assert all(worn) or (samples[0].stock_type == "screen" and any(worn))
    for sample in samples:
        assert sample.image.dtype == np.uint8
        assert sample.image.shape[2] == 3
        assert min(sample.image.shape[:2]) >= min(sample.clean.shape[:2])
        assert sample.image.std() > 8


def test_the_document_of_a_ticket_says_all_that_is_printed():
    sample = generate(2, "rail-fr")
    assert sorted(sample.document().text.split()) == sorted(sample.text.split())
    assert sample.document().pages[0].barcodes == sample.barcodes


def test_the_comparison_takes_the_truth_as_right_in_every_form():
    sample = generate(4, "pass-home")
    assert {each.verdict for each in outcomes(sample, dict(sample.fields))} == {"right"}
    assert {each.verdict for each in outcomes(sample, {name: forms[-1] for name, forms in sample.truth.items()})} == {"right"}


def test_the_comparison_finds_what_is_wrong_missing_or_made_up():
    sample = generate(4, "rail-it")
    said = {**sample.fields, "seat": "99Z", "platform": "4"}
    del said["price"]
    wrong = {each.name: each.verdict for each in outcomes(sample, said) if each.verdict != "right"}
    assert wrong == {"seat": "wrong", "platform": "superfluous", "price": "missing"}


def test_nobody_is_judged_by_what_nobody_can_know():
    sample = next(each for each in (generate(seed, "pass-card") for seed in range(50)) if "date" in each.open)
    assert "date" not in sample.fields
    assert {each.verdict for each in outcomes(sample, {**sample.fields, "date": "1999-01-01"})} == {"right"}
