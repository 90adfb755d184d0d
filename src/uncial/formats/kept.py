"""Lines that are lines for their own sake, as of addresses and poems, and do not run on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from uncial.document import Block, Line, Page
from uncial.geometry import Box
from uncial.level import Level, level

_PROSE = 6
"""Lines; a longer block only keeps its lines where they cannot be prose."""
_NARROW = 0.6
"""Of its column's width; lines that all end earlier are no prose that was too long for one line."""
_RAGGED = 0.15
"""Of its width; the lines of prose that is set beside something end more evenly."""
_HYPHENS = ("-", "‐", "¬", "⸗", "\u00ad")


def kept_lines(page: Page, blocks: Iterable[Block]) -> set[int]:
    """Which of the blocks (by `id`) are lines for their own sake, as addresses and poems, and do not run on."""
    flat = level(page)
    boxes = {id(block): [_reading(line, flat) for line in block.lines] for block in blocks}
    kept = (block for block in blocks if block.kind == "paragraph" and len(block.lines) > 1)
    return {id(block) for block in kept if _keeps(block, boxes[id(block)], _column(block, blocks, boxes))}


def _reading(line: Line, flat: Level) -> Box:
    """The line's box with x along the reading direction: of what runs to the left, in a mirror."""
    box = flat.box(line.quad)
    return Box(-box.right, box.top, -box.left, box.bottom) if line.direction == "right-to-left" else box


def _column(block: Block, blocks: Iterable[Block], boxes: dict[int, list[Box]]) -> Box:
    """The box of all text that stands in the same column."""
    around = [box for other in blocks if other.column == block.column and not other.cells for box in boxes[id(other)]]
    return Box.around(around)


def _keeps(block: Block, boxes: Sequence[Box], column: Box) -> bool:
    """Whether lines end although the first word of the next would have had room, as no prose does.

    Most of them where nothing but the block itself tells how much room there was, else all.
    """
    if any(line.text.endswith(_HYPHENS) for line in block.lines[:-1]):
        return False
    ends = [box.right + _first_word(line, after) for line, box, after in zip(block.lines[1:], boxes, boxes[1:], strict=False)]
    around = Box.around(boxes)
    if sum(end < around.right for end in ends) * 2 >= len(ends):
        return True
    return len(boxes) <= _PROSE and max(ends) <= column.right and _is_narrow(boxes, around, column)


def _is_narrow(boxes: Sequence[Box], around: Box, column: Box) -> bool:
    """Whether a few lines fill little of their column: from its left edge, or elsewhere and each as long as it likes."""
    if around.right - column.left < _NARROW * column.width:
        return True
    rights = [box.right for box in boxes[:-1]]
    return around.width < _NARROW * column.width and max(rights) - min(rights) > _RAGGED * around.width


def _first_word(line: Line, box: Box) -> float:
    """How much room the first word of a line takes, with a space before it."""
    first = len(line.words[0].text) if line.words else 0
    return box.width * (first + 1) / max(len(line.text), 1)
