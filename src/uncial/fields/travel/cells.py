"""Values of several pieces: what stands below a caption and left of the next one is one cell of a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from uncial.fields.sheet import Piece, Span, joined
from uncial.fields.travel.captions import Caption, Captions, Slot
from uncial.fields.travel.particulars import Told

_GAP = 3.0
"""Times the height of the text; what is further apart is not one value."""


def wide_cell(captions: Captions, name: str, parse: Callable[[str], Iterable[Told]]) -> Span | None:
    """The value of the first caption of that name that heads a column, where it is set in several pieces; else None."""
    for caption in captions.named(name):
        slot = next(captions.below(caption), None) if captions.is_heading(caption) else None
        if slot is None or slot.row > caption.label.row + 1:
            continue
        cell = cell_of(caption, slot)
        told = next(iter(parse(cell.text)), None) if cell else None
        return cell if cell and told and told.value == cell.text else None
    return None


def cell_of(caption: Caption, slot: Slot) -> Span | None:
    """All that stands below a caption in the row of a slot, where it is more than one piece."""
    pieces = [piece for piece in _pieces(caption, slot) if any(map(str.isalnum, piece.text))]
    return joined([piece.whole for piece in pieces]) if len(pieces) > 1 else None


def _pieces(caption: Caption, slot: Slot) -> Iterator[Piece]:
    """The piece of a slot, and those right of it that no other caption stands above."""
    label = caption.label
    lefts = [piece.box.left for piece in label.sheet.rows[label.row].pieces[label.column + 1 :]]
    row = label.sheet.rows[slot.row].pieces
    first = next(at for at, piece in enumerate(row) if piece is slot.piece)
    yield slot.piece
    for before, piece in pairwise(row[first:]):
        near = piece.box.left - before.box.right <= _GAP * label.sheet.height
        if not near or (lefts and piece.box.right > lefts[0]):
            return
        yield piece
