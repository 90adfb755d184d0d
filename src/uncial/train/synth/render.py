"""Draws a line of text in a font, as it stands on paper before anything happens to it: with its neighbours, rules and frames.

Text is shaped by HarfBuzz through Pillow's Raqm layout. Lengths are multiples of the em (the font's size) but for pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from uncial.geometry import Box, Quad
from uncial.train.lines import Drawing
from uncial.train.synth.look import Look, look_of

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont

    from uncial.raster import Image
    from uncial.train.synth.fonts import Font

_TALL = 3.0
"""Ems of a strip on which a line is drawn, its baseline in the middle: no ascender with two accents leaves it."""


def draw(text: str, font: Font, kind: str, rng: Generator) -> Drawing:
    """The line in that font as documents of that kind have it: on paper, with what stands around it."""
    look = look_of(text, font, kind, rng)
    ink = _printed(text, font, look, rng)
    crowded = rng.random() < _NEIGHBOURS.get(kind, 0.5)
    box = _found(ink, _small_letter(font, look.em) * (_CROWDED if crowded else 1.0), rng)
    sheet, place = _sheet(ink, box)
    if crowded:
        _add_neighbours(sheet, place, place.top + ink.shape[0] / 2 - box.top, text, font, look, rng)
    _add_rules(sheet, place, kind, look, rng)
    return Drawing(_coloured(sheet, kind, rng), Quad.of_box(place))


# The line in ink


def _printed(text: str, font: Font, look: Look, rng: Generator) -> NDArray[np.uint8]:
    """The line's ink on a strip (H x W, uint8: 255 where all is ink), its baseline in the middle."""
    smooth = look.device == "smooth"
    ink = _set(text, face_of(font, look.em), look, rng) if smooth else _in_pixels(text, font, look, rng)
    return ink if look.wide == 1.0 else _resized(ink, look.wide, 1.0)


def _in_pixels(text: str, font: Font, look: Look, rng: Generator) -> NDArray[np.uint8]:
    """The line as a device prints it that knows only dots, each inked or not."""
    dots = font.dots or int(rng.integers(13, 30)) + (6 if look.device == "bitmap" else 0)
    own = replace(look, em=dots, spacing=round(look.spacing * dots) / dots)
    grid = _set(text, face_of(font, dots), own, rng, sharp=True)
    if look.device == "dots":
        grid = _as_dots(grid, rng)
    scale = look.em / dots / (_PITCH if look.device == "dots" else 1)
    if look.device == "bitmap" and scale > 1 and rng.random() < 0.3:
        return _resized(grid, scale, scale, cv2.INTER_NEAREST)
    return _resized(grid, scale, scale)


_PITCH = 6
"""Pixels from dot to dot on which dots are drawn, before the line gets its size."""


def _as_dots(grid: NDArray[np.uint8], rng: Generator) -> NDArray[np.uint8]:
    """Each pixel as a round dot of ink: apart, touching or running into each other."""
    radius = _PITCH * float(rng.uniform(0.36, 0.72))
    reach = np.arange(-_PITCH, _PITCH + 1)
    far = np.hypot(reach[:, None], reach[None, :])
    dot = np.clip(radius - far + 0.5, 0, 1)
    points = np.zeros((grid.shape[0] * _PITCH, grid.shape[1] * _PITCH), np.float32)
    points[_PITCH // 2 :: _PITCH, _PITCH // 2 :: _PITCH] = (grid > 127) * rng.uniform(0.75, 1.0, grid.shape)
    ink = cv2.filter2D(points, -1, dot.astype(np.float32), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(np.clip(ink * 255, 0, 255), np.uint8)


def _resized(ink: NDArray[np.uint8], across: float, down: float, way: int | None = None) -> NDArray[np.uint8]:
    size = max(round(ink.shape[1] * across), 1), max(round(ink.shape[0] * down), 1)
    if way is None:
        way = cv2.INTER_AREA if across * down < 1 else cv2.INTER_LINEAR
    return cast("NDArray[np.uint8]", cv2.resize(ink, size, interpolation=way))


@lru_cache(maxsize=64)
def face_of(font: Font, em: int) -> FreeTypeFont:
    """The font at that size, in pixels. Raises OSError where FreeType cannot read it."""
    from PIL import ImageFont

    face = ImageFont.truetype(str(font.path), em, index=font.index, layout_engine=ImageFont.Layout.RAQM)
    if font.variable:
        axes = face.get_variation_axes()
        face.set_variation_by_axes([float(axis["default"] or axis["minimum"] or 0) for axis in axes])
    return face


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    x: float
    y: float = 0.0
    """Pixels below the baseline."""
    weight: int = 255
    """How black it is."""
    stroke: float = 0.0
    """Pixels by which its strokes are bolder on each side."""


def _set(text: str, face: FreeTypeFont, look: Look, rng: Generator, *, sharp: bool = False) -> NDArray[np.uint8]:
    """The line on a strip of `_TALL` ems with its baseline in the middle (H x W, uint8: 255 where all is ink)."""
    from PIL import Image, ImageDraw

    pieces, width = _pieces(text, face, look, rng)
    features = list(look.features) or None
    strip = Image.new("L", (int(width + 2 * look.em) + 1, int(_TALL * look.em)), 0)
    pen = ImageDraw.Draw(strip)
    pen.fontmode = "1" if sharp else "L"
    for piece in pieces:
        x, y = piece.x + look.em, strip.height / 2 + piece.y
        place = (round(x), round(y)) if sharp else (x, y)
        stroke = 0 if sharp else piece.stroke
        pen.text(place, piece.text, fill=piece.weight, font=face, anchor="ls", features=features, stroke_width=stroke)
    return np.asarray(strip)


def _pieces(text: str, face: FreeTypeFont, look: Look, rng: Generator) -> tuple[list[_Piece], float]:
    """What is drawn in one go, where, and how far the line goes, in pixels."""
    if look.spacing or look.typed:
        return _letters(text, face, look, rng)
    if look.gap == 1.0 and not look.last_gap and not look.unsteady:
        return [_Piece(text, 0.0, stroke=look.stroke * look.em)], _length(text, face, look)
    return _words(text, face, look, rng)


def _length(text: str, face: FreeTypeFont, look: Look) -> float:
    return face.getlength(text, features=list(look.features) or None)


def _words(text: str, face: FreeTypeFont, look: Look, rng: Generator) -> tuple[list[_Piece], float]:
    words = text.split(" ")
    pieces, x = [], 0.0
    space = _length(" ", face, look) * look.gap
    for number, word in enumerate(words):
        if number:
            x += space + (look.last_gap * look.em if number == len(words) - 1 else 0.0)
        y = float(rng.normal(0, 0.05)) * look.em * look.unsteady
        stroke = max(look.stroke + look.unsteady * float(rng.uniform(0, 0.015)), 0.0) * look.em
        pieces.append(_Piece(word, x, y, stroke=stroke))
        x += _length(word, face, look) * (1 + look.unsteady * float(rng.normal(0, 0.02)))
    return pieces, x


@dataclass(frozen=True, slots=True)
class _Key:
    """How one key of a typewriter strikes: always a little beside its place, lighter or heavier."""

    x: float
    y: float
    weight: float
    stroke: float


def _letters(text: str, face: FreeTypeFont, look: Look, rng: Generator) -> tuple[list[_Piece], float]:
    keys = {each: _key(look, rng) for each in dict.fromkeys(text)}
    pieces, x, last = [], 0.0, text.rfind(" ")
    darkest = float(rng.uniform(0.7, 1.0)) if look.typed else 1.0
    shakes = rng.normal(0, 1, (len(text), 3)).tolist()
    for number, (each, (across, down, force)) in enumerate(zip(text, shakes, strict=True)):
        key = keys[each]
        if each != " ":
            weight = 255 * min(max(darkest * key.weight + 0.08 * look.typed * force, 0.25), 1.0)
            dx, dy = ((key.x + 0.006 * look.typed * across) * look.em, (key.y + 0.006 * look.typed * down) * look.em)
            pieces.append(_Piece(each, x + dx, dy, round(weight), max(key.stroke + look.stroke, 0.0) * look.em))
        wide = _length(each, face, look) * (look.gap if each == " " else 1.0)
        x += wide + look.spacing * look.em + (look.last_gap * look.em if number == last else 0.0)
    return pieces, x


def _key(look: Look, rng: Generator) -> _Key:
    if not look.typed:
        return _Key(0.0, 0.0, 1.0, 0.0)
    x, y = rng.normal(0, 0.018 * look.typed, 2).tolist()
    weight = 1.0 - look.typed * float(rng.beta(1.2, 3.0))
    stroke = float(rng.uniform(0.0, 0.03)) * look.typed if rng.random() < 0.3 else 0.0
    return _Key(x, y, weight, stroke)


# The paper around it


_GROWN = (0.36, 0.45, 0.30, 0.36)
_GROWN_SPREAD = 0.13
"""How far the detector's box goes beyond the ink at the left, top, right and bottom, in heights of a small letter: medians
measured on lines drawn here, with the deviation of a line."""
_CROWDED = 0.85
"""How far it goes where there are lines above and below, times that."""


def _small_letter(font: Font, em: int) -> float:
    """How high an x is, in pixels."""
    return max(-float(face_of(font, em).getbbox("x", anchor="ls")[1]), 0.2 * em)


def _found(ink: NDArray[np.uint8], small: float, rng: Generator) -> Box:
    """Where a detector finds the line on its strip: the box of its ink, grown; never flatter than small letters are."""
    rows, columns = (np.flatnonzero(ink.max(axis=axis) > 40) for axis in (1, 0))
    if not rows.size:
        middle = ink.shape[0] / 2
        return Box(0, middle - 2 * small, ink.shape[1], middle + small)
    top, bottom = float(rows[0]), float(rows[-1] + 1)
    short = max(small - (bottom - top), 0.0) / 2
    grown = (np.maximum(rng.normal(_GROWN, _GROWN_SPREAD), 0.02) * small).tolist()
    return Box(float(columns[0]) - grown[0], top - short - grown[1], float(columns[-1] + 1) + grown[2], bottom + short + grown[3])


def _sheet(ink: NDArray[np.uint8], box: Box) -> tuple[NDArray[np.uint8], Box]:
    """The line on a sheet with paper around it, and where it is there."""
    margin = 0.75 * box.height
    left, top = int(box.left - margin), int(box.top - margin)
    right, bottom = int(box.right + margin) + 1, int(box.bottom + margin) + 1
    around = max(-left, 0), max(-top, 0), max(right - ink.shape[1], 0), max(bottom - ink.shape[0], 0)
    grown = cv2.copyMakeBorder(ink, around[1], around[3], around[0], around[2], cv2.BORDER_CONSTANT, value=0)
    x, y = left + around[0], top + around[1]
    sheet = np.array(grown[y : y + bottom - top, x : x + right - left], np.uint8)
    return sheet, Box(box.left - left, box.top - top, box.right - left, box.bottom - top)


_NEIGHBOURS = {
    "printed": 0.75,
    "typewritten": 0.7,
    "fraktur": 0.75,
    "receipt": 0.6,
    "code": 0.7,
    "table": 0.35,
    "handwriting": 0.5,
}
"""How often there are lines above and below, by kind."""


def _add_neighbours(
    sheet: NDArray[np.uint8], place: Box, baseline: float, text: str, font: Font, look: Look, rng: Generator
) -> None:
    """Draws the lines above and below, of the same words in another order."""
    pitch = look.em * float(rng.uniform(1.08, 1.6))
    for way in (-1, 1):
        if rng.random() < 0.85:
            words = text.split(" ") * (1 + 12 // len(text))
            rng.shuffle(words)
            ink = _printed(" ".join(words), font, look, rng)
            x = place.left - look.em * float(rng.uniform(1, 2))
            _laid(sheet, ink, round(x), round(baseline + way * pitch - ink.shape[0] / 2))


def _laid(sheet: NDArray[np.uint8], ink: NDArray[np.uint8], x: int, y: int) -> None:
    """Puts the ink on the sheet with its corner there, as far as it is on it."""
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + ink.shape[1], sheet.shape[1]), min(y + ink.shape[0], sheet.shape[0])
    if left < right and top < bottom:
        view = sheet[top:bottom, left:right]
        np.maximum(view, ink[top - y : bottom - y, left - x : right - x], out=view)


def _add_rules(sheet: NDArray[np.uint8], place: Box, kind: str, look: Look, rng: Generator) -> None:
    """Draws rules of tables, frames of forms, lines under words and, seldom, through them."""
    likely = {"table": 0.35, "receipt": 0.04, "handwriting": 0.2, "printed": 0.06}.get(kind, 0.03)
    thick = max(round(look.em * float(rng.uniform(0.02, 0.09))), 1)
    tone = int(rng.integers(130, 256))
    if rng.random() < likely:
        far = look.em * float(rng.uniform(-0.12, 0.3))
        for side in ("top", "bottom"):
            if rng.random() < 0.6:
                y = place.top - far if side == "top" else place.bottom + far
                _rule(sheet, 0, y, sheet.shape[1], thick, tone)
        for x in (place.left - far, place.right + far):
            if kind != "handwriting" and rng.random() < 0.35:
                _rule(sheet, x, 0, thick, sheet.shape[0], tone)
    elif rng.random() < 0.03:
        y = place.bottom - place.height * (float(rng.uniform(0.0, 0.16)) if rng.random() < 0.85 else 0.45)
        _rule(sheet, place.left, y, place.width, thick, tone)


def _rule(sheet: NDArray[np.uint8], x: float, y: float, width: float, height: float, tone: int) -> None:
    left, top = max(round(x), 0), max(round(y), 0)
    view = sheet[top : max(round(y + height), top + 1), left : max(round(x + width), left + 1)]
    np.maximum(view, tone, out=view)


_FEWEST = 90
"""How much darker than paper ink is at least, of 255: what people can read without an effort."""


def _coloured(sheet: NDArray[np.uint8], kind: str, rng: Generator) -> Image:
    """Ink on paper, in colours (H x W x 3, uint8, RGB)."""
    paper, ink = _colours(kind, rng)
    tones = paper + (ink - paper) * np.linspace(0, 1, 256)[:, None]
    return np.asarray((tones + 0.5).astype(np.uint8)[sheet])


def _colours(kind: str, rng: Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    paper = np.full(3, rng.uniform(235, 255)) - (rng.uniform(0, 45, 3) if rng.random() < 0.15 else 0)
    dark = abs(rng.normal(0, 35))
    ink = np.full(3, min(dark, 110.0))
    if rng.random() < (0.5 if kind == "handwriting" else 0.06):
        ink = np.array([rng.uniform(0, 60), rng.uniform(0, 80), rng.uniform(70, 170)])
        ink = ink if rng.random() < 0.75 else ink[::-1]
    if rng.random() < {"printed": 0.04, "table": 0.06, "receipt": 0.03}.get(kind, 0.0):
        paper, ink = ink * 0.8, paper
    light = np.array([0.299, 0.587, 0.114])  # Rec. ITU-R BT.601-7, section 2.5.1
    if abs(float((paper - ink) @ light)) < _FEWEST:
        paper, ink = np.full(3, 250.0), np.zeros(3)
    return paper.astype(np.float32), ink.astype(np.float32)
