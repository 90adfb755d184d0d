"""A font of which nothing can be seen: it gives invisible text its letters, and every letter the same width.

It is made here out of nothing but the tables that ISO 32000-1 (9.9) asks of an embedded TrueType font, and has one glyph for all
letters. What they mean stands in the ToUnicode CMap of each document, so any script will do.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import category

EM = 1000
"""Units of the font's own grid."""
ADVANCE = 500
"""How wide each letter is, in those units, before it is stretched over the print."""
ASCENT, DESCENT = 800, -200
"""Between them lies one em: text of size 12 is 12 points high, and its baseline a fifth of that above its lower edge."""
NAME = "UncialGlyphless"
"""Told to PDF, which wants a name for each font."""

SPACE = " "
_MAGIC = 0x5F0F3CF5  # of the table head
_ON = 1  # a point on the curve
_UNTOLD = {"Cc", "Cs"}  # control characters and halves of surrogate pairs say nothing that could be searched
_NO_CHARACTERS = {0xFEFF, 0xFFFE, 0xFFFF}  # ISO 19005-2, 6.2.11.7.2 does not let a CMap lead to them


def searchable(text: str) -> str:
    """The text as a font may say it: without control characters, broken surrogates and what is no character at all."""
    return "".join(letter for letter in text if category(letter) not in _UNTOLD and ord(letter) not in _NO_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Glyphless:
    """The font of one document: a number for each of its characters, from 1."""

    numbers: dict[str, int]

    @staticmethod
    def of(texts: Iterable[str]) -> Glyphless:
        """The font for these texts and the space; the characters in their order in Unicode, which keeps the CMap short."""
        letters = set(SPACE).union(*(searchable(text) for text in texts))
        return Glyphless({letter: number for number, letter in enumerate(sorted(letters), start=1)})

    def shown(self, text: str) -> str:
        """The text as the operand of a text-showing operator: two bytes a character, as Identity-H reads them."""
        return "<" + "".join(f"{self.numbers[letter]:04X}" for letter in text) + ">"

    def to_unicode(self) -> bytes:
        """The CMap from the font's numbers to Unicode (Adobe Technical Note 5411; ISO 32000-1, 9.10.3)."""
        rows = [f"<{first:04X}> <{last:04X}> <{_utf16(letter)}>" for first, last, letter in self._ranges()]
        blocks = (rows[at : at + 100] for at in range(0, len(rows), 100))  # no block may have more
        body = "\n".join(f"{len(block)} beginbfrange\n" + "\n".join(block) + "\nendbfrange" for block in blocks)
        return _CMAP.format(body=body).encode("ascii")

    def _ranges(self) -> Iterator[tuple[int, int, str]]:
        """Runs of numbers whose characters follow each other; the last byte of neither may pass 255 (ISO 32000-1, 9.10.3)."""
        start: tuple[int, str] | None = None
        last = 0, ""
        for letter, number in self.numbers.items():
            if start is None or ord(letter) != ord(last[1]) + 1 or number % 256 == 0 or ord(letter) % 256 == 0:
                if start:
                    yield start[0], last[0], start[1]
                start = number, letter
            last = number, letter
        if start:
            yield start[0], last[0], start[1]

    def to_glyphs(self) -> bytes:
        """The map from the font's numbers to its glyphs: the one glyph for each of them (ISO 32000-1, 9.7.4.3)."""
        return bytes(2) + b"\0\1" * len(self.numbers)


def true_type() -> bytes:
    """The font file: TrueType with one glyph beside .notdef (Apple, TrueType Reference Manual, chapter 6).

    That glyph is a line from corner to corner of its box. It has no area, so nothing could ever be seen of it; but PDFium takes
    letters without a box for nothing at all, and does not find them.
    """
    glyph = struct.pack(">hhhhhHH2B4h", 1, 0, DESCENT, ADVANCE, ASCENT, 1, 0, _ON, _ON, 0, ADVANCE, DESCENT, EM)
    tables = {
        b"glyf": glyph,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, _MAGIC, 0b1011, EM, 0, 0, 0, DESCENT, ADVANCE, ASCENT, 0, 8, 2, 0, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhh8xhH", 0x10000, ASCENT, DESCENT, 0, ADVANCE, 0, 0, ADVANCE, 1, 0, 0, 0, 1),
        b"hmtx": struct.pack(">Hhh", ADVANCE, 0, 0),
        b"loca": struct.pack(">3H", 0, 0, len(glyph) // 2),
        b"maxp": struct.pack(">IHHH4xH16x", 0x10000, 2, 2, 1, 2),
    }
    return _assembled(tables)


def _utf16(letter: str) -> str:
    return letter.encode("utf-16-be").hex().upper()


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    """A font file of these tables, with the sums that its directory wants."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">IHHHH", 0x10000, count, 16 * power, power.bit_length() - 1, 16 * (count - power))
    entries, body = b"", b""
    for tag, table in sorted(tables.items()):
        entries += struct.pack(">4sIII", tag, _sum(table), 12 + 16 * count + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    file = bytearray(head + entries + body)
    adjustment_at = file.index(struct.pack(">I", _MAGIC)) - 4
    struct.pack_into(">I", file, adjustment_at, (0xB1B0AFBA - _sum(bytes(file))) % (1 << 32))
    return bytes(file)


def _sum(table: bytes) -> int:
    padded = table + bytes(-len(table) % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}I", padded))
    return total % (1 << 32)


_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{body}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
