"""Whatever a user gives, a path, bytes, an open file, a URL or standard input, becomes a `Source`: bytes of a known kind.

What it is is decided from the bytes, never from the name or from what a server says. Limits are checked before memory is spent.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from uncial.document import SourceInfo
from uncial.errors import LimitExceeded, MediaTypeUnsupported, SourceEmpty, SourceNotFound, SourceUnreadable
from uncial.options import Limits, told_bytes

Input = str | os.PathLike[str] | bytes | BinaryIO
"""A path, a URL, `-` for standard input, the bytes themselves, or a file that is open in binary mode."""

HEAD = 1024
"""So many bytes at the start tell what it is: a PDF may begin that late (ISO 32000-1, annex H, note 13)."""

_CHUNK = 1 << 20
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class MediaType(NamedTuple):
    """One kind of input that can be read."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]


MEDIA_TYPES = (
    MediaType("JPEG", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif")),
    MediaType("PNG", "image/png", (".png", ".apng")),
    MediaType("WebP", "image/webp", (".webp",)),
    MediaType("GIF", "image/gif", (".gif",)),
    MediaType("BMP", "image/bmp", (".bmp", ".dib")),
    MediaType("PNM", "image/x-portable-anymap", (".pnm", ".pbm", ".pgm", ".ppm", ".pfm")),
    MediaType("TIFF", "image/tiff", (".tif", ".tiff")),
    MediaType("JPEG 2000", "image/jp2", (".jp2", ".j2k", ".jpx", ".jpf", ".j2c", ".jpc")),
    MediaType("AVIF", "image/avif", (".avif", ".avifs")),
    MediaType("HEIC", "image/heic", (".heic", ".heif", ".hif")),
    MediaType("PDF", "application/pdf", (".pdf",)),
)
"""All that can be read, in the order in which users are told."""

SUFFIXES = frozenset(suffix for kind in MEDIA_TYPES for suffix in kind.suffixes)
"""What such files are usually called, in lower case: good for choosing files in a folder, never for deciding what a file is."""

FORMAT_NAMES = f"{', '.join(kind.name for kind in MEDIA_TYPES[:-1])} and {MEDIA_TYPES[-1].name}"
"""All formats in one phrase, for messages."""


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one input, and what they are."""

    data: bytes = field(repr=False)
    media_type: str
    """One of `MEDIA_TYPES`."""
    name: str
    """What a user would call it: the name of the file, the end of the URL."""
    password: str = field(default="", repr=False)
    """What opens it, where it is encrypted. It is never told: not in a message, not in a log, not in a document."""

    @property
    def info(self) -> SourceInfo:
        """What a document says of where it comes from."""
        return SourceInfo(self.name, self.media_type, hashlib.sha256(self.data).hexdigest(), len(self.data))


def is_url(text: str) -> bool:
    """Whether this is meant as a URL rather than as a path."""
    return _URL.match(text) is not None


def open_source(source: Input, limits: Limits, password: str = "") -> Source:
    """Read an input's bytes, as far as the limits allow, and find out what they are; `password` opens it where it is encrypted.

    Raises a `SourceError` where there is no such file, where it is empty, too large, or neither an image nor a PDF, and so on.
    """
    data, name = read_bytes(source, limits)
    if not data:
        raise SourceEmpty(f"“{name}” is empty.", hint="It has no bytes at all; ask for a new copy.")
    media_type = sniff(data[:HEAD])
    if media_type is None:
        raise MediaTypeUnsupported(f"“{name}” is {_guess(data[:HEAD])}.", hint=f"What can be read is {FORMAT_NAMES}.")
    return Source(data, media_type, name, password)


def read_bytes(source: Input, limits: Limits) -> tuple[bytes, str]:
    """An input's bytes, whatever they are, and what a user would call it. Raises a `SourceError`."""
    match source:
        case bytes():
            _check_size(len(source), "bytes", limits)
            return source, "bytes"
        case "-":
            return _read_standard_input(limits), "standard input"
        case str() if is_url(source):
            from uncial.fetch import fetch  # brings ssl and http.client along, which nobody needs for a file

            return fetch(source, limits)
        case str() | os.PathLike():
            return _read_file(Path(source), limits)
    if not callable(getattr(source, "read", None)):
        raise TypeError(f"a source is a path, a URL, bytes or a binary file, not {type(source).__name__}")
    name = getattr(source, "name", None)
    name = Path(name).name if isinstance(name, str) else "file"
    return _read_stream(source, name, limits), name


@contextmanager
def open_file(path: Path, limits: Limits) -> Iterator[BinaryIO]:
    """A file, open for reading, where the limits allow its size. Raises a `SourceError`."""
    with _telling_of(str(path)):
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise SourceUnreadable(f"“{path}” is a folder.", hint="Name the files in it: on the command line, folder/*.")
        _check_size(status.st_size, path.name, limits)
        file = path.open("rb")
    with file:
        yield file


def _read_file(path: Path, limits: Limits) -> tuple[bytes, str]:
    with open_file(path, limits) as file:
        return _read_stream(file, path.name, limits), path.name


def _read_standard_input(limits: Limits) -> bytes:
    if sys.stdin is None:
        raise SourceUnreadable("There is no standard input here.", hint="Name a file instead of -.")
    return _read_stream(sys.stdin.buffer, "standard input", limits)


def _read_stream(stream: BinaryIO, name: str, limits: Limits) -> bytes:
    """All that the stream has; of a stream without an end no more than the limit is ever held."""
    held = BytesIO()
    with _telling_of(name):
        while chunk := stream.read(min(_CHUNK, limits.max_bytes + 1 - held.tell())):
            if not isinstance(chunk, bytes):
                raise TypeError(f"“{name}” gives {type(chunk).__name__}: open it in binary mode")
            held.write(chunk)
            _check_size(held.tell(), name, limits)
    return held.getvalue()


@contextmanager
def _telling_of(name: str) -> Iterator[None]:
    """Turn what the system says of a file into what a user can be told."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceNotFound(f"“{name}” does not exist.", hint="Check the path, and the folder that you are in.") from error
    except PermissionError as error:
        raise SourceUnreadable(f"“{name}” may not be read.", hint="Ask its owner for permission to read it.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceUnreadable(f"“{name}” cannot be read: {reason}.", hint="Copy it elsewhere, or check the disk.") from error
    except ValueError as error:  # a zero byte in a path, a file that was closed
        raise SourceUnreadable(f"“{name}” cannot be read: {error}.", hint="Check the path.") from error


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size > limits.max_bytes:
        raise LimitExceeded(
            f"“{name}” has more than {told_bytes(limits.max_bytes)}.", hint="Raise max_bytes, or split the document into parts."
        )


# The signatures of the formats' own specifications, with a little of what has to follow where two letters alone prove nothing.
_SIGNATURES = (
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/tiff", re.compile(rb"II\*\0|MM\0\*|II\+\0")),  # the last is BigTIFF
    ("image/jp2", re.compile(rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  \r\n\x87\n\0\0\0.ftyp(?:jp2|jpx|jph) ", re.DOTALL)),
    ("image/x-portable-anymap", re.compile(rb"P[1-6f][\s#]")),
    ("image/bmp", re.compile(rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL)),  # the size of the second header
)
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))


def sniff(head: bytes) -> str | None:
    """The media type of what begins with these bytes (give `HEAD` of them), or None where it is nothing that can be read."""
    for media_type, signature in _SIGNATURES:
        if signature.match(head):
            return media_type
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    # The header may stand behind a byte order mark or rubbish. At the very start its dash may be missing, as PDFium lets it.
    return "application/pdf" if head.startswith(b"%PDF") or b"%PDF-" in head else None


def _sniff_brands(head: bytes) -> str | None:
    """The media type of an ISO base media file (ISO/IEC 14496-12, 4.3): AVIF and HEIC share the container and the brand mif1."""
    end = min(int.from_bytes(head[:4]), len(head))
    brands = {head[8:12], *(head[start : start + 4] for start in range(16, end - 3, 4))}
    if brands & _AVIF_BRANDS:
        return "image/avif"
    return "image/heic" if brands & _HEIF_BRANDS else None


_RELATIVES = (
    (re.compile(rb"\s*<(?:!doctype html|html|head|body)", re.IGNORECASE), "a web page"),
    (re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<svg", re.IGNORECASE | re.DOTALL), "an SVG drawing"),
    (re.compile(rb"PK\x03\x04"), "an Office document or a ZIP archive"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office document"),
    (re.compile(rb"\{\\rtf"), "an RTF document"),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "a PostScript document"),
    (re.compile(rb"AT&TFORM"), "a DjVu document"),
    (re.compile(rb"8BPS"), "a Photoshop image"),
    (re.compile(rb"MM\0\+"), "a BigTIFF with its highest byte first"),  # no writer is known to make them, and Pillow knows none
    (re.compile(rb"\0\0[\1\2]\0"), "an icon"),
    (re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "), "a JPEG XL image"),
    (re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd"), "a compressed archive"),
)
"""What people give by mistake, named so that they see it."""


def _guess(head: bytes) -> str:
    for signature, name in _RELATIVES:
        if signature.match(head):
            return f"{name}, which cannot be read here"
    return "neither an image nor a PDF that is known here"
