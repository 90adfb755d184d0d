"""How like a table is to the true one as a tree: TEDS, and TEDS-structure where the text does not count.

Zhong, ShafieiBavani and Jimeno Yepes, "Image-based table recognition: data, model, and evaluation" (2020), section 5: 1 less the
tree edit distance of the two tables' HTML, divided by the number of nodes of the larger. Putting a node in and taking one out
cost 1; changing one costs 1 if its tag or span changes, and otherwise, of a cell, the share of its text that changes.
"""

from __future__ import annotations

from itertools import groupby, takewhile
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from uncial.evaluate.tables import Grid, GridCell


class Node(NamedTuple):
    """An element of a table's HTML."""

    tag: str
    children: tuple[Node, ...] = ()
    spans: tuple[int, int] = (1, 1)
    """Rows and columns."""
    text: str = ""


def teds(true: Grid, found: Grid | None, *, structure: bool = False) -> float:
    """How like they are, 0..1; 0 where nothing was found. With `structure`, the text does not count."""
    if found is None:
        return 0.0
    one, other = tree(true, structure=structure), tree(found, structure=structure)
    nodes = max(len(_postorder(one)), len(_postorder(other))) - 1  # the root, which is always a table, is not counted
    return 1 - distance(one, other) / nodes if nodes else 1.0


def tree(grid: Grid, *, structure: bool = False) -> Node:
    """The table as PubTabNet writes it: a head and a body of rows of cells.

    The head are the upper rows that hold headings; of a table without any it is the first row, since not every system tells.
    """
    ordered = sorted(grid.cells, key=lambda cell: (cell.row, cell.column))
    rows = [list(cells) for _, cells in groupby(ordered, key=lambda cell: cell.row)]
    head = len(list(takewhile(lambda row: any(cell.heading for cell in row), rows)))
    head = head or int(not any(cell.heading for cell in ordered))
    parts = (("thead", rows[:head]), ("tbody", rows[head:]))
    return Node("table", tuple(Node(tag, tuple(_row(row, structure) for row in part)) for tag, part in parts if part))


def _row(cells: list[GridCell], structure: bool) -> Node:
    return Node("tr", tuple(Node("td", (), (cell.rows, cell.columns), "" if structure else cell.text) for cell in cells))


def distance(one: Node, other: Node) -> float:
    """The least cost of making one tree the other.

    Zhang and Shasha, "Simple fast algorithms for the editing distance between trees and related problems" (1989), section 4.
    """
    left, right = _Ordered(one), _Ordered(other)
    costs: dict[tuple[int, int], float] = {}
    for i in left.keyroots:
        for j in right.keyroots:
            _compare(left, right, i, j, costs)
    return costs[len(left.nodes) - 1, len(right.nodes) - 1]


class _Ordered:
    """A tree's nodes, children before their parents; each node's first leaf; and the nodes that have a brother before them."""

    def __init__(self, root: Node) -> None:
        self.nodes = _postorder(root)
        self.first = [index - len(_postorder(node)) + 1 for index, node in enumerate(self.nodes)]
        self.keyroots = sorted({first: index for index, first in enumerate(self.first)}.values())


def _postorder(root: Node) -> list[Node]:
    return [*(node for child in root.children for node in _postorder(child)), root]


def _compare(left: _Ordered, right: _Ordered, i: int, j: int, costs: dict[tuple[int, int], float]) -> None:
    """Put the distances of all pairs of subtrees into `costs` that begin where those of `i` and `j` do."""
    top, side = left.first[i], right.first[j]
    above: list[float] = [float(n) for n in range(j - side + 2)]
    rows = [above]
    for x in range(top, i + 1):
        row = [rows[-1][0] + 1]
        for y in range(side, j + 1):
            cheapest = min(rows[-1][y - side + 1], row[-1]) + 1
            if left.first[x] == top and right.first[y] == side:
                cheapest = min(cheapest, rows[-1][y - side] + _change(left.nodes[x], right.nodes[y]))
                costs[x, y] = cheapest
            else:
                cheapest = min(cheapest, rows[left.first[x] - top][right.first[y] - side] + costs[x, y])
            row.append(cheapest)
        rows.append(row)


def _change(one: Node, other: Node) -> float:
    if one.tag != other.tag or one.spans != other.spans:
        return 1.0
    return Levenshtein.normalized_distance(one.text, other.text)
