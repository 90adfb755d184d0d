"""What happens to a ticket before it is read: folded light, a tired camera, JPEG, and a hand that does not hold it straight."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from uncial.raster import Image

Wear = Callable[["Image", Random], "Image"]


def worn(image: Image, kind: str, dice: Random) -> Image:
    """The ticket as it comes to be read. `kind` is what it was printed on: paper, thermal, dots or screen."""
    pixels = _dotted(image, dice) if kind == "dots" else image
    damages: list[Wear] = [_noise, _blur, _shadow, _fade, _jpeg]
    for damage in damages:
        if dice.random() < (0.15 if kind == "screen" else 0.45):
            pixels = damage(pixels, dice)
    return pixels if kind == "screen" and dice.random() < 0.7 else _turned(pixels, dice)


def _dotted(image: Image, dice: Random) -> Image:
    """As nine needles print: the ink stands in rows with a little paper between them."""
    step = max(3, round(len(image) / 130))
    rows = np.arange(len(image)) % step == 0
    faded = image.astype(np.float32)
    faded[rows] = 255 - (255 - faded[rows]) * 0.55
    return faded.astype(np.uint8)


def _noise(image: Image, dice: Random) -> Image:
    grains = np.random.default_rng(dice.randrange(2**32)).normal(0, dice.uniform(2, 14), image.shape[:2])
    return _bytes(image + grains[..., None])


def _blur(image: Image, dice: Random) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), dice.uniform(0.3, 0.9)), np.uint8)


def _shadow(image: Image, dice: Random) -> Image:
    """Darker to one side, as under a hand."""
    height, width = image.shape[:2]
    angle, depth = dice.uniform(0, 2 * np.pi), dice.uniform(0.15, 0.45)
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, width, dtype=np.float32), np.linspace(-0.5, 0.5, height, dtype=np.float32))
    light = 1 - depth / (1 + np.exp(-8 * (x * np.cos(angle) + y * np.sin(angle))))
    return _bytes(image * light[..., None])


def _fade(image: Image, dice: Random) -> Image:
    contrast = dice.uniform(0.45, 0.85)
    return _bytes(image * contrast + 255 * (1 - contrast) * dice.uniform(0.6, 1.0))


def _jpeg(image: Image, dice: Random) -> Image:
    _, file = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, dice.randrange(35, 90)])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)


def _turned(image: Image, dice: Random) -> Image:
    """By up to three degrees on a table, and one in six by quarters more."""
    angle, quarters = dice.uniform(-3, 3), dice.choice([0] * 10 + [1, 2])
    table = dice.choice([(250, 250, 250), (225, 222, 215), (190, 185, 180)])
    height, width = image.shape[:2]
    margin = round(0.04 * max(height, width) + abs(np.sin(np.radians(angle))) * max(height, width) / 2)
    wide, high = width + 2 * margin, height + 2 * margin
    way = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    way[:, 2] += margin
    laid = cv2.warpAffine(image, way, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=table)
    return np.ascontiguousarray(np.rot90(laid, quarters))


def _bytes(image: np.ndarray) -> Image:
    return np.asarray(np.clip(image, 0, 255), np.uint8)
