"""Several pages as one ZIP archive, for formats whose files hold one page each."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from uncial.errors import LimitExceeded, SourceDamaged, SourceEmpty, SourceEncrypted

if TYPE_CHECKING:
    from uncial.document import Document, Page

_MOST_FILES = 10_000
_MOST_BYTES = 1 << 30
"""What an archive may unpack to: a page as PAGE with each of its words has about a mebibyte, a bomb has no end."""
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first time that a ZIP archive can say: the same document gives the same bytes."""


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP archive of these files."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _OLDEST), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a ZIP archive by their names. Raises `SourceDamaged`, `SourceEncrypted` and `LimitExceeded`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            files = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
            _check(files)
            for info in files:
                with archive.open(info) as file:
                    yield info.filename, file.read(info.file_size)
    # Besides its own error, zipfile raises these at archives that are cut off or say what is not so.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError, NotImplementedError, zlib.error) as error:
        raise SourceDamaged(f"This ZIP archive cannot be unpacked: {error}.") from error


def _check(files: Sequence[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & 1 for info in files):
        raise SourceEncrypted("This ZIP archive asks for a password.", hint="Unpack it and give the files in it.")
    if len(files) > _MOST_FILES or sum(info.file_size for info in files) > _MOST_BYTES:
        raise LimitExceeded("This ZIP archive unpacks to more than is taken.", hint="Unpack it and give its files one by one.")


def joined(documents: Sequence[Document]) -> Document:
    """All their pages as one document; pages that have the same number are counted anew. Raises `SourceEmpty`."""
    if not documents:
        raise SourceEmpty("The archive holds no file that a format reads back.", hint="Files of hOCR, ALTO, PAGE or JSON are.")
    return replace(documents[0], pages=numbered([page for document in documents for page in document.pages]))


def numbered(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages with a number of its own for each: their own numbers where no two are the same, else counted from 1."""
    if len({page.number for page in pages}) == len(pages):
        return tuple(pages)
    return tuple(replace(page, number=count) for count, page in enumerate(pages, 1))
