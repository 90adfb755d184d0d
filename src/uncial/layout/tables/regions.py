"""Where tables may stand on a page: in lattices of bars, between long bars, and where lines have white in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from uncial.geometry import Box
from uncial.layout.tables.axis import Region
from uncial.layout.tables.bars import Bar, Bars, lattices, places
from uncial.layout.tables.chunks import Chunk, lines_of

_OVER = 1.0
"""So far text may reach over the ends of the bars above and below it, and bars of one table over each other."""
_CROSSING = 2
"""So much text does not stand across the edges of a table: those are folds, or the edge of the paper."""
_SIDE = 0.6
"""Bars along this part of the height make a frame of those above and below."""
_NUMBERS, _LABELLED = 0.7, 0.6
"""A part of a table has this part of numbers in it, and labels beside this part of its rows."""
_LONG = 8.0
"""The least length of a bar that bounds a table."""
_PARTS = 2.0
"""A standing bar that reaches so far over a table parts columns of the page."""
_PROSE_WIDTH = 14.0
_PROSE_WORDS = 5
"""A line of prose is at least so wide and has so many words."""
_PROSE_LETTERS = 8
"""In scripts that part no words, of which this is the first character:"""
_FIRST_UNSPACED = "\u2e80"
_PROSE_STEP = 2.0
"""Lines of prose are no farther from each other."""
_ALIKE = 2
"""So many lines with a single chunk that begins alike say that one at the end is no note."""
_EVEN = 0.5
"""Edges of text that differ by no more are even."""
_APART = 2.2
"""White so high ends a table that no bars bound."""
_ALONE = 3
"""So many lines with a single chunk may follow each other in a table."""
_OVERLAP = 0.3
"""Lines that share this part of the text height stand beside each other."""
_BACK = 4
"""A line has white in common with one of so many lines before it."""
_SHARED = 0.4
"""The least width of white that two lines have in common."""
_WHOLE = 0.9
"""A bar that runs along this part of a table's width begins it."""
_WIDER = 1.4
"""If it is not so many times as wide."""
_HEAD_LINES = 5
"""So many lines above may belong to the header."""


def latticed(chunks: Sequence[Chunk], bars: Bars, unit: float) -> Iterator[Region]:
    """The regions that lattices of bars surround."""
    for lattice in sorted(lattices(bars, unit), key=lambda lattice: lattice.box.area):
        box = lattice.box
        inside = [c for c in chunks if box.left <= c.box.center.x <= box.right and box.top <= c.box.center.y <= box.bottom]
        if inside and not _frame(lattice.bars, unit) and sum(_crosses(chunk.box, box, unit) for chunk in chunks) < _CROSSING:
            yield Region(box, inside, lattice.bars, ruled=True)


def _frame(bars: Bars, unit: float) -> bool:
    """Whether bars surround something and part nothing in it."""
    return len(places(bars.lying, unit)) <= 2 and len(places(bars.standing, unit)) <= 2


def _crosses(text: Box, box: Box, unit: float) -> bool:
    """Whether text stands across the left or right edge of a lattice."""
    edges = any(text.left + _OVER * unit < x < text.right - _OVER * unit for x in (box.left, box.right))
    return edges and box.top < text.center.y < box.bottom


class _Band(NamedTuple):
    """What stands between two long bars."""

    top: float
    bottom: float
    lines: list[list[Chunk]]


def barred(chunks: Sequence[Chunk], bars: Bars, unit: float) -> Iterator[Region]:
    """The regions between long bars of the same length, such as those above, below and under the header of a table."""
    stacks = _stacks(bars.lying, unit)
    prose = _prose(chunks, unit) if stacks else set[int]()
    for stack in stacks:
        left, right = min(bar.start for bar in stack), max(bar.end for bar in stack)
        if len(stack) == 2 and _closed(stack, bars.standing, unit):
            continue
        inside = [c for c in chunks if left < c.box.right and c.box.left < right]
        bands = [_band(inside, a.at, b.at) for a, b in pairwise(stack)]
        for group in _tabular(bands, left - _OVER * unit, right + _OVER * unit, unit):
            box = Box(left, group[0].top, right, group[-1].bottom)
            found = [chunk for band in group for line in band.lines for chunk in line]
            if _labelled_outside(found, box, chunks, prose):
                continue
            yield Region(box, found, bars.inside(box, 0.3 * unit), False, True, sum(id(c) in prose for c in found) / len(found))


def _labelled_outside(found: Sequence[Chunk], box: Box, chunks: Sequence[Chunk], prose: set[int]) -> bool:
    """Whether numbers alone stand in the region and what they are numbers of beside it: it is a part of a table."""
    body = [chunk for chunk in found if chunk.number]
    if len(body) < _NUMBERS * len(found):
        return False
    heights = {chunk.box.center.y for chunk in body}
    labels = [c.box for c in chunks if c.box.right < box.left and id(c) not in prose and not c.number]
    return sum(any(label.top < y < label.bottom for label in labels) for y in heights) >= _LABELLED * len(heights)


def _closed(stack: Sequence[Bar], standing: Sequence[Bar], unit: float) -> bool:
    """Whether bars at both ends make a frame of two that lie, which says nothing of what is in it."""
    (top, left, right), (bottom, *_) = stack
    beside = [bar.at for bar in standing if bar.covers(top, bottom) >= _SIDE]
    return all(any(abs(x - at) <= _OVER * unit for at in beside) for x in (left, right))


def _stacks(lying: Iterable[Bar], unit: float) -> list[list[Bar]]:
    """The long bars by where they begin and end, each stack from the top down."""
    stacks: list[list[Bar]] = []
    for bar in sorted(lying):
        if bar.length < _LONG * unit:
            continue
        for stack in stacks:
            if abs(stack[-1].start - bar.start) <= _OVER * unit and abs(stack[-1].end - bar.end) <= _OVER * unit:
                stack.append(bar)
                break
        else:
            stacks.append([bar])
    return sorted((stack for stack in stacks if len(stack) > 1), key=lambda stack: -stack[0].length)


def _band(chunks: Sequence[Chunk], top: float, bottom: float) -> _Band:
    return _Band(top, bottom, lines_of(chunk for chunk in chunks if top < chunk.box.center.y < bottom))


def _tabular(bands: Sequence[_Band], left: float, right: float, unit: float) -> Iterator[list[_Band]]:
    """The bands that follow each other and hold rows of cells, with at least two rows."""
    group: list[_Band] = []
    for band in [*bands, None]:
        if band and _holds_rows(band, left, right, unit, begun=bool(group)):
            group.append(band)
            continue
        while group and not group[-1].lines:
            group.pop()
        if sum(len(line) > 1 for band in group for line in band.lines) >= 2:
            yield group
        group = []


def _holds_rows(band: _Band, left: float, right: float, unit: float, *, begun: bool) -> bool:
    """Whether cells stand in the band and not prose."""
    if not band.lines:
        return begun and band.bottom - band.top < 2 * unit
    if any(chunk.box.left < left or chunk.box.right > right for line in band.lines for chunk in line):
        return False
    several = [line for line in band.lines if len(line) > 1]
    wide = [line for line in band.lines if len(line) == 1 and line[0].box.width > 0.6 * (right - left)]
    if not several:
        return begun and not wide and len(band.lines) <= 2
    return len(wide) <= 0.2 * len(band.lines) and len(several) >= 0.3 * len(band.lines)


def open_regions(chunks: Sequence[Chunk], bars: Bars, unit: float) -> Iterator[Region]:
    """The regions whose lines have white in common."""
    lines = lines_of(chunks)
    if sum(len(line) > 1 for line in lines) < 2:
        return
    prose = _prose(chunks, unit)
    start = 0
    while start < len(lines):
        run, stop = _run(lines, start, prose, unit)
        if len(run) < 2:
            start += 1
            continue
        first, start = start, stop
        head, top = _below_bar(lines, first, run, prose, bars.lying, unit)
        if top is None:
            head = _head(lines, first, run, prose, unit)
        found = [chunk for line in [*head, *run] for chunk in line]
        box = Box.around(chunk.box for chunk in found)
        if top:
            box = Box(min(box.left, top.start), min(box.top, top.at), max(box.right, top.end), box.bottom)
        if any(_parts_page(bar, box, unit) for bar in bars.standing):
            continue
        yield Region(box, found, Bars(bars.inside(box, 0.5 * unit).lying, []), ruled=False)


def _parts_page(bar: Bar, box: Box, unit: float) -> bool:
    """Whether a bar parts what would be the table, and more above and below it."""
    reach = _PARTS * unit
    return box.left < bar.at < box.right and bar.start < box.top - reach and bar.end > box.bottom + reach


def _prose(chunks: Sequence[Chunk], unit: float) -> set[int]:
    """Lines of paragraphs: wide, of many words, with others like them above or below."""
    wide = [c for c in chunks if c.box.width >= _PROSE_WIDTH * unit and (len(c.words) >= _PROSE_WORDS or _unspaced(c))]
    wide.sort(key=lambda chunk: chunk.box.center.y)
    near = [(a, b) for i, a in enumerate(wide) for b in _next(wide, i, unit) if _beneath(a.box, b.box, unit)]
    found = {id(chunk) for a, b in near if _runs_on(a, b, unit) for chunk in (a, b)}
    grown = True
    while grown:
        more = {id(chunk) for a, b in near if id(a) in found or id(b) in found for chunk in (a, b)} - found
        found |= more
        grown = bool(more)
    return found


def _next(chunks: Sequence[Chunk], i: int, unit: float) -> Iterator[Chunk]:
    """What follows a chunk, from the top down, and is near enough to go on with it."""
    end = chunks[i].box.center.y + _PROSE_STEP * unit
    return takewhile(lambda chunk: chunk.box.center.y < end, islice(chunks, i + 1, None))


def _runs_on(above: Chunk, below: Chunk, unit: float) -> bool:
    """Whether a line of text goes on in the next, and the two are not the labels of rows."""
    even = abs(above.box.right - below.box.right) < _EVEN * unit
    return even or below.text[:1].islower() or _unspaced(below)


def _unspaced(chunk: Chunk) -> bool:
    """Whether it is of a script that parts no words, such as Chinese, and long enough for a sentence."""
    return sum(character >= _FIRST_UNSPACED for character in chunk.text) >= _PROSE_LETTERS


def _beneath(a: Box, b: Box, unit: float) -> bool:
    """Whether a line stands right below another one and begins or ends alike."""
    alike = abs(a.left - b.left) < 2 * unit or abs(a.right - b.right) < _EVEN * unit
    return alike and 0.5 * unit < b.center.y - a.center.y < _PROSE_STEP * unit


def _run(lines: list[list[Chunk]], start: int, prose: set[int], unit: float) -> tuple[list[list[Chunk]], int]:
    """The lines from `start` on as long as they have white in common, without what stands beside them; and the line after."""
    run: list[list[Chunk]] = []
    several: list[list[Chunk]] = []
    stop = start
    for i, line in enumerate(lines[start:], start + 1):
        cells = [chunk for chunk in line if id(chunk) not in prose]
        if several and _crossed(line, prose, several):
            break
        if not cells and run:
            continue
        if run and _top(cells) - _bottom(run[-1]) > _APART * unit:
            break
        if len(cells) >= 2 and (not several or any(_common(cells, other, unit) for other in several[-_BACK:])):
            several.append(cells)
        elif len(cells) >= 2 or not several or _alone(run) >= _ALONE:
            break
        run.append(cells)
        stop = i
    while run and len(run[-1]) < 2 and not _belongs(run, unit):
        run.pop()
    return run, stop


def _belongs(run: list[list[Chunk]], unit: float) -> bool:
    """Whether the last line, which has a single chunk, is a part of the row above, or one of several that go on with labels."""
    *before, last = run
    if not before or len(before[-1]) < 2:
        return False
    left = last[0].box.left
    alike = sum(len(line) == 1 and abs(line[0].box.left - left) < _EVEN * unit for line in before)
    return _beside(before[-1], last, unit) or alike >= _ALIKE


def _beside(line: list[Chunk], below: list[Chunk], unit: float) -> bool:
    """Whether a line is no row of its own, since it stands beside the end of the one above."""
    return _bottom(line) - _top(below) > _OVERLAP * unit


def _alone(run: list[list[Chunk]]) -> int:
    """How many lines at the end have a single chunk."""
    return next((i for i, line in enumerate(reversed(run)) if len(line) > 1), len(run))


def _crossed(line: list[Chunk], prose: set[int], several: list[list[Chunk]]) -> bool:
    """Whether a line of prose stands below the table."""
    box = Box.around(chunk.box for cells in several for chunk in cells)
    return any(id(c) in prose and min(c.box.right, box.right) > max(c.box.left, box.left) for c in line)


def _below_bar(
    lines: list[list[Chunk]], first: int, run: list[list[Chunk]], prose: set[int], lying: Sequence[Bar], unit: float
) -> tuple[list[list[Chunk]], Bar | None]:
    """The lines above that a bar over the whole table takes in, and that bar."""
    box = Box.around(chunk.box for line in run for chunk in line)
    over = [bar for bar in lying if bar.covers(box.left, box.right) >= _WHOLE and bar.length <= _WIDER * box.width]
    head: list[list[Chunk]] = []
    best: tuple[list[list[Chunk]], Bar | None] = ([], None)
    for line in [*reversed(lines[max(first - _HEAD_LINES, 0) : first]), []]:
        low = _top(head[0] if head else run[0])
        high = _bottom(line) if line else low - _APART * unit
        tops = [bar for bar in over if high - 0.3 * unit <= bar.at <= low + 0.3 * unit]
        best = (list(head), tops[0]) if tops else best
        inside = [c for c in line if c.box.right > box.left - unit and c.box.left < box.right + unit]
        if not inside or any(id(c) in prose for c in inside) or low - _bottom(inside) > _APART * unit:
            break
        head.insert(0, inside)
    return best


def _head(lines: list[list[Chunk]], first: int, run: list[list[Chunk]], prose: set[int], unit: float) -> list[list[Chunk]]:
    """The lines right above that head the columns."""
    box = Box.around(chunk.box for line in run for chunk in line)
    head: list[list[Chunk]] = []
    below = run[0]
    for line in reversed(lines[max(first - _HEAD_LINES, 0) : first]):
        inside = [c for c in line if c.box.right > box.left - unit and c.box.left < box.right + unit]
        if not inside or any(id(c) in prose for c in inside) or _top(below) - _bottom(inside) > 0.8 * unit:
            break
        wide = max(chunk.box.width for chunk in inside)
        if wide > 0.5 * box.width or inside[0].box.left < box.left - unit or inside[-1].box.right > box.right + unit:
            break
        if len(inside) == 1 and inside[0].box.left < box.left + unit:
            break
        head.insert(0, inside)
        below = inside
    return head


def _top(line: Iterable[Chunk]) -> float:
    return min(chunk.box.top for chunk in line)


def _bottom(line: Iterable[Chunk]) -> float:
    return max(chunk.box.bottom for chunk in line)


def _common(line: list[Chunk], other: list[Chunk], unit: float) -> bool:
    """Whether two lines have white in common between their chunks."""
    return any(min(b, d) - max(a, c) >= _SHARED * unit for a, b in _whites(line) for c, d in _whites(other))


def _whites(line: list[Chunk]) -> list[tuple[float, float]]:
    return [(a.box.right, b.box.left) for a, b in pairwise(line)]
