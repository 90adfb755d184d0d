from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes import typed
from uncial.document import Document
from uncial.fields import extract_fields
from uncial.fields.sheet import View
from uncial.geometry import Point, Quad, Transform, Way

SLIP = """
        Dandelion & Rook
        8 Tanner Street

Date 03/09/2017                Time 11:20

Wool socks                         6.50
Bootlaces                          2.25
Shoe polish                        4.00

Subtotal                          12.75
TOTAL                             12.75
Cash                              20.00
Change                             7.25
"""
SIZE = 430.0, 460.0


def moved(document: Document, way: Way, **told: Any) -> Document:
    pages = [
        replace(
            page,
            blocks=tuple(
                replace(block, lines=tuple(line.moved(way) for line in block.lines), quad=way.quad(block.quad))
                for block in page.blocks
            ),
            **told,
        )
        for page in document.pages
    ]
    return replace(document, pages=tuple(pages))


def turned(degrees: float) -> Transform:
    return Transform.translation(-215, -230).then(Transform.rotation(degrees)).then(Transform.translation(215, 230))


SIDEWAYS = Transform.onto(Quad.of_points([(60, 0), (400, 60), (430, 380), (0, 460)]), *SIZE)
"""As a camera sees it from its left."""


def rows(document: Document) -> list[str]:
    return [row.text for sheet in View.of(document).sheets for row in sheet.rows]


@pytest.mark.parametrize(
    ("way", "quarters"),
    [(turned(4), 0), (turned(-9), 0), (SIDEWAYS, 0), (SIDEWAYS.then(turned(6)), 0), (SIDEWAYS.then(turned(180)), 180)],
)
def test_lines_of_a_photographed_page_that_was_flattened_are_level_although_no_slope_is_told(way: Way, quarters: int):
    flat = typed(SLIP)
    photographed = moved(flat, way, prepared=("perspective",), turned=quarters)
    assert rows(photographed) == rows(flat)
    assert extract_fields(photographed).fields["total"].value == extract_fields(flat).fields["total"].value


def test_a_stamp_across_a_photographed_page_does_not_tilt_it():
    photographed = moved(typed(SLIP), SIDEWAYS, prepared=("perspective",))
    stamp = moved(typed("PAID IN FULL WITH MANY THANKS"), Transform.rotation(35)).pages[0].blocks
    stamped = replace(photographed.pages[0], blocks=photographed.pages[0].blocks + stamp)
    assert set(rows(typed(SLIP))) <= set(rows(replace(photographed, pages=(stamped,))))


def test_a_page_of_one_line_is_level_by_its_own_slope():
    assert rows(moved(typed("Total 9.00"), turned(3), prepared=("curl",), skew=0.0)) == ["Total 9.00"]


@pytest.mark.parametrize(("degrees", "quarters", "skew"), [(7, 0, 7), (-3, 0, -3), (90, 270, 0), (180, 180, 0), (186, 180, 6)])
def test_a_field_of_several_words_or_lines_stands_where_its_text_begins_and_lies_as_it_does(degrees, quarters, skew):
    way = turned(degrees)
    flat = extract_fields(typed(SLIP), "receipt").fields
    told = extract_fields(moved(typed(SLIP), way, turned=quarters, skew=skew), "receipt").fields
    for name in ("merchant", "address", "items"):
        for corner, right in zip(told[name].quad, way.quad(flat[name].quad), strict=True):
            assert corner == pytest.approx(Point(*right), abs=1)
