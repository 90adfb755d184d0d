"""Reads a page of a PDF from the text that it holds, and from its pixels what that text leaves out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from uncial.barcodes import find_barcodes, find_places
from uncial.document import Barcode, Line, Notice, Page, mean_confidence
from uncial.drawing import find_graphics
from uncial.geometry import Box, Transform
from uncial.graphics import NOTHING, Graphics
from uncial.layout import arrange
from uncial.prepare import box_on_page, lines_within, read_part, with_margin
from uncial.textlayer import PREVIEW_DPI, Doubt, TextLayer, agrees, judge, without

if TYPE_CHECKING:
    from uncial.engines import Engine
    from uncial.options import Options
    from uncial.pages import PageImage
    from uncial.raster import Image

_WHOLE = 0.25
"""Where the print that the text leaves out takes this part of the page, the page is read as a whole."""
_SURE = 0.5
"""Lines that are less sure are not taken out of pictures: leaves and waves look like letters to a network."""
_SAMPLE_DPI = 200.0
_SAMPLE_SURE = 0.85
"""Only a reading that is so sure of itself can call the PDF's text a lie: not one in a script that the engine hardly knows."""
_BARCODE_DPI = 240.0
"""The narrowest usual bar, a quarter of a millimetre, has two pixels then: enough where no scanner has blurred it."""
_BARCODE_FONT = re.compile(r"barcode|(?:code ?-?|c)(?:39|93|128)|3 ?of ?9|2 ?of ?5|ean-?(?:8|13)|\bupc", re.IGNORECASE)
"""In the names of fonts whose letters are bars."""
_LEAST_LETTERS, _MOST_LETTERS = 20, 0.7
"""So many letters, and that part of all, run up or down a page that lies on its side."""
_MARGIN = 0.6
"""Times the line's height: the white around a line that is read by itself."""

Fonts = dict[str, bool]
"""Which fonts of the document were found to tell the truth, so that each is asked once."""


@dataclass(frozen=True, slots=True)
class Native:
    """A page's own text, and how the page looks."""

    layer: TextLayer
    preview: Image | None
    """Drawn at `PREVIEW_DPI`; None where the text is taken as it is."""
    everywhere: tuple[Line, ...]
    """The lines of all of the page, also where a region alone is read."""
    region: Box | None
    """The part of the page that is read; None for all of it."""


def take(page: PageImage, options: Options) -> Native | None:
    """The text that the page's file holds, as far as it is asked for; None where it can hold none, or holds none here.

    Raises `OptionInvalid` where a region is asked for that lies outside of the page.
    """
    glyphs = page.glyphs() if page.glyphs else None
    only = options.pdf_text == "only"
    if glyphs is None or page.drawn is None or not (glyphs.text.strip() or only):
        return None
    preview = None if only else page.drawn(PREVIEW_DPI)
    layer = judge(glyphs, preview)
    region = box_on_page(options.region, layer.width, layer.height) if options.region.box else None
    inside = _within(layer, region) if region else layer
    if only and not inside.lines:
        inside = replace(inside, notices=(*inside.notices, Notice("no-text", "The PDF holds no text for this page.")))
    return Native(inside, preview, layer.lines, region)


def _within(layer: TextLayer, region: Box) -> TextLayer:
    """The layer without what stands outside of the region."""
    each = [lines_within([line], region, Transform()) for line in layer.lines]
    fonts = tuple(names for names, kept in zip(layer.fonts, each, strict=True) if kept)
    unread = tuple(box for box in layer.unread if box.intersection(region).area > 0)
    doubts = tuple(doubt for doubt in layer.doubts if any(doubt.font in names for names in fonts))
    return replace(layer, lines=tuple(line for kept in each for line in kept), fonts=fonts, unread=unread, doubts=doubts)


def read_native(native: Native, page: PageImage, engine: Engine, options: Options, known: Fonts) -> Page:
    """The page as its text says it, its doubtful fonts held against a reading, and what it leaves out read by the engine."""
    layer = _checked(native.layer, page, engine, options, known)
    read = _read_rest(layer, native.region, page, engine, options)
    lines = [*layer.lines, *(line.doubted(options.min_confidence) for line in read)]
    graphics = NOTHING if layer.bare else _graphics(native, layer, page)
    turned = _turned([*native.everywhere, *read] if native.region else lines) if options.orientation else 0
    way = Transform.quarter_turns(turned // 90, layer.width, layer.height)
    width, height = (layer.height, layer.width) if turned % 180 else (layer.width, layer.height)
    upright = [line.moved(way) for line in lines] if turned else lines
    arranged = arrange(upright, width=width, height=height, graphics=graphics.moved(way) if turned else graphics)
    return Page(
        number=page.number,
        width=layer.width,
        height=layer.height,
        dpi=layer.dpi,
        turned=turned,
        skew=arranged.skew,
        text_source="image" if read and not layer.lines else "both" if read else "pdf",
        blocks=tuple(block.moved(way.inverse()) for block in arranged.blocks) if turned else arranged.blocks,
        barcodes=_barcodes(native, layer, page) if options.barcodes else (),
        notices=layer.notices,
    )


def _turned(lines: Sequence[Line]) -> int:
    """By how many degrees clockwise a page has to be turned to be upright, where most of its letters stand in one way."""
    ways = Counter[int]()
    for line in lines:
        if line.direction != "top-to-bottom":
            ways[round(-line.quad.angle / 90) * 90 % 360] += len(line.text)
    turned, letters = max(ways.items(), key=lambda way: way[1], default=(0, 0))
    return turned if letters >= _LEAST_LETTERS and letters > _MOST_LETTERS * sum(ways.values()) else 0


def _barcodes(native: Native, layer: TextLayer, page: PageImage) -> tuple[Barcode, ...]:
    """The barcodes of a page; it is drawn as large as they need only where the preview shows that there could be some."""
    if not find_places(_without_words(_preview(native, page), layer)):
        return ()
    image = _drawn(page, _BARCODE_DPI)
    back = Transform.scaling(layer.width / image.shape[1], layer.height / image.shape[0])
    found = (replace(each, quad=back.quad(each.quad)) for each in find_barcodes(image))
    clamped = (replace(each, quad=each.quad.clamped(layer.width, layer.height)) for each in found)
    return tuple(each for each in clamped if not native.region or native.region.holds(each.quad.box.center))


def _without_words(image: Image, layer: TextLayer) -> Image:
    """The page without its words, each in the colour of its corner; what a font of barcodes sets is no word."""
    painted = image.copy()
    scale = image.shape[1] / layer.width
    for line, fonts in zip(layer.lines, layer.fonts, strict=True):
        if not any(_BARCODE_FONT.search(font) for font in fonts):
            for word in line.words:
                left, top, right, bottom = (max(round(side * scale), 0) for side in word.quad.box)
                part = painted[top : bottom + 1, left : right + 1]
                if part.size:
                    part[:] = part[0, 0]
    return painted


def _preview(native: Native, page: PageImage) -> Image:
    return native.preview if native.preview is not None else _drawn(page, PREVIEW_DPI)


def _graphics(native: Native, layer: TextLayer, page: PageImage) -> Graphics:
    image = _preview(native, page)
    scale = layer.width / image.shape[1]
    lines = native.everywhere if native.region else layer.lines
    words = [Box(*(side / scale for side in word.quad.box)) for line in lines for word in line.words]
    found = find_graphics(image, words).moved(Transform.scaling(scale, scale))
    return found.within(native.region) if native.region else found


# Fonts that only a reading can judge


def _checked(layer: TextLayer, page: PageImage, engine: Engine, options: Options, known: Fonts) -> TextLayer:
    """The layer without the fonts of which a sample reads otherwise."""
    asked = [doubt for doubt in layer.doubts if doubt.font not in known]
    if asked:
        said = _sampled(asked, layer, page, engine, options)
        known.update(zip((doubt.font for doubt in asked), said, strict=True))
    return without(layer, [doubt.font for doubt in layer.doubts if not known[doubt.font]])


def _sampled(doubts: Sequence[Doubt], layer: TextLayer, page: PageImage, engine: Engine, options: Options) -> list[bool]:
    """Whether each doubtful font's line reads as the PDF says."""
    image = _drawn(page, _SAMPLE_DPI)
    scale = image.shape[1] / layer.width
    crops = [_crop(image, _grown(doubt.line.quad.box), scale) for doubt in doubts if doubt.line]
    if not crops:
        return [False] * len(doubts)
    sheet, tops = _stacked(crops)
    lines = engine.read(sheet, options.languages, "fast")
    parts = (
        [line for line in lines if top <= line.quad.box.center.y < top + len(crop)] for top, crop in zip(tops, crops, strict=True)
    )
    return [doubt.line is not None and _is_true(doubt, doubt.line, next(parts)) for doubt in doubts]


def _is_true(doubt: Doubt, said: Line, read: Sequence[Line]) -> bool:
    """Whether a font's line was read as the PDF says it: a suspect has to be, any other must not be surely something else."""
    text = " ".join(line.text for line in sorted(read, key=lambda line: line.quad.box))
    sure = mean_confidence(word for line in read for word in line.words) or 0.0
    return agrees(said.text, text) or not (doubt.suspect or sure >= _SAMPLE_SURE)


def _stacked(crops: Sequence[Image]) -> tuple[Image, list[int]]:
    """All crops on one white sheet, one below the other, and where each begins."""
    heights = [len(crop) for crop in crops]
    tops = [sum(heights[:i]) for i in range(len(crops))]
    sheet = np.full((sum(heights), max(crop.shape[1] for crop in crops), 3), 255, np.uint8)
    for crop, top in zip(crops, tops, strict=True):
        sheet[top : top + len(crop), : crop.shape[1]] = crop
    return sheet, tops


# What the text leaves out


def _read_rest(layer: TextLayer, region: Box | None, page: PageImage, engine: Engine, options: Options) -> list[Line]:
    if not layer.unread:
        return []
    found = _read_unread(layer, region or Box(0, 0, layer.width, layer.height), page.load().image, engine, options)
    return lines_within(found, region, Transform()) if region else found


def _read_unread(layer: TextLayer, region: Box, image: Image, engine: Engine, options: Options) -> list[Line]:
    area = sum(box.area for box in layer.unread)
    if not layer.lines or area > _WHOLE * region.area:
        part = with_margin(region, layer.width, layer.height)
        return read_part(_painted_over(image, layer.lines), part, engine, options)
    found = []
    for box in layer.unread:
        lines = read_part(image, box.intersection(Box(0, 0, layer.width, layer.height)), engine, options)
        found += [line for line in lines if (line.confidence or 0.0) >= _SURE]
    return [line for line in found if not _is_said(line, layer)]


def _is_said(line: Line, layer: TextLayer) -> bool:
    """Whether the line stands where the PDF's own text already stands."""
    box = line.quad.box
    return any(box.intersection(other.quad.box).area > 0.4 * box.area for other in layer.lines)


def _painted_over(image: Image, lines: Sequence[Line]) -> Image:
    """The page without the words of these lines: each is covered by the colour around it."""
    painted = image.copy()
    for line in lines:
        left, top, right, bottom = (round(side) for side in line.quad.box)
        part = painted[max(top, 0) : bottom, max(left, 0) : right]
        if part.size:
            part[:] = np.median(np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]]), axis=0)
    return painted


def _drawn(page: PageImage, dpi: float) -> Image:
    assert page.drawn is not None, "only pages that can be drawn hold text"
    return page.drawn(dpi)


def _grown(box: Box) -> Box:
    margin = _MARGIN * box.height
    return Box(box.left - margin, box.top - margin / 2, box.right + margin, box.bottom + margin / 2)


def _crop(image: Image, box: Box, scale: float) -> Image:
    left, top, right, bottom = (round(side * scale) for side in box)
    crop: Image = np.ascontiguousarray(image[max(top, 0) : max(bottom, top + 1), max(left, 0) : max(right, left + 1)])
    return crop
