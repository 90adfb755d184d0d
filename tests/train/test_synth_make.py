import json
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from fonts_of_bars import LETTERS, write_font
from uncial.engines.crop import HEIGHT
from uncial.errors import TrainingDataEmpty
from uncial.train.recipe import Synth
from uncial.train.synth.fonts import Shelf, find_fonts
from uncial.train.synth.make import SAMPLES, WIDEST, make_line, make_lines


class Told:
    """Texts that a test gives."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def line(self, kind: str, rng: Random) -> str:
        return self._texts[int(rng.random() * len(self._texts))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bars")
    write_font(folder / "a.ttf", family="Bars", widths=dict.fromkeys(LETTERS, 420))
    write_font(folder / "b.ttf", family="yfrak", letters=LETTERS + "ſ")
    # everything that texts of English have, so that lines of them can be set
    write_font(folder / "c.ttf", family="Wide", letters=[chr(point) for point in range(0x21, 0x2C00) if chr(point).isprintable()])
    return folder


@pytest.fixture(scope="module")
def shelf(folder):
    return Shelf(find_fonts([folder]))


def test_a_line_depends_on_its_number_and_the_seed_alone(shelf):
    synth, texts = Synth(), Told("Hagel", "Regen und Wind", "Nebel 12")
    first = [make_line(synth, 5, shelf, texts, number) for number in range(6)]
    again = [make_line(synth, 5, shelf, texts, number) for number in reversed(range(6))][::-1]
    for one, other in zip(first, again, strict=True):
        assert one.text == other.text and one.source == other.source and np.array_equal(one.image, other.image)
    others = [make_line(synth, 6, shelf, texts, number) for number in range(6)]
    assert any(not np.array_equal(one.image, other.image) for one, other in zip(first, others, strict=True))


def test_a_line_is_as_the_recognisers_take_them(shelf):
    for number in range(12):
        line = make_line(Synth(), 1, shelf, Told("Hagel, Wind"), number)
        assert line.image.shape[0] == HEIGHT and line.image.shape[1] % 8 == 0 and line.image.dtype == np.uint8
        assert line.kind == "printed" and line.stretch == 0.85
        assert line.source in {"Bars Regular", "Wide Regular"}


def test_kinds_come_as_often_as_the_recipe_says(shelf):
    synth = Synth(kinds={"printed": 3.0, "fraktur": 1.0})
    kinds = [make_line(synth, 1, shelf, Told("Hagel"), number).kind for number in range(60)]
    assert 5 <= kinds.count("fraktur") <= 26
    assert kinds.count("printed") + kinds.count("fraktur") == 60


def test_a_line_that_would_be_too_long_ends_earlier_at_a_space(shelf):
    words = " ".join(["Donnerwetter"] * 12)
    for number in range(8):
        line = make_line(Synth(), 2, shelf, Told(words), number)
        assert line.image.shape[1] <= WIDEST
        assert words.startswith(line.text) and words[len(line.text) :][:1] in {"", " "}


def test_text_that_no_font_has_is_an_error_of_its_own(shelf):
    with pytest.raises(TrainingDataEmpty, match="line 3"):
        make_line(Synth(), 1, shelf, Told("中文"), 3)
    with pytest.raises(TrainingDataEmpty, match="handwriting") as caught:
        make_line(Synth(kinds={"handwriting": 1.0}), 1, shelf, Told("Hagel"), 0)
    assert "scripts/train-fonts" in caught.value.hint


def synth_of(folder: Path) -> Synth:
    return Synth(languages=("en",), fonts=(folder,), kinds={"printed": 2.0, "fraktur": 1.0})


def records(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / SAMPLES).read_text(encoding="utf-8").splitlines()]


def test_a_folder_of_lines_has_an_image_and_a_record_for_each(folder, tmp_path):
    told: list[int] = []
    make_lines(synth_of(folder), 1, 10, 30, tmp_path / "lines", told=told.append)
    made = records(tmp_path / "lines")
    assert [record["file"] for record in made] == [f"{number:07}.png" for number in range(10, 40)]
    for record in made:
        image = cv2.imread(str(tmp_path / "lines" / record["file"]))
        assert (
            image is not None
            and image.shape[0] == HEIGHT
            and record["text"]
            and record["source"]
            and record["kind"] in {"printed", "fraktur"}
        )
    assert told == [0, 25, 30]


def test_making_goes_on_after_a_record_that_was_cut_off(folder, tmp_path):
    synth = synth_of(folder)
    make_lines(synth, 1, 0, 12, tmp_path / "whole")
    make_lines(synth, 1, 0, 6, tmp_path / "broken")
    samples = tmp_path / "broken" / SAMPLES
    samples.write_bytes(samples.read_bytes()[:-9])
    (tmp_path / "broken" / "0000000.png").write_bytes(b"made before, and not made again")
    make_lines(synth, 1, 0, 12, tmp_path / "broken")
    assert records(tmp_path / "broken") == records(tmp_path / "whole")
    assert (tmp_path / "broken" / "0000000.png").read_bytes() == b"made before, and not made again"
    for number in range(5, 12):
        name = f"{number:07}.png"
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_two_processes_make_the_same_lines_as_one(folder, tmp_path):
    synth = synth_of(folder)
    make_lines(synth, 1, 0, 30, tmp_path / "one")
    make_lines(synth, 1, 0, 30, tmp_path / "two", processes=2)
    assert records(tmp_path / "one") == records(tmp_path / "two")
    names = [record["file"] for record in records(tmp_path / "one")]
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)
