"""What happens to pages before they are read, done to clean ones: turned, skewed, faint, blurred, in shadow.

Each damage is a function of a page (H x W x 3, uint8, RGB) and its resolution in dots an inch; the same page always becomes the
same damaged page. `DAMAGES` has them by name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from uncial.raster import Image

Damage = Callable[["Image", float], "Image"]


def turned(image: Image, dpi: float, quarters: int) -> Image:
    """Turned clockwise by so many quarters."""
    return np.ascontiguousarray(np.rot90(image, -quarters))


def skewed(image: Image, dpi: float, degrees: float) -> Image:
    """Turned clockwise by so many degrees, on a sheet large enough for all of it."""
    height, width = image.shape[:2]
    way = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    cosine, sine = abs(way[0, 0]), abs(way[0, 1])
    size = round(width * cosine + height * sine), round(width * sine + height * cosine)
    way[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    ground = np.median(image[:: max(height // 64, 1), :: max(width // 64, 1)].reshape(-1, 3), axis=0).tolist()
    return _image(cv2.warpAffine(image, way, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=ground))


def resampled(image: Image, dpi: float, wanted: float) -> Image:
    """As if it had been scanned at that resolution."""
    size = max(round(image.shape[1] * wanted / dpi), 1), max(round(image.shape[0] * wanted / dpi), 1)
    return _image(cv2.resize(image, size, interpolation=cv2.INTER_AREA if wanted < dpi else cv2.INTER_CUBIC))


def jpeg(image: Image, dpi: float, quality: int) -> Image:
    """Written and read again as JPEG of that quality."""
    _, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cast("Image", cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1])


def blurred(image: Image, dpi: float, sigma: float) -> Image:
    """At 200 dpi and out of focus: a Gaussian of that many pixels."""
    return _image(cv2.GaussianBlur(resampled(image, dpi, 200), (0, 0), sigma))


def faint(image: Image, dpi: float, left: float) -> Image:
    """With only that part of its contrast, about middle grey."""
    return _bytes(128 + (image.astype(np.float32) - 128) * left)


def inverted(image: Image, dpi: float) -> Image:
    """White on black."""
    return 255 - image


def tinted(image: Image, dpi: float, colour: tuple[int, int, int]) -> Image:
    """On paper of that colour."""
    return _bytes(image * (np.array(colour, np.float32) / 255))


def shaded(image: Image, dpi: float, light: float) -> Image:
    """With a shadow across its lower right half: a diagonal edge half an inch soft, and only that part of the light behind it."""
    height, width = image.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = (xs / width + ys / height - 1) * min(height, width) / dpi
    shade = 1 - (1 - light) / (1 + np.exp(-8 * distance))
    return _bytes(image * shade[..., None])


def grained(image: Image, dpi: float, sigma: float) -> Image:
    """With the noise of a sensor that had too little light, Gaussian, at 200 dpi."""
    small = resampled(image, dpi, 200)
    noise = np.random.default_rng(0).normal(0, sigma, small.shape).astype(np.float32)
    return _bytes(small.astype(np.float32) + noise)


def speckled(image: Image, dpi: float, share: float) -> Image:
    """With that share of its pixels black or white by chance, at 200 dpi: dust, or a bad fax."""
    small = resampled(image, dpi, 200).copy()
    chance = np.random.default_rng(0).random(small.shape[:2])
    small[chance < share / 2] = 0
    small[chance > 1 - share / 2] = 255
    return small


def _image(array: Any) -> Image:
    return cast("Image", array)


def _bytes(values: Any) -> Image:
    return _image(np.clip(np.rint(values), 0, 255).astype(np.uint8))


DAMAGES: dict[str, Damage] = {
    "turned 90": partial(turned, quarters=1),
    "turned 180": partial(turned, quarters=2),
    "turned 270": partial(turned, quarters=3),
    "skewed -10": partial(skewed, degrees=-10),
    "skewed -3": partial(skewed, degrees=-3),
    "skewed +3": partial(skewed, degrees=3),
    "skewed +10": partial(skewed, degrees=10),
    "100 dpi": partial(resampled, wanted=100),
    "JPEG 15": partial(jpeg, quality=15),
    "blurred": partial(blurred, sigma=1.5),
    "contrast 1/4": partial(faint, left=0.25),
    "inverted": inverted,
    "coloured paper": partial(tinted, colour=(214, 168, 96)),
    "shadow": partial(shaded, light=0.3),
}
"""What a page has to survive: its error rate may double, and no more (+ .01)."""

HARDER: dict[str, Damage] = {
    "75 dpi": partial(resampled, wanted=75),
    "blurred 2.5": partial(blurred, sigma=2.5),
    "contrast 1/16": partial(faint, left=1 / 16),
    "deep shadow": partial(shaded, light=0.08),
    "grain": partial(grained, sigma=40),
    "speckles": partial(speckled, share=0.06),
    "skewed +20": partial(skewed, degrees=20),
}
"""Worse than a page has to survive: where it pays to see what a step is worth."""
