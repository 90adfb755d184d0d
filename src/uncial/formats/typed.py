"""A page as a typewriter would have it: a grid of characters in which everything stands where it stands on the page."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from uncial.document import Page, Word
from uncial.placed import Laid, Placed, laid

DOUBT = "[?]"
"""Stands behind a doubtful word, as transcribers put it."""
_LARGEST = 500
"""Columns of a page; smaller letters than that are none."""
_MOST_BLANK = 100
"""Empty lines one after the other."""
_APART = 2
"""Columns that stay free between two pieces."""
_USUAL = 2.5
"""Times the height of the text; rows further apart have empty ones between them, and say nothing of the usual distance."""


def typed(page: Page) -> str:
    """The page as a grid: wide letters take two columns, lines that do not run across the page stand below it."""
    on_page = laid(page)
    lines = list(_typed_rows(on_page))
    standing = [" ".join(_shown(word) for word in line.words) for line in on_page.standing]
    return "\n".join([*lines, *([""] if lines and standing else []), *standing])


def _typed_rows(on_page: Laid) -> Iterator[str]:
    texts = [[" ".join(_shown(word) for word in piece.words) for piece in row] for row in on_page.rows]
    letter = max(_letter_width(on_page), on_page.width / _LARGEST, 1e-6)
    columns = _columns(on_page, texts, letter)
    blanks = _blank_rows(on_page)
    for row, text, blank in zip(on_page.rows, texts, blanks, strict=True):
        yield from [""] * blank
        line, width = "", 0
        for piece, part in zip(row, text, strict=True):
            gap = max(columns(piece.box.left) - width, min(width, 1))
            line += " " * gap + part
            width += gap + _width(part)
        yield line


def _columns(on_page: Laid, texts: Sequence[Sequence[str]], letter: float) -> _Columns:
    """Where each left edge comes to stand, such that no piece is pushed: what is left of it in its row has room.

    Edges that stand below each other move together, and take everything to the right with them.
    """
    found = _Columns(_edges(on_page.rows, letter / 2), [])
    needed: list[list[tuple[int, int]]] = [[] for _ in found.edges]
    for row, text in zip(on_page.rows, texts, strict=True):
        for (piece, part), (after, _) in pairwise(zip(row, text, strict=True)):
            here, there = found.edge(piece.box.left), found.edge(after.box.left)
            if here < there:
                needed[there].append((here, _width(part) + _APART))
    moved = 0
    for edge, wanted in zip(found.edges, needed, strict=True):
        natural = round(min(max(edge, 0.0), on_page.width) / letter) + moved
        place = max([natural, *(found.places[at] + width for at, width in wanted)])
        moved += place - natural
        found.places.append(place)
    return found


def _edges(rows: Sequence[Sequence[Placed]], tolerance: float) -> list[float]:
    """The left edges of all pieces, those that stand below each other as one."""
    edges: list[float] = []
    for left in sorted(piece.box.left for row in rows for piece in row):
        if not edges or left - edges[-1] > tolerance:
            edges.append(left)
    return edges


class _Columns:
    """Left edges on the page, and the columns of the grid that they come to stand in."""

    def __init__(self, edges: list[float], places: list[int]) -> None:
        self.edges, self.places = edges, places

    def edge(self, left: float) -> int:
        """Which of the edges this one is."""
        return max(bisect_right(self.edges, left) - 1, 0)

    def __call__(self, left: float) -> int:
        """The column of the grid."""
        return self.places[self.edge(left)]


def _letter_width(on_page: Laid) -> float:
    widths = [piece.box.width / _width(" ".join(piece.texts)) for row in on_page.rows for piece in row if piece.texts]
    return median(widths) if widths else 1.0


def _blank_rows(on_page: Laid) -> list[int]:
    """How many empty lines stand above each row."""
    middles = [row[0].box.center.y for row in on_page.rows]
    gaps = [after - before for before, after in pairwise(middles)]
    usual = [gap for gap in gaps if on_page.height * 0.8 < gap < on_page.height * _USUAL]
    pitch = median(usual) if usual else on_page.height * 1.5
    return [0, *(min(max(round(gap / pitch) - 1, 0), _MOST_BLANK) for gap in gaps)][: len(middles)]


def _shown(word: Word) -> str:
    text = " ".join(Placed((word,), word.quad.box).texts)
    return text + DOUBT if word.doubtful else text


def _width(text: str) -> int:
    """How many columns a text takes (Unicode Standard Annex 11: wide and fullwidth letters take two)."""
    marks = sum(unicodedata.combining(letter) > 0 for letter in text)
    return max(len(text) - marks + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text), 1)
