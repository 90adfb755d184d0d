"""Documents that nobody would make, in every office and web format: nothing is raised, and what comes out can be opened."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import get_args
from zipfile import ZipFile

import pytest
from lxml import html

from fakes import FakeOriginal, document, page
from uncial.document import Block, Cell, Direction, Document, Kind, Line, Page, Problem, Word
from uncial.errors import NothingChecked
from uncial.formats import FORMATS
from uncial.geometry import Box, Quad, Transform
from uncial.options import Output

TEXTS = "1.,(a),•,word,divi-,Next,ende.,=x,\x00,\ud800,שלום,茶,12;5,1.234,7,*a*,, ,a\nb,\t,\ufdd0,<b>,|".split(",")


def quad(dice: random.Random) -> Quad:
    left, top = dice.uniform(-50, 700), dice.uniform(-50, 900)
    made = Quad.of_box(Box(left, top, left + dice.choice([0, 1e-9, 5, 50, 400]), top + dice.choice([0, 1, 20, 20, 300])))
    return Transform.rotation(dice.choice([90, 180, -90, 3])).quad(made) if dice.random() < 0.1 else made


def any_line(dice: random.Random) -> Line:
    words = (Word(dice.choice(TEXTS), quad(dice), doubtful=dice.random() < 0.2) for _ in range(dice.randrange(5)))
    return Line(tuple(words), quad(dice), dice.choice(get_args(Direction)), bold=dice.random() < 0.3)


def any_block(dice: random.Random) -> Block:
    lines = tuple(any_line(dice) for _ in range(dice.randrange(4)))
    kind = dice.choice(get_args(Kind))
    places = [(row, column) for row in range(dice.randrange(4)) for column in range(3) if dice.random() < 0.8]
    cells = [Cell(*place, quad(dice), 0, dice.randrange(len(lines) + 1), heading=dice.random() < 0.4) for place in places]
    return Block(lines, quad(dice), kind, dice.randrange(12), dice.randrange(6), tuple(cells) if kind == "table" else ())


def any_page(dice: random.Random, number: int) -> Page:
    if dice.random() < 0.1:
        return Page(number, 0, 0, problem=Problem("x", "y\x00", "z"))
    made = page(*(any_block(dice) for _ in range(dice.randrange(8))), number=number)
    return replace(made, dpi=dice.choice([None, 300.0, 1.0]), turned=dice.choice([0, 90, 180, 270]), skew=dice.choice([0, 2.5]))


def any_document(seed: int) -> Document:
    dice = random.Random(seed)
    return document(*(any_page(dice, number) for number in range(1, dice.randrange(2, 5))), name=dice.choice(["a", "\udcff"]))


def open_word(data: bytes) -> object:
    return pytest.importorskip("docx").Document(BytesIO(data))


def open_excel(data: bytes) -> object:
    return pytest.importorskip("openpyxl").load_workbook(BytesIO(data))


READERS: dict[str, Callable[[bytes], object]] = {
    "txt": lambda data: data.decode("utf-8"),
    "md": lambda data: data.decode("utf-8"),
    "csv": lambda data: data.decode("utf-8"),
    "html": lambda data: html.document_fromstring(data.decode("utf-8")),
    "docx": open_word,
    "xlsx": open_excel,
    "fields-xlsx": open_excel,
}


@pytest.mark.parametrize("name", READERS)
def test_no_document_is_too_strange(name: str):
    for seed in range(40):
        for original in (None, FakeOriginal()):
            READERS[name](FORMATS[name].write(any_document(seed), original, Output(layout=seed % 2 == 0)))


def checked(part: Block) -> Block:
    lines = (replace(each, words=tuple(replace(word, checked=True) for word in each.words)) for each in part.lines)
    return replace(part, lines=tuple(lines))


def test_no_line_is_too_strange_to_be_a_sample():
    made = 0
    for seed in range(30):
        read = any_document(seed)
        pages = tuple(replace(each, blocks=tuple(map(checked, each.blocks))) for each in read.pages)
        with suppress(NothingChecked):
            archive = FORMATS["lines"].write(replace(read, pages=pages), FakeOriginal(), Output())
            made += len(ZipFile(BytesIO(archive)).namelist())
    assert made > 30
