"""Zip archives that are the same bytes for the same content: office files, whose writers put the time of day into them."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST = ("[Content_Types].xml", "_rels/.rels")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can say (APPNOTE 4.4.6)."""
_PROPERTIES = "docProps/core.xml"
_TIMES = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")


def settled(data: bytes) -> bytes:
    """The same office file with its parts in order and without any times."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in sorted(given.namelist(), key=_place):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            part = given.read(name)
            made.writestr(entry, _TIMES.sub(b"", part) if name == _PROPERTIES else part)
    return out.getvalue()


def _place(name: str) -> tuple[int, str]:
    """Readers like to find some of the parts first (ECMA-376 part 2)."""
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), name
