"""What lenses, sensors, scanners and files do to a line.

Those that leave each point where it is are functions of an image (H x W x 3, uint8, RGB), the height of its text in pixels, a
strength (0 for what nobody notices to 1 for what a person can just read) and a source of chance. Those that move or scale it, and
those that need its place, are functions of a `Drawing`, a strength and a source of chance; the quad goes with the image.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from uncial.geometry import Point, Quad, Transform
from uncial.train.lines import Drawing
from uncial.train.synth.worn import as_bytes, field, is_dark, mixed, shaded

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from uncial.raster import Image

    Gray = NDArray[np.uint8]

_LEAST = 24
"""Pixels of text height below which nothing is made black and white: strokes would be lost."""
_SMALLER = (cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4, cv2.INTER_NEAREST)
_LARGER = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4, cv2.INTER_NEAREST)

# What is drawn on the page


def ruled(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """Writing paper and forms: pale lines at equal distances, sometimes squares, whether or not the text keeps to them."""
    height, image = drawing.quad.height, drawing.image
    part = np.zeros(image.shape[:2], np.float32)
    step, width = max(height * rng.uniform(0.4, 1.6), 8.0), max(round(height * 0.025), 1)
    for y in np.arange(drawing.quad.box.bottom - height * rng.uniform(-0.1, 0.3) - 3 * step, image.shape[0], step):
        part[max(round(y), 0) : max(round(y) + width, 0)] = 1
    if rng.random() < 0.35:
        for x in np.arange(rng.uniform(0, step), image.shape[1], step):
            part[:, round(x) : round(x) + width] = 1
    colour = [(110, 140, 200), (150, 150, 150), (200, 130, 130), (120, 170, 140)][rng.integers(4)]
    return replace(drawing, image=mixed(image, colour, part * np.float32(0.15 + 0.55 * strength)))


def underlined(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """A line under some of the words, by pen or by machine."""
    box, height = drawing.quad.box, drawing.quad.height
    start, end = sorted(rng.uniform(box.left, box.right, 2)) if rng.random() < 0.6 else (box.left, box.right)
    y = box.bottom - height * rng.uniform(-0.08, 0.16)
    xs = np.linspace(start, end, 12)
    wave = np.cumsum(rng.normal(0, 1, 12)) * height * 0.008 * rng.choice((0.0, 1.0, 2.0))
    part = np.zeros(drawing.image.shape[:2], np.float32)
    path = np.rint(np.stack([xs, y + wave], axis=1) * 8).astype(np.int32)
    cv2.polylines(part, [path], False, 1.0, max(round(height * rng.uniform(0.02, 0.06)), 1), cv2.LINE_AA, 3)
    colour = [(20, 20, 20), (30, 50, 140), (170, 40, 40), (90, 90, 90)][rng.integers(4)]
    return replace(drawing, image=mixed(drawing.image, colour, part * np.float32(0.4 + 0.5 * strength)))


def highlighted(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """A marker's transparent band over some of the words."""
    box, image = drawing.quad.box, drawing.image
    start, end = sorted(rng.uniform(box.left, box.right, 2))
    colour = np.array([(255, 250, 90), (150, 255, 140), (255, 170, 210), (140, 220, 255), (255, 200, 110)][rng.integers(5)])
    part = np.zeros(image.shape[:2], np.float32)
    top, bottom = (round(y + drawing.quad.height * rng.normal(0, 0.1)) for y in (box.top, box.bottom))
    part[max(top, 0) : max(bottom, 0), round(start) : round(end)] = 0.4 + 0.5 * strength
    soft = cv2.GaussianBlur(part, (0, 0), max(drawing.quad.height * 0.02, 0.4))[..., None]
    return replace(drawing, image=as_bytes(image * (1 - soft * (1 - colour.astype(np.float32) / 255))))


# What moves it


def tilted(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """A page that lay askew, or was drawn in by an uneven roller: turned by up to three degrees, and sheared."""
    slope = np.tan(np.radians(rng.normal(0, 0.4 + 1.1 * strength)).clip(-0.05, 0.05))
    shear = rng.normal(0, 0.01 + 0.03 * strength)
    return _moved(drawing, Transform(1.0, shear, 0.0, slope, 1.0, 0.0))


def in_perspective(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """A photograph from the side: one end of the line is smaller than the other; detectors find the even quad that holds it."""
    height, width = drawing.image.shape[:2]
    closer = 1 - (0.05 + 0.3 * strength) * rng.random()
    lift = height * rng.uniform(-0.3, 0.3) * strength
    middle, half = height / 2 + lift, height * closer / 2
    squeezed = width * rng.uniform(0.85, 1.0)
    small = Quad.of_points([(0, 0), (squeezed, middle - half), (squeezed, middle + half), (0, height)])
    if rng.random() < 0.5:
        small = Quad.of_points([(width - x, y) for x, y in (small[1], small[0], small[3], small[2])])
    moved = _moved(drawing, Transform.onto(small, width, height))
    return replace(moved, quad=_even(moved.quad))


def _even(quad: Quad) -> Quad:
    """As high at both ends as at the higher one."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    half = max(dy - ay, cy - by) / 2
    left, right, rise, drop = (ax + dx) / 2, (bx + cx) / 2, (ay + dy) / 2, (by + cy) / 2
    return Quad.of_points([(left, rise - half), (right, drop - half), (right, drop + half), (left, rise + half)])


def _moved(drawing: Drawing, way: Transform) -> Drawing:
    """The line on a sheet that is as large as its place needs, with half its height around it."""
    quad = way.quad(drawing.quad)
    box = quad.box.grown(quad.height / 2)
    way = way.then(Transform.translation(-round(box.left), -round(box.top)))
    half = Transform.translation(0.5, 0.5)  # our frame counts from the corners of pixels, OpenCV from their middles
    matrix = np.array(half.then(way).then(Transform.translation(-0.5, -0.5))).reshape(3, 3)
    size = max(round(box.width), 1), max(round(box.height), 1)
    image = cv2.warpPerspective(drawing.image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Drawing(cast("Image", image), way.quad(drawing.quad))


def curled(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """A page that is not flat: the line sags, rises, or waves a little; the quad is the straight one that holds it all."""
    rows, columns = drawing.image.shape[:2]
    box, height = drawing.quad.box, drawing.quad.height
    long = rng.uniform(0.6, 2.5) * max(box.width, 4 * height)
    sag = height * (0.02 + 0.07 * strength) * np.sin(np.arange(columns) * (2 * np.pi / long) + rng.uniform(0, 2 * np.pi))
    xs, ys = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    image = cv2.remap(drawing.image, xs, ys - sag.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = np.arange(max(int(box.left), 0), min(int(box.right) + 1, columns))
    slope, start = np.polyfit(inside, sag[inside], 1) if len(inside) > 1 else (0.0, 0.0)
    rest = sag[inside] - (slope * inside + start) if len(inside) else np.zeros(1)
    corners = zip(drawing.quad, (rest.min(), rest.min(), rest.max(), rest.max()), strict=True)
    return Drawing(cast("Image", image), Quad(*(Point(p.x, p.y + slope * p.x + start + more) for p, more in corners)))


def resampled(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """Few pixels: a scan at a low resolution, a picture that was made small to be sent, and perhaps large again."""
    wanted = 34 * (11 / 34) ** strength * rng.uniform(0.95, 1.15)
    if wanted >= drawing.quad.height:
        return _sized(drawing, drawing.quad.height * rng.uniform(0.7, 0.95), cv2.INTER_AREA)
    kinds = _SMALLER if wanted > 20 else _SMALLER[:4]
    small = _sized(drawing, wanted, kinds[rng.integers(len(kinds))])
    if rng.random() < 0.35:
        return _sized(small, wanted * rng.uniform(1.2, 3), _LARGER[rng.integers(len(_LARGER))])
    return small


def _sized(drawing: Drawing, height: float, interpolation: int, across: float | None = None) -> Drawing:
    """With text of that height in pixels; `across` is the horizontal factor where it is another one."""
    rows, columns = drawing.image.shape[:2]
    factor = height / drawing.quad.height
    size = max(round(columns * (across or factor)), 1), max(round(rows * factor), 1)
    image = cv2.resize(drawing.image, size, interpolation=interpolation)
    return Drawing(cast("Image", image), Transform.scaling(size[0] / columns, size[1] / rows).quad(drawing.quad))


# Lenses and light


def defocused(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Out of focus, or a dirty glass: a Gaussian, or the disc of a wide aperture."""
    radius = height * (0.01 + 0.055 * strength)
    if rng.random() < 0.5 or radius < 1:
        return cast("Image", cv2.GaussianBlur(image, (0, 0), max(radius, 0.35)))
    size = 2 * round(radius * 1.6) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype(np.float32)
    return cast("Image", cv2.filter2D(image, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE))


def shaken(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Motion: a hand that shook, a sheet that moved, blurred in one direction."""
    length = max(height * (0.04 + 0.14 * strength), 2.0)
    size = 2 * round(length / 2) + 3
    angle = rng.uniform(0, np.pi)
    middle, reach = size // 2, length / 2 * np.array([np.cos(angle), np.sin(angle)])
    kernel = np.zeros((size, size), np.float32)
    ends = [tuple(np.rint((middle + sign * reach) * 16).astype(int).tolist()) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return cast("Image", cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE))


def lit_unevenly(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """A lamp from one side, or a lens that is darker towards its edges."""
    rows, columns = image.shape[:2]
    xs = np.linspace(-1, 1, columns, dtype=np.float32)[None, :] - np.float32(rng.uniform(-1, 1))
    ys = (np.linspace(-1, 1, rows, dtype=np.float32)[:, None] - np.float32(rng.uniform(-1, 1))) * np.float32(0.3)
    fall = xs * np.float32(rng.choice((-0.5, 0.5))) + 0.5 + ys if rng.random() < 0.5 else (xs**2 + ys**2) / 2
    return shaded(image, 1 - np.clip(fall, 0, 1) * np.float32(0.1 + 0.6 * strength))


def tinged(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """The colour of the lamp: warm, cold or greenish, and a camera that does not correct it."""
    tint = 1 - rng.uniform(0, 0.08 + 0.35 * strength, 3)
    return as_bytes(image * (tint / tint.max() * rng.uniform(0.85, 1)).astype(np.float32))


def flat(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Little contrast: black is grey and white is grey, as under fog or glare."""
    span = 0.85 - 0.6 * strength
    return as_bytes(image * np.float32(span) + np.float32(255 * (1 - span) * rng.uniform(0.15, 1)))


def overexposed(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Too much light: the paper is white beyond white, it shines into the strokes, and they become thin and grey."""
    glow = cv2.GaussianBlur(image, (0, 0), max(height * 0.03, 0.5)).astype(np.float32)
    bright = (image.astype(np.float32) * 0.6 + glow * 0.4) * np.float32(1.1 + 0.4 * strength) + np.float32(10 + 50 * strength)
    return as_bytes(bright)


def underexposed(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Too little light: all is dark, and what is dark is black."""
    levels = np.linspace(0, 1, 256, dtype=np.float32) ** np.float32(1 + strength) * np.float32(255 * (0.85 - 0.5 * strength))
    return cast("Image", cv2.LUT(image, as_bytes(levels)))


# Sensors, scanners, files


def grained(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """The noise of a sensor: Gaussian, the same everywhere, in all colours or in each its own."""
    sigma = np.float32(3 + 32 * strength)
    shape = image.shape if rng.random() < 0.3 else (*image.shape[:2], 1)
    return as_bytes(image + rng.standard_normal(shape, np.float32) * sigma)


def counted(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """The noise of light itself: it grows with the root of the brightness (Poisson, as its normal approximation)."""
    spread = np.sqrt(image.astype(np.float32)) * np.float32(0.3 + 2 * strength)
    return as_bytes(image + rng.standard_normal((*image.shape[:2], 1), np.float32) * spread)


def peppered(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Pixels that are black or white by chance: salt and pepper of bad copies and faxes."""
    share = 0.002 + 0.045 * strength
    chance = rng.random(image.shape[:2], np.float32)
    noisy = image.copy()
    noisy[chance < share * rng.uniform(0, 1)] = 0
    noisy[chance > 1 - share * rng.uniform(0, 1)] = 255
    return noisy


def blotchy(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Speckle: noise that multiplies, some pixels large, of toner and of film."""
    noise = field(image.shape, max(height * rng.uniform(0.02, 0.06), 1.0), rng)
    return shaded(image, 1 + noise * np.float32(0.03 + 0.14 * strength))


def streaked(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """Dust on a scanner's glass or a copier's drum: thin lines, light or dark, straight across or along."""
    part = np.zeros(image.shape[:2], np.float32)
    width = max(round(height * rng.uniform(0.01, 0.04)), 1)
    if rng.random() < 0.3:
        y = rng.integers(image.shape[0])
        part[y : y + width] = 1
    else:
        for x in rng.integers(0, image.shape[1], 1 + rng.poisson(image.shape[1] / height * 0.3 * strength)):
            part[:, x : x + width] = rng.uniform(0.3, 1)
    shade = rng.choice((0, 90, 160, 255))
    return mixed(image, (shade, shade, shade), part * np.float32(0.2 + 0.5 * strength))


def screened(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """A halftone screen: tinted paper or grey ink as a grid of dots, at some angle (Ulichney, Digital Halftoning, 1987)."""
    pitch = max(height / rng.uniform(7, 16), 2.2)
    angle = rng.choice(np.radians([0, 15, 45, 75]))
    xs, ys = np.arange(image.shape[1], dtype=np.float32)[None, :], np.arange(image.shape[0], dtype=np.float32)[:, None]
    turn = np.float32(2 * np.pi / pitch)
    along, across = (xs * np.cos(angle) + ys * np.sin(angle)) * turn, (ys * np.cos(angle) - xs * np.sin(angle)) * turn
    dots = np.cos(along).astype(np.float32) + np.cos(across).astype(np.float32)
    part = np.clip(dots * 0.8 - 0.2, 0, 1) * np.float32(0.1 + 0.35 * strength)
    return mixed(image, (255, 255, 255) if is_dark(image) else (0, 0, 0), part)


def compressed(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """JPEG of quality 90 to 10, colours at full, half or quarter resolution; text of few pixels is spared the worst."""
    worst = np.clip(10 + (24 - height) * 2.5, 10, 45)
    samplings = (cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420)
    told = [cv2.IMWRITE_JPEG_QUALITY, round(90 * (worst / 90) ** strength)]
    told += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, samplings[rng.integers(3)]]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), told)
    again = cast("Image", cv2.imdecode(data, cv2.IMREAD_COLOR))
    return cast("Image", cv2.cvtColor(again, cv2.COLOR_BGR2RGB))


def sharpened(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """The unsharp mask of scanners and telephones: halos along the strokes."""
    soft = cv2.GaussianBlur(image, (0, 0), max(height * rng.uniform(0.015, 0.05), 0.6))
    return cast("Image", cv2.addWeighted(image, 1.4 + 2.2 * strength, soft, -0.4 - 2.2 * strength, 0))


def contrasty(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """A copier or a scanner that turns up the contrast: pale strokes go white, dark ones run together."""
    seen = 255 - image if is_dark(image) else image
    black, white = np.percentile(seen[::3, ::3], (1, 50))
    span = max(white - black, 24.0)
    low, high = black + 0.25 * span * strength * rng.random(), white - span * (0.05 + 0.5 * strength * rng.random())
    steep = as_bytes((seen.astype(np.float32) - np.float32(low)) * np.float32(255 / (high - low)))
    return steep if seen is image else 255 - steep


def grey(image: Image, height: float, strength: float, rng: Generator) -> Image:
    """A scan without colours, perhaps of few levels of grey."""
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if strength > 0.3:
        step = 8 + 40 * strength
        gray = cv2.convertScaleAbs(np.rint(gray / np.float32(step)) * np.float32(step))
    return _rgb(gray)


def black_and_white(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """A bilevel scan: a threshold by Otsu (1979) or a fixed one, with ragged edges, some strokes swollen and some lost."""
    drawing = _fine_enough(drawing, rng)
    gray = _uneasy(drawing, 1 + 10 * strength, rng)
    otsu, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    other = np.median(gray) - otsu
    limit = otsu + rng.normal(0, 0.3) * strength * abs(other)
    return replace(drawing, image=_rgb(cv2.threshold(gray, limit, 255, cv2.THRESH_BINARY)[1]))


def locally_black(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """A bilevel scan with a threshold of each place (Sauvola and Pietikäinen, 2000, in its simplest form: the mean around).

    Its faults are holes in thick strokes and specks on the paper.
    """
    drawing = _fine_enough(drawing, rng)
    height = drawing.quad.height
    gray = _uneasy(drawing, 1 + 8 * strength, rng)
    dark = is_dark(drawing.image)
    window = 2 * round(height * rng.uniform(0.25, 0.8)) + 1
    below = (18 - 12 * strength) * (-1 if dark else 1)
    bits = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, max(window, 5), below)
    return replace(drawing, image=_rgb(bits))


def faxed(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """A fax: black and white, half as many lines as columns (ITU-T T.4: 3.85 lines and 8 dots a millimetre), some lines lost."""
    drawing = _sized(drawing, rng.uniform(30, 40), cv2.INTER_AREA)
    height = drawing.quad.height
    flat_one = _sized(drawing, height * (0.5 if strength > 0.5 else 0.75), cv2.INTER_AREA, across=1.0)
    gray = _uneasy(flat_one, 2 + 10 * strength, rng)
    otsu, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bits = _rgb(cv2.threshold(gray, otsu, 255, cv2.THRESH_BINARY)[1])
    for y in rng.integers(1, bits.shape[0], rng.poisson(0.6 * strength)):
        bits[y] = bits[y - 1]
    kind = cv2.INTER_NEAREST if rng.random() < 0.5 else cv2.INTER_LINEAR
    return _sized(replace(flat_one, image=bits), height, kind, across=1.0)


def dithered(drawing: Drawing, strength: float, rng: Generator) -> Drawing:
    """Two levels that look like grey: a Bayer matrix (Bayer, 1973) or chance, as printers and old scanners do it."""
    drawing = _fine_enough(drawing, rng)
    gray = cv2.cvtColor(drawing.image, cv2.COLOR_RGB2GRAY)
    low, high = np.percentile(gray[::2, ::2], (50, 99) if is_dark(drawing.image) else (1, 50))
    spread = np.float32(0.3 + 0.5 * strength)
    tiles = gray.shape[0] // 8 + 1, gray.shape[1] // 8 + 1
    ordered = rng.random() < 0.6
    limit = np.tile(_bayer(), tiles)[: gray.shape[0], : gray.shape[1]] if ordered else rng.random(gray.shape, np.float32)
    bits = gray > np.float32((low + high) / 2) + (limit - 0.5) * spread * np.float32(1.1 * (high - low))
    return replace(drawing, image=_rgb(bits.astype(np.uint8) * np.uint8(255)))


def _bayer() -> NDArray[np.float32]:
    """The 8 x 8 threshold matrix, 0..1."""
    matrix = np.zeros((1, 1), np.float32)
    for _ in range(3):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return ((matrix + 0.5) / 64).astype(np.float32)


def _fine_enough(drawing: Drawing, rng: Generator) -> Drawing:
    """As 200 to 300 dots an inch show it: nothing is made black and white with fewer, or strokes would be lost."""
    wanted = rng.uniform(_LEAST, 44)
    if drawing.quad.height < _LEAST:
        return _sized(drawing, max(wanted, 30), cv2.INTER_CUBIC)
    return _sized(drawing, wanted, cv2.INTER_AREA) if wanted < drawing.quad.height else drawing


def _uneasy(drawing: Drawing, sigma: float, rng: Generator) -> Gray:
    """In grey, a little soft, with the noise (standard deviation) that makes the edges of a bilevel scan ragged."""
    gray = cv2.cvtColor(drawing.image, cv2.COLOR_RGB2GRAY)
    noise = field(gray.shape, max(drawing.quad.height * 0.04, 1.0), rng) * np.float32(sigma)
    return cast("Gray", cv2.convertScaleAbs(np.maximum(cv2.GaussianBlur(gray, (0, 0), 0.8) + noise, 0)))


def _rgb(gray: NDArray[np.uint8] | cv2.typing.MatLike) -> Image:
    return cast("Image", cv2.cvtColor(gray, cv2.COLOR_GRAY2RGB))
