"""What ink and paper suffer before anybody scans them.

Each damage is a function of a line's image (H x W x 3, uint8, RGB), the height of its text in pixels, a strength (0 for what
nobody notices to 1 for what a person can just read) and a source of chance. It works for light text on dark paper too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from uncial.raster import Image

    Weights = NDArray[np.float32]
    """H x W, 0..1."""
    Colour = NDArray[np.uint8]


def field(shape: tuple[int, ...], cell: float, rng: Generator, along: float = 1.0) -> Weights:
    """Clouds of chance (H x W, mean 0, variance about 1): `cell` pixels high, and `along` times as wide."""
    size = int(shape[1] / (cell * along)) + 3, int(shape[0] / cell) + 3
    coarse = rng.standard_normal((size[1], size[0]), np.float32) * np.float32(1.4)
    x, y = rng.random(2)
    way = np.array([[cell * along, 0, -cell * along * x], [0, cell, -cell * y]], np.float32)
    flags = cv2.INTER_LINEAR if cell < 4 else cv2.INTER_CUBIC
    return cast("Weights", cv2.warpAffine(coarse, way, (shape[1], shape[0]), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def paper_colour(image: Image) -> Colour:
    """The colour of the paper: what most of the image is."""
    return np.asarray(np.median(image[::3, ::5].reshape(-1, 3), axis=0), np.uint8)


def ink_on(image: Image) -> tuple[Weights, Colour]:
    """How much ink is where, and its colour."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    apart = cv2.absdiff(gray, np.full_like(gray, np.median(gray[::3, ::5])))
    most = int(apart.argmax())
    return apart * np.float32(1 / max(int(apart.flat[most]), 24)), image.reshape(-1, 3)[most]


def mixed(image: Image, colour: Colour | tuple[int, int, int], part: Weights) -> Image:
    """The image with that colour laid over it: all of it where `part` is 1."""
    part = np.clip(part, 0, 1).astype(np.float32)
    flat = np.full_like(image, np.asarray(colour, np.uint8))
    return cast("Image", cv2.blendLinear(image, flat, 1 - part, part))


def as_bytes(values: NDArray[np.floating]) -> Image:
    """Brightnesses as an image."""
    return cast("Image", cv2.convertScaleAbs(np.maximum(values, 0)))


def is_dark(image: Image) -> bool:
    """Whether the paper is darker than what stands on it."""
    _, colour = ink_on(image)
    return bool(int(colour.sum()) > int(paper_colour(image).sum()))


def _grown(image: Image, radius: float, dark: bool) -> Image:
    """Ink wider by that many pixels on each side, fractions included; narrower where negative."""
    whole, rest = divmod(abs(radius), 1)
    filtered = cv2.erode if (radius > 0) != dark else cv2.dilate
    for _ in range(int(whole)):
        image = cast("Image", filtered(image, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))))
    return cast("Image", cv2.addWeighted(filtered(image, np.ones((3, 3), np.uint8)), rest, image, 1 - rest, 0))


# Ink


def faint(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """A worn ribbon, a cartridge at its end, a pale copy: all ink is nearer to the paper."""
    return mixed(image, paper_colour(image), np.full(image.shape[:2], 0.1 + 0.65 * strength, np.float32))


def uneven(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Types that were struck unevenly, ink that ran dry: from letter to letter it is darker or fainter."""
    part = field(image.shape, height * rng.uniform(0.3, 1.2), rng, rng.uniform(0.5, 2)) * 0.5 + 0.5
    return mixed(image, paper_colour(image), np.clip(part, 0, 1.1) * np.float32(0.15 + 0.65 * strength))


def half_struck(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Types that hit the ribbon with one edge: the upper or the lower part of the line is fainter."""
    ramp = np.linspace(-1, 1, image.shape[0], dtype=np.float32)[:, None] * np.float32(rng.choice((-1.0, 1.0)))
    part = np.clip(ramp * 1.2 + field(image.shape, height, rng) * 0.3, 0, 1)
    return mixed(image, paper_colour(image), part * np.float32(0.3 + 0.6 * strength))


def broken(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Strokes with gaps: rough paper, dry ink, worn types."""
    noise = field(image.shape, max(height * rng.uniform(0.03, 0.08), 1.0), rng)
    return mixed(image, paper_colour(image), np.clip((noise - (2.3 - 1.4 * strength)) * 1.5, 0, 0.9))


def scratched(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Hairlines without ink: dirt on a print head, scratches on film, worn print."""
    part = np.zeros(image.shape[:2], np.float32)
    for _ in range(2 + rng.poisson(1 + 4 * strength)):
        x, y = rng.uniform(0, image.shape[1]), rng.uniform(0, image.shape[0])
        angle, length = rng.normal(0, 0.4), height * rng.uniform(0.5, 3)
        ends = _pixel(x, y), _pixel(x + length * np.cos(angle), y + length * np.sin(angle))
        cv2.line(part, *ends, rng.uniform(0.4, 1), max(round(height * 0.02 * (1 + strength)), 1), cv2.LINE_AA)
    return mixed(image, paper_colour(image), part)


def spread(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Ink that ran into the paper: strokes are wider and their edges soft."""
    wide = _grown(image, height * (0.005 + 0.028 * strength), is_dark(image))
    return cast("Image", cv2.GaussianBlur(wide, (0, 0), 0.3 + height * 0.012))


def thinned(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Strokes narrower than they were set: too little ink, a plate that was etched too long."""
    return _grown(image, -height * (0.004 + 0.013 * strength), is_dark(image))


def filled(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Counters full of ink: the small eyes of a, e and s of a type that nobody cleaned."""
    size = max(round(height * (0.05 + 0.07 * strength)), 2)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    closed = cv2.morphologyEx(image, cv2.MORPH_CLOSE if is_dark(image) else cv2.MORPH_OPEN, kernel)
    part = np.clip(field(image.shape, height, rng) * 0.5 + 0.2 + 0.5 * strength, 0, 0.9)
    return cast("Image", cv2.blendLinear(image, closed, 1 - part, part))


def squeezed(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Letterpress: the type squeezes ink to its edges, strokes are paler inside, with rough rims."""
    ink, colour = ink_on(image)
    inside = cv2.GaussianBlur(ink, (0, 0), max(height * 0.03, 0.5))
    rough = field(image.shape, max(height * 0.05, 1.0), rng)
    pale = ink * np.clip(inside - 0.4 + 0.2 * rough, 0, 1) * np.float32(0.2 + 0.6 * strength)
    pressed = mixed(image, paper_colour(image), pale)
    rim = np.clip(inside * 1.4 - 0.45 + 0.15 * rough, 0, 1) * (1 - ink)
    return mixed(pressed, colour, rim * np.float32(0.4 + 0.6 * strength))


def thermal(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Thermal paper: grey or bluish print in rows of dots, with paler bands where the head was cold, fading with the years."""
    rows, columns = image.shape[:2]
    bands = field((rows, 1), height * rng.uniform(0.1, 0.6), rng) * 0.35
    pale = np.clip(0.35 + bands + 0.3 * field(image.shape, height * 3, rng), 0.0, 1.0)
    pitch = max(height / rng.uniform(16, 30), 1.5)
    dots = (np.sin(np.arange(rows, dtype=np.float32) * np.float32(2 * np.pi / pitch)) * 0.5 + 0.5)[:, None]
    part = pale * np.float32(0.2 + 0.6 * strength) + dots * np.float32(0.25 * strength)
    tint = np.array([(70, 70, 80), (60, 60, 110), (90, 75, 65), (40, 40, 40)][rng.integers(4)])
    ink, _ = ink_on(image)
    inked = image if is_dark(image) else mixed(image, tint.astype(np.uint8), ink * np.float32(0.9))
    return mixed(inked, paper_colour(image), np.broadcast_to(part, (rows, columns)))


def dead_dots(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """A print head with dead elements: thin lines without ink, across the letters (thermal) or along the line (needles)."""
    part = np.zeros(image.shape[:2], np.float32)
    width = max(round(height * rng.uniform(0.02, 0.05)), 1)
    if rng.random() < 0.3:
        y = rng.integers(image.shape[0])
        part[y : y + width] = 1
    else:
        for x in rng.integers(0, image.shape[1], 1 + rng.poisson(image.shape[1] / height * 0.5 * strength)):
            part[:, x : x + width] = rng.uniform(0.5, 1)
    return mixed(image, paper_colour(image), part * np.float32(0.9))


def dotted(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Needle printers: strokes are rows of dots, with paper between them."""
    pitch = max(height / rng.uniform(9, 16), 2.0)
    ys, xs = (np.cos(np.arange(n, dtype=np.float32) * np.float32(2 * np.pi / pitch)) for n in image.shape[:2])
    gaps = np.clip(0.35 - (ys[:, None] + xs[None, :]) * 0.5, 0, 1)
    ink, _ = ink_on(image)
    return mixed(image, paper_colour(image), gaps * ink * np.float32(0.4 + 0.5 * strength))


def carbon(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """A carbon copy: blurred, grainy, blue or violet or grey, with a halo of rubbed carbon."""
    ink, colour = ink_on(image)
    soft = cv2.GaussianBlur(ink, (0, 0), max(height * (0.015 + 0.03 * strength), 0.4))
    halo = cv2.GaussianBlur(ink, (0, 0), height * 0.12) * np.float32(0.25 * strength)
    grain = 1 - np.clip(field(image.shape, max(height * 0.04, 1.0), rng) * 0.3 * strength + 0.25 * strength, 0, 0.8)
    tint = np.array([(45, 45, 100), (80, 50, 110), (60, 60, 65), (30, 30, 35)][rng.integers(4)], np.uint8)
    bare = np.full_like(image, paper_colour(image))
    return mixed(bare, colour if is_dark(image) else tint, np.maximum(soft * grain, halo) * np.float32(1 - 0.25 * strength))


def coloured_ink(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Ink that is not black: blue, violet, red, green, or brown with age."""
    choices = [(25, 40, 130), (75, 35, 110), (150, 30, 40), (25, 90, 60), (90, 60, 30), (60, 60, 60)]
    if is_dark(image):
        return image
    ink, _ = ink_on(image)
    return mixed(image, choices[rng.integers(len(choices))], ink * np.float32(0.5 + 0.5 * strength))


# Paper


def textured(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Paper with a grain, and fibres in it."""
    fine = field(image.shape, max(height * 0.04, 1.0), rng, rng.uniform(1, 3))
    coarse = field(image.shape, height * rng.uniform(0.15, 0.6), rng)
    return shaded(image, 1 + (fine + coarse) * np.float32(0.012 + 0.05 * strength))


def yellowed(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Old paper: yellow, brown or grey, more in some places than in others."""
    tints = np.array([(255, 235, 190), (225, 195, 150), (205, 200, 190), (250, 225, 215), (215, 225, 235)], np.float32) / 255
    tint = tints[rng.integers(len(tints))]
    place = np.clip(field(image.shape, height * rng.uniform(1, 4), rng) * 0.25 + 0.3 + 0.6 * strength, 0, 1)[..., None]
    return as_bytes(image * (1 - place * (1 - tint)))


def stained(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Stains of water, coffee or damp: blotches with a darker rim."""
    part = np.zeros(image.shape[:2], np.float32)
    for _ in range(1 + rng.poisson(1.5)):
        centre = _pixel(rng.uniform(0, image.shape[1]), rng.uniform(0, image.shape[0]))
        axes = _pixel(*(height * rng.uniform(0.2, 2.5, 2)))
        cv2.ellipse(part, centre, axes, rng.uniform(0, 180), 0, 360, rng.uniform(0.4, 1), -1)
    soft, softer = (cv2.GaussianBlur(part, (0, 0), max(height * size, 0.5)) for size in (0.05, 0.12))
    uneven = 0.6 + 0.25 * field(image.shape, height * 0.4, rng)
    tint = np.array([(140, 100, 50), (90, 80, 70), (170, 150, 90)][rng.integers(3)], np.float32) / 255
    depth = ((soft * uneven + np.abs(soft - softer)) * np.float32(0.15 + 0.5 * strength))[..., None]
    return as_bytes(image * (1 - np.clip(depth, 0, 0.8) * (1 - tint)))


def folded(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """A crease: light on one side of it, shadow on the other, and ink that cracked off along it."""
    rows, columns = image.shape[:2]
    ys, xs = np.mgrid[0:rows, 0:columns].astype(np.float32)
    if rng.random() < 0.6:
        away = xs - rng.uniform(0, columns) + (ys - rows / 2) * rng.normal(0, 0.2)
    else:
        away = ys - rng.uniform(0, rows) + (xs - columns / 2) * rng.normal(0, 0.01)
    side = np.float32(rng.choice((-1.0, 1.0)))
    near = np.exp(-np.abs(away) / (height * np.float32(rng.uniform(0.1, 1))))
    lit = shaded(image, 1 + np.tanh(away * side) * near * np.float32(0.05 + 0.3 * strength))
    crack = np.exp(-((away / np.float32(max(height * 0.02, 0.6))) ** 2)) * (0.5 + 0.5 * field(image.shape, height * 0.1, rng))
    return mixed(lit, paper_colour(image), np.clip(crack, 0, 1) * np.float32(0.3 + 0.6 * strength))


def shown_through(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """The other side's print, mirrored, shining or soaking through thin paper."""
    ink, colour = ink_on(image)
    other = np.roll(ink[:, ::-1], rng.integers(image.shape[:2]), (0, 1))
    soft = cv2.GaussianBlur(np.ascontiguousarray(other), (0, 0), max(height * rng.uniform(0.015, 0.07), 0.4))
    return mixed(image, colour, soft * np.float32(0.06 + 0.3 * strength))


def shadowed(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """The shadow of a hand, a book's spine or the edge of a sheet."""
    rows, columns = image.shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    xs, ys = np.arange(columns, dtype=np.float32)[None, :], np.arange(rows, dtype=np.float32)[:, None]
    across = (xs - rng.uniform(0, columns)) * np.float32(np.cos(angle)) + (ys - rng.uniform(0, rows)) * np.float32(np.sin(angle))
    light = 1 / (1 + np.exp(-np.clip(across / np.float32(height * rng.uniform(0.1, 2)), -30, 30)))
    return shaded(image, 1 - light * np.float32(0.1 + 0.55 * strength))


def speckled_paper(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Dust, fly specks, toner where none should be, and flecks without ink."""
    for colour, share in ((tuple(rng.integers(0, 120, 3)), 0.7), (tuple(paper_colour(image)), 0.3)):
        part = np.zeros(image.shape[:2], np.float32)
        for _ in range(rng.poisson(image.shape[1] / height * share * (0.5 + 4 * strength))):
            spot = _pixel(rng.uniform(0, image.shape[1]), rng.uniform(0, image.shape[0]))
            axes = _pixel(*(height * rng.uniform(0.01, 0.035, 2) + 0.5))
            cv2.ellipse(part, spot, axes, rng.uniform(0, 180), 0, 360, rng.uniform(0.3, 1), -1, cv2.LINE_AA)
        image = mixed(image, colour, part)
    return image


def shaded(image: Image, light: NDArray[np.floating]) -> Image:
    """The image under that light (H x W, 1 for as it is)."""
    three = cv2.merge([light.astype(np.float32)] * 3)
    return cast("Image", cv2.multiply(image, three, dtype=cv2.CV_8U))


def _pixel(x: float, y: float) -> tuple[int, int]:
    return round(float(x)), round(float(y))
