"""Zip archives that are the same bytes for the same content: office files, whose writers put the time of day into them."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST = ("mimetype", "[Content_Types].xml", "_rels/.rels")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can say (APPNOTE 4.4.6)."""


def settled(data: bytes, **replaced: bytes) -> bytes:
    """The same archive with its files in order and without times; `replaced` are new contents, by the bare names of files."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in sorted(given.namelist(), key=_place):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            made.writestr(entry, replaced.get(name.rpartition("/")[2].partition(".")[0], given.read(name)))
    return out.getvalue()


def _place(name: str) -> tuple[int, str]:
    """Readers want to find some of the files first (ECMA-376 part 2, annex A)."""
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), name
