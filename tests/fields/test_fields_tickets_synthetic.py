"""How well synthetic tickets are understood: the rules by themselves, and a few tickets through the real engine.

The bars are for tickets that tests/ticket_press prints, not for real ones: of those no public set is to be had.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ticket_press import DEV, Sample, generate
from ticket_press.press import FONTS_ARE_HERE
from uncial import Options, load_engine, read
from uncial.document import Document
from uncial.evaluate.fields import Tally, extracted

pytestmark = pytest.mark.skipif(not FONTS_ARE_HERE, reason="DejaVu is not installed: install what scripts/test-packages installs")
BENCHMARKS = Path(__file__).parent.parent.parent / "benchmarks"
SEEDS = range(500, 506)


def understood(samples: Iterable[Sample], seen: Callable[[Sample], Document]) -> tuple[frozenset[str], Tally]:
    """The kinds that the tickets are taken for, and how well their fields are found."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from tickets import outcomes_of
    finally:
        sys.path.remove(str(BENCHMARKS))
    found = [(each, *extracted(seen(each))[:2]) for each in samples]
    outcomes = (outcome for each, _, fields in found for outcome in outcomes_of(each, fields))
    return frozenset(kind for _, kind, _ in found), Tally.of(outcomes)


@cache
def printed(layout: str) -> tuple[frozenset[str], Tally]:
    return understood((generate(seed, layout) for seed in SEEDS), Sample.document)


@pytest.mark.parametrize("layout", DEV)
def test_the_kind_of_every_ticket_is_recognised(layout: str):
    assert printed(layout)[0] == {DEV[layout].kind}


def test_nine_of_ten_fields_of_tickets_are_found_and_right():
    parts = [printed(layout)[1] for layout in DEV]
    together = Tally(
        sum(each.labelled for each in parts), sum(each.given for each in parts), sum(each.right for each in parts), 0.0
    )
    assert together.f1 >= 0.90


@pytest.mark.parametrize("layout", DEV)
def test_no_layout_is_left_behind(layout: str):
    assert printed(layout)[1].f1 >= 0.75


def test_worn_tickets_are_read_and_understood():
    engine = load_engine("auto")

    def seen(sample: Sample) -> Document:
        file = BytesIO()
        Image.fromarray(sample.image).save(file, "PNG")
        return read(file.getvalue(), Options(barcodes=True), engine=engine)

    samples = [generate(500, layout) for layout in ("rail-fr", "rail-es", "concert-en", "pass-card")]
    assert understood(samples, seen)[1].f1 >= 0.80
