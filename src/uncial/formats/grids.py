"""The tables of a document as grids of text, for spreadsheets; a document without any is a grid by where its words stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from uncial.document import Block, Document, Page
from uncial.formats.flow import Flow
from uncial.geometry import Box
from uncial.placed import Laid, Placed, laid
from uncial.printable import fit


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of a grid."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    heading: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One table, or one page without any."""

    name: str
    fields: tuple[Field, ...]
    heads: int = 0
    """How many rows at the top name the columns."""


def grids(document: Document) -> tuple[Grid, ...]:
    """The tables of a document; where it has none, each page by rows and columns as its words stand."""
    flow = Flow(document)
    tables = [(page, block) for page in document.pages for block in page.blocks if block.cells]
    if tables:
        made = enumerate(tables, start=1)
        return tuple(
            Grid(f"Table {at} (page {page.number})", _of_table(block, flow), block.head_rows) for at, (page, block) in made
        )
    return tuple(Grid(f"Page {page.number}", tuple(_of_page(laid(page)))) for page in document.pages)


def problems(document: Document) -> Iterator[Grid]:
    """For each page that could not be read a grid that says so."""
    for page in document.pages:
        if page.problem:
            told = f"Page {page.number} could not be read. {fit(page.problem.message)}"
            yield Grid(_problem_name(page), (Field(0, 0, told),))


def _problem_name(page: Page) -> str:
    return f"Page {page.number} not read"


def _of_table(block: Block, flow: Flow) -> tuple[Field, ...]:
    fields = []
    for cell in block.cells:
        spans = flow.cell_spans(block, cell)
        text, doubtful = "".join(span.text for span in spans), any(span.doubtful for span in spans)
        fields.append(Field(cell.row, cell.column, text, cell.rows, cell.columns, cell.heading, doubtful))
    return tuple(fields)


def _of_page(on_page: Laid) -> Iterator[Field]:
    """A page by rows and columns. Pieces of one row that stand in the same column are one."""
    columns = _columns([piece.box for row in on_page.rows for piece in row])
    for at, row in enumerate(on_page.rows):
        pieces: dict[int, list[Placed]] = {}
        for piece in row:
            pieces.setdefault(next((i for i, column in enumerate(columns) if _share(piece.box, column)), 0), []).append(piece)
        for column, found in pieces.items():
            yield Field(at, column, _text(found), doubtful=any(word.doubtful for piece in found for word in piece.words))
    for at, line in enumerate(on_page.standing, start=len(on_page.rows)):
        yield Field(at, 0, " ".join(Placed(line.words, line.quad.box).texts))


def _columns(boxes: Sequence[Box]) -> list[Box]:
    """The columns of a page from the left: the narrow pieces make them, and the wide ones lie across them."""
    columns: list[Box] = []
    for box in sorted(boxes, key=lambda each: (each.width, each.left)):
        shared = [at for at, column in enumerate(columns) if _share(box, column)]
        if not shared:
            columns.append(box)
        elif len(shared) == 1:
            columns[shared[0]] = columns[shared[0]].union(box)
    return sorted(columns)


def _share(one: Box, other: Box) -> bool:
    """Whether they stand below each other, with more than a quarter of the narrower one."""
    return 4 * (min(one.right, other.right) - max(one.left, other.left)) > min(one.width, other.width)


def _text(pieces: Sequence[Placed]) -> str:
    return " ".join(text for piece in pieces for text in piece.texts)
