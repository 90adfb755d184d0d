"""Photographs that the tests take themselves: printed pages on a desk, slanted or curled, with the true place of every point."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, radians
from typing import TYPE_CHECKING

import cv2
import numpy as np

from prints import Sheet
from uncial.geometry import Point, Transform, Warp

if TYPE_CHECKING:
    from uncial.raster import Image

WIDE, HIGH = 900, 1200
"""Of all photographs, in pixels."""
WORDS = "the quick brown fox jumps over a lazy dog while five boxing wizards pack my box with dozens of liquor jugs and sit down"


def printed(width: int = 800, height: int = 1131, size: int = 22) -> Image:
    """A page of text in one column, with proportions of A4 unless they are given."""
    sheet, words, margin = Sheet(width, height, paper="#f8f6f2"), WORDS.split(), width // 12
    for number, y in enumerate(range(margin, height - margin - size, int(size * 1.5))):
        line = " ".join(words[(7 * number + i) % len(words)] for i in range(30))
        sheet.put(line[: int((width - 2 * margin) / size * 1.9)], margin, y, size)
    return sheet.pixels()


def desk(shade: tuple[int, int, int] = (84, 62, 46), width: int = WIDE, height: int = HIGH) -> Image:
    """Wood: streaks along it, and grain."""
    random = np.random.default_rng(0)
    streaks = cv2.GaussianBlur(random.normal(0, 1, (height, width)), (0, 0), sigmaX=30, sigmaY=2)
    wood = streaks / streaks.std() * 8 + random.normal(0, 3, (height, width))
    return np.asarray(np.clip(np.array(shade) + wood[..., None], 0, 255), np.uint8)


def slanted(
    page: Image, tilt: float = 30, pan: float = -12, roll: float = 6, *, focal: float = 0.8, far: float = 2.6, off: float = 0
) -> Transform:
    """From the page to its photograph: a pinhole camera over its middle, turned by these degrees.

    `focal` is in parts of the longer side of the photograph, `far` in heights of the page at that focal length; `off` moves the
    camera to the side, in widths of the photograph.
    """
    height, width = page.shape[:2]
    (ct, st), (cp, sp), (cr, sr) = ((np.cos(a), np.sin(a)) for a in map(radians, (tilt, pan, roll)))
    turned = (
        np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
        @ np.array([[1, 0, 0], [0, ct, -st], [0, st, ct]])
        @ np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    )
    lens, away = focal * HIGH, far * focal * height / 1.6
    camera = np.array([[lens, 0, WIDE * (0.5 + off)], [0, lens, HIGH / 2], [0, 0, 1]])
    place = np.stack([turned[:, 0], turned[:, 1], np.array([0, 0, away])], axis=1)
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    return Transform(*(camera @ place @ middle).ravel().tolist())


def photographed(page: Image, way: Transform, ground: Image | None = None, dimmer: float = 0.35) -> Image:
    """The page on the desk; the light falls off by `dimmer` from the left to the right."""
    ground = desk() if ground is None else ground
    half = Transform.translation(0.5, 0.5)
    matrix = np.array(half.then(way).then(half.inverse())).reshape(3, 3)
    size = (ground.shape[1], ground.shape[0])
    paper = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones(page.shape[:2], np.float32), matrix, size)[..., None]
    return _lit(ground * (1 - mask) + paper * mask, dimmer)


def curled(page: Image, rise: float = 0.05, margin: float = 0.1) -> tuple[Image, Warp]:
    """The page on the desk, bent so that its middle stands higher in the picture by `rise` of its height; and the way there."""
    height, width = page.shape[:2]
    left, top = WIDE * margin, HIGH * (margin + rise)
    across, down = (WIDE - 2 * left) / width, (HIGH - 2 * top) / height
    bend: Callable[[float], float] = lambda fraction: rise * HIGH * np.sin(pi * fraction)  # noqa: E731
    grid = tuple(
        tuple(Point(left + across * width * i / 60, top + down * height * j / 60 - bend(i / 60)) for i in range(61))
        for j in range(61)
    )
    ys, xs = np.indices((HIGH, WIDE)) + 0.5
    u = (xs - left) / across
    v = (ys - top + rise * HIGH * np.sin(pi * np.clip(u / width, 0, 1))) / down
    paper = cv2.remap(page, (u - 0.5).astype(np.float32), (v - 0.5).astype(np.float32), cv2.INTER_LINEAR)
    mask = ((u >= 0) & (u < width) & (v >= 0) & (v < height))[..., None]
    shade = (1 - 0.3 * np.abs(np.cos(pi * np.clip(u / width, 0, 1))))[..., None]
    return _lit(np.where(mask, paper * shade, desk()), 0.1), Warp(grid, width, height)


def _lit(picture: np.ndarray, dimmer: float) -> Image:
    """With light that falls off to the right, a lens that blurs a little, and grain."""
    light = 1 - dimmer * np.linspace(0, 1, picture.shape[1])[None, :, None]
    grain = np.random.default_rng(1).normal(0, 2, picture.shape)
    return np.asarray(np.clip(cv2.GaussianBlur(picture * light, (0, 0), 0.6) + grain, 0, 255), np.uint8)
