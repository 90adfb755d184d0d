import json
import unicodedata
from dataclasses import dataclass, field, replace
from io import BytesIO
from zipfile import ZipFile

import cv2
import numpy as np
import pytest
from PIL import Image

from fakes import block, document, line, page
from uncial.document import Block, Document, Line, Page
from uncial.errors import NothingChecked
from uncial.formats.lines import write
from uncial.geometry import Box, Point, Quad, Transform
from uncial.sources import Source


@dataclass(frozen=True)
class Shown:
    """An original whose pages are these pixels."""

    pixels: np.ndarray
    asked: list[int] = field(default_factory=list)
    source: Source = field(default_factory=lambda: Source(b"", "image/png", "page.png"))

    def image(self, page: Page) -> np.ndarray:
        self.asked.append(page.number)
        return self.pixels


WHITE = np.full((800, 600, 3), 255, np.uint8)
AWAY = Quad.of_box(Box(0, 0, 0, 0))


def checked(told: Line, *words: int) -> Line:
    """The line with these of its words checked, or with all of them."""
    made = (
        replace(word, checked=True, confidence=1.0) if not words or at in words else word for at, word in enumerate(told.words)
    )
    return replace(told, words=tuple(made))


def of(*lines: Line, number: int = 1) -> Page:
    return page(Block(lines, Quad.of_box(Box(0, 0, 600, 800))), number=number)


def archive(read: Document, pixels: np.ndarray = WHITE) -> dict[str, bytes]:
    with ZipFile(BytesIO(write(read, Shown(pixels)))) as made:
        return {name: made.read(name) for name in made.namelist()}


def image(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)))


def test_only_lines_with_a_checked_word_are_samples_and_they_keep_their_numbers():
    first = of(line("left as it was", 0, 0), checked(line("read by a person", 0, 40), 1))
    files = archive(document(first, of(checked(line("again", 0, 0)), number=12)))
    assert list(files) == ["0001-0002.png", "0001-0002.gt.txt", "0012-0001.png", "0012-0001.gt.txt", "samples.jsonl"]
    assert files["0001-0002.gt.txt"] == b"read by a person\n"


def test_each_page_is_drawn_once_and_those_without_samples_never():
    shown = Shown(WHITE)
    mine = checked(line("mine"))
    write(document(of(mine, checked(line("too", 0, 50))), of(line("not")), of(mine, number=3)), shown)
    assert shown.asked == [1, 3]


def test_an_image_shows_its_line_with_some_paper_around_it_and_as_large_as_it_is():
    pixels = WHITE.copy()
    pixels[300:320, 100:180] = (0, 0, 200)
    files = archive(document(of(checked(line("blueblue", 100, 300)))), pixels)
    shown = image(files["0001-0001.png"])
    assert shown.shape == (26, 86, 3)
    assert (shown[3:-3, 3:-3] == (0, 0, 200)).all()
    assert (shown[0] == 255).all()


@pytest.mark.parametrize("angle", [0, 7, 90, 180, 263])
def test_a_line_that_runs_any_way_comes_out_level_and_upright(angle: float):
    way = Transform.rotation(angle).then(Transform.translation(300, 400))
    level = Quad.of_box(Box(-100, -15, 100, 15))
    there = way.quad(level)
    pixels = WHITE.copy()
    for colour, box in (((255, 0, 0), Box(-100, -15, 0, 0)), ((0, 0, 255), Box(0, 0, 100, 15))):
        corners = np.array([tuple(point) for point in way.quad(Quad.of_box(box))])
        cv2.fillConvexPoly(pixels, np.round(corners * 16 - 8).astype(np.int32), colour, shift=4)
    shown = image(archive(document(of(checked(replace(line("slope"), quad=there)))), pixels)["0001-0001.png"])
    assert shown.shape == (38, 208, 3)
    assert tuple(shown[12, 54]) == (255, 0, 0)
    assert tuple(shown[26, 154]) == (0, 0, 255)
    assert tuple(shown[26, 54]) == tuple(shown[12, 154]) == (255, 255, 255)


def test_a_line_in_perspective_is_laid_flat():
    there = Quad(Point(100, 300), Point(400, 250), Point(400, 370), Point(100, 340))
    pixels = WHITE.copy()
    cv2.fillConvexPoly(pixels, np.array([tuple(point) for point in there], np.int32), (0, 120, 0))
    shown = image(archive(document(of(checked(replace(line("near"), quad=there)))), pixels)["0001-0001.png"])
    inner = shown[16:-16, 16:-16]
    assert (inner == (0, 120, 0)).mean() > 0.99
    assert (shown[:6] == 255).all()


def test_a_line_at_the_edge_of_the_page_is_cut_with_its_own_paper_around_it():
    pixels = np.full((800, 600, 3), (250, 240, 200), np.uint8)
    shown = image(archive(document(of(checked(line("edge", 0, 0)))), pixels)["0001-0001.png"])
    assert (shown == (250, 240, 200)).all()


def test_texts_are_nfc_and_the_manifest_says_where_they_come_from():
    spelt = checked(line("zwo\u0308lf Boote"), 0)
    files = archive(document(of(replace(spelt, engine="neural", handwritten=True))))
    assert files["0001-0001.gt.txt"].decode() == unicodedata.normalize("NFC", "zwo\u0308lf Boote\n")
    assert json.loads(files["samples.jsonl"]) == {
        "file": "0001-0001.png", "text": "zwölf Boote", "page": 1, "quad": [[0, 0], [120, 0], [120, 20], [0, 20]],
        "direction": "left-to-right", "handwritten": True, "words": 2, "checked": 1, "engine": "neural", "source": "0" * 64,
    }  # fmt: skip


def test_the_same_document_gives_the_same_bytes():
    read = document(of(checked(line("same"))))
    assert write(read, Shown(WHITE)) == write(read, Shown(WHITE))


@pytest.mark.parametrize(
    "read", [document(page(block("nobody looked"))), document(page()), document(of(checked(replace(line("a"), quad=AWAY))))]
)
def test_where_nothing_was_checked_that_stands_on_the_page_that_is_an_error_with_a_hint(read: Document):
    with pytest.raises(NothingChecked) as caught:
        write(read, Shown(WHITE))
    assert "accept" in caught.value.hint


CROSSED = Quad(Point(100, 100), Point(300, 130), Point(300, 100), Point(100, 130))
MIRRORED = Quad(Point(300, 100), Point(100, 100), Point(100, 130), Point(300, 130))
BEYOND = Quad.of_box(Box(-1e9, 500, 1e9, 530))


@pytest.mark.parametrize(("quad", "shape"), [(CROSSED, (38, 208, 3)), (MIRRORED, (38, 208, 3)), (BEYOND, (38, 608, 3))])
def test_a_quad_that_is_none_is_cut_out_by_the_box_around_it(quad: Quad, shape: tuple[int, ...]):
    assert image(archive(document(of(checked(replace(line("odd"), quad=quad)))))["0001-0001.png"]).shape == shape


def test_a_page_that_is_longer_than_opencv_takes_gives_samples_too():
    strip = np.full((60_000, 50, 3), 255, np.uint8)
    long = Page(1, 50, 60_000, blocks=(Block((checked(line("far", 5, 55_000)),), Quad.of_box(Box(0, 0, 50, 60_000))),))
    assert image(archive(document(long), strip)["0001-0001.png"]).shape == (26, 36, 3)
