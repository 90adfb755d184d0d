"""What Word's files say in XML and no library says for us: the numbering of lists, and tables with spanning cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from uncial.document import Block, Cell
    from uncial.lists import Marker

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_INDENT = 360
"""Twips from one level of a list to the next."""
_KEY = re.compile(r"([(（\[]?)([^\W_]+)([.)）\]、]?)")
_HIGHEST = 4000
"""Twips; a row that is higher on the page holds more than text."""
_HEAD_ROWS = 10
"""More rows than these at the top of every page of a long table leave no room for it."""


def add(parent: Any, tag: str, **attributes: object) -> Any:
    """A new last child in Word's namespace, as `add(paragraph, "ind", left=360)`."""
    made = etree.SubElement(parent, _W + tag)
    for name, value in attributes.items():
        made.set(_W + name, str(value))
    return made


def find(parent: Any, path: str) -> Any:
    """The first descendant along a path of names in Word's namespace; None where there is none."""
    return parent.find("/".join(_W + step for step in path.split("/")))


# ---- lists


@dataclass
class Numbering:
    """The numberings of a document, each made when an item needs it: Word counts, and starts again where the document does."""

    root: Any
    """The element w:numbering."""
    shapes: dict[tuple[str, str], int] = field(default_factory=dict)
    """The abstract numbering of each way to count, such as (“decimal”, “%1.”)."""
    counting: dict[int, tuple[tuple[str, str], int, int]] = field(default_factory=dict)
    """Of each level of the list that is being written: how it counts, its numbering, and the last number."""

    def begin(self) -> None:
        """A list begins, which has nothing to do with the one before."""
        self.counting.clear()

    def number(self, marker: Marker | None, depth: int) -> int | None:
        """The numbering (w:numId) for an item at that depth, from 0; None where Word cannot count like this."""
        shape = _shape(marker)
        if shape is None:
            return None
        for deeper in [level for level in self.counting if level > depth]:
            del self.counting[deeper]
        value = (marker.number if marker else None) or 1
        known = self.counting.get(depth)
        goes_on = known is not None and known[0] == shape and (shape[0] == "bullet" or known[2] + 1 == value)
        made = known[1] if known and goes_on else self._instance(shape, depth, value)
        self.counting[depth] = shape, made, value
        return made

    def _instance(self, shape: tuple[str, str], depth: int, start: int) -> int:
        if shape not in self.shapes:
            self.shapes[shape] = self._abstract(*shape)
        number = 1 + max((int(each.get(_W + "numId")) for each in self.root.findall(_W + "num")), default=0)
        made = add(self.root, "num", numId=number)
        add(made, "abstractNumId", val=self.shapes[shape])
        if shape[0] != "bullet":
            add(add(made, "lvlOverride", ilvl=depth), "startOverride", val=start)
        return number

    def _abstract(self, form: str, text: str) -> int:
        known = self.root.findall(_W + "abstractNum")
        number = 1 + max((int(each.get(_W + "abstractNumId")) for each in known), default=-1)
        made = add(self.root, "abstractNum", abstractNumId=number)
        self.root.insert(len(known), made)  # Word wants all of these before the first w:num
        add(made, "multiLevelType", val="multilevel")
        for level in range(_LEVELS):
            below = add(made, "lvl", ilvl=level)
            add(below, "start", val=1)
            add(below, "numFmt", val=form)
            add(below, "lvlText", val=text.replace("%", f"%{level + 1}"))
            add(below, "lvlJc", val="left")
            add(add(below, "pPr"), "ind", left=_INDENT * (level + 1), hanging=_INDENT)
        return number


def _shape(marker: Marker | None) -> tuple[str, str] | None:
    """How Word counts like this (ECMA-376 part 1, 17.18.59): the name of its numbers, and the text with % for the number."""
    if marker is None or not marker.ordered:
        return "bullet", "•"
    parts = _KEY.fullmatch(marker.marker)
    form = _form(parts[2], marker.number) if parts else None
    return (form, f"{parts[1]}%{parts[3]}") if parts and form else None


def _form(key: str, number: int | None) -> str | None:
    if key.isdecimal():
        return "decimal" if key.isascii() and key == str(number) else None
    if not (key.isascii() and key.isalpha() and number):
        return None
    case = "lower" if key.islower() else "upper"
    return case + ("Letter" if len(key) == 1 and ord(key.lower()) - ord("a") + 1 == number else "Roman")


# ---- tables


def fill_table(table: Any, block: Block, width: int, scale: float) -> Iterator[tuple[Cell, Any]]:
    """Make the rows of an empty w:tbl, `width` twips wide; gives each cell with the paragraph that its text goes into.

    `scale` are twips a pixel: rows are at least as high as on the page.
    """
    columns = _widths(block, width)
    grid = add(table, "tblGrid")
    for each in columns:
        add(grid, "gridCol", w=each)
    owners = {place: cell for cell in block.cells for place in cell.places}
    heads = block.head_rows if block.head_rows <= _HEAD_ROWS else 0
    for row in range(max(at for at, _ in owners) + 1):
        made = add(table, "tr")
        looks = add(made, "trPr")
        add(looks, "cantSplit")
        heights = [cell.quad.height for cell in block.cells if cell.row == row and cell.rows == 1]
        if heights:
            add(looks, "trHeight", val=min(int(median(heights) * scale), _HIGHEST), hRule="atLeast")
        if row < heads:
            add(looks, "tblHeader")
        yield from _fill_row(made, row, owners, columns)


def _fill_row(made: Any, row: int, owners: dict[tuple[int, int], Cell], columns: Sequence[int]) -> Iterator[tuple[Cell, Any]]:
    column = 0
    while column < len(columns):
        cell = owners.get((row, column))
        across = cell.columns if cell else 1
        below = add(made, "tc")
        looks = add(below, "tcPr")
        add(looks, "tcW", w=sum(columns[column : column + across]), type="dxa")
        if across > 1:
            add(looks, "gridSpan", val=across)
        if cell and cell.rows > 1:
            add(looks, "vMerge", val="restart" if cell.row == row else "continue")
        paragraph = add(below, "p")
        if cell and cell.row == row:
            yield cell, paragraph
        column += across


def _widths(block: Block, width: int) -> list[int]:
    """The widths of the columns in twips: as on the page in proportion, none so narrow that nothing fits into it."""
    count = max(cell.column + cell.columns for cell in block.cells)
    single = [[cell.quad.width for cell in block.cells if cell.columns == 1 and cell.column == at] for at in range(count)]
    usual = median(each for column in single for each in column) if any(single) else 1.0
    raw = [median(column) if column else usual for column in single]
    least = width // (4 * count)
    return [least + int((width - least * count) * each / (sum(raw) or 1.0)) for each in raw]
