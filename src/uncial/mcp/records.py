"""What a document holds, as plain data for a model: its blocks, its tables as records, its lines of a label and a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from uncial.document import Block, Page
from uncial.placed import laid

Told = dict[str, Any]

LABEL_LETTERS, LABEL_WORDS = 60, 6
"""What is longer is a sentence and no label."""
_PAIR = re.compile(r"(?P<label>[^:：]+)[:：]\s+(?P<value>\S.*)")
_FILLING = " .:：…·_-"
"""What stands between a label and its value."""


def blocks_of(page: Page) -> Told:
    """A page by its blocks: what each is, its text and the box around it, in pixels from the top left."""
    blocks = [
        {"kind": block.kind, **({"level": block.level} if block.level else {}), "text": block.text, "box": _box(block)}
        for block in page.blocks
    ]
    sure = page.confidence
    told: Told = {"page": page.number, "width": page.width, "height": page.height}
    return told | {"confidence": None if sure is None else round(sure, 3), "blocks": blocks}


def records_of(page: Page) -> Told:
    """The tables of a page, and the lines outside of them that are a label and a value."""
    tables = [_table(block) for block in page.blocks if block.cells]
    return {"page": page.number, "tables": tables, "pairs": list(_pairs(page))}


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


def _pairs(page: Page) -> Iterator[Told]:
    for row in laid(page, [block for block in page.blocks if not block.cells]).rows:
        found = _pair([" ".join(piece.texts) for piece in row])
        if found:
            yield {"label": found[0], "value": found[1]}


def _pair(pieces: Sequence[str]) -> tuple[str, str] | None:
    """The label and the value of a row: apart from each other with a number or a colon, or in one piece with a colon."""
    match pieces:
        case [label, value] if label.rstrip().endswith((":", "：")) or any(letter.isdigit() for letter in value):
            pass
        case [line] if found := _PAIR.fullmatch(line):
            label, value = found["label"], found["value"]
        case _:
            return None
    label = label.strip(_FILLING)
    short = 0 < len(label) <= LABEL_LETTERS and len(label.split()) <= LABEL_WORDS
    return (label, value.strip()) if short and any(letter.isalpha() for letter in label) else None
