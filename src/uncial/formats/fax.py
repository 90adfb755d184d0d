"""Group 4 fax (ITU-T T.6): the smallest that PDF/A has for pages in black and white.

Each row is told by where its colours change, against the row above. The codes are those of ITU-T T.4, tables 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PASS, _HORIZONTAL = "0001", "001"
_VERTICAL = {0: "1", 1: "011", 2: "000011", 3: "0000011", -1: "010", -2: "000010", -3: "0000010"}
_END = "000000000001" * 2


def group4(black: NDArray[np.bool_]) -> bytes:
    """The rows (H x W, True where it is black) as one block of Group 4, its end told."""
    import numpy as np

    height, width = black.shape
    edges = np.diff(black.astype(np.int8), axis=1, prepend=0) != 0
    rows, columns = np.nonzero(edges)
    starts = np.searchsorted(rows, np.arange(height + 1))
    places = columns.tolist()
    above: list[int] = []
    out: list[str] = []
    for first, last in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        row = places[first:last]
        out.append(_VERTICAL[0] * (len(row) + 1) if row == above else "".join(_codes(row, above, width)))
        above = row
    bits = "".join(out) + _END
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _codes(row: list[int], above: list[int], width: int) -> Iterator[str]:
    """The codes of a row of `width` pixels; both rows are told by where their colours change, first from white to black.

    The names are those of T.6, 2.2: `a0` is where the pen is, `a1` and `a2` are the next changes in the row, `b1` and `b2` the
    ones above to which they are compared. `a` and `b` count changes, so whether they are even says which colour ends there.
    """
    row, above = [*row, width, width], [*above, width, width, width]
    a0, a, b = -1, 0, 0
    while a0 < width:
        b = max(b - 2, a % 2)
        while above[b] <= a0 and above[b] < width:
            b += 2
        a1, b1, b2 = row[a], above[b], above[b + 1]
        if b2 < a1:
            yield _PASS
            a0 = b2
        elif -3 <= a1 - b1 <= 3:
            yield _VERTICAL[a1 - b1]
            a0, a, b = a1, a + 1, b + 1
        else:
            yield _HORIZONTAL + _run(a1 - max(a0, 0), a % 2) + _run(row[a + 1] - a1, 1 - a % 2)
            a0, a = row[a + 1], a + 2


def _run(length: int, colour: int) -> str:
    """The code of a run of that many pixels, white (0) or black (1)."""
    most, text = 2560, ""
    while length > most:
        text, length = text + _LONGER[colour][-1], length - most
    if length >= 64:
        text += _LONGER[colour][length // 64 - 1]
    return text + _SHORT[colour][length % 64]


_SHORT = (
    """
    00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 101011 0100111
    0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010 00011011
    00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100
    00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 01011001 01011010 01011011
    01001010 01001011 00110010 00110011 00110100
    """.split(),
    """
    0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 0000010111
    0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 00000011000 000011001010
    000011001011 000011001100 000011001101 000001101000 000001101001 000001101010 000001101011 000011010010 000011010011
    000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 000011011010 000011011011 000001010100
    000001010101 000001010110 000001010111 000001100100 000001100101 000001010010 000001010011 000000100100 000000110111
    000000111000 000000100111 000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110
    000001100111
    """.split(),
)
"""For runs of 0 to 63 pixels, white and black."""
_VERY_LONG = """
    00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111
    000000011100 000000011101 000000011110 000000011111
    """.split()
_LONGER = (
    """
    11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010 011010011
    011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001 010011010 011000
    010011011
    """.split()
    + _VERY_LONG,
    """
    0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101
    0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 0000001110101
    0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 0000001011011
    0000001100100 0000001100101
    """.split()
    + _VERY_LONG,
)
"""For the part of a run that is a multiple of 64 pixels, from 64 to 2560."""
