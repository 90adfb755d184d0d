"""Lines cut out of pages whose text is known: ALTO, PAGE, hOCR and the JSON of Uncial, each with its image beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from uncial.errors import NothingChecked, SourceDamaged, SourceNotFound, UncialError
from uncial.formats.lines import cut_out, quad_on_page
from uncial.formats.reading import format_of_content, read_back
from uncial.geometry import Transform
from uncial.options import Limits, Options
from uncial.pages import PageImage, open_pages
from uncial.sources import SUFFIXES, open_source, read_bytes
from uncial.train.lines import LabelledLine
from uncial.train.usable import AROUND, Told, Unusable, tidied, why_unusable

if TYPE_CHECKING:
    from uncial.document import Document, Line, Page
    from uncial.raster import Image

_SAME_SHAPE = 0.02
"""Two sizes are of one image where their proportions differ by no more than this part."""
_HOMES = ("", "images", "image", "img")
"""Folders where programs that export pages put the images."""


def lines_of_pages(path: Path, within: Path, told: Told, limits: Limits) -> Iterator[LabelledLine]:
    """The lines of a file of pages, cut out of their image; it lies beside the file or in a folder near it, inside `within`.

    Where a person checked words, as in what the web page corrected, only lines with such words are taken. Raises `SourceError`,
    and `NothingChecked` for a document of Uncial's own that nobody corrected.
    """
    data, _ = read_bytes(path, limits)
    document = read_back(data)
    checked = any(_is_checked(line) for page in document.pages for line in page.lines)
    if not checked and format_of_content(data) == "json":
        raise NothingChecked("No line of this document was checked by a person.")
    with open_pages(open_source(_image_beside(path, document, within), limits), Options(), limits) as images:
        for page in document.pages:
            lines = [(number, line) for number, line in enumerate(page.lines, 1) if _is_checked(line) or not checked]
            name = path.name if len(document.pages) == 1 else f"{path.name}, page {page.number}"
            try:
                image = _drawn(page, images) if lines else None
            except UncialError as error:
                told(Unusable(name, error.message))
                continue
            if image is not None:
                yield from _cut(page, lines, image, name, told)


def _is_checked(line: Line) -> bool:
    return any(word.checked for word in line.words)


def _image_beside(path: Path, document: Document, within: Path) -> Path:
    """The image that the file is about: that of its name for it, else the one that is called like the file."""
    named = PureWindowsPath(document.source.name.replace("\0", "")).name  # of a path of any system its last part
    stems = dict.fromkeys([path.stem, path.name.split(".")[0]])
    names = [named, *(f"{stem}{suffix}" for stem in stems for suffix in sorted(SUFFIXES))]
    homes = [above / home for above in (path.resolve().parent, path.resolve().parent.parent) for home in _HOMES]
    for name in filter(None, names):
        for home in homes:
            if home.is_relative_to(within) and (home / name).is_file():
                return home / name
    wanted = f"“{named}”" if named else f"{path.stem}.png"
    raise SourceNotFound(f"Its image {wanted} is not beside it.")


def _drawn(page: Page, images: Sequence[PageImage]) -> Image:
    """The page's image (H x W x 3, uint8, RGB), of which a file that holds one page has only one. Raises `UncialError`."""
    found = images[0] if len(images) == 1 else next((each for each in images if each.number == page.number), None)
    if found is None:
        raise SourceDamaged(f"Its image has no page {page.number}.")
    image = found.load().image if found.drawn is None or page.dpi is None else found.drawn(page.dpi)
    height, width = image.shape[:2]
    if page.width and page.height and abs(width * page.height / (height * page.width) - 1) > _SAME_SHAPE:
        raise SourceDamaged(f"Its image is {width} x {height} pixels, and the page {page.width} x {page.height}.")
    return image


def _cut(page: Page, lines: Sequence[tuple[int, Line]], image: Image, name: str, told: Told) -> Iterator[LabelledLine]:
    height, width = image.shape[:2]
    way = Transform.scaling(width / page.width, height / page.height) if page.width and page.height else Transform.scaling(1, 1)
    shown = replace(page, width=width, height=height)
    for number, line in lines:
        quad = quad_on_page(way.quad(line.quad), shown)
        if line.direction != "left-to-right":
            told(Unusable(f"{name}, line {number}", f"It runs {line.direction.replace('-', ' ')}, which is not learned yet."))
        elif quad is None:
            told(Unusable(f"{name}, line {number}", "Its place is not on the page."))
        else:
            cut = LabelledLine(cut_out(image, quad, AROUND), tidied(line.text), source=name)
            if why := why_unusable(cut):
                told(Unusable(f"{name}, line {number}", why))
            else:
                yield cut
