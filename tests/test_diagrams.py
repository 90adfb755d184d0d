"""Diagrams made of words: what stands above a caption that names a figure, up to the prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from fakes import line
from uncial.document import Block, Line
from uncial.geometry import Box, Quad
from uncial.layout import arrange

PROSE = "the boats of the village stand on the beach through the whole of the winter and"
LABELS = [("Input", 150, 300), ("Encoder", 420, 300), ("Decoder", 150, 380), ("Loss", 420, 380), ("Output", 290, 460)]


def prose(top: float, rows: int = 4) -> list[Line]:
    return [line(PROSE, 60, top + 30 * row) for row in range(rows)]


def blocks(*lines: Line) -> list[Block]:
    return list(arrange(lines, width=900, height=1200).blocks)


def drawn(caption: str, *, labels: Sequence[tuple[str, float, float]] = LABELS) -> list[Block]:
    found = [line(text, left, top) for text, left, top in labels]
    return blocks(*prose(60), *found, line(caption, 140, 560), *prose(680, 6))


def test_the_labels_of_a_diagram_are_one_figure_right_before_its_caption():
    kinds = [block.kind for block in drawn("Figure 2: The network that was trained")]
    assert kinds == ["paragraph", "figure", "caption", "paragraph"]
    figure = drawn("Figure 2: The network that was trained")[1]
    assert figure.text.split() == [text for text, _, _ in LABELS]


@pytest.mark.parametrize("name", ["Table", "Tab.", "Tabulka", "Cuadro", "Таблица", "表"])
def test_labels_above_a_tables_caption_stay_what_they_are(name):
    assert "figure" not in {block.kind for block in drawn(f"{name} 2: The network that was trained")}


def test_few_words_above_a_caption_are_no_diagram():
    assert "figure" not in {block.kind for block in drawn("Figure 2: The network that was trained", labels=LABELS[:2])}


def test_prose_above_a_caption_is_never_taken_in():
    found = blocks(*prose(60, 8), line("Figure 2: The network", 60, 360), *prose(480, 6))
    assert "figure" not in {block.kind for block in found}


def test_a_standing_label_within_the_diagram_belongs_to_it():
    upright = line("Attention", 0, 0)
    box = Box(250, 320, 270, 410)
    standing = replace(upright, quad=Quad(*(Quad.of_box(box)[i] for i in (1, 2, 3, 0))))
    labels = [line(text, left, top) for text, left, top in LABELS]
    found = blocks(*prose(60), *labels, standing, line("Figure 2: The network that was trained", 140, 560), *prose(680, 6))
    figure = next(block for block in found if block.kind == "figure")
    assert "Attention" in figure.text
    assert sum("Attention" in block.text for block in found) == 1
