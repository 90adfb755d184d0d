"""How much of a page's tables was found: the cell adjacency of the ICDAR 2013 Table Competition.

Göbel, Hassan, Oro and Orsi, "A methodology for evaluating algorithms for table understanding in PDF documents" (2012), section 4,
and "ICDAR 2013 Table Competition" (2013), section III. Every cell with text is related to the next one with text to its right, in
each of its rows, and to the next one below it, in each of its columns. A relation is right if both texts, its direction and the
number of empty cells in between are those of a relation of the true table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from rapidfuzz import fuzz, process

from uncial.evaluate.metrics import Hits

if TYPE_CHECKING:
    from lxml.etree import _Element

    from uncial.document import Block

LARGEST_SPAN = 1000
"""As in the HTML standard, section 4.9.11."""
_SPACE, _SPECIAL = re.compile(r"\s+"), re.compile(r"[^A-Z0-9_]")


class GridCell(NamedTuple):
    """A cell of a table, whoever found it."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    heading: bool = False


class Relation(NamedTuple):
    """Two cells with text, the second beside or below the first."""

    first: str
    second: str
    down: bool
    blanks: int
    """How many empty cells lie between them."""


@dataclass(frozen=True)
class Grid:
    """A table with nothing but what is judged: which cell stands where, how far it spans, and its text."""

    cells: tuple[GridCell, ...]

    @staticmethod
    def of_block(block: Block) -> Grid:
        """The table that a block is."""
        cells = (GridCell(c.row, c.column, block.cell_text(c), c.rows, c.columns, c.heading) for c in block.cells)
        return Grid(tuple(cells))

    @staticmethod
    def of_rows(rows: Iterable[Iterable[str | None]]) -> Grid:
        """A table without spanning cells."""
        cells = (GridCell(row, column, text or "") for row, texts in enumerate(rows) for column, text in enumerate(texts))
        return Grid(tuple(cells))

    @cached_property
    def relations(self) -> Counter[Relation]:
        """All its relations, each as often as it is there; two cells that lie side by side in several rows are related once."""
        named = [cell._replace(text=compared(cell.text)) for cell in self.cells]
        places = {place: cell for cell in named if cell.text for place in _covered(cell)}
        across = sorted((row, column) for row, column in places)
        down = sorted((column, row) for row, column in places)
        pairs = {
            **_pairs(((row, column, places[row, column]) for row, column in across), down=False),
            **_pairs(((column, row, places[row, column]) for column, row in down), down=True),
        }
        return Counter(pairs.values())


def _covered(cell: GridCell) -> Iterator[tuple[int, int]]:
    return (
        (row, column)
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    )


def _pairs(places: Iterable[tuple[int, int, GridCell]], *, down: bool) -> dict[tuple[GridCell, GridCell, bool], Relation]:
    """The relations along lines of places, which come in order: the line, the place on it, and the cell there."""
    found: dict[tuple[GridCell, GridCell, bool], Relation] = {}
    line_before, place_before, before = -1, 0, None
    for line, place, cell in places:
        if before and line == line_before and cell != before:
            found.setdefault((before, cell, down), Relation(before.text, cell.text, down, place - place_before - 1))
        line_before, place_before, before = line, place, cell
    return found


def compared(text: str) -> str:
    """A cell's text as the competition compares it: without white space, in capitals, every special character an underscore.

    That is its rule for comparing systems with different character sets. NFKC goes before it, so that a ligature is its letters.
    """
    return _SPECIAL.sub("_", _SPACE.sub("", normalize("NFKC", text)).upper())


def adjacency(true: Sequence[Grid], found: Sequence[Grid]) -> Hits:
    """How many relations of a page's true tables were found, how many there are, and how many were found in all.

    Each true table is compared with one found table and each found table with one true one: the pair that has most relations in
    common first, then the next among the rest. All relations of tables that are left over are missing, or spurious.
    """
    common = {(t, f): (one.relations & other.relations).total() for t, one in enumerate(true) for f, other in enumerate(found)}
    hits = 0
    while common:
        best = max(common, key=common.__getitem__)
        hits += common[best]
        common = {pair: count for pair, count in common.items() if pair[0] != best[0] and pair[1] != best[1]}
    return Hits(hits, sum(grid.relations.total() for grid in true), sum(grid.relations.total() for grid in found))


def forgiven(true: Sequence[Grid], found: Sequence[Grid], *, likeness: float = 80.0) -> list[Grid]:
    """The tables found, with each text that is so like a true one (percent) set right: what is still wrong is no misreading."""
    texts = {compared(cell.text) for grid in true for cell in grid.cells}

    def mended(cell: GridCell) -> GridCell:
        best = process.extractOne(compared(cell.text), texts, scorer=fuzz.ratio, score_cutoff=likeness)
        return cell._replace(text=best[0]) if best else cell

    return [Grid(tuple(map(mended, grid.cells))) for grid in found]


def together(pages: Iterable[Hits]) -> Hits:
    """Several pages as one (the micro average): each relation counts alike."""
    scores = list(pages)
    return Hits(sum(each.hits for each in scores), sum(each.expected for each in scores), sum(each.given for each in scores))


def grids_of_html(html: str) -> list[Grid]:
    """All tables in a piece of HTML, those within others not counted; cells of a `thead` and `th` cells are headings."""
    from lxml.html import document_fromstring

    root = document_fromstring(f"<html><body>{html}</body></html>")
    for end in root.iter("br"):
        end.tail = f"\n{end.tail or ''}"
    return [_grid(table) for table in root.iterfind(".//table") if next(table.iterancestors("table"), None) is None]


def _grid(table: _Element) -> Grid:
    """The table's cells in their places (HTML standard, section 4.9.12: "forming a table")."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for row, element in enumerate(table.iter("tr")):
        column, head = 0, next(element.iterancestors("thead"), None) is not None
        for each in element.iterchildren("td", "th"):
            while (row, column) in taken:
                column += 1
            text = " ".join("".join(map(str, each.itertext())).split())
            cell = GridCell(row, column, text, _span(each, "rowspan"), _span(each, "colspan"), head or each.tag == "th")
            taken.update(_covered(cell))
            cells.append(cell)
    return Grid(tuple(cells))


def _span(element: _Element, name: str) -> int:
    given = element.get(name, "1").strip()
    return min(max(int(given), 1), LARGEST_SPAN) if given.isdecimal() else 1
