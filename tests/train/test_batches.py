from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from uncial.network import as_batch
from uncial.train.augment import varied
from uncial.train.batches import Labelled, as_input, classes_of_text, endless, fitted, heaps, width_of
from uncial.train.lines import LabelledLine
from uncial.train.shelf import Sample, put, shelved


def labelled(widths: list[int]) -> list[Labelled]:
    return [Labelled(Sample(Path(f"{i}.png"), "x"), width, (1,)) for i, width in enumerate(widths)]


def test_a_heap_has_one_width_and_each_line_comes_once():
    lines = labelled([48, 96, 48, 48, 96, 200] * 7)
    made = heaps(lines, (1, 0), 4)
    assert all(len({line.width for line in heap}) == 1 and len(heap) <= 4 for heap in made)
    assert sorted(line.sample.path for heap in made for line in heap) == sorted(line.sample.path for line in lines)


def test_chance_depends_on_the_seed_alone():
    lines = labelled([48] * 30)
    assert heaps(lines, (1, 0)) == heaps(lines, (1, 0))
    assert heaps(lines, (1, 0)) != heaps(lines, (1, 1))


def test_heaps_go_on_from_any_number():
    lines = labelled([48, 56] * 9)
    whole = list(islice(endless(lines, 3, 0, 4), 40))
    assert list(islice(endless(lines, 3, 13, 4), 27)) == whole[13:]
    assert [heap.number for heap in whole] == list(range(40))


def test_widths_are_few_and_change_no_line_much(tmp_path):
    put(tmp_path, [LabelledLine(np.zeros((48, width, 3), np.uint8), "x", stretch=0.85) for width in range(48, 1600, 13)])
    found = [(sample.size()[1], width_of(sample)) for sample in shelved(tmp_path)]
    assert len({fit for _, fit in found}) < 50
    assert all(0.93 < fit / width < 1.07 for width, fit in found)


def test_natural_lines_are_set_narrower(tmp_path):
    put(tmp_path, [LabelledLine(np.zeros((96, 800, 3), np.uint8), "x")])
    assert width_of(shelved(tmp_path)[0]) == 352  # 340, on the ladder


def test_input_is_what_reading_makes_of_it():
    image = np.random.default_rng(1).integers(0, 255, (48, 80, 3), np.uint8)
    assert (as_input(image[None]) == as_batch(image)).all()
    assert fitted(image, 80) is image


def test_a_text_that_the_head_cannot_say_has_no_classes():
    assert classes_of_text("ab", {"a": 1, "b": 2}) == (1, 2)
    assert classes_of_text("aж", {"a": 1}) is None


def test_a_varied_line_is_another_and_still_the_line():
    image = np.full((48, 240, 3), 255, np.uint8)
    cv2.putText(image, "Inkwell", (20, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 2)
    for seed in range(30):
        other = varied(image, np.random.default_rng(seed))
        assert other.shape == image.shape and other.dtype == np.uint8
        assert (other != image).any()
        assert 0.3 < (255.0 - other).sum() / (255.0 - image).sum() < 6
        assert (varied(image, np.random.default_rng(seed)) == other).all()
