"""Figures that are made of words and lines, found by their captions: no pixel tells a diagram's labels from text.

What stands above a caption that names a figure, up to the prose before it, is the figure: labels, small tables of an example,
pieces of a drawing. Read one after the other they would be nonsense in the middle of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from uncial.document import Block, Line
from uncial.geometry import Box
from uncial.layout.parts import CAPTION, Part, Place, Row

_FEWEST = 3
"""So many rows of labels make a diagram; fewer may be a heading, or the names of two columns."""
_APART = 5.0
"""Nothing of a diagram is so far above the rest of it."""
_PROSE_ROWS, _PROSE_WIDTH, _MEASURE = 2, 14.0, 0.35
"""Rows that are so wide, and such a part of their caption's lines, so many one below the other, are prose and end the diagram."""
_LOOSE = 2.5
"""Times their height: words so far apart are several labels."""
_ACROSS = 0.5
"""The part of the width of the narrower that a label stands above its caption, at least."""
_GRID = 0.6
"""The part of the area that a single table takes where the figure is that table."""


def with_diagrams(
    parts: Sequence[Part], standing: Sequence[tuple[Line, Box]], unit: float, place: Place
) -> tuple[list[Part], set[int]]:
    """The parts with the labels of each diagram put together into one figure, right before its caption.

    `standing` are the lines that run up or down the page, with their boxes on the level page; the numbers of those that a
    diagram takes in are returned too.
    """
    done, taken = list(parts), set[int]()
    for caption in [part for part in parts if part.kind == "caption" and _names_figure(part)]:
        labels = _labels(caption, done, unit)
        if not _is_diagram(labels):
            continue
        box = Box.around(part.box for part in labels)
        inside = {i for i, (_, at) in enumerate(standing) if box.intersection(at).area > 0.5 * at.area and i not in taken}
        taken |= inside
        lines = [line for part in labels for line in _lines(part)] + [standing[i][0] for i in sorted(inside)]
        figure = Part((), box, caption.column, "figure", solid=Block(tuple(lines), place(box), "figure"))
        rest = [part for part in done if not any(part is label for label in labels)]
        at = next(i for i, part in enumerate(rest) if part is caption)
        done = [*rest[:at], figure, *rest[at:]]
    return done, taken


def _names_figure(part: Part) -> bool:
    found = CAPTION.match(part.text)
    return found is not None and not found["table"]


def _labels(caption: Part, parts: Sequence[Part], unit: float) -> list[Part]:
    """What stands above the caption, from the bottom up, until there is prose or white."""
    labels: list[Part] = []
    top = caption.box.top
    above = [part for part in parts if part is not caption and part.box.top < caption.box.top and _stands_over(part, caption)]
    for part in sorted(above, key=lambda part: -part.box.bottom):
        if top - part.box.bottom > _APART * unit or _ends(part, caption, unit):
            break
        labels.append(part)
        top = min(top, part.box.top)
    return sorted(labels, key=lambda part: (part.box.top, part.box.left))


def _stands_over(part: Part, caption: Part) -> bool:
    shared = min(part.box.right, caption.box.right) - max(part.box.left, caption.box.left)
    return shared > _ACROSS * min(part.box.width, caption.box.width)


def _ends(part: Part, caption: Part, unit: float) -> bool:
    """Whether this is no label: prose, an item, what heads the page, or what another caption names."""
    if part.kind in ("page-header", "page-footer", "footnote", "list-item") or CAPTION.match(part.text):
        return True
    least = max(_PROSE_WIDTH * unit, _MEASURE * caption.box.width)
    wide = bool(part.rows) and median(row.box.width for row in part.rows) > least
    return wide and len(part.rows) >= _PROSE_ROWS and _is_running(part)


def _is_running(part: Part) -> bool:
    """Whether most of its words are words, as of sentences, and stand as close together."""
    words = part.text.split()
    worded = sum(word.strip(".,;:()").isalpha() and len(word) > 1 for word in words) > 0.6 * len(words)
    return worded and not any(_is_parted(row) for row in part.rows)


def _is_parted(row: Row) -> bool:
    return any(b.quad.box.left - a.quad.box.right > _LOOSE * a.quad.height for a, b in pairwise(row.line.words))


def _is_diagram(labels: Sequence[Part]) -> bool:
    """Whether there are enough of them, and they are not just a table with what is said above it."""
    if sum(max(len(part.rows), 1) for part in labels) < _FEWEST:
        return False
    if len(labels) == 1 and labels[0].solid and labels[0].solid.kind == "figure":
        return False
    whole = Box.around(part.box for part in labels)
    return not any(part.solid and part.solid.kind == "table" and part.box.area > _GRID * whole.area for part in labels)


def _lines(part: Part) -> tuple[Line, ...]:
    return part.solid.lines if part.solid else tuple(row.line for row in part.rows)
