"""Uncial and its peers as finders of tables, each behind the pipe of peers.py: `PYTHON table_finders.py SYSTEM`.

A request's `path` is a PDF or an image of a page. The answer is `{"pages": {NUMBER: [TABLE, …]}}`, where a table is a list of
cells `[row, column, text, rows, columns, heading]`. What a peer says about spanning cells is taken over, as far as it says so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from peers import Adapter, Answer, serve

Table = list[list[Any]]
Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def uncial() -> tuple[str, Adapter]:
    """Uncial with its defaults: native text where a PDF has it."""
    from uncial import Options, load_engine, read
    from uncial.errors import UncialError
    from uncial.evaluate.tables import Grid

    options = Options(languages=("en",))
    engine = load_engine(options.engine)

    def adapter(request: Answer) -> Answer:
        try:
            document = read(Path(request["path"]), options, engine=engine)
        except UncialError as error:
            return {"error": error.message, "code": error.code}
        blocks = {page.number: [block for block in page.blocks if block.kind == "table"] for page in document.pages}
        grids = {number: [list(map(list, Grid.of_block(block).cells)) for block in found] for number, found in blocks.items()}
        return {"pages": grids}

    return engine.info.version, adapter


def pdfplumber(strategy: str = "lines") -> tuple[str, Adapter]:
    """The tables of pdfplumber by their rules, its default, or by the edges of its words."""
    library = import_module("pdfplumber")

    settings = {"vertical_strategy": strategy, "horizontal_strategy": strategy}

    def adapter(request: Answer) -> Answer:
        with library.open(request["path"]) as pdf:
            return {"pages": {page.page_number: list(map(_plumbed, page.find_tables(settings))) for page in pdf.pages}}

    return library.__version__, adapter


def _plumbed(table: Any) -> Table:
    texts = table.extract()
    cells = [
        (box, text) for row, line in zip(table.rows, texts, strict=True) for box, text in zip(row.cells, line, strict=True) if box
    ]
    return by_edges(cells)


def camelot(flavour: str) -> tuple[str, Adapter]:
    """Camelot's tables by their rules (lattice) or by the white between the columns (stream)."""
    library = import_module("camelot")

    def adapter(request: Answer) -> Answer:
        pages: dict[int, list[Table]] = {}
        for table in library.read_pdf(request["path"], pages="all", flavor=flavour, suppress_stdout=True):
            pages.setdefault(table.page, []).append(by_borders(table.cells))
        return {"pages": pages}

    return library.__version__, adapter


def img2table(*, borderless: bool) -> tuple[str, Adapter]:
    """The tables of img2table, with a PDF's own text or Tesseract's, and with or without those that have no rules."""
    from importlib.metadata import version

    document = import_module("img2table.document")
    engine = import_module("img2table.ocr").TesseractOCR(n_threads=1, lang="eng")

    def adapter(request: Answer) -> Answer:
        if request["path"].endswith(".pdf"):
            found = document.PDF(request["path"]).extract_tables(ocr=engine, borderless_tables=borderless)
        else:
            found = {0: document.Image(request["path"]).extract_tables(ocr=engine, borderless_tables=borderless)}
        return {"pages": {page + 1: list(map(_extracted, tables)) for page, tables in found.items()}}

    return version("img2table"), adapter


def _extracted(table: Any) -> Table:
    """A spanning cell is listed once for each place that it covers."""
    boxes = {
        (cell.bbox.x1, cell.bbox.y1, cell.bbox.x2, cell.bbox.y2): cell.value for row in table.content.values() for cell in row
    }
    return by_edges(boxes.items())


def by_edges(boxes: Iterable[tuple[Rectangle, str | None]]) -> Table:
    """A table from the rectangles of its cells: a column begins at each left edge that any of them has, and a row at each top."""
    cells = list(boxes)
    lefts = sorted({box[0] for box, _ in cells})
    tops = sorted({box[1] for box, _ in cells})
    return [
        [
            tops.index(top), lefts.index(left), text or "",
            sum(top <= other < bottom for other in tops), sum(left <= other < right for other in lefts), False,
        ]
        for (left, top, right, bottom), text in cells
    ]  # fmt: skip


def by_borders(rows: Sequence[Sequence[Any]]) -> Table:
    """A table from a full grid of cells that know which of their borders are drawn: cells without one between them are one."""
    free = {(row, column) for row, line in enumerate(rows) for column in range(len(line))}
    table: Table = []
    for row, line in enumerate(rows):
        for column in range(len(line)):
            if (row, column) in free:
                height, width = _span(rows, row, column, free)
                places = [(r, c) for r in range(row, row + height) for c in range(column, column + width)]
                free.difference_update(places)
                text = " ".join(part for r, c in places if (part := rows[r][c].text.strip()))
                table.append([row, column, text, height, width, False])
    return table


def _span(rows: Sequence[Sequence[Any]], row: int, column: int, free: set[tuple[int, int]]) -> tuple[int, int]:
    """How many rows and columns the cell goes on for: first to the right, then down as long as the whole width does."""
    width, height = 1, 1
    while (row, column + width) in free and not rows[row][column + width - 1].right and not rows[row][column + width].left:
        width += 1
    while all(_goes_down(rows, row + height, c, free) for c in range(column, column + width)):
        height += 1
    return height, width


def _goes_down(rows: Sequence[Sequence[Any]], row: int, column: int, free: set[tuple[int, int]]) -> bool:
    return (row, column) in free and not rows[row - 1][column].bottom and not rows[row][column].top


FINDERS: dict[str, Callable[[], tuple[str, Adapter]]] = {
    "uncial": uncial,
    "pdfplumber": pdfplumber,
    "pdfplumber-text": partial(pdfplumber, "text"),
    "camelot-lattice": partial(camelot, "lattice"),
    "camelot-stream": partial(camelot, "stream"),
    "img2table": partial(img2table, borderless=False),
    "img2table-borderless": partial(img2table, borderless=True),
}


if __name__ == "__main__":
    serve(FINDERS, sys.argv[1])
