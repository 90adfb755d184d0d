"""What a document holds, as plain data for a model: its blocks, its fields, its tables as records, its labels with values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from uncial.document import Block, Page
from uncial.fields import Extraction, Pair, telling

Told = dict[str, Any]

_OF_BARCODES = ("symbology", "page", "standard", "says", "text")


def blocks_of(page: Page) -> Told:
    """A page by its blocks: what each is, its text and the box around it, in pixels from the top left."""
    blocks = [
        {"kind": block.kind, **({"level": block.level} if block.level else {}), "text": block.text, "box": _box(block)}
        for block in page.blocks
    ]
    sure = page.confidence
    told: Told = {"page": page.number, "width": page.width, "height": page.height}
    return told | {"confidence": None if sure is None else round(sure, 3), "blocks": blocks}


def fields_of(extraction: Extraction) -> Told:
    """What a document says: its kind, its fields by name, and what its barcodes hold; where each stands is left to its page."""
    told = telling.told(extraction)
    barcodes = [{name: each[name] for name in _OF_BARCODES if each[name]} for each in told["barcodes"]]
    kind = {name: told[name] for name in ("kind", "confidence")}
    return kind | {"fields": _brief(told["fields"])} | ({"barcodes": barcodes} if barcodes else {})


def records_of(page: Page, pairs: Iterable[Pair] = ()) -> Told:
    """The tables of a page, and those of the pairs that stand on it outside of them."""
    tables = [block for block in page.blocks if block.cells]
    mine = (pair for pair in pairs if pair.page == page.number and not any(_holds(table, pair) for table in tables))
    told = [{"label": pair.label, "value": pair.value} for pair in mine]
    return {"page": page.number, "tables": [_table(table) for table in tables], "pairs": told}


def _holds(table: Block, pair: Pair) -> bool:
    x, y = pair.quad.box.center
    around = table.quad.box
    return around.left <= x <= around.right and around.top <= y <= around.bottom


def _brief(fields: Told) -> Told:
    return {name: _brief_field(field) for name, field in fields.items()}


def _brief_field(field: Told) -> Told:
    value = [_brief(row) for row in field["value"]] if field["type"] == telling.ROWS else field["value"]
    doubts = {"doubts": [doubt["message"] for doubt in field["doubts"]]} if field["doubts"] else {}
    return {"value": value, "page": field["page"], "confidence": field["confidence"], **doubts}


def _box(block: Block) -> list[int]:
    return [round(edge) for edge in block.quad.box]


def _table(block: Block) -> Told:
    """A table as rows of texts, and as records where its head names each column once."""
    grid = _grid(block)
    heads = block.head_rows
    columns = [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*grid[:heads], strict=True)]
    told: Told = {"columns": columns, "rows": grid[heads:]}
    if columns and all(columns) and len(set(columns)) == len(columns):
        told["records"] = [dict(zip(columns, row, strict=True)) for row in grid[heads:]]
        del told["rows"]
    return told


def _grid(block: Block) -> list[list[str]]:
    """The texts of a table by row and column; a cell that spans says the same in each of its places."""
    places = {place: block.cell_text(cell) for cell in block.cells for place in cell.places}
    height, width = (max(at) + 1 for at in zip(*places, strict=True))
    return [[places.get((row, column), "") for column in range(width)] for row in range(height)]
