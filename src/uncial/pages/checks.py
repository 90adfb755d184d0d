"""What holds for the pages of every kind of file: how many there may be, how large, and what becomes of a decoder's errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from logging import NullHandler, getLogger
from typing import TYPE_CHECKING

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from uncial.errors import LimitExceeded, SourceDamaged, SourceEmpty, UncialError
from uncial.options import Limits, Options

if TYPE_CHECKING:
    from uncial.document import Notice
    from uncial.glyphs import Glyphs
    from uncial.raster import Image, Raster

SMALLER = "Make the image smaller."


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page that can be drawn, as often as it is asked for; nothing of it is held between."""

    number: int
    """From 1."""
    load: Callable[[], Raster]
    """Draw it. Raises `UncialError`; other pages of the document may be fine all the same."""
    drawn: Callable[[float], Image] | None = None
    """Draw it at any number of dots an inch, where its file is one of drawings and not of pixels."""
    glyphs: Callable[[], Glyphs] | None = None
    """The text that the file holds for this page, where files of its kind may hold any and the options do not pass over it."""
    notices: tuple[Notice, ...] = ()
    """What was noticed when the file was opened."""
    view: Callable[[int], Image] | None = None
    """Draw it so many pixels wide at most, or as `load` does for 0, where that takes less than to load it and make it smaller."""


@contextmanager
def decoding(name: str) -> Iterator[None]:
    """The boundary to the decoders: for damaged files they raise anything, struct.error and KeyError as well as their own."""
    try:
        yield
    except (UncialError, MemoryError):
        raise
    except Pillow.DecompressionBombError as error:
        raise LimitExceeded(f"“{name}” has more pixels than Pillow decodes.", hint=SMALLER, stage="pages") from error
    except Exception as error:
        raise SourceDamaged(f"“{name}” cannot be decoded: {_reason(error)}.", stage="pages") from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "its header makes no sense"
    return str(error).strip().rstrip(".") or type(error).__name__


def check_pixels(width: int, height: int, name: str, limits: Limits) -> None:
    """Refuse an image without pixels, or with more than the limit."""
    if width < 1 or height < 1:
        raise SourceDamaged(f"“{name}” has no pixels: {width} x {height}.", stage="pages")
    if width * height > limits.max_pixels:
        raise LimitExceeded(
            f"“{name}” has {width} x {height} pixels, more than {limits.max_pixels:,}.",
            hint=f"{SMALLER[:-1]}, or raise max_pixels.",
            stage="pages",
        )


def wanted_pages(count: int, name: str, options: Options, limits: Limits) -> list[int]:
    """The numbers of the pages to read, of a document that has so many."""
    if count == 0:
        raise SourceEmpty(f"“{name}” has no pages.", hint="Open it in a viewer; if it shows pages, save it again.", stage="pages")
    wanted = list(islice((number for number in range(1, count + 1) if number in options.pages), limits.max_pages + 1))
    if len(wanted) > limits.max_pages:
        raise LimitExceeded(
            f"“{name}” has more than {limits.max_pages} pages to read.",
            hint="Read fewer pages at once: --pages 1-100.",
            stage="pages",
        )
    return wanted


def log_quietly(library: str) -> None:
    """Keep what a library logs for those who set up logging: to all others Python would print it."""
    logger = getLogger(library)
    if not logger.handlers:
        logger.addHandler(NullHandler())
