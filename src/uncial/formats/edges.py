"""Page headers and footers, sorted into those that are the same on page after page but for the page's number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from uncial.document import Block, Kind, Page
from uncial.geometry import Box
from uncial.level import level
from uncial.printable import fit

_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,])")
_MIDDLE = (0.3, 0.7)
"""Of the page's width; what has its middle between these stands in the middle."""


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """One line of a page's header or footer: what stands left, in the middle and right."""

    left: str = ""
    middle: str = ""
    right: str = ""

    @property
    def texts(self) -> tuple[str, str, str]:
        """All three."""
        return self.left, self.middle, self.right

    def pattern(self, number: int) -> EdgeLine:
        """The same with NUL in the place of the page's number."""
        return EdgeLine(*(re.sub(rf"(?<![\d.,]){number}(?![\d.,])", "\0", text, count=1) for text in self.texts))


def edge_lines(page: Page, *kinds: Kind) -> tuple[EdgeLine, ...]:
    """The lines of a page's header, footer or both, from the top."""
    blocks = [block for block in page.blocks if block.kind in kinds and block.lines]
    flat = level(page)
    rows: list[list[tuple[Box, str]]] = []
    for box, text in sorted(((flat.box(block.quad), _text(block)) for block in blocks), key=lambda placed: placed[0].center.y):
        if rows and rows[-1][-1][0].center.y > box.top:
            rows[-1].append((box, text))
        else:
            rows.append([(box, text)])
    return tuple(_line(row, flat.width) for row in rows)


def page_offsets(edges: Sequence[tuple[Page, Sequence[EdgeLine]]]) -> dict[int, int]:
    """By the page's place in the file: the number that is printed on it less that place, where the numbers count the pages.

    They do where two pages agree; in a single page it is a number that stands alone.
    """
    alone = len(edges) == 1
    found = {page.number: set(_numbers(lines, alone)) for page, lines in edges}
    common = Counter(number - place for place, numbers in found.items() for number in numbers)
    offsets = {}
    for place, numbers in found.items():
        best = max((number - place for number in numbers), key=lambda offset: (common[offset], -abs(offset)), default=None)
        if best is not None and (alone or common[best] > 1):
            offsets[place] = best
    return offsets


def _numbers(lines: Sequence[EdgeLine], alone: bool) -> Iterator[int]:
    for text in (text for line in lines for text in line.texts):
        for number in _NUMBER.finditer(text):
            if not alone or number[0] == text:
                yield int(number[0])


def _text(block: Block) -> str:
    return " ".join(fit(block.running_text).split())


def _line(row: Sequence[tuple[Box, str]], width: float) -> EdgeLine:
    places: dict[str, list[str]] = {"left": [], "middle": [], "right": []}
    for box, text in sorted(row, key=lambda placed: placed[0].left):
        at = box.center.x / max(width, 1.0)
        places["left" if at < _MIDDLE[0] else "right" if at > _MIDDLE[1] else "middle"].append(text)
    return EdgeLine(*(" ".join(texts) for texts in places.values()))
