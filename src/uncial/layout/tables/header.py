"""Which lines of a table name its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from uncial.layout.tables.bars import Bar
from uncial.layout.tables.rows import Entry

_YEAR = re.compile(r"\W*([^\W\d_]+\W+(\d{1,2}\W+)?|\d{1,2}\W+[^\W\d_]+\W+)?(1[89]|20)\d\d\W*(\W*((1[89]|20)?\d\d))?\W*")
"""A year, or two, or a day in one: 2024, 2023/24, Jan 26, 2025."""
_MOST = 0.5
"""A header has at most this part of the lines."""
_WHOLE = 0.9
"""A bar that runs along this part of the table's width ends its header."""
_NUMBERED = 3
"""Even if so many lines above it look like numbers: years, units, numbers of columns."""
_LABELS = 3
"""The heading of the first column has at most so many lines; more are rows."""
_NUMBERS = 0.5
"""A column with this part of numbers is one of numbers."""


def heading_lines(entries: Sequence[Entry], bars: Sequence[Bar], left: float, right: float) -> int:
    """How many lines at the top are the header; the bars are those that part rows."""
    count = _count(entries, bars, left, right)
    return count if sum(0 in entry.cells for entry in entries[:count]) <= _LABELS else 0


def _count(entries: Sequence[Entry], bars: Sequence[Bar], left: float, right: float) -> int:
    numeric = _numeric(entries)
    first = next((i for i, entry in enumerate(entries) if _has_data(entry, numeric)), 0)
    most = max(_MOST * len(entries), 1)
    counts = {bar: sum(entry.middle < bar.at for entry in entries) for bar in sorted(bars)}
    counts = {bar: count for bar, count in counts.items() if 0 < count <= most}
    full = [count for bar, count in counts.items() if bar.covers(left, right) >= _WHOLE]
    if full and full[0] <= max(first, 1) + _NUMBERED:
        return full[0]
    ruled = [count for count in counts.values() if count <= first]
    if ruled:
        return ruled[-1]
    while first > 1 and set(entries[first - 1].cells) == {0}:
        first -= 1
    return first if first <= most else 0


def _numeric(entries: Sequence[Entry]) -> set[int]:
    """The columns in which numbers stand, for the most part."""
    columns = {column for entry in entries for column in entry.cells}
    counted = {c: [entry.numbers(c) for entry in entries if c in entry.cells] for c in columns}
    return {column for column, are in counted.items() if sum(are) >= _NUMBERS * len(are)}


def _has_data(entry: Entry, numeric: set[int]) -> bool:
    """Whether numbers stand in it that are not years."""
    texts = [chunk.text for column in numeric & set(entry.cells) for chunk in entry.cells[column] if chunk.number]
    return any(not _YEAR.fullmatch(text) for text in texts) or (
        bool(texts) and 0 in entry.cells and len(entry.cells) > len(texts) + 1
    )
