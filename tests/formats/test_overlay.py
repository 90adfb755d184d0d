from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import pytest

from fakes import FakeOriginal, block, document, figure, line, page, table
from uncial.document import Block, Document, Page, Problem
from uncial.errors import LimitExceeded, OriginalMissing
from uncial.formats import FORMATS
from uncial.formats.overlay import write
from uncial.options import Output

if TYPE_CHECKING:
    from uncial.raster import Image


def shown(read: Document, original: FakeOriginal | None = None) -> Image:
    picture = cv2.imdecode(np.frombuffer(write(read, original or FakeOriginal()), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert picture is not None
    return cast("Image", picture)


def has_red_lines(picture: Image) -> bool:
    near_the_word = picture[-1200 + 140 : -1200 + 190]
    return bool((np.abs(near_the_word.astype(int) - (235, 40, 40)).max(axis=2) < 40).any())


def of_line(confidence: float | None) -> Block:
    one = line("word", 100, 100, confidence=confidence)
    return Block((one,), one.quad)


def test_it_is_the_page_with_a_legend_above_enlarged_where_it_is_small():
    picture = shown(document(page()))
    assert picture.shape[1] == 900
    assert 1200 < picture.shape[0] < 1320
    assert tuple(picture[-5, -5]) == (200, 200, 200)


def test_large_pages_are_reduced():
    picture = shown(document(Page(1, 5000, 7000)))
    assert 2400 < picture.shape[0] < 2560
    assert picture.shape[1] == 1714


def test_every_kind_has_its_own_colour_and_place():
    plain = block("Some text", left=100, top=100)
    looks = {kind: shown(document(page(replace(plain, kind=kind)))) for kind in ("paragraph", "heading", "caption", "footnote")}
    # The first pixel of the left edge of the block, half way down.
    edges = {kind: tuple(picture[-1200 + 165, 150].tolist()) for kind, picture in looks.items()}
    assert len(set(edges.values())) == 4
    assert (200, 200, 200) not in edges.values()


def test_words_are_tinted_by_their_confidence():
    tints = {}
    for confidence in (0.95, 0.8, 0.2, None):
        picture = shown(document(page(of_line(confidence))))
        tints[confidence] = tuple(picture[-1200 + 165, 180].tolist())
    assert len(set(tints.values())) == 4
    assert tints[0.95][1] > tints[0.95][0], "green"
    assert tints[0.2][0] > tints[0.2][1], "red"


def test_doubtful_words_are_framed():
    words = of_line(0.2).lines[0]
    around = block("longer", left=100, top=60).quad
    doubted = document(page(Block((words.doubted(0.5),), around, "heading")))
    assert has_red_lines(shown(doubted))
    assert not has_red_lines(shown(document(page(Block((words,), around, "heading")))))


def test_the_cells_of_a_table_are_drawn():
    whole = table(["Name", "Price"], ["Tea", "1.50"], top=270)
    with_cells, without = shown(document(page(whole))), shown(document(page(replace(whole, cells=()))))
    middle = np.s_[-1200 + round(1.5 * 312) : -1200 + round(1.5 * 345), round(1.5 * 150)]
    assert (with_cells[middle] != without[middle]).any(axis=1).all()


def test_the_order_is_an_arrow_from_block_to_block():
    here, there = block("one", left=50, top=50), block("two", left=400, top=600)
    way = np.s_[-1200 + round(1.5 * 325), round(1.5 * 225) - 25 : round(1.5 * 225) + 5]
    both, alone = shown(document(page(here, there))), shown(document(page(here)))
    assert (both[way] < 100).all(axis=1).any()
    assert not (alone[way] < 100).all(axis=1).any()


def test_pages_stand_one_below_the_other():
    original = FakeOriginal()
    picture = shown(document(page(), replace(page(figure()), number=2)), original)
    assert original.shown == [1, 2]
    assert 2400 < picture.shape[0] < 2560


def test_a_page_that_could_not_be_read_is_a_strip_that_says_so():
    failed = Page(2, 0, 0, problem=Problem("source-damaged", "It is damaged."))
    original = FakeOriginal()
    picture = shown(document(page(), failed), original)
    assert original.shown == [1]
    assert (picture[-70:] < 128).all(axis=2).any(), "ink on the strip"


def test_too_many_pages_are_refused_before_one_is_drawn():
    original = FakeOriginal()
    pages = [Page(number, 2480, 3508) for number in range(1, 41)]
    with pytest.raises(LimitExceeded) as told:
        write(document(*pages), original)
    assert "--pages 1-" in told.value.hint
    assert original.shown == []
    most = int(told.value.hint.split("1-")[1].rstrip("."))
    assert len(write(document(*pages[:most]), Narrow())) > 0


@dataclass(frozen=True)
class Narrow(FakeOriginal):
    """Pages that take no memory."""

    def image(self, page: Page) -> Image:
        return np.zeros((1, 1, 3), np.uint8)


def test_what_lies_beyond_the_page_does_no_harm():
    far = block("x", left=-500, top=5000)
    assert shown(document(page(far, far))).shape[1] == 900


def test_it_asks_for_the_original():
    with pytest.raises(OriginalMissing):
        FORMATS["png"].write(document(page()), None, Output())
