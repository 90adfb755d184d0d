"""Find the pages in a TIFF: its directories are a chain, and not each of them is a page (TIFF 6.0, sections 2 and 8).

Pillow walks the chain too, but from the start for each page, and it gives up the whole file for a first page that it does not
know. So the chain is walked here, and Pillow is shown the file as if the page that is wanted were the first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import NamedTuple

_MAX_DIRECTORIES = 65_536
_LOOKED_AT = 4
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE = 254, 255
_SMALLER, _MASK = 1, 4  # bits of NewSubfileType
_OLD_SMALLER = 2  # value of SubfileType
_NUMBERS = {1: "B", 3: "H", 4: "I", 16: "Q"}  # struct's letters for the types BYTE, SHORT, LONG and LONG8


class _Layout(NamedTuple):
    """How a TIFF writes its numbers: the classic way, or as BigTIFF with 64-bit offsets; in struct's letters."""

    order: str
    offset: str
    first_at: int
    number: str
    entry: str


def page_directories(data: bytes) -> list[int]:
    """Where the directory of each page begins; thumbnails and masks are left out, unless there is nothing else.

    The last of them may lie outside the file, where the file is cut short: the page is there, it cannot be read.
    Raises struct.error where there is not even a header.
    """
    layout = _layout(data)
    chain = list(islice(_chain(data, layout), _MAX_DIRECTORIES))
    return [at for at in chain if not _is_helper(data, layout, at)] or chain[:1]


def beginning_at(directory: int, data: bytes) -> BytesIO:
    """The file as if that directory were its first."""
    layout = _layout(data)
    header = struct.pack(layout.order + layout.offset, directory)
    file = BytesIO(data)  # shares the bytes until something is written
    if not data.startswith(header, layout.first_at):
        file.seek(layout.first_at)
        file.write(header)
        file.seek(0)
    return file


def _layout(data: bytes) -> _Layout:
    order = "<" if data.startswith(b"II") else ">"
    if _read(order + "H", data, 2) == 43:
        return _Layout(order, "Q", 8, "Q", "HHQQ")
    return _Layout(order, "I", 4, "H", "HHII")


def _chain(data: bytes, layout: _Layout) -> Iterator[int]:
    """The offsets of all directories in their order. A chain that bites its tail ends there, as does one that leaves the file."""
    seen: set[int] = set()
    at = _read(layout.order + layout.offset, data, layout.first_at)
    while at and at not in seen:
        seen.add(at)
        yield at
        try:
            at = _read(layout.order + layout.offset, data, _entries(data, layout, at).stop)
        except struct.error:
            return


def _entries(data: bytes, layout: _Layout, at: int) -> range:
    """Where the entries of a directory begin; their end is where the offset of the next directory stands."""
    count = _read(layout.order + layout.number, data, at)
    start, size = at + struct.calcsize("=" + layout.number), struct.calcsize("=" + layout.entry)
    return range(start, start + count * size, size)


def _is_helper(data: bytes, layout: _Layout, at: int) -> bool:
    try:
        if _value(data, layout, at, _NEW_SUBFILE_TYPE) & (_SMALLER | _MASK):
            return True
        return _value(data, layout, at, _SUBFILE_TYPE) == _OLD_SMALLER
    except struct.error:
        return False


def _value(data: bytes, layout: _Layout, at: int, wanted: int) -> int:
    """The number of one of the lowest tags; 0 where the directory does not have it.

    Entries are sorted by tag, so it is among the first few. To look further would let a file of many overlapping directories
    keep us busy for hours.
    """
    for entry in _entries(data, layout, at)[:_LOOKED_AT]:
        tag, kind = struct.unpack_from(layout.order + "HH", data, entry)
        if tag == wanted and kind in _NUMBERS:
            value_at = entry + struct.calcsize("=" + layout.entry) - struct.calcsize(layout.offset)
            return _read(layout.order + _NUMBERS[kind], data, value_at)
    return 0


def _read(form: str, data: bytes, at: int) -> int:
    if at > len(data):  # also where it is beyond what struct can count to
        raise struct.error("outside the file")
    value: int = struct.unpack_from(form, data, at)[0]
    return value
